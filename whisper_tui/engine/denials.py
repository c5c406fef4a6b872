"""Keys that were pressed though they are dim: written down, and counted where somebody presses one again and again."""

from __future__ import annotations

from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.scribe import Scribe, ref_of
from whisper_tui.terms import CallKey

AGAIN = 10.0
"""Seconds in which the same attempt is not written down anew, but counted."""


class Denials:
    """Of one supervisor. The first attempt is written at once; those that follow it, as one row with their number."""

    def __init__(self, scribe: Scribe, clock: Clock) -> None:
        self._scribe = scribe
        self._clock = clock
        self._more: dict[tuple[str, str, CallKey], int] = {}
        self._counting = Chores()

    def note(self, deed: str, rule: str, call: CallKey) -> None:
        """Somebody tried `deed` on a call, and `rule` forbids it."""
        key = (deed, rule, call)
        if key in self._more:
            self._more[key] += 1
            return
        self._more[key] = 0
        self._scribe.denied(deed, rule, ref_of(call))
        self._counting.begin(self._count(key))

    def close(self) -> None:
        """Write what is counted."""
        self._counting.close()
        for key in list(self._more):
            self._settle(key)

    async def _count(self, key: tuple[str, str, CallKey]) -> None:
        await self._clock.until(self._clock.monotonic() + AGAIN)
        self._settle(key)

    def _settle(self, key: tuple[str, str, CallKey]) -> None:
        deed, rule, call = key
        if more := self._more.pop(key):
            self._scribe.denied(deed, rule, ref_of(call), more)
