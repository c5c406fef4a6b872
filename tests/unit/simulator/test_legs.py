"""A supervision leg on the simulated PBX, driven by raw actions: what is said, and who can hear the supervisor."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.fakes.ami_client import AmiClient
from tests.unit.simulator.conftest import QUICK
from tests.unit.simulator.leg_life import LEG, LOCK, aim, dial, key, leash, lock, talks, up
from whisper_tui.simulator.phones import Lock, PhoneBehaviour
from whisper_tui.simulator.server import Simulator, start
from whisper_tui.simulator.wire import message, snapshot
from whisper_tui.terms import Uniqueid

NOBODY: frozenset[Uniqueid] = frozenset()


def ears(pbx: Simulator) -> frozenset[Uniqueid]:
    return pbx.ears()[Uniqueid(LEG)]


async def test_a_leg_rings_is_answered_and_tells_so_with_its_own_uniqueid(pbx: Simulator, client: AmiClient) -> None:
    action_id = await dial(client)
    answered = await client.event("OriginateResponse", ActionID=action_id)
    assert (answered["Response"], answered["Reason"], answered["Uniqueid"]) == ("Success", "4", LEG)
    told = [one["Event"] for one in client.messages if LEG in (one.get("Uniqueid"), one.get("DestUniqueid"))]
    assert told[:3] == ["Newchannel", "NewCallerid", "NewConnectedLine"]
    assert [one["ChannelState"] for one in client.events("Newstate", Uniqueid=LEG)] == ["5", "6"]
    assert [one["State"] for one in client.events("DeviceStateChange", Device="PJSIP/2001")] == ["RINGING", "INUSE"]
    assert [(one.action_id, one.channel_id) for one in pbx.originated] == [(action_id, LEG)]


async def test_a_held_lock_drops_the_four_and_lets_the_seven_pass(client: AmiClient) -> None:
    await up(client)
    await client.ask("PlayDTMF", Channel=LEG, Digit="4", Receive="true")
    await lock(client, "")
    await client.ask("PlayDTMF", Channel=LEG, Digit="7", Receive="true")
    await client.event("DTMFEnd", Uniqueid=LEG, Digit="7")
    assert client.events("DTMFEnd", Digit="4") == []


@pytest.mark.parametrize("kind", [Lock.OLD, Lock.ABSENT])
async def test_an_asterisk_that_does_not_lock_lets_the_four_pass(kind: Lock, busy: Path) -> None:
    behaviour = PhoneBehaviour(rings=0.02, lock=kind)
    async with (
        await start(busy, speed=0, answers=behaviour) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        await up(client)
        await client.ask("PlayDTMF", Channel=LEG, Digit="4", Receive="true")
        await client.event("DTMFEnd", Uniqueid=LEG, Digit="4")
        assert await lock(client, "DTMF_END") == ("Variable Set" if kind is Lock.OLD else "Variable not set")


@pytest.mark.parametrize(
    ("kind", "value", "words", "heard"),
    [
        (Lock.HOLDS, "DTMF_END,VOICE", "Variable Set", False),
        (Lock.HOLDS, "VOICE", "Variable Set", False),
        (Lock.OLD, "DTMF_END,VOICE", "Variable Set", True),
        (Lock.OLD, "VOICE", "Variable Set", False),
        (Lock.ABSENT, "DTMF_END,VOICE", "Variable not set", True),
        (Lock.ABSENT, "VOICE", "Variable not set", True),
    ],
)
async def test_a_microphone_is_closed_as_far_as_that_asterisk_can(
    kind: Lock, value: str, words: str, heard: bool, busy: Path
) -> None:
    """Before 20.16, 21.11, 22.6 and 23.0 a longer value is cut, drops nothing and is answered by Success (AUDIO.md F10)."""
    async with (
        await start(busy, speed=0, answers=replace(QUICK, lock=kind)) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        talk = talks(pbx)[0]
        await up(client, options="w")
        await aim(client, talk.agent)
        assert await lock(client, value) == words
        assert ears(pbx) == ({talk.agent} if heard else NOBODY)
        await client.ask("Setvar", Channel=LEG, Variable="MUTEAUDIO(in)", Value="on")
        assert ears(pbx) == NOBODY, "MUTEAUDIO does it everywhere"


async def test_without_class_dtmf_keys_work_and_nobody_is_told(busy: Path) -> None:
    async with (
        await start(busy, speed=0, answers=replace(QUICK, reads=frozenset({"call", "agent"}))) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        talk = talks(pbx)[0]
        await up(client)
        await aim(client, talk.agent)
        await lock(client, "")
        for digit, hearing in (("5", {talk.agent}), ("6", {talk.agent, talk.customer}), ("4", set())):
            await client.ask("PlayDTMF", Channel=LEG, Digit=digit, Receive="true")
            assert ears(pbx) == hearing
        await client.ask("PlayDTMF", Channel=LEG, Digit="*", Receive="true")
        await client.event("ChanSpyStop", SpyerUniqueid=LEG)
        assert client.events("DTMFEnd") == []


async def test_keys_on_the_phone_do_what_the_lock_lets_them(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    pbx.press(LEG, "6")
    assert ears(pbx) == NOBODY
    await lock(client, "")
    pbx.press(LEG, "6")
    assert ears(pbx) == {talk.agent, talk.customer}


async def test_silence_whisper_and_barge_are_heard_by_nobody_the_agent_and_both(
    pbx: Simulator, client: AmiClient
) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    assert ears(pbx) == NOBODY
    await key(client, "5")
    assert ears(pbx) == {talk.agent}
    await key(client, "6")
    assert ears(pbx) == {talk.agent, talk.customer}
    await lock(client, "DTMF_END,VOICE")
    assert ears(pbx) == NOBODY
    await lock(client, "DTMF_END")
    assert ears(pbx) == {talk.agent, talk.customer}
    await key(client, "4")
    assert ears(pbx) == NOBODY
    assert pbx.heard == {(LEG, talk.agent), (LEG, talk.customer)}


async def test_a_whisper_on_the_customers_channel_leaks_to_the_customer(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.customer)
    await key(client, "5")
    assert ears(pbx) == {talk.customer}


@pytest.mark.parametrize(("options", "who"), [("", ()), ("w", ("agent",)), ("B", ("agent", "customer"))])
async def test_a_leg_without_option_d_keeps_its_mode_and_passes_on(
    options: str, who: tuple[str, ...], pbx: Simulator, client: AmiClient
) -> None:
    first, second = talks(pbx)[:2]
    await up(client, options=options)
    await aim(client, first.agent)
    for digit in "4565":
        await key(client, digit)
        assert ears(pbx) == {getattr(first, one) for one in who}
    await leash(client, second.agent, LEG)
    await leash(client, first.agent, "")
    begun = len(client.messages)
    await key(client, "*")
    await client.event("ChanSpyStart", since=begun, SpyeeUniqueid=second.agent)
    assert ears(pbx) == {getattr(second, one) for one in who}


async def test_a_leg_that_is_rung_muted_is_heard_by_nobody_until_it_is_opened(
    pbx: Simulator, client: AmiClient
) -> None:
    talk = talks(pbx)[0]
    await dial(client, options="B", dropped="VOICE")
    await aim(client, talk.agent)
    assert pbx.heard == set()
    await lock(client, LOCK)
    assert ears(pbx) == {talk.agent, talk.customer}


async def test_mode_keys_without_a_target_change_nothing(pbx: Simulator, client: AmiClient) -> None:
    """Measured on 22.10.1: 5 pressed on an idle leg, then aimed: the agent hears nothing."""
    talk = talks(pbx)[0]
    await up(client)
    await key(client, "5")
    await aim(client, talk.agent)
    assert ears(pbx) == NOBODY


async def test_a_star_moves_the_leg_to_the_new_leash_and_keeps_its_mode(pbx: Simulator, client: AmiClient) -> None:
    first, second = talks(pbx)[:2]
    await up(client)
    await aim(client, first.agent)
    await key(client, "5")
    await leash(client, second.agent, LEG)
    await leash(client, first.agent, "")
    assert ears(pbx) == {first.agent}, "clearing the leash alone ends nothing"
    begun = len(client.messages)
    await key(client, "*")
    await client.event("ChanSpyStart", since=begun, SpyeeUniqueid=second.agent)
    said = [one["Event"] for one in client.messages[begun:] if one.get("SpyerUniqueid") == LEG]
    assert said == ["ChanSpyStop", "ChanSpyStart"]
    assert ears(pbx) == {second.agent}


async def test_a_star_without_a_leash_leaves_the_leg_up_hearing_nobody(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    await leash(client, talk.agent, "")
    await key(client, "*")
    await client.event("ChanSpyStop", SpyerUniqueid=LEG)
    status = await client.listed("Status", Channel=LEG)
    assert status[0]["Application"] == "ChanSpy"
    assert ears(pbx) == NOBODY


async def test_a_group_of_the_sites_own_beside_ours_changes_nothing(client: AmiClient, pbx: Simulator) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await leash(client, talk.agent, f"site:{LEG}")
    await client.event("ChanSpyStart", SpyerUniqueid=LEG, SpyeeUniqueid=talk.agent)
    held = await client.ask("Getvar", Channel=talk.agent, Variable="SPYGROUP")
    assert held["Value"] == f"site:{LEG}"
    status = await client.listed("Status", Channel=talk.agent, Variables="SPYGROUP,MIXMONITOR_FILENAME")
    assert status[0]["Variable"] == f"SPYGROUP=site:{LEG}\nMIXMONITOR_FILENAME=(null)"


async def test_a_target_that_hangs_up_leaves_the_leg_up_in_its_mode(pbx: Simulator, client: AmiClient) -> None:
    first, second = talks(pbx)[:2]
    await up(client)
    await aim(client, first.agent)
    await key(client, "6")
    begun = len(client.messages)
    await client.ask("Hangup", Channel=first.customer)
    await client.event("Hangup", since=begun, Uniqueid=first.agent)
    order = [
        one["Event"]
        for one in client.messages[begun:]
        if first.agent in (one.get("Uniqueid"), one.get("SpyeeUniqueid")) and "Event" in one
    ]
    assert order.index("ChanSpyStop") < order.index("Hangup")
    assert ears(pbx) == NOBODY
    await aim(client, second.agent)
    assert ears(pbx) == {second.agent, second.customer}, "barge stays barge: a console presses 4 first"


async def test_barge_stays_with_the_customer_of_its_first_frame(pbx: Simulator, client: AmiClient) -> None:
    """AUDIO.md F3: after the agent's peer changed, a later 6 speaks to the old customer again; `*` attaches it anew."""
    first, second = talks(pbx)[:2]
    await up(client)
    await aim(client, first.agent)
    await key(client, "6")
    await key(client, "4")
    pbx.say(moved(pbx, first.agent, "BridgeLeave", pbx.floor.channels[first.agent].bridge))
    pbx.say(moved(pbx, second.agent, "BridgeLeave", pbx.floor.channels[second.agent].bridge))
    pbx.say(moved(pbx, first.agent, "BridgeEnter", pbx.floor.channels[second.customer].bridge))
    await key(client, "6")
    assert ears(pbx) == {first.agent, first.customer}
    await key(client, "4")
    begun = len(client.messages)
    await key(client, "*")
    await client.event("ChanSpyStart", since=begun, SpyeeUniqueid=first.agent)
    await key(client, "6")
    assert ears(pbx) == {first.agent, second.customer}


