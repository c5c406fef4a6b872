"""Every key of the console, in one registry: what it is called, when it can be used, what it does.

The hints, the page behind `?`, the table in the README and the man page are made from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from whisper_tui.terms import Notice
from whisper_tui.ui import asking
from whisper_tui.ui.player import Player
from whisper_tui.ui.words import _, later

if TYPE_CHECKING:
    from whisper_tui.ui.desk import Desk


class Kind(Enum):
    """How careful the keyboard is with a deed."""

    LOOK = "look"
    """Moves or shows: nothing happens on the PBX."""
    SPEAK = "speak"
    """May start something that is heard or rings: held back when repeated or pasted, dim where it is not allowed."""
    QUIET = "quiet"
    """Makes things quieter: always taken, at once."""
    END = "end"
    """Ends the console or stops it: not out of a paste."""


class Deed(NamedTuple):
    """One thing a key does.

    Args:
        name: stable; keys.toml and the tests call it so.
        keys: Textual's names, the main one first, twins after it.
        words: a sentence for the page of keys.
        hint: a word for the last line, "" if it is not hinted at.
        does: carries it out.
        meant: of deeds that ask the PBX for something: what, as things stand.
        offered: False where there is no use for it (a recording's keys without a recording): it is not listed then.
    """

    name: str
    keys: tuple[str, ...]
    words: str
    hint: str
    kind: Kind
    does: Callable[[Desk], None]
    meant: Callable[[asking.Sight], asking.Meant] | None = None
    offered: Callable[[Desk], bool] = lambda _desk: True


def _speech(
    name: str,
    keys: tuple[str, ...],
    words: str,
    hint: str,
    kind: Kind,
    meant: Callable[[asking.Sight], asking.Meant],
) -> Deed:
    return Deed(name, keys, words, hint, kind, lambda desk: desk.carry_out(meant), meant)


def _recorded(desk: Desk) -> bool:
    return desk.player is not None


def _played(does: Callable[[Player], None]) -> Callable[[Desk], None]:
    return lambda desk: does(desk.player) if desk.player is not None else None


DEEDS: tuple[Deed, ...] = (
    _speech("listen", ("l", "4"), later("listen; from whisper or barge back to silence, at once"), later("listen"),
            Kind.SPEAK, asking.listen),
    _speech("whisper", ("w", "5"), later("whisper: the agent alone hears you"), later("whisper"),
            Kind.SPEAK, asking.whisper),
    _speech("barge", ("b", "6"), later("barge: agent and customer hear you; asks first"), later("barge"),
            Kind.SPEAK, asking.barge),
    _speech("microphone", ("m",), later("microphone off and on"), later("mic"), Kind.SPEAK, asking.microphone),
    _speech("leave", ("x", "0"), later("leave: your leg only, the call goes on; while your phone rings: cancel"),
            later("leave"), Kind.QUIET, asking.leave),
    Deed("panic", ("exclamation_mark",), later("panic: mute and leave everything, no question"), later("panic"),
         Kind.QUIET, lambda desk: desk.panic()),
    Deed("down", ("j", "down"), later("next row"), later("move"), Kind.LOOK, lambda desk: desk.move(1)),
    Deed("up", ("k", "up"), later("row before"), "", Kind.LOOK, lambda desk: desk.move(-1)),
    Deed("first", ("g", "home"), later("first row"), "", Kind.LOOK, lambda desk: desk.first()),
    Deed("last", ("G", "end"), later("last row"), "", Kind.LOOK, lambda desk: desk.last()),
    Deed("half-down", ("ctrl+d", "pagedown"), later("half a page down"), "", Kind.LOOK, lambda desk: desk.page(1)),
    Deed("half-up", ("ctrl+u", "pageup"), later("half a page up"), "", Kind.LOOK, lambda desk: desk.page(-1)),
    Deed("open", ("enter",), later("open and close the detail; answer the question on the screen"), later("detail"),
         Kind.LOOK, lambda desk: desk.open_detail()),
    Deed("back", ("escape",), later("back: the question, the keys, the detail, the filter"), "", Kind.LOOK,
         lambda desk: desk.back()),
    Deed("filter", ("slash",), later("filter: words, queue=vip, state=hold, talk>5m, wait>30s, ! before a word for not"),
         later("filter"), Kind.LOOK, lambda desk: desk.type_filter()),
    Deed("next", ("n",), later("next row that the filter lets through"), "", Kind.LOOK, lambda desk: desk.match(1)),
    Deed("previous", ("N",), later("the one before"), "", Kind.LOOK, lambda desk: desk.match(-1)),
    Deed("clear", ("c",), later("clear the filter"), "", Kind.LOOK, lambda desk: desk.clear_filter()),
    Deed("redraw", ("ctrl+l",), later("draw the screen again"), "", Kind.LOOK, lambda desk: desk.redraw()),
    Deed("pause", ("p",), later("stop the recording and go on"), later("pause"), Kind.LOOK,
         _played(Player.pause), offered=_recorded),
    Deed("faster", ("plus",), later("play the recording faster"), "", Kind.LOOK,
         _played(lambda player: player.speed(2.0)), offered=_recorded),
    Deed("slower", ("minus",), later("play it slower"), "", Kind.LOOK,
         _played(lambda player: player.speed(0.5)), offered=_recorded),
    Deed("forward", ("right",), later("ten seconds on"), "", Kind.LOOK,
         lambda desk: desk.seek(10.0), offered=_recorded),
    Deed("rewind", ("left",), later("ten seconds back"), "", Kind.LOOK,
         lambda desk: desk.seek(-10.0), offered=_recorded),
    Deed("suspend", ("ctrl+z",), later("suspend the console; not while your leg is up"), "", Kind.END,
         lambda desk: desk.suspend()),
    Deed("quit", ("q", "ctrl+q", "ctrl+c"), later("back, and at the top quit; asks if your leg is up"), later("quit"),
         Kind.END, lambda desk: desk.quit()),
    Deed("keys", ("question_mark",), later("these keys, and why a dim one is dim"), later("keys"), Kind.LOOK,
         lambda desk: desk.show_keys()),
)  # fmt: skip

BY_KEY: dict[str, Deed] = {key: deed for deed in DEEDS for key in deed.keys}

_SHOWN = {
    "exclamation_mark": "!", "slash": "/", "question_mark": "?", "enter": "Enter", "escape": "Esc", "plus": "+",
    "minus": "-", "up": "↑", "down": "↓", "left": "←", "right": "→", "home": "Home", "end": "End",
    "pagedown": "PgDn", "pageup": "PgUp",
}  # fmt: skip


def shown(key: str) -> str:
    """Return `key` as people write it: `!`, `Enter`, `ctrl-d`."""
    return _SHOWN.get(key, key.replace("ctrl+", "ctrl-"))


def keys_of(deed: Deed) -> str:
    """Return all keys of `deed`, as people write them."""
    return " ".join(shown(key) for key in deed.keys)


def why_dim(deed: Deed, desk: Desk) -> Notice | None:
    """Return why `deed` would be refused if its key were pressed now, or None."""
    if deed.meant is None or deed.kind is Kind.QUIET:
        return None
    return desk.why_not(deed.meant)


def table(deeds: Iterable[Deed] = DEEDS) -> list[tuple[str, str]]:
    """Return (keys, words) of `deeds`, for a table."""
    return [(keys_of(deed), _(deed.words)) for deed in deeds]


def markdown() -> str:
    """Return the table of keys as the README has it."""
    rows = [f"| {' '.join(f'`{key}`' for key in keys.split())} | {words} |" for keys, words in table()]
    return "\n".join(["| key | does |", "| --- | --- |", *rows])


def roff() -> str:
    """Return the table of keys as the man page has it (man(7))."""
    escaped = [(_roff(keys), _roff(words)) for keys, words in table()]
    return "\n".join(f".TP\n.B {keys}\n{words}" for keys, words in escaped)


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text
