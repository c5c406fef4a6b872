"""The sessions: who hears whom, one line each; what no console started stands first, and red."""

from __future__ import annotations

from whisper_tui.engine.rows import SpyRow, Whose
from whisper_tui.terms import Mode
from whisper_tui.ui import present
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span, fit
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.roll import Roll
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, counted, later

COLUMNS = (
    Column("who", later("WHO"), 12),
    Column("whose", later("WHOSE"), 13),
    Column("mode", later("MODE"), 11),
    Column("agent", later("HEARS"), 12),
    Column("queue", later("QUEUE"), 8),
    Column("caller", later("CALLER"), 8),
    Column("since", later("SINCE"), 7, right=True),
)
_DROPPED = ("caller", "queue", "mode", "agent")
_GROWTH = (("agent", 16), ("whose", 28), ("queue", 14), ("caller", 16), ("who", 20), ("agent", 30), ("caller", 30))
columns = table.Layout(COLUMNS, _DROPPED, _GROWTH)

IN_WORDS = 28
"""From this width on it is said in words whose a listener is."""


def draw(
    roll: Roll, mine: Mode | None, typing: str | None, clear: str, moment: Moment, width: int, height: int
) -> list[Line]:
    """Return at most `height` lines; the roll learns how many rows fit.

    Args:
        mine: the confirmed mode of the person's own session, which AMI alone does not show.
        typing: what is typed behind `/`, None while nobody does.
        clear: the key that clears what is looked for.
    """
    notes = [*_notes(roll, width), *table.looked_for(roll.filter, typing, len(roll), len(roll.rows), clear, width)]
    lines = [table.head(columns(width), width, roll.sorting), *notes][:height]
    roll.resize(height - len(lines))
    if not len(roll):
        said = _("no listener matches") if roll.rows else _("nobody hears a call that you see")
        return [*lines, EMPTY, Line(((f"  {said}", Ink.MUTED),))][:height]
    current = roll.current
    rows = [
        _row(row, present.known(row, mine), row is current, roll.is_marked(row), moment, width) for row in roll.window()
    ]
    return [*lines, *rows][:height]


def _notes(roll: Roll, width: int) -> list[Line]:
    """What is to be known before the rows are read."""
    if not roll.foreign:
        return []
    said = counted(
        "1 listener was started outside this console: ask who it is",
        "{count} listeners were started outside this console: ask who they are",
        roll.foreign,
    )
    return [Line(((fit(f" ▲ {said}", width), Ink.ALARM_BLOCK),))]


def _row(row: SpyRow, known: Mode | None, under_cursor: bool, marked: bool, moment: Moment, width: int) -> Line:
    word, words, ink = present.WHOSE[row.whose]
    mode, mode_ink = (later("UNKNOWN"), Ink.WAITING) if known is None else present.MODES[known][:2]
    since = present.duration(moment.known(row.pbx) - row.since)
    whose = words if dict(columns(width)).get(COLUMNS[1], 0) >= IN_WORDS else word
    cells: dict[str, Span] = {
        "who": (row.device, Ink.STRONG),
        "whose": (_(whose), ink),
        "mode": (_(mode), mode_ink),
        "agent": (row.agent or present.NOTHING, Ink.STRONG if row.agent else Ink.MUTED),
        "queue": (row.queue or "-", Ink.TEXT),
        "caller": (row.caller or _("unknown"), Ink.TEXT),
        "since": (since, Ink.TEXT),
    }
    if row.whose is Whose.FOREIGN:
        cells = {name: (text, Ink.ALARM) for name, (text, _ink) in cells.items()}
    stale = row.pbx in moment.silent_since
    return table.row(columns(width), cells, width, under_cursor=under_cursor, stale=stale, marked=marked)
