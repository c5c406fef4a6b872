"""Agents of a real Asterisk are logged out of queues, moved between them, and weighed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.asterisk.console import PBX, RIGHTS, Console, console_on
from tests.asterisk.kit import Bench
from tests.asterisk.ledger import rows_of
from whisper_tui.audit.records import Kind
from whisper_tui.supervision.acts import LogOut, MoveAgent, SetPenalty
from whisper_tui.supervision.intents import Refused
from whisper_tui.terms import Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

GINA, FABIO = "PJSIP/1011", "PJSIP/1006"
GIVEN = {"Interface": GINA, "MemberName": "Gina Reis", "StateInterface": GINA, "Penalty": "4", "Paused": "true"}


@pytest.fixture
async def staffed(bench: Bench, trail: Path) -> AsyncIterator[Console]:
    """A console on a floor where Gina is a dynamic member of sales."""
    await bench.witness.ask("QueueAdd", Queue="sales", Reason="lunch", **GIVEN)
    async with console_on(bench.lab.ports.ami, trail, rights=RIGHTS | {Right.AGENT_QUEUE}) as console:
        yield console
    for queue in ("sales", "retention"):
        await bench.witness.ask("QueueRemove", Queue=queue, Interface=GINA)
    await bench.witness.ask("QueuePenalty", Queue="retention", Interface=FABIO, Penalty="0")


async def member(bench: Bench, queue: str, interface: str) -> dict[str, str] | None:
    rows = await bench.witness.rows("QueueStatus", Queue=queue, Member=interface)
    wanted = ("Name", "StateInterface", "Penalty", "Paused")
    there = [row for row in rows if row["Event"] == "QueueMember" and row["Location"] == interface]
    return {key: there[0][key] for key in wanted} if there else None


async def test_an_agent_is_moved_with_all_that_they_are_and_logged_out(
    bench: Bench, staffed: Console, trail: Path
) -> None:
    before = await member(bench, "sales", GINA)
    assert before == {"Name": "Gina Reis", "StateInterface": GINA, "Penalty": "4", "Paused": "1"}
    await staffed.does(MoveAgent(PBX, GINA, "sales", "retention"))
    assert await member(bench, "retention", GINA) == before
    assert await member(bench, "sales", GINA) is None
    assert [each.queue for each in staffed.seat.view().agents[PBX, GINA].members] == ["retention"]
    await staffed.does(LogOut(PBX, GINA, "retention"))
    assert await member(bench, "retention", GINA) is None
    assert (PBX, GINA) not in staffed.seat.view().agents
    deeds = [(row.deed, row.whom and row.whom.queue, row.cause) for row in rows_of(trail) if row.kind is Kind.ACTED]
    assert deeds == [("move-in", "retention", ""), ("move-out", "sales", ""), ("logout", "retention", "")]


async def test_who_is_there_already_is_not_added_and_not_taken_out(bench: Bench, staffed: Console) -> None:
    await bench.witness.ask("QueueAdd", Queue="retention", **GIVEN)
    await staffed.soon(lambda floor: GINA in floor.queues["retention"].members)
    answer = await staffed.ask(MoveAgent(PBX, GINA, "sales", "retention"))
    assert isinstance(answer, Refused)
    assert answer.why.code == "move.member"
    assert await member(bench, "sales", GINA) is not None


async def test_a_static_member_is_weighed_and_not_logged_out(bench: Bench, staffed: Console) -> None:
    answer = await staffed.ask(LogOut(PBX, FABIO, "retention"))
    assert isinstance(answer, Refused)
    assert answer.why.code == "agent.static"
    await staffed.does(SetPenalty(PBX, FABIO, "retention", 3))
    now = await member(bench, "retention", FABIO)
    assert now is not None
    assert now["Penalty"] == "3"
    assert [each.penalty for each in staffed.seat.view().agents[PBX, FABIO].members] == [3]
