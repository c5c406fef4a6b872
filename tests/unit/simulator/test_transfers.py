"""Customers who are sent on: handed back by a supervisor, or by an agent; as it was measured on Asterisk 22.10.1."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from msgspec.structs import replace

from tests.fakes.ami_client import AmiClient
from tests.fakes.clock import WoundClock
from tests.unit.simulator.conftest import QUICK, capture
from tests.unit.simulator.floors import Listener, shape
from tests.unit.simulator.leg_life import LEG, Talk, aim, join, talks, up
from tests.unit.simulator.test_recorded_words import layouts, recorded
from whisper_tui.simulator.phones import Phone
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.terms import CallState, Uniqueid

LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")
SHORT = replace(QUICK, talks=0.05, patience=0.05)


@pytest_asyncio.fixture
async def pbx(busy: Path) -> AsyncIterator[Simulator]:
    async with await start(busy, speed=0, answers=SHORT, refuses_after=0.01) as simulator:
        yield simulator


async def taken_over(pbx: Simulator, client: AmiClient, queue: str = "support") -> Talk:
    """A call of that queue, whose customer talks with the supervisor."""
    talk = next(one for one in talks(pbx) if one.queue == queue)
    await up(client, lease="0")
    await aim(client, talk.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=pbx.floor.channels[talk.customer].name)
    await client.event("Hangup", Uniqueid=talk.agent)
    return talk


async def sent_on(client: AmiClient, exten: str, context: str = "internal", channel: str = LEG) -> None:
    reply = await client.ask("BlindTransfer", Channel=channel, Context=context, Exten=exten)
    assert (reply["Response"], reply["Message"]) == ("Success", "Transfer succeeded")


def told(client: AmiClient, since: int, *channels: str) -> list[tuple[str, str]]:
    """Events about these channels, by name."""
    return [
        (one["Event"], one.get("Uniqueid", ""))
        for one in client.messages[since:]
        if "Event" in one and one.get("Uniqueid", one.get("TransfererUniqueid")) in channels
    ]


async def test_a_customer_handed_back_to_an_agent_talks_with_that_phone(pbx: Simulator, client: AmiClient) -> None:
    phone = pbx.floor.channels[talks(pbx)[0].agent].device
    talk = await taken_over(pbx, client)
    assert pbx.floor.channels.get(talk.agent) is None
    begun = len(client.messages)
    await sent_on(client, phone.removeprefix("PJSIP/"))
    await client.event("Hangup", since=begun, Uniqueid=LEG, Cause="16")
    assert told(client, begun, LEG, talk.customer)[:5] == [
        ("Unhold", LEG),
        ("BlindTransfer", ""),
        ("BridgeLeave", LEG),
        ("BridgeLeave", talk.customer),
        ("SoftHangupRequest", LEG),
    ]
    transfer = client.events("BlindTransfer")[0]
    assert (transfer["Result"], transfer["TransfereeUniqueid"], transfer["BridgeNumChannels"]) == (
        "Success",
        talk.customer,
        "2",
    )
    rung = await client.event("DialBegin", since=begun, Uniqueid=talk.customer)
    await client.event("BridgeEnter", since=begun, Uniqueid=rung["DestUniqueid"])
    entered = await client.event("BridgeEnter", since=begun, Uniqueid=talk.customer)
    assert rung["DestChannel"].startswith(f"{phone}-")
    assert (entered["Context"], entered["Exten"], entered["BridgeNumChannels"]) == (
        "internal",
        phone.removeprefix("PJSIP/"),
        "2",
    )
    gone = await client.event("Hangup", since=begun, Uniqueid=talk.customer)
    assert gone["Cause"] == "16"
    complete = client.events("AgentComplete", since=begun, Uniqueid=talk.customer)
    assert [(one["Queue"], one["Reason"]) for one in complete] == [(talk.queue, "caller")], "told only now"
    await client.event("DeviceStateChange", since=begun, Device=phone, State="NOT_INUSE")
    assert pbx.ears() == {}


async def test_while_they_talk_it_is_a_call_like_any_other(busy: Path) -> None:
    async with (
        await start(busy, speed=0, answers=QUICK) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        for name in LISTS:
            await client.listed(name)
        phone = pbx.floor.channels[talks(pbx)[0].agent].device
        talk = await taken_over(pbx, client)
        await sent_on(client, phone.removeprefix("PJSIP/"))
        await client.event("BridgeEnter", Uniqueid=talk.customer, Context="internal")
        await client.ask("Ping")
        call = pbx.floor.calls[talk.customer]
        assert (call.agent, call.state, call.queue, call.parties) == (phone, CallState.TALKING, "", 2)
        rows = {one["Uniqueid"]: one for one in await client.listed("CoreShowChannels")}
        assert (rows[talk.customer]["Application"], rows[talk.customer]["ApplicationData"]) == (
            "Dial",
            f"{phone},20,tT",
        )
        assert call.agent_channel is not None
        assert rows[call.agent_channel]["Application"] == "AppDial"
        listener = Listener()
        listener.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
        assert shape(listener.floor)["calls"] == shape(pbx.floor)["calls"]
        await up(client, "wt-0a1b2c3d-00000000000000ab")
        await aim(client, call.agent_channel, "wt-0a1b2c3d-00000000000000ab")


async def test_a_customer_sent_into_a_queue_waits_and_is_answered(pbx: Simulator, client: AmiClient) -> None:
    talk = await taken_over(pbx, client)
    _rung, *others = pbx.floor.queues[talk.queue].waiting
    for other in others:
        await client.ask("QueueWithdrawCaller", Queue=talk.queue, Caller=pbx.floor.channels[other].name)
    begun = len(client.messages)
    await sent_on(client, "5550100", "from-trunk")
    joined = await client.event("QueueCallerJoin", since=begun, Uniqueid=talk.customer)
    assert (joined["Queue"], joined["Position"]) == (talk.queue, "2")
    connected = await client.event("AgentConnect", since=begun, Uniqueid=talk.customer)
    assert connected["MemberName"]
    await client.event("BridgeEnter", since=begun, Uniqueid=connected["DestUniqueid"])
    await client.event("Hangup", since=begun, Uniqueid=talk.customer)
    complete = client.events("AgentComplete", since=begun, Uniqueid=talk.customer)
    assert [one["Reason"] for one in complete] == ["caller", "caller"], "of both times that a queue has had the call"
    order = [event for event, _ in told(client, begun, talk.customer)]
    assert order.index("QueueCallerJoin") < order.index("AgentCalled") < order.index("QueueCallerLeave")
    assert order.index("QueueCallerLeave") < order.index("AgentConnect")


async def test_where_nobody_is_free_the_customer_gives_up(pbx: Simulator, client: AmiClient) -> None:
    talk = await taken_over(pbx, client)
    begun = len(client.messages)
    members = pbx.floor.queues["recorded"].members.values()
    assert all(one.status != 1 for one in members)
    await sent_on(client, "5550130")
    await client.event("QueueCallerAbandon", since=begun, Uniqueid=talk.customer)
    await client.event("QueueCallerLeave", since=begun, Uniqueid=talk.customer)
    await client.event("Hangup", since=begun, Uniqueid=talk.customer)


@pytest.mark.parametrize(("context", "exten"), [("internal", "999"), ("nowhere", "1001")])
async def test_sent_to_no_extension_the_customer_is_lost(
    context: str, exten: str, pbx: Simulator, client: AmiClient
) -> None:
    """Asterisk says Success, and hangs both up."""
    talk = await taken_over(pbx, client)
    begun = len(client.messages)
    await sent_on(client, exten, context)
    await client.event("Hangup", since=begun, Uniqueid=talk.customer)
    await client.event("Hangup", since=begun, Uniqueid=LEG)
    assert client.events("BlindTransfer")[0]["Result"] == "Success"
    assert client.events("AgentComplete", since=begun, Uniqueid=talk.customer)[0]["Reason"] == "caller"


@pytest.mark.parametrize(
    ("context", "exten", "words"),
    [("internal", "999", "Did not find extension 999@internal"), ("nowhere", "1001", "Did not find context nowhere")],
)
async def test_what_no_transfer_asks_the_dialplan_tells(
    context: str, exten: str, words: str, client: AmiClient
) -> None:
    asked = await client.ask("ShowDialPlan", Context=context, Extension=exten)
    assert (asked["Response"], asked["Message"]) == ("Error", words)
    for there, application in (("1001", "Dial"), ("600", "Queue"), ("5550100", "Queue")):
        (row,) = await client.listed("ShowDialPlan", Context="internal", Extension=there)
        assert (row["Context"], row["Application"]) == ("internal", application)


async def test_without_a_context_it_is_the_legs_own(pbx: Simulator, client: AmiClient) -> None:
    talk = await taken_over(pbx, client)
    await sent_on(client, "600", "")
    joined = await client.event("QueueCallerJoin", Uniqueid=talk.customer)
    assert joined["Context"] == "internal"


async def test_what_cannot_be_transferred_is_refused_and_stays(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    for words, headers in (
        ("No channel specified", {"Exten": "1004"}),
        ("No extension specified", {"Channel": LEG}),
        ("Channel specified does not exist", {"Channel": "nobody", "Exten": "1004"}),
        ("Transfer invalid", {"Channel": LEG, "Exten": "1004"}),
    ):
        reply = await client.ask("BlindTransfer", Context="internal", **headers)
        assert (reply["Response"], reply["Message"]) == ("Error", words)
    assert client.events("BlindTransfer", Result="Invalid")
    await join(client, pbx.floor.channels[talk.agent].name, "wt-0a1b2c3d-00000000000000ab")
    third = await client.ask("BlindTransfer", Channel="wt-0a1b2c3d-00000000000000ab", Context="internal", Exten="1004")
    assert third["Response"] == "Error", "with three it is not simulated"
    assert talk.agent in pbx.floor.channels


async def test_an_agent_may_send_the_customer_on(pbx: Simulator, client: AmiClient) -> None:
    """What follow is for: the customer's Uniqueid stays, and a new agent's channel comes."""
    talk = talks(pbx)[0]
    begun = len(client.messages)
    await sent_on(client, "610", channel=talk.agent)
    await client.event("Hangup", since=begun, Uniqueid=talk.agent)
    complete = client.events("AgentComplete", since=begun, Uniqueid=talk.customer)
    assert [(one["Reason"], one["DestUniqueid"]) for one in complete] == [("transfer", talk.agent)]
    await client.event("QueueCallerJoin", since=begun, Uniqueid=talk.customer, Queue="sales")


async def test_a_phone_in_use_is_busy_and_the_customer_is_hung_up_after_the_tone(busy: Path) -> None:
    clock = WoundClock()
    async with (
        await start(busy, speed=0, answers=QUICK, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        talk, other = talks(pbx)[:2]
        number = pbx.floor.channels[other.agent].device.removeprefix("PJSIP/")
        await sent_on(client, number, channel=talk.agent)
        await client.event("DialEnd", Uniqueid=talk.customer, DialStatus="BUSY")
        await clock.wind(9)
        await client.ask("Ping")
        assert client.events("Hangup", Uniqueid=talk.customer) == []
        await clock.wind(2)
        gone = await client.event("Hangup", Uniqueid=talk.customer)
        assert (gone["Cause"], gone["Cause-txt"]) == ("17", "User busy")
        assert other.agent in pbx.floor.channels


async def test_a_phone_that_nobody_answers_is_given_up(busy: Path) -> None:
    clock = WoundClock()
    talk_is_with = "PJSIP/1001"
    manners = replace(QUICK, phones={talk_is_with: Phone.NEVER_ANSWERS})
    async with (
        await start(busy, speed=0, answers=manners, clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        talk = next(one for one in talks(pbx) if pbx.floor.channels[one.agent].device == talk_is_with)
        await sent_on(client, "1001", channel=talk.agent)
        await client.event("DeviceStateChange", Device=talk_is_with, State="RINGING")
        await clock.wind(21)
        ended = await client.event("DialEnd", Uniqueid=talk.customer)
        assert ended["DialStatus"] == "NOANSWER"
        await client.event("Hangup", Uniqueid=talk.customer)
        assert pbx.floor.devices[talk_is_with] == "NOT_INUSE"


async def test_the_recording_does_not_ring_a_phone_that_serves_somebody_else(busy: Path) -> None:
    """Who would have been answered there waits for the next who is free; the loop begins anew with nothing of it left."""
    clock = WoundClock()
    async with (
        await start(busy, speed=0, answers=replace(QUICK, talks=20.0, patience=3600.0), clock=clock) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        for name in LISTS:
            await client.listed(name)
        talk = talks(pbx)[0]
        phone = pbx.floor.channels[talk.agent].device
        await sent_on(client, phone.removeprefix("PJSIP/"), channel=talk.agent)
        await client.event("DialBegin", Uniqueid=talk.customer)
        await clock.wind(0.1)
        await client.event("BridgeEnter", Uniqueid=talk.customer, Context="internal")
        begun = len(client.messages)
        pbx.playback.set_speed(5)
        displaced: set[Uniqueid] = set()
        while not displaced:
            assert pbx.floor.calls[talk.customer].agent == phone
            await clock.wind(0.1, step=0.1)
            displaced = set(pbx._pbx.astray.customers) - {talk.customer}
        await client.ask("Ping")
        spoken = [one for one in client.messages[begun:] if phone in (one.get("Device"), one.get("Interface"))]
        assert {one["Event"] for one in spoken} <= {"QueueMemberPenalty", "QueueMemberPause"}
        assert {one["Status"] for one in spoken} <= {"2"}, "in use, whatever the recording says"
        pbx.playback.set_speed(0)
        await clock.wind(21)
        assert talk.customer not in pbx.floor.channels
        for caller in displaced:
            await client.event("AgentConnect", Uniqueid=caller)
        await client.ask("Ping")
        listener = Listener()
        listener.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
        assert shape(listener.floor) == shape(pbx.floor)
        pbx.playback.set_speed(100)
        while pbx.playback.loop < 1:
            await clock.wind(0.5)
        assert not displaced & set(pbx.floor.channels)
        assert pbx._pbx.astray.held == {}


async def test_a_seek_forgets_whoever_was_sent_on(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await sent_on(client, "5550130", channel=talk.agent)
    await pbx.playback.seek(30)
    assert talk.customer not in pbx.floor.channels
    async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as again:
        assert await again.listed("CoreShowChannels")


async def test_every_event_of_a_transfer_has_the_recorded_headers(
    pbx: Simulator, client: AmiClient, busy: Path
) -> None:
    begun = len(client.messages)
    talk = await taken_over(pbx, client)
    await sent_on(client, "600")
    await client.event("Hangup", since=begun, Uniqueid=talk.customer)
    other = talks(pbx)[0]
    await sent_on(client, "1001", channel=other.agent)
    await client.event("Hangup", since=begun, Uniqueid=other.agent)
    theirs = recorded(busy, *map(capture, ("c-transfers", "k-direct", "e-spy")))
    for event in {one["Event"] for one in client.messages[begun:] if "Event" in one}:
        assert layouts(client.messages[begun:], "Event", event) <= layouts(theirs, "Event", event), event
