"""What one person alone may not do: asking others for leave, and giving it."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CHLOE, NOW, floor, petition, petitions, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Banner, FloorView, ViewChanges
from whisper_tui.engine.rows import PetitionRow
from whisper_tui.supervision.intents import (
    Approve,
    AskLeave,
    Barge,
    Leave,
    Listen,
    PetitionId,
    Refused,
    Reject,
    TakeOver,
)
from whisper_tui.terms import Mode, Notice, Right

EYES = Notice("denied.four-eyes", {"right": "call.takeover", "approvers": "@wt-managers, ben", "limit": "2 min"})
MINE = petition(ANA, mine=True, ident=PetitionId("p-9"))
ASKED = petition(BEN)


def wants_two(work: Work, *intents: type, why: Notice = EYES) -> None:
    """Let the policy want another person's leave for intents of these types."""
    for intent in intents or (TakeOver,):
        work.backend.refusals[intent] = why


async def hears(work: Work, mode: Mode = Mode.SILENT, **fields: object) -> None:
    await work.happens(ViewChanges(strip=strip(ANA, mode, **fields)))


def waiting(*rows: PetitionRow, **fields: object) -> FloorView:
    return floor(petitions=petitions(*rows), **fields)


# asking


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (40, 20)])
async def test_a_key_that_takes_two_people_says_who_may_allow_it_and_enter_asks_them(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        await hears(work)
        wants_two(work)
        await work.press("T")
        assert "ANOTHER PERSON MUST ALLOW IT" in work.strip
        read = " ".join(work.strip.replace("║", " ").split())
        assert "take over: Ana Ruiz · queue suppo" in read
        assert "these may allow it: @wt-managers, ben" in read
        assert "Enter asks them Esc no 10 s" in read
        assert work.backend.asked == []
        await work.press("enter")
        assert work.backend.asked == [AskLeave(TakeOver(ANA.key))]
        assert work.backend.dim == []


async def test_the_reason_is_asked_first_and_goes_to_the_others() -> None:
    async with at_work() as work:
        await hears(work)
        wants_two(work)
        work.backend.reasons = {TakeOver: "training, complaint"}
        await work.press("T", "2", "enter")
        assert "ANOTHER PERSON MUST ALLOW IT" in work.strip
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [AskLeave(TakeOver(ANA.key, reason="complaint"))]


async def test_escape_time_and_a_call_that_changed_ask_nobody() -> None:
    async with at_work() as work:
        wants_two(work, Barge)
        await work.press("b", "escape")
        assert work.last_line == "nobody was asked"
        await work.press("b")
        await work.wind(10)
        assert work.last_line == "nobody was asked: nobody pressed Enter within 10 s"
        await work.press("b")
        await work.happens(ViewChanges(calls={ANA.key: talking(142, "Dora Lind")}))
        assert work.last_line == "nobody was asked: the call changed"
        await work.press("enter")
        assert work.backend.asked == []


async def test_nobody_is_asked_by_a_paste_or_by_a_key_held_down() -> None:
    async with at_work() as work:
        wants_two(work, Listen)
        await work.paste_unbracketed("l\r")
        assert work.backend.asked == []
        await work.wind(1)
        await work.hold("l", 1)
        await work.paste_unbracketed("\r")
        assert work.backend.asked == []


async def test_where_nobody_who_may_allow_it_is_there_the_key_says_so_at_once() -> None:
    async with at_work() as work:
        await hears(work)
        wants_two(work)
        work.backend.refusals[AskLeave] = Notice("petition.none_there", {"approvers": "@wt-managers"})
        await work.press("T")
        assert work.last_line == "nobody who may allow it is here: @wt-managers"
        assert "ANOTHER PERSON" not in work.strip


async def test_what_was_asked_already_is_not_asked_twice() -> None:
    async with at_work(waiting(MINE)) as work:
        await hears(work)
        wants_two(work)
        await work.press("T", "enter")
        assert work.last_line == "asked already: it waits for @wt-managers, ben"
        assert work.backend.asked == []


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_a_line_says_how_long_leave_is_waited_for_and_then_which_key_uses_it(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        await hears(work)
        await work.happens(ViewChanges(petitions=petitions(MINE)))
        await work.wind(3)
        assert "· asked for leave to take over Ana Ruiz · support - waiting 01:5" in work.lines[1]
        given = replace(MINE, approved="ben", until=work.clock.monotonic() + 120)
        await work.happens(ViewChanges(petitions=petitions(given)))
        assert "● ben allowed it: T within 0" in work.lines[1]
        await work.wind(121)
        assert "allowed" not in work.lines[1]


@pytest.mark.parametrize(
    ("right", "words", "key"),
    [
        (Right.LISTEN, "to listen to Ana Ruiz", "l"),
        (Right.WHISPER, "to whisper to Ana Ruiz", "w"),
        (Right.BARGE, "to barge in on Ana Ruiz", "b"),
        (Right.JOIN, "to join Ana Ruiz", "b"),
        (Right.TAKEOVER, "to take over Ana Ruiz", "T"),
    ],
)
async def test_every_right_has_its_words_and_its_key(right: Right, words: str, key: str) -> None:
    row = replace(MINE, right=right)
    async with at_work(waiting(row)) as work:
        assert words in work.lines[1]
        await work.happens(ViewChanges(petitions=petitions(replace(row, approved="ben"))))
        assert f"ben allowed it: {key} within" in work.lines[1]


async def test_leave_that_was_given_is_used_with_the_key_and_its_own_question() -> None:
    async with at_work(waiting(replace(MINE, approved="ben"))) as work:
        await hears(work)
        await work.press("T", *"1142", "enter")
        assert work.backend.asked == [TakeOver(ANA.key)]


async def test_what_others_answered_is_said() -> None:
    async with at_work() as work:
        wants_two(work, Barge)
        work.backend.answer = Refused(Notice("petition.none_there", {"approvers": "ben"}))
        await work.press("b", "enter")
        assert work.last_line == "nobody who may allow it is here: ben"
        await work.happens(ViewChanges(notices=(Notice("petition.rejected", {"by": "ben"}),)))
        assert work.last_line == "ben does not allow it"


# answering


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_what_somebody_asks_for_stands_on_the_screen_with_the_keys_that_answer(size: tuple[int, int]) -> None:
    async with at_work(waiting(ASKED), size=size) as work:
        await work.wind(3)
        said = " ".join(" ".join(work.lines[1:3]).split())
        assert "▲ ana asks to TAKE OVER Ben Okoro · sales · …0277 · reason complaint" in said
        assert "A allow D refuse 01:5" in said


async def test_allowing_is_asked_first_and_enter_sends_it() -> None:
    async with at_work(waiting(ASKED, strip=strip(ANA))) as work:
        await work.wind(1)
        await work.press("A")
        assert " ALLOW IT?  SILENT  Ana Ruiz" in work.strip
        assert "ana asks to TAKE OVER Ben Okoro" in work.strip
        assert "sales · …0277 · reason complaint" in work.strip
        assert "agent NO   ○ customer NO" in work.strip
        assert work.backend.asked == []
        await work.press("enter")
        assert work.backend.asked == [Approve(ASKED.ident)]


async def test_refusing_is_done_at_once() -> None:
    async with at_work(waiting(ASKED)) as work:
        await work.wind(1)
        await work.press("D")
        assert work.backend.asked == [Reject(ASKED.ident)]


async def test_escape_time_and_a_petition_that_is_taken_back_allow_nothing() -> None:
    async with at_work(waiting(ASKED)) as work:
        await work.wind(1)
        await work.press("A", "escape")
        assert work.last_line == "not allowed"
        await work.press("A")
        await work.wind(10)
        assert work.last_line == "not allowed: nobody pressed Enter within 10 s"
        await work.press("A")
        await work.happens(ViewChanges(petitions={ASKED.ident: None}))
        assert work.last_line == "nobody waits for that leave any more"
        assert "ALLOW IT?" not in work.strip
        await work.press("enter", "A", "D")
        assert work.last_line == "nobody asks you for anything"
        assert work.backend.asked == []


async def test_a_petition_that_changes_under_the_question_is_another_one() -> None:
    async with at_work(waiting(ASKED)) as work:
        await work.wind(1)
        await work.press("A")
        await work.happens(ViewChanges(petitions=petitions(replace(ASKED, right=Right.BARGE))))
        await work.press("enter")
        assert work.backend.asked == []


async def test_nothing_is_allowed_or_refused_by_a_paste_or_by_a_key_held_down() -> None:
    second = petition(ANA, ident=PetitionId("p-2"))
    async with at_work(waiting(ASKED, second)) as work:
        await work.wind(1)
        await work.paste_unbracketed("A\rD")
        assert work.backend.asked == []
        await work.wind(1)
        await work.strike("A")
        await work.wind(0.5)
        await work.hold("A", 0.5)
        await work.paste_unbracketed("\r")
        assert work.backend.asked == []
        await work.press("escape")
        await work.wind(1)
        await work.strike("D")
        await work.happens(ViewChanges(petitions={ASKED.ident: None}))
        await work.wind(0.3)
        await work.hold("D", 3)
        assert work.backend.asked == [Reject(ASKED.ident)]


async def test_a_key_does_not_answer_the_petition_that_took_the_place_of_the_one_it_was_meant_for() -> None:
    second = petition(ANA, ident=PetitionId("p-2"))
    async with at_work(waiting(ASKED, second)) as work:
        await work.wind(2)
        await work.happens(ViewChanges(petitions={ASKED.ident: None}))
        await work.press("D")
        assert work.last_line == "another line stands there since a moment ago: read it first"
        assert work.backend.asked == []
        await work.wind(1)
        await work.press("D")
        assert work.backend.asked == [Reject(second.ident)]


async def test_of_several_the_oldest_is_answered_and_the_others_are_counted() -> None:
    rows = [petition(BEN), petition(ANA, ident=PetitionId("p-2")), petition(CHLOE, ident=PetitionId("p-3"))]
    async with at_work(waiting(*rows)) as work:
        assert "Ben Okoro" in work.lines[1]
        assert "+2 more   A allow   D refuse" in " ".join(work.lines[1:3])
        await work.wind(1)
        await work.press("D")
        assert work.backend.asked == [Reject(rows[0].ident)]
        await work.happens(ViewChanges(petitions={rows[0].ident: None}))
        assert "Ana Ruiz" in work.lines[1]
        assert "+1 more" in " ".join(work.lines[1:3])


async def test_a_petition_that_fell_by_itself_is_not_answered_though_nobody_said_so() -> None:
    async with at_work(waiting(replace(ASKED, until=NOW + 5))) as work:
        await work.wind(6)
        assert "asks to TAKE OVER" not in work.text
        await work.press("A", "D")
        assert work.backend.asked == []


async def test_what_may_not_be_allowed_is_refused_with_its_rule() -> None:
    async with at_work(waiting(ASKED)) as work:
        work.backend.refusals[Approve] = Notice("petition.own")
        await work.wind(1)
        await work.press("A")
        assert work.last_line == "what you asked for yourself another person must allow"
        assert "ALLOW IT?" not in work.strip


async def test_the_bell_rings_once_for_a_petition_and_for_leave_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_work() as work:
        rung: list[float] = []
        monkeypatch.setattr(work.console, "bell", lambda: rung.append(work.clock.monotonic()))
        await work.happens(ViewChanges(petitions=petitions(ASKED)))
        await work.happens(ViewChanges(petitions=petitions(replace(ASKED, until=NOW + 300))))
        assert len(rung) == 1
        await work.happens(ViewChanges(petitions=petitions(MINE)))
        assert len(rung) == 1
        await work.happens(ViewChanges(petitions=petitions(replace(MINE, approved="ben"))))
        await work.happens(ViewChanges(petitions={MINE.ident: None, ASKED.ident: None}))
        assert len(rung) == 2


async def test_petitions_stand_before_alarms_and_these_before_what_is_mine() -> None:
    full = Banner(Notice("log.unwritable", {"where": "trail.db", "why": "disk full"}), alarm=True)
    view = waiting(MINE, ASKED, banners=(Banner(Notice("mode.direct")), full))
    async with at_work(view, size=(120, 40)) as work:
        heads = [line[:20] for line in work.lines[1:5]]
        assert [head.split()[1] for head in heads] == ["ana", "the", "asked", "DIRECT"]


# small windows


async def test_a_low_window_has_one_line_with_the_keys() -> None:
    async with at_work(waiting(ASKED), size=(80, 12)) as work:
        assert work.lines[1].startswith(" ▲ ana asks to TAKE OVER Ben Okoro")
        assert "A allow   D refuse" in work.lines[1]


async def test_a_narrow_window_has_the_keys_without_their_words() -> None:
    async with at_work(waiting(ASKED, petition(ANA, ident=PetitionId("p-2"))), size=(40, 20)) as work:
        assert "▲ ana asks to TAKE OVER" in work.lines[1]
        assert "+1 more A D 01:5" in work.lines[2]


async def test_a_window_too_small_for_the_question_allows_nothing_but_refuses_and_leaves() -> None:
    async with at_work(waiting(ASKED, strip=strip(ANA, Mode.WHISPER)), size=(30, 9)) as work:
        assert "ana asks to TAKE OVER Ben" in work.text
        await work.wind(1)
        await work.press("A", "enter")
        assert work.backend.asked == []
        await work.press("D", "x")
        assert work.backend.asked == [Reject(ASKED.ident), Leave()]


async def test_a_window_made_too_small_meanwhile_allows_nothing() -> None:
    async with at_work(waiting(ASKED), size=(80, 24)) as work:
        await work.wind(1)
        await work.press("A")
        await work.pilot.resize_terminal(30, 8)
        await work.press("enter")
        assert work.backend.asked == []
