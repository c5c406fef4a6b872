"""Between asking and knowing: answers that do not come, links that drop, calls that change while a phone rings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from tests.fakes.clock import WoundClock, settle
from tests.fakes.pbx import Chan, FakePbx
from tests.unit.engine.desk import ANA, EVERYTHING, INSTALLATION, PBX, AtOnce, Desk, Paper, Slow, at_a_desk, policy
from tests.unit.engine.test_in_between import key, once_after
from whisper_tui.ami import actions as do
from whisper_tui.ami.actions import Action, Outcome, Reply
from whisper_tui.ami.events import DigitEnded
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.lawbook import Fixed
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.engine.wire import OnEvent, OnState
from whisper_tui.permissions.policy import Policy
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Follow,
    HandBack,
    Intent,
    Join,
    Leave,
    Listen,
    Mute,
    Refused,
    Release,
    TakeOver,
    Unmute,
    Whisper,
    Whom,
)
from whisper_tui.terms import CallKey, Mode, Notice, Right, Uniqueid

ALL = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN)
WHISPERS = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER)
ENTRIES = Entries("internal,{number}")


async def waited(desk: Desk, seat: Seat, intent: Intent) -> Answer:
    """Ask, and let the time pass that it takes."""
    asking = asyncio.create_task(seat.ask(intent))
    for _ in range(60):
        seat.beat()
        await desk.clock.wind(0.1, step=0.05)
        if asking.done():
            break
    answer = await asking
    await settle()
    return answer


async def own_call(desk: Desk) -> CallKey:
    call = await desk.call()
    await desk.ask(Listen(call))
    assert await desk.ask(TakeOver(call)) == Done()
    return call


# --- a call of one's own is not lost by what is not confirmed


async def test_a_mute_that_is_not_answered_does_not_cost_the_customer() -> None:
    async with at_a_desk(law=ALL) as desk:
        await own_call(desk)
        desk.pbx.mute_answers = {"Setvar"}
        asking = asyncio.create_task(desk.seat.ask(Mute()))
        await desk.clock.wind(3)
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "takeover.unconfirmed"
        assert desk.pbx.leg is not None
        assert desk.strip.mode is Mode.TAKEOVER


async def test_a_mute_while_the_link_is_down_does_not_cost_the_customer() -> None:
    async with at_a_desk(law=ALL) as desk:
        await own_call(desk)
        desk.pbx.drop()
        await settle()
        await desk.ask(Mute())
        desk.pbx.connect()
        await desk.clock.wind(3)
        assert desk.pbx.leg is not None


@pytest.mark.parametrize("unanswered", ["ShowDialPlan", "BlindTransfer"])
async def test_a_hand_back_that_is_not_answered_is_not_said_to_be_done(unanswered: str) -> None:
    async with at_a_desk(FakePbx(extensions={"1001"}), law=ALL, entries=ENTRIES) as desk:
        await own_call(desk)
        desk.pbx.mute_answers = {unanswered}
        desk.pbx._transfer = lambda leg, exten: Reply(Outcome.DONE)  # type: ignore[method-assign]
        asking = asyncio.create_task(desk.seat.ask(HandBack()))
        await desk.clock.wind(6)
        assert isinstance(await asking, Refused)
        assert desk.pbx.leg is not None
        await desk.ask(Leave())
        assert [row.cause for row in desk.paper.of(Kind.LEFT)] == ["takeover.left"]


async def test_an_agent_whose_number_is_no_extension_cannot_be_handed_to_and_nobody_is_lost() -> None:
    async with at_a_desk(law=ALL, entries=ENTRIES) as desk:
        call = desk.key(desk.pbx.call("support", "1001@site"))
        await settle()
        await desk.ask(Listen(call))
        assert await desk.ask(TakeOver(call)) == Done()
        assert isinstance(await desk.ask(HandBack()), Refused)
        assert desk.pbx.leg is not None


async def test_a_takeover_whose_answer_is_lost_is_known_by_who_entered_the_bridge() -> None:
    async with at_a_desk(law=ALL) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        send = desk.pbx.send

        async def unanswered(action: Action) -> Reply:
            reply = await send(action)
            if isinstance(action, do.Bridge):
                await asyncio.get_running_loop().create_future()
            return reply

        desk.pbx.send = unanswered  # type: ignore[method-assign]
        asking = asyncio.create_task(desk.seat.ask(TakeOver(call)))
        await desk.clock.wind(4)
        assert await asking == Done()
        assert desk.strip.mode is Mode.TAKEOVER


async def test_a_link_that_drops_in_the_middle_of_a_takeover_does_not_cost_the_customer() -> None:
    async with at_a_desk(law=ALL) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        send = desk.pbx.send

        async def cut(action: Action) -> Reply:
            if not isinstance(action, do.Bridge):
                return await send(action)
            event, desk.pbx._event = desk.pbx._event, lambda _: None  # the link is gone before anything is told
            await send(action)
            desk.pbx._event = event
            desk.pbx.drop()
            return Reply(Outcome.UNKNOWN)

        desk.pbx.send = cut  # type: ignore[method-assign]
        await desk.ask(TakeOver(call))
        assert desk.strip.phase is Phase.UNKNOWN
        desk.pbx.connect()
        await desk.clock.wind(4)
        assert desk.pbx.leg is not None, "the customer was dropped"
        assert desk.strip.mode is Mode.TAKEOVER


async def test_a_mute_in_the_middle_of_a_takeover_waits_for_it() -> None:
    """What is dropped as the leg is bridged would stay dropped for good (measured)."""
    async with at_a_desk(law=ALL) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        muting: list[asyncio.Task[Answer]] = []
        bridge = desk.pbx._bridge

        def mute_meanwhile(leg: Chan, name: str) -> Reply:
            muting.append(asyncio.create_task(desk.seat.ask(Mute())))
            return bridge(leg, name)

        desk.pbx._bridge = mute_meanwhile  # type: ignore[method-assign]
        assert await desk.ask(TakeOver(call)) == Done()
        assert await muting[0] == Done()
        await desk.ask(Unmute())
        assert desk.pbx.hears_supervisor() == {"PJSIP/trunk": "party"}


# --- a phone that rings for a while


async def test_a_mute_while_the_phone_rings_holds_on_an_asterisk_that_cannot_lock() -> None:
    async with at_a_desk(FakePbx(phone="ring", locks=False, asterisk="16.28.0")) as desk:
        call = await desk.call()
        asking = asyncio.create_task(desk.seat.ask(Listen(call)))
        await settle()
        await desk.ask(Mute())
        desk.pbx.answer_phone()
        await desk.clock.wind(1, step=0.05)
        await asking
        await waited(desk, desk.seat, Barge(call))
        assert desk.pbx.hears_supervisor() == {}


@pytest.mark.parametrize("change", ["payment", "another customer", "declined"])
async def test_a_phone_that_rings_into_a_call_stops_when_the_call_is_not_what_it_was(change: str) -> None:
    law = replace(ALL, profiles=(replace(ALL.profiles[0], agent_may_decline=True),))
    async with at_a_desk(FakePbx(phone="ring"), law=law, decline_key="9") as desk:
        call = await desk.call()
        asking = asyncio.create_task(desk.seat.ask(Join(call)))
        await settle()
        match change:
            case "payment":
                desk.pbx.tag(call.uniqueid)
            case "declined":
                desk.engine.lines[PBX].floor.calls[call.uniqueid].declined_by = "PJSIP/1001"
                desk.pbx.tag(call.uniqueid, "other")
            case _:
                desk.pbx.another_customer(desk.pbx.agent_of(call.uniqueid), 9)
        await desk.clock.wind(1)
        assert desk.pbx.leg is None
        assert isinstance(await asking, Refused)


async def test_release_while_the_phone_rings_is_not_said_to_be_done() -> None:
    async with at_a_desk(FakePbx(phone="ring")) as desk:
        call = await desk.call()
        asking = asyncio.create_task(desk.seat.ask(Listen(call)))
        await settle()
        assert await desk.ask(Release()) == Refused(Notice("busy.asking"))
        desk.pbx.answer_phone()
        assert await asking == Done()


# --- the log takes its time


@asynccontextmanager
async def a_slow_disk(desk: Desk) -> AsyncIterator[Slow]:
    at_once, disk = desk.engine.book._thread, Slow()
    desk.engine.book._thread = disk
    yield disk
    desk.engine.book._thread = at_once
    disk.go_on()


async def test_a_third_party_given_up_while_its_intent_is_written_leaves_nothing_open() -> None:
    async with at_a_desk(law=ALL) as desk:
        call = await desk.call()
        async with a_slow_disk(desk):
            asking = asyncio.create_task(desk.ask(Join(call)))
            await settle()
            await desk.ask(Leave())
        await asking
        (asked,) = desk.paper.of(Kind.REQUESTED)
        assert [row.session for row in desk.paper.of(Kind.LEFT)] == [asked.session]
        assert [row.leg for row in desk.paper.of(Kind.LEG_ENDED)] == [asked.leg]


async def test_an_agent_who_declines_while_the_intent_is_written_hears_no_whisper() -> None:
    law = replace(EVERYTHING, profiles=(replace(EVERYTHING.profiles[0], agent_may_decline=True),))
    async with at_a_desk(law=law, decline_key="9") as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        async with a_slow_disk(desk):
            asking = asyncio.create_task(desk.ask(Whisper(call)))
            await settle()
            desk.pbx.press_agent_key(call.uniqueid)
            await settle()
        answer = await asking
        assert isinstance(answer, Refused)
        assert not any(isinstance(a, do.PlayDtmf) and a.digit == "5" for a in desk.pbx.sent)


async def test_a_barge_is_shown_and_logged_from_the_key_that_was_read_and_not_from_the_lock_behind_it() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        once_after(desk.pbx, key("6"), lambda: desk.pbx.mute_answers.add("Setvar"))
        asking = asyncio.create_task(desk.seat.ask(Barge(call)))
        await desk.clock.wind(1.5)
        assert desk.strip.mode is Mode.BARGE
        await desk.clock.wind(1)
        desk.pbx.mute_answers.clear()
        await desk.clock.wind(3)
        await asking
        (left,) = desk.paper.of(Kind.LEFT)
        assert left.audible is not None
        assert left.audible > 0


# --- the floor moves on


async def test_a_call_that_ends_while_it_is_read_is_refused_in_words_and_ends_no_following() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        once_after(desk.pbx, lambda a: isinstance(a, do.BridgeInfo), lambda: desk.pbx.hang_up_call(call.uniqueid))
        assert isinstance(await desk.ask(Listen(call)), Refused)
        second = await desk.call(n=2)
        await desk.ask(Listen(second))
        await desk.ask(Follow(Whom.CALL))
        once_after(desk.pbx, lambda a: isinstance(a, do.BridgeInfo), lambda: desk.pbx.hang_up_call(second.uniqueid))
        desk.pbx.move(second.uniqueid, "1003", 50)
        await desk.clock.wind(1)
        assert desk.strip.following is None
        assert desk.strip.phase is Phase.IDLE


async def test_a_leg_whose_end_was_not_told_is_found_out_by_its_lease() -> None:
    async with at_a_desk() as desk:
        await desk.ask(Listen(await desk.call()))
        assert desk.pbx.leg is not None
        del desk.pbx.chans[desk.pbx.leg.uniqueid]
        for _ in range(5):
            desk.seat.beat()
            await desk.clock.wind(1)
        assert desk.strip.phase is Phase.NONE
        assert len(desk.paper.of(Kind.LEFT)) == 1


class TellsNoKeys(FakePbx):
    """Keys work, and the account does not read class dtmf."""

    def plug(self, on_event: OnEvent, on_state: OnState) -> FakePbx:
        return super().plug(lambda event: None if isinstance(event, DigitEnded) else on_event(event), on_state)


async def test_without_class_dtmf_a_leg_of_one_mode_is_released_by_a_star_that_no_lock_of_ours_drops() -> None:
    async with at_a_desk(TellsNoKeys()) as desk:
        await waited(desk, desk.seat, Listen(await desk.call()))
        assert await waited(desk, desk.seat, Release()) == Done()
        assert desk.strip.phase is Phase.IDLE


async def test_the_tags_variable_is_read_when_a_call_is_aimed_at() -> None:
    async with at_a_desk(tags_variable="CALL_TAGS") as desk:
        call = await desk.call()
        desk.pbx.chans[call.uniqueid].variables["CALL_TAGS"] = "pci"
        answer = await desk.ask(Listen(call))
        assert isinstance(answer, Refused)
        assert answer.why.code == "denied.curtain"


# --- two desks of one engine


class TwoPhones(FakePbx):
    """Whatever is asked is asked of the leg that was named last."""

    current = ""

    @property
    def leg(self) -> Chan | None:
        legs = [chan for name, chan in self.chans.items() if name.startswith("wt-") and not chan.application]
        return next((chan for chan in legs if chan.uniqueid == self.current), legs[0] if legs else None)

    def _answer(self, action: Action) -> Reply:
        named = str(getattr(action, "leg", None) or getattr(action, "channel", None) or "")
        self.current = named if named.startswith("wt-") else self.current
        return super()._answer(action)

    def _attach(self) -> None:
        kept = self.current
        for name in [name for name in self.chans if name.startswith("wt-")]:
            self.current = name
            super()._attach()
        self.current = kept

    def ears(self, seat: Seat) -> dict[str, str]:
        """Who hears this seat's supervisor."""
        leg = seat.handset.leg
        if leg is None or leg.ident not in self.chans:
            return {}
        self.current = leg.ident
        return self.hears_supervisor()


