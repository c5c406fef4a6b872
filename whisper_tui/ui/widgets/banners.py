"""Lines across the screen for what holds as long as it is so: direct mode, a log that cannot be written, no policy."""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.engine.backend import Banner
from whisper_tui.ui.inks import Ground, Ink, Line, fit
from whisper_tui.ui.words import sentence


def draw(banners: Sequence[Banner], width: int, height: int) -> list[Line]:
    """Return at most `height` lines, alarms first."""
    lines = []
    for banner in sorted(banners, key=lambda banner: not banner.alarm)[:height]:
        sign, ink = ("▲", Ink.ALARM_BLOCK) if banner.alarm else ("·", Ink.WAITING)
        lines.append(Line(((fit(f" {sign} {sentence(banner.notice)}", width), ink),), Ground.BAR))
    return lines
