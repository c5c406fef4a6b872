"""A story played in scaled time: loops, pause, seek, and a floor that is the same for whoever looks when."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.ami_client import AmiClient, Message
from tests.unit.simulator.conftest import capture
from tests.unit.simulator.floors import Listener, seen_late, shape, sketch
from whisper_tui.floor.model import Floor
from whisper_tui.simulator.server import Simulator, replay, start
from whisper_tui.terms import CallState

LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")


class Watcher:
    """A console's half: a client, and the floor that it makes of what it is sent."""

    def __init__(self, client: AmiClient) -> None:
        self.client = client
        self._listener = Listener()
        self._fed = 0

    @classmethod
    @asynccontextmanager
    async def on(cls, pbx: Simulator) -> AsyncIterator[Watcher]:
        async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client:
            watcher = cls(client)
            for name in LISTS:
                await client.listed(name)
            watcher.catch_up()
            yield watcher

    @property
    def floor(self) -> Floor:
        return self._listener.floor

    def catch_up(self) -> None:
        """Take what has arrived."""
        raw = bytes(self.client.raw)
        self._listener.feed(raw[self._fed :])
        self._fed = len(raw)

    async def agrees_with(self, pbx: Simulator, as_seen: Callable[[Floor], dict[str, Any]] = shape) -> None:
        """Fail unless this floor is the simulator's, once everything said has arrived. The playback stands still."""
        await self.client.ask("Ping")
        self.catch_up()
        assert as_seen(self.floor) == as_seen(pbx.floor)


async def test_a_client_sees_a_full_floor_at_once(busy: Path) -> None:
    async with await start(busy, speed=0) as pbx, Watcher.on(pbx) as watcher:
        states = Counter(one.state for one in watcher.floor.calls.values())
        assert states[CallState.WAITING] + states[CallState.RINGING] == 16
        assert states[CallState.TALKING] + states[CallState.HELD] == 9
        await watcher.agrees_with(pbx)


async def test_a_floor_joined_in_the_middle_is_the_simulators_own(busy: Path) -> None:
    async with await start(busy, speed=50) as pbx, Watcher.on(pbx) as early:
        while pbx.playback.position[0] < 40:
            assert await early.client.read()
        pbx.playback.set_speed(0)
        async with Watcher.on(pbx) as late:
            await early.agrees_with(pbx)
            await late.agrees_with(pbx, seen_late)


async def test_two_loops_later_all_agrees_and_no_id_was_used_twice(short: Path) -> None:
    async with await start(short, speed=100) as pbx, Watcher.on(pbx) as watcher:
        while pbx.playback.loop < 2:
            assert await watcher.client.read()
        pbx.playback.set_speed(0)
        await watcher.agrees_with(pbx)
        born = Counter(one["Uniqueid"] for one in watcher.client.events("Newchannel"))
        named = Counter(one["Channel"] for one in watcher.client.events("Newchannel"))
        bridges = Counter(one["BridgeUniqueid"] for one in watcher.client.events("BridgeCreate"))
        for seen in (born, named, bridges):
            assert len(seen) > 40
            assert set(seen.values()) == {1}
        assert watcher.floor.repairs == 0


async def test_nobody_is_told_what_the_recorded_console_was_answered(busy: Path) -> None:
    """At 30 s of the recording it asked for every list again."""
    async with await start(busy, speed=100) as pbx, Watcher.on(pbx) as watcher:
        while pbx.playback.position[0] < 32:
            assert await watcher.client.read()
        answers = [one for one in watcher.client.messages if "ActionID" in one]
        assert {one["ActionID"][0] for one in answers} == {"t"}, "the test's own"
        assert not watcher.client.events("Cdr"), "nor events of a class that our account does not read"
        assert len(watcher.client.events("FullyBooted")) == 1


async def test_a_callers_priority_is_told_in_every_loop(short: Path) -> None:
    async with await start(short, speed=0) as pbx, Watcher.on(pbx) as watcher:
        assert Counter(one["Priority"] for one in watcher.client.events("QueueEntry"))["10"] == 2
        pbx.playback.set_speed(100)
        while pbx.playback.loop < 1:
            assert await watcher.client.read()
        async with Watcher.on(pbx) as late:
            assert "10" in {one["Priority"] for one in late.client.events("QueueEntry")}


async def test_the_floor_stays_full_between_two_loops(short: Path) -> None:
    async with await start(short, speed=20) as pbx, Watcher.on(pbx) as watcher:
        while pbx.playback.loop < 1:
            assert await watcher.client.read()
            watcher.catch_up()
            assert len(watcher.floor.calls) >= 18


async def test_a_pause_stops_the_story_and_nothing_else(pbx: Simulator, client: AmiClient) -> None:
    stands_at = pbx.playback.position
    assert (await client.ask("Ping"))["Ping"] == "Pong"
    assert pbx.playback.position == stands_at
    assert pbx.playback.speed == 0
    pbx.playback.set_speed(100)
    await client.event("QueueCallerJoin")
    assert pbx.playback.position > stands_at


