"""A person at work without a screen: what is typed, what is said, what is asked of the PBX."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.fakes.backend import FakeBackend
from tests.fakes.clock import WoundClock, settle
from tests.fakes.past import CARD, entry, scored
from tests.fakes.rows import (
    ANA,
    BEN,
    CALLER,
    CHLOE,
    NOW,
    PBX,
    crew,
    floor,
    link,
    members,
    petition,
    petitions,
    spies,
    spy,
    strip,
)
from whisper_tui.config import paths
from whisper_tui.engine.backend import Banner, FloorView, Hears, Phase, StripView, ViewChanges
from whisper_tui.engine.lesson import Hint, When
from whisper_tui.engine.rows import AgentRow, AgentState, HandRow, Whose
from whisper_tui.supervision.acts import Raise, SetPenalty
from whisper_tui.supervision.intents import (
    Approve,
    Barge,
    Cue,
    Done,
    GiveScore,
    Intent,
    Leave,
    Listen,
    Mute,
    Note,
    Panic,
    PetitionId,
    Refused,
    Release,
    TakeOver,
    Whisper,
    Whom,
)
from whisper_tui.supervision.quality import Fault, Quality
from whisper_tui.supervision.talk import Talk
from whisper_tui.terms import CallState, LinkState, Microphone, Mode, Notice, SessionId
from whisper_tui.ui import keyfile
from whisper_tui.ui.plain import orders
from whisper_tui.ui.plain.front import PATIENCE, PlainConsole
from whisper_tui.ui.plain.lists import PAGE


class Page:
    """What was said."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.bells = 0
        self.stuck = False

    def say(self, *lines: str) -> None:
        self.lines += lines

    def ring(self) -> None:
        self.bells += 1


@dataclass
class Work:
    console: PlainConsole
    backend: FakeBackend
    clock: WoundClock
    page: Page
    over: asyncio.Event

    async def types(self, *lines: str, pause: float = 1.0) -> list[str]:
        """Type lines as a person does, one after the other; returns what is said."""
        self.page.lines.clear()
        for line in lines:
            self.console.came([line])
            await self.clock.wind(pause, step=0.05)
        return self.page.lines

    async def pastes(self, *lines: str) -> list[str]:
        """Lines that come at once: a terminal gives them one by one."""
        self.page.lines.clear()
        for line in lines:
            self.console.came([line])
        await self.clock.wind(1.0, step=0.05)
        return self.page.lines

    async def happens(self, changes: ViewChanges, seconds: float = 0.2) -> list[str]:
        self.page.lines.clear()
        self.backend.push(changes)
        await self.clock.wind(seconds, step=0.05)
        return self.page.lines

    @property
    def text(self) -> str:
        return "\n".join(self.page.lines)


@asynccontextmanager
async def at_work(view: FloorView | None = None, **options: object) -> AsyncIterator[Work]:
    backend, clock, page, over = FakeBackend(view), WoundClock(), Page(), asyncio.Event()
    console = PlainConsole(backend, page, clock, over, **options)  # type: ignore[arg-type]
    console.start()
    await settle()
    yield Work(console, backend, clock, page, over)
    console.stop()


async def test_at_the_start_it_says_how_to_go_on_what_holds_and_that_nobody_hears() -> None:
    async with at_work(floor(banners=(Banner(Notice("mode.direct")),))) as work:
        assert work.page.lines == [
            "whisper-tui in plain mode: type help and Enter for the commands",
            "NO SESSION: nobody hears you",
            "DIRECT - profile not enforced",
            "lyon-pbx 22.10.1: live",
        ]


async def test_rows_are_numbered_and_chosen_by_their_number_and_heard() -> None:
    async with at_work() as work:
        said = await work.types("calls")
        assert said[:2] == [
            "calls: 4",
            "1. talk, support, Ana Ruiz, caller …0242 M. Dubois, talk 06:31, waited 00:12, recording ON",
        ]
        assert said[4] == "4. wait, place 1, support, caller …0251, waits 01:12, late, priority 10"
        assert await work.types("go 2") == [
            "chosen: hold, sales, Ben Okoro, caller …0277, talk 03:03, on hold 00:21, waited 00:12, recording ON"
        ]
        await work.types("listen")
        assert work.backend.asked == [Listen(BEN.key)]


