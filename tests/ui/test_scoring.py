"""The score sheet: filled in with keys that mean nothing else meanwhile, saved once, for good."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.fakes.past import CARD, entry, scored, session
from tests.fakes.rows import ANA, BEN, NOW, PBX, crew, floor, members, strip
from tests.ui.work import Work, at_work, in_utc
from whisper_tui.engine.backend import Person, Phase, StripView, ViewChanges
from whisper_tui.engine.reading import LogEntry, LogPage
from whisper_tui.engine.rows import AgentRow, AgentState, HandRow
from whisper_tui.scorecard import Item, Scorecard
from whisper_tui.supervision.intents import (
    Answer,
    Done,
    GiveScore,
    Leave,
    Listen,
    Mute,
    Note,
    Panic,
    Refused,
    Whisper,
)
from whisper_tui.terms import Mode, Notice, SessionId

LIVE = strip(ANA, Mode.WHISPER)
ONE = SessionId("s-1")
FULL = (("greets", 1), ("verifies", 1), ("listens", 4))


@pytest.fixture(autouse=True)
def _utc() -> None:
    in_utc()


async def with_a_card(work: Work, at: SessionId = ONE, known: LogEntry | None = None) -> None:
    work.backend._person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, scorecard=CARD)
    work.backend.entries[at] = known or entry()
    work.backend.entries[SessionId("aa11")] = known or entry()
    await work.wind(0.3)


async def ends(work: Work) -> None:
    """The call is over, and the leg with it."""
    await work.happens(ViewChanges({ANA.key: None}, strip=StripView(Phase.NONE, ended=Notice("leg.session_over"))))


async def test_digits_give_points_while_the_whisper_goes_on_and_the_result_is_said_as_it_runs() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s")
        assert "SCORE SHEET  Care call" in work.text
        assert "Ana Ruiz · queue support" in work.text
        assert "nothing given yet" in work.text
        await work.press("y", "1")
        assert "so far: 100 % good" in work.text
        assert "2 of 3 answered" in work.text
        await work.press("4")
        assert "result: 90 % good" in work.text
        assert "agent YES" in work.strip
        assert work.backend.asked == []
        await work.press("enter")
        assert "SAVE THE SCORE?  WHISPER" in work.strip
        assert "90 % good: Ana Ruiz · queue support" in work.strip
        assert work.backend.asked == []
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [GiveScore(ONE, "d1", FULL, None)]
        assert work.last_line == "scored, for good: 90 % good"
        assert "SCORE SHEET" not in work.text


@pytest.mark.parametrize(
    ("key", "intent"),
    [("l", Listen(ANA.key)), ("x", Leave()), ("m", Mute()), ("exclamation_mark", Panic())],
)
@pytest.mark.parametrize("asked", [(), ("y", "y", "5", "enter")])
async def test_what_is_quiet_is_taken_at_once_over_the_sheet_and_over_its_question(
    key: str, intent: object, asked: tuple[str, ...]
) -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", *asked)
        assert ("SAVE THE SCORE?" in work.strip) is bool(asked)
        await work.press(key)
        assert work.backend.asked == [intent]
        assert "SCORE SHEET" in work.text
        assert "SAVE THE SCORE?" not in work.strip


async def test_no_digit_switches_a_mode_or_leaves_while_the_sheet_is_open() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "G", *"45609yn", "minus", "backspace", "6")
        assert work.backend.asked == []
        assert work.last_line == "this item has 0 to 5 points"


async def test_a_digit_that_was_meant_for_a_sheet_that_is_gone_starts_nothing() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await with_a_card(work)
        await work.press("s", "5", "escape")
        await work.strike("5")
        assert work.backend.asked == []
        await work.press("w")
        assert work.backend.asked == [Whisper(ANA.key)]
    async with at_work(floor(strip=strip(ANA))) as work:
        await with_a_card(work)
        work.backend.refusals[GiveScore] = Notice("denied.no-right", {"right": "score.give"})
        await work.press("s")
        await work.strike("5")
        assert work.backend.asked == []
        assert [type(intent) for intent, _why in work.backend.dim] == [GiveScore]
        await work.wind(2)
        await work.press("5")
        assert work.backend.asked == [Whisper(ANA.key)]


async def test_a_sheet_whose_session_cannot_be_read_goes_and_says_why() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await with_a_card(work)
        work.backend.entries.clear()
        await work.press("s")
        assert "SCORE SHEET" not in work.text
        assert work.last_line == "there is no such session"
        await work.strike("5")
        assert work.backend.asked == []


async def test_the_card_stays_when_the_call_ends_and_can_be_opened_after_it() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "y")
        await ends(work)
        assert "SCORE SHEET" in work.text
        assert "Ana Ruiz · queue support" in work.text
        await work.press("n", "2", "escape")
        assert "SCORE SHEET" not in work.text
        assert "i notes  s scores on Ana Ruiz" in work.strip
        await work.press("s", "enter")
        assert "0 % failed: Ana Ruiz" in work.strip, "what was filled in is kept"
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [GiveScore(ONE, "d1", (("greets", 1), ("verifies", 0), ("listens", 2)), None)]
        await work.press("i", *"she knew", "enter")
        assert work.backend.asked[1:] == [Note(ONE, "she knew")]


async def test_a_note_over_the_sheet_is_about_its_session_wherever_the_leg_has_gone() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s")
        await work.happens(ViewChanges(strip=replace(strip(BEN), session=SessionId("s-2"))))
        await work.press("i", *"1 2", "enter")
        assert work.backend.asked == [Note(ONE, "1 2")]
        assert "SCORE SHEET" in work.text


async def test_nothing_is_saved_that_is_not_complete_and_the_cursor_goes_to_what_is_missing() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "enter")
        assert work.last_line == "items without an answer: 3; what does not apply is left out by -"
        await work.press("minus", "minus", "minus", "enter")
        assert work.last_line == "nothing was given points: not everything can be left out"
        await work.press("y", "g", "backspace", "enter")
        assert work.last_line == "items without an answer: 1; what does not apply is left out by -"
        await work.press("3")
        assert work.last_line == "this item is y or n: yes or no"
        await work.press("y", "escape")
        assert work.backend.asked == []


async def test_the_answer_no_a_changed_mind_and_time_keep_it_unsaved() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "y", "y", "5", "enter", "escape")
        assert work.last_line == "not saved"
        await work.wind(1)
        await work.press("enter", "n")
        assert "SAVE" not in work.strip
        await work.wind(1)
        await work.press("enter")
        await work.wind(21)
        assert work.last_line == "not saved: nobody pressed Enter within 20 s"
        assert work.backend.asked == []


async def test_a_held_enter_saves_nothing_and_held_or_pasted_digits_give_one_item_alone_points() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s")
        await work.hold("1", 1)
        assert "1 of 3 answered" in work.text
        await work.paste_unbracketed("15")
        assert "1 of 3 answered" in work.text
        await work.wind(1)
        await work.press("1", "5")
        await work.hold("enter", 2)
        assert "SAVE THE SCORE?" in work.strip
        assert work.backend.asked == []


async def test_what_was_given_before_is_said_taken_as_the_beginning_and_corrected_by_a_later_version() -> None:
    async with at_work() as work:
        await with_a_card(work, known=entry(scores=(scored(85, listens=3),)))
        work.backend.page = LogPage((session(score=85, grade="good"),))
        await work.press("v", "l")
        assert "85 %" in work.text
        await work.press("s")
        assert "corrects 85 % good by ana; that one stays in the log" in work.text
        assert "3 of 3 answered" in work.text
        await work.press("G", "5", "enter")
        assert "corrects 85 % good by ana" in work.strip
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [GiveScore(SessionId("aa11"), "d1", (*FULL[:2], ("listens", 5)), 5)]


async def test_a_score_that_was_refused_stays_on_the_sheet_and_whoever_was_faster_is_named() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "y", "y", "4", "enter")
        await work.wind(1)
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        work.backend.answer = answer
        work.backend.entries[ONE] = entry(scores=(scored(40),))
        await work.press("enter")
        answer.set_result(Refused(Notice("score.meanwhile")))
        await work.wind(0.5)
        assert work.last_line == "scored by somebody meanwhile: look again, what you save now corrects it"
        assert "corrects 40 %" in work.text
        assert "result: 90 % good" in work.text
        work.backend.answer = Done()
        await work.press("enter")
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked[1:] == [GiveScore(ONE, "d1", FULL, 5)]


async def test_whoever_quits_is_told_once_of_what_is_not_saved() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "y", "escape")
        await ends(work)
        await work.press("q")
        assert work.last_line == "score sheets not saved: 1 - s opens them; quit again, and they are lost"
        await work.press("q")
        assert work.console.is_running, "pressed twice by mistake"
        await work.wind(1)
        await work.press("q")
        assert not work.console.is_running


async def test_whoever_leaves_from_the_question_whether_to_save_is_told_that_it_is_not() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "y", "y", "4", "enter", "x")
        assert work.backend.asked == [Leave()]
        assert work.last_line == "not saved"


async def test_a_long_card_is_scrolled_with_the_cursor_and_the_result_stays() -> None:
    items = tuple(Item(f"a{n}", f"item {n} of many", section="first" if n < 20 else "second") for n in range(40))
    async with at_work(floor(strip=LIVE), size=(80, 24), unicode=False) as work:
        await with_a_card(work)
        work.backend._person = replace(work.backend.person, scorecard=Scorecard("Long", "d1", items))
        await work.press("s", "y", "G")
        assert "item 39 of many" in work.text
        assert "so far: 100 %" in work.text
        assert "agent YES" in work.strip
        await work.press("ctrl+u", "k", "k", "g")
        assert "item 0 of many" in work.text
        assert work.text.isascii()


async def test_without_a_session_without_the_right_and_in_a_replay_it_says_why() -> None:
    async with at_work() as work:
        await work.press("s")
        assert work.last_line == "s does nothing here, ? shows the keys"
        await with_a_card(work)
        await work.press("s")
        assert work.last_line == "no session to score: one that is up, the last one, or one in the log (v l)"
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        work.backend.refusals[GiveScore] = Notice("denied.no-right", {"right": "score.give"})
        await work.wind(1.1)
        assert "(s score)" in work.last_line
    async with at_work(floor(strip=LIVE), readonly=True) as work:
        await with_a_card(work)
        await work.press("s")
        assert work.last_line == "a recording: nobody can be heard"


async def test_a_loud_key_starts_nothing_on_a_row_that_the_sheet_hides() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s")
        await ends(work)
        await work.press("w")
        assert work.backend.asked == []
        assert work.last_line == "choose a call first: j k"


async def test_another_view_and_a_filter_close_the_sheet_and_keep_what_is_filled_in() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await with_a_card(work)
        await work.press("s", "y", "v", "a")
        assert "SCORE SHEET" not in work.text
        await work.press("s")
        assert "1 of 3 answered" in work.text
        await work.press("slash", *"5", "escape")
        assert "SCORE SHEET" not in work.text
        await work.press("s", "question_mark")
        assert "KEYS" in work.text
        await work.press("escape", "s")
        assert work.last_line == "the score sheet is open: Enter saves, Esc closes it"


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (40, 10), (30, 8), (20, 5)])
async def test_in_a_small_terminal_the_strip_stays_and_nothing_is_saved_that_cannot_be_read(
    size: tuple[int, int],
) -> None:
    async with at_work(floor(strip=LIVE), size=size) as work:
        await with_a_card(work)
        await work.press("s", "y", "y", "4")
        assert "WHISPER" in work.text
        assert size[0] < 40 or "90 % good" in work.text
        await work.press("enter")
        await work.wind(1)
        await work.press("enter")
        read = "SAVE THE SCORE?" in work.text or bool(work.backend.asked)
        assert read is (size[1] >= 10), work.text
        await work.press("x")
        assert work.backend.asked[-1] == Leave()


async def test_no_key_acts_on_an_agent_whom_the_sheet_hides() -> None:
    ana = AgentRow(PBX, ANA.agent_device, "Ana Ruiz", AgentState.PAUSED, members("support", paused=True), None)
    async with at_work(floor(strip=LIVE, agents=crew(ana))) as work:
        await with_a_card(work)
        await work.press("v", "a", "s", "u")
        assert work.last_line == "choose an agent first: v a shows them"
        await work.press("space", "u", "P", "E")
        assert work.backend.asked == []
        assert work.console.desk.crew.marked == set()
        assert "SCORE SHEET" in work.text


async def test_a_raised_hand_is_taken_in_sight_the_sheet_put_away() -> None:
    ben = AgentRow(PBX, BEN.agent_device, "Ben Okoro", AgentState.HELD, members("sales"), BEN.key, hand=HandRow(NOW))
    async with at_work(floor(strip=LIVE, agents=crew(ben))) as work:
        await with_a_card(work)
        await work.press("s", "h")
        assert "SCORE SHEET" not in work.text
        assert work.console.desk.under_cursor[0] == BEN
