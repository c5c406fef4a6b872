"""The last line: the keys that matter now, or what was just said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from whisper_tui.terms import Notice
from whisper_tui.ui.inks import Ground, Ink, Line, Span, crop, fit, taken, width_of
from whisper_tui.ui.words import emergency, place, sentence
from whisper_tui.ui.words import said as words_of


class Hint(NamedTuple):
    """A key and its word. `dim`: it would be refused now; it stands in brackets, so that no colour is needed to see it."""

    key: str
    word: str
    dim: bool = False
    presses: str = ""
    """What a click presses, by Textual's name; "": nothing."""


def shared(words: Sequence[tuple[str, str]], width: int) -> list[Hint]:
    """Return keys with words that are phrases, each cut so that all of them have room in `width` cells."""
    most = max(3, width // max(1, len(words)) - 4)
    return [Hint(key, fit(word, min(most, width_of(word)))) for key, word in words]


def draw(hints: Sequence[Hint], said: Sequence[Notice], width: int) -> list[Line]:
    """Return the line; hints that do not fit are left out, the first ones come first, and the last one is kept."""
    if said:
        *before, last = said
        words = " · ".join([*(sentence(notice) for notice in before), words_of(last)])
        helps = place(last) + emergency(last)
        if (
            width_of(f" {words}{helps}") > width
        ):  # what helps is not cut for the sake of the sentence, nor that for a place
            helps = emergency(last)
        if width_of(f" {words}{helps}") > width:
            words = fit(words, width - width_of(helps) - 1)
        return [Line(((fit(f" {words}{helps}", width), Ink.STRONG),), Ground.BAR)]
    spans = crop(_spans(_that_fit(hints, width)), width)
    return [Line((*spans, (" " * (width - taken(spans)), Ink.TEXT)), Ground.BAR)]


def at(hints: Sequence[Hint], said: Sequence[Notice], width: int, x: int) -> Hint | None:
    """Return the hint that stands in column `x` of the line, None where none does."""
    end = 0
    for hint in () if said else _that_fit(hints, width):
        end += taken(_spans((hint,)))
        if x < end:
            return hint
    return None


def typed(text: str, offered: Sequence[str], width: int) -> list[Line]:
    """Return the line while a command is typed in it, with what Tab offers."""
    spans: list[Span] = [(":", Ink.WAITING), (text[-max(1, width - 3) :], Ink.STRONG), ("_", Ink.WAITING)]
    more = "  ".join(each.rpartition(" ")[2] for each in offered)
    kept = crop((*spans, (f"   {more}" if more else "", Ink.MUTED)), width)
    return [Line((*kept, (" " * (width - taken(kept)), Ink.TEXT)), Ground.BAR)]


def _that_fit(hints: Sequence[Hint], width: int) -> list[Hint]:
    kept: list[Hint] = []
    room = width - taken(_spans(hints[-1:]))
    for hint in hints[:-1]:
        if (needs := taken(_spans((hint,)))) <= room:
            kept.append(hint)
            room -= needs
    return [*kept, *hints[-1:]]


def _spans(hints: Sequence[Hint]) -> tuple[Span, ...]:
    spans: list[Span] = []
    for hint in hints:
        spans.append((" ", Ink.TEXT))
        if hint.dim:
            spans.append((f"({hint.key} {hint.word})", Ink.MUTED))
        else:
            spans += [(hint.key, Ink.STRONG), (f" {hint.word} ", Ink.MUTED)]
    return tuple(spans)
