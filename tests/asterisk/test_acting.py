"""What a supervisor does to the floor of a real Asterisk: pauses agents, and ends their pauses."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import PBX, RIGHTS, Console, console_on
from tests.asterisk.kit import Bench
from tests.asterisk.ledger import rows_of
from whisper_tui.audit.records import Kind
from whisper_tui.engine.rows import AgentRow, AgentState
from whisper_tui.supervision.acts import Pause, Unpause
from whisper_tui.supervision.intents import Refused
from whisper_tui.terms import Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

ANA = "PJSIP/1001"
RIGHTS_TO_PAUSE = RIGHTS | {Right.AGENT_PAUSE}


def agent(console: Console) -> AgentRow:
    return console.seat.view().agents[PBX, ANA]


async def paused_at_the_pbx(bench: Bench) -> set[tuple[str, str, str]]:
    """(queue, whether paused, reason) of the agent, as QueueStatus lists it."""
    rows = await bench.witness.rows("QueueStatus", Member=ANA)
    members = [row for row in rows if row["Event"] == "QueueMember" and row["Location"] == ANA]
    return {(row["Queue"], row["Paused"], row.get("PausedReason", "")) for row in members}


async def test_an_agent_is_paused_and_let_go_and_the_pbx_says_so(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=RIGHTS_TO_PAUSE) as console:
        before = await paused_at_the_pbx(bench)
        assert {paused for _, paused, _ in before} == {"0"}
        await console.does(Pause(PBX, ANA, "lunch"))
        await console.until(lambda view: view.agents[PBX, ANA].state is AgentState.PAUSED)
        assert await paused_at_the_pbx(bench) == {(queue, "1", "lunch") for queue, _, _ in before}
        row = agent(console)
        assert row.reason == "lunch"
        assert row.at is not None
        assert abs(row.at - console.engine.clock.wall()) < 5
        await console.does(Unpause(PBX, ANA))
        await console.until(lambda view: view.agents[PBX, ANA].state is AgentState.FREE)
        assert {paused for _, paused, _ in await paused_at_the_pbx(bench)} == {"0"}
    queues = len(before)
    deeds = [(row.deed, row.reason, row.cause) for row in rows_of(trail) if row.kind is Kind.ACTED]
    assert deeds == [("pause", "lunch", "")] * queues + [("unpause", "", "")] * queues


async def test_an_agent_who_talks_is_paused_and_goes_on_talking(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=RIGHTS_TO_PAUSE) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        assert agent(console).call == key
        await console.does(Pause(PBX, ANA, "lunch"))
        await console.until(lambda view: view.agents[PBX, ANA].paused > 0)
        assert (agent(console).state, agent(console).reason) == (AgentState.TALKING, "lunch")
        await console.does(Unpause(PBX, ANA))
        await console.until(lambda view: view.agents[PBX, ANA].paused == 0)


async def test_without_the_right_nothing_is_sent(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail) as console:
        answer = await console.ask(Pause(PBX, ANA, "lunch"))
        assert isinstance(answer, Refused)
        assert answer.why.code == "denied.no-right"
        assert {paused for _, paused, _ in await paused_at_the_pbx(bench)} == {"0"}
    assert [row.rule for row in rows_of(trail) if row.kind is Kind.DENIED] == ["no-right"]
