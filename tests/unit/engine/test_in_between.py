"""What happens between two steps of a deed: a key of the phone, a call that ends, a third party, a slow disk, a broken screen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import Chan, FakePbx
from tests.unit.engine.desk import Slow, at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.ami.actions import Action, Reply
from whisper_tui.ami.events import BridgeEntered, ChannelNew
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase, ViewChanges
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.supervision.intents import Barge, Done, Leave, Listen, Mute, Panic, Refused, Release, Unmute, Whisper
from whisper_tui.terms import LegKind, Microphone, Mode, Notice, Right, Uniqueid

LISTENER = policy(Right.FLOOR_VIEW, Right.LISTEN)


def once_after(pbx: FakePbx, which: Callable[[Action], bool], what: Callable[[], None]) -> None:
    """Let `what` happen at the PBX right after it has carried out the first action that is `which`."""
    answer, done = pbx._answer, []

    def answering(action: Action) -> Reply:
        reply = answer(action)
        if not done and which(action):
            done.append(action)
            what()
        return reply

    pbx._answer = answering  # type: ignore[method-assign]


def key(digit: str) -> Callable[[Action], bool]:
    return lambda action: isinstance(action, do.PlayDtmf) and action.digit == digit


def unlocks(action: Action) -> bool:
    return isinstance(action, do.Setvar) and action.variable == "FRAME_DROP(RX)" and "DTMF_END" not in action.value


@pytest.mark.parametrize("digit", ["5", "6"])
async def test_a_key_of_the_phone_in_the_middle_of_a_reaim_is_silenced(digit: str) -> None:
    async with at_a_desk(law=LISTENER) as desk:
        first, second = await desk.call(n=1), await desk.call(agent="1002", n=2)
        await desk.ask(Listen(first))
        once_after(desk.pbx, key("*"), lambda: desk.pbx.press(digit))
        await desk.ask(Listen(second))
        assert desk.pbx.hears_supervisor() == {}
        assert desk.pbx.leg is None or desk.pbx.leg.mode == "silent"
        assert [row.detail for row in desk.paper.of(Kind.KEYPAD)] == [digit]


async def test_a_whisper_whose_call_ends_in_the_middle_of_a_hop_is_not_heard_by_the_next_agent() -> None:
    async with at_a_desk() as desk:
        first, second = await desk.call(n=1), await desk.call(agent="1002", n=2)
        await desk.ask(Listen(first))
        await desk.ask(Whisper(first))
        once_after(desk.pbx, unlocks, lambda: desk.pbx.hang_up_call(first.uniqueid))
        assert await desk.ask(Listen(second)) == Done()
        assert desk.pbx.hears_supervisor() == {}
        assert (desk.strip.mode, desk.strip.microphone) == (Mode.SILENT, Microphone.OPEN)


async def test_a_seven_pressed_on_the_phone_does_not_prove_a_lock_that_is_not_there() -> None:
    async with at_a_desk(FakePbx(locks=False, asterisk="16.28.0")) as desk:
        call = await desk.call()
        answer = desk.pbx._answer

        def hammered(action: Action) -> Reply:
            if key("4")(action):
                desk.pbx.press("7")
            return answer(action)

        desk.pbx._answer = hammered  # type: ignore[method-assign]
        asked = asyncio.create_task(desk.ask(Listen(call)))
        await desk.clock.wind(1, step=0.05)
        await asked
        assert desk.strip.kind is LegKind.OPEN


async def test_a_third_party_who_enters_while_the_intent_is_written_ends_the_barge() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        third = Chan(Uniqueid("pbx-3.1"), "PJSIP/1003-00000033", call.uniqueid, "bridge-1")

        def enters() -> None:
            desk.pbx.chans[third.uniqueid] = third
            desk.pbx._event(ChannelNew(third.uniqueid, third.linkedid, third.name, 6, "1003", "", "internal", "s"))
            desk.pbx._event(BridgeEntered("bridge-1", third.uniqueid, third.linkedid, Uniqueid("")))

        once_after(desk.pbx, unlocks, enters)
        await desk.ask(Barge(call))
        await settle()
        assert desk.strip.mode is Mode.SILENT
        assert desk.pbx.hears_supervisor() == {}
        assert Notice("call.bridge_of_three") in desk.told


async def test_a_leg_that_somebody_bridges_away_is_hung_up_and_never_shown_as_silent() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        leg = desk.pbx.leg
        assert leg is not None
        desk.pbx._event(BridgeEntered("elsewhere", leg.uniqueid, leg.linkedid, Uniqueid("")))
        assert desk.strip.phase is Phase.UNKNOWN
        await settle()
        assert desk.pbx.leg is None


@pytest.mark.parametrize("group", ["x" * 2000, "name\nAction: Originate"])
async def test_a_spygroup_that_cannot_be_written_back_is_refused_and_the_leg_ended(group: str) -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        desk.pbx.chans["pbx-2.1"].spygroup = group
        answer = await desk.ask(Listen(call))
        assert isinstance(answer, Refused)
        await settle()
        assert desk.pbx.leg is None
        desk.pbx.chans["pbx-2.1"].spygroup = ""
        assert await desk.ask(Listen(call)) == Done()


@pytest.mark.parametrize("quiet", [Leave(), Panic()])
async def test_a_screen_that_breaks_does_not_keep_the_leg_up(quiet: Leave | Panic) -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        reported: list[object] = []
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: reported.append(context["exception"]))

        def broken(changes: ViewChanges) -> None:
            raise RuntimeError("the screen")

        desk.seat.subscribe(broken)
        assert await desk.ask(quiet) == Done()
        assert desk.pbx.leg is None
        assert reported


async def test_a_queue_that_the_customers_own_channel_does_not_run_grants_nothing() -> None:
    async with at_a_desk(law=policy(Right.FLOOR_VIEW, Right.LISTEN, queues=("sales",))) as desk:
        call = await desk.call("sales")
        chan = desk.pbx.chans[call.uniqueid]
        chan.application, chan.data = "Dial", "PJSIP/1001"
        assert await desk.ask(Listen(call)) == Refused(Notice("call.changed"))


async def test_an_intent_given_up_while_it_is_written_is_closed_in_the_log() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        at_once, disk = desk.engine.book._thread, Slow()
        desk.engine.book._thread = disk
        asked = asyncio.create_task(desk.ask(Listen(call)))
        await settle()
        await desk.ask(Leave())
        desk.engine.book._thread = at_once
        disk.go_on()
        assert isinstance(await asked, Refused)
        (requested,) = desk.paper.of(Kind.REQUESTED)
        assert [row.session for row in desk.paper.of(Kind.LEFT)] == [requested.session]
        assert [row.leg for row in desk.paper.of(Kind.LEG_ENDED)] == [requested.leg]
        assert not any(isinstance(action, do.OriginateSpy) for action in desk.pbx.sent)


async def test_a_leg_that_may_not_idle_is_still_used_for_the_call_it_was_rung_for() -> None:
    async with at_a_desk(rules=PhoneRules("PJSIP/2001", "0123abcd", idle_seconds=0.0)) as desk:
        call = await desk.call()
        assert await desk.ask(Listen(call)) == Done()
        assert desk.strip.kind is LegKind.LOCKED
        desk.pbx.hang_up_call(call.uniqueid)
        await desk.clock.wind(1)
        assert desk.pbx.leg is None


async def test_rows_owed_to_a_full_disk_are_written_when_it_is_well_again() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.paper.full = True
        await desk.ask(Leave())
        await desk.clock.wind(30)
        desk.paper.full = False
        await desk.clock.wind(6)
        assert [row.cause for row in desk.paper.of(Kind.LEFT)] == ["leg.left"]
        assert not any(banner.notice.code == "log.unwritable" for banner in desk.seat.view().banners)


async def test_nothing_loud_starts_while_silence_is_on_its_way() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Barge(call))
        desk.pbx.mute_answers = {"PlayDTMF"}
        silencing = asyncio.create_task(desk.seat.ask(Listen(call)))
        await settle()
        assert await desk.ask(Unmute()) == Refused(Notice("busy.asking"))
        await desk.clock.wind(4)
        await silencing
        desk.pbx.mute_answers = set()
        await desk.clock.wind(4)
        assert desk.pbx.hears_supervisor() == {}


async def test_leaving_in_the_middle_of_a_release_ends_the_leg() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx.mute_answers = {"Getvar"}
        releasing = asyncio.create_task(desk.seat.ask(Release()))
        await settle()
        assert await desk.ask(Leave()) == Done()
        await desk.clock.wind(3)
        await releasing
        assert desk.pbx.leg is None
        assert len(desk.paper.of(Kind.LEFT)) == 1


async def test_mute_before_the_phone_has_a_channel_is_refused_and_loses_nothing() -> None:
    async with at_a_desk(FakePbx(phone="ring")) as desk:
        call = await desk.call()
        desk.pbx.mute_answers = {"Originate"}
        desk.pbx._originate = lambda action: None  # type: ignore[method-assign]
        asked = asyncio.create_task(desk.ask(Listen(call)))
        await settle()
        assert await desk.ask(Mute()) == Refused(Notice("session.none"))
        assert desk.strip.phase is Phase.RINGING
        await desk.clock.wind(10)
        await asked