async def test_a_number_is_the_row_that_was_said_under_it_whatever_moved_since() -> None:
    async with at_work() as work:
        await work.types("calls")
        await work.happens(ViewChanges(calls={ANA.key: None}))
        assert await work.types("go 1") == ["row 1 is gone"]
        await work.types("go 2", "l")
        assert work.backend.asked == [Listen(BEN.key)]
        assert await work.types("go 9") == ["no row 9: say a list first, such as calls"]


async def test_nothing_is_started_on_a_row_that_nobody_has_chosen() -> None:
    async with at_work() as work:
        for line in ("listen", "w", "barge"):
            assert await work.types(line) == ["choose a row first: calls, and then go 1"]
        assert not work.backend.asked


async def test_a_list_is_exported_though_no_row_is_chosen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "state_dir", lambda: tmp_path)
    async with at_work() as work:
        assert (await work.types("calls", "export"))[-1].startswith("type the answer, or yes for calls-")


@pytest.mark.parametrize("word", ["waiting", "queues", "agents", "sessions"])
async def test_every_list_can_be_said(word: str) -> None:
    async with at_work(floor(spies=spies(spy("SIP/99", Whose.FOREIGN, None, ANA)))) as work:
        said = await work.types(word)
        assert said[0].partition(":")[0] in (word, "listeners")
        assert all(line.isprintable() for line in said)


async def test_a_long_list_is_said_a_page_at_a_time() -> None:
    many = [replace(ANA, key=ANA.key._replace(uniqueid=f"1.{at:03}")) for at in range(PAGE * 2 + 1)]  # type: ignore[arg-type]
    async with at_work(floor(many)) as work:
        said = await work.types("calls")
        assert len(said) == PAGE + 2
        assert said[-1] == f"{PAGE + 1} more: type more"
        assert (await work.types("more"))[0].startswith(f"{PAGE + 1}. ")
        assert len(await work.types("more")) == 1
        assert await work.types("more") == ["no more rows"]


async def test_a_filter_is_typed_behind_its_word() -> None:
    async with at_work() as work:
        assert (await work.types("filter queue=sales"))[0] == "calls: 1"
        assert (await work.types("/state=wait"))[0] == "calls: 1"
        assert (await work.types("clear"))[:2] == ["the filter state=wait is cleared", "calls: 4"]


async def test_the_confirmed_state_is_one_sentence_whenever_it_changes_and_is_not_repeated() -> None:
    async with at_work() as work:
        ringing = StripView(Phase.RINGING, phone="PJSIP/2001", call=ANA.key, agent="Ana Ruiz", queue="support")
        assert await work.happens(ViewChanges(strip=ringing)) == [
            "RINGING: your phone PJSIP/2001 is ringing, answer it; leave cancels; Ana Ruiz, support"
        ]
        said = await work.happens(ViewChanges(strip=strip(ANA)))
        assert said == [
            "SILENT confirmed: agent hears you NO, customer NO; Ana Ruiz, support, …0242; mic muted; "
            "recording ON, your voice is not in it; PJSIP/2001, keypad locked"
        ]
        assert await work.happens(ViewChanges(strip=strip(ANA, asked=Mode.WHISPER))) == [
            "asking for WHISPER: not confirmed yet"
        ]
        said = await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
        assert said == [
            "WHISPER confirmed: agent hears you YES, customer NO; Ana Ruiz, support, …0242; mic OPEN",
        ]
        muted = strip(ANA, Mode.WHISPER, microphone=Microphone.MUTED, agent_hears=Hears.NO)
        assert "agent hears you NO" in (await work.happens(ViewChanges(strip=muted)))[0]
        assert await work.happens(ViewChanges(strip=replace(muted, since=NOW - 1)), 30.0) == []
        left = StripView(Phase.NONE, ended=Notice("leg.left"))
        assert await work.happens(ViewChanges(strip=left)) == ["NO SESSION: you left, and hung up nobody else"]


