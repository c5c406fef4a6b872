"""The agents that a console is told of: what they do, as far as the profile sees them and their calls."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import PBX, Desk, at_a_desk, policy
from whisper_tui.ami.events import MemberChanged, MemberRemoved
from whisper_tui.engine.rows import AgentRow, AgentState
from whisper_tui.permissions.policy import Scope
from whisper_tui.terms import Right

ANA = MemberChanged("support", "PJSIP/1001", "PJSIP/1001", "Agent 1001", False, 0, 0, 0, 0, 0, False, 1, False, "")


def agent(desk: Desk, number: str = "1001") -> AgentRow:
    return desk.seat.view().agents[PBX, f"PJSIP/{number}"]


async def says(desk: Desk, *facts: MemberChanged | MemberRemoved) -> None:
    for fact in facts:
        desk.pbx._event(fact)
    await settle()


async def test_an_agent_is_free_rings_talks_and_is_free_again() -> None:
    async with at_a_desk() as desk:
        assert (agent(desk).state, agent(desk).call) == (AgentState.FREE, None)
        call = await desk.call()
        talking = agent(desk)
        assert (talking.state, talking.call) == (AgentState.TALKING, call)
        assert talking.since == desk.seat.view().calls[call].talking_since
        desk.pbx.hang_up_call(call.uniqueid)
        await settle()
        assert (agent(desk).state, agent(desk).call) == (AgentState.FREE, None)
        told = [change.agents for change in desk.changes if change.agents]
        assert told, "what changes is told, and not looked up"


async def test_a_pause_has_its_reason_and_its_moment_and_one_of_two_queues_is_no_pause() -> None:
    async with at_a_desk() as desk:
        await says(desk, replace(ANA, paused=True, reason="lunch", last_pause=1_795_000_000))
        row = agent(desk)
        assert (row.state, row.reason, row.at, row.paused) == (AgentState.PAUSED, "lunch", 1_795_000_000, 1)
        await says(desk, replace(ANA, queue="sales", calls_taken=3))
        row = agent(desk)
        assert (row.state, row.paused, row.taken) == (AgentState.FREE, 1, 3)
        assert [member.queue for member in row.members] == ["support", "sales"]


@pytest.mark.parametrize(("status", "state"), [(5, AgentState.AWAY), (4, AgentState.AWAY), (2, AgentState.BUSY)])
async def test_a_phone_that_cannot_be_rung_is_away_and_one_that_is_in_use_is_busy(
    status: int, state: AgentState
) -> None:
    async with at_a_desk() as desk:
        await says(desk, replace(ANA, status=status))
        assert agent(desk).state is state


async def test_who_logs_out_is_gone() -> None:
    async with at_a_desk() as desk:
        await says(desk, MemberRemoved("support", "PJSIP/1001"))
        assert (PBX, "PJSIP/1001") not in desk.seat.view().agents


async def test_agents_and_queues_out_of_scope_are_absent_and_a_hidden_call_is_none() -> None:
    law = policy(Right.FLOOR_VIEW, queues=("support",), deny=Scope(agent=("PJSIP/1003",)))
    async with at_a_desk(FakePbx(), law=law) as desk:
        await says(
            desk,
            replace(ANA, queue="vip"),
            replace(ANA, queue="vip", interface="PJSIP/1009", state_interface="PJSIP/1009"),
        )
        seen = {device for _, device in desk.seat.view().agents}
        assert seen == {"PJSIP/1001", "PJSIP/1002"}
        assert [member.queue for member in agent(desk).members] == ["support"]
        await desk.call("vip")
        row = agent(desk)
        assert row.call is None
        assert row.state not in (AgentState.TALKING, AgentState.HELD, AgentState.RINGING)


async def test_a_wrap_up_of_ones_own_is_estimated_from_the_last_call_and_the_queues_own_is_not_made_up() -> None:
    async with at_a_desk() as desk:
        await says(desk, replace(ANA, last_call=1_795_000_000))
        assert agent(desk).wraps_until is None
        await says(desk, replace(ANA, last_call=1_795_000_000, wrapup=30))
        assert (agent(desk).state, agent(desk).wraps_until) == (AgentState.FREE, 1_795_000_030.0)
        await says(desk, replace(ANA, last_call=1_795_000_000, wrapup=30, status=2))
        assert agent(desk).wraps_until is None, "who talks wraps up nothing"