@dataclass
class TwoDesks:
    pbx: TwoPhones
    clock: WoundClock
    seats: list[Seat]
    call: CallKey

    async def ask(self, seat: int, intent: Intent) -> Answer:
        asking = asyncio.create_task(self.seats[seat].ask(intent))
        for _ in range(60):
            for each in self.seats:
                each.beat()
            await self.clock.wind(0.1, step=0.05)
            if asking.done():
                break
        answer = await asking
        await settle()
        return answer

    @property
    def ears(self) -> list[dict[str, str]]:
        return [self.pbx.ears(seat) for seat in self.seats]


@asynccontextmanager
async def two_desks(pbx: TwoPhones, law: Policy, decline_key: str = "") -> AsyncIterator[TwoDesks]:
    clock = WoundClock()
    engine = Engine(Paper(), clock, installation=INSTALLATION, law=Fixed(law), boot="boot", thread=AtOnce())
    engine.connect(PBX, pbx.plug)
    for device in ("PJSIP/2001", "PJSIP/2002"):
        engine.admit(ANA, PhoneRules(device, INSTALLATION), decline_key=decline_key)
    await engine.start()
    await settle()
    customer: Uniqueid = pbx.call()
    await settle()
    try:
        yield TwoDesks(pbx, clock, engine.seats, CallKey(PBX, customer))
    finally:
        closing = asyncio.create_task(engine.close())
        await clock.wind(10)
        await closing


