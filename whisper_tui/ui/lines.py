"""Who waits, and in which queues: the rows of these two views."""

from __future__ import annotations

from typing import TypeAlias

from whisper_tui.engine.rows import CallRow, QueueRow
from whisper_tui.terms import CallKey, CallState, Pbx
from whisper_tui.ui import facts
from whisper_tui.ui.listing import Listing
from whisper_tui.ui.sorting import Sorting, most, named

QueueKey: TypeAlias = tuple[Pbx, str]


class Waiting(Listing[CallKey, CallRow]):
    """Callers whom nobody has answered; who has waited longest stands first."""

    def __init__(self) -> None:
        super().__init__(
            lambda row: row.key,
            facts.CALLERS,
            Sorting(
                lambda row: row.began if row.waiting_since is None else row.waiting_since,
                {
                    "place": lambda row: row.position,
                    "queue": lambda row: (row.queue.casefold(), row.position or 0),
                    "wait": lambda row: row.waiting_since,
                    "caller": lambda row: named(row.caller),
                    "priority": lambda row: most(row.priority or 0),
                    "rings": lambda row: named(row.agent or row.agent_device),
                },
            ),
        )


class Queues(Listing[QueueKey, QueueRow]):
    """By name, which is calm."""

    def __init__(self) -> None:
        super().__init__(
            lambda row: (row.pbx, row.queue),
            facts.QUEUES,
            Sorting(
                lambda row: (),
                {
                    "wait": lambda row: most(row.waiting),
                    "longest": lambda row: row.longest_since,
                    "level": lambda row: row.performance,
                    "talk": lambda row: most(row.talking),
                    "free": lambda row: row.free,
                    "paused": lambda row: most(row.paused),
                    "staff": lambda row: row.members,
                    "done": lambda row: most(row.completed),
                    "lost": lambda row: most(row.abandoned),
                },
            ),
        )


def waits(row: CallRow | None) -> CallRow | None:
    """Return `row` if somebody waits there."""
    return row if row is not None and row.state in (CallState.WAITING, CallState.RINGING) and row.queue else None
