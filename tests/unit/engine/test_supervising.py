"""A supervisor at work: what they hear, who hears them, what the log says."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import Chan, FakePbx
from tests.unit.engine.desk import Paper, at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.audit.history import Row, Unclosed
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record, Who
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.permissions.policy import Policy, Profile
from whisper_tui.supervision.intents import Barge, Done, Leave, Listen, Mute, Panic, Refused, Release, Unmute, Whisper
from whisper_tui.terms import CallKey, LegKind, LinkState, Microphone, Mode, Notice, Pbx, Right, Uniqueid


async def test_a_listener_hears_the_call_and_nobody_hears_the_listener() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        assert await desk.ask(Listen(call)) == Done()
        strip = desk.strip
        assert (strip.phase, strip.mode, strip.kind) == (Phase.ON, Mode.SILENT, LegKind.LOCKED)
        assert (strip.agent_hears, strip.customer_hears) == (Hears.NO, Hears.NO)
        assert desk.pbx.hears_supervisor() == {}


async def test_a_whisper_reaches_the_agent_alone_and_a_barge_both() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Whisper(call))
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}
        assert (desk.strip.agent_hears, desk.strip.customer_hears) == (Hears.YES, Hears.NO)
        await desk.ask(Barge(call))
        assert set(desk.pbx.hears_supervisor()) == {"PJSIP/1001", "PJSIP/trunk"}
        assert desk.strip.customer_hears is Hears.YES
        await desk.ask(Listen(call))
        assert desk.pbx.hears_supervisor() == {}


async def test_the_intent_is_on_disk_before_the_phone_rings() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        seen: list[list[Kind]] = []
        originate = desk.pbx._originate

        def ring(action: do.OriginateSpy) -> None:
            seen.append(desk.paper.kinds())
            originate(action)

        desk.pbx._originate = ring  # type: ignore[method-assign]
        await desk.ask(Listen(call))
        assert Kind.REQUESTED in seen[0]


async def test_nothing_is_dialled_while_the_log_cannot_be_written() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        desk.paper.full = True
        answer = await desk.ask(Listen(call))
        assert isinstance(answer, Refused)
        assert answer.why.code == "log.unwritable"
        assert not any(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent)
        assert any(banner.notice.code == "log.unwritable" for banner in desk.seat.view().banners)
        desk.paper.full = False
        assert await desk.ask(Listen(call)) == Done()
        assert not any(banner.notice.code == "log.unwritable" for banner in desk.seat.view().banners)


async def test_a_full_log_never_delays_the_quiet_direction_and_its_row_is_written_later() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Barge(call))
        desk.paper.full = True
        assert await desk.ask(Leave()) == Done()
        assert desk.pbx.leg is None
        desk.paper.full = False
        await desk.ask(Listen(call))
        left = desk.paper.of(Kind.LEFT)
        assert [row.cause for row in left] == ["leg.left"]


async def test_the_log_closes_a_session_with_its_seconds_by_mode() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.clock.wind(4)
        await desk.ask(Whisper(call))
        await desk.clock.wind(3)
        await desk.ask(Barge(call))
        await desk.clock.wind(2)
        await desk.ask(Mute())
        await desk.clock.wind(1)
        await desk.ask(Leave())
    (left,) = desk.paper.of(Kind.LEFT)
    assert left.seconds == {"silent": 4.0, "whisper": 3.0, "barge": 3.0}
    assert left.audible == 2.0
    assert left.end_certainty is Certainty.EXACT
    assert desk.paper.of(Kind.LEG_ENDED)[0].cause == "leg.left"


async def test_whisper_from_nothing_starts_with_the_microphone_muted() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Whisper(call))
        assert desk.strip.mode is Mode.WHISPER
        assert desk.strip.microphone is Microphone.MUTED
        assert desk.pbx.hears_supervisor() == {}
        await desk.ask(Unmute())
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}


async def test_keys_of_the_phone_do_nothing_on_a_locked_leg() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        for digit in "0123456789*#":
            desk.pbx.press(digit)
            await settle()
        assert desk.strip.mode is Mode.SILENT
        assert desk.pbx.hears_supervisor() == {}


async def test_a_key_in_the_moment_of_an_unlock_is_shown_logged_and_beyond_the_profile_silenced() -> None:
    law = policy(Right.FLOOR_VIEW, Right.LISTEN)
    async with at_a_desk(law=law) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        assert desk.pbx.leg is not None
        desk.pbx.leg.frame_drop = ""
        desk.pbx.press("6")
        await settle()
        assert desk.strip.mode is Mode.SILENT
        assert desk.pbx.hears_supervisor() == {}
        assert [row.detail for row in desk.paper.of(Kind.KEYPAD)] == ["6"]


@pytest.mark.parametrize(
    ("phone", "code"),
    [("busy", "leg.busy"), ("decline", "leg.declined"), ("no-answer", "leg.no_answer"), ("unknown", "leg.unreachable")],
)
async def test_a_phone_that_is_not_answered_is_said_in_words_and_closes_the_session(phone: str, code: str) -> None:
    async with at_a_desk(FakePbx(phone=phone)) as desk:
        call = await desk.call()
        answer = await desk.ask(Listen(call))
        assert isinstance(answer, Refused)
        assert answer.why.code == code
        assert desk.strip.phase is Phase.NONE
        assert desk.strip.ended == answer.why
        assert [row.cause for row in desk.paper.of(Kind.LEFT)] == [code]


async def test_leaving_while_the_phone_rings_cancels_it() -> None:
    async with at_a_desk(FakePbx(phone="ring")) as desk:
        call = await desk.call()
        asked = asyncio.create_task(desk.ask(Listen(call)))
        await settle()
        assert desk.strip.phase is Phase.RINGING
        assert await desk.ask(Leave()) == Done()
        answer = await asked
        assert isinstance(answer, Refused)
        assert desk.pbx.leg is None
        assert desk.strip.ended == Notice("leg.cancelled")
        assert len(desk.paper.of(Kind.LEFT)) == 1


async def test_a_call_that_ended_while_the_phone_rang_is_not_heard_and_the_leg_is_idle() -> None:
    async with at_a_desk(FakePbx(phone="ring")) as desk:
        call = await desk.call()
        asked = asyncio.create_task(desk.ask(Listen(call)))
        await settle()
        desk.pbx.hang_up_call(call.uniqueid)
        desk.pbx.answer_phone()
        answer = await asked
        assert isinstance(answer, Refused)
        assert answer.why.code in ("denied.no-such-call", "call.gone")
        assert desk.strip.phase is Phase.IDLE
        assert len(desk.paper.of(Kind.LEFT)) == 1


async def test_a_call_that_ends_leaves_the_leg_idle_and_after_its_limit_it_is_hung_up() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx.hang_up_call(call.uniqueid)
        await settle()
        assert desk.strip.phase is Phase.IDLE
        assert [row.cause for row in desk.paper.of(Kind.LEFT)] != []
        await desk.clock.wind(301)
        assert desk.pbx.leg is None
        assert desk.strip.ended == Notice("leg.idle_limit")


async def test_after_a_barge_whose_call_ended_the_next_call_is_joined_in_silence() -> None:
    """ChanSpy keeps its mode from target to target and reads no key without one (measured on 22.10.1)."""
    async with at_a_desk() as desk:
        first, second = await desk.call(n=1), await desk.call(agent="1002", n=2)
        await desk.ask(Listen(first))
        await desk.ask(Barge(first))
        desk.pbx.hang_up_call(first.uniqueid)
        await settle()
        heard: list[dict[str, str]] = []
        attach = desk.pbx._attach

        def attached() -> None:
            attach()
            heard.append(desk.pbx.hears_supervisor())

        desk.pbx._attach = attached  # type: ignore[method-assign]
        assert await desk.ask(Listen(second)) == Done()
        assert heard
        assert not any(heard)
        assert desk.pbx.hears_supervisor() == {}
        assert (desk.strip.mode, desk.strip.microphone) == (Mode.SILENT, Microphone.OPEN)


async def test_listening_to_another_call_moves_the_leg_without_ringing_again() -> None:
    async with at_a_desk() as desk:
        first, second = await desk.call(n=1), await desk.call(agent="1002", n=2)
        await desk.ask(Listen(first))
        await desk.ask(Whisper(first))
        assert await desk.ask(Listen(second)) == Done()
        assert desk.pbx.hears_supervisor() == {}
        assert desk.pbx.leg is not None
        assert desk.pbx.leg.spyee == "pbx-2.2"
        assert sum(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent) == 1
        one, two = desk.paper.of(Kind.AIMED)
        assert two.follows == one.session


async def test_the_leash_of_others_is_left_as_it_was() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        agent = desk.pbx.chans["pbx-2.1"]
        agent.spygroup = "sales:floor"
        await desk.ask(Listen(call))
        assert agent.spygroup.split(":")[:2] == ["sales", "floor"]
        await desk.ask(Release())
        assert agent.spygroup == "sales:floor"
        assert desk.strip.phase is Phase.IDLE


async def test_a_switch_that_is_not_confirmed_mutes_and_hangs_up() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx.deaf = True
        asked = asyncio.create_task(desk.ask(Whisper(call)))
        await desk.clock.wind(3)
        answer = await asked
        assert answer == Refused(Notice("leg.unconfirmed", {"step": "whisper"}))
        assert desk.pbx.leg is None
        muted = do.Setvar(Uniqueid(desk.paper.of(Kind.JOINED)[0].leg), "FRAME_DROP(RX)", "DTMF_END,VOICE")
        assert muted in desk.pbx.sent


async def test_the_lease_is_renewed_while_the_leg_is_up_and_not_after() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        for _ in range(15):
            desk.seat.beat()
            await desk.clock.wind(1)
        renewed = sum(isinstance(action, do.AbsoluteTimeout) for action in desk.pbx.sent)
        assert 9 <= renewed <= 12
        await desk.ask(Leave())
        await desk.clock.wind(15)
        assert sum(isinstance(action, do.AbsoluteTimeout) for action in desk.pbx.sent) == renewed


async def test_without_a_beat_of_the_console_the_lease_is_not_renewed() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.clock.wind(3)
        renewed = sum(isinstance(action, do.AbsoluteTimeout) for action in desk.pbx.sent)
        assert renewed == 2, "at its birth, and within two seconds of it"
        await desk.clock.wind(10)
        assert sum(isinstance(action, do.AbsoluteTimeout) for action in desk.pbx.sent) == renewed


async def test_a_lost_link_says_unknown_renews_nothing_and_ends_the_leg_when_it_is_back() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Whisper(call))
        desk.pbx.drop()
        await settle()
        assert desk.strip.phase is Phase.UNKNOWN
        assert (desk.strip.agent_hears, desk.strip.customer_hears) == (Hears.UNKNOWN, Hears.UNKNOWN)
        desk.pbx.connect()
        await desk.clock.wind(3)
        assert desk.seat.view().links[Pbx("lab")].state is LinkState.LIVE
        assert desk.pbx.leg is None
        assert desk.strip.phase is Phase.NONE
        assert sum(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent) == 1


async def test_panic_mutes_and_leaves_whatever_goes_on() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Barge(call))
        assert await desk.ask(Panic()) == Done()
        assert desk.pbx.leg is None
        assert desk.strip.ended == Notice("leg.panic")


async def test_a_phone_hung_up_by_hand_is_said() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx.hang_up_phone()
        await settle()
        assert desk.strip.ended == Notice("leg.phone_hung_up", {"phone": "PJSIP/2001"})
        assert desk.paper.of(Kind.LEFT)[0].cause == "leg.phone_hung_up"


async def test_closing_the_program_ends_the_leg_and_closes_the_session() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
    assert desk.pbx.leg is None
    assert desk.paper.kinds()[-3:] == [Kind.LEFT, Kind.LEG_ENDED, Kind.STOPPED]


async def test_a_right_that_is_missing_is_denied_with_its_name_and_logged() -> None:
    async with at_a_desk(law=policy(Right.FLOOR_VIEW, Right.LISTEN)) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        answer = await desk.ask(Barge(call))
        assert isinstance(answer, Refused)
        assert answer.denied
        assert answer.why.values["right"] == "call.barge"
        assert desk.paper.of(Kind.DENIED)[0].deed == "barge"
        assert desk.strip.mode is Mode.SILENT


async def test_a_call_out_of_scope_is_not_there_and_cannot_be_heard() -> None:
    law = policy(Right.FLOOR_VIEW, Right.LISTEN, queues=("sales-*",))
    async with at_a_desk(law=law) as desk:
        call = await desk.call("support")
        assert desk.seat.view().calls == {}
        answer = await desk.ask(Listen(call))
        unknown = await desk.ask(Listen(CallKey(Pbx("lab"), Uniqueid("no-such.1"))))
        assert isinstance(answer, Refused)
        assert answer == unknown
        assert not any(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent)


async def test_without_a_policy_nothing_is_shown_but_the_reason() -> None:
    async with at_a_desk(law=None) as desk:
        await desk.call()
        view = desk.seat.view()
        assert (view.calls, view.queues) == ({}, {})
        assert view.banners[0].notice.code == "denied.no-policy"


async def test_an_invented_event_grants_nothing() -> None:
    """The floor was told, by bytes in a caller's number, that an agent's channel belongs to a queue in scope."""
    law = policy(Right.FLOOR_VIEW, Right.LISTEN, queues=("sales",))
    async with at_a_desk(law=law) as desk:
        call = await desk.call("sales")
        desk.pbx.chans[call.uniqueid].data = "vip,tT"
        answer = await desk.ask(Listen(call))
        assert answer == Refused(Notice("call.changed"))
        assert not any(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent)


async def test_a_barge_into_a_bridge_of_three_is_refused_before_anything_is_said() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        desk.pbx.call(n=7, agent="1003")
        desk.pbx.chans["pbx-2.7"].bridge = "bridge-1"
        await desk.ask(Listen(call))
        answer = await desk.ask(Barge(call))
        assert answer == Refused(Notice("call.bridge_of_three"))
        assert desk.strip.mode is Mode.SILENT


async def test_two_loud_deeds_at_once_start_one_leg() -> None:
    async with at_a_desk(FakePbx(phone="ring")) as desk:
        call = await desk.call()
        first = asyncio.create_task(desk.ask(Listen(call)))
        await settle()
        assert await desk.ask(Whisper(call)) == Refused(Notice("busy.asking"))
        desk.pbx.answer_phone()
        assert await first == Done()
        assert sum(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent) == 1


async def test_silence_pressed_in_the_middle_of_a_barge_wins() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx.mute_answers = {"BridgeInfo"}
        asked = asyncio.create_task(desk.ask(Barge(call)))
        await settle()
        assert await desk.ask(Listen(call)) == Done()
        desk.pbx.mute_answers = set()
        await desk.clock.wind(10)
        await asked
        assert desk.pbx.hears_supervisor() == {}


async def test_what_a_killed_program_left_behind_is_hung_up_and_closed_without_inventing_a_time() -> None:
    requested = Record(
        Kind.REQUESTED,
        1.0,
        1.0,
        "boot-before",
        Who("ana", 1000),
        leg="wt-0123abcd-00000000000000aa",
        session="s1",
        call=CallRef(pbx="lab"),
    )
    row = Row(7, requested, b"")
    pbx = FakePbx()
    pbx.chans[requested.leg] = Chan(Uniqueid(requested.leg), "PJSIP/2001-000000aa", Uniqueid(requested.leg))
    stranger = "wt-ffffffff-00000000000000bb"
    pbx.chans[stranger] = Chan(Uniqueid(stranger), "PJSIP/2002-000000bb", Uniqueid(stranger))
    async with at_a_desk(pbx, paper=Paper(unclosed=[Unclosed("s1", row, row)])) as desk:
        await desk.clock.wind(1)
        (left,) = desk.paper.of(Kind.LEFT)
        assert (left.session, left.cause, left.end_certainty) == ("s1", "program.ended", Certainty.BOUNDED)
        assert left.seconds is None
        assert requested.leg not in pbx.chans
        assert stranger in pbx.chans


async def test_somebody_whom_no_profile_names_is_told_so_instead_of_an_empty_floor() -> None:
    strangers = Policy((Profile("others", frozenset(Right), os_users=frozenset({"ben"})),), "digest")
    async with at_a_desk(law=strangers) as desk:
        await desk.call()
        view = desk.seat.view()
        assert view.calls == {}
        assert view.banners[0].notice.code == "denied.no-profile"