async def test_that_nothing_is_followed_any_more_is_said() -> None:
    async with at_work(floor(strip=strip(ANA, following=Whom.CALL))) as work:
        assert await work.happens(ViewChanges(strip=strip(ANA))) == ["not following any more"]
        await work.happens(ViewChanges(strip=strip(ANA, following=Whom.CALL)))
        left = StripView(Phase.NONE, ended=Notice("leg.left"))
        assert await work.happens(ViewChanges(strip=left)) == ["NO SESSION: you left, and hung up nobody else"]


async def test_what_is_unknown_is_said_to_be() -> None:
    unknown = strip(
        ANA, Mode.BARGE, phase=Phase.UNKNOWN, agent_hears=Hears.UNKNOWN, customer_hears=Hears.UNKNOWN,
        microphone=Microphone.UNKNOWN,
    )  # fmt: skip
    async with at_work(floor(strip=unknown)) as work:
        assert "UNKNOWN: not confirmed by the PBX" in work.text
        assert "agent hears you UNKNOWN, customer UNKNOWN" in work.text
        assert "mic UNKNOWN" in work.text


async def test_that_a_rule_ends_it_is_said_a_minute_and_ten_seconds_before() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER, limit=NOW + 100))) as work:
        assert "ends in" not in work.text
        await work.clock.wind(45)
        assert [line for line in work.page.lines if "ends in" in line] == ["ends in 01:00"]
        await work.clock.wind(55)
        assert len([line for line in work.page.lines if "ends in" in line]) == 2


async def test_a_barge_is_a_question_that_is_answered_by_typing_and_stands_long_enough_to_be_heard() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        said = await work.types("b")
        assert said == [
            "CUSTOMER WILL HEAR YOU",
            "barge: Ana Ruiz · queue support · …0242 M. Dubois",
            "type yes or no, within 20 s",
        ]
        await work.clock.wind(5.0 * PATIENCE - 3)
        assert not work.backend.asked
        await work.types("yes")
        assert work.backend.asked == [Barge(ANA.key)]
        await work.types("b")
        assert await work.types("no") == ["not barged"]
        await work.types("b")
        await work.clock.wind(5.0 * PATIENCE)
        assert "not barged: nobody answered within 20 s" in work.text
        await work.types("yes")
        assert work.backend.asked == [Barge(ANA.key)]


async def test_a_question_that_another_command_takes_away_is_said_to_be_over() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await work.types("barge")
        assert (await work.types("calls"))[0] == "not barged"
        await work.types("barge")
        assert (await work.types("barge"))[0] == "CUSTOMER WILL HEAR YOU"


async def test_enter_alone_starts_nothing_and_says_the_question_again() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        assert await work.types("") == []
        await work.types("b")
        assert (await work.types(""))[0] == "CUSTOMER WILL HEAR YOU"
        assert not work.backend.asked


@pytest.mark.parametrize("line", ["open", "enter"])
async def test_asking_for_the_chosen_row_answers_no_question(line: str) -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await work.types("barge")
        assert (await work.types(line))[0] == "CUSTOMER WILL HEAR YOU"
        assert not work.backend.asked
        await work.types("no", "quit", line)
        assert not work.over.is_set()


async def test_a_takeover_wants_the_agents_number() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        said = await work.types("takeover")
        assert said[0] == "TAKE THE CUSTOMER OVER?"
        assert said[-2] == "type 1142 and Enter:"
        await work.types("1143")
        assert "1143 is not what was asked for" in work.text
        assert not work.backend.asked
        await work.types("takeover", "1142")
        assert work.backend.asked == [TakeOver(ANA.key)]


async def test_while_an_answer_is_typed_panic_and_leave_are_still_what_they_are() -> None:
    for line, intent in (("!", Panic()), ("x", Leave()), ("leave", Leave())):
        async with at_work(floor(strip=strip(ANA))) as work:
            await work.types("takeover", line)
            assert work.backend.asked == [intent]


