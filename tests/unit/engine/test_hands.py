"""Raised hands in the engine: shown to who sees the agent, written down, taken by one person, and over in time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import INSTALLATION, PBX, Desk, at_a_desk, policy
from tests.unit.engine.test_turning import slow_disk
from whisper_tui.ami.events import AgentCalled, ChannelNew, DialBegun, MemberChanged, MemberRemoved
from whisper_tui.audit.records import Kind, Record
from whisper_tui.engine.hands import IN_SIGHT
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.rows import HandRow
from whisper_tui.floor.model import Heeds
from whisper_tui.permissions.policy import Numbers, Policy, Profile, Scope
from whisper_tui.supervision.intents import AnswerHand, Done, Refused
from whisper_tui.terms import Notice, Right, Subject, Uniqueid

PHONE = "PJSIP/1001"
MINE = AnswerHand(PBX, PHONE)
BEN = Subject("ben", 1001)
MAY = Policy(
    (Profile("leads", frozenset({Right.FLOOR_VIEW, Right.HAND_ANSWER}), os_users=frozenset({"ana", "ben"})),), "digest"
)


@asynccontextmanager
async def a_floor(law: Policy | None = None, *, lasts: float = 0.0, replay: bool = False) -> AsyncIterator[Desk]:
    heeds = Heeds("whisperhand", "help")
    async with at_a_desk(FakePbx(), law=law or MAY, heeds=heeds, hand_lasts=lasts, replay=replay) as desk:
        yield desk


async def rises(desk: Desk, text: str = "") -> None:
    desk.pbx.says("whisperhand", ("agent", "1001"), *([("text", text)] if text else []))
    await settle()


def hand(desk: Desk) -> HandRow | None:
    return desk.seat.view().agents[PBX, PHONE].hand


def rows(desk: Desk) -> list[Record]:
    return [row for row in desk.paper.rows if row.kind.value.startswith("hand-")]


async def why(desk: Desk) -> str:
    answer = await desk.ask(MINE)
    assert isinstance(answer, Refused)
    return answer.why.code


async def test_a_hand_stands_in_the_rows_of_agent_and_call_and_in_the_log() -> None:
    async with a_floor() as desk:
        call = await desk.call()
        await rises(desk, "angry")
        now = desk.clock.monotonic()
        assert hand(desk) == desk.seat.view().calls[call].hand == HandRow(now, "angry")
        (row,) = rows(desk)
        assert (row.kind, row.who, row.lasted, row.detail) == (Kind.HAND_RAISED, None, None, "")
        assert row.whom is not None and row.call is not None
        assert (row.whom.agent, row.whom.queue, row.call.customer) == (PHONE, "support", call.uniqueid)


async def test_who_takes_it_is_on_disk_first_with_the_time_to_answer_and_everybody_sees_it() -> None:
    async with a_floor() as desk:
        other = desk.engine.admit(BEN, PhoneRules("PJSIP/2002", INSTALLATION))
        told: list[Notice] = []
        other.subscribe(lambda changes: told.extend(changes.notices))
        await desk.call()
        await rises(desk)
        await desk.clock.wind(12.0)
        assert await desk.ask(MINE) == Done()
        row = rows(desk)[-1]
        assert row.who is not None
        assert (row.kind, row.who.user, row.lasted) == (Kind.HAND_ANSWERED, "ana", 12.0)
        taken = other.view().agents[PBX, PHONE].hand
        assert taken is not None and taken.answered_by == "ana"
        assert [notice.code for notice in told] == ["hand.taken"]
        assert [notice.code for notice in desk.told] == []
        await desk.clock.wind(IN_SIGHT + 1)
        assert hand(desk) is None
        assert len(rows(desk)) == 2


async def test_a_hand_stays_up_and_is_written_once_when_the_phone_of_its_agent_becomes_known() -> None:
    """A member as FreePBX makes them; the phone is known once it has rung behind it."""
    async with a_floor() as desk:
        front, customer = "Local/1001@from-queue/n", desk.pbx.join("support")
        first, second, phone = (Uniqueid(f"pbx-3.{n}") for n in (1, 2, 3))
        halves = [f"Local/1001@from-queue-00000001;{n}" for n in (1, 2)]
        desk.pbx._event(
            MemberChanged("support", front, "hint:1001@x", "Ana", False, 0, 0, 0, 0, 0, False, 1, True, "help")
        )
        await settle()
        for fact in (
            ChannelNew(first, customer, halves[0], 0, "", "", "from-queue", "1001"),
            ChannelNew(second, customer, halves[1], 0, "", "", "from-queue", "1001"),
            AgentCalled("support", front, "Ana", customer, first, halves[0]),
            DialBegun(customer, first, halves[0]),
            ChannelNew(phone, customer, f"{PHONE}-00000007", 0, "1001", "", "internal", ""),
            DialBegun(second, phone, f"{PHONE}-00000007"),
        ):
            desk.pbx._event(fact)
        await settle()
        assert hand(desk) is not None
        assert [row.kind for row in rows(desk)] == [Kind.HAND_RAISED]
        assert await desk.ask(MINE) == Done()


async def test_a_second_one_is_too_late() -> None:
    async with a_floor() as desk:
        await rises(desk)
        well = slow_disk(desk)
        first, second = (asyncio.create_task(desk.seat.ask(MINE)) for _ in range(2))
        await settle()
        well()
        answers = [await first, await second]
        assert Done() in answers
        (late,) = (each for each in answers if isinstance(each, Refused))
        assert late.why.code == "hand.taken"
        assert [row.cause for row in rows(desk)] == ["", "", "", "hand.taken"]
        assert {row.call and row.call.pbx for row in rows(desk)} == {PBX}
        assert len({row.whom for row in rows(desk)}) == 1, "found by the queue they are all found"
        assert await why(desk) == "hand.taken"


async def test_it_stays_up_where_the_log_takes_nothing() -> None:
    async with a_floor() as desk:
        await rises(desk)
        desk.paper.full = True
        assert await why(desk) == "log.unwritable"
        assert hand(desk) == HandRow(desk.clock.monotonic())
        desk.paper.full = False


async def test_without_the_right_it_is_seen_and_not_taken_and_that_is_written_once() -> None:
    async with a_floor(policy(Right.FLOOR_VIEW)) as desk:
        await rises(desk)
        assert hand(desk) is not None
        assert await why(desk) == "denied.no-right"
        desk.seat.note_dim(MINE, Notice("denied.no-right"))
        await desk.clock.wind(11)
        denied = [(row.deed, row.rule, row.times, row.whom and row.whom.agent) for row in desk.paper.of(Kind.DENIED)]
        assert denied == [("answer", "no-right", 1, PHONE), ("answer", "no-right", 1, PHONE)]


async def test_the_hand_of_an_agent_out_of_the_scope_is_not_there() -> None:
    async with a_floor(policy(Right.FLOOR_VIEW, Right.HAND_ANSWER, queues=("sales",))) as desk:
        await rises(desk)
        assert (PBX, PHONE) not in desk.seat.view().agents
        assert await why(desk) == "denied.no-such-agent"
        (row,) = desk.paper.of(Kind.DENIED)
        assert (row.deed, row.rule, row.call and row.call.pbx) == ("answer", "no-such-agent", PBX)


async def test_words_with_a_number_in_them_are_masked_as_it_is() -> None:
    scope = Scope(queue=("support",))
    rights = frozenset({Right.FLOOR_VIEW})
    for numbers, seen in ((Numbers.FULL, "call 5550142"), (Numbers.LAST4, "…0142"), (Numbers.NONE, "…")):
        profile = Profile("leads", rights, os_users=frozenset({"ana"}), scope=scope, numbers=numbers)
        async with a_floor(Policy((profile,), "digest")) as desk:
            await desk.call()
            await rises(desk, "call 5550142")
            row = hand(desk)
            assert row is not None and row.text == seen


async def test_one_that_nobody_takes_comes_down_by_itself_and_one_that_is_lowered_says_by_whom() -> None:
    async with a_floor(lasts=60.0) as desk:
        await rises(desk)
        await desk.clock.wind(61.0)
        assert hand(desk) is None
        await rises(desk)
        await desk.clock.wind(5.0)
        await rises(desk)
        await desk.clock.wind(2.0)
        await rises(desk)
        for queue in ("support", "sales"):
            desk.pbx._event(MemberRemoved(queue, PHONE))
        await settle()
        assert [(row.kind.value, row.cause) for row in rows(desk)] == [
            ("hand-raised", ""), ("hand-lowered", "lapsed"), ("hand-raised", ""), ("hand-lowered", "agent"),
            ("hand-raised", ""), ("hand-lowered", "agent-gone"),
        ]  # fmt: skip
        assert [row.lasted for row in rows(desk)][1:4:2] == [60.0, 5.0]


async def test_in_a_recording_nobody_is_answered_and_nothing_is_written() -> None:
    async with a_floor(replay=True) as desk:
        await rises(desk)
        assert hand(desk) is not None
        assert await why(desk) == "mode.replay"
        assert rows(desk) == []
