"""What turns while something is being done: the policy while a row is written, the call while a phone rings, glass after it was
broken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import Desk, Slow, at_a_desk
from tests.unit.engine.test_four_eyes import BEN, EYES, GLASS, TWO, code, heard, office
from tests.unit.engine.test_four_eyes import law as of_two
from tests.unit.engine.test_limits import asked, hears, law, passes
from whisper_tui.ami import actions as do
from whisper_tui.audit.records import Kind
from whisper_tui.engine.lawbook import PolicySource
from whisper_tui.engine.line import NEEDED
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.policy import Notify, Numbers, Policy, Profile, Scope
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.supervision.intents import (
    Answer,
    Approve,
    AskLeave,
    Barge,
    Done,
    Draw,
    Intent,
    Listen,
    Mute,
    Refused,
    Reject,
    Release,
    Reveal,
    TakeOver,
    Unmute,
    Whisper,
)
from whisper_tui.terms import LegKind, Microphone, Mode, Right

EVERYTHING = law().profiles[0]


def less(**of: object) -> Policy:
    return Policy((replace(EVERYTHING, **of),), "less")  # type: ignore[arg-type]


NOT_THAT_QUEUE = less(deny=Scope(queue=("support",)))


def slow_disk(desk: Desk) -> Callable[[], None]:
    """The disk takes its time from now on, until what is returned is called."""
    at_once, disk = desk.engine.book._thread, Slow()
    desk.engine.book._thread = disk

    def well() -> None:
        desk.engine.book._thread = at_once
        disk.go_on()

    return well


async def meanwhile(desk: Desk, intent: Intent, policy: Policy) -> Answer:
    """Ask, and have another policy in force before the disk has it."""
    well = slow_disk(desk)
    asking = asyncio.create_task(desk.seat.ask(intent))
    await settle()
    desk.law.becomes(policy)
    await passes(desk, 2)
    well()
    answer = await asking
    await settle()
    return answer


# --- between asking and doing


async def test_an_idle_leg_is_not_aimed_where_the_policy_turned_while_the_intent_was_written() -> None:
    async with at_a_desk(law=law()) as desk:
        call, other = await desk.call(), await desk.call(agent="1002", n=2)
        await asked(desk, Listen(other))
        await asked(desk, Release())
        assert isinstance(await meanwhile(desk, Listen(call), NOT_THAT_QUEUE), Refused)
        assert len(desk.paper.of(Kind.AIMED)) == 1


async def test_an_idle_leg_is_not_aimed_at_an_agent_who_has_another_customer_by_then() -> None:
    async with at_a_desk(law=law()) as desk:
        call, other = await desk.call(), await desk.call(agent="1002", n=2)
        await asked(desk, Listen(other))
        await asked(desk, Release())
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(Listen(call)))
        await settle()
        desk.pbx.another_customer(desk.pbx.agent_of(call.uniqueid), 9)
        well()
        assert isinstance(await asking, Refused)
        assert len(desk.paper.of(Kind.AIMED)) == 1


async def test_the_microphone_of_a_leg_of_one_mode_stays_closed_where_the_policy_turned_meanwhile() -> None:
    speaks = less(rights=frozenset({Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER}))
    async with at_a_desk(FakePbx(locks=False, asterisk="16.28.0"), law=speaks) as desk:
        call = await desk.call()
        whispers = asyncio.create_task(desk.seat.ask(Whisper(call)))
        await desk.clock.wind(2, step=0.05)
        await whispers
        assert (desk.strip.kind, desk.strip.microphone) == (LegKind.FIXED, Microphone.MUTED)
        ears: list[dict[str, str]] = []
        answers = desk.pbx._answer

        def listening(action: do.Action) -> do.Reply:
            reply = answers(action)
            ears.append(desk.pbx.hears_supervisor())
            return reply

        desk.pbx._answer = listening  # type: ignore[method-assign]
        answer = await meanwhile(desk, Unmute(), less(rights=frozenset({Right.FLOOR_VIEW, Right.LISTEN})))
        assert isinstance(answer, Refused)
        assert not any(ears)
        assert [row.deed for row in desk.paper.of(Kind.DENIED)] == ["unmute"]


async def test_a_number_is_not_shown_where_the_policy_turned_meanwhile_nor_any_longer_than_it_may_be() -> None:
    masked = less(numbers=Numbers.LAST4)
    without = less(numbers=Numbers.LAST4, rights=frozenset(Right) - {Right.NUMBER_FULL})
    async with at_a_desk(law=masked) as desk:
        call = await desk.call()
        assert code(await meanwhile(desk, Reveal(call), without)) == "denied.no-right"
        assert desk.seat.view().calls[call].caller == "…0142"
        desk.law.becomes(masked)
        await passes(desk, 2)
        assert await desk.ask(Reveal(call)) == Done()
        desk.law.becomes(without)
        await passes(desk, 2)
        assert desk.seat.view().calls[call].caller == "…0142"


async def test_the_strip_is_masked_again_with_the_row() -> None:
    async with at_a_desk(law=less(numbers=Numbers.LAST4)) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Reveal(call))
        await asked(desk, Mute())
        assert [each.strip for each in desk.changes if each.strip][-1].caller == "5550142"  # type: ignore[union-attr]
        await passes(desk, 31)
        assert [each.strip for each in desk.changes if each.strip][-1].caller == "…0142"  # type: ignore[union-attr]


# --- a policy that changes


async def test_what_agents_may_from_now_on_holds_for_sessions_that_are_up() -> None:
    async with at_a_desk(law=law(), decline_key="*") as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        desk.law.becomes(less(agent_may_decline=True))
        await passes(desk, 2)
        desk.pbx.press_agent_key(call.uniqueid)
        await settle()
        assert desk.pbx.hears_supervisor() == {}


async def test_who_must_be_told_first_from_now_on_is_whispered_to_no_longer_untold() -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, Whisper(call))
        desk.law.becomes(less(notify=Notify.LIVE))
        await passes(desk, 2)
        assert (desk.pbx.hears_supervisor(), desk.told[-1].code) == ({}, "notify.late")


async def test_who_may_whisper_no_longer_once_the_agent_was_told_only_listens() -> None:
    """The text to the agent takes its time; of the session that is silent until then the policy takes nothing."""
    pbx = FakePbx(allowed=NEEDED | {"MessageSend"})
    async with at_a_desk(pbx, law=less(notify=Notify.LIVE)) as desk:
        send, call = pbx.send, await desk.call()

        async def slowly(action: do.Action) -> do.Reply:
            reply = await send(action)
            if isinstance(action, do.MessageSend):
                desk.law.becomes(less(notify=Notify.LIVE, rights=EVERYTHING.rights - {Right.WHISPER}))
                await desk.engine.law.look()
                await desk.engine.law.look()
            return reply

        pbx.send = slowly  # type: ignore[method-assign]
        answer = await asked(desk, Whisper(call))
        assert isinstance(answer, Refused)
        assert answer.denied
        assert desk.strip.mode is Mode.SILENT
        assert "5" not in [each.digit for each in pbx.sent if isinstance(each, do.PlayDtmf)]


async def test_a_fault_in_reading_a_policy_is_reported_and_the_next_one_is_taken() -> None:
    class Breaks:
        """Breaks once, as nobody foresaw."""

        def __init__(self, inside: PolicySource) -> None:
            self.inside, self.broken = inside, False

        def stamp(self) -> object:
            return self.inside.stamp()

        def load(self) -> Policy | None:
            if not self.broken:
                self.broken = True
                raise Unforeseen("nobody foresaw this")
            return self.inside.load()

    class Unforeseen(Exception):
        """No error for a person."""

    reported: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, said: reported.append(said["message"]))
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        desk.engine.law._source = Breaks(desk.law)  # type: ignore[assignment]
        desk.law.becomes(law())
        await passes(desk, 4)
        desk.law.becomes(NOT_THAT_QUEUE)
        await passes(desk, 4)
        assert not hears(desk)
    assert reported == ["the policy could not be looked at"]


@pytest.mark.parametrize("asks", [None, Whisper])
async def test_a_spy_that_reads_no_key_hears_nothing_a_second_after_it_may_not(asks: type[Whisper] | None) -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        desk.pbx.deaf = True
        late = [asyncio.create_task(desk.seat.ask(asks(call)))] if asks else []
        await settle()
        desk.law.becomes(NOT_THAT_QUEUE)
        desk.seat.beat()
        await desk.engine.law.look()
        await desk.engine.law.look()
        await desk.clock.wind(1.0)
        assert desk.pbx.leg is None
        await asyncio.gather(*late)
        assert desk.paper.of(Kind.LEFT)[-1].cause == "denied.denied-scope"


@pytest.mark.parametrize("asks", [Release(), "another"])
async def test_a_leg_on_its_way_elsewhere_that_reads_no_key_hears_nothing_a_second_after_it_may_not(
    asks: Release | str,
) -> None:
    async with at_a_desk(law=law()) as desk:
        first, second = await desk.call(), await desk.call("sales", "1002", n=2)
        await asked(desk, Listen(first))
        desk.pbx.deaf = True
        asking = asyncio.create_task(desk.seat.ask(asks if isinstance(asks, Release) else Listen(second)))
        await settle()
        assert hears(desk)
        desk.law.becomes(NOT_THAT_QUEUE)
        desk.seat.beat()
        await desk.engine.law.look()
        await desk.engine.law.look()
        await desk.clock.wind(1.0)
        assert not hears(desk)
        await asking


@pytest.mark.parametrize("speaks", [Whisper, Barge])
async def test_a_voice_that_may_speak_no_more_is_cut_off_also_while_its_leg_is_let_go(
    speaks: type[Whisper | Barge],
) -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await asked(desk, speaks(call))
        desk.pbx.deaf = True
        asking = asyncio.create_task(desk.seat.ask(Release()))
        await settle()
        assert desk.pbx.hears_supervisor()
        desk.law.becomes(less(rights=frozenset({Right.FLOOR_VIEW, Right.LISTEN})))
        desk.seat.beat()
        await desk.engine.law.look()
        await desk.engine.law.look()
        await desk.clock.wind(1.0)
        assert not desk.pbx.hears_supervisor()
        await asking


async def test_the_limit_of_a_whisper_is_not_that_of_the_listening_before_it() -> None:
    async with at_a_desk(law=law(Limits(longest={Right.LISTEN: 30, Right.WHISPER: 600}))) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        await passes(desk, 25)
        await asked(desk, Whisper(call))
        assert desk.strip.limit == pytest.approx(desk.clock.monotonic() + 600, abs=0.1)


@pytest.mark.parametrize(
    "held",
    [law(max_session=10.0), less(scope=Scope(agent=("PJSIP/1001",)), limits=Limits(longest={Right.TAKEOVER: 5}))],
    ids=["max_session", "in a scope of agents"],
)
async def test_an_own_call_that_lasts_too_long_is_said_wherever_it_is(held: Policy) -> None:
    async with at_a_desk(law=held) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        assert await asked(desk, TakeOver(call)) == Done()
        await passes(desk, 15)
        assert [each.code for each in desk.told].count("takeover.over_limit") == 1


# --- counting


async def test_a_phone_that_declined_uses_up_no_quota() -> None:
    held = law(Limits(listens=Rate(1, Period.MONTH, "1/month")))
    async with at_a_desk(FakePbx(phone="decline"), law=held) as desk:
        await asked(desk, Listen(await desk.call()))
        paper = desk.paper
    async with at_a_desk(law=held, paper=paper) as desk:
        assert await asked(desk, Listen(await desk.call(n=5))) == Done()


async def test_chance_is_not_asked_again_while_a_phone_rings_and_what_it_chose_is_in_the_log() -> None:
    async with at_a_desk(FakePbx(phone="ring"), law=law(Limits(random_pick=True))) as desk:
        calls = [await desk.call(agent=f"100{n}", n=n) for n in (1, 2, 3)]
        first = asyncio.create_task(desk.seat.ask(Draw()))
        await settle()
        assert code(await desk.seat.ask(Draw())) == "busy.asking"
        await asyncio.gather(*(desk.seat.ask(Listen(call)) for call in calls))
        desk.pbx.answer_phone()
        await passes(desk, 2)
        assert await first == Done()
        (row,) = desk.paper.of(Kind.REQUESTED)
        assert row.picked


async def test_an_attempt_to_draw_without_a_reason_is_written_down() -> None:
    held = law(Limits(random_pick=True, reason_required=frozenset({Right.LISTEN})), reasons=("training",))
    async with at_a_desk(law=held) as desk:
        await desk.call()
        assert code(await asked(desk, Draw())) == "denied.reason"
        assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == [("draw", "reason")]
        assert await asked(desk, Draw("training")) == Done()


# --- leave


async def test_leave_for_one_agent_is_not_used_at_another() -> None:
    async with office(of_two(TWO, deny=Scope(agent=("PJSIP/1002",)))) as room:
        call = await heard(room)
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asks,) = room.ben.view().petitions
        await room.ask(room.ben, Approve(asks))
        room.pbx.move(call.uniqueid, "1002", 7)
        await room.passes(2)
        await room.ask(room.ana, Listen(call))
        assert code(await room.ask(room.ana, Barge(call))) == "denied.four-eyes"


async def test_leave_of_somebody_who_may_give_none_any_more_is_none() -> None:
    async with office(of_two(TWO)) as room:
        call = await heard(room)
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asks,) = room.ben.view().petitions
        await room.ask(room.ben, Approve(asks))
        room.ben.is_now(replace(BEN, groups=frozenset()))
        assert code(await room.ask(room.ana, Barge(call))) == "denied.four-eyes"


async def test_on_a_slow_disk_one_petition_is_asked_and_none_for_a_call_that_is_over() -> None:
    async with office(of_two(TWO)) as room:
        call = await heard(room)
        book = room.ana.scribe._book
        at_once, disk = book._thread, Slow()
        book._thread = disk
        twice = [asyncio.create_task(room.ana.ask(AskLeave(Barge(call)))) for _ in range(2)]
        await settle()
        disk.go_on()
        assert {type(await each) for each in twice} == {Done, Refused}
        (asks,) = room.ben.view().petitions
        approves = asyncio.create_task(room.ben.ask(Approve(asks)))
        await settle()
        assert code(await room.ben.ask(Reject(asks))) == "petition.gone", "it is being answered"
        disk.go_on()
        assert await approves == Done()
        later = asyncio.create_task(room.ana.ask(AskLeave(TakeOver(call))))
        await settle()
        room.pbx.hang_up_call(call.uniqueid)
        await settle()
        book._thread = at_once
        disk.go_on()
        assert code(await later) == "petition.over"


async def test_a_policy_without_four_eyes_leaves_nobody_asking() -> None:
    async with office(of_two(TWO)) as room:
        call = await heard(room)
        await room.ask(room.ana, AskLeave(Barge(call)))
        room.law.becomes(of_two(Limits()))
        await room.passes(2)
        assert (room.ana.view().petitions, room.ben.view().petitions) == ({}, {})
        assert await room.ask(room.ana, Barge(call)) == Done()


# --- broken glass


async def test_glass_broken_for_one_rule_and_one_right_is_broken_for_no_other() -> None:
    limits = replace(GLASS, four_eyes={Right.BARGE: EYES}, coach_budget=Rate(20, Period.HOUR, "20s/h"))
    async with office(of_two(limits)) as room:
        call = await heard(room)
        assert await room.ask(room.ana, Whisper(call, "emergency", glass=True)) == Done()
        assert code(await room.ask(room.ana, Barge(call))) == "denied.four-eyes"
        sent = len(room.pbx.sent)
        await room.ask(room.ana, TakeOver(call))
        assert "6" not in [each.digit for each in room.pbx.sent[sent:] if isinstance(each, do.PlayDtmf)]


async def test_glass_broken_for_one_rule_keeps_no_session_past_another() -> None:
    limits = replace(GLASS, coach_budget=Rate(20, Period.HOUR, "20s/h"))
    async with office(of_two(limits)) as room:
        call = await heard(room)
        await room.ask(room.ana, Whisper(call, "emergency", glass=True))
        await room.passes(21)
        assert room.ana.view().strip.mode is Mode.SILENT
    lead = Profile(
        "leads", frozenset(Right), os_users=frozenset({"ana"}), limits=GLASS, scope=Scope(agent=("PJSIP/1001",))
    )
    sees = Profile("all", frozenset({Right.FLOOR_VIEW}), os_users=frozenset({"ana", "ben"}))
    async with office(Policy((lead, sees), "", reasons=("emergency",))) as room:
        call = await heard(room)
        await room.ask(room.ana, Whisper(call, "emergency", glass=True))
        elsewhere = replace(lead, scope=Scope(agent=("PJSIP/1002",)))
        room.law.becomes(Policy((elsewhere, sees), "two", reasons=("emergency",)))
        await room.passes(2)
        assert room.ana.view().strip.mode is None


async def test_glass_that_was_broken_for_nothing_because_the_disk_was_full_is_not_broken() -> None:
    async with office(of_two(GLASS)) as room:
        call = await heard(room)
        append = room.paper.append

        def full(record: object) -> int:
            if getattr(record, "kind", None) is Kind.REQUESTED:
                raise WhisperError("no space left on device", "trail.db")
            return append(record)  # type: ignore[arg-type]

        room.paper.append = full  # type: ignore[method-assign]
        assert code(await room.ask(room.ana, Whisper(call, "emergency", glass=True))) == "log.unwritable"
        room.paper.append = append  # type: ignore[method-assign]
        assert code(await room.ask(room.ana, Whisper(call))) == "denied.listen-first"


async def test_the_listening_before_a_whisper_is_told_too_where_glass_is_broken_for_it() -> None:
    limits = Limits(four_eyes={Right.LISTEN: EYES}, break_glass=True, glass_notify=("@wt-dpo",))
    async with office(of_two(limits)) as room:
        call = await room.call()
        assert await room.ask(room.ana, Whisper(call, "emergency", glass=True)) == Done()
        assert [(row.deed, row.rule) for row in room.paper.of(Kind.GLASS_BROKEN)] == [("listen", "four-eyes")]


async def test_who_reads_of_broken_glass_learns_nothing_of_a_call_that_they_may_not_see() -> None:
    async with office(of_two(GLASS, deny=Scope(tags=("works-council",)))) as room:
        call = await room.call()
        room.pbx.tag(call.uniqueid, "works-council")
        await settle()
        await room.ask(room.ana, Listen(call))
        assert await room.ask(room.ana, Whisper(call, "emergency", glass=True)) == Done()
        (row,) = room.ben.view().glass.values()
        assert (row.agent, row.queue) == ("", "")
