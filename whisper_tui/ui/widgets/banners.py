"""Lines across the screen: what somebody asks for, and what holds as long as it is so: direct mode, no policy, an alarm."""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.engine.backend import Banner
from whisper_tui.ui.inks import Ground, Ink, Line, fit
from whisper_tui.ui.keymap import Keymap
from whisper_tui.ui.petitions import News
from whisper_tui.ui.widgets import news
from whisper_tui.ui.words import sentence

LONG = 2
"""Lines that one piece of news has where there is room."""


def lines_wanted(banners: Sequence[Banner], what: News, keymap: Keymap, now: float, width: int) -> int:
    """Return how many lines there would be in a terminal of `width`."""
    return len(_lines(banners, what, keymap, now, width, LONG))


def draw(banners: Sequence[Banner], what: News, keymap: Keymap, now: float, width: int, height: int) -> list[Line]:
    """Return at most `height` lines, alarms first, and of these what wants an answer."""
    found = _lines(banners, what, keymap, now, width, LONG)
    return (found if len(found) <= height else _lines(banners, what, keymap, now, width, 1))[:height]


def _lines(banners: Sequence[Banner], what: News, keymap: Keymap, now: float, width: int, most: int) -> list[Line]:
    alarms = [_line(banner, width) for banner in banners if banner.alarm]
    others = [_line(banner, width) for banner in banners if not banner.alarm]
    return [*news.lines(what, keymap, now, width, most), *alarms, *news.waits(what, keymap, now, width), *others]


def _line(banner: Banner, width: int) -> Line:
    sign, ink = ("▲", Ink.ALARM_BLOCK) if banner.alarm else ("·", Ink.WAITING)
    return Line(((fit(f" {sign} {sentence(banner.notice)}", width), ink),), Ground.BAR)
