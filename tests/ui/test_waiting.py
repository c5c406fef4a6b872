"""Who waits, and the queues, as views of their own."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, CALLER, CHLOE, NOW, floor, queue, talking, waiting
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import Limits
from whisper_tui.terms import CallState
from whisper_tui.ui.views import View

LATE = waiting(12, "sales", waited=9, position=2)


def callers(work: Work) -> list[str]:
    return [word for line in work.lines[2:8] for word in line.split() if word.startswith("…0")]


async def test_who_has_waited_longest_stands_first_and_whoever_is_answered_is_gone() -> None:
    async with at_work(floor([LATE, CALLER, ANA, CHLOE])) as work:
        await work.press("v", "w")
        assert callers(work) == [CALLER.caller, CHLOE.caller, LATE.caller]
        answered = replace(CALLER, state=CallState.TALKING, agent="Ben", agent_device="PJSIP/7", talking_since=NOW)
        await work.happens(ViewChanges(calls={CALLER.key: answered}))
        assert callers(work) == [CHLOE.caller, LATE.caller]
        assert work.console.desk.waiting.cursor is None, "nobody else takes the place of one who was answered"
        await work.happens(ViewChanges(calls={CHLOE.key: None}))
        assert callers(work) == [LATE.caller]


async def test_enter_goes_to_the_call_and_copying_is_of_the_caller_under_the_cursor() -> None:
    async with at_work(floor([LATE, CALLER, ANA])) as work:
        await work.press("v", "w", "j", "enter")
        assert work.console.desk.sheet.cursor == LATE.key
        assert "STATE     QUEUE" in work.text
        await work.press("v", "w", "y")
        assert work.console.clipboard == LATE.key.uniqueid


async def test_nobody_waits_is_said() -> None:
    async with at_work(floor([ANA])) as work:
        await work.press("v", "w")
        assert "nobody waits" in work.text
        await work.press("slash", *"vip", "enter", "enter", "l")
        assert work.backend.asked == []
        assert "nobody waits" in work.text


async def test_the_queues_have_their_service_level_as_a_bar_and_enter_shows_their_calls() -> None:
    rows = [queue("sales", performance=47.0), queue("support", performance=100.0), queue("vip", performance=None)]
    async with at_work(floor([talking(1, "Zoe", "support"), talking(2, "Ben", "sales")], rows)) as work:
        await work.press("v", "q")
        assert "▮▮▮▮▮▯▯▯▯▯ 47%" in work.text
        assert "▮▮▮▮▮▮▮▮▮▮ 100%" in work.text
        await work.press("j", "enter")
        assert "/ queue=support" in work.text
        assert "Zoe" in work.text
        assert "Ben" not in "".join(line[47:] for line in work.lines)


async def test_brackets_and_tab_go_round_the_views_and_never_read_the_log() -> None:
    async with at_work(floor([ANA])) as work:
        seen = [work.console.desk.view]
        for key in ("right_square_bracket", "tab", "right_square_bracket", "tab", "right_square_bracket"):
            await work.press(key)
            seen.append(work.console.desk.view)
        assert seen == [View.CALLS, View.WAITING, View.QUEUES, View.AGENTS, View.SESSIONS, View.CALLS]
        await work.press("left_square_bracket")
        assert work.console.desk.view is View.SESSIONS
        for key, then in (("tab", View.CALLS), ("shift+tab", View.SESSIONS)):
            await work.press("v", "l")
            await work.press(key)
            assert work.console.desk.view is then


async def test_the_last_hour_of_waits_is_drawn_from_when_the_console_began() -> None:
    wanted = queue("support", waiting=1, longest_since=NOW)
    async with at_work(floor([], (wanted,))) as work:
        await work.wind(130.0)
        served = replace(wanted, waiting=0, longest_since=None)
        await work.happens(ViewChanges(queues={(served.pbx, served.queue): served}))
        await work.wind(240.0)
        assert "▇▁ top 02:10 since 11:06" in work.text
        await work.press("v", "q")
        assert "SINCE 11:06" in work.text
        assert work.lines[2].endswith("▇▁")


async def test_a_caller_who_becomes_late_rings_the_bell_where_the_settings_want_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rings: list[float] = []
    wanted = queue("support", waiting=2, longest_since=NOW - 8, limits=Limits(warn=10, late=15, bell=True))
    callers = (waiting(1, waited=8), waiting(2, waited=7.5, position=2))
    async with at_work(floor(callers, (wanted,))) as work:
        monkeypatch.setattr(work.console, "bell", lambda: rings.append(work.clock.monotonic()))
        await work.press("v", "w")
        await work.wind(2.0)
        assert "00:10△ warn" in work.text
        assert not rings
        await work.wind(7.0)
        assert "00:18▲ late" in work.text
        assert "longest 00:18▲ late" in work.lines[0]
        assert len(rings) == 1, "both became late in one second"
        await work.wind(30.0)
        assert len(rings) == 1
