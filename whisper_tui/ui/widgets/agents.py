"""The agents, one line each: what they do and for how long, where, how many calls they took, and why they are paused."""

from __future__ import annotations

from math import ceil

from whisper_tui.engine.rows import AgentRow
from whisper_tui.ui import hands, present
from whisper_tui.ui.crew import Crew
from whisper_tui.ui.inks import EMPTY, Ink, Line, Span
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.widgets import table
from whisper_tui.ui.widgets.table import Column
from whisper_tui.ui.words import _, fill, later

COLUMNS = (
    Column("state", later("STATE"), 9),
    Column("agent", later("AGENT"), 14),
    Column("phone", later("PHONE"), 12),
    Column("for", later("FOR"), 7, right=True),
    Column("taken", later("TAKEN"), 5, right=True),
    Column("queues", later("QUEUES"), 10),
    Column("why", later("WHY"), 8),
)
_DROPPED = ("phone", "why", "queues", "taken")
_GROWTH = (("queues", 18), ("agent", 20), ("why", 16), ("queues", 40), ("agent", 28), ("why", 40))
columns = table.Layout(COLUMNS, _DROPPED, _GROWTH)


def draw(
    crew: Crew, typing: str | None, clear: str, moment: Moment, wall: float, width: int, height: int
) -> list[Line]:
    """Return at most `height` lines; the crew learns how many rows fit.

    Args:
        typing: what is typed behind `/`, None while nobody does.
        clear: the key that clears what is looked for.
        wall: now, seconds since 1970 UTC.
    """
    lines = [
        table.head(columns(width), width, crew.sorting),
        *table.looked_for(crew.filter, typing, len(crew), len(crew.rows), clear, width),
    ][:height]
    crew.resize(height - len(lines))
    if not len(crew):
        said = _("no agent matches") if crew.rows else _("no agents are on your floor")
        return [*lines, EMPTY, Line(((f"  {said}", Ink.MUTED),))][:height]
    current = crew.current
    rows = (_row(row, row is current, crew.is_marked(row), moment, wall, width) for row in crew.window())
    return [*lines, *rows][:height]


def _row(row: AgentRow, under_cursor: bool, marked: bool, moment: Moment, wall: float, width: int) -> Line:
    sign, word, ink = present.AGENT_STATES[row.state]
    known = moment.known(row.pbx)
    wall -= moment.now - known  # a clock stands still while the PBX tells nothing
    cells: dict[str, Span] = {
        "state": (f"{sign} {_(word)}", ink),
        "agent": (f"{hands.SIGN} {row.name}", Ink.ALARM) if hands.is_up(row.hand) else (row.name, Ink.STRONG),
        "phone": (row.device, Ink.MUTED),
        "for": _lasts(row, known, wall),
        "taken": (str(row.taken), Ink.TEXT),
        "queues": (_queues(row), Ink.TEXT),
        "why": _why(row, known, wall),
    }
    stale = row.pbx in moment.silent_since
    return table.row(columns(width), cells, width, under_cursor=under_cursor, stale=stale, marked=marked)


def _why(row: AgentRow, now: float, wall: float) -> Span:
    """What they ask for, why they are paused, or how long a wrap-up should last."""
    hand = row.hand
    if hand is None and row.wraps_until is not None and row.wraps_until > wall:
        seconds = str(ceil(row.wraps_until - wall))
        return fill(_("~{seconds} s wrap-up"), {"seconds": seconds}), Ink.MUTED
    if hand is None:
        return row.reason, Ink.PAUSED
    if not hands.is_up(hand):
        return hands.word(hand), Ink.MUTED
    return f"{hands.word(hand)} {present.short_duration(now - hand.since)} {hand.text}".rstrip(), Ink.ALARM


def _lasts(row: AgentRow, now: float, wall: float) -> Span:
    if row.since is not None:
        return present.duration(now - row.since), Ink.TEXT
    return (present.NOTHING, Ink.MUTED) if row.at is None else (present.duration(wall - row.at), Ink.TEXT)


def _queues(row: AgentRow) -> str:
    """The queues; those in which the agent is paused, and the others are not, in brackets."""
    some = 0 < row.paused < len(row.members)
    return " ".join(f"({member.queue})" if some and member.paused else member.queue for member in row.members)
