"""Where in a policy file its mistakes stand, and the refusal that names them all."""

from __future__ import annotations

import re
from collections.abc import Mapping

from whisper_tui.config.locate import KeyPath, line_of
from whisper_tui.errors import UsageError
from whisper_tui.permissions.read import Mistake

_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*profile[ \t]*\]\]", re.MULTILINE)


class PolicyRefused(UsageError):
    """A policy file that cannot be used. `mistakes`: all that were found."""

    def __init__(self, mistakes: tuple[Mistake, ...], said: list[str], where: str, hint: str) -> None:
        what = said[0] if len(said) == 1 else f"{len(said)} mistakes\n  " + "\n  ".join(said)
        super().__init__(what, where, hint)
        self.mistakes = mistakes


def profile_lines(text: str) -> list[int]:
    """The lines of the `[[profile]]` headers; of no use where there are more or fewer of them than profiles."""
    return [text.count("\n", 0, found.start()) + 1 for found in _HEADER.finditer(text)]


def refused(
    mistakes: list[Mistake], written: list[Mapping[str, object]], path: str, text: str, lines: list[int]
) -> PolicyRefused:
    """Return the refusal of the file at `path` for `mistakes`, each with its line and its key.

    Args:
        written: the `[[profile]]` tables as they stand there.
        lines: those of their headers, 0 where not known.
    """
    places = [_line(mistake.way, text, lines) for mistake in mistakes]
    named = [f"{_label(mistake.way, written)}: {mistake.what}" for mistake in mistakes]
    if len(mistakes) == 1:
        where = f"{path}:{places[0]}" if places[0] else path
        return PolicyRefused(tuple(mistakes), named, where, mistakes[0].hint)
    said = [
        (f"line {line}: " if line else "") + name + (f" - {mistake.hint}" if mistake.hint else "")
        for line, name, mistake in zip(places, named, mistakes, strict=True)
    ]
    return PolicyRefused(tuple(mistakes), said, path, "")


def _line(way: KeyPath, text: str, lines: list[int]) -> int:
    """The line of a mistake in a profile: the search goes through that profile alone. 0: not known."""
    match way:
        case ("profile", int(place), *inside) if lines[place]:
            after = [line for line in lines if line > lines[place]]
            chunk = text.splitlines(keepends=True)[lines[place] - 1 : after[0] - 1 if after else None]
            found = line_of("".join(chunk), ("profile", 0, *inside)) or 1
            return lines[place] - 1 + found
    return 0


def _label(way: KeyPath, written: list[Mapping[str, object]]) -> str:
    """A key as a person would point at it: `profile[red-leads].scope.queue`."""
    match way:
        case ("profile", int(place), *inside):
            name = written[place].get("name")
            known = isinstance(name, str) and name.strip() and name.isprintable()
            head = f"profile[{name if known else place + 1}]"
        case _:
            head, inside = "", list(way)
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in inside)
    return "".join([head, *steps]).removeprefix(".") or "the file"
