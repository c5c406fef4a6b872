"""A terminal too small for the panes: the mode and who hears, and which key still leaves."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import set_cell_size

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.terms import Notice
from whisper_tui.ui.inks import Ink, Line, Span, crop, fit, folded, taken, width_of
from whisper_tui.ui.keymap import Keymap
from whisper_tui.ui.petitions import News
from whisper_tui.ui.widgets import asked, hearing, news
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.words import _, fill, sentence


def draw(
    scene: strips.Scene, what: News, keymap: Keymap, said: Sequence[Notice], width: int, height: int
) -> list[Line]:
    """Return the lines, the most important first: nothing stands above who hears but the mode, and a question about it."""
    strip, question = scene.strip, scene.question
    up = strip.phase is not Phase.NONE
    asks: tuple[Span, ...] = () if question is None else (asked.in_short(question, strip),)
    if height == 1:
        return [_only(scene, asks, width)]
    left = height - 1 - len(asks)
    lines = [Line((_title(scene, width),)) if left or not up else _only(scene, (), width)]
    lines += [Line(((fit(text, width), ink),)) for text, ink in asks]
    if up:
        lines += [Line(spans) for spans in hearing.in_lines(strip, width, left)]
    lines += [Line(((part, Ink.STRONG),)) for notice in said for part in folded(sentence(notice), width)]
    calls = [part for text in news.in_short(what, keymap, scene.now) for part in folded(text, width)]
    lines += [Line(((part, Ink.ALARM),)) for part in calls]
    way = fill(_("too small, {key} still leaves"), {"key": keymap.key_of("leave")}) if up else _("too small")
    lines += [Line(((part, Ink.TEXT),)) for part in folded(way, width)]
    return [_filled(line, width) for line in lines[:height]]


def _only(scene: strips.Scene, asks: tuple[Span, ...], width: int) -> Line:
    """The one line that there is: the mode and who hears, behind them a question; of a question alone the answers and the sign."""
    strip = scene.strip
    word, _ink, block = strips.title(strip)
    head: Span = (f" {word} ", block)
    if strip.phase is Phase.NONE:
        beside: tuple[Span, ...] = (head,)
    else:
        beside = (head, *hearing.in_a_line(strip, width - taken((head,))))
    both = (*beside, (" ", Ink.TEXT), *asks) if asks else beside
    if taken(both) <= width:
        return _filled(Line(both), width)
    return _filled(Line(((_sign(strip), Ink.ALARM_BLOCK), *asks) if asks else (_signed(strip, width),)), width)


def _title(scene: strips.Scene, width: int) -> Span:
    """The mode. Where its word has no room the sign of who hears stands before as much of it as has some."""
    strip = scene.strip
    word, _ink, block = strips.title(strip)
    full = f"{word}  {ends}" if (ends := strips.ends_soon(scene)) else word
    for text in (f" {full}", full, word):
        if width_of(text) <= width:
            return fit(text, width), block
    return _signed(strip, width)


def _signed(strip: StripView, width: int) -> Span:
    word, _ink, block = strips.title(strip)
    return fit(set_cell_size(f"{_sign(strip)}{word}", min(width, width_of(word) + 1)), width), block


def _sign(strip: StripView) -> str:
    return "" if strip.phase is Phase.NONE else hearing.SIGNS[hearing.loudest(strip)]


def _filled(line: Line, width: int) -> Line:
    """`line` in exactly `width` cells."""
    spans = crop(line.spans, width)
    gap = width - taken(spans)
    return Line((*spans, (" " * gap, Ink.TEXT)) if gap > 0 else spans, line.ground)
