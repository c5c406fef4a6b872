"""Marking rows, and what is done to all of them."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, PBX, crew, floor, members
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import AgentRow, AgentState
from whisper_tui.supervision.acts import Pause, Unpause
from whisper_tui.supervision.intents import Answer, Done, Intent, Refused
from whisper_tui.terms import Notice

ROWS = tuple(
    AgentRow(PBX, f"PJSIP/10{at}", name, AgentState.FREE, members("support"), None)
    for at, name in enumerate(("Ana Ruiz", "Ben Okoro", "Chloe Martin"))
)
WHY = Notice("pause.reason", {"queues": "support", "codes": "break, lunch"})


def marked(work: Work) -> list[str]:
    return [line.strip(" ▸").lstrip("+") for line in work.lines if line[:2] in (" +", "▸+")]


async def test_marks_stand_before_their_rows_are_counted_found_by_the_filter_and_cleared() -> None:
    async with at_work(floor([ANA, BEN, CALLER]), size=(80, 24)) as work:
        await work.press("g", "space", "space")
        assert len(marked(work)) == 2
        assert "marked: 2" in work.text
        await work.press("slash", *"marked", "enter")
        assert "2 of 3" in work.text
        await work.press("c")
        assert "of 3" not in work.text
        assert len(marked(work)) == 2, "the filter was cleared, and nothing else"
        await work.press("escape")
        assert marked(work) == []


async def test_a_mark_goes_with_its_row_and_no_other_takes_it_over() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("g", "space")
        gone = next(iter(work.console.desk.sheet.marked))
        await work.happens(ViewChanges(calls={gone: None}))
        assert "marked" not in work.text
        await work.happens(ViewChanges(calls={gone: replace(ANA, key=gone)}))
        assert not work.console.desk.sheet.marked


async def test_marked_agents_are_paused_once_for_all_and_who_it_fails_for_is_told_apart() -> None:
    async with at_work(floor([], agents=crew(*ROWS))) as work:
        work.backend.refusals[Pause] = WHY
        await work.press("v", "a", "g", "space", "space", "P")
        assert "agents, 2: Ana Ruiz, Ben Okoro" in work.strip
        assert "Chloe" not in work.strip
        del work.backend.refusals[Pause]
        asked: list[Intent] = []

        async def ask(intent: Intent) -> Answer:
            asked.append(intent)
            failed = Notice("acted.failed", {"agent": "Ana Ruiz", "queue": "support", "error": "no such interface"})
            return Refused(failed) if isinstance(intent, Pause) and intent.agent == ROWS[0].device else Done()

        work.backend.ask = ask  # type: ignore[method-assign]
        await work.press("l", "u", "enter")
        assert asked == [Pause(PBX, row.device, "lunch") for row in ROWS[:2]]
        assert "not for Ana Ruiz" in work.last_line
        assert "done for 1 of 2 marked agents" in work.last_line


async def test_who_may_not_be_paused_is_said_before_and_nothing_is_asked_where_nobody_may() -> None:
    async with at_work(floor([], agents=crew(*ROWS))) as work:
        work.backend.refusals[Unpause] = Notice("pause.none", {"agent": "Ana Ruiz"})
        await work.press("v", "a", "g", "space", "u")
        assert "is not paused" in work.last_line
        del work.backend.refusals[Unpause]
        await work.wind(2)
        await work.press("u")
        assert "END THE PAUSES" in work.strip
        assert work.backend.asked == []
        await work.press("enter")
        assert work.backend.asked == [Unpause(PBX, ROWS[0].device)]


async def test_where_nothing_is_marked_the_cursor_is_meant() -> None:
    async with at_work(floor([], agents=crew(*ROWS))) as work:
        await work.press("v", "a", "g", "space", "escape", "v", "a", "g", "space", "space", "c", "g", "u")
        assert work.backend.asked == [Unpause(PBX, ROWS[0].device)]
