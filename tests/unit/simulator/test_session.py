"""One client's connection: who gets in, and what a hostile one achieves."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from tests.fakes.ami_client import AmiClient
from whisper_tui.simulator.phones import PhoneBehaviour
from whisper_tui.simulator.server import Simulator, start


async def test_the_secret_lets_in_and_full_booting_is_told(client: AmiClient) -> None:
    booted = await client.event("FullyBooted")
    assert booted["Status"] == "Fully Booted"


async def test_a_challenge_lets_in_once(pbx: Simulator) -> None:
    async with await AmiClient.connect(pbx.host, pbx.port) as client:
        challenge = (await client.ask("Challenge", AuthType="MD5"))["Challenge"]
        digest = hashlib.md5(f"{challenge}{pbx.secret}".encode(), usedforsecurity=False).hexdigest()
        reply = await client.ask("Login", AuthType="MD5", Username=pbx.user, Key=digest)
        assert reply["Message"] == "Authentication accepted"
        again = await client.ask("Login", AuthType="MD5", Username=pbx.user, Key=digest)
        assert again["Message"] == "Authentication failed"
        await client.until_closed()


async def test_an_md5_login_without_a_challenge_is_refused(pbx: Simulator) -> None:
    digest = hashlib.md5(pbx.secret.encode(), usedforsecurity=False).hexdigest()
    async with await AmiClient.connect(pbx.host, pbx.port) as client:
        reply = await client.ask("Login", AuthType="MD5", Username=pbx.user, Key=digest)
        assert reply["Response"] == "Error"
        await client.until_closed()


@pytest.mark.parametrize(
    "login", [{"Username": "console", "Secret": "wrong"}, {"Username": "root", "Secret": "x"}, {"Username": "console"}]
)
async def test_a_wrong_login_is_refused_and_cut_off(login: dict[str, str], pbx: Simulator) -> None:
    async with await AmiClient.connect(pbx.host, pbx.port) as client:
        reply = await client.ask("Login", **login)
        assert (reply["Response"], reply["Message"]) == ("Error", "Authentication failed")
        await client.until_closed()


async def test_every_start_has_a_secret_of_its_own_that_no_repr_shows(busy: Path) -> None:
    async with await start(busy, speed=0) as one, await start(busy, speed=0) as other:
        assert one.secret != other.secret
        assert len(one.secret) >= 32
        assert one.secret not in repr(one) + repr(vars(one).get("playback"))
        assert one.host == "127.0.0.1"


async def test_an_account_without_a_class_is_refused_and_not_shown_its_actions(busy: Path) -> None:
    behaviour = PhoneBehaviour(writes=frozenset({"reporting"}))
    async with (
        await start(busy, speed=0, answers=behaviour) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        for action in ("Originate", "Setvar", "PlayDTMF", "Bridge"):
            assert (await client.ask(action))["Message"] == "Permission denied", action
        assert await client.listed("CoreShowChannels")
        assert await client.listed("QueueStatus"), "any login may"
        commands = await client.ask("ListCommands")
        assert "Originate" not in commands
        assert "QueueStatus" in commands


async def test_an_account_without_class_agent_is_told_of_calls_and_not_of_queues(busy: Path) -> None:
    behaviour = PhoneBehaviour(reads=frozenset({"call"}))
    async with (
        await start(busy, speed=0, answers=behaviour) as pbx,
        await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as client,
    ):
        pbx.playback.set_speed(100)
        await client.event("BridgeEnter")
        assert {one["Privilege"] for one in client.messages if "Privilege" in one} <= {"call,all", "system,all", "Call"}


async def test_nothing_is_answered_before_login(pbx: Simulator) -> None:
    async with await AmiClient.connect(pbx.host, pbx.port) as client:
        for action in ("Ping", "QueueStatus", "Originate", "Bogus"):
            reply = await client.ask(action)
            assert (reply["Response"], reply["Message"]) == ("Error", "Permission denied")
        pbx.playback.set_speed(100)
        async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as other:
            await other.event("QueueCallerJoin")
        await client.ask("Ping")
        assert client.events("QueueCallerJoin") == [], "and nothing is told"


async def test_a_logoff_says_goodbye(client: AmiClient) -> None:
    reply = await client.ask("Logoff")
    assert (reply["Response"], reply["Message"]) == ("Goodbye", "Thanks for all the fish.")
    await client.until_closed()


async def test_events_can_be_turned_off_and_on(client: AmiClient, pbx: Simulator) -> None:
    assert (await client.ask("Events", EventMask="off"))["Events"] == "Off"
    begun = len(client.messages)
    pbx.playback.set_speed(100)
    async with await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret) as other:
        await other.event("AgentConnect")
    await client.ask("Ping")
    assert not [one for one in client.messages[begun:] if "Event" in one]
    assert (await client.ask("Events", EventMask="on"))["Events"] == "On"
    await client.event("Hangup")


async def test_an_action_may_come_in_any_pieces_and_line_ends(client: AmiClient) -> None:
    for piece in (b"Act", b"ion: Ping\r", b"\nActionID: one\r\n\r", b"\n"):
        client.write(piece)
        await client.ask("Ping") if piece == b"\n" else None
    assert await client.wait(lambda one: one.get("ActionID") == "one")
    client.write(b"action:pInG\nactionid:two\n\n")
    assert (await client.wait(lambda one: one.get("ActionID") == "two"))["Ping"] == "Pong"


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (b"Action: Bogus\r\nActionID: h\r\n\r\n", "Invalid/unknown command: Bogus. Use Action: ListCommands to show"),
        (b"ActionID: h\r\nFoo: bar\r\n\r\n", "Missing action in request"),
        (b"Action: Ping\r\nActionID: h\r\nX: " + b"x" * 3000 + b"\r\n\r\n", "Failed to parse message: line too long"),
        (b"Action: Ping\r\nActionID: h\r\n" + b"X: x\r\n" * 300 + b"\r\n", "Too many lines in message"),
        (b"Action: Ping\r\nActionID: h\r\nX: \xff\x00\x1b[2J\r\n\r\n", ""),
        (b"Action: Getvar\r\nActionID: h\r\nChannel: nobody\r\n\r\n", "No variable specified"),
        (b"Action: Getvar\r\nActionID: h\r\nChannel: nobody\r\nVariable: X\r\n\r\n", "No such channel"),
        (b"Action: Setvar\r\nActionID: h\r\nChannel: nobody\r\n\r\n", "No variable specified"),
        (b"Action: Setvar\r\nActionID: h\r\nVariable: X\r\n\r\n", "No such channel"),
        (b"Action: PlayDTMF\r\nActionID: h\r\n\r\n", "Channel not found"),
        (b"Action: Hangup\r\nActionID: h\r\n\r\n", "No channel specified"),
        (b"Action: Hangup\r\nActionID: h\r\nChannel: nobody\r\n\r\n", "No such channel"),
        (b"Action: Hangup\r\nActionID: h\r\nChannel: /.*/\r\n\r\n", "No such channel"),
        (b"Action: AbsoluteTimeout\r\nActionID: h\r\n\r\n", "No channel specified"),
        (b"Action: AbsoluteTimeout\r\nActionID: h\r\nChannel: nobody\r\n\r\n", "No timeout specified"),
        (b"Action: Status\r\nActionID: h\r\nChannel: nobody\r\n\r\n", "No such channel"),
        (b"Action: BridgeInfo\r\nActionID: h\r\n\r\n", "BridgeUniqueid must be provided"),
        (b"Action: BridgeInfo\r\nActionID: h\r\nBridgeUniqueid: no\r\n\r\n", "Specified BridgeUniqueid not found"),
        (b"Action: Bridge\r\nActionID: h\r\n\r\n", "Missing channel parameter in request"),
        (b"Action: Bridge\r\nActionID: h\r\nChannel1: a\r\nChannel2: b\r\n\r\n", "Channel1 does not exist: a"),
        (b"Action: MessageSend\r\nActionID: h\r\nBody: x\r\n\r\n", "No 'To' address specified."),
        (b"Action: MessageSend\r\nActionID: h\r\nTo: sip:1001\r\nBody: x\r\n\r\n", "Message technology not found."),
        (b"Action: MessageSend\r\nActionID: h\r\nTo: pjsip:9999\r\nBody: x\r\n\r\n", "Message failed to send."),
        (b"Action: MessageSend\r\nActionID: h\r\nTo: pjsip:2999\r\nBody: x\r\n\r\n", "Message failed to send."),
        (b"Action: Originate\r\nActionID: h\r\n\r\n", "Channel not specified"),
        (b"Action: Originate\r\nActionID: h\r\nChannel: PJSIP/1\r\n\r\n", "Originate with 'Exten' requires"),
        (b"Action: Originate\r\nActionID: h\r\nChannel: x\r\nApplication: ChanSpy\r\n\r\n", "Invalid channel"),
        (
            b"Action: Originate\r\nActionID: h\r\nChannel: PJSIP/1\r\nApplication: ChanSpy\r\nTimeout: x\r\n\r\n",
            "Invalid timeout",
        ),
    ],
)
async def test_a_hostile_action_gets_asterisks_own_words_and_hurts_nobody(
    sent: bytes, words: str, client: AmiClient, pbx: Simulator
) -> None:
    channels = len(pbx.floor.channels)
    client.write(sent)
    reply = await client.wait(lambda one: one.get("ActionID") == "h")
    assert reply.get("Message", "").startswith(words)
    assert (reply["Response"] == "Error") == bool(words)
    assert (await client.ask("Ping"))["Ping"] == "Pong"
    assert len(pbx.floor.channels) == channels


async def test_a_text_reaches_the_phone_that_it_is_for(client: AmiClient, pbx: Simulator) -> None:
    for to in ("pjsip:1001", "pjsip:2001"):
        reply = await client.ask("MessageSend", To=to, From="<sip:whisper-tui@localhost>", Body="Somebody listens")
        assert (reply["Response"], reply["Message"]) == ("Success", "Message successfully sent")
    assert [(one.phone, one.sender, one.body) for one in pbx.texts] == [
        ("PJSIP/1001", "<sip:whisper-tui@localhost>", "Somebody listens"),
        ("PJSIP/2001", "<sip:whisper-tui@localhost>", "Somebody listens"),
    ]


async def test_two_megabytes_without_an_end_are_not_kept(client: AmiClient) -> None:
    client.write(b"Action: Ping\r\nActionID: big\r\nX: " + b"x" * (2 << 20) + b"\r\n\r\n")
    reply = await client.wait(lambda one: one.get("ActionID") == "big")
    assert reply["Message"] == "Failed to parse message: line too long"
    client.write(b"y" * (2 << 20))
    client.write(b"\r\n\r\n")
    assert (await client.ask("Ping"))["Ping"] == "Pong"


async def test_a_line_break_in_a_value_cannot_end_a_line(client: AmiClient, pbx: Simulator) -> None:
    """manager.c reads lines, so a value ends at the first; what follows is a header of its own and names no action."""
    begun = len(client.messages)
    client.write(b"Action: Getvar\r\nActionID: x\r\nChannel: a\rEvent: Hangup\r\nVariable: V\r\n\r\n")
    reply = await client.wait(lambda one: one.get("ActionID") == "x", since=begun)
    assert reply["Message"] == "No such channel"
    assert client.events("Hangup") == []


async def test_a_client_that_vanishes_leaves_the_others_alone(pbx: Simulator, client: AmiClient) -> None:
    gone = await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret)
    gone.send("QueueStatus")
    await gone.close()
    pbx.playback.set_speed(100)
    await client.event("AgentConnect")


async def test_a_port_that_is_taken_is_told(pbx: Simulator, busy: Path) -> None:
    with pytest.raises(OSError, match="address"):
        await start(busy, port=pbx.port)


async def test_a_start_with_a_wrong_speed_leaves_nothing_open(busy: Path) -> None:
    with pytest.raises(ValueError, match="speed"):
        await start(busy, speed=-1)


async def test_closing_cuts_every_client(busy: Path) -> None:
    pbx = await start(busy, speed=0)
    client = await AmiClient.log_in(pbx.host, pbx.port, pbx.user, pbx.secret)
    await pbx.close()
    await client.until_closed()
    await client.close()
    with pytest.raises(OSError):
        await AmiClient.connect(pbx.host, pbx.port)
