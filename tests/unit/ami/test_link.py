"""A link's life, on a PBX of loopback and a clock that stands still."""

from __future__ import annotations

import asyncio
import itertools
import logging
import random
import traceback

import pytest
from msgspec.structs import replace

from tests.fakes.ami_server import BANNER, FakeAmi, Request, error, event, listing, opening, response, row, silence
from tests.fakes.clock import WoundClock, settle
from tests.fakes.linked import Canary, Linked, settings_for
from whisper_tui.ami.actions import (
    CoreShowChannels,
    DeviceStateList,
    Getvar,
    Headers,
    ListCommands,
    Outcome,
    Ping,
    PlayDtmf,
    QueueStatus,
    Reply,
    Setvar,
)
from whisper_tui.ami.events import AgentKeyPressed, BridgeGone, DeviceChanged, DigitEnded, Fact, Listed, Malformed
from whisper_tui.ami.framing import PRESSED
from whisper_tui.ami.link import Link
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.errors import UsageError
from whisper_tui.terms import LinkState, Pbx, Uniqueid

LEG = Uniqueid("wt-00000001-0123456789abcdef")


def gone(bridge: str) -> bytes:
    return event("BridgeDestroy", ("BridgeUniqueid", bridge))


def key(uniqueid: str, digit: str) -> bytes:
    return event("DTMFEnd", ("Uniqueid", uniqueid), ("Digit", digit), ("Direction", "Received"), privilege="dtmf,all")


async def test_it_logs_in_without_sending_the_secret_and_seeds_before_it_is_live() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        assert [state for state, _ in linked.states] == [
            LinkState.CONNECTING,
            LinkState.HANDSHAKING,
            LinkState.AUTHENTICATING,
            LinkState.SEEDING,
            LinkState.LIVE,
        ]
        assert (link.asterisk, link.system_name, link.allowed) == ("22.10.1", "lab", frozenset({"Ping"}))
        assert pbx.secret.encode() not in pbx.received
        assert pbx.named("Login")[0]["Events"] == "on"


async def test_an_account_that_may_not_look_around_is_still_let_in() -> None:
    async with FakeAmi() as pbx:
        for name in ("CoreSettings", "ListCommands"):
            pbx.answers[name] = lambda request: error(request, "Permission denied")
        async with Linked(pbx) as linked:
            link = await linked.live()
            assert (link.asterisk, link.allowed) == ("", None)