async def test_barge_into_a_bridge_of_three_reaches_only_the_agent(pbx: Simulator, client: AmiClient) -> None:
    """AUDIO.md F3."""
    first, second = talks(pbx)[:2]
    await up(client)
    await aim(client, first.agent)
    pbx.say(moved(pbx, second.agent, "BridgeLeave", pbx.floor.channels[second.agent].bridge))
    pbx.say(moved(pbx, second.agent, "BridgeEnter", pbx.floor.channels[first.agent].bridge))
    await key(client, "6")
    assert ears(pbx) == {first.agent}


async def test_a_leg_hears_no_channel_of_another_legs_group(pbx: Simulator, client: AmiClient) -> None:
    first, second = talks(pbx)[:2]
    await up(client)
    await leash(client, first.agent, "wt-0a1b2c3d-00000000000000ab")
    await leash(client, second.agent, f"site:{LEG}")
    started = await client.event("ChanSpyStart", SpyerUniqueid=LEG)
    assert started["SpyeeUniqueid"] == second.agent


def moved(pbx: Simulator, channel: Uniqueid, event: str, bridge: str) -> bytes:
    """That a channel enters or leaves a bridge."""
    one = pbx.floor.channels[channel]
    said = [("Event", event), ("Privilege", "call,all"), ("BridgeUniqueid", bridge), *snapshot(one)]
    return message(said)


