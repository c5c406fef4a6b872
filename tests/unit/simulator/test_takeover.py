"""What clients do to a call while its recording goes on: the recording yields."""

from __future__ import annotations

import pytest

from tests.fakes.ami_client import AmiClient
from tests.unit.simulator.floors import Listener, shape
from tests.unit.simulator.leg_life import LEG, aim, lock, talks, up
from whisper_tui.simulator.server import Simulator

SECOND = "wt-0a1b2c3d-00000000000000ab"
LISTS = ("QueueStatus", "CoreShowChannels", "Status", "DeviceStateList")


async def test_a_call_taken_over_ends_when_its_customer_hangs_up_in_the_recording(
    pbx: Simulator, client: AmiClient
) -> None:
    talk = talks(pbx)[0]
    for name in LISTS:
        await client.listed(name)
    await up(client, lease="0")
    await aim(client, talk.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer)
    await client.event("Hangup", Uniqueid=talk.agent)
    begun = len(client.messages)
    pbx.playback.set_speed(100)
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    pbx.playback.set_speed(0)
    await client.ask("Ping")
    said = [one for one in client.messages[begun:] if talk.customer in one.values() and "Event" in one]
    assert [one["Event"] for one in said if one.get("Uniqueid") == talk.customer] == [
        "HangupRequest",
        "AgentComplete",
        "BridgeLeave",
        "Hangup",
    ]
    assert "DestUniqueid" not in next(one for one in said if one["Event"] == "AgentComplete")
    assert not [one for one in client.messages[begun:] if talk.agent in one.values()], "the agent hung up long ago"
    assert len(client.events("Hangup", since=begun, Uniqueid=talk.customer)) == 1
    listener = Listener()
    listener.feed(bytes(client.raw).replace(b"Event: DTMF", b"Event: Ignored"))
    assert shape(listener.floor)["calls"] == shape(pbx.floor)["calls"]


async def test_a_supervisor_who_hangs_up_after_a_takeover_ends_the_call(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer)
    pbx.hang_up_phone(LEG)
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    ids = (LEG, talk.customer)
    said = [(one["Event"], one["Uniqueid"]) for one in client.messages if one.get("Uniqueid") in ids and "Event" in one]
    assert said[-7:] == [
        ("HangupRequest", LEG),
        ("BridgeLeave", LEG),
        ("BridgeLeave", talk.customer),
        ("SoftHangupRequest", talk.customer),
        ("AgentComplete", talk.customer),
        ("Hangup", talk.customer),
        ("Hangup", LEG),
    ], "as measured: the dialplan behind Queue() holds nothing more"
    assert client.events("AgentComplete")[-1]["Reason"] == "caller"
    begun = len(client.messages)
    pbx.playback.set_speed(100)
    await client.event("AgentComplete", since=begun)
    assert talk.customer not in pbx.floor.channels
    assert not [one for one in client.messages[begun:] if talk.customer in one.values()]


async def test_a_call_taken_over_is_an_ordinary_one(pbx: Simulator, client: AmiClient) -> None:
    """Channel1 by Uniqueid, Channel2 by name; the lease is off by itself, keys are the supervisor's own and mean nothing."""
    talk = talks(pbx)[0]
    await up(client, lease="30")
    await aim(client, talk.agent)
    name = pbx.floor.channels[talk.customer].name
    reply = await client.ask("Bridge", Channel1=LEG, Channel2=name, Tone="no")
    assert (reply["Response"], reply["Message"]) == ("Success", "Channels have been bridged")
    connected = {one["Uniqueid"]: one for one in client.events("NewConnectedLine")}
    assert connected[talk.customer]["ConnectedLineNum"] == connected[LEG]["CallerIDNum"]
    assert connected[LEG]["ConnectedLineNum"] == connected[talk.customer]["CallerIDNum"]
    assert await lock(client, "") == "Variable Set"
    await client.ask("PlayDTMF", Channel=LEG, Digit="6", Receive="true")
    await client.event("DTMFEnd", Uniqueid=LEG, Digit="6")
    status = (await client.listed("Status", Channel=LEG))[0]
    assert (status["Application"], status["Data"], status["TimeToHangup"]) == ("", "", "0")
    assert pbx.ears() == {LEG: {talk.customer}}
    await lock(client, "VOICE")
    assert pbx.ears() == {LEG: set()}


