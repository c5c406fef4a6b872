"""The floor that events have built is what Asterisk lists, after real traffic."""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.asterisk.kit import Bench
from tests.asterisk.lab import SECRET, Lab
from tests.asterisk.traffic import Traffic
from tests.asterisk.witness import Message
from tests.fakes.consistency import check_consistent
from whisper_tui.ami.actions import Ping
from whisper_tui.ami.events import Event
from whisper_tui.ami.link import Link
from whisper_tui.ami.settings import LinkSettings
from whisper_tui.clock import SystemClock
from whisper_tui.config.secrets import HiddenSecret
from whisper_tui.engine import line
from whisper_tui.engine.line import Line
from whisper_tui.floor.model import Floor
from whisper_tui.floor.trace import is_half
from whisper_tui.terms import CallState, Pbx

pytestmark = [pytest.mark.asterisk]

SECONDS = float(os.environ.get("WHISPER_TUI_TRAFFIC_SECONDS", "120"))
"""On the usual Asterisk; an old one gets an eighth."""
CALLS = int(os.environ.get("WHISPER_TUI_TRAFFIC_CALLS", "16"))
SEED = int(os.environ.get("WHISPER_TUI_TRAFFIC_SEED", "1"))


class Onlooker:
    """The program's own line to the lab, which takes the lists once, and then again only when the floor asks for it."""

    def __init__(self, lab: Lab) -> None:
        self.events = 0
        clock = SystemClock()
        settings = LinkSettings(Pbx("lab"), "127.0.0.1", lab.ports.ami, "console", HiddenSecret(SECRET))
        self._live = asyncio.Event()
        self.line = Line(
            settings.pbx,
            lambda on_event, on_state: Link(settings, clock, on_event, on_state),
            clock,
            self._heard,
            self._turned,
        )

    async def __aenter__(self) -> Onlooker:
        self._tasks = [asyncio.create_task(work) for work in (self.line.wire.run(), self.line.keep_in_step())]
        async with asyncio.timeout(10):
            await self._live.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.line.wire.close()
        for task in self._tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def caught_up(self) -> int:
        """Return the number of events so far, once all that Asterisk had queued has been read."""
        await self.line.wire.send(Ping())
        return self.events

    def _heard(self, _: Line, event: Event) -> None:
        self.events += 1

    def _turned(self, line: Line) -> None:
        if line.live:
            self._live.set()


Lists = tuple[list[Message], list[Message], list[Message]]


@pytest.mark.timeout(SECONDS + 120)
async def test_after_a_time_of_random_traffic_the_floor_is_what_asterisk_lists(
    bench: Bench, lab: Lab, monkeypatch: pytest.MonkeyPatch, note: list[str]
) -> None:
    monkeypatch.setattr(line, "RECONCILE", 1e6)  # nothing is put right by the clock
    traffic = Traffic(bench, SEED, CALLS)
    try:
        async with Onlooker(lab) as early:
            running = asyncio.create_task(traffic.run(SECONDS))
            await asyncio.sleep(SECONDS / 2)
            async with Onlooker(lab) as late:  # as after a reconnect, in the middle of it all
                await running
                lists = await in_a_calm_moment(bench, [early, late])
                for who, floor in (("early", early.line.floor), ("late", late.line.floor)):
                    check_consistent(floor)
                    wrong = list(differences(floor, *lists))
                    assert not wrong, f"{who} (repairs {floor.repairs}):\n" + "\n".join(wrong)
                states = Counter(call.state.value for call in early.line.floor.calls.values())
                note.append(
                    f"floor, Asterisk {lab.version_text}: {SECONDS:.0f} s of traffic, {early.events} events,"
                    f" {traffic.deeds} deeds of agents ({traffic.refused} refused); at the end {dict(states)};"
                    f" repairs {early.line.floor.repairs}, connected half way {late.line.floor.repairs}"
                )
                assert len(early.line.floor.calls) >= 3, "there was nothing to compare"
    finally:
        await traffic.tidy()


async def in_a_calm_moment(bench: Bench, onlookers: list[Onlooker]) -> Lists:
    """Take the lists while nothing happens: otherwise they and the floors are of different moments."""
    async with asyncio.timeout(30):
        while True:
            before = [await onlooker.caught_up() for onlooker in onlookers]
            lists = (
                await bench.witness.rows("QueueStatus"),
                await bench.witness.channels(),
                await bench.witness.rows("DeviceStateList"),
            )
            if before == [await onlooker.caught_up() for onlooker in onlookers]:
                return lists


