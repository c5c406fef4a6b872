"""Who hears whom: the rows of the sessions' view."""

from __future__ import annotations

from whisper_tui.engine.rows import SpyKey, SpyRow, Whose
from whisper_tui.terms import Mode
from whisper_tui.ui import facts
from whisper_tui.ui.listing import Listing
from whisper_tui.ui.sorting import Sorting, named

_RANKS = {Whose.FOREIGN: 0, Whose.MINE: 1, Whose.OURS: 2, Whose.CONSOLE: 3, Whose.CUE: 4}
"""Spies that no console started stand first."""


class Roll(Listing[SpyKey, SpyRow]):
    """A floor has more calls than people who listen."""

    def __init__(self) -> None:
        self._mine: Mode | None = None
        super().__init__(
            lambda row: (row.pbx, row.spyer),
            facts.listeners(lambda: self._mine),
            Sorting(
                lambda row: (_RANKS[row.whose], row.since),
                {
                    "who": lambda row: named(row.device),
                    "agent": lambda row: named(row.agent),
                    "queue": lambda row: named(row.queue),
                    "caller": lambda row: named(row.caller),
                    "since": lambda row: row.since,
                },
            ),
        )

    def hear(self, mine: Mode | None) -> None:
        """The confirmed mode of the person's own session is `mine`: what a filter shows may have changed."""
        if mine is not self._mine:
            self._mine, self._moved = mine, True

    @property
    def foreign(self) -> int:
        """How many of those shown here were started outside any console."""
        return sum(row.whose is Whose.FOREIGN for row in self.rows.values())
