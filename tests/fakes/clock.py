"""A clock that a test winds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class WoundClock:
    """Stands still until `wind(seconds)`; whoever waited for a moment that has come goes on."""

    def __init__(self, monotonic: float = 1000.0, wall: float = 1_795_000_000.0) -> None:
        self._now = monotonic
        self._wall = wall
        self._sleepers: list[tuple[float, asyncio.Future[None]]] = []
        self._limits: list[tuple[float, asyncio.Timeout]] = []

    def monotonic(self) -> float:
        return self._now

    def wall(self) -> float:
        return self._wall

    def set_wall(self, by: float) -> None:
        """Somebody sets the system's clock."""
        self._wall += by

    async def until(self, moment: float) -> None:
        if moment <= self._now:
            return
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._sleepers.append((moment, future))
        await future

    @asynccontextmanager
    async def timeout(self, seconds: float) -> AsyncIterator[object]:
        async with asyncio.timeout(None) as limit:
            entry = (self._now + seconds, limit)
            self._limits.append(entry)
            try:
                yield limit
            finally:
                if entry in self._limits:
                    self._limits.remove(entry)

    async def wind(self, seconds: float, step: float = 0.5) -> None:
        """Let `seconds` pass, in steps, letting every task that woke up run between two steps."""
        end = self._now + seconds
        await settle()
        while self._now < end:
            moved = min(step, end - self._now)
            self._now += moved
            self._wall += moved
            for sleeper in [s for s in self._sleepers if s[0] <= self._now]:
                self._sleepers.remove(sleeper)
                if not sleeper[1].done():
                    sleeper[1].set_result(None)
            for entry in [s for s in self._limits if s[0] <= self._now]:
                self._limits.remove(entry)
                entry[1].reschedule(0)
            await settle()


async def settle(rounds: int = 20) -> None:
    """Let every task that can run do so."""
    for _ in range(rounds):
        await asyncio.sleep(0)
