"""What a pane draws with: spans of text in named inks on a named ground. Colours come later, from the theme.

Values of the screen are NamedTuples, here and in its other modules: whoever draws takes them apart as it walks them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len, chop_cells, set_cell_size


class Ink(Enum):
    """What a piece of text means; the theme says how it looks."""

    __hash__ = object.__hash__  # a member is itself alone, and Enum's own is a call a lookup: thousands a second

    TEXT = "text"
    STRONG = "strong"
    MUTED = "muted"
    RULE = "rule"
    TALKING = "talking"
    HELD = "held"
    RINGING = "ringing"
    WAITING = "waiting"
    LATE = "late"
    PAUSED = "paused"
    SILENT = "silent"
    WHISPER = "whisper"
    BARGE = "barge"
    THIRD = "third"
    TAKEOVER = "takeover"
    GOOD = "good"
    ALARM = "alarm"
    SILENT_BLOCK = "silent block"
    """The ink turned inside out: the word stands on the colour."""
    WHISPER_BLOCK = "whisper block"
    BARGE_BLOCK = "barge block"
    THIRD_BLOCK = "third block"
    TAKEOVER_BLOCK = "takeover block"
    ALARM_BLOCK = "alarm block"
    MUTED_BLOCK = "muted block"


class Tint(NamedTuple):
    """A colour of the site's own, `#rrggbb`: shown as near to it as can be read on the theme's ground."""

    colour: str


class Ground(Enum):
    """What the text stands on."""

    __hash__ = object.__hash__

    PAGE = "page"
    BAR = "bar"
    CURSOR = "cursor"


Span: TypeAlias = tuple[str, Ink | Tint]


class Line(NamedTuple):
    """One line of a pane."""

    spans: tuple[Span, ...]
    ground: Ground = Ground.PAGE


EMPTY = Line(())


_ADDRESS = re.compile(r"https?://[!-~]{1,600}")


class Linked(str):
    """Text of a span that leads to an address: the terminal makes a hyperlink of it (OSC 8)."""

    __slots__ = ("link",)

    def __new__(cls, text: str, link: str) -> Linked:
        made = super().__new__(cls, text)
        made.link = link
        return made

    link: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Linked) and self.link == other.link and str.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((str(self), self.link))


def linked(text: str, link: str) -> str:
    """Return `text` as it leads to `link`; as it is where that is no address of the web in plain signs."""
    return Linked(text, link) if _ADDRESS.fullmatch(link) else text


def dimmed(line: Line) -> Line:
    """Return `line` without its colours: it is old."""
    return Line(tuple((text, Ink.MUTED) for text, _ink in line.spans), line.ground)


def width_of(text: str) -> int:
    """Return how many cells `text` takes."""
    return len(text) if text.isascii() else cell_len(text)


def fit(text: str, width: int) -> str:
    """Return `text` in exactly `width` cells: filled with spaces, or cut with an ellipsis."""
    if width <= 0:
        return ""
    taken = width_of(text)
    if taken == width:
        return text
    if taken < width:
        return text + " " * (width - taken)
    return set_cell_size(text, width - 1) + "…"


def fit_right(text: str, width: int) -> str:
    """As `fit`, with the text at the right."""
    missing = width - width_of(text)
    return " " * missing + text if missing > 0 else fit(text, width)


def taken(spans: tuple[Span, ...]) -> int:
    """Return how many cells `spans` take."""
    return sum(width_of(text) for text, _ink in spans)


def wrap(words: Iterable[str], width: int, gap: str = " ") -> list[str]:
    """Return `words` in lines of at most `width` cells, `gap` between two of them; a word that is longer is cut."""
    lines: list[str] = []
    for word in words:
        if lines and width_of(lines[-1]) + width_of(gap) + width_of(word) <= width:
            lines[-1] += gap + word
        else:
            lines.append(word if width_of(word) <= width else fit(word, width))
    return lines


def folded(text: str, width: int) -> list[str]:
    """Return `text` in lines of at most `width` cells, all of it: between words where that is possible, else within one."""
    lines = [""]
    for word in text.split(" "):
        gap = 1 if lines[-1] else 0
        if width_of(lines[-1]) + gap + width_of(word) <= width:
            lines[-1] += " " * gap + word
            continue
        parts = [word] if width_of(word) <= width else chop_cells(word, width)
        lines = [*lines, *parts] if lines != [""] else list(parts)
    return lines


def crop(spans: tuple[Span, ...], width: int) -> tuple[Span, ...]:
    """Return `spans` cut to at most `width` cells, an ellipsis where they are cut."""
    kept: list[Span] = []
    room = width
    for text, ink in spans:
        if room <= 0:
            break
        long = width_of(text)
        if long > room:
            cut = fit(text, room)
            kept.append((Linked(cut, text.link) if isinstance(text, Linked) else cut, ink))
            break
        if long:
            kept.append((text, ink))
            room -= long
    return tuple(kept)


def spread(left: tuple[Span, ...], right: tuple[Span, ...], width: int, fill: str = " ") -> tuple[Span, ...]:
    """Return `left` and `right` at the two ends of `width` cells; where both do not fit, `left` is cut.

    Where `right` alone does not fit it is left out: what matters stands left.
    """
    at_right = taken(right)
    if at_right + 4 > width:
        left, right, at_right = crop(left, width), (), 0
    else:
        left = crop(left, width - at_right - (1 if right else 0))
    gap = width - taken(left) - at_right
    return (*left, (fill * gap, Ink.RULE if fill != " " else Ink.TEXT), *right) if gap > 0 else (*left, *right)


def changed(old: Line, new: Line) -> tuple[int, int] | None:
    """Return the cells [from, to) in which `new` differs from `old`, None where it does not.

    Lines of unlike build give a wide answer, never one that is too narrow.
    """
    if old == new:
        return None
    if old.ground is not new.ground:
        return 0, max(taken(old.spans), taken(new.spans))
    begin = x = 0
    for before, after in zip(old.spans, new.spans, strict=False):
        if before != after:
            break
        x += width_of(after[0])
    begin = x
    end_old, end_new = taken(old.spans), taken(new.spans)
    if end_old == end_new:
        end = end_new
        for before, after in zip(reversed(old.spans), reversed(new.spans), strict=False):
            if before != after or end <= begin:
                break
            end -= width_of(after[0])
        return begin, end
    return begin, max(end_old, end_new)
