"""How a session went: what was heard from when to when, from its rows."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor

from msgspec import Struct

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.search import OPENS

WAITING, SUSPENDED, MUTED = "waiting", "suspended", "muted"
QUIETEST_FIRST = (WAITING, SUSPENDED, "silent", MUTED, "whisper", "third", "barge", "takeover")
"""Every state that a session can be in: the modes, and before, beside and between them."""


class Span(Struct, frozen=True):
    """A stretch of a session, in seconds from the row that opens it."""

    begin: float
    end: float
    state: str


def spans(rows: Sequence[Row]) -> list[Span]:
    """The stretches of one session from its rows, oldest first; they follow each other without a gap."""
    records = [row.record for row in rows if row.record.session]
    while records and records[0].kind not in OPENS:
        records.pop(0)
    if not records:
        return []
    found: list[Span] = []
    state, since, now = WAITING, 0.0, 0.0
    for record in records:
        now = max(now, after(record, records[0]))
        turned = _state(record, state)
        if turned != state:
            if now > since:
                found.append(Span(since, now, state))
            state, since = turned, now
        if record.kind is Kind.LEFT:
            break
    if now > since or not found:
        found.append(Span(since, now, state))
    return found


def after(record: Record, first: Record) -> float:
    """Seconds from `first` to `record`: by the clock that never jumps, or, over a start of the machine, by the other."""
    return record.monotonic - first.monotonic if record.boot == first.boot else record.at - first.at


def bar(stretches: Sequence[Span], width: int) -> list[str]:
    """The session as `width` states of equal length, [] for one without any.

    The loudest that fell into a cell is what it says: a barge of a second shows in a session of an hour.
    """
    length = stretches[-1].end if stretches else 0.0
    if length <= 0 or width < 1:
        return []
    cells = [WAITING] * width
    for span in stretches:
        first = min(width - 1, floor(round(span.begin / length * width, 6)))
        last = max(first, min(width, ceil(round(span.end / length * width, 6))) - 1)
        for place in range(first, last + 1):
            cells[place] = max(cells[place], span.state, key=QUIETEST_FIRST.index)
    return cells


def _state(record: Record, before: str) -> str:
    match record.kind:
        case Kind.SUSPENDED:
            return SUSPENDED
        case Kind.AIMED | Kind.MODE if record.mode in QUIETEST_FIRST:
            return MUTED if record.microphone == "muted" and record.mode != "silent" else record.mode
    return before
