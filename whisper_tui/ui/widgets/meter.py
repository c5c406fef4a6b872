"""How much the supervisor speaks, as a bar and in words: against over-coaching. Only what was measured."""

from __future__ import annotations

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.terms import Mode
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ink, Span, width_of
from whisper_tui.ui.words import _, fill

CELLS = 8
"""Of the bar."""

SAID = 1000
"""Cells that words alone have."""

MUCH = 0.5
"""The part of the last minute from which on the words stand out: the agent, and the customer, have to come in too."""

_GAP: Span = (" · ", Ink.MUTED)


def draw(strip: StripView, now: float, room: int) -> tuple[Span, ...]:
    """Return what has room of it in `room` cells, nothing where nobody is coached."""
    if strip.phase is not Phase.ON or strip.mode not in (Mode.WHISPER, Mode.BARGE):
        return ()
    if strip.talk is None:
        said = _("how much you speak is not measured")
        return ((said, Ink.MUTED), _GAP) if strip.measured is False and width_of(said) + 3 <= room else ()
    minute = strip.talk.of_the_minute(now)
    values = {
        "share": f"{100 * minute:.0f}",
        "longest": present.duration(strip.talk.longest(now)),
        "session": f"{100 * strip.talk.of_the_session(now):.0f}",
    }
    ink = Ink.WAITING if minute >= MUCH else Ink.TEXT
    for words, has_bar in (
        (_("you spoke {share} % of the last minute, {session} % of the session, longest {longest}"), True),
        (_("you spoke {share} % of the last minute, longest {longest}"), True),
        (_("you spoke {share} %, longest {longest}"), True),
        (_("you spoke {share} %"), False),
    ):
        said = fill(words, values)
        shown: tuple[Span, ...] = (*(((f"{_bar(minute)} ", ink),) if has_bar else ()), (said, ink), _GAP)
        if sum(width_of(text) for text, _ink in shown) <= room:
            return shown
    return ()


def spoken(strip: StripView, now: float) -> str:
    """The same in words alone, "" where nobody is coached."""
    return "".join(text for text, _ink in draw(strip, now, SAID)[:-1]).strip("▮▯ ")


def _bar(part: float) -> str:
    full = min(CELLS, round(part * CELLS))
    return "▮" * full + "▯" * (CELLS - full)