def differences(floor: Floor, queues: list[Message], channels: list[Message], devices: list[Message]) -> Iterator[str]:
    """In words, everything in which `floor` is not what the lists say."""
    yield from _queues(floor, queues)
    yield from _channels(floor, channels)
    yield from _calls(floor, queues, channels)
    for row in devices:
        if row["Device"].startswith("PJSIP/10") and (agent := floor.agents.get(row["Device"])):
            yield from _same(f"state of {agent.device}", agent.state, row["State"])


def _queues(floor: Floor, rows: list[Message]) -> Iterator[str]:
    params = {row["Queue"]: row for row in rows if row.name == "QueueParams"}
    yield from _same("queues", sorted(floor.queues), sorted(params))
    for name, queue in floor.queues.items():
        yield from _same(f"abandoned of {name}", str(queue.abandoned), params[name]["Abandoned"])
        # A call that a Local member has passed on counts at once, and its AgentComplete comes when the caller hangs up.
        late = sum(call.queue == name for call in floor.calls.values())
        # One that was transferred has told its AgentComplete, and may be counted only when its caller hangs up (seen).
        early = sum(call.queue != name for call in floor.calls.values())
        listed = int(params[name]["Completed"])
        if not queue.completed - early <= listed <= queue.completed + late:
            yield f"completed of {name}: floor {queue.completed} and {late} calls, listed {listed}"
        members = {row["Location"]: row for row in rows if row.name == "QueueMember" and row["Queue"] == name}
        yield from _same(f"members of {name}", sorted(queue.members), sorted(members))
        for interface, member in queue.members.items():
            row = members.get(interface, Message())
            known = [member.name, str(member.status), str(int(member.paused)), member.reason, str(member.penalty)]
            listed = [row[key] for key in ("Name", "Status", "Paused", "PausedReason", "Penalty")]
            yield from _same(f"{interface} in {name}", known, listed)
        line = [(place.position, place.uniqueid) for place in queue.waiting.values()]
        entries = [row for row in rows if row.name == "QueueEntry" and row["Queue"] == name]
        yield from _same(f"callers in {name}", line, sorted((int(row["Position"]), row["Uniqueid"]) for row in entries))


def _channels(floor: Floor, rows: list[Message]) -> Iterator[str]:
    listed = {row["Uniqueid"]: row for row in rows}
    yield from _same("channels", sorted(floor.channels), sorted(listed))
    for uniqueid, channel in floor.channels.items():
        row = listed.get(uniqueid, Message())
        known = [channel.name, str(channel.state), channel.linkedid, channel.bridge]
        yield from _same(uniqueid, known, [row[key] for key in ("Channel", "ChannelState", "Linkedid", "BridgeId")])


def _calls(floor: Floor, queues: list[Message], channels: list[Message]) -> Iterator[str]:
    """Every caller in a queue waits in a call, and every two that share a bridge, or two with a Local pair between, talk in one."""
    waiting = {row["Uniqueid"] for row in queues if row.name == "QueueEntry"}
    waits = {
        key for key, call in floor.calls.items() if call.queue and call.state in (CallState.WAITING, CallState.RINGING)
    }
    yield from _same("waiting calls", sorted(waits), sorted(waiting))
    talkers = {row["Uniqueid"] for row in channels if row["BridgeId"] and not is_half(row["Channel"])}
    in_calls = {str(end) for call in floor.calls.values() for end in (call.key, call.agent_channel)}
    yield from _same("talk in no call", sorted(talkers - in_calls), [])
    named = {row["Uniqueid"]: row for row in channels}
    for call in floor.calls.values():
        if call.state in (CallState.TALKING, CallState.HELD) and call.agent_channel is not None:
            agent, customer = named[call.agent_channel], named[call.key]
            yield from _same(f"phone of {call.key}", call.agent, agent["Channel"].rpartition("-")[0])
            joined = agent["BridgeId"] == customer["BridgeId"] or _through_a_pair(agent, customer, channels)
            yield from _same(f"{call.key} is connected", joined, True)


def _through_a_pair(one: Message, other: Message, rows: list[Message]) -> bool:
    ends = {row["Channel"]: row["BridgeId"] for row in rows if is_half(row["Channel"])}
    pairs = [(ends[name], ends.get(name[:-1] + "2", "")) for name in ends if name.endswith(";1")]
    return any({one["BridgeId"], other["BridgeId"]} == set(pair) for pair in pairs)


def _same(what: str, known: object, listed: object) -> Iterator[str]:
    if known != listed:
        yield f"{what}: floor {known}, listed {listed}"
