"""A terminal too small for the panes: the mode and who hears, and that `x` still leaves."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.cells import set_cell_size

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.terms import Notice
from whisper_tui.ui.inks import Ink, Line, fit, width_of
from whisper_tui.ui.questions import Question
from whisper_tui.ui.widgets import asked
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.words import _, sentence


def draw(strip: StripView, question: Question | None, said: Sequence[Notice], width: int, height: int) -> list[Line]:
    """Return the lines, the most important first."""
    word, _ink, block = strips.title(strip)
    lines = [Line(((fit(f" {word}" if width > width_of(word) else set_cell_size(word, width), width), block),))]
    if question is not None:
        text, ink = asked.in_short(question, strip)
        lines.insert(0 if height == 1 else 1, Line(((fit(text, width), ink),)))
    lines += [Line(((fit(part, width), Ink.STRONG),)) for notice in said for part in _wrapped(sentence(notice), width)]
    up = strip.phase is not Phase.NONE
    if up:
        lines += [Line(((fit(text, width), ink),)) for text, ink in strips.who_hears(strip)]
    way = _("too small, x still leaves") if up else _("too small")
    lines += [Line(((fit(part, width), Ink.TEXT),)) for part in _wrapped(way, width)]
    return lines[:height]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(1, width))
