"""The queues as a view of their own: who waits how long, the service level as a bar, staff, and what was answered and lost."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.engine.rows import QueueRow
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span
from whisper_tui.ui.lasthour import WaitHistory
from whisper_tui.ui.lines import Queues
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, fill, later

SPARK = 20
"""Cells of the last hour, three minutes each."""

COLUMNS = (
    Column("queue", later("QUEUE"), 12),
    Column("wait", later("WAIT"), 5, right=True),
    Column("longest", later("LONGEST"), 8, right=True),
    Column("how", "", 4),
    Column("level", later("IN TIME"), 16),
    Column("talk", later("TALK"), 5, right=True),
    Column("free", later("FREE"), 5, right=True),
    Column("paused", later("PAUSE"), 5, right=True),
    Column("staff", later("STAFF"), 5, right=True),
    Column("done", later("DONE"), 5, right=True),
    Column("lost", later("LOST"), 5, right=True),
    Column("hour", later("LAST HOUR"), SPARK),
)
_DROPPED = ("hour", "how", "staff", "paused", "lost", "done", "level")
_GROWTH = (("queue", 24), ("level", 18), ("queue", 34))
columns = table.Layout(COLUMNS, _DROPPED, _GROWTH)
_BAR = 10
"""Cells of a service level."""


class Hours(NamedTuple):
    """How long people waited in each queue. `since`: from this time of day on, "" for the whole hour."""

    history: WaitHistory
    now: float
    since: str = ""


def draw(
    queues: Queues, hours: Hours, typing: str | None, clear: str, moment: Moment, width: int, height: int
) -> list[Line]:
    """Return at most `height` lines; the list learns how many rows fit.

    Args:
        typing: what is typed behind `/`, None while nobody does.
        clear: the key that clears what is looked for.
    """
    notes = table.looked_for(queues.filter, typing, len(queues), len(queues.rows), clear, width)
    lines = [_head(queues, hours, width), *notes][:height]
    queues.resize(height - len(lines))
    if not len(queues):
        said = _("no queue matches") if queues.rows else _("no queues are on your floor")
        return [*lines, EMPTY, Line(((f"  {said}", Ink.MUTED),))][:height]
    several = len({pbx for pbx, _queue in queues.rows}) > 1
    for row in queues.window():
        name = f"{row.queue}@{row.pbx}" if several else row.queue
        cells = _cells(row, name, moment.known(row.pbx))
        cells["hour"] = hours.history.of((row.pbx, row.queue), hours.now, SPARK).spark, Ink.WAITING
        stale, here = row.pbx in moment.silent_since, (row.pbx, row.queue) == queues.cursor
        marked = queues.is_marked(row)
        lines.append(table.row(columns(width), cells, width, under_cursor=here, stale=stale, marked=marked))
    return lines[:height]


def _head(queues: Queues, hours: Hours, width: int) -> Line:
    shown = columns(width)
    if hours.since:
        head = fill(_("SINCE {time}"), {"time": hours.since})
        shown = tuple((column._replace(head=head) if column.name == "hour" else column, wide) for column, wide in shown)
    return table.head(shown, width, queues.sorting)


def bar(percent: float) -> str:
    """Return a percentage as a bar of ten."""
    full = max(0, min(_BAR, round(percent / 100 * _BAR)))
    return "▮" * full + "▯" * (_BAR - full)


def _cells(row: QueueRow, name: str, now: float) -> dict[str, Span]:
    cells = present.queue_cells(row, name, now)
    _sign, word, ink = present.WAITS[present.longest_stands(row, now)]
    level = cells.level
    if row.performance is not None:
        level = f"{bar(row.performance)} {level[0]}", Ink.GOOD if row.performance >= present.IN_TIME else Ink.WAITING
    return {
        "queue": (name, Ink.STRONG),
        "wait": cells.wait,
        "longest": cells.longest,
        "how": (_(word) if word else "", ink),
        "level": level,
        "talk": cells.talk,
        "free": cells.free,
        "paused": cells.paused,
        "staff": (str(row.members), Ink.TEXT),
        "done": (str(row.completed), Ink.TEXT),
        "lost": (str(row.abandoned), Ink.TEXT if row.abandoned else Ink.MUTED),
    }
