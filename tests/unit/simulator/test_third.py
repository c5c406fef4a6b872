"""A supervisor who comes into a call beside the others: BridgeAdd, as it was measured on Asterisk 22.10.1."""

from __future__ import annotations

import pytest

from tests.fakes.ami_client import AmiClient
from tests.unit.simulator.floors import Listener, shape
from tests.unit.simulator.leg_life import LEG, join, lock, talks
from whisper_tui.simulator.server import Simulator

LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")


async def test_everybody_hears_a_third_party_and_the_lists_tell_of_it(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    agent = pbx.floor.channels[talk.agent]
    await join(client, agent.name)
    entered = await client.event("BridgeEnter", Uniqueid=LEG)
    assert entered["BridgeUniqueid"] == agent.bridge
    assert (entered["BridgeNumChannels"], entered["Linkedid"]) == ("3", agent.linkedid)
    order = [one["Event"] for one in client.messages if one.get("Uniqueid") == LEG and "Event" in one]
    assert order.index("BridgeEnter") < order.index("OriginateResponse")
    assert pbx.ears() == {LEG: {talk.agent, talk.customer}}
    status = (await client.listed("Status", Channel=LEG))[0]
    assert (status["Application"], status["Data"], status["BridgeID"]) == ("BridgeAdd", agent.name, agent.bridge)
    within = {one["Uniqueid"] for one in await client.listed("BridgeInfo", BridgeUniqueid=agent.bridge)}
    assert within == {LEG, talk.agent, talk.customer}
    assert pbx.floor.calls[talk.customer].parties == 3


@pytest.mark.parametrize(
    ("variable", "closed", "opened"),
    [("FRAME_DROP(RX)", "VOICE", "DTMF_END"), ("MUTEAUDIO(in)", "on", "off")],
)
async def test_a_third_party_can_be_muted(
    variable: str, closed: str, opened: str, pbx: Simulator, client: AmiClient
) -> None:
    talk = talks(pbx)[0]
    await join(client, pbx.floor.channels[talk.customer].name)
    await client.ask("Setvar", Channel=LEG, Variable=variable, Value=closed)
    assert pbx.ears() == {LEG: set()}
    await client.ask("Setvar", Channel=LEG, Variable=variable, Value=opened)
    assert pbx.ears() == {LEG: {talk.agent, talk.customer}}


async def test_keys_of_a_third_party_are_read_once_it_is_unlocked_and_change_nothing(
    pbx: Simulator, client: AmiClient
) -> None:
    talk = talks(pbx)[0]
    await join(client, pbx.floor.channels[talk.agent].name)
    await client.ask("PlayDTMF", Channel=LEG, Digit="4", Receive="true")
    await lock(client, "")
    await client.ask("PlayDTMF", Channel=LEG, Digit="5", Receive="true")
    await client.event("DTMFEnd", Uniqueid=LEG, Digit="5")
    assert client.events("DTMFEnd", Digit="4") == []
    assert pbx.ears() == {LEG: {talk.agent, talk.customer}}


@pytest.mark.parametrize("how", ["hung up", "by its phone", "by its lease"])
async def test_a_third_party_that_leaves_leaves_the_others_talking(how: str, pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await join(client, pbx.floor.channels[talk.agent].name)
    if how == "hung up":
        await client.ask("Hangup", Channel=LEG)
    elif how == "by its phone":
        pbx.hang_up_phone(LEG)
    else:
        await client.ask("AbsoluteTimeout", Channel=LEG, Timeout="0.1")
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    assert client.events("BridgeLeave", Uniqueid=LEG)[0]["BridgeNumChannels"] == "2"
    assert bool(client.events("HangupRequest", Uniqueid=LEG)) is (how == "by its phone")
    assert talks(pbx)[0] == talk


async def test_a_third_party_goes_when_the_recording_ends_the_call(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    for name in LISTS:
        await client.listed(name)
    await join(client, pbx.floor.channels[talk.agent].name, lease="0")
    begun = len(client.messages)
    bridge = pbx.floor.channels[talk.agent].bridge
    pbx.playback.set_speed(100)
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    pbx.playback.set_speed(0)
    await client.ask("Ping")
    left = client.events("BridgeLeave", since=begun, BridgeUniqueid=bridge)
    assert [one["BridgeNumChannels"] for one in left] == ["2", "1", "0"]
    assert left[-1]["Uniqueid"] == LEG
    assert len(client.events("BridgeDestroy", since=begun, BridgeUniqueid=bridge)) == 1
    listener = Listener()
    listener.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
    assert shape(listener.floor) == shape(pbx.floor)


async def test_an_agent_who_hangs_up_leaves_customer_and_supervisor_talking(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await join(client, pbx.floor.channels[talk.customer].name, lease="0")
    await client.ask("Hangup", Channel=talk.agent)
    await client.event("Hangup", Uniqueid=talk.agent, Cause="16")
    assert client.events("AgentComplete", Uniqueid=talk.customer)[0]["Reason"] == "agent"
    assert pbx.ears() == {LEG: {talk.customer}}
    pbx.playback.set_speed(100)
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    assert len(client.events("AgentComplete", Uniqueid=talk.customer)) == 1


async def test_a_third_party_may_take_the_customer_over(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    name = pbx.floor.channels[talk.customer].name
    await join(client, name)
    assert (await client.ask("Bridge", Channel1=LEG, Channel2=name))["Message"] == "Channels have been bridged"
    await client.event("Hangup", Uniqueid=talk.agent)
    assert pbx.ears() == {LEG: {talk.customer}}


@pytest.mark.parametrize("beside", ["PJSIP/1001-deadbeef", "", "waiting"])
async def test_where_there_is_nothing_to_join_the_leg_is_hung_up_without_a_word(
    beside: str, pbx: Simulator, client: AmiClient
) -> None:
    if beside == "waiting":
        caller = next(one for queue in pbx.floor.queues.values() for one in queue.waiting)
        beside = pbx.floor.channels[caller].name
    await join(client, beside)
    await client.event("Hangup", Uniqueid=LEG, Cause="0")
    assert client.events("BridgeEnter", Uniqueid=LEG) == []
    assert pbx.heard == set()
