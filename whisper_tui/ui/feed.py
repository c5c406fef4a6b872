"""From the backend to the screen: painted at the leading edge, then at most ten times a second; durations tick once a second.

That a link is up, or lost, is painted at once: at the start the whole floor comes with it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, Banner, StripView, ViewChanges
from whisper_tui.engine.rows import (
    AgentKey,
    AgentRow,
    CallRow,
    GlassRow,
    LinkRow,
    PetitionRow,
    QueueRow,
    SpyKey,
    SpyRow,
)
from whisper_tui.supervision.intents import PetitionId
from whisper_tui.terms import CallKey, Notice, Pbx

PACE = 0.1
"""Seconds between two paintings."""

TICK = 1.0
"""Seconds between two steps of the durations: all of them step together, which is calm to look at and cheap to send."""


class Feed:
    """Coalesces what the backend tells until it is time to paint.

    Args:
        take: takes the coalesced changes in.
        tick: lets a second pass.
        paint: draws.
    """

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        take: Callable[[ViewChanges], None],
        tick: Callable[[], None],
        paint: Callable[[], None],
    ) -> None:
        self._backend = backend
        self._clock = clock
        self._take = take
        self._tick = tick
        self._paint = paint
        self._painted = float("-inf")
        self._planned: asyncio.Task[None] | None = None
        self._ticker: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None
        self._forget()

    def start(self) -> None:
        """Subscribe and begin to tick; in the event loop."""
        self._unsubscribe = self._backend.subscribe(self._changed)
        self._ticker = asyncio.get_running_loop().create_task(self._tick_on())

    def stop(self) -> None:
        """Paint no more."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        for task in (self._ticker, self._planned):
            if task is not None:
                task.cancel()

    def settle(self) -> None:
        """Hand over at once what has come: a key is judged by the newest state, not by what was painted last."""
        if self._waiting:
            changes = ViewChanges(
                calls=self._calls,
                hidden=frozenset(self._hidden),
                queues=self._queues,
                links=self._links,
                spies=self._spies,
                petitions=self._petitions,
                glass=self._glass,
                agents=self._agents,
                strip=self._strip,
                banners=self._banners,
                anew=self._anew,
                notices=tuple(self._notices),
            )
            self._forget()
            self._take(changes)

    def paint_now(self) -> None:
        """Paint without waiting for the pace, and without delaying the next change: a key was pressed, a second is over."""
        if self._planned is not None:
            self._planned.cancel()
            self._planned = None
        self.settle()
        self._paint()

    def _forget(self) -> None:
        self._waiting = False
        self._calls: dict[CallKey, CallRow | None] = {}
        self._hidden: set[CallKey] = set()
        self._queues: dict[tuple[Pbx, str], QueueRow | None] = {}
        self._links: dict[Pbx, LinkRow] = {}
        self._spies: dict[SpyKey, SpyRow | None] = {}
        self._petitions: dict[PetitionId, PetitionRow | None] = {}
        self._glass: dict[str, GlassRow | None] = {}
        self._agents: dict[AgentKey, AgentRow | None] = {}
        self._strip: StripView | None = None
        self._banners: tuple[Banner, ...] | None = None
        self._anew = False
        self._notices: list[Notice] = []

    def _changed(self, changes: ViewChanges) -> None:
        self._waiting = True
        self._calls.update(changes.calls)
        self._hidden -= changes.calls.keys()
        self._hidden |= changes.hidden
        self._queues.update(changes.queues)
        self._links.update(changes.links)
        self._spies.update(changes.spies)
        self._petitions.update(changes.petitions)
        self._glass.update(changes.glass)
        self._agents.update(changes.agents)
        self._anew |= changes.anew
        self._notices += changes.notices
        if changes.strip is not None:
            self._strip = changes.strip
        if changes.banners is not None:
            self._banners = changes.banners
        due = self._painted + PACE
        if changes.links or (self._planned is None and self._clock.monotonic() >= due):
            self._painted = self._clock.monotonic()
            self.paint_now()
        elif self._planned is None:
            self._planned = asyncio.get_running_loop().create_task(self._paint_at(due))

    async def _paint_at(self, due: float) -> None:
        await self._clock.until(due)
        self._planned = None
        self._painted = self._clock.monotonic()
        self.paint_now()

    async def _tick_on(self) -> None:
        step = self._clock.monotonic()
        while True:
            # After a stop (ctrl-z, a laptop's sleep) the steps that were missed are not made up for.
            step = max(step + TICK, self._clock.monotonic())
            await self._clock.until(step)
            self._tick()
            self.paint_now()
