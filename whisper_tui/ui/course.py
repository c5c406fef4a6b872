"""How a call went, as a bar in time and in words: waited, rang, talked, on hold, handed on; who hears it, and since when. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from whisper_tui.engine.rows import CallRow, ListenerBadge
from whisper_tui.terms import CallState, Mode, Step
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ink, Span, width_of
from whisper_tui.ui.story import SIGNS as MODE_SIGNS
from whisper_tui.ui.words import _, fill, later

UNSEEN = ("?", Ink.MUTED)
HANDED = ("→", Ink.STRONG)
SIGNS: dict[CallState, tuple[str, Ink]] = {
    CallState.ELSEWHERE: ("·", Ink.MUTED),
    CallState.WAITING: ("░", Ink.WAITING),
    CallState.RINGING: ("≈", Ink.RINGING),
    CallState.TALKING: ("▬", Ink.TALKING),
    CallState.HELD: ("‖", Ink.HELD),
}
"""What a cell of the bar shows."""

_WORDS: dict[CallState, str] = {
    CallState.ELSEWHERE: later("in the dialplan"),
    CallState.WAITING: later("waiting"),
    CallState.RINGING: later("ringing"),
    CallState.TALKING: later("talking"),
    CallState.HELD: later("on hold"),
}
_UNKNOWN_MODE = "?"
_LOUDEST = (Mode.TAKEOVER, Mode.BARGE, Mode.THIRD, Mode.WHISPER, None, Mode.SILENT)
"""Which of several listeners a cell shows; one whose mode is not known may be heard."""


def bar(row: CallRow, now: float, cells: int) -> tuple[Span, ...]:
    """Return the bar of the call from its beginning to `now`."""
    begin = _begin(row)
    if now <= begin and row.steps:  # it came since the last tick: its cells have no length yet
        sign, ink = SIGNS[row.steps[-1].state]
        return ((sign * cells, ink),)
    spans: list[Span] = []
    for at in range(cells):
        start, end = _cell(begin, now, cells, at)
        sign, ink = _sign(row.steps, start, end)
        if spans and spans[-1][1] is ink:
            spans[-1] = (spans[-1][0] + sign, ink)
        else:
            spans.append((sign, ink))
    return tuple(spans)


def heard(row: CallRow, mine: Mode | None, now: float, cells: int) -> str:
    """Return the bar of who hears the call now, in the same cells: from when on, and in which mode as far as that is confirmed."""
    begin = _begin(row)
    return "".join(_ear(row.listeners, mine, _cell(begin, now, cells, at)[1]) for at in range(cells))


def words(row: CallRow, now: float, wall: float, width: int) -> str:
    """Return the same in words, as much of its end as has room in `width` cells. `wall`: the time of day at `now`."""
    said = [_said(step, present.clock_time(wall - (now - step.at))) for step in row.steps]
    if not row.steps or row.steps[0].at - row.began > 1.0:
        when = present.clock_time(wall - (now - row.steps[0].at)) if row.steps else present.clock_time(wall)
        said.insert(0, fill(_("before {time}: not seen"), {"time": when}))
    text = " → ".join(said)
    while len(said) > 1 and width_of(text) > width:
        del said[0]
        text = "… → " + " → ".join(said)
    return text


def _said(step: Step, time: str) -> str:
    values = {"time": time, "word": _(_WORDS[step.state])}
    return fill(_("{time} handed on, {word}") if step.handed else _("{time} {word}"), values)


def _begin(row: CallRow) -> float:
    return min([row.began, *(step.at for step in row.steps[:1])])


def _cell(begin: float, now: float, cells: int, at: int) -> tuple[float, float]:
    each = max(0.0, now - begin) / cells
    return begin + at * each, begin + (at + 1) * each


def _sign(steps: Sequence[Step], start: float, end: float) -> tuple[str, Ink]:
    """What a cell of [start, end) shows: that the call was handed on, else what lasted longest in it."""
    if any(step.handed and start <= step.at < end for step in steps):
        return HANDED
    found, longest = UNSEEN, max(0.0, min(end, steps[0].at) - start) if steps else 0.0
    for step, after in pairwise((*steps, None)):
        if step is not None:
            until = end if after is None else min(end, after.at)
            lasted = until - max(start, step.at)
            if lasted > longest:
                found, longest = SIGNS[step.state], lasted
    return found


def _ear(listeners: Sequence[ListenerBadge], mine: Mode | None, at: float) -> str:
    modes = {present.known(badge, mine) for badge in listeners if badge.since < at}
    if not modes:
        return " "
    loudest = next(mode for mode in _LOUDEST if mode in modes)
    return _UNKNOWN_MODE if loudest is None else MODE_SIGNS[loudest.value]
