"""The agents: the rows of their view."""

from __future__ import annotations

from whisper_tui.engine.rows import AgentKey, AgentRow, AgentState
from whisper_tui.ui import facts, hands
from whisper_tui.ui.listing import Listing
from whisper_tui.ui.sorting import Sorting, most, named

_RANKS = {state: rank for rank, state in enumerate(AgentState)}


class Crew(Listing[AgentKey, AgentRow]):
    """Who asks for help stands first, then who talks; who is away last."""

    def __init__(self) -> None:
        super().__init__(
            lambda row: (row.pbx, row.device),
            facts.AGENTS,
            Sorting(
                lambda row: (not hands.is_up(row.hand), _RANKS[row.state], row.name.casefold()),
                {
                    "agent": lambda row: named(row.name),
                    "phone": lambda row: named(row.device),
                    # A talk is timed by one clock, a pause by another: no order between them.
                    "for": lambda row: (
                        _RANKS[row.state],
                        row.since is None and row.at is None,
                        row.since or 0.0,
                        row.at or 0.0,
                    ),
                    "taken": lambda row: most(row.taken),
                    "queues": lambda row: [member.queue.casefold() for member in row.members],
                    "why": lambda row: named(row.reason),
                },
            ),
        )