async def test_yes_takes_what_is_proposed_and_enter_alone_does_not() -> None:
    how = {"priority": "0", "ahead": "2", "first": "11", "queue": "support", "place": "3", "most": "99999"}
    async with at_work(floor([CALLER])) as work:
        work.backend.refusals[Raise] = Notice("raise.how", how)
        said = await work.types("calls", "go 1", "raise")
        assert said[-1] == "type the answer, or yes for 11, or no, within 80 s"
        assert "Enter takes" not in work.text
        await work.types("")
        assert not work.backend.asked
        del work.backend.refusals[Raise]
        await work.types("yes")
        assert work.backend.asked == [Raise(CALLER.key, 11)]


def test_a_yes_in_the_persons_language_may_lack_its_accent() -> None:
    assert orders.answers("Si", orders.YES, "sí")
    assert not orders.answers("s", orders.YES, "sí")


async def test_nought_is_a_figure_where_one_is_typed_and_leaves_elsewhere() -> None:
    row = AgentRow(PBX, "PJSIP/1042", "Ana Ruiz", AgentState.TALKING, members("support"), ANA.key, NOW - 391)
    async with at_work(floor(agents=crew(row), strip=strip(ANA))) as work:
        await work.types("agents", "go 1", "penalty", "0")
        assert work.backend.asked == [SetPenalty(PBX, "PJSIP/1042", "support", 0)]
        await work.types("0")
        assert work.backend.asked[-1] == Leave()


@pytest.mark.parametrize(
    ("line", "mode", "intent"),
    [
        ("release", Mode.SILENT, Release()),
        ("listen", Mode.WHISPER, Listen(ANA.key)),
        ("Listen", Mode.WHISPER, Listen(ANA.key)),
    ],
)
async def test_a_word_that_makes_it_quieter_is_no_reason_to_be_louder(line: str, mode: Mode, intent: Intent) -> None:
    async with at_work(floor(strip=strip(ANA, mode))) as work:
        work.backend.reasons = {Barge: ""}
        await work.types("barge", line, "yes")
        assert work.backend.asked == [intent]


async def test_a_letter_is_an_answer_where_one_is_typed() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        work.backend.reasons = {Barge: "legal, training"}
        await work.types("barge", "l", "yes")
        assert work.backend.asked == [Barge(ANA.key, reason="legal")]


async def test_a_refusal_says_why_and_is_noted() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        work.backend.refusals[Whisper] = Notice("denied.no-right", {"right": "call.whisper"})
        assert await work.types("w") == ["your profile does not grant call.whisper"]
        assert [type(intent) for intent, _why in work.backend.dim] == [Whisper]
        assert not work.backend.asked


async def test_lines_that_come_together_start_nothing_but_what_is_quiet_is_done() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        said = await work.pastes("w", "b", "yes")
        assert not work.backend.asked
        assert "keys came together, as in a paste: nothing was started" in said
        await work.pastes("b", "yes")
        assert not work.backend.asked
        await work.types("b", "no")
        await work.pastes("w", "x")
        assert work.backend.asked == [Leave()]
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        await work.pastes("b", "l", "m")
        assert work.backend.asked == [Listen(ANA.key), Mute()]


async def test_the_rest_of_a_paste_that_comes_a_moment_later_starts_nothing_either() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        work.console.came(["calls", "queues"])
        await work.clock.wind(0.08, step=0.04)
        await work.types("w")
        assert not work.backend.asked


async def test_what_was_typed_is_done_before_the_end_of_the_input_ends_the_console() -> None:
    async with at_work() as work:
        work.page.lines.clear()
        work.console.came(["status"])
        work.console.gone()
        assert not work.over.is_set()
        await work.clock.wind(0.1, step=0.05)
        assert "NO SESSION: nobody hears you" in work.page.lines
        assert work.over.is_set()
    async with at_work() as work:
        work.console.gone()
        assert work.over.is_set()


async def test_quit_asks_while_a_leg_is_up_and_ends_it() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        said = await work.types("quit")
        assert said == ["LEAVE AND QUIT?", "your leg ends, the call goes on", "type yes or no"]
        assert not work.over.is_set()
        await work.types("no")
        await work.types("quit", "yes")
        assert work.backend.asked == [Leave()]
        assert work.over.is_set()
    async with at_work() as work:
        await work.types("agents", "q")
        assert work.over.is_set()


