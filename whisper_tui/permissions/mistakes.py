"""Where in a policy file its mistakes stand, and the refusal that names them all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from whisper_tui.config.locate import KeyPath, nearest_line
from whisper_tui.errors import UsageError
from whisper_tui.permissions.read import Mistake


class Finding(NamedTuple):
    """Something about a policy file for a person. `line`: 0 where not known; `key`: as one would point at it."""

    line: int
    key: str
    what: str
    hint: str = ""

    def __str__(self) -> str:
        said = f"{self.key}: {self.what}"
        return f"{said} - {self.hint}" if self.hint else said


class PolicyRefused(UsageError):
    """A policy file that cannot be used. `mistakes`: all that were found, in the order of the file."""

    def __init__(self, mistakes: tuple[Finding, ...], path: str) -> None:
        self.mistakes = mistakes
        if len(mistakes) == 1:
            (only,) = mistakes
            super().__init__(f"{only.key}: {only.what}", f"{path}:{only.line}" if only.line else path, only.hint)
            return
        said = [f"line {each.line}: {each}" if each.line else str(each) for each in mistakes]
        super().__init__(f"{len(mistakes)} mistakes\n  " + "\n  ".join(said), path)


def refused(
    mistakes: list[Mistake], written: list[Mapping[str, object]], path: str, lines: Mapping[KeyPath, int]
) -> PolicyRefused:
    """Return the refusal of the file at `path` for `mistakes`, each with its line and its key.

    Args:
        written: the `[[profile]]` (or `[[case]]`) tables as they stand there.
        lines: where everything stands; what is not there has no line.
    """
    return PolicyRefused(findings(mistakes, written, lines), path)


def findings(
    mistakes: Iterable[Mistake], written: list[Mapping[str, object]], lines: Mapping[KeyPath, int]
) -> tuple[Finding, ...]:
    """Return `mistakes` with their lines and keys, in the order of the file."""
    found = [
        Finding(nearest_line(lines, each.way) or 0, label(each.way, written), each.what, each.hint) for each in mistakes
    ]
    return tuple(sorted(found, key=lambda each: each.line))


def label(way: KeyPath, written: list[Mapping[str, object]]) -> str:
    """Return a key as a person would point at it: `profile[red-leads].scope.queue`."""
    match way:
        case ("profile" | "case" as kind, int(place), *inside):
            name = written[place].get("name")
            known = isinstance(name, str) and name.strip() and name.isprintable()
            head = f"{kind}[{name if known else place + 1}]"
        case _:
            head, inside = "", list(way)
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in inside)
    return "".join([head, *steps]).removeprefix(".") or "the file"