async def test_events_are_told_in_order_and_a_list_stands_between_them() -> None:
    def queues(request: Request) -> bytes:
        return (
            gone("before")
            + listing(request, row(request, "DeviceStateChange", ("Device", "A"), ("State", "B")))
            + gone("after")
        )

    async with FakeAmi(answers={"DeviceStateList": queues}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        reply = await link.send(DeviceStateList())
        action_id = pbx.named("DeviceStateList")[0].action_id
        rows = (DeviceChanged("A", "B"),)
        assert linked.facts == [BridgeGone("before"), Listed("DeviceStateList", action_id, rows), BridgeGone("after")]
        assert (reply.outcome, reply.rows) == (Outcome.DONE, rows)


async def test_lists_asked_for_at_once_are_answered_each_to_its_own() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        pbx.answers["QueueStatus"] = pbx.answers["CoreShowChannels"] = silence
        queues, channels = (
            asyncio.create_task(link.send(QueueStatus())),
            asyncio.create_task(link.send(CoreShowChannels())),
        )
        one, two = await pbx.asked("QueueStatus"), await pbx.asked("CoreShowChannels")
        assert one.action_id != two.action_id and len(one.action_id) >= 16
        a, b = listing(one, row(one, "QueueMember", ("Queue", "q"), ("Location", "L"))), listing(two)
        pbx.say(opening(one) + b + a[len(opening(one)) :])
        assert len((await queues).rows) == 1
        assert (await channels).rows == ()


async def test_a_list_that_is_refused_fails_at_once_with_asterisks_words() -> None:
    async with FakeAmi(answers={"QueueStatus": lambda r: error(r, "Permission denied")}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        assert await link.send(QueueStatus()) == Reply(
            Outcome.FAILED,
            "Permission denied",
            headers=(
                ("Response", "Error"),
                ("ActionID", pbx.named("QueueStatus")[0].action_id),
                ("Message", "Permission denied"),
            ),
        )


async def test_a_variable_comes_back_as_it_is() -> None:
    group = "other:" + "g" * 200
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        pbx.answers["Getvar"] = lambda request: response(request, Variable="SPYGROUP", Value=group)
        link = await linked.live()
        assert (await link.send(Getvar(Uniqueid("1.1"), "SPYGROUP"))).value == group


async def test_every_command_of_the_account_is_told() -> None:
    commands = {"PlayDTMF": "Play (Priv: call,all)", "Originate": "(Priv: originate,all)"}
    async with FakeAmi(answers={"ListCommands": lambda r: response(r, **commands)}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        assert link.allowed == frozenset(commands)
        assert (await link.send(ListCommands())).outcome is Outcome.DONE


async def test_an_action_without_an_answer_is_unknown_after_its_limit_and_not_repeated() -> None:
    async with FakeAmi(answers={"PlayDTMF": silence}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        sending = asyncio.create_task(link.send(PlayDtmf(LEG, "5")))
        late = await pbx.asked("PlayDTMF")
        await linked.clock.wind(PlayDtmf.limit)
        assert (await sending).outcome is Outcome.UNKNOWN
        pbx.say(response(late) + gone("next"))  # too late, and no alarm
        await linked.heard(BridgeGone)
        assert linked.facts == [BridgeGone("next")]
        assert len(pbx.named("PlayDTMF")) == 1


async def test_an_action_in_flight_when_the_link_drops_is_unknown_and_never_sent_again() -> None:
    async with FakeAmi(answers={"PlayDTMF": silence}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        sending = asyncio.create_task(link.send(PlayDtmf(LEG, "6")))
        await pbx.asked("PlayDTMF")
        pbx.drop()
        assert (await sending).outcome is Outcome.UNKNOWN
        await linked.reached(LinkState.LOST)
        assert (await link.send(Ping())) == Reply(Outcome.FAILED, "not connected")
        await linked.clock.wind(1)
        await linked.reached(LinkState.SEEDING, times=2)
        await link.send(Ping())
        assert len(pbx.named("PlayDTMF")) == 1


async def test_an_answer_that_came_in_the_very_moment_of_the_limit_counts() -> None:
    async with FakeAmi(answers={"PlayDTMF": silence}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        sending = asyncio.create_task(link.send(PlayDtmf(LEG, "5")))
        request = await pbx.asked("PlayDTMF")
        connection = link._connection
        assert connection is not None
        # As after SIGSTOP and SIGCONT: both are there when the loop goes on, the bytes first.
        connection.data_received(response(request))
        (limit,) = [
            limit for moment, limit in linked.clock._limits if moment == linked.clock.monotonic() + PlayDtmf.limit
        ]
        limit.reschedule(0)
        assert (await sending).outcome is Outcome.DONE


async def test_an_action_that_must_not_be_sent_raises_and_sends_nothing() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        with pytest.raises(UnsafeAction):
            await link.send(Setvar(Uniqueid("1.1"), "SPYGROUP", "x\r\nAction: Originate"))
        await link.send(Ping())
        assert pbx.requests[-1].name == "Ping" and not pbx.named("Setvar")


async def test_a_caller_who_waits_no_longer_leaves_nothing_behind() -> None:
    async with FakeAmi(answers={"QueueStatus": silence}) as pbx, Linked(pbx) as linked:
        link = await linked.live()
        sending = asyncio.create_task(link.send(QueueStatus()))
        request = await pbx.asked("QueueStatus")
        sending.cancel()
        await asyncio.wait({sending})
        pbx.say(listing(request) + gone("b"))
        await linked.heard(BridgeGone)
        assert linked.facts == [BridgeGone("b")] and link.malformed == 0


async def test_a_dead_peer_is_noticed_within_eight_seconds() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        pbx.answers["Ping"] = silence
        began = linked.clock.monotonic()
        winding = asyncio.create_task(linked.clock.wind(8, step=0.25))
        await pbx.asked("Ping")
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "no sign of life" in notice.values["error"]
        assert linked.clock.monotonic() - began <= 8
        await winding


async def test_a_peer_that_talks_but_is_slow_to_answer_is_alive() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        pbx.answers["Ping"] = silence
        for heard in range(1, 4):
            asked = asyncio.create_task(pbx.asked("Ping", heard))
            await linked.clock.wind(3)
            await asked
            pbx.say(gone("b"))
            await linked.heard(BridgeGone, heard)
            await linked.clock.wind(4)
        assert link.state is LinkState.LIVE


async def test_a_wrong_secret_waits_for_a_person_and_never_hammers() -> None:
    async with FakeAmi(secret="right") as pbx, Linked(pbx, secret=Canary("wrong-canary")) as linked:
        notice = await linked.reached(LinkState.REFUSED)
        assert notice is not None and notice.code == "link.refused.secret"
        assert (
            notice.values["pbx"] == "lab"
            and notice.values["user"] == "console"
            and notice.values["error"] == "Authentication failed"
        )
        await linked.clock.wind(3600, step=600)
        assert len(pbx.named("Login")) == 1
        link = linked.link
        assert (await link.send(Ping())).outcome is Outcome.FAILED
        link.settings = replace(link.settings, secret=Canary("right"))
        link.retry()
        await linked.reached(LinkState.SEEDING)


async def test_a_login_that_fails_for_another_reason_is_tried_again() -> None:
    async with FakeAmi(answers={"Login": lambda r: error(r, "Login Already In Use")}) as pbx, Linked(pbx) as linked:
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and notice.values["error"] == "Login Already In Use"
        del pbx.answers["Login"]
        await linked.clock.wind(1)
        await linked.reached(LinkState.SEEDING)


@pytest.mark.parametrize("banner", [b"SSH-2.0-OpenSSH_9.2p1\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n"])
async def test_a_port_that_is_not_amis_is_named_as_such(banner: bytes) -> None:
    async with FakeAmi(banner=banner) as pbx, Linked(pbx) as linked:
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "first line is not Asterisk's" in notice.values["error"]
        assert not pbx.requests


async def test_a_port_that_says_nothing_is_given_up_after_the_limit() -> None:
    async with FakeAmi(banner=b"") as pbx, Linked(pbx) as linked:
        await linked.reached(LinkState.HANDSHAKING)
        await linked.clock.wind(5)
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "did not say who it is in 5 s" in notice.values["error"]


async def test_a_login_that_is_not_answered_is_given_up_after_the_limit() -> None:
    async with FakeAmi(answers={"Login": silence}) as pbx, Linked(pbx) as linked:
        await pbx.asked("Login")
        await linked.clock.wind(5)
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "no answer" in notice.values["error"]


async def test_a_pbx_that_is_away_is_asked_less_and_less_often_and_greeted_when_it_is_back() -> None:
    async with FakeAmi() as pbx:
        pbx.stop_listening()
        async with Linked(pbx) as linked:
            notice = await linked.reached(LinkState.LOST)
            assert notice is not None
            assert (notice.code, notice.values["error"]) == ("link.unreachable", "Connection refused")
            waits = []
            for attempt in range(2, 10):
                began = linked.clock.monotonic()
                while sum(state is LinkState.LOST for state, _ in linked.states) < attempt:
                    await linked.clock.wind(0.25, step=0.25)
                    await asyncio.sleep(0.001)  # the refusal comes from the kernel, not from the clock
                waits.append(linked.clock.monotonic() - began)
            assert waits[0] <= 0.75 and max(waits) <= 16 and waits[-1] >= 7
            assert all(later >= earlier * 0.9 for earlier, later in itertools.pairwise(waits[:5]))
            await pbx.listen()
            linked.link.retry()
            await linked.reached(LinkState.SEEDING)


async def test_close_during_the_wait_really_stops() -> None:
    async with FakeAmi() as pbx:
        pbx.stop_listening()
        linked = Linked(pbx)
        async with linked:
            await linked.reached(LinkState.LOST)
        await pbx.listen()
        moves = len(linked.states)
        await linked.clock.wind(60, step=5)
        assert pbx.connections == 0 and len(linked.states) == moves
        await linked.link.run()  # closed is closed
        assert pbx.connections == 0


@pytest.mark.parametrize("state", [LinkState.HANDSHAKING, LinkState.AUTHENTICATING, LinkState.SEEDING])
async def test_close_ends_the_connection_in_any_state(state: LinkState) -> None:
    async with FakeAmi(answers={"Login": silence} if state is LinkState.AUTHENTICATING else {}) as pbx:
        pbx.banner = b"" if state is LinkState.HANDSHAKING else BANNER
        linked = Linked(pbx)
        async with linked:
            await linked.reached(state)
        assert linked.states[-1][0] is state
        assert (await linked.link.send(Ping())).outcome is Outcome.FAILED


async def test_an_action_in_flight_when_the_link_is_closed_is_unknown() -> None:
    async with FakeAmi(answers={"PlayDTMF": silence}) as pbx:
        async with Linked(pbx) as linked:
            link = await linked.live()
            sending = asyncio.create_task(link.send(PlayDtmf(LEG, "6")))
            await pbx.asked("PlayDTMF")
        assert (await sending).outcome is Outcome.UNKNOWN


async def test_whoever_cancels_run_ends_the_connection() -> None:
    async with FakeAmi() as pbx:
        linked = Linked(pbx)
        running = asyncio.create_task(linked.link.run())
        await linked.reached(LinkState.SEEDING)
        running.cancel()
        await asyncio.wait({running})
        assert running.cancelled() and linked.link.state is LinkState.LOST


async def test_only_the_keys_of_legs_are_told() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        pbx.say(key("1.1", "4") + key(LEG, "5") + gone("b"))
        await linked.heard(BridgeGone)
        assert linked.facts == [DigitEnded(LEG, "5"), BridgeGone("b")]


async def test_the_agreed_key_of_an_agent_is_told_across_a_reconnect_and_never_what_else_they_type() -> None:
    agent = Uniqueid("lab-1795000000.2")
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        tapped = bytearray()
        link.tap = tapped.extend
        link.watch_key(agent, "9")
        pbx.say(key(agent, "4") + key(agent, "9") + key("1.1", "9"))
        assert await linked.heard(AgentKeyPressed) == AgentKeyPressed(agent)
        pbx.drop()
        await linked.reached(LinkState.LOST)
        await linked.clock.wind(1)
        await linked.reached(LinkState.SEEDING, times=2)
        pbx.say(key(agent, "9"))
        await linked.heard(AgentKeyPressed, 2)
        link.unwatch_key(agent)
        link.unwatch_key(agent)
        pbx.say(key(agent, "9") + gone("b"))
        await linked.heard(BridgeGone)
        assert linked.facts == [AgentKeyPressed(agent), AgentKeyPressed(agent), BridgeGone("b")]
        assert b"DTMF" not in tapped and PRESSED not in tapped and agent.encode() not in tapped


async def test_nothing_is_told_before_the_login_is_through() -> None:
    def accepted(request: Request) -> bytes:
        return response(request, Message="Authentication accepted") + gone("early")

    async with FakeAmi(answers={"Login": accepted}) as pbx, Linked(pbx) as linked:
        await linked.live()
        pbx.say(gone("late"))
        await linked.heard(BridgeGone)
        assert linked.facts == [BridgeGone("late")]


async def test_malformed_messages_are_counted_over_all_connections() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        link = await linked.live()
        pbx.say(b"CallerIDName: rest\r\n\r\n")
        await linked.heard(Malformed)
        pbx.drop()
        await linked.reached(LinkState.LOST)
        assert link.malformed == 1


async def test_a_listener_that_fails_does_not_drop_the_link(caplog: pytest.LogCaptureFixture) -> None:
    async with FakeAmi() as pbx:
        heard: list[Fact] = []

        def listener(fact: Fact) -> None:
            heard.append(fact)
            raise ZeroDivisionError

        linked = Linked(pbx)
        linked.link._on_event = listener
        async with linked:
            link = await linked.live()
            pbx.say(gone("a") + gone("b"))
            assert (await link.send(Ping())).outcome is Outcome.DONE
            assert heard == [BridgeGone("a"), BridgeGone("b")]
            assert "ZeroDivisionError" in caplog.text


async def test_the_tap_and_the_list_of_what_was_sent_hold_no_secret_and_no_key() -> None:
    async with FakeAmi() as pbx:
        linked = Linked(pbx)
        sent: list[tuple[Headers, Reply | None]] = []
        tapped = bytearray()
        linked.link.on_sent = lambda headers, reply: sent.append((headers, reply))
        linked.link.tap = tapped.extend
        async with linked:
            link = await linked.live()
            pbx.say(key("1.1", "4") + gone("b"))
            await linked.heard(BridgeGone)
            login = pbx.named("Login")[0]
            assert login["Key"] and login["Key"] not in repr(sent) and login["Key"].encode() not in tapped
            assert pbx.secret not in repr(sent) and pbx.secret.encode() not in tapped
            assert tapped.startswith(BANNER) and tapped.endswith(gone("b")) and b"DTMF" not in tapped
            assert [headers[0][1] for headers, reply in sent if reply is None][:2] == ["Challenge", "Login"]
            assert [reply.outcome for _, reply in sent if reply is not None] == [Outcome.DONE] * 4
            link.tap = None
            before = len(tapped)
            pbx.say(gone("c"))
            await linked.heard(BridgeGone, 2)
            assert len(tapped) == before


async def test_the_secret_is_in_no_log_repr_or_traceback(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with FakeAmi() as pbx:

        def broken(state: LinkState, _: object) -> None:
            if state is LinkState.SEEDING:
                raise ZeroDivisionError

        link = Link(settings_for(pbx), WoundClock(), lambda _: None, broken, random.Random(1))
        running = asyncio.create_task(link.run())
        await asyncio.wait({running})
        trouble = running.exception()
        assert isinstance(trouble, ZeroDivisionError)
        shown = "".join(traceback.TracebackException.from_exception(trouble, capture_locals=True).format())
        assert "self = " in shown
        login = pbx.named("Login")[0]
        for canary in (pbx.secret, login["Key"]):
            assert canary not in caplog.text + shown + repr(link.settings) + repr(link) + str(vars(link))


async def test_a_failure_of_whoever_is_told_of_states_is_not_swallowed() -> None:
    async with FakeAmi() as pbx:

        def broken(_: LinkState, __: object) -> None:
            raise ZeroDivisionError

        link = Link(settings_for(pbx), WoundClock(), lambda _: None, broken)
        with pytest.raises(ZeroDivisionError):
            await link.run()


async def test_an_endless_message_ends_the_connection_and_memory_stays_small() -> None:
    async with FakeAmi() as pbx, Linked(pbx) as linked:
        await linked.live()
        pbx.say(b"Event: X\r\n" + b"A: bbbbbbbb\r\n" * 200_000)
        notice = await linked.reached(LinkState.LOST)
        assert notice is not None and "does not end" in notice.values["error"]


@pytest.mark.parametrize("user", ["", "a\r\nAction: Originate", "a\x00"])
def test_a_user_that_would_be_a_header_of_its_own_is_refused(user: str) -> None:
    with pytest.raises(UsageError):
        replace(settings_for(FakeAmi(port=5038)), user=user, pbx=Pbx("lab"))


@pytest.mark.parametrize("port", [0, -1, 65536])
def test_a_port_that_is_none_is_refused(port: int) -> None:
    with pytest.raises(UsageError):
        replace(settings_for(FakeAmi(port=5038)), port=port)


async def test_seeded_means_nothing_unless_it_is_seeding() -> None:
    async with FakeAmi() as pbx:
        linked = Linked(pbx)
        linked.link.seeded()
        assert linked.link.state is LinkState.LOST
        await settle()