@pytest.mark.parametrize("value", ["DTMF_END", "VOICE", "DTMF_END,VOICE"])
async def test_what_was_dropped_at_a_takeover_is_dropped_for_good(
    value: str, pbx: Simulator, client: AmiClient
) -> None:
    """Measured on 22.10.1: Bridge takes the filter along, and then nobody can take it off. So unlock and unmute first."""
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    await lock(client, value)
    await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer)
    assert await lock(client, "") == "Variable Set"
    assert pbx.ears() == {LEG: set() if "VOICE" in value else {talk.customer}}
    pbx.press(LEG, "7")
    await client.ask("Ping")
    assert bool(client.events("DTMFEnd", Uniqueid=LEG)) is ("DTMF_END" not in value)
    await lock(client, "VOICE")
    assert pbx.ears() == {LEG: set()}, "it can be muted all the same"


@pytest.mark.parametrize("opened", [True, False])
async def test_a_leg_that_is_opened_before_its_takeover_can_be_locked_and_muted_after_it(
    opened: bool, pbx: Simulator, client: AmiClient
) -> None:
    """Opened again, or never touched since the Originate locked it."""
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    if opened:
        await lock(client, "DTMF_END,VOICE")
        await lock(client, "")
    await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer)
    await lock(client, "VOICE")
    assert pbx.ears() == {LEG: set()}
    await lock(client, "")
    assert pbx.ears() == {LEG: {talk.customer}}
    pbx.press(LEG, "7")
    await client.event("DTMFEnd", Uniqueid=LEG, Digit="7")


async def test_a_lease_that_runs_out_ends_a_call_taken_over(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer)
    await client.ask("AbsoluteTimeout", Channel=LEG, Timeout="0.1")
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    assert client.events("Hangup", Uniqueid=talk.customer)


async def test_a_second_supervisor_who_takes_the_customer_over_ends_the_first_ones_leg(
    pbx: Simulator, client: AmiClient
) -> None:
    """Measured on 22.10.1: Asterisk does not refuse it."""
    talk, other = talks(pbx)[:2]
    await up(client)
    await aim(client, talk.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer)
    await up(client, SECOND)
    await aim(client, other.agent, SECOND)
    reply = await client.ask("Bridge", Channel1=SECOND, Channel2=talk.customer)
    assert reply["Message"] == "Channels have been bridged"
    await client.event("Hangup", Uniqueid=LEG, Cause="16")
    assert client.events("SoftHangupRequest", Uniqueid=LEG)
    assert pbx.ears() == {SECOND: {talk.customer}}
    assert talk.customer in pbx.floor.channels


async def test_taking_the_same_customer_over_twice_loses_the_call(pbx: Simulator, client: AmiClient) -> None:
    """Measured on 22.10.1: an error, and both are hung up."""
    talk = talks(pbx)[0]
    name = pbx.floor.channels[talk.customer].name
    await up(client)
    await aim(client, talk.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=name)
    reply = await client.ask("Bridge", Channel1=LEG, Channel2=name)
    assert (reply["Response"], reply["Message"]) == ("Error", f"Unable to add Channel2 to bridge: {name}")
    await client.event("Hangup", Uniqueid=LEG)
    assert client.events("Hangup", Uniqueid=talk.customer)


async def test_a_bridge_takes_the_first_channel_whose_name_begins_so(pbx: Simulator, client: AmiClient) -> None:
    """A console that sent less than a whole name would take over somebody else's customer."""
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    first = next(one for one in pbx.floor.channels.values() if one.name.startswith("PJSIP/trunk"))
    await client.ask("Bridge", Channel1=LEG, Channel2="pjsip/TRUNK")
    assert pbx.ears() == {LEG: {first.uniqueid}}


async def test_a_bridge_of_a_leg_with_itself_or_of_no_leg_is_refused(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    for first, second, words in (
        (LEG, LEG, "Unable to add Channel2"),
        (talk.agent, talk.customer, "Unable to add Chan"),
    ):
        reply = await client.ask("Bridge", Channel1=first, Channel2=second)
        assert reply["Message"].startswith(words)
    assert talks(pbx)[0] == talk


async def test_a_call_that_a_client_hung_up_stays_hung_up(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await client.ask("Hangup", Channel=talk.agent)
    await client.event("AgentComplete", Uniqueid=talk.customer)
    await client.event("Hangup", Uniqueid=talk.customer)
    begun = len(client.messages)
    pbx.playback.set_speed(100)
    await client.event("AgentComplete", since=begun)
    ids = {talk.customer, talk.agent}
    assert not [one for one in client.messages[begun:] if ids & set(one.values())]
