"""The cue cards over the foot of the list, while the digit of one is waited for and the last line has not the room for them."""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.ui.inks import Ground, Ink, Line, Span, crop, taken, width_of

Cards = Sequence[tuple[str, str]]
"""Key and text of each."""


def fit_in(cards: Cards, width: int) -> bool:
    """Tell whether all of their texts have room in a line of `width` cells."""
    return sum(width_of(key) + width_of(text) + 3 for key, text in cards) <= width


def over(lines: Sequence[Line], cards: Cards, width: int, height: int) -> list[Line]:
    """Return `lines` with the cards in place of the last ones; the first cards where there is not room for all."""
    shown = [_line(key, text, width) for key, text in cards[:height]]
    empty = Line(((" " * width, Ink.TEXT),))
    return [*lines, *[empty] * height][: height - len(shown)] + shown


def at(cards: Cards, line: int, height: int) -> str | None:
    """Return the key of the card on `line` of a list of `height`; None where none stands there."""
    place = line - max(0, height - len(cards))
    return cards[place][0] if 0 <= place < len(cards) else None


def _line(key: str, text: str, width: int) -> Line:
    spans: tuple[Span, ...] = crop(((f" {key}  ", Ink.STRONG), (text, Ink.TEXT)), width)
    return Line((*spans, (" " * (width - taken(spans)), Ink.TEXT)), Ground.BAR)
