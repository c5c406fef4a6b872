"""The simulator's own words against those of a real Asterisk: the same headers, in the same order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.fakes.ami_client import AmiClient, Message, parsed
from tests.unit.simulator.conftest import capture
from tests.unit.simulator.leg_life import LEG, aim, dial, key, leash, lock, talks, up
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.simulator.stories import Story


def recorded(*paths: Path) -> list[Message]:
    messages: list[Message] = []
    for path in paths:
        with Story(path) as story:
            messages.extend(parsed(told.raw.removesuffix(b"\r\n\r\n")) for told in story.messages())
    return messages


def layouts(messages: Iterable[Message], key: str, value: str) -> set[tuple[str, ...]]:
    return {tuple(one) for one in messages if one.get(key) == value}


@pytest.mark.parametrize(
    ("action", "row"),
    [
        ("QueueStatus", "QueueParams"),
        ("QueueStatus", "QueueMember"),
        ("QueueStatus", "QueueEntry"),
        ("QueueStatus", "QueueStatusComplete"),
        ("QueueSummary", "QueueSummary"),
        ("CoreShowChannels", "CoreShowChannel"),
        ("CoreShowChannels", "CoreShowChannelsComplete"),
        ("Status", "Status"),
        ("Status", "StatusComplete"),
        ("BridgeList", "BridgeListItem"),
        ("DeviceStateList", "DeviceStateListComplete"),
    ],
)
async def test_a_row_has_the_headers_of_the_recorded_one(action: str, row: str, client: AmiClient, busy: Path) -> None:
    await client.listed(action)
    ours = layouts(client.messages, "Event", row)
    theirs = layouts([one for one in recorded(busy) if "ActionID" in one], "Event", row)
    assert ours
    assert ours <= theirs


@pytest.mark.parametrize("message", ["Queue status will follow", "Channels will follow", "Channel status will follow"])
async def test_a_list_opens_in_the_recorded_words(message: str, client: AmiClient, busy: Path) -> None:
    for action in ("QueueStatus", "CoreShowChannels", "Status"):
        await client.listed(action)
    ours = layouts(client.messages, "Message", message)
    assert ours
    assert ours == layouts(recorded(busy), "Message", message)


async def test_core_settings_answers_as_the_recorded_asterisk_did(client: AmiClient, busy: Path) -> None:
    ours = await client.ask("CoreSettings")
    theirs = next(one for one in recorded(busy) if "AsteriskVersion" in one)
    assert {**ours, "ActionID": ""} == {**theirs, "ActionID": ""}
    assert list(ours) == list(theirs)


async def test_every_event_of_a_leg_has_the_recorded_headers(
    pbx: Simulator, client: AmiClient, spied: Path, busy: Path
) -> None:
    """A call's events and a leg's, from ring to takeover."""
    begun = len(client.messages)
    first, second = talks(pbx)[:2]
    await up(client)
    await aim(client, first.agent)
    await leash(client, second.agent, LEG)
    await leash(client, first.agent, "")
    await key(client, "*")
    await client.event("ChanSpyStart", SpyeeUniqueid=second.agent)
    await client.ask("Bridge", Channel1=LEG, Channel2=second.customer)
    await client.ask("Hangup", Channel=second.customer)
    await client.event("Hangup", Uniqueid=LEG)
    await client.ask("Hangup", Channel=first.customer)
    await client.event("Hangup", Uniqueid=first.agent)
    theirs = recorded(spied, busy, capture("c-transfers"))
    said = {one["Event"] for one in client.messages[begun:] if "Event" in one}
    assert {"OriginateResponse", "ChanSpyStart", "ChanSpyStop", "DTMFEnd", "Hangup", "BridgeEnter", "DialEnd"} <= said
    for event in said:
        ours = layouts(client.messages[begun:], "Event", event)
        assert ours <= layouts(theirs, "Event", event), event


def life(messages: Iterable[Message], leg: str) -> list[str]:
    """What was told of a leg that answered, in order: keys read, spies begun and ended, the end."""
    told = []
    for one in messages:
        if leg in (one.get("Uniqueid"), one.get("SpyerUniqueid")):
            event = one.get("Event", "")
            if event == "DTMFEnd":
                told.append(one["Digit"])
            elif event in ("ChanSpyStart", "ChanSpyStop", "Hangup"):
                told.append(event)
    return told


def legs_of(messages: list[Message]) -> list[str]:
    """Ids of the legs that a recording rings, in order."""
    answers = [one["Uniqueid"] for one in messages if one.get("Event") == "OriginateResponse"]
    return [one for one in dict.fromkeys(answers) if one.startswith("wt-")]


async def test_a_whole_leg_tells_what_the_recorded_one_told(pbx: Simulator, client: AmiClient) -> None:
    """g-leg.ami: proved, aimed, whisper, barge, silent, mute, re-aimed, released, aimed again, the customer gone, left."""
    first, second = talks(pbx)[:2]
    await up(client)
    await client.ask("PlayDTMF", Channel=LEG, Digit="4", Receive="true")
    await key(client, "7")
    await aim(client, first.agent)
    for digit in "564":
        await key(client, digit)
    await lock(client, "DTMF_END,VOICE")
    await lock(client, "DTMF_END")
    await key(client, "4")
    await leash(client, second.agent, LEG)
    await leash(client, first.agent, "")
    begun = len(client.messages)
    await key(client, "*")
    await client.event("ChanSpyStart", since=begun, SpyeeUniqueid=second.agent)
    await key(client, "4")
    await leash(client, second.agent, "")
    begun = len(client.messages)
    await key(client, "*")
    await client.event("ChanSpyStop", since=begun)
    await aim(client, second.agent)
    await client.ask("Hangup", Channel=second.customer)
    await client.ask("Hangup", Channel=LEG)
    await client.event("Hangup", Uniqueid=LEG)
    theirs = recorded(capture("g-leg"))
    assert life(client.messages, LEG) == life(theirs, legs_of(theirs)[0])


@pytest.mark.parametrize(
    ("place", "phone", "timeout"), [(0, "PJSIP/2004", "5000"), (1, "PJSIP/2003", "50"), (2, "PJSIP/2002", "5000")]
)
async def test_a_leg_that_comes_to_nothing_tells_what_the_recorded_one_told(
    place: int, phone: str, timeout: str, client: AmiClient
) -> None:
    """h-refused.ami: busy, no answer, declined. Asterisk's threads change the order from one time to the next."""

    def told(messages: list[Message], leg: str) -> Counter[tuple[str, ...]]:
        said = ("Event", "ChannelState", "DialStatus", "Reason", "Cause", "TechCause", "Response")
        mine = [one for one in messages if leg in (one.get("Uniqueid"), one.get("DestUniqueid")) and "Event" in one]
        return Counter(tuple(one.get(header, "") for header in said) for one in mine)

    await dial(client, phone=phone, timeout=timeout)
    await client.event("Hangup", Uniqueid=LEG)
    await client.event("OriginateResponse", Uniqueid=LEG)
    theirs = recorded(capture("h-refused"))
    assert told(client.messages, LEG) == told(theirs, legs_of(theirs)[place])


async def test_a_loop_begins_and_ends_in_recorded_words(short: Path, busy: Path) -> None:
    """What leads from one loop to the next is made by the simulator, every event of it."""
    async with (
        await start(short, speed=100) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        while pbx.playback.loop < 1:
            assert await client.read()
        turn = [one for one in client.messages if "Event" in one and one["Event"] != "FullyBooted"]
    theirs = recorded(busy)
    for event in {one["Event"] for one in turn}:
        assert layouts(turn, "Event", event) <= layouts(theirs, "Event", event), event
