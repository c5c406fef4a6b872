"""A terminal too small for the panes: the mode and who hears, and which key still leaves."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.cells import set_cell_size

from whisper_tui.engine.backend import Phase
from whisper_tui.terms import Notice
from whisper_tui.ui.inks import Ink, Line, fit, width_of, wrap
from whisper_tui.ui.keymap import Keymap
from whisper_tui.ui.petitions import News
from whisper_tui.ui.widgets import asked, news
from whisper_tui.ui.widgets import strip as strips
from whisper_tui.ui.words import _, fill, sentence


def draw(
    scene: strips.Scene, what: News, keymap: Keymap, said: Sequence[Notice], width: int, height: int
) -> list[Line]:
    """Return the lines, the most important first."""
    strip, question = scene.strip, scene.question
    word, _ink, block = strips.title(strip)
    word = f"{word}  {ends}" if (ends := strips.ends_soon(scene)) else word
    lines = [Line(((fit(f" {word}" if width > width_of(word) else set_cell_size(word, width), width), block),))]
    if question is not None:
        text, ink = asked.in_short(question, strip)
        lines.insert(0 if height == 1 else 1, Line(((fit(text, width), ink),)))
    lines += [Line(((fit(part, width), Ink.STRONG),)) for notice in said for part in _wrapped(sentence(notice), width)]
    up = strip.phase is not Phase.NONE
    if up:
        lines += [Line(((fit(text, width), ink),)) for text, ink in strips.who_hears(strip)]
    calls = [part for text in news.in_short(what, keymap, scene.now) for part in wrap(text.split(), width)]
    lines += [Line(((fit(part, width), Ink.ALARM),)) for part in calls]
    way = fill(_("too small, {key} still leaves"), {"key": keymap.key_of("leave")}) if up else _("too small")
    lines += [Line(((fit(part, width), Ink.TEXT),)) for part in _wrapped(way, width)]
    return lines[:height]


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, max(1, width))
