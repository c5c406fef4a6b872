"""Keys that were pressed though they are dim: written down, and counted where somebody presses one again and again."""

from __future__ import annotations

from msgspec import Struct

from whisper_tui.audit.records import CallRef, Whom
from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.scribe import Scribe

AGAIN = 10.0
"""Seconds in which the same attempt is not written down anew, but counted."""


class Attempt(Struct, frozen=True):
    """Somebody tried `deed`, on a call or on an agent, and `rule` forbids it."""

    deed: str
    rule: str
    call: CallRef | None = None
    whom: Whom | None = None


class Denials:
    """Of one supervisor. The first attempt is written at once; those that follow it, as one row with their number."""

    def __init__(self, scribe: Scribe, clock: Clock) -> None:
        self._scribe = scribe
        self._clock = clock
        self._more: dict[Attempt, int] = {}
        self._counting = Chores()

    def note(self, attempt: Attempt) -> None:
        """Write it down, or count it."""
        if attempt in self._more:
            self._more[attempt] += 1
            return
        self._more[attempt] = 0
        self._write(attempt, 1)
        self._counting.begin(self._count(attempt))

    def close(self) -> None:
        """Write what is counted."""
        self._counting.close()
        for attempt in list(self._more):
            self._settle(attempt)

    async def _count(self, attempt: Attempt) -> None:
        await self._clock.until(self._clock.monotonic() + AGAIN)
        self._settle(attempt)

    def _settle(self, attempt: Attempt) -> None:
        if more := self._more.pop(attempt):
            self._write(attempt, more)

    def _write(self, attempt: Attempt, times: int) -> None:
        self._scribe.denied(attempt.deed, attempt.rule, attempt.call, times, attempt.whom)