async def test_ctrl_c_asks_and_ctrl_c_again_means_it() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        work.console.interrupt()
        assert "LEAVE AND QUIT?" in work.text
        await work.clock.wind(1.0)
        work.console.interrupt()
        await settle()
        assert work.backend.asked == [Leave()]
        assert work.over.is_set()


async def test_suspending_is_refused_while_a_leg_is_up() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        work.console.suspend()
        assert "not suspended: while your leg is up somebody must watch it" in work.text


async def test_where_nobody_can_be_reading_no_sign_of_life_is_given() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await work.clock.wind(3)
        beats = work.backend.beats
        assert beats > 2
        work.page.stuck = True
        await work.clock.wind(5)
        assert work.backend.beats == beats


async def test_what_happens_is_said_on_request_and_a_few_lines_at_a_time() -> None:
    async with at_work() as work:
        assert await work.happens(ViewChanges(calls={CALLER.key: None})) == []
        await work.types("verbose")
        held = replace(ANA, state=CallState.HELD, held_since=NOW)
        assert await work.happens(ViewChanges(calls={ANA.key: held})) == ["on hold: Ana Ruiz, support"]
        many = [replace(CALLER, key=CALLER.key._replace(uniqueid=f"9.{at:03}")) for at in range(20)]  # type: ignore[arg-type]
        said = await work.happens(ViewChanges(calls={row.key: row for row in many}), 6.0)
        assert said == ["waits: support, caller …0251"] * 3 + ["and 17 more"]
        await work.types("quiet")
        assert await work.happens(ViewChanges(calls={BEN.key: None}), 6.0) == []


async def test_a_call_that_may_be_seen_no_longer_is_not_said_to_be_over() -> None:
    async with at_work() as work:
        await work.types("verbose")
        assert await work.happens(ViewChanges(calls={ANA.key: None}, hidden=frozenset({ANA.key})), 6.0) == []
        assert await work.happens(ViewChanges(calls={BEN.key: None}), 6.0) == ["over: Ben Okoro, sales, caller …0277"]


async def test_what_others_ask_strangers_who_listen_and_a_lost_pbx_are_said_at_once() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        said = await work.happens(ViewChanges(petitions=petitions(petition(BEN))))
        assert said == [
            "ana asks to TAKE OVER Ben Okoro; sales · …0277 · reason complaint; allow or refuse",
        ]
        assert work.page.bells == 1
        await work.clock.wind(1.5)
        await work.types("allow", "yes")
        assert work.backend.asked == [Approve(PetitionId("p-1"))]
        assert await work.happens(ViewChanges(spies=spies(spy("SIP/99", Whose.FOREIGN, None, CHLOE)))) == [
            "1 foreign listener"
        ]
        lost = link(LinkState.LOST, since=NOW, notice=Notice("link.lost", {"pbx": "lyon-pbx", "error": "reset"}))
        (line,) = await work.happens(ViewChanges(links={PBX: lost}))
        assert line.startswith("lyon-pbx: lost, no news for")
        assert line.endswith("lyon-pbx: the connection was lost (reset), trying again")


async def test_who_asks_for_help_is_said_once() -> None:
    row = AgentRow(PBX, "PJSIP/1042", "Ana Ruiz", AgentState.TALKING, members("support"), ANA.key, NOW - 391)
    up = replace(row, hand=HandRow(NOW, "", ""))
    async with at_work() as work:
        assert await work.happens(ViewChanges(agents=crew(up))) == [
            "1 hand up: Ana Ruiz asks for help; hand goes there and takes it"
        ]
        assert await work.happens(ViewChanges(agents=crew(up)), 5.0) == []
        taken = replace(up, hand=HandRow(NOW, "", "ben"))
        assert await work.happens(ViewChanges(agents=crew(taken))) == []
        assert await work.types("agents") == [
            "agents: 1",
            "1. Ana Ruiz: talk, for 06:36, ⚑ ben, support, 2 taken, PJSIP/1042",
        ]


