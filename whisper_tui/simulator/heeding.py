"""What agents do when a supervisor speaks to them: take a customer back from hold, or send them on in the middle of a word.

No recording holds it. The events are those of holds and transfers that were recorded, in their order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from functools import partial

from whisper_tui.floor.model import Channel
from whisper_tui.simulator.interludes import SendOn
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.simulator.wire import snapshot
from whisper_tui.terms import Uniqueid

HEEDS = 3.0
"""Seconds of a whisper after which an agent takes the customer back from hold."""


class Heeding:
    """Agents who were told something, or will be."""

    def __init__(self, pbx: SimulatedPbx, transfers: Transfers) -> None:
        self._pbx = pbx
        self._transfers = transfers
        self._holding: dict[Uniqueid, Channel] = {}
        """Customers on hold, by the agent's channel."""
        self._armed: SendOn | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Forget whom anybody has spoken to, saying nothing more; what the next one is to do stands."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._holding.clear()

    def arm(self, one: SendOn) -> None:
        """The next agent who is spoken to does it."""
        self._armed = one

    def hold(self, agent: Channel, customer: Channel) -> None:
        """An agent puts the customer on hold, until the agent is spoken to."""
        self._holding[agent.uniqueid] = customer
        self._pbx.event("Hold", [*snapshot(agent), ("MusicClass", "default")])
        self._pbx.event("MusicOnHoldStart", [*snapshot(customer), ("Class", "default")])

    def resume(self, channel: Uniqueid) -> None:
        """The agent takes the customer back; nothing where the call is over, or they talk already."""
        customer, agent = self._holding.pop(channel, None), self._pbx.floor.channels.get(channel)
        if customer is not None and agent is not None and agent.holding:
            self._pbx.event("Unhold", snapshot(agent))
            self._pbx.event("MusicOnHoldStop", snapshot(customer))

    def spoken_to(self, channel: Uniqueid) -> None:
        """A supervisor is heard by whoever has this channel."""
        if channel in self._holding:
            self._go_on(self._heed(channel))
        elif self._armed is not None and channel in self._pbx.floor.channels:
            one, self._armed = self._armed, None
            self._go_on(self._send_on(one, channel)).add_done_callback(partial(self._undone, one))

    async def _heed(self, channel: Uniqueid) -> None:
        await self._pbx.clock.until(self._pbx.clock.monotonic() + HEEDS)
        self.resume(channel)

    async def _send_on(self, one: SendOn, channel: Uniqueid) -> None:
        await self._pbx.clock.until(self._pbx.clock.monotonic() + one.after)
        agent = self._pbx.floor.channels.get(channel)
        call = self._transfers.customer_of(agent) if agent is not None else None
        if agent is None or call is None:
            self._armed = self._armed or one  # the call was over first: it happens to the next one
            return
        free = (to for to in one.to if self._transfers.is_free(f"PJSIP/{to}"))
        self._transfers.blind(agent, None, call, one.context, next(free, one.to[-1]))

    def _undone(self, one: SendOn, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            self._armed = self._armed or one

    def _go_on(self, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
