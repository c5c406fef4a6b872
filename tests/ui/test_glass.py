"""Breaking glass: taking in an emergency what the profile does not give, and being told that somebody did."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, floor, glass, petition, petitions, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import GlassRow
from whisper_tui.supervision.intents import (
    Acknowledge,
    AskLeave,
    Barge,
    Join,
    Listen,
    Refused,
    TakeOver,
    Whisper,
)
from whisper_tui.terms import Mode, Notice, Right

HOURS = Notice("denied.hours", {"right": "call.listen", "opens": "Mon 07:00", "glass": "@wt-dpo"})
EYES = Notice("denied.four-eyes", {"approvers": "@wt-managers", "limit": "2 min", "glass": "@wt-dpo"})


async def hears(work: Work, mode: Mode = Mode.SILENT, **fields: object) -> None:
    await work.happens(ViewChanges(strip=strip(ANA, mode, **fields)))


# breaking it


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 20)])
async def test_a_refusal_says_which_key_there_is_in_an_emergency_and_that_key_asks_why(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        work.backend.refusals[Listen] = HOURS
        await work.press("l")
        assert work.last_line.startswith("your profile is")
        assert work.last_line.endswith("- in an emergency: B")
        assert work.backend.dim == [(Listen(ANA.key), HOURS)]
        await work.press("B")
        read = " ".join(work.strip.replace("║", " ").split())
        for words in (
            "BREAK GLASS?",
            "listen: Ana Ruiz · queue support",
            "@wt-dpo are told, it is logged: why?",
            "1 complaint 2 emergency",
            "20 s",
        ):
            assert words in read
        assert work.backend.asked == []
        await work.press("2", "enter")
        assert work.backend.asked == [Listen(ANA.key, reason="emergency", glass=True)]


async def test_what_was_broken_is_said() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(notices=(Notice("glass.broken", {"people": "@wt-dpo"}),)))
        assert work.last_line == "glass was broken: @wt-dpo are told, and it is logged"


async def test_the_key_is_named_though_the_sentence_is_too_long_for_the_window() -> None:
    async with at_work(size=(80, 24)) as work:
        values = {"limit": "4/month", "opens": "Tue 1 Dec 00:00", "glass": ""}
        work.backend.refusals[Listen] = Notice("denied.quota", values)
        await work.press("l")
        assert work.last_line.startswith("you listened to this agent as often as you may")
        assert work.last_line.endswith("… - in an emergency: B")
        await work.press("B")
        assert "║ it is logged: why?" in work.strip


async def test_it_is_the_refused_call_wherever_the_cursor_stands_by_then() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        await work.press("l", "j", "B", "2", "enter")
        assert work.backend.asked == [Listen(ANA.key, reason="emergency", glass=True)]


async def test_a_reason_is_always_asked_and_any_words_where_there_are_no_codes() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        work.backend.glass = Notice("denied.reason", {"codes": ""})
        await work.press("l", "B", "enter")
        assert work.last_line == "say why, in a word at least: nothing was typed"
        await work.wind(1)
        await work.press(*"fire", "enter")
        assert work.backend.asked == [Listen(ANA.key, reason="fire", glass=True)]


async def test_a_barge_and_a_takeover_still_ask_what_they_always_ask() -> None:
    async with at_work() as work:
        await hears(work)
        work.backend.refusals |= {Barge: HOURS, TakeOver: HOURS}
        await work.press("b", "B", "1", "enter")
        assert "CUSTOMER WILL HEAR YOU" in work.strip
        await work.wind(1)
        await work.press("enter")
        await work.wind(1)
        await work.press("T", "B", "1", "enter")
        assert "TAKE THE CUSTOMER OVER?" in work.strip
        await work.wind(1)
        await work.press(*"1142", "enter")
        assert work.backend.asked == [
            Barge(ANA.key, reason="complaint", glass=True),
            TakeOver(ANA.key, reason="complaint", glass=True),
        ]


async def test_what_takes_two_people_has_a_way_without_them() -> None:
    async with at_work() as work:
        await hears(work)
        work.backend.refusals[TakeOver] = EYES
        await work.press("T")
        assert "in an emergency: B" in work.strip
        await work.press("B")
        assert "BREAK GLASS?" in work.strip
        await work.press("1", "enter")
        await work.wind(1)
        await work.press(*"1142", "enter")
        assert work.backend.asked == [TakeOver(ANA.key, reason="complaint", glass=True)]


async def test_where_nobody_is_there_to_be_asked_there_is_glass() -> None:
    async with at_work() as work:
        await hears(work)
        work.backend.refusals |= {
            Whisper: EYES,
            AskLeave: Notice("petition.none_there", {"approvers": "@wt-managers"}),
        }
        await work.press("w")
        assert work.last_line == "nobody who may allow it is here: @wt-managers - in an emergency: B"
        await work.press("B", "1", "enter")
        assert work.backend.asked == [Whisper(ANA.key, reason="complaint", glass=True)]


async def test_a_refusal_that_came_late_can_be_broken_too() -> None:
    async with at_work() as work:
        work.backend.answer = Refused(HOURS, denied=True)
        await work.press("w")
        assert work.last_line.endswith("in an emergency: B")
        await work.press("B", "1", "enter")
        assert work.backend.asked[-1] == Whisper(ANA.key, reason="complaint", glass=True)


async def test_glass_is_broken_for_one_deed_and_not_for_the_next() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        await work.press("l", "B", "2", "enter")
        await hears(work)
        await work.press("w")
        assert work.backend.asked[-1] == Whisper(ANA.key, reason="emergency")


# where it does not break


async def test_without_a_refusal_that_it_is_for_the_key_says_so() -> None:
    async with at_work() as work:
        await work.press("B")
        assert work.last_line == "nothing was refused just now that glass may be broken for"
        work.backend.refusals[Listen] = Notice("denied.no-right", {"right": "call.listen"})
        await work.press("l", "B", "enter")
        assert work.last_line == "nothing was refused just now that glass may be broken for"
        assert work.backend.asked == []


async def test_it_is_too_late_after_half_a_minute_and_when_the_call_is_over() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        await work.press("l")
        await work.wind(30)
        await work.press("B")
        assert work.last_line == "nothing was refused just now that glass may be broken for"
        await work.press("l")
        await work.happens(ViewChanges(calls={ANA.key: None}))
        await work.press("B")
        assert work.last_line == "nothing was refused just now that glass may be broken for"


async def test_a_call_that_changes_takes_the_question_away() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        await work.press("l", "B", "2")
        await work.happens(ViewChanges(calls={ANA.key: talking(142, "Dora Lind")}))
        assert work.last_line == "not listened: the call changed"
        await work.press("enter")
        assert work.backend.asked == []


async def test_a_third_one_in_the_call_makes_another_deed_of_a_barge() -> None:
    async with at_work() as work:
        await hears(work)
        work.backend.refusals |= {Barge: HOURS, Join: Notice("denied.no-right", {"right": "call.join"})}
        await work.press("b")
        await work.happens(ViewChanges(calls={ANA.key: replace(ANA, parties=3)}))
        await work.press("B")
        assert work.last_line == "nothing was refused just now that glass may be broken for"


async def test_nobody_whispers_through_glass_to_an_agent_whom_they_do_not_hear() -> None:
    async with at_work() as work:
        work.backend.refusals[Whisper] = HOURS
        await work.press("w")
        await work.happens(ViewChanges(strip=strip(BEN)))
        await work.press("B")
        assert work.last_line == "you hear Ben Okoro: l here first, then speak"


async def test_what_glass_does_not_help_with_is_said_at_once() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        work.backend.glass = Notice("denied.needs-server", {"right": "call.listen"})
        await work.press("l", "B")
        assert work.last_line == "takes two people, and needs the floor server"
        assert "BREAK GLASS?" not in work.strip


async def test_glass_is_not_broken_by_a_paste_or_by_a_key_held_down() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        work.backend.glass = Notice("denied.reason", {"codes": ""})
        await work.press("l")
        await work.paste_unbracketed("Bx\r")
        assert "BREAK GLASS?" not in work.strip
        await work.wind(1)
        await work.strike("B")
        await work.wind(0.5)
        await work.hold("B", 1)
        await work.paste_unbracketed("x\r")
        assert "say why, and Enter: _" in work.strip
        await work.press("escape", "enter")
        assert work.last_line == "not listened"
        assert work.backend.asked == []


async def test_looking_for_a_call_leads_to_no_one_call_that_glass_could_be_broken_for() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = HOURS
        await work.press("full_stop")
        assert work.last_line == "your profile is closed now: it opens Mon 07:00"
        await work.press("B")
        assert work.last_line == "nothing was refused just now that glass may be broken for"


@pytest.mark.parametrize("size", [(30, 8), (80, 10)])
async def test_a_window_too_small_for_the_question_breaks_nothing(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        work.backend.refusals[Listen] = HOURS
        work.backend.glass = Notice("denied.reason", {"codes": ", ".join(f"reason-{n}" for n in range(60))})
        await work.press("l", "B", "1", "enter")
        assert work.backend.asked == []


# being told of it


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_who_is_told_reads_who_did_what_past_which_rule_and_why(size: tuple[int, int]) -> None:
    async with at_work(floor(glass={"g-1": glass(BEN)}), size=size) as work:
        said = " ".join(" ".join(work.lines[1:3]).split())
        told = "▲ ana broke glass: listened to Ben Okoro · sales though the profile is closed now, reason emergency, "
        assert said.startswith(told)
        assert "A read" in said
        await work.wind(1)
        await work.press("A")
        assert work.backend.asked == [Acknowledge("g-1")]
        await work.happens(ViewChanges(glass={"g-1": None}))
        assert "broke glass" not in work.text


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (glass(BEN, Right.TAKEOVER, rule="denied.four-eyes"), "took over Ben Okoro · sales though nobody else had"),
        (glass(BEN, Right.WHISPER, rule="coach-budget"), "whispered to Ben Okoro · sales though the agent was coached"),
        (glass(BEN, Right.BARGE, rule="something-new", agent=""), "barged in on sales though something-new"),
        (glass(BEN, Right.JOIN, agent="", queue=""), "joined a call that you do not see though the profile is closed"),
        (glass(BEN, Right.LOG_VIEW, reason=""), "broke glass: Ben Okoro · sales though the profile is closed now, no"),
    ],
)
async def test_every_right_and_rule_is_put_into_words(row: GlassRow, words: str) -> None:
    async with at_work(floor(glass={"g-1": row}), size=(160, 40)) as work:
        assert words in work.lines[1]


async def test_a_petition_comes_before_what_is_only_to_be_read() -> None:
    asked = petition(BEN)
    async with at_work(floor(petitions=petitions(asked), glass={"g-1": glass(BEN)})) as work:
        assert "A allow   D refuse" in "\n".join(work.lines[1:4])
        assert "broke glass" in "\n".join(work.lines[1:5])
        assert "A read" not in work.text
        await work.wind(1)
        await work.press("D")
        await work.happens(ViewChanges(petitions={asked.ident: None}))
        await work.wind(1)
        assert "A read" in work.text
        await work.press("D")
        assert work.last_line == "nobody asks you for anything"
        await work.press("A")
        assert work.backend.asked[1:] == [Acknowledge("g-1")]


async def test_the_one_that_was_first_is_read_first_and_the_others_are_counted() -> None:
    rows = {"g-2": glass(ANA, ident="g-2", at=2.0), "g-1": glass(BEN, at=1.0)}
    async with at_work(floor(glass=rows), size=(160, 40)) as work:
        assert "Ben Okoro" in work.lines[1]
        assert "+1 more   A read" in work.lines[1]


async def test_the_bell_rings_once_for_glass(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_work() as work:
        rung: list[float] = []
        monkeypatch.setattr(work.console, "bell", lambda: rung.append(1.0))
        await work.happens(ViewChanges(glass={"g-1": glass(BEN)}))
        await work.happens(ViewChanges(glass={"g-1": glass(BEN, agent="")}))
        assert len(rung) == 1


async def test_reading_is_not_done_by_a_paste_or_for_the_next_one_by_a_held_key() -> None:
    rows = {"g-1": glass(BEN, at=1.0), "g-2": glass(ANA, ident="g-2", at=2.0)}
    async with at_work(floor(glass=rows)) as work:
        await work.wind(1)
        await work.paste_unbracketed("A")
        assert work.backend.asked == []
        await work.wind(1)
        await work.strike("A")
        await work.happens(ViewChanges(glass={"g-1": None}))
        await work.wind(0.3)
        await work.hold("A", 3)
        assert work.backend.asked == [Acknowledge("g-1")]
