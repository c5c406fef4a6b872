"""Who becomes late while they wait: found at the moment in which it happens, without looking at anybody before. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from heapq import heapify, heappop, heappush

from whisper_tui.engine.rows import CallRow, Limits
from whisper_tui.terms import CallKey, Pbx
from whisper_tui.ui.lines import waits

LimitsOf = Callable[[CallRow], Limits]


class Lateness:
    """When each caller becomes late in whose queue the bell is wanted.

    Args:
        limits: of the queue in which a caller waits.
    """

    def __init__(self, limits: LimitsOf) -> None:
        self._limits = limits
        self._due: dict[CallKey, float] = {}
        """When somebody who waits becomes late, or became it."""
        self._turns: list[tuple[float, CallKey]] = []
        """What is to come, the next first; of these only those hold that `_due` has too."""

    def apply(self, changes: Mapping[CallKey, CallRow | None], now: float) -> None:
        """Take changed rows in; whoever is late already when they come into sight does not become it."""
        for key, row in changes.items():
            due = self._due_of(row)
            if due == self._due.get(key):
                continue
            if due is None:
                del self._due[key]
                continue
            self._due[key] = due
            if due >= now:
                heappush(self._turns, (due, key))
        if len(self._turns) > 2 * len(self._due) + 64:
            self._turns = [turn for turn in self._turns if self._due.get(turn[1]) == turn[0]]
            heapify(self._turns)

    def tick(self, now: float, silent: Collection[Pbx] = ()) -> bool:
        """Tell whether somebody has become late since the last time; of those on a `silent` PBX nobody knows whether they wait."""
        late = False
        while self._turns and self._turns[0][0] < now:
            due, key = heappop(self._turns)
            late |= self._due.get(key) == due and key.pbx not in silent
        return late

    def _due_of(self, row: CallRow | None) -> float | None:
        caller = waits(row)
        if caller is None or caller.waiting_since is None or caller.waited is not None:
            return None
        limits = self._limits(caller)
        return caller.waiting_since + limits.late if limits.bell and limits.late > 0 else None
