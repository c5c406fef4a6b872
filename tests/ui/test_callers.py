"""Who waits is moved, raised and taken out, and calls are hung up, from the rows on the screen."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, CALLER, NOW, crew, floor
from tests.ui.test_agents import RUIZ
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.supervision.acts import Act, HangUp, LogOut, MoveCaller, Raise, Withdraw
from whisper_tui.terms import CallState, Notice

HOW = Notice(
    "raise.how", {"priority": "0", "ahead": "2", "first": "11", "queue": "support", "place": "3", "most": "99999"}
)


@pytest.fixture
async def work() -> AsyncIterator[Work]:
    """In the view of the waiting, on the only one who waits."""
    async with at_work(floor(agents=crew(RUIZ))) as work:
        work.backend.refusals[Raise] = HOW
        await work.press("v", "w")
        yield work


async def test_a_caller_is_moved_to_a_queue_that_is_typed(work: Work) -> None:
    await work.press("o")
    assert "MOVE THE CALLER?" in work.strip
    assert "to one of: retention sales" in work.strip
    assert "they begin to wait anew there; support counts them as given up" in work.strip
    await work.press(*"sales", "enter")
    assert work.backend.asked == [MoveCaller(CALLER.key, "sales")]
    assert work.last_line == "the PBX confirms: …0251 is in sales"


async def test_where_no_queue_can_be_reached_the_first_reason_is_said(work: Work) -> None:
    work.backend.refusals[MoveCaller] = Notice("handback.no_entry", {"to": "retention"})
    await work.press("o")
    assert work.console.desk.question is None
    assert work.last_line == "no way to retention in the settings: add it to [pbx.NAME.entries]"


async def test_enter_alone_raises_past_everybody_and_another_figure_can_be_typed(work: Work) -> None:
    await work.press("circumflex_accent")
    assert "priority 0 now, and 2 ahead of them; 11 passes them all" in work.strip
    assert "Enter takes 11, or type another:" in work.strip
    work.backend.refusals.clear()
    await work.press("enter")
    work.backend.refusals[Raise] = HOW
    await work.press("circumflex_accent", "1", "space", "5", "enter")
    assert work.last_line == "1 5 is not a figure: digits, and nothing else"
    await work.press("backspace", "backspace", "backspace", "5")
    work.backend.refusals.clear()
    await work.press("enter")
    assert work.backend.asked == [Raise(CALLER.key, 11), Raise(CALLER.key, 5)]


async def test_a_caller_is_taken_out_once_it_is_said_what_becomes_of_them(work: Work) -> None:
    await work.press("K")
    assert "TAKE THE CALLER OUT OF THE QUEUE?" in work.strip
    assert "the dialplan behind it decides what becomes of them" in work.strip
    await work.press("enter")
    assert work.backend.asked == [Withdraw(CALLER.key)]


async def test_a_call_is_hung_up_by_the_number_of_its_agent_and_a_wait_by_the_name_of_its_queue(work: Work) -> None:
    await work.press("X", *"sales", "enter")
    assert work.last_line == "not hung up: sales is not what was asked for"
    await work.press("X")
    assert "HANG UP THE CALL?" in work.strip
    assert "type support and Enter:" in work.strip
    await work.press(*"support", "enter")
    await work.press("v", "c", "g", "X")
    assert "type 1142 and Enter:" in work.strip
    await work.press(*"1142", "enter")
    assert work.backend.asked == [HangUp(CALLER.key), HangUp(ANA.key)]


async def test_a_question_about_a_caller_falls_when_they_are_answered(work: Work) -> None:
    await work.press("o", *"sa")
    talks = replace(CALLER, state=CallState.TALKING, position=None, agent="Ana Ruiz", agent_device="PJSIP/1142")
    await work.happens(ViewChanges(calls={CALLER.key: replace(talks, talking_since=NOW)}))
    assert work.console.desk.question is None
    assert work.last_line == "not moved: it is not any more as it was when you were asked"
    await work.strike("l")
    assert work.backend.asked == [], "what was typed for it starts nothing"


async def test_in_the_calls_the_row_says_whether_an_agent_or_a_caller_is_meant(work: Work) -> None:
    await work.press("v", "c", "g", "K")
    assert "LOG OUT OF A QUEUE?" in work.strip
    await work.press("enter")
    await work.press("G")
    await work.wind(1)
    await work.press("K", "enter")
    assert work.backend.asked == [LogOut(RUIZ.pbx, RUIZ.device, "support"), Withdraw(CALLER.key)]


async def test_a_priority_is_raised_of_nobody_who_does_not_wait(work: Work) -> None:
    await work.press("v", "c", "g", "circumflex_accent")
    assert work.last_line == "choose who waits first: v w shows them"
    assert work.backend.asked == []


@pytest.mark.parametrize(
    ("key", "kind"), [("o", MoveCaller), ("circumflex_accent", Raise), ("K", Withdraw), ("X", HangUp)]
)
async def test_what_a_rule_forbids_is_not_asked_and_is_told_for_the_log(work: Work, key: str, kind: type[Act]) -> None:
    work.backend.refusals[kind] = Notice("denied.no-right", {"right": "caller.move"})
    await work.press(key)
    assert work.console.desk.question is None
    assert work.last_line == "your profile does not grant caller.move"
    assert [type(intent) for intent, _why in work.backend.dim] == [kind]


async def test_in_a_recording_nothing_is_done_to_anybody() -> None:
    async with at_work(floor(), readonly=True) as work:
        await work.press("v", "w", "o", "circumflex_accent", "K", "X")
        assert work.backend.asked == []
        assert work.console.desk.question is None


async def test_the_page_of_keys_says_why_one_that_acts_on_the_floor_would_do_nothing(work: Work) -> None:
    desk = work.console.desk
    named = ("take-out", "move-over", "raise", "hangup")
    assert [desk.why_not_act(name) for name in named] == [None] * 4
    assert desk.why_not_act("penalty") == Notice("cursor.none"), "nobody has been rung for who waits"
    work.backend.refusals[Withdraw] = Notice("denied.no-right", {"right": "caller.move"})
    assert desk.why_not_act("take-out") == work.backend.refusals[Withdraw]
    assert work.backend.dim == [], "looking at it is no attempt"
    await work.press("v", "c", "g")
    assert desk.why_not_act("raise") == Notice("caller.none")
    assert [desk.why_not_act(name) for name in ("take-out", "penalty", "pause-agent")] == [None] * 3
