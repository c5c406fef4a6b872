"""The command line behind `:`: every deed by its name, what can be said with it, and how a line is completed.

A command goes the road of a key: what speaks asks its question, what is dim says why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from whisper_tui.config.locate import nearest
from whisper_tui.terms import Notice
from whisper_tui.ui.deeds import DIGITS, Deed, Kind
from whisper_tui.ui.typed import Why
from whisper_tui.ui.views import View
from whisper_tui.ui.words import later

if TYPE_CHECKING:
    from whisper_tui.ui.desk import Desk


class Argument(NamedTuple):
    """What stands behind the name of a deed.

    Args:
        does: the deed with it.
        values: what it can be, for completion; none: any text.
        needed: without it there is nothing to do.
    """

    does: Callable[[Desk, str], None]
    values: Callable[[Desk], Sequence[str]] = lambda _desk: ()
    needed: bool = True


OWN: tuple[Deed, ...] = (
    Deed("view", (), later("look at another list"), "", Kind.LOOK, lambda _desk: None),
    Deed("goto", (), later("go to the row of this name or number"), "", Kind.LOOK, lambda _desk: None),
    Deed("theme", (), later("wear other colours"), "", Kind.LOOK, lambda _desk: None),
)
"""Commands that have no key."""

ALIASES = {"pause": "pause-agent", "unpause": "unpause-agent", "q": "quit", "help": "keys"}
"""Other names; one that is a deed's own name stands for that where there is use for it."""

TYPED_INTO = frozenset({"pause-agent", "note", "takeover", "handback", "move-over", "penalty", "raise", "hangup"})
"""Deeds that ask something that is typed: the argument stands in the question then, and Enter answers it."""


def arguments(name: str, deed: Deed | None = None) -> Argument | None:
    """Return what can stand behind the name of a deed, None where nothing can."""
    if name in _ARGUMENTS:
        return _ARGUMENTS[name]
    if deed is not None and deed.numbered:
        return Argument(lambda desk, digit: desk.with_digit(deed, digit), lambda _desk: tuple(DIGITS))
    if deed is not None and name in TYPED_INTO:
        return Argument(lambda desk, text: _typed_into(desk, deed, text), needed=False)
    return None


def read(text: str, desk: Desk) -> Deed | Notice:
    """Return the deed that `text` asks for, or why it is none."""
    name, _blank, argument = text.strip().partition(" ")
    name, argument = name.lower(), argument.strip()
    deed = named(name, desk)
    if deed is None:
        if not name:
            return Notice("command.none")
        meant = nearest(name, names(desk))
        return Notice("command.meant" if meant else "command.unknown", {"name": name, "meant": meant or ""})
    takes = arguments(deed.name, deed)
    if takes is None:
        return Notice("command.alone", {"name": deed.name}) if argument else deed
    if not argument:
        return Notice("command.needs", {"name": deed.name}) if takes.needed else deed
    values = takes.values(desk)
    if values and argument not in values:
        return Notice("command.values", {"name": deed.name, "values": ", ".join(values)})
    does = takes.does
    return deed._replace(does=lambda desk: does(desk, argument))


def named(name: str, desk: Desk) -> Deed | None:
    """Return the deed of a name, where there is use for it."""
    for each in (name, ALIASES.get(name)):
        deed = next((deed for deed in everything(desk) if deed.name == each), None)
        if deed is not None:
            return deed
    return None


def everything(desk: Desk) -> list[Deed]:
    """Return the deeds that there is use for, those without a key last."""
    return [deed for deed in (*desk.keymap.deeds, *OWN) if deed.offered(desk)]


def names(desk: Desk) -> list[str]:
    """Return the names of all of them, in the order of the alphabet."""
    return sorted(deed.name for deed in everything(desk) if deed.name != "command")


def completions(text: str, desk: Desk) -> list[str]:
    """Return the lines that `text` can be the beginning of, by its last word."""
    name, blank, argument = text.lstrip().partition(" ")
    if not blank:
        return [each for each in names(desk) if each.startswith(name.lower())]
    deed = named(name.lower(), desk)
    takes = arguments(deed.name, deed) if deed is not None else None
    values = takes.values(desk) if takes is not None else ()
    return [f"{name} {value}" for value in values if value.startswith(argument)]


def _typed_into(desk: Desk, deed: Deed, text: str) -> None:
    deed.does(desk)
    if isinstance(desk.typed, Why):
        desk.say(Notice("command.waits", {"text": text}))
    elif desk.question is not None and desk.typed is not None:
        desk.question = desk.question._replace(typed=text)


def _goto(desk: Desk, text: str) -> None:
    desk.uncover()
    if not desk.go_to_named(text):
        desk.say(Notice("goto.none", {"text": text}))


def _theme(desk: Desk, name: str) -> None:
    desk.shell.wear(name)


_ARGUMENTS: dict[str, Argument] = {
    "filter": Argument(lambda desk, text: desk.filter_by(text), needed=False),
    "view": Argument(lambda desk, text: desk.show(View(text)), lambda _desk: [view.value for view in View]),
    "goto": Argument(_goto),
    "sort": Argument(lambda desk, column: desk.sort_by(column), lambda desk: desk.columns, needed=False),
    "theme": Argument(_theme, lambda desk: desk.shell.themes()),
}


def needs_more(deed: Deed) -> bool:
    """Tell whether there is nothing to do before something is said with a deed."""
    takes = arguments(deed.name, deed)
    return takes is not None and takes.needed
