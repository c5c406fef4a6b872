"""What clients do to a call while its recording goes on: the recording yields."""

from __future__ import annotations

from tests.fakes.ami_client import AmiClient
from tests.unit.simulator.floors import Listener, shape
from tests.unit.simulator.leg_life import LEG, aim, talks, up
from whisper_tui.simulator.server import Simulator

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
    await client.event("Hangup", Uniqueid=talk.customer)
    begun = len(client.messages)
    pbx.playback.set_speed(100)
    await client.event("AgentComplete", since=begun)
    assert talk.customer not in pbx.floor.channels
    assert not [one for one in client.messages[begun:] if talk.customer in one.values()]


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