async def test_beside_a_third_party_nobody_else_speaks_to_the_agent() -> None:
    async with two_desks(TwoPhones(), ALL) as desks:
        assert await desks.ask(0, Join(desks.call)) == Done()
        assert await desks.ask(1, Whisper(desks.call)) == Refused(Notice("call.coached", {"phone": "PJSIP/2001"}))
        shown = [badge.mode for badge in desks.seats[1].view().calls[desks.call].listeners]
        assert shown == [Mode.THIRD]


async def test_of_two_legs_of_one_mode_one_speaks() -> None:
    async with two_desks(TwoPhones(locks=False, asterisk="16.28.0"), WHISPERS) as desks:
        for seat in (0, 1):
            await desks.ask(seat, Whisper(desks.call))
            await desks.ask(seat, Unmute())
        assert [bool(ears) for ears in desks.ears] == [True, False]


async def test_the_agents_key_is_heard_as_long_as_anybody_listens() -> None:
    law = replace(ALL, profiles=(replace(ALL.profiles[0], agent_may_decline=True),))
    async with two_desks(TwoPhones(), law, "9") as desks:
        await desks.ask(0, Listen(desks.call))
        await desks.ask(1, Listen(desks.call))
        await desks.ask(1, Whisper(desks.call))
        await desks.ask(0, Leave())
        desks.pbx.press_agent_key(desks.call.uniqueid)
        await settle()
        assert desks.ears == [{}, {}]