@pytest.fixture
def damaged(busy: Path, tmp_path: Path) -> Path:
    """A busy floor with a message that does not end in the middle of it."""
    whole = busy.read_bytes()
    capture = tmp_path / "damaged.ami"
    capture.write_bytes(whole[:200_000] + b"x" * (2 << 20) + whole[200_000:])
    capture.with_suffix(".idx").write_bytes(busy.with_suffix(".idx").read_bytes())
    return capture


async def test_a_recording_that_is_damaged_further_on_stops_there_and_says_why(damaged: Path) -> None:
    async with await start(damaged, speed=0) as pbx:
        assert len(pbx.floor.calls) > 10
        await pbx.playback.seek(90)
        assert "no end" in str(pbx.playback.trouble)
        async with Watcher.on(pbx) as watcher:
            assert len(watcher.floor.calls) > 10, "what came before it can be looked at"


@pytest.mark.parametrize("speed", [-1, 101, float("nan"), float("inf")])
async def test_a_speed_out_of_range_is_refused(speed: float, pbx: Simulator) -> None:
    with pytest.raises(ValueError, match="speed"):
        pbx.playback.set_speed(speed)
    assert pbx.playback.speed == 0


@pytest.mark.parametrize("second", [60.0, 5.0])
async def test_a_seek_shows_the_floor_as_it_was_then(second: float, busy: Path) -> None:
    async with await start(busy, speed=0) as played, await start(busy, speed=0) as sought:
        async with Watcher.on(sought) as cut:
            await sought.playback.seek(30)
            await cut.client.until_closed()
        await sought.playback.seek(second)
        assert sought.playback.position[0] == second
        async with Watcher.on(played) as looking:
            played.playback.set_speed(50)
            while played.playback.position[0] < second:
                assert await looking.client.read()
            played.playback.set_speed(0)
        await played.playback.seek(second)
        assert sketch(sought.floor) == sketch(played.floor)
        async with Watcher.on(sought) as again:
            await again.agrees_with(sought, seen_late)


async def test_a_seek_makes_calls_as_old_as_they_were_then(pbx: Simulator) -> None:
    def ages(rows: list[Message]) -> dict[str, int]:
        return {one["CallerIDNum"]: int(one["Duration"][-2:]) for one in rows if "trunk" in one["Channel"]}

    async with Watcher.on(pbx) as first:
        before = ages(first.client.events("CoreShowChannel"))
    await pbx.playback.seek(4)
    async with Watcher.on(pbx) as then:
        after = ages(then.client.events("CoreShowChannel"))
    stayed = before.keys() & after.keys()
    assert len(stayed) > 10
    assert {after[one] - before[one] for one in stayed} <= {3, 4}


@pytest.mark.parametrize("name", ["c-transfers", "e-spy", "f-recording", "g-leg", "i-local", "j-names", "k-direct"])
async def test_lists_tell_any_recorded_floor_as_it_is(name: str) -> None:
    """Transfers, spies, recordings, `Local/` members, odd names, calls outside queues."""
    async with await replay(capture(name), speed=0) as pbx:
        length = pbx.playback.position[1]
        for part in (0.3, 0.6):
            await pbx.playback.seek(part * length)
            async with Watcher.on(pbx) as late:
                await late.agrees_with(pbx, seen_late)


async def test_a_seek_past_either_end_stays_inside(pbx: Simulator) -> None:
    for second, reached in ((-5.0, 0.0), (float("nan"), 0.0), (1e9, pbx.playback.position[1])):
        await pbx.playback.seek(second)
        assert pbx.playback.position[0] == reached


async def test_a_replay_refuses_whatever_would_change_it(busy: Path) -> None:
    async with (
        await replay(busy, speed=0) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        agent = next(one.agent_channel for one in pbx.floor.calls.values() if one.agent_channel)
        before = shape(pbx.floor)
        for action, headers in (
            ("Originate", {"Channel": "PJSIP/2001", "Application": "ChanSpy", "Data": ",qg(x)d"}),
            ("Setvar", {"Channel": agent, "Variable": "SPYGROUP", "Value": "x"}),
            ("PlayDTMF", {"Channel": agent, "Digit": "5", "Receive": "true"}),
            ("Hangup", {"Channel": agent}),
            ("AbsoluteTimeout", {"Channel": agent, "Timeout": "1"}),
            ("Bridge", {"Channel1": agent, "Channel2": agent}),
        ):
            reply = await client.ask(action, **headers)
            assert (reply["Response"], reply["Message"]) == ("Error", "Permission denied"), action
        assert "Originate" not in await client.ask("ListCommands")
        assert pbx.originated == ()
        assert shape(pbx.floor) == before


async def test_a_replay_ends_and_keeps_its_last_floor(spied: Path) -> None:
    async with await replay(spied, speed=100) as pbx, Watcher.on(pbx) as watcher:
        async with asyncio.timeout(5):
            await pbx.playback.ended.wait()
        assert pbx.playback.position[0] == pbx.playback.position[1]
        await watcher.agrees_with(pbx)
