"""Who waits, one line each: in which queue, at which place, for how long, and who is being rung."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.rows import CallRow, Limits, QueueRow
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span
from whisper_tui.ui.lines import QueueKey, Waiting
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, later

COLUMNS = (
    Column("place", later("PLACE"), 5, right=True),
    Column("queue", later("QUEUE"), 9),
    Column("wait", later("WAIT"), 7, right=True),
    Column("how", "", 4),
    Column("caller", later("CALLER"), 10),
    Column("priority", later("PRIO"), 4, right=True),
    Column("rings", later("RINGS"), 12),
)
_DROPPED = ("how", "priority", "rings", "caller")
_GROWTH = (("queue", 14), ("caller", 20), ("rings", 20), ("caller", 34), ("queue", 24), ("rings", 30))
columns = table.Layout(COLUMNS, _DROPPED, _GROWTH)


def draw(
    waiting: Waiting,
    queues: Mapping[QueueKey, QueueRow],
    typing: str | None,
    clear: str,
    moment: Moment,
    width: int,
    height: int,
) -> list[Line]:
    """Return at most `height` lines; the list learns how many rows fit.

    Args:
        typing: what is typed behind `/`, None while nobody does.
        clear: the key that clears what is looked for.
    """
    notes = table.looked_for(waiting.filter, typing, len(waiting), len(waiting.rows), clear, width)
    lines = [table.head(columns(width), width, waiting.sorting), *notes][:height]
    waiting.resize(height - len(lines))
    if not len(waiting):
        said = _("nobody who waits matches") if waiting.rows else _("nobody waits")
        return [*lines, EMPTY, Line(((f"  {said}", Ink.MUTED),))][:height]
    for row in waiting.window():
        queue = queues.get((row.key.pbx, row.queue))
        limits = queue.limits if queue is not None else present.NO_LIMITS
        stale = row.key.pbx in moment.silent_since
        cells = _cells(row, moment.known(row.key.pbx), limits)
        here, marked = row.key == waiting.cursor, waiting.is_marked(row)
        lines.append(table.row(columns(width), cells, width, under_cursor=here, stale=stale, marked=marked))
    return lines[:height]


def _cells(row: CallRow, now: float, limits: Limits) -> dict[str, Span]:
    cells = present.call_cells(row, now, limits)
    _sign, word, ink = present.WAITS[present.wait_stands(row, now, limits)]
    return {
        "place": (str(row.position) if row.position else present.NOTHING, Ink.TEXT if row.position else Ink.MUTED),
        "queue": cells.queue,
        "wait": cells.wait,
        "how": (_(word) if word else "", ink),
        "caller": cells.caller,
        "priority": (str(row.priority) if row.priority else "", Ink.MUTED),
        "rings": (present.person(row), Ink.RINGING) if row.agent_device else ("", Ink.MUTED),
    }
