"""Who waits is sent on, raised and withdrawn, and members come and go, as Asterisk answers and tells it."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.fakes.ami_client import AmiClient
from tests.fakes.clock import WoundClock
from tests.unit.simulator.conftest import QUICK, capture
from tests.unit.simulator.floors import Listener
from whisper_tui.config.paths import shipped
from whisper_tui.floor.model import Floor, Waiting
from whisper_tui.simulator.server import Simulator, start


@pytest.fixture
async def pbx() -> AsyncIterator[Simulator]:
    """A busy floor, at a moment in which several wait in one queue."""
    clock = WoundClock()
    async with await start(capture("b-busy"), speed=1, answers=QUICK, clock=clock) as pbx:
        while not any(len(queue.waiting) >= 2 for queue in pbx.floor.queues.values()):
            await clock.wind(1, step=0.1)
        yield pbx


@pytest.fixture
async def client(pbx: Simulator) -> AsyncIterator[AmiClient]:
    async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client:
        yield client


def line(pbx: Simulator) -> list[Waiting]:
    return list(max((queue.waiting for queue in pbx.floor.queues.values()), key=len).values())


def name(pbx: Simulator, one: Waiting) -> str:
    return pbx.floor.channels[one.uniqueid].name


async def test_the_last_in_line_is_first_once_their_priority_is_the_highest_and_only_the_list_tells(
    pbx: Simulator, client: AmiClient
) -> None:
    first, last = line(pbx)[0], line(pbx)[-1]
    raised = {"Queue": last.queue, "Priority": "50", "Immediate": "yes"}
    refused = await client.ask("QueueChangePriorityCaller", Caller=last.uniqueid, **raised)
    assert refused["Message"] == "Unable to change priority caller on queue: No such caller", "by name alone, as there"
    said = await client.ask("QueueChangePriorityCaller", Caller=name(pbx, last), **raised)
    assert (said["Response"], said["Message"]) == ("Success", "Priority change for caller on queue")
    unclear = await client.ask("QueueChangePriorityCaller", Caller=name(pbx, last), **{**raised, "Priority": "--3"})
    assert unclear["Message"] == "'Priority' need integer."
    rows = [
        row for row in await client.listed("QueueStatus") if row["Event"] == "QueueEntry" and row["Queue"] == last.queue
    ]
    assert (rows[0]["Uniqueid"], rows[0]["Position"], rows[0]["Priority"]) == (last.uniqueid, "1", "50")
    assert rows[1]["Uniqueid"] == first.uniqueid


async def test_who_is_redirected_gives_up_in_one_queue_and_joins_the_other(pbx: Simulator, client: AmiClient) -> None:
    one = line(pbx)[0]
    exten, to = ("610", "sales") if one.queue != "sales" else ("600", "support")
    said = await client.ask("Redirect", Channel=one.uniqueid, Context="internal", Exten=exten, Priority="1")
    assert said["Message"] == "Redirect successful"
    assert one.uniqueid in pbx.floor.queues[to].waiting
    other = line(pbx)[0]
    await client.ask("Redirect", Channel=other.uniqueid, Context="internal", Exten="9999", Priority="1")
    assert other.uniqueid not in pbx.floor.channels, "to nowhere the answer is Success too, and they are hung up"


async def test_who_is_withdrawn_is_out_of_the_queue_and_comes_to_the_end_of_the_dialplan(
    pbx: Simulator, client: AmiClient
) -> None:
    one = line(pbx)[0]
    said = await client.ask("QueueWithdrawCaller", Queue=one.queue, Caller=name(pbx, one))
    assert said["Message"] == "Withdraw requested successfully"
    assert one.uniqueid not in pbx.floor.channels


async def test_who_was_moved_is_rung_for_once_everybody_before_them_is() -> None:
    clock = WoundClock()
    async with (
        await start(capture("b-busy"), speed=0, answers=QUICK, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        one = list(pbx.floor.queues["sales"].waiting)[-1]
        rung, *others = list(pbx.floor.queues["support"].waiting.values())
        assert pbx.floor.calls[rung.uniqueid].ringing
        await client.ask("Redirect", Channel=one, Context="internal", Exten="600", Priority="1")
        await clock.wind(5)
        assert one in pbx.floor.queues["support"].waiting, "though two of its members are free"
        for other in others:
            await client.ask("QueueWithdrawCaller", Queue="support", Caller=name(pbx, other))
        await clock.wind(2)
        assert pbx.floor.calls[one].agent_channel


async def test_members_are_added_weighed_and_removed_and_static_ones_stay(pbx: Simulator, client: AmiClient) -> None:
    queue = pbx.floor.queues["retention"]
    static = next(member for member in queue.members.values() if not member.dynamic)
    said = await client.ask("QueueRemove", Queue="retention", Interface=static.interface)
    assert said["Message"] == "Member not dynamic"
    new = {"Queue": "retention", "Interface": "PJSIP/1001"}
    added = await client.ask("QueueAdd", Penalty="3", Paused="true", MemberName="Ana Lima", **new)
    assert added["Message"] == "Added interface to queue"
    assert (queue.members["PJSIP/1001"].penalty, queue.members["PJSIP/1001"].paused) == (3, True)
    assert (await client.ask("QueueAdd", **new))["Message"] == "Unable to add interface: Already there"
    assert (await client.ask("QueuePenalty", Penalty="7", **new))["Response"] == "Success"
    assert queue.members["PJSIP/1001"].penalty == 7
    assert (await client.ask("QueueRemove", **new))["Message"] == "Removed interface from queue"
    assert "PJSIP/1001" not in queue.members


def places(floor: Floor) -> dict[str, list[int]]:
    return {queue.name: [one.position for one in queue.waiting.values()] for queue in floor.queues.values()}


async def test_places_in_line_have_no_gaps_whoever_was_moved_raised_or_withdrawn_nor_after_the_turn() -> None:
    clock = WoundClock()
    async with (
        await start(shipped("fixtures", "demo/busy.toml"), answers=QUICK, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        fresh = places(pbx.floor)
        for listed in ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList"):
            await client.listed(listed)
        deeds = ["withdraw", "move", "raise"] * 4
        while not pbx.playback.loop:
            await clock.wind(5, step=0.25)
            one = line(pbx)[-1]
            match deeds.pop() if deeds else "":
                case "withdraw":
                    await client.ask("QueueWithdrawCaller", Queue=one.queue, Caller=name(pbx, one))
                case "move":
                    to = "610" if one.queue == "support" else "600"
                    await client.ask("Redirect", Channel=one.uniqueid, Context="internal", Exten=to, Priority="1")
                case "raise":
                    raised = {"Caller": name(pbx, one), "Priority": "50", "Immediate": "yes"}
                    await client.ask("QueueChangePriorityCaller", Queue=one.queue, **raised)
                    await client.listed("QueueStatus")
            here = places(pbx.floor)
            assert here == {queue: list(range(1, len(said) + 1)) for queue, said in here.items()}
        assert places(pbx.floor) == fresh
        await client.ask("Ping")
        watcher = Listener()
        watcher.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
        assert places(watcher.floor) == places(pbx.floor)


async def test_what_is_set_of_members_stands_until_the_recording_begins_again() -> None:
    def staff() -> set[tuple[str, str, bool, str, int]]:
        members = [one for queue in pbx.floor.queues.values() for one in queue.members.values()]
        return {(one.queue, one.interface, one.paused, one.reason, one.penalty) for one in members}

    clock = WoundClock()
    async with (
        await start(shipped("fixtures", "demo/busy.toml"), answers=QUICK, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        fresh = staff()
        dynamic = [one for queue in pbx.floor.queues.values() for one in queue.members.values() if one.dynamic]
        for interface in {one[1] for one in fresh}:
            await client.ask("QueuePause", Interface=interface, Paused="true", Reason="lunch")
            await client.ask("QueuePenalty", Interface=interface, Penalty="7")
        for one in dynamic:
            await client.ask("QueueRemove", Queue=one.queue, Interface=one.interface)
        left = {(one.queue, one.interface) for one in dynamic}
        begun, set_so = len(client.messages), staff()
        while pbx.playback.position[0] < 95:
            await clock.wind(5, step=0.25)
            assert staff() == set_so
        await client.ask("Ping")
        of_members = [one for one in client.messages[begun:] if one.get("Event", "").startswith("QueueMember")]
        assert {(one["Paused"], one["PausedReason"], one["Penalty"]) for one in of_members} == {("1", "lunch", "7")}
        assert not left & {(one["Queue"], one["Interface"]) for one in of_members}
        while not pbx.playback.loop:
            await clock.wind(0.5, step=0.25)
        assert staff() == fresh
