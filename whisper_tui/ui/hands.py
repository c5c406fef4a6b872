"""The hands that are up: how many, and whose has been up longest."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.rows import AgentKey, AgentRow, HandRow
from whisper_tui.ui.words import _, fill

SIGN = "⚑"


class Hands:
    """Of the agents that are seen. Those that somebody has taken are down."""

    def __init__(self) -> None:
        self._up: dict[AgentKey, AgentRow] = {}

    def __len__(self) -> int:
        return len(self._up)

    @property
    def oldest(self) -> AgentRow | None:
        """The agent who has asked for help longest."""
        return min(self._up.values(), key=_since, default=None)

    def take(self, rows: Mapping[AgentKey, AgentRow | None]) -> bool:
        """Take changed rows in; return whether a hand is up that was not."""
        rises = False
        for key, row in rows.items():
            before = self._up.pop(key, None)
            if row is not None and is_up(row.hand):
                self._up[key] = row
                rises |= before is None or _since(before) != _since(row)
        return rises


def is_up(hand: HandRow | None) -> bool:
    """Tell whether an agent waits for somebody."""
    return hand is not None and not hand.answered_by


def word(hand: HandRow) -> str:
    """Return what stands in a row: that the agent asks for help, or who has taken it."""
    return _("⚑ help") if is_up(hand) else fill(_("⚑ {person}"), {"person": hand.answered_by})


def _since(row: AgentRow) -> float:
    return row.hand.since if row.hand is not None else 0.0