async def test_the_lease_ends_a_leg_that_nobody_renews(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client, lease="30")
    await aim(client, talk.agent)
    renewed = await client.ask("AbsoluteTimeout", Channel=LEG, Timeout="0.2")
    assert renewed["Message"] == "Timeout Set"
    gone = await client.event("Hangup", Uniqueid=LEG)
    assert (gone["Cause"], gone["Cause-txt"]) == ("0", "Unknown")
    assert client.events("ChanSpyStop", SpyerUniqueid=LEG)
    assert LEG not in pbx.ears()


async def test_a_lease_is_lifted_by_its_function_and_not_by_a_timeout_of_nothing(client: AmiClient) -> None:
    """Measured on 22.10.1: AbsoluteTimeout takes no 0, TIMEOUT(absolute) does."""
    await up(client, lease="30")
    for seconds in ("0", "-1", "soon", "nan", "inf"):
        refused = await client.ask("AbsoluteTimeout", Channel=LEG, Timeout=seconds)
        assert (refused["Response"], refused["Message"]) == ("Error", "No timeout specified"), seconds
    assert (await client.listed("Status", Channel=LEG))[0]["TimeToHangup"] != "0"
    lifted = await client.ask("Setvar", Channel=LEG, Variable="TIMEOUT(absolute)", Value="0")
    assert lifted["Message"] == "Variable Set"
    assert (await client.listed("Status", Channel=LEG))[0]["TimeToHangup"] == "0"


