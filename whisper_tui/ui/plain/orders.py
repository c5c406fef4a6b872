"""What a typed line means: a deed by its name or by its key, or a word of plain mode's own. Pure."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.config.locate import nearest
from whisper_tui.ui import keynames
from whisper_tui.ui.deeds import DIGITS, Deed, Kind
from whisper_tui.ui.keymap import Keymap, keys_of
from whisper_tui.ui.signs import plain
from whisper_tui.ui.words import _, later

OWN: dict[str, str] = {
    "status": later("who hears you, the PBXs, and how many call and wait"),
    "go": later("go 3 chooses row 3 of the list that was said last; go alone says which row is chosen"),
    "more": later("the next rows of the list"),
    "filter": later("filter queue=vip talk>5m shows those rows alone, in the view that you are in"),
    "verbose": later("say what happens on the floor, a few lines at a time"),
    "quiet": later("say no more what happens on the floor"),
    "help": later("these words; help all: every command; help WORD: one"),
}
"""Words that are no deeds."""

LISTS = ("calls", "waiting", "queues", "agents", "sessions")
"""Deeds that show a view: in plain mode it is said."""

MOVES = ("down", "up", "first", "last", "half-down", "half-up", "next", "previous")
"""Deeds after which the row that is chosen is said."""

SAID_AGAIN = ("sort", "sort-back", "reverse", "clear", *LISTS)
"""Deeds after which the list is said."""

USEFUL = frozenset(
    {
        *LISTS,
        *MOVES,
        *SAID_AGAIN,
        "open",
        "back",
        "keys",
        "hints",
        "pause",
        "faster",
        "slower",
        "forward",
        "rewind",
    }
)
"""What only looks, and makes sense without a screen."""

YES, NO = ("yes", "y"), ("no", "n", "esc", "escape")


class Order(NamedTuple):
    """A line that was understood.

    Args:
        word: of plain mode's own, "" for a deed.
        rest: what stood behind it.
        key: of a deed the key that it was asked for by, of two the second.
    """

    word: str = ""
    rest: str = ""
    deed: Deed | None = None
    key: str = ""


def read(line: str, keymap: Keymap) -> Order | None:
    """Return what `line` asks for, None where it is nothing that anybody knows."""
    word, _blank, rest = line.strip().partition(" ")
    rest = rest.strip()
    name = word.lower() if len(word) > 1 else word
    if name in OWN:
        return Order(name, rest)
    if word.startswith("/") or (len(word) > 1 and word[0] == "?"):
        return Order("filter" if word[0] == "/" else "help", f"{word[1:]} {rest}".strip())
    if (deed := next((each for each in keymap.deeds if each.name == name), None)) is not None:
        return _of_deed(deed, rest)
    try:
        key = keynames.read(line)
    except keynames.NoKey:
        return None
    deed = keymap.by_key.get(key)
    return None if deed is None else Order(deed=deed, key=key.rpartition(" ")[2])


def wants_digit(line: str, keymap: Keymap) -> bool:
    """Tell whether `line` names a deed that is nothing without a digit."""
    name = line.partition(" ")[0].lower()
    return any(deed.numbered and deed.name == name for deed in keymap.deeds)


def meant(word: str, keymap: Keymap) -> str | None:
    """Return the word that somebody may have meant."""
    return nearest(word.lower(), [*OWN, *(deed.name for deed in keymap.deeds)])


def answers(line: str, words: tuple[str, ...], here: str) -> bool:
    """Tell whether `line` is one of `words`, or the word for it in the language of the screen, with its accents or without."""
    return line.casefold() in (*words, here.casefold(), plain(here).casefold())


def is_yes(line: str) -> bool:
    return answers(line, YES, _("yes"))


def is_no(line: str) -> bool:
    return answers(line, NO, _("no"))


def useful(deed: Deed) -> bool:
    """Tell whether a deed makes sense without a screen."""
    return deed.kind is not Kind.LOOK or deed.name in USEFUL


def help_of(deed: Deed) -> str:
    """Return `listen (l 4): what it does`."""
    return f"{deed.name} ({keys_of(deed)}): {_(deed.words)}" if deed.keys else f"{deed.name}: {_(deed.words)}"


def _of_deed(deed: Deed, rest: str) -> Order | None:
    """A deed by its name; one that is done by a first key and a digit wants the digit behind it."""
    if not deed.numbered:
        return Order(deed=deed, rest=rest, key=deed.keys[0] if deed.keys else "") if not rest else None
    return Order(deed=deed, key=rest) if rest in tuple(DIGITS) else None
