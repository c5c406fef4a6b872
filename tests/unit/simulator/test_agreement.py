"""Whatever clients do to a recorded floor, everybody who watches it agrees with what is so."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.fakes.ami_client import AmiClient
from tests.fakes.clock import WoundClock
from tests.unit.simulator.conftest import QUICK, capture
from tests.unit.simulator.floors import Listener, shape
from tests.unit.simulator.leg_life import talks
from whisper_tui.simulator.server import Simulator, start

LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")
PLACES = ["600", "610", "620", "5550130", "999", "1001", "1004", "1006", "1011"]
DEEDS = ("send on", "hang up", "join", "listen", "take over", "hand back", "press", "line", "staff")


class Crowd:
    """Supervisors who do anything at any time."""

    def __init__(self, pbx: Simulator, client: AmiClient, seed: int) -> None:
        self._pbx = pbx
        self._client = client
        self._chance = random.Random(seed)
        self._legs: list[str] = []
        self._rung = 0

    async def act(self) -> None:
        ask, chance, floor = self._client.ask, self._chance, self._pbx.floor
        there = talks(self._pbx)
        self._legs = [one for one in self._legs if one in floor.channels]
        deed = chance.choice(DEEDS)
        leg = chance.choice(self._legs) if self._legs else ""
        if there:
            talk = chance.choice(there)
            name = floor.channels[talk.agent].name
            match deed:
                case "send on":
                    await ask("BlindTransfer", Channel=talk.agent, Context="internal", Exten=chance.choice(PLACES))
                case "hang up" if chance.random() < 0.3:
                    await ask("Hangup", Channel=chance.choice([talk.agent, talk.customer, leg or talk.agent]))
                case "join" if len(self._legs) < 4:
                    await self._ring("BridgeAdd", lambda leg: name)
                case "listen" if len(self._legs) < 4:
                    await ask("Setvar", Channel=talk.agent, Variable="SPYGROUP", Value=self._next)
                    await self._ring("ChanSpy", lambda leg: f",qg({leg})d")
                case "take over" if leg:
                    await ask("Bridge", Channel1=leg, Channel2=floor.channels[talk.customer].name)
        if deed == "line":
            await self._on_a_caller()
        if deed == "staff":
            await self._on_a_member()
        if leg and deed == "hand back":
            await ask("BlindTransfer", Channel=leg, Context="internal", Exten=chance.choice(PLACES))
        if leg and deed == "press":
            await ask("PlayDTMF", Channel=leg, Digit=chance.choice("456*"), Receive="true")

    async def _on_a_caller(self) -> None:
        """Move who waits, raise them, or take them out."""
        ask, chance, floor = self._client.ask, self._chance, self._pbx.floor
        waiting = [one for queue in floor.queues.values() for one in queue.waiting.values()]
        if not waiting:
            return
        one = chance.choice(waiting)
        name = floor.channels[one.uniqueid].name
        match chance.choice(("redirect", "raise", "withdraw")):
            case "redirect":
                await ask("Redirect", Channel=one.uniqueid, Context="internal", Exten=chance.choice(PLACES))
            case "raise":
                # Not at once: places that no event tells are for the lists to repair, and nothing else here may be.
                await ask("QueueChangePriorityCaller", Queue=one.queue, Caller=name, Priority=str(chance.randrange(4)))
            case _:
                await ask("QueueWithdrawCaller", Queue=one.queue, Caller=name)

    async def _on_a_member(self) -> None:
        """Add them somewhere, take them out, pause or weigh them."""
        ask, chance, floor = self._client.ask, self._chance, self._pbx.floor
        queue = chance.choice(list(floor.queues.values()))
        member = chance.choice(list(queue.members.values()) or [None])
        if member is None:
            return
        match chance.choice(("add", "remove", "weigh", "pause")):
            case "add":
                to = chance.choice(list(floor.queues))
                added = {"Interface": member.interface, "MemberName": member.name, "StateInterface": member.device}
                await ask("QueueAdd", Queue=to, Penalty="2", **added)
            case "remove":
                await ask("QueueRemove", Queue=queue.name, Interface=member.interface)
            case "pause":
                await ask("QueuePause", Interface=member.interface, Paused=chance.choice(("yes", "no")), Reason="lunch")
            case _:
                await ask(
                    "QueuePenalty", Queue=queue.name, Interface=member.interface, Penalty=str(chance.randrange(9))
                )

    @property
    def _next(self) -> str:
        return f"wt-0a1b2c3d-{self._rung:016x}"

    async def _ring(self, application: str, data: Callable[[str], str]) -> None:
        leg, self._rung = self._next, self._rung + 1
        self._legs.append(leg)
        await self._client.ask(
            "Originate",
            ("Variable", "TIMEOUT(absolute)=20"),
            Channel=f"PJSIP/{2010 + self._rung % 20}",
            Application=application,
            Data=data(leg),
            ChannelId=leg,
            Async="true",
        )


@pytest.mark.parametrize(("name", "seed"), [("b-busy", 1), ("b-busy", 2), ("l-day", 3), ("i-local", 4)])
async def test_a_floor_that_clients_have_moved_is_told_as_it_is(name: str, seed: int) -> None:
    clock, chance = WoundClock(), random.Random(seed)
    manners = replace(QUICK, talks=15.0, patience=40.0)
    async with (
        await start(capture(name), speed=3, answers=manners, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        for listed in LISTS:
            await client.listed(listed)
        crowd = Crowd(pbx, client, seed)
        for _ in range(200):
            await clock.wind(chance.choice((0.2, 0.5, 1.0)), step=0.1)
            await crowd.act()
        await client.ask("Ping")
        listener = Listener()
        listener.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
        assert shape(listener.floor) == shape(pbx.floor)
        assert listener.floor.repairs == 0
        channels = pbx.floor.channels
        assert {one for one in pbx.ears() if one in channels} == {one.uniqueid for one in channels.values() if one.leg}
        assert all(customer in channels for customer in pbx._pbx.astray.held.values())
        assert pbx.playback.trouble is None
