"""A terminal too small for the panes: the mode and who hears, and that `x` still leaves."""

from __future__ import annotations

import textwrap

from rich.cells import set_cell_size

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.ui.inks import Ink, Line, fit, width_of
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.words import _


def draw(strip: StripView, width: int, height: int) -> list[Line]:
    """Return the lines, the most important first."""
    word, _ink, block = strips.title(strip)
    lines = [Line(((fit(f" {word}" if width > width_of(word) else set_cell_size(word, width), width), block),))]
    up = strip.phase is not Phase.NONE
    if up:
        lines += [Line(((fit(text, width), ink),)) for text, ink in strips.who_hears(strip)]
    said = _("too small, x still leaves") if up else _("too small")
    lines += [Line(((fit(part, width), Ink.TEXT),)) for part in textwrap.wrap(said, max(1, width))]
    return lines[:height]
