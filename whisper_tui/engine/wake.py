"""Wakes somebody at a moment of the system's clock, such as the end of a permission."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from whisper_tui.clock import Clock

SAME = 0.05
"""Seconds by which two moments may differ and still be one: what is reckoned anew is never quite the same number."""


class Wake:
    """One moment at a time. `rings` is called in the event loop; whatever it finds, it may set the next moment."""

    def __init__(self, clock: Clock, rings: Callable[[], None]) -> None:
        self._clock = clock
        self._rings = rings
        self._task: asyncio.Task[None] | None = None
        self.at: float | None = None
        """When it will ring, by the monotonic clock; None: not at all."""

    def set(self, moment: float | None) -> None:
        """Ring at `moment` (seconds since 1970 UTC) in the place of what was set before; None: not at all."""
        at = None if moment is None else self._clock.monotonic() + moment - self._clock.wall()
        if at is not None and self.at is not None and abs(at - self.at) < SAME:
            return
        self.close()
        if at is not None:
            self.at = at
            self._task = asyncio.get_running_loop().create_task(self._wait(at))

    def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._task, self.at = None, None

    async def _wait(self, at: float) -> None:
        await self._clock.until(at)
        self._task, self.at = None, None
        self._rings()