async def with_a_sheet(work: Work) -> None:
    work.backend._person = replace(work.backend.person, scorecard=CARD)
    work.backend.entries[SessionId("s-1")] = entry()
    await work.types("score")


async def test_a_score_sheet_is_filled_in_item_by_item_and_saved() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        work.backend._person = replace(work.backend.person, scorecard=CARD)
        work.backend.entries[SessionId("s-1")] = entry()
        said = await work.types("score")
        assert said[0] == "SCORE SHEET: Care call, Ana Ruiz · queue support"
        assert said[2] == "item 1 of 3: Opening, Greets with name and company; y or n; nothing given yet"
        assert await work.types("5") == ["this item is y or n: yes or no"]
        assert (await work.types("y"))[0].startswith("item 2 of 3: ")
        await work.types("0", "go 2")
        assert work.text.endswith("; y or n; given no")
        assert work.backend.asked == []  # 0 is points here, and leaves nothing
        said = await work.types("save")
        assert "items without an answer: 1" in said[0]
        assert said[1].startswith("item 3 of 3: ")
        await work.types("4", "go 2")
        assert (await work.types("yes"))[-1] == "all is answered: 90 % good; save keeps it for good"
        said = await work.types("save")
        assert said[0] == "SAVE THE SCORE?"
        await work.types("yes")
        (given,) = work.backend.asked
        assert isinstance(given, GiveScore)
        assert [points for _ident, points in given.points] == [1, 1, 4]


async def test_a_sheet_is_said_with_what_its_session_was_given_before_or_why_it_does_not_open() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        work.backend._person = replace(work.backend.person, scorecard=CARD)
        work.backend.entries[SessionId("s-1")] = entry(scores=(scored(90),))
        (*_rest, first) = await work.types("score")
        assert first.endswith("; y or n; given yes")
    async with at_work(floor(strip=strip(ANA))) as work:
        work.backend._person = replace(work.backend.person, scorecard=CARD)
        (why,) = await work.types("score")
        assert "SCORE SHEET" not in why


@pytest.mark.parametrize(
    ("line", "said"),
    [("0", "all is answered: "), ("go 3", "item 3 of 3: "), ("close", "the score sheet is put away")],
)
async def test_a_sheet_that_is_touched_is_not_saved_by_the_question_before(line: str, said: str) -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        await with_a_sheet(work)
        await work.types("y", "y", "4", "go 1", "save")
        lines = await work.types(line)
        assert lines[0] == "not saved"
        assert lines[1].startswith(said)
        await work.types("yes")
        assert not work.backend.asked


async def test_save_typed_twice_only_asks_again() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        await with_a_sheet(work)
        await work.types("y", "y", "4", "save")
        assert (await work.types("save"))[0] == "SAVE THE SCORE?"
        assert not work.backend.asked


async def test_quit_puts_an_open_sheet_away_and_says_so() -> None:
    async with at_work() as work:
        work.backend.push(ViewChanges(strip=strip(ANA)))
        await with_a_sheet(work)
        await work.types("y", "y", "4", "save")
        assert await work.types("quit") == ["not saved", "the score sheet is put away; score opens it again"]
        await work.types("yes")
        assert not work.backend.asked
        assert (await work.types("quit"))[0] == "LEAVE AND QUIT?"


async def test_while_a_score_sheet_is_open_leaving_and_silence_are_what_they_are() -> None:
    for line, intent in (("x", Leave()), ("!", Panic()), ("l", Listen(ANA.key))):
        async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
            work.backend._person = replace(work.backend.person, scorecard=CARD)
            work.backend.entries[SessionId("s-1")] = entry()
            await work.types("score", line)
            assert work.backend.asked == [intent]
            await work.types("close")
            assert "the score sheet is put away" in work.text


@pytest.mark.parametrize("keys", [["C", "ctrl-k"], []])
async def test_a_cue_is_sent_by_its_name_and_digit_whatever_keys_it_has(keys: list[str]) -> None:
    async with at_work(floor(strip=strip(ANA)), keymap=keyfile.chosen({"keys": {"cue": keys}})) as work:
        work.backend._person = replace(work.backend.person, cues=("slow down",))
        await work.types("cue", "cue 12", "cue 1")
        assert work.backend.asked == [Cue(1)]