async def test_hanging_up_a_leg_that_listens_stops_the_spy_first(pbx: Simulator, client: AmiClient) -> None:
    await up(client)
    await aim(client, talks(pbx)[0].agent)
    assert (await client.ask("Hangup", Channel=LEG))["Message"] == "Channel Hungup"
    await client.event("DeviceStateChange", Device="PJSIP/2001", State="NOT_INUSE")
    ends = [one["Event"] for one in client.messages if LEG in (one.get("Uniqueid"), one.get("SpyerUniqueid"))][-2:]
    assert ends == ["ChanSpyStop", "Hangup"]


async def test_a_phone_that_hangs_up_by_hand_asks_first(pbx: Simulator, client: AmiClient) -> None:
    await up(client)
    pbx.hang_up_phone(LEG)
    gone = await client.event("Hangup", Uniqueid=LEG)
    assert gone["Cause"] == "0"
    assert client.events("HangupRequest", Uniqueid=LEG)


@pytest.mark.parametrize(
    ("phone", "reason", "cause", "dialled"),
    [
        ("PJSIP/2002", "0", "17", ["BUSY"]),  # rings, and is declined
        ("PJSIP/2003", "3", "19", []),  # rings for its 100 ms
        ("PJSIP/2004", "0", "17", ["BUSY"]),  # busy at once
    ],
)
async def test_a_phone_that_does_not_answer_says_why(
    phone: str, reason: str, cause: str, dialled: list[str], client: AmiClient
) -> None:
    await dial(client, phone=phone, timeout="100")
    answered = await client.event("OriginateResponse", Uniqueid=LEG)
    assert (answered["Response"], answered["Reason"], answered["Channel"]) == ("Failure", reason, phone)
    gone = await client.event("Hangup", Uniqueid=LEG)
    assert gone["Cause"] == cause
    assert [one["DialStatus"] for one in client.events("DialEnd", DestUniqueid=LEG)] == dialled


