"""Saying why, where the policy asks for it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, floor, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Phase, StripView, ViewChanges
from whisper_tui.supervision.intents import Barge, Join, Leave, Listen, Panic, TakeOver, Whisper
from whisper_tui.terms import Mode, Notice

CODES = "training, quality, customer-request, complaint, compliance, emergency"
LOUD = (Listen, Whisper, Barge, Join, TakeOver)


def asks(work: Work, codes: str = CODES) -> None:
    """Let the policy want a reason for everything."""
    work.backend.reasons = dict.fromkeys(LOUD, codes)


async def hears(work: Work, mode: Mode = Mode.SILENT, **fields: object) -> None:
    await work.happens(ViewChanges(strip=strip(ANA, mode, **fields)))


# asked


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 24)])
async def test_a_key_that_needs_a_reason_asks_for_it_and_goes_on_with_it(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        asks(work)
        await work.press("l")
        assert "WHY LISTEN?" in work.strip
        assert "listen: Ana Ruiz · queue support" in work.strip
        for numbered in ("1 training", "2 quality", "3 customer-request", "4 complaint", "6 emergency"):
            assert numbered in work.strip
        assert "20 s" in work.strip
        assert work.backend.asked == []
        await work.press("2")
        assert "number or word, and Enter: 2_" in work.strip
        await work.press("enter")
        assert work.backend.asked == [Listen(ANA.key, reason="quality")]
        assert work.backend.dim == []
        assert "WHY" not in work.strip


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("4", "complaint"), ("complaint", "complaint"), ("complia", "compliance"), ("T", "training"), ("e", "emergency")],
)
async def test_a_reason_is_typed_by_its_number_in_full_or_as_far_as_it_is_no_others(typed: str, reason: str) -> None:
    async with at_work() as work:
        asks(work)
        await work.press("w", *typed, "enter")
        assert work.backend.asked == [Whisper(ANA.key, reason=reason)]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "say why, in a word at least: nothing was typed"),
        ("holiday", "holiday is none of the reasons: type a number, or the word"),
        ("7", "7 is none of the reasons: type a number, or the word"),
        ("0", "0 is none of the reasons: type a number, or the word"),
        ("com", "com may be complaint, compliance: type more of it"),
    ],
)
async def test_what_is_no_reason_starts_nothing_and_can_be_mended(typed: str, said: str) -> None:
    async with at_work() as work:
        asks(work)
        await work.press("w", *typed, "enter")
        assert work.last_line == said
        assert "WHY WHISPER?" in work.strip
        assert work.backend.asked == []
        await work.press("ctrl+u", "6")
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [Whisper(ANA.key, reason="emergency")]


async def test_where_there_are_no_codes_any_words_are_a_reason() -> None:
    async with at_work() as work:
        asks(work, "")
        await work.press("l")
        assert "say why, and Enter: _" in work.strip
        await work.press("space", "enter")
        assert work.backend.asked == []
        await work.press("a", "space", "x", "space", "1")
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [Listen(ANA.key, reason="a x 1")]


async def test_the_tenth_reason_has_no_number_but_a_word() -> None:
    async with at_work() as work:
        asks(work, ", ".join(f"code-{sign}" for sign in "abcdefghijk"))
        await work.press("l")
        assert "9 code-i   code-j   code-k" in work.strip
        await work.press(*"code", "minus", "k", "enter")
        assert work.backend.asked == [Listen(ANA.key, reason="code-k")]


async def test_a_barge_asks_its_own_question_after_the_reason() -> None:
    async with at_work() as work:
        await hears(work)
        asks(work)
        await work.press("b")
        assert "WHY BARGE?" in work.strip
        await work.press("4", "enter")
        assert "CUSTOMER WILL HEAR YOU" in work.strip
        assert work.backend.asked == []
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [Barge(ANA.key, reason="complaint")]


async def test_a_takeover_asks_for_its_number_after_the_reason() -> None:
    async with at_work() as work:
        await hears(work)
        asks(work)
        await work.press("T", *"compla", "enter")
        assert "TAKE THE CUSTOMER OVER?" in work.strip
        await work.wind(1)
        await work.press(*"1142", "enter")
        assert work.backend.asked == [TakeOver(ANA.key, reason="complaint")]


async def test_into_a_call_of_three_one_goes_with_a_reason_and_a_confirmation() -> None:
    async with at_work(floor([replace(ANA, parties=3)])) as work:
        await hears(work)
        asks(work)
        await work.press("b", "1", "enter")
        assert "EVERYBODY WILL HEAR YOU" in work.strip
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [Join(ANA.key, reason="training")]


@pytest.mark.parametrize("key", ["asterisk", "full_stop"])
async def test_going_from_call_to_call_asks_for_a_reason_too(key: str) -> None:
    async with at_work(floor([ANA, BEN])) as work:
        asks(work)
        await hears(work)
        await work.press(key)
        assert "listen: Ben Okoro · queue sales" in work.strip
        await work.press("1", "enter")
        assert work.backend.asked == [Listen(BEN.key, reason="training")]


async def test_a_key_that_will_ask_is_not_dim() -> None:
    async with at_work() as work:
        asks(work)
        await work.wind(1)
        assert "l listen  w whisper  b barge" in work.last_line
        await work.press("question_mark")
        assert "not now: say why" not in work.text


async def test_another_rule_that_forbids_it_is_said_and_no_reason_asked() -> None:
    async with at_work() as work:
        asks(work)
        work.backend.forbidden[ANA.key] = Notice("denied.exempt")
        await work.press("l")
        assert work.last_line == "this agent is exempt: nobody may listen"
        assert "WHY" not in work.strip


async def test_a_rule_that_forbids_it_all_the_same_is_said_after_the_reason() -> None:
    async with at_work() as work:
        await hears(work)
        asks(work)
        work.backend.refusals[Barge] = Notice("denied.max", {"right": "call.barge", "limit": "5 min"})
        await work.press("b", "4", "enter")
        assert work.last_line == "your profile lets call.barge last 5 min in a call, and that is over"
        assert work.backend.dim[0][0] == Barge(ANA.key, reason="complaint")
        assert work.backend.asked == []


# given once


async def test_a_reason_holds_for_what_comes_later_on_the_same_call() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("l", "2", "enter")
        await hears(work)
        await work.press("w")
        await hears(work, Mode.WHISPER)
        await work.press("b", "enter")
        reasons = {intent.reason for intent in work.backend.asked if isinstance(intent, Listen | Whisper | Barge)}
        assert len(work.backend.asked) == 3
        assert reasons == {"quality"}
        await hears(work, Mode.BARGE)
        await work.press("l")
        assert work.backend.asked[-1] == Listen(ANA.key)


async def test_another_call_has_a_reason_of_its_own() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("l", "2", "enter")
        await hears(work)
        await work.press("j", "l")
        assert "listen: Ben Okoro" in work.strip


async def test_a_reason_is_forgotten_when_the_session_is_over() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("l", "2", "enter")
        await hears(work)
        await work.happens(ViewChanges(strip=StripView(Phase.NONE, ended=Notice("leg.left"))))
        await work.press("l")
        assert "WHY LISTEN?" in work.strip


async def test_a_reason_is_forgotten_when_the_call_is_over() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("l", "2", "enter")
        await work.happens(ViewChanges(calls={ANA.key: None}))
        await work.happens(ViewChanges(calls={ANA.key: ANA}))
        await work.press("g", "l")
        assert "WHY LISTEN?" in work.strip


async def test_a_reason_that_the_policy_takes_no_more_is_asked_for_again() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("l", "2", "enter")
        work.backend.refusals[Whisper] = Notice("denied.reason", {"codes": "audit, other"})
        await work.press("w")
        assert "1 audit   2 other" in work.strip
        assert work.backend.asked == [Listen(ANA.key, reason="quality")]


# not given


async def test_escape_and_time_take_the_question_away() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("w", "2", "escape")
        assert work.last_line == "not whispered"
        await work.press("w", "2")
        await work.wind(20)
        assert work.last_line == "not whispered: nobody pressed Enter within 20 s"
        await work.press("enter")
        assert work.backend.asked == []


async def test_the_question_goes_when_the_call_ends_or_is_another_agents() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("w", "2")
        await work.happens(ViewChanges(calls={ANA.key: talking(142, "Dora Lind")}))
        assert work.last_line == "not whispered: the call changed"
        await work.press("enter")
        await work.wind(1)
        await work.press("w", "2")
        await work.happens(ViewChanges(calls={ANA.key: None}))
        assert work.last_line == "not whispered: the call changed"
        await work.press("enter")
        assert work.backend.asked == []


async def test_a_reason_out_of_a_paste_does_not_count() -> None:
    async with at_work() as work:
        asks(work)
        await work.press("l")
        await work.paste_unbracketed("2\r")
        assert work.last_line == "keys came together, as in a paste: they do not count, type them by hand"
        work.console.desk.paste("2\r")
        await work.press("enter")
        assert work.last_line == "say why, in a word at least: nothing was typed"
        await work.press("escape")
        await work.paste_unbracketed("w2\r")
        assert work.backend.asked == []


@pytest.mark.parametrize("key", ["w", "b", "5", "asterisk"])
async def test_a_key_held_down_types_nothing_into_its_own_question(key: str) -> None:
    async with at_work() as work:
        asks(work, "")
        await work.wind(1)
        await work.strike(key)
        await work.wind(0.5)
        await work.hold(key, 1)
        assert "say why, and Enter: _" in work.strip
        assert work.backend.asked == []


async def test_enter_held_down_answers_one_question_alone() -> None:
    async with at_work() as work:
        await hears(work)
        asks(work)
        await work.press("b", "4")
        await work.strike("enter")
        await work.wind(0.5)
        await work.hold("enter", 1)
        assert "CUSTOMER WILL HEAR YOU" in work.strip
        assert work.last_line == "the key came again too fast and started nothing"
        assert work.backend.asked == []


async def test_enter_held_down_does_not_answer_a_takeover_with_nothing() -> None:
    async with at_work() as work:
        await hears(work)
        asks(work)
        await work.press("T", "4")
        await work.strike("enter")
        await work.wind(0.5)
        await work.hold("enter", 1)
        assert "TAKE THE CUSTOMER OVER?" in work.strip
        await work.press(*"1142")
        await work.press("enter")
        assert work.backend.asked == [TakeOver(ANA.key, reason="complaint")]


async def test_letters_that_are_typed_do_nothing_else_and_panic_is_panic_all_the_same() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        asks(work, "")
        await work.press("b", "x", "l", "m", "q")
        assert "xlmq_" in work.strip
        assert work.backend.asked == []
        await work.press("exclamation_mark")
        assert work.backend.asked == [Panic()]
        assert "WHY" not in work.strip


@pytest.mark.parametrize("size", [(80, 10), (30, 8), (1, 1)])
async def test_a_window_too_small_for_the_reasons_asks_nothing_and_lets_its_person_leave(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        await hears(work)
        asks(work, ", ".join(f"reason-{number:02d}" for number in range(40)))
        await work.press("w", "1", "enter")
        assert work.backend.asked == []
        await work.press("x")
        assert work.backend.asked == [Leave()]


async def test_a_window_made_too_small_meanwhile_starts_nothing() -> None:
    async with at_work(size=(80, 24)) as work:
        asks(work)
        await work.press("l", "2")
        await work.pilot.resize_terminal(30, 8)
        await work.press("enter")
        assert work.backend.asked == []
        assert "not asked: make the window" in " ".join(work.text.split())


async def test_a_session_on_the_same_call_that_begins_anew_asks_anew() -> None:
    async with at_work() as work:
        asks(work)
        await hears(work)
        await work.press("w", "2", "enter")
        await hears(work, Mode.WHISPER, session="s-2", since=NOW)
        await work.press("b")
        assert "WHY BARGE?" in work.strip


async def test_what_is_typed_on_when_the_call_ends_under_the_question_starts_nothing() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        asks(work)
        await work.press("l", "c", "o")
        await work.happens(ViewChanges(calls={ANA.key: None}))
        work.backend.reasons = {}
        for letter in "mplaint":
            await work.press(letter)
        await work.press("b")
        assert work.backend.asked == []
        assert "the question is gone" in work.last_line
        await work.wind(1.1)
        await work.press("j", "l")
        assert work.backend.asked == [Listen(BEN.key)]