async def test_sentences_name_commands_in_place_of_the_keys_of_a_screen() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await with_a_sheet(work)
        assert (await work.types("score"))[0] == "the score sheet is open: save keeps it for good, close puts it away"
        await work.types("close", "calls", "go 2")
        assert await work.types("whisper") == ["you hear Ana Ruiz: listen here first, then speak"]


async def test_the_coach_of_a_story_says_what_to_try_next_once() -> None:
    hints = (Hint(When.START, "hint.choose"), Hint(When.LISTENING, "hint.whisper"))
    async with at_work(hints=hints) as work:
        assert any(line.startswith("hint 1/2: ") for line in work.page.lines)
        said = await work.happens(ViewChanges(strip=strip(ANA)), 3.0)
        assert [line for line in said if line.startswith("hint 2/2: ") and " w " in line] == said[1:]
        assert len(said) == 2
        await work.types("hints")
        assert await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)), 3.0) == [work.page.lines[0]]


async def test_status_says_it_all_again() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        said = await work.types("status")
        assert said[0].startswith("WHISPER confirmed: agent hears you YES, customer NO; Ana Ruiz")
        assert said[1:] == ["lyon-pbx 22.10.1: live", "calls 4, waiting 3, longest 01:12", "ana, red-leads, PJSIP/2001"]


async def test_status_says_how_much_was_spoken_and_how_good_the_lines_are() -> None:
    talk = Talk(800.0, pieces=((980.0, 995.0),), said=15.0, long=15.0)
    bad = Quality(0.083, 0.048, faults=(Fault.LOSS, Fault.JITTER))
    coached = strip(ANA, Mode.WHISPER, talk=talk, measured=True, agent_line=bad)
    async with at_work(floor(strip=coached)) as work:
        said = await work.types("status")
        assert "you spoke 25 % of the last minute, 8 % of the session, longest 00:15" in said
        assert "agent's line BAD: 8.3 % lost, jitter 48 ms" in said


async def test_help_says_the_words_and_every_command() -> None:
    async with at_work() as work:
        said = await work.types("help")
        assert any(line.startswith("go: go 3 chooses row 3") for line in said)
        assert "commands: listen, whisper, barge" in said[-1]
        assert await work.types("help whisper") == ["whisper (w 5): whisper: the agent alone hears you"]
        assert any(line.startswith("panic (!)") for line in await work.types("help all"))
        assert await work.types("wisper") == ["wisper: not a command; did you mean whisper?"]
        for line in ("cue", "say 12"):
            word = line.partition(" ")[0]
            assert await work.types(line) == [f"{word}: with a digit, 1 to 9, that says which card"]
        assert await work.types("redraw") == ["redraw: of no use here"]


async def test_on_a_recording_nobody_can_be_heard() -> None:
    async with at_work(readonly=True) as work:
        await work.types("calls", "go 1")
        assert await work.types("listen") == ["a recording: nobody can be heard"]


def test_it_goes_without_textual() -> None:
    code = "import sys, whisper_tui.cli.plain; sys.exit('textual' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


async def test_a_note_that_was_refused_is_proposed_again_and_yes_is_not_its_text() -> None:
    async with at_work() as work:
        session = SessionId("s1")
        work.backend.push_strip(phase=Phase.ON, mode=Mode.SILENT, call=ANA.key, agent="Ana Ruiz", session=session)
        work.backend.answer = Refused(Notice("log.none"))
        await work.types("note", "offer more", "no")
        work.backend.answer = Done()
        assert (await work.types("note"))[-1].startswith("type the answer, or yes for offer more, or no")
        await work.types("yes")
        assert work.backend.asked[-1] == Note(session, "offer more")


async def test_a_question_that_another_command_takes_away_is_answered_with_no_once() -> None:
    async with at_work() as work:
        await work.types("calls", "go 1", "listen")
        work.backend.push_strip(phase=Phase.ON, mode=Mode.SILENT, call=ANA.key, agent="Ana Ruiz")
        await work.types("barge")
        assert (await work.types("calls")).count("not barged") == 1
