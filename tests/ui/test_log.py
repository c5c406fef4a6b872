"""The log on the screen: sessions that were, one of them in full, notes, the clipboard."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from tests.fakes.past import AT, entry, session
from tests.fakes.rows import ANA, floor, strip
from tests.ui.work import Work, at_work, in_utc
from whisper_tui.audit.sessions import Acted, Attempt, Raised, Session, Spying
from whisper_tui.engine.backend import Phase, ViewChanges
from whisper_tui.engine.reading import Filter, LogPage
from whisper_tui.supervision.intents import Answer, Barge, Done, Intent, Note, Panic, Refused, TakeOver, Unmute, Whisper
from whisper_tui.terms import Mode, Notice, SessionId
from whisper_tui.ui.hinting import why_dim
from whisper_tui.ui.inks import Linked
from whisper_tui.ui.widgets.entry import lines

LIVE = strip(ANA, Mode.WHISPER)


@pytest.fixture(autouse=True)
def _utc() -> None:
    in_utc()


async def in_the_log(work: Work, *entries: Session | Attempt | Spying) -> None:
    work.backend.page = LogPage(entries)
    work.backend.entries[SessionId("aa11")] = entry()
    await work.press("v", "l")


def rows(work: Work) -> list[str]:
    return [" ".join(line.split()) for line in work.lines if "11-18" in line]


async def test_two_keys_show_the_log_and_each_row_says_the_loudest_that_was_done() -> None:
    async with at_work() as work:
        await in_the_log(work, session(notes=2), session("bb22", "eve", seconds={}, ended=""))
        assert rows(work) == [
            "▸ 11-18 11:06 ana BARGE Ben Okoro sales …0142 00:15 2 leg.left",
            "11-18 11:06 eve open Ben Okoro sales …0142 00:01 -",
        ]
        assert work.backend.looked == [Filter()]
        await work.press("escape")
        assert "STATE" in work.text


async def test_nothing_is_looked_up_until_it_is_typed_and_no_look_is_made_by_itself() -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        await work.press("slash", *"user=eve")
        assert len(work.backend.looked) == 1
        await work.press("enter")
        assert work.backend.looked[1:] == [Filter(user="eve")]
        assert "/user=eve" in work.text
        await work.wind(120)
        await work.press("c")
        assert work.backend.looked[2:] == [Filter()]


async def test_words_choose_among_what_was_found_and_a_wrong_term_says_what_is_right() -> None:
    async with at_work() as work:
        await in_the_log(work, session(), session("bb22", "eve"))
        await work.press("slash", *"eve", "enter")
        assert [row.split()[3] for row in rows(work)] == ["eve"]
        looked = len(work.backend.looked)
        await work.press("slash", *" day=soon", "enter")
        assert work.last_line == "day=soon cannot be looked for: 2026-11-26, today, yesterday"
        assert len(work.backend.looked) == looked


async def test_denied_attempts_and_foreign_spies_have_lists_of_their_own() -> None:
    async with at_work() as work:
        work.backend.page = LogPage((Attempt(7, AT, "eve", "barge", "no-right", 4, "lyon", "1.9", ""),))
        await work.press("v", "l", "slash", *"denied", "enter")
        assert work.backend.looked[-1] == Filter(denied=True)
        assert rows(work)[0].split()[2:] == ["11:06", "eve", "barge", "no-right", "4", "lyon", "1.9"]
        work.backend.page = LogPage(
            (Spying("1.9", AT, AT + 60, "SIP/99", "", "PJSIP/1002", "Ben Okoro", "sales", "", ""),)
        )
        await work.press("slash", "ctrl+u", *"foreign", "enter")
        assert "UNKNOWN" in rows(work)[0]
        assert "SIP/99" in rows(work)[0]
        work.backend.page = LogPage((Raised(8, AT, "lyon", "PJSIP/1002", "Ben Okoro", "sales", 12.0, "ana"),))
        await work.press("slash", "ctrl+u", *"hands", "enter")
        assert work.backend.looked[-1] == Filter(hands=True)
        assert rows(work)[0].split()[2:] == ["11:06", "Ben", "Okoro", "sales", "ana", "00:12", "-"]
        await work.press("slash", *" mode=barge", "enter")
        assert work.last_line == "a hand has no mode: leave it out"
        acted = Acted(9, AT, "ana", "logout", "lyon", "", "PJSIP/1002", "Ben", "sales", "", "", "", "acted.failed")
        work.backend.page = LogPage((acted,))
        await work.press("slash", "ctrl+u", *"acts", "enter")
        assert work.backend.looked[-1] == Filter(acts=True)
        assert rows(work)[0].split()[2:] == ["11:06", "ana", "logout", "Ben", "sales", "acted.failed"]
        await work.press("i")
        assert work.last_line == "no session to note on: one that is up, or one in the log (v l)"


async def test_what_may_not_be_seen_is_said_and_so_is_what_is_left_out() -> None:
    async with at_work() as work:
        why = Notice("denied.no-right", {"right": "log.view"})
        work.backend.page = LogPage((session(),), more=True, narrowed=why, damaged=2)
        await work.press("v", "l")
        assert "only your own: your profile does not grant log.view" in work.text
        assert "damaged rows, left out: 2" in work.text
        assert "the newest 1; / day= finds older ones" in work.text
        work.backend.page = Refused(Notice("log.unread", {"where": "trail.db", "why": "no access"}))
        await work.press("c")
        assert work.last_line == "the session log cannot be shown: trail.db: no access"
        assert not rows(work), "what was read before may be seen no longer"


async def test_an_answer_that_comes_late_does_not_replace_a_later_one() -> None:
    async with at_work() as work:
        gates = [asyncio.Event(), asyncio.Event()]
        pages = [LogPage((session("old1", "old"),)), LogPage((session("new1", "new"),))]

        async def slow(chosen: Filter) -> LogPage | Refused:
            which = 1 if chosen.user else 0
            await gates[which].wait()
            return pages[which]

        work.backend.log = slow  # type: ignore[method-assign]
        await work.press("v", "l")
        assert "reading…" in work.text
        await work.press("slash", *"user=new", "enter")
        gates[1].set()
        await work.wind(0.3)
        gates[0].set()
        await work.wind(0.3)
        assert [row.split()[3] for row in rows(work)] == ["new"]


async def test_enter_opens_a_session_in_full_and_esc_goes_back_to_the_list() -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        work.backend.entries[SessionId("aa11")] = entry("she should have offered it", "and did")
        await work.press("enter")
        assert "ana heard Ben Okoro · queue sales" in work.text
        assert "─" * 20 in work.text
        assert "█" in work.text
        assert "00:20 ana: she should have offered it" in work.text
        assert "+12.0 s  mode          barge barge mic open" in work.text
        assert "the customer could hear it for 00:05" in work.text
        await work.press("enter")
        assert work.last_line == "its call is over, or not on your floor"
        await work.press("escape")
        assert rows(work)


@pytest.mark.parametrize("size", [(80, 24), (40, 12), (20, 5)])
async def test_a_small_terminal_scrolls_through_all_of_it(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        await in_the_log(work, session())
        work.backend.entries[SessionId("aa11")] = entry("x" * 2000)
        await work.press("enter", "G")
        assert size[0] < 40 or "xxx" in work.text
        await work.press("g", "j", "ctrl+d", "k", "escape", "q")


async def test_from_a_session_to_everything_of_its_agent_on_that_day() -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        await work.press("d")
        day = date.fromtimestamp(AT).isoformat()
        assert f"/agent=PJSIP/1002 day={day}" in work.text
        chosen = work.backend.looked[-1]
        assert (chosen.agent, chosen.day is not None) == ("PJSIP/1002", True)


# notes


def loud(work: Work) -> list[Intent]:
    """What was asked for that somebody would hear; `l` is silence while a call is heard."""
    return [each for each in work.backend.asked if isinstance(each, Whisper | Barge | Unmute | TakeOver)]


async def test_a_note_is_written_while_the_whisper_goes_on_and_the_strip_goes_on_saying_so() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press("i")
        await work.press(*"ask", "space", *"her", "space", *"now")
        assert "NOTE  WHISPER" in work.strip
        assert "agent YES" in work.strip
        assert "ask her now_" in work.strip
        await work.press("enter")
        assert work.backend.asked == [Note(LIVE.session or SessionId(""), "ask her now")]
        assert work.last_line == "noted, for good"


async def test_a_note_that_was_put_away_goes_on_where_it_was_until_it_is_saved() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press("i", *"ask", "ctrl+c")
        assert work.last_line == "not noted"
        await work.press("i", "space", *"her", "enter")
        assert work.backend.asked == [Note(LIVE.session or SessionId(""), "ask her")]
        await work.press("i")
        assert "ask" not in work.strip


async def test_a_note_on_its_way_to_the_disk_is_not_there_to_be_sent_again() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        work.backend.answer = asyncio.get_running_loop().create_future()
        await work.press("i", *"ask", "enter")
        await work.wind(1)
        await work.press("i")
        assert "NOTE" in work.strip
        assert "ask" not in work.strip
        work.backend.answer.set_result(Done())


async def test_letters_of_a_note_are_no_keys_but_panic_is_panic() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press("i", *"xbwl0")
        assert work.backend.asked == []
        await work.press("exclamation_mark")
        assert work.backend.asked == [Panic()]


async def test_what_is_pasted_into_a_note_is_its_text_and_starts_nothing() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press("i")
        await work.paste_unbracketed("good b")
        work.console.desk.paste("x!\nlines\x1b[2J")
        await work.wind(0.5)
        assert work.backend.asked == []
        await work.press("enter")
        (note,) = work.backend.asked
        assert isinstance(note, Note)
        assert note.text == "good bx! lines [2J"


async def test_panic_is_panic_also_when_the_line_lags_and_brings_it_with_another_key() -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press("i")
        await work.paste_unbracketed("k!wlb")
        assert loud(work) == []
        assert Panic() in work.backend.asked


@pytest.mark.parametrize("rest", [" let him", " will do", "b", "45"])
async def test_after_a_panic_in_a_note_the_rest_of_the_sentence_starts_nothing(rest: str) -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press("i", *"ok", "exclamation_mark")
        work.backend.push_strip(phase=Phase.NONE, session=None, call=None, mode=None)
        for sign in rest:
            await work.clock.wind(0.2)
            await work.strike("space" if sign == " " else sign)
        assert work.backend.asked == [Panic()]


@pytest.mark.parametrize("size", [(20, 5), (30, 8), (40, 10)])
async def test_where_a_note_has_no_room_its_letters_start_nothing(size: tuple[int, int]) -> None:
    async with at_work(floor(strip=LIVE), size=size) as work:
        await work.press("i")
        for sign in "well":
            await work.clock.wind(0.2)
            await work.strike(sign)
        assert loud(work) == []


@pytest.mark.parametrize("before", [("question_mark",), ("i", "escape")])
async def test_a_note_that_was_not_opened_swallows_its_letters_all_the_same(before: tuple[str, ...]) -> None:
    async with at_work(floor(strip=LIVE)) as work:
        await work.press(*before)
        await work.clock.wind(0.1)
        for sign in "iwell":
            await work.strike(sign)
            await work.clock.wind(0.15)
        assert loud(work) == []


async def test_where_there_is_nothing_to_note_on_what_is_typed_next_starts_nothing() -> None:
    async with at_work() as work:
        await work.strike("i")
        for letter in "wlb":
            await work.strike(letter)
            await work.clock.wind(0.3)
        await work.pilot.pause()
        assert work.backend.asked == []


async def test_an_empty_note_and_a_refused_one_can_be_mended_and_nothing_typed_is_lost() -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        await work.press("i", "enter")
        assert work.last_line == "nothing was typed"
        work.backend.refusals[Note] = Notice("note.number", {"digits": "7"})
        await work.press(*"5550142", "enter")
        assert work.last_line == "7 digits may be a caller's number, and could never be erased: leave them out"
        assert work.backend.asked == []
        assert "5550142_" in work.strip
        work.backend.refusals.clear()
        work.backend.answer = Refused(Notice("log.unwritable", {"where": "trail.db", "why": "full"}))
        await work.press("backspace", "enter")
        assert work.backend.asked == [Note(SessionId("aa11"), "555014")]
        assert "555014_" in work.strip, "the disk may have room in a moment"


async def test_a_second_note_may_follow_at_once() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        await work.press("i")
        for key in ("o", "k", "enter", "i", *"soon", "enter"):
            await work.clock.wind(0.15)
            await work.strike(key)
        await work.pilot.pause()
        assert [note.text for note in work.backend.asked if isinstance(note, Note)] == ["ok", "soon"]


async def test_wide_signs_of_a_note_are_all_there() -> None:
    text = "株式会社" * 15
    async with at_work(size=(80, 24)) as work:
        await in_the_log(work, session())
        work.backend.entries[SessionId("aa11")] = entry(text)
        await work.press("enter")
        shown = "".join(line for line in work.lines if "株" in line or "会" in line)
        assert sum(sign in "株式会社" for sign in shown) >= 60
        await work.press("i")
        work.console.desk.paste(text + "終")
        await work.wind(0.3)
        assert "終_" in work.strip


async def test_a_session_that_is_read_late_opens_over_nothing_else() -> None:
    async with at_work() as work:
        await in_the_log(work, session(), session("bb22", "eve"))
        gate = asyncio.Event()
        real = work.backend.log_entry

        async def slow(ident: SessionId) -> object:
            await gate.wait()
            return await real(ident)

        work.backend.log_entry = slow  # type: ignore[method-assign]
        await work.press("enter", "slash", *"user=eve", "enter")
        gate.set()
        await work.wind(0.3)
        assert work.console.desk.log.open is None


async def test_what_was_read_goes_when_what_may_be_seen_is_decided_anew() -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        await work.press("enter")
        await work.happens(ViewChanges(anew=True))
        assert "Ben Okoro" not in "".join(work.lines[:10])
        assert "what you may see was decided anew: c reads again" in work.text
        looked = len(work.backend.looked)
        await work.press("c")
        assert len(work.backend.looked) == looked + 1
        assert rows(work)


@pytest.mark.parametrize("first", [True, False])
async def test_what_was_looked_for_before_it_was_decided_anew_is_not_shown(first: bool) -> None:
    async with at_work() as work:
        if not first:
            await in_the_log(work, session())
            await work.press("escape")
        gate, real = asyncio.Event(), work.backend.log

        async def slow(chosen: Filter) -> LogPage | Refused:
            await gate.wait()
            return await real(chosen)

        work.backend.log = slow  # type: ignore[method-assign]
        await in_the_log(work, session())
        await work.happens(ViewChanges(anew=True))
        gate.set()
        await work.wind(0.3)
        assert not rows(work)
        assert "what you may see was decided anew: c reads again" in work.text
        await work.press("c")
        assert rows(work)


async def test_a_note_on_the_session_that_is_open_stands_there_once_it_is_on_disk() -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        work.backend.answer = answer = asyncio.get_running_loop().create_future()
        await work.press("enter", "i", *"well", "space", *"done", "enter")
        assert "noted" not in work.text
        work.backend.entries[SessionId("aa11")] = entry("well done")
        done: Answer = Done()
        answer.set_result(done)
        await work.wind(0.3)
        assert "ana: well done" in work.text


async def test_a_recording_takes_no_notes() -> None:
    async with at_work(floor(strip=LIVE), readonly=True) as work:
        await work.press("i")
        assert work.console.desk.question is None


async def test_the_id_goes_to_the_terminals_clipboard() -> None:
    async with at_work() as work:
        await work.press("y")
        assert work.console.clipboard == ANA.key.uniqueid
        await in_the_log(work, session())
        await work.press("y")
        assert work.console.clipboard == "aa11"
        assert work.last_line == "sent to your terminal's clipboard: aa11"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("/var/spool/1.wav", "sent to your terminal's clipboard: /var/spool/1.wav"),
        (
            "/var/spool/{caller}.wav",
            "the caller's number is in the file's name, and your profile does not show it whole",
        ),
        ("", "no file of a recording is known"),
    ],
)
async def test_the_recordings_file_goes_to_the_clipboard_where_it_may_be_seen(file: str, said: str) -> None:
    async with at_work() as work:
        await in_the_log(work, session())
        work.backend.entries[SessionId("aa11")] = entry(file=file)
        await work.press("Y")
        assert work.last_line == "open the session first: Enter"
        await work.press("enter", "Y")
        assert work.last_line == said
        assert work.console.clipboard == (file if said.endswith("1.wav") else "")


@pytest.mark.parametrize(
    ("address", "file", "said"),
    [
        ("https://rec.example/{value}", "/var/a b.wav", "https://rec.example/var/a%20b.wav"),
        ("https://rec.example/{value}", "/var/{caller}.wav", ""),
        ("", "/var/1.wav", ""),
    ],
)
async def test_the_recordings_file_leads_to_where_it_can_be_heard(address: str, file: str, said: str) -> None:
    async with at_work() as work:
        work.console.desk.log.recordings = address
        await in_the_log(work, session())
        work.backend.entries[SessionId("aa11")] = entry(file=file)
        await work.press("enter", "L")
        assert work.console.clipboard == said
        drawn = lines(entry(file=file), 80, address)
        assert {text.link for line in drawn for text, _ in line.spans if isinstance(text, Linked)} == ({said} - {""})
        assert file in work.text


async def test_the_key_for_a_note_says_why_there_is_nothing_to_note_on() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        desk = work.console.desk
        assert why_dim(desk.keymap.by_key["i"], desk) is None
    async with at_work() as work:
        desk = work.console.desk
        assert why_dim(desk.keymap.by_key["i"], desk) == Notice("note.no_session", {"log": "v l"})
