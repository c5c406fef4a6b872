"""Memberships and penalties: under the profile, on disk before each step, and what is done by halves is said exactly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.unit.engine.desk import PBX, Desk, at_a_desk, policy
from tests.unit.engine.test_agents import ANA
from tests.unit.engine.test_turning import slow_disk
from whisper_tui.ami.actions import Action, Outcome, Reply
from whisper_tui.ami.events import MemberRemoved
from whisper_tui.ami.queue_actions import QueueAdd, QueuePenalty, QueueRemove
from whisper_tui.audit.records import Kind
from whisper_tui.engine.rows import AgentRow
from whisper_tui.permissions.policy import Policy, Scope
from whisper_tui.supervision.acts import Act, LogOut, MoveAgent, SetPenalty
from whisper_tui.supervision.intents import Done, Refused
from whisper_tui.terms import Right

LAW = policy(Right.FLOOR_VIEW, Right.AGENT_QUEUE)
PHONE = "PJSIP/1001"
IN_SALES = replace(
    ANA, queue="sales", name="Ana, \u00e9quipe rouge", dynamic=True, penalty=2, paused=True, reason="lunch"
)
OUT, MOVE = LogOut(PBX, PHONE, "sales"), MoveAgent(PBX, PHONE, "sales", "vip")


@asynccontextmanager
async def a_floor(law: Policy = LAW) -> AsyncIterator[Desk]:
    """1001 is a static member of support and a dynamic one of sales; vip is a queue without them."""
    async with at_a_desk(law=law) as desk:
        for member in (IN_SALES, replace(ANA, queue="vip", interface="PJSIP/1009", state_interface="PJSIP/1009")):
            desk.pbx.staffs(member)
        await settle()
        yield desk


def sent(desk: Desk) -> list[Action]:
    return [each for each in desk.pbx.sent if isinstance(each, QueueAdd | QueueRemove | QueuePenalty)]


def queues(desk: Desk) -> list[str]:
    row: AgentRow = desk.seat.view().agents[PBX, PHONE]
    return sorted(member.queue for member in row.members)


async def why(desk: Desk, intent: Act) -> str:
    answer = await desk.ask(intent)
    assert isinstance(answer, Refused)
    return answer.why.code


def logged(desk: Desk) -> list[tuple[str, str, str, str]]:
    rows = desk.paper.of(Kind.ACTED)
    assert {row.call and row.call.pbx for row in rows} <= {PBX}
    return [(row.deed, row.whom.queue if row.whom else "", row.detail, row.cause) for row in rows]


async def test_an_agent_is_logged_out_of_one_queue_and_the_log_has_it_first() -> None:
    async with a_floor() as desk:
        written: list[int] = []
        desk.pbx.before = lambda action: written.append(len(desk.paper.of(Kind.ACTED)))
        assert await desk.ask(OUT) == Done()
        assert sent(desk) == [QueueRemove("sales", PHONE)]
        assert written == [1]
        assert queues(desk) == ["support"]
        assert await why(desk, OUT) == "agent.not_in"


async def test_a_member_that_the_configuration_has_is_not_taken_out_and_nothing_is_sent() -> None:
    async with a_floor() as desk:
        assert await why(desk, LogOut(PBX, PHONE, "support")) == "agent.static"
        assert await why(desk, MoveAgent(PBX, PHONE, "support", "vip")) == "agent.static"
        assert sent(desk) == []


async def test_who_is_moved_is_in_the_new_queue_before_they_leave_the_old_one_and_stays_who_they_were() -> None:
    async with a_floor() as desk:
        assert await desk.ask(MOVE) == Done()
        add = QueueAdd("vip", PHONE, IN_SALES.name, 2, PHONE, True, "lunch")
        assert sent(desk) == [add, QueueRemove("sales", PHONE)]
        assert queues(desk) == ["support", "vip"]
        assert logged(desk) == [("move-in", "vip", "from sales", ""), ("move-out", "sales", "to vip", "")]


async def test_a_pause_for_a_reason_in_other_words_is_kept_without_them() -> None:
    async with a_floor() as desk:
        desk.pbx.staffs(replace(IN_SALES, reason="a long walk"))
        assert await desk.ask(MOVE) == Done()
        add = sent(desk)[0]
        assert isinstance(add, QueueAdd)
        assert (add.paused, add.reason) == (True, "")


@pytest.mark.parametrize(
    ("action", "reply", "code", "left_in"),
    [
        ("QueueAdd", Reply(Outcome.FAILED, "Permission denied"), "move_in.failed", ["sales", "support"]),
        ("QueueAdd", Reply(Outcome.UNKNOWN), "move_in.unknown", ["sales", "support"]),
        ("QueueRemove", Reply(Outcome.FAILED, "Member not dynamic"), "move_out.failed", ["sales", "support", "vip"]),
        ("QueueRemove", Reply(Outcome.UNKNOWN), "move_out.unknown", ["sales", "support", "vip"]),
    ],
)
async def test_a_move_that_stops_says_where_and_in_which_queues_the_agent_is(
    action: str, reply: Reply, code: str, left_in: list[str]
) -> None:
    async with a_floor() as desk:
        desk.pbx.refusals[action] = reply
        assert await why(desk, MOVE) == code
        assert queues(desk) == left_in
        assert [each.name for each in sent(desk)].count(action) == 1, "it is not tried again"
        assert logged(desk)[-1][3] == code


async def test_what_the_pbx_did_not_do_is_logged_with_what_it_was_and_with_its_words() -> None:
    async with a_floor() as desk:
        desk.pbx.refusals["QueuePenalty"] = Reply(Outcome.FAILED, "Permission denied")
        assert await why(desk, SetPenalty(PBX, PHONE, "support", 3)) == "acted.failed"
        assert logged(desk)[-1][2] == "penalty 3, was 0: Permission denied"


async def test_an_answer_that_no_event_confirms_is_unknown() -> None:
    async with a_floor() as desk:
        desk.pbx.refusals["QueueRemove"] = Reply(Outcome.DONE)
        asking = asyncio.create_task(desk.seat.ask(OUT))
        await desk.clock.wind(4)
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "acted.unknown"


async def test_a_move_takes_the_right_in_both_queues_and_a_queue_that_is_not_seen_is_not_there() -> None:
    law = policy(Right.FLOOR_VIEW, Right.AGENT_QUEUE, deny=Scope(queue=("vip",)))
    async with a_floor(law) as desk:
        nowhere = MoveAgent(PBX, PHONE, "sales", "nowhere")
        assert await why(desk, MOVE) == await why(desk, nowhere) == "denied.no-such-queue"
        assert {(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)} == {("move-in", "no-such-queue")}
        assert sent(desk) == []
        assert logged(desk) == []


async def test_without_the_right_nothing_is_sent_and_the_attempt_is_logged() -> None:
    async with a_floor(policy(Right.FLOOR_VIEW, Right.AGENT_PAUSE)) as desk:
        for intent in (OUT, MOVE, SetPenalty(PBX, PHONE, "sales", 1)):
            assert await why(desk, intent) == "denied.no-right"
        assert sent(desk) == []
        assert [row.deed for row in desk.paper.of(Kind.DENIED)] == ["logout", "move-in", "penalty"]


async def test_a_policy_that_turns_between_the_steps_leaves_the_agent_in_both_and_says_so() -> None:
    async with a_floor() as desk:

        def turn(action: Action) -> None:
            if isinstance(action, QueueAdd):
                desk.engine.law.policy = policy(Right.FLOOR_VIEW)
                desk.law.becomes(desk.engine.law.policy)
                desk.seat.policy_changed()

        desk.pbx.before = turn
        assert await why(desk, MOVE) == "move_out.stopped"
        assert queues(desk) == ["sales", "support", "vip"]
        assert logged(desk)[-1] == ("move-out", "sales", "to vip", "denied.no-right")


async def test_a_log_that_fails_between_the_steps_leaves_the_agent_in_both_and_that_is_said() -> None:
    async with a_floor() as desk:
        desk.pbx.before = lambda action: setattr(desk.paper, "full", isinstance(action, QueueAdd))
        assert await why(desk, MOVE) == "move_out.unwritten"
        assert queues(desk) == ["sales", "support", "vip"]
        desk.paper.full = False


async def test_who_logs_in_elsewhere_while_the_row_is_written_is_not_added_twice() -> None:
    async with a_floor() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(MOVE))
        await settle()
        desk.pbx.staffs(replace(IN_SALES, queue="vip"))
        await settle()
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "move.member"
        assert sent(desk) == []


async def test_who_logs_out_while_the_row_is_written_is_left_alone() -> None:
    async with a_floor() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(SetPenalty(PBX, PHONE, "sales", 5)))
        await settle()
        desk.pbx._event(MemberRemoved("sales", PHONE))
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "agent.gone"
        assert sent(desk) == []


async def test_a_penalty_is_a_figure_and_static_members_have_one_too() -> None:
    async with a_floor() as desk:
        ask_first = desk.seat.why_not(SetPenalty(PBX, PHONE, "support"))
        assert ask_first is not None
        assert (ask_first.code, ask_first.values["penalty"]) == ("penalty.how", "0")
        assert await why(desk, SetPenalty(PBX, PHONE, "support", -1)) == "penalty.how"
        assert await why(desk, SetPenalty(PBX, PHONE, "support", 10**6)) == "penalty.how"
        assert await why(desk, SetPenalty(PBX, PHONE, "support", 0)) == "penalty.already"
        assert await desk.ask(SetPenalty(PBX, PHONE, "support", 3)) == Done()
        assert sent(desk) == [QueuePenalty("support", PHONE, 3)]
        assert logged(desk) == [("penalty", "support", "penalty 3, was 0", "")]


async def test_what_is_not_on_disk_is_not_done() -> None:
    async with a_floor() as desk:
        desk.paper.full = True
        for intent in (OUT, MOVE, SetPenalty(PBX, PHONE, "sales", 1)):
            assert await why(desk, intent) == "log.unwritable"
        assert sent(desk) == []
        desk.paper.full = False
