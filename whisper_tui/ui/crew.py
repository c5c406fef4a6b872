"""The agents: the rows of their view."""

from __future__ import annotations

from whisper_tui.engine.rows import AgentKey, AgentRow, AgentState
from whisper_tui.ui.listing import Listing, Ordered

_RANKS = {state: rank for rank, state in enumerate(AgentState)}


class Crew(Listing[AgentKey, AgentRow]):
    """Who talks stands first, who is away last."""

    def rank(self, key: AgentKey, row: AgentRow) -> tuple[Ordered, ...]:
        return _RANKS[row.state], row.name.casefold()

    def words(self, row: AgentRow) -> str:
        queues = " ".join(member.queue for member in row.members)
        return f"{row.name} {row.device} {row.state.value} {row.reason} {queues}"
