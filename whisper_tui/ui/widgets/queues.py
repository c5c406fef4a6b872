"""The queues: beside the calls as a table with a line at its right, above them as a table, or as one line."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from whisper_tui.engine.rows import QueueRow
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ink, Line, Span, crop, dimmed, fit, fit_right, taken
from whisper_tui.ui.lasthour import Hour
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.words import _, fill

_NUMBERS = (5, 8, 6, 5, 5, 6)
"""Widths of all columns but the name."""


SPARK = 15
"""Cells of the last hour, four minutes each."""


class LastHour(NamedTuple):
    """How long people waited. `since`: from this time of day on, "" for the whole hour."""

    hour: Hour
    since: str = ""


def draw(
    queues: Sequence[QueueRow], hour: LastHour, width: int, height: int, moment: Moment, beside: bool
) -> list[Line]:
    """Return the lines: a table, or one line where there is but one."""
    if height == 1 and not beside:
        return [_one_line(queues, width, moment)]
    inner = width - 2 if beside else width
    room = height - 1
    rows = in_order(queues, room)
    lines = [_head(rows, inner)]
    several = len({queue.pbx for queue in queues}) > 1
    shown = rows if len(rows) <= room else rows[: room - 1]
    lines += [
        _row(queue, _name(queue, several), inner, moment.known(queue.pbx), queue.pbx in moment.silent_since)
        for queue in shown
    ]
    if len(shown) < len(rows):
        more = fill(_("{count} more"), {"count": str(len(rows) - len(shown))})
        lines.append(Line(((fit(f" … {more}", inner), Ink.MUTED),)))
    if not beside:
        return lines
    last = [_hour(hour, inner)] if len(lines) < height and hour.hour.top is not None else []
    lines += [Line(((" " * inner, Ink.TEXT),))] * (height - len(lines) - len(last)) + last
    return [Line((*line.spans, (" │", Ink.RULE)), line.ground) for line in lines]


def _hour(hour: LastHour, width: int) -> Line:
    values = {"top": present.duration(hour.hour.top or 0.0), "time": hour.since}
    words = fill(_("top {top} since {time}") if hour.since else _("top {top}, last hour"), values)
    spans: tuple[Span, ...] = ((f" {_('waits')} ", Ink.MUTED), (hour.hour.spark, Ink.WAITING), (f" {words}", Ink.MUTED))
    kept = crop(spans, width)
    return Line((*kept, (" " * (width - taken(kept)), Ink.TEXT)))


def in_order(queues: Sequence[QueueRow], room: int) -> list[QueueRow]:
    """Return the queues by name, which is calm; where they do not all fit, those with the longest wait first."""
    by_name = sorted(queues, key=lambda queue: (queue.pbx, queue.queue))
    return by_name if len(by_name) <= room else sorted(by_name, key=_urgency)


def _urgency(queue: QueueRow) -> float:
    return float("inf") if queue.longest_since is None else queue.longest_since


def _name(queue: QueueRow, several: bool) -> str:
    return f"{queue.queue}@{queue.pbx}" if several else queue.queue


def _head(queues: Sequence[QueueRow], width: int) -> Line:
    levels = {queue.service_level for queue in queues if queue.service_level}
    level = f"{_('SL')}{levels.pop()}" if len(levels) == 1 else _("SL")
    words = (_("WAIT"), _("LONGEST"), level, _("TALK"), _("FREE"), _("PAUSE"))
    name = fit(f" {_('QUEUE')}", width - sum(_NUMBERS))
    numbers = "".join(fit_right(word, column) for word, column in zip(words, _NUMBERS, strict=True))
    return Line(((name + numbers, Ink.MUTED),))


@lru_cache(maxsize=256)
def _row(queue: QueueRow, name: str, width: int, now: float, stale: bool) -> Line:
    cells = present.queue_cells(queue, name, now)
    spans: list[Span] = [(fit(f" {cells.queue[0]}", width - sum(_NUMBERS)), cells.queue[1])]
    spans += [(fit_right(text, column), ink) for (text, ink), column in zip(cells[1:], _NUMBERS, strict=True)]
    return dimmed(Line(tuple(spans))) if stale else Line(tuple(spans))


def _one_line(queues: Sequence[QueueRow], width: int, moment: Moment) -> Line:
    """The queues in which somebody waits, the longest first, then the others, as many as fit."""
    spans: list[Span] = []
    several = len({queue.pbx for queue in queues}) > 1
    ordered = sorted(sorted(queues, key=lambda queue: (queue.pbx, queue.queue)), key=_urgency)
    for at, queue in enumerate(ordered):
        cells = present.queue_cells(queue, _name(queue, several), moment.known(queue.pbx))
        part: list[Span] = [(f" {cells.queue[0]} ", Ink.TEXT)]
        if queue.waiting:
            said = f"{queue.waiting} {_('waiting')} {cells.longest[0].rstrip()}"
            part.append((said, cells.longest[1]))
        else:
            part.append((fill(_("{count} free"), {"count": str(queue.free)}), Ink.MUTED))
        part.append(("  ", Ink.TEXT))
        if queue.pbx in moment.silent_since:
            part = [(text, Ink.MUTED) for text, _ink in part]
        left = fill(_("+{count} more"), {"count": str(len(ordered) - at)})
        if taken((*spans, *part)) + (len(left) if at + 1 < len(ordered) else 0) > width:
            spans.append((left, Ink.MUTED))
            break
        spans += part
    return Line(tuple(spans))
