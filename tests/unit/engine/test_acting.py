"""Pausing agents: under the profile, queue by queue, on disk before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import PBX, Desk, at_a_desk, policy
from tests.unit.engine.test_agents import ANA, agent
from tests.unit.engine.test_turning import slow_disk
from whisper_tui.ami import actions as do
from whisper_tui.ami.actions import Outcome, Reply
from whisper_tui.ami.events import MemberRemoved
from whisper_tui.ami.queue_actions import QueuePause
from whisper_tui.audit.records import Kind
from whisper_tui.engine.rows import AgentState
from whisper_tui.permissions.policy import Policy, Scope
from whisper_tui.supervision.acts import Pause, Unpause
from whisper_tui.supervision.intents import Done, Refused
from whisper_tui.terms import Notice, Right

REASONS = ("break", "lunch")
LAW = policy(Right.FLOOR_VIEW, Right.AGENT_PAUSE)
LUNCH, END = Pause(PBX, "PJSIP/1001", "lunch"), Unpause(PBX, "PJSIP/1001")


@asynccontextmanager
async def a_floor(law: Policy = LAW, pbx: FakePbx | None = None, *, replay: bool = False) -> AsyncIterator[Desk]:
    async with at_a_desk(pbx, law=law, pause_reasons=REASONS, replay=replay) as desk:
        desk.pbx.staffs(replace(ANA, queue="sales"))
        await settle()
        yield desk


def sent(desk: Desk) -> list[QueuePause]:
    return [action for action in desk.pbx.sent if isinstance(action, QueuePause)]


async def why(desk: Desk, intent: Pause | Unpause) -> str:
    answer = await desk.ask(intent)
    assert isinstance(answer, Refused)
    return answer.why.code


async def test_an_agent_is_paused_in_every_queue_with_a_reason_and_the_log_has_it_first() -> None:
    async with a_floor() as desk:
        written: list[int] = []
        desk.pbx.before = lambda action: written.append(len(desk.paper.of(Kind.ACTED)))
        assert await desk.ask(LUNCH) == Done()
        assert written == [1, 2], "each is on disk before its action is sent"
        assert [(each.queue, each.paused, each.reason) for each in sent(desk)] == [
            ("support", True, "lunch"), ("sales", True, "lunch"),
        ]  # fmt: skip
        assert (agent(desk).state, agent(desk).reason) == (AgentState.PAUSED, "lunch")
        row = desk.paper.of(Kind.ACTED)[0]
        assert (row.deed, row.reason, row.who and row.who.user) == ("pause", "lunch", "ana")
        assert row.whom is not None
        assert (row.whom.agent, row.whom.queue) == ("PJSIP/1001", "support")
        assert await why(desk, LUNCH) == "pause.already"
        assert await desk.ask(END) == Done()
        assert agent(desk).state is AgentState.FREE
        assert await why(desk, END) == "pause.none"
        assert [each.deed for each in desk.paper.of(Kind.ACTED)] == ["pause", "pause", "unpause", "unpause"]
        assert {each.call and each.call.pbx for each in desk.paper.of(Kind.ACTED)} == {PBX}


@pytest.mark.parametrize("reason", ["", "a long walk", "lunch\r\nAction: Logoff"])
async def test_a_pause_has_one_of_the_sites_reasons_and_no_other_text_reaches_the_pbx(reason: str) -> None:
    async with a_floor() as desk:
        assert await why(desk, Pause(PBX, "PJSIP/1001", reason)) == "pause.reason"
        assert sent(desk) == []


async def test_without_the_right_nobody_is_paused_and_the_attempt_is_logged() -> None:
    async with a_floor(policy(Right.FLOOR_VIEW)) as desk:
        assert await why(desk, LUNCH) == "denied.no-right"
        assert sent(desk) == []
        assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == [("pause", "no-right")]


async def test_only_the_queues_of_the_profile_are_touched() -> None:
    law = policy(Right.FLOOR_VIEW, Right.AGENT_PAUSE, deny=Scope(queue=("sales",)))
    async with a_floor(law) as desk:
        assert await desk.ask(LUNCH) == Done()
        assert [each.queue for each in sent(desk)] == ["support"]


async def test_an_agent_out_of_scope_is_not_there_and_the_attempt_is_logged() -> None:
    law = policy(Right.FLOOR_VIEW, Right.AGENT_PAUSE, deny=Scope(agent=("PJSIP/1001",)))
    async with a_floor(law) as desk:
        assert await desk.ask(LUNCH) == await desk.ask(Pause(PBX, "PJSIP/9999", "lunch"))
        assert await why(desk, LUNCH) == "denied.no-such-agent"
        rows = [
            (row.rule, row.call and row.call.pbx, row.whom and row.whom.agent) for row in desk.paper.of(Kind.DENIED)
        ]
        assert rows == [("no-such-agent", PBX, "PJSIP/1001"), ("no-such-agent", PBX, "PJSIP/9999")]


async def test_what_is_not_on_disk_is_not_done() -> None:
    async with a_floor() as desk:
        desk.paper.full = True
        assert await why(desk, LUNCH) == "log.unwritable"
        assert sent(desk) == []
        desk.paper.full = False


async def test_where_the_log_fails_between_two_queues_it_is_said_that_the_first_is_done() -> None:
    async with a_floor() as desk:
        desk.pbx.before = lambda action: setattr(desk.paper, "full", isinstance(action, QueuePause))
        answer = await desk.ask(LUNCH)
        assert isinstance(answer, Refused)
        assert (answer.why.code, answer.why.values["queue"]) == ("acted.unwritten", "sales")
        assert [each.queue for each in sent(desk)] == ["support"]
        desk.paper.full = False


@pytest.mark.parametrize(
    ("reply", "cause"),
    [(Reply(Outcome.FAILED, "Permission denied"), "acted.failed"), (Reply(Outcome.UNKNOWN), "acted.unknown")],
)
async def test_what_the_pbx_does_not_do_is_said_and_logged_and_not_tried_again(reply: Reply, cause: str) -> None:
    async with a_floor() as desk:
        desk.pbx.refusals["QueuePause"] = reply
        assert await why(desk, LUNCH) == cause
        assert len(sent(desk)) == 1
        assert [row.cause for row in desk.paper.of(Kind.ACTED)] == ["", cause]
        assert (desk.paper.rows[-1].reason, desk.paper.rows[-1].detail) == ("lunch", reply.message)


async def test_where_the_pbx_is_away_or_a_recording_nothing_is_done() -> None:
    async with a_floor() as desk:
        desk.pbx.drop()
        await settle()
        assert await why(desk, LUNCH) == "link.stale"
        desk.pbx.connect()
    async with a_floor(replay=True) as desk:
        assert await why(desk, LUNCH) == "mode.replay"
        assert sent(desk) == []


async def test_a_policy_that_turns_while_a_row_is_written_lets_nothing_go_out() -> None:
    async with a_floor() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(LUNCH))
        await settle()
        desk.law.becomes(policy(Right.FLOOR_VIEW))
        await desk.engine.law.look()
        await desk.engine.law.look()
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "denied.no-right"
        assert sent(desk) == []
        assert [row.cause for row in desk.paper.of(Kind.ACTED)] == ["", "denied.no-right"]


async def test_a_policy_that_turns_between_two_queues_stops_at_the_second_and_says_so() -> None:
    async with a_floor() as desk:
        turned = policy(Right.FLOOR_VIEW)

        def turn(action: do.Action) -> None:
            if isinstance(action, QueuePause):
                desk.law.becomes(turned)
                desk.engine.law.policy = turned
                desk.seat.policy_changed()

        desk.pbx.before = turn
        assert await why(desk, LUNCH) == "acted.stopped"
        assert [each.queue for each in sent(desk)] == ["support"]


async def test_an_agent_who_logs_out_meanwhile_is_not_paused() -> None:
    async with a_floor() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(LUNCH))
        await settle()
        desk.pbx._event(MemberRemoved("support", "PJSIP/1001"))
        await settle()
        well()
        assert isinstance(await asking, Refused)
        assert sent(desk) == []


async def test_attempts_that_are_denied_say_whom_and_are_counted() -> None:
    async with a_floor(policy(Right.FLOOR_VIEW)) as desk:
        for _ in range(5):
            await desk.ask(LUNCH)
            desk.seat.note_dim(END, Notice("denied.no-right"))
        await desk.clock.wind(11)
        rows = [(row.deed, row.times, row.whom and row.whom.agent) for row in desk.paper.of(Kind.DENIED)]
        assert sorted(rows) == [
            ("pause", 1, "PJSIP/1001"), ("pause", 4, "PJSIP/1001"),
            ("unpause", 1, "PJSIP/1001"), ("unpause", 4, "PJSIP/1001"),
        ]  # fmt: skip


async def test_the_question_names_the_queues_that_would_be_paused_and_no_others() -> None:
    law = policy(Right.FLOOR_VIEW, Right.AGENT_PAUSE, deny=Scope(queue=("sales",)))
    async with a_floor(law) as desk:
        why_not = desk.seat.why_not(Pause(PBX, "PJSIP/1001"))
        assert why_not is not None
        assert why_not.values["queues"] == "support"