async def test_an_unknown_phone_never_has_a_channel(client: AmiClient) -> None:
    await dial(client, phone="PJSIP/2999")
    answered = await client.event("OriginateResponse", Uniqueid=LEG)
    assert (answered["Response"], answered["Reason"]) == ("Failure", "0")
    assert client.events("Newchannel", Uniqueid=LEG) == []


async def test_a_phone_that_rings_can_be_cancelled(client: AmiClient) -> None:
    await dial(client, phone="PJSIP/2003")
    await client.event("Newstate", Uniqueid=LEG, ChannelState="5")
    ringing = await client.listed("Status", Channel=LEG)
    assert ringing[0]["Application"] == "AppDial2"
    await client.ask("Hangup", Channel=LEG)
    answered = await client.event("OriginateResponse", Uniqueid=LEG)
    assert answered["Reason"] == "0"
    assert client.events("DialEnd", DestUniqueid=LEG)[0]["DialStatus"] == "NOANSWER"


async def test_the_lease_runs_while_the_phone_rings(client: AmiClient) -> None:
    await dial(client, phone="PJSIP/2003", lease="0.1")
    answered = await client.event("OriginateResponse", Uniqueid=LEG)
    assert answered["Reason"] == "3"
    await client.event("Hangup", Uniqueid=LEG, Cause="19")


async def test_a_channel_id_in_use_fails_after_success(client: AmiClient) -> None:
    await up(client)
    begun = len(client.messages)
    action_id = await dial(client)
    failed = await client.event("OriginateResponse", since=begun, ActionID=action_id)
    assert (failed["Response"], failed["Reason"]) == ("Failure", "0")
    assert client.events("Hangup", Uniqueid=LEG) == []


async def test_an_empty_group_hears_a_channel_that_nobody_named(pbx: Simulator, client: AmiClient) -> None:
    """AMI.md: `g()` is every channel; a console that sent it would be found out by `ears`."""
    await client.ask(
        "Originate", Channel="PJSIP/2001", Application="ChanSpy", Data=",qg()dB", ChannelId=LEG, Async="true"
    )
    await client.event("ChanSpyStart", SpyerUniqueid=LEG)
    assert ears(pbx) != NOBODY


async def test_a_takeover_leaves_supervisor_and_customer_talking(pbx: Simulator, client: AmiClient) -> None:
    talk = talks(pbx)[0]
    await up(client)
    await aim(client, talk.agent)
    reply = await client.ask("Bridge", Channel1=LEG, Channel2=talk.customer, Tone="no")
    assert reply["Message"] == "Channels have been bridged"
    await client.event("Hangup", Uniqueid=talk.agent, Cause="16")
    assert client.events("ChanSpyStop", SpyerUniqueid=LEG) == []
    assert ears(pbx) == {talk.customer}
    entered = client.events("BridgeEnter")
    assert [one["Uniqueid"] for one in entered[-2:]] == [LEG, talk.customer]
    await client.ask("Hangup", Channel=talk.customer)
    await client.event("Hangup", Uniqueid=LEG)
    assert pbx.ears() == {}
