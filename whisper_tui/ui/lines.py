"""Who waits, and in which queues: the rows of these two views."""

from __future__ import annotations

from typing import TypeAlias

from whisper_tui.engine.rows import CallRow, QueueRow
from whisper_tui.terms import CallKey, CallState, Pbx
from whisper_tui.ui.listing import Listing, Ordered

QueueKey: TypeAlias = tuple[Pbx, str]


class Waiting(Listing[CallKey, CallRow]):
    """Callers whom nobody has answered; who has waited longest stands first."""

    def rank(self, key: CallKey, row: CallRow) -> tuple[Ordered, ...]:
        return (row.began if row.waiting_since is None else row.waiting_since,)

    def words(self, row: CallRow) -> str:
        return f"{row.queue} {row.caller} {row.caller_name} {row.state.value} {row.agent}"


class Queues(Listing[QueueKey, QueueRow]):
    """By name, which is calm."""

    def rank(self, key: QueueKey, row: QueueRow) -> tuple[Ordered, ...]:
        return ()

    def words(self, row: QueueRow) -> str:
        return f"{row.queue} {row.pbx}"


def waits(row: CallRow | None) -> CallRow | None:
    """Return `row` if somebody waits there."""
    return row if row is not None and row.state in (CallState.WAITING, CallState.RINGING) and row.queue else None
