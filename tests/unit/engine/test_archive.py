"""The session log as a console reads it, on a real file: what is seen, what is noted of that, what is written beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.fakes.clock import WoundClock
from tests.unit.engine.desk import ANA, Desk, at_a_desk
from tests.unit.engine.test_limits import asked
from whisper_tui.audit import access
from whisper_tui.audit.access import Shelf
from whisper_tui.audit.history import History
from whisper_tui.audit.records import CallRef, Kind, Record, Who, Whom
from whisper_tui.audit.sessions import Acted, Raised, Session
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify
from whisper_tui.engine.archive import LONGEST, MOST, Archive
from whisper_tui.engine.reading import Filter, LogEntry, LogPage
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.policy import Numbers, Policy, Profile, Scope
from whisper_tui.supervision.intents import Done, Leave, Listen, Note, Refused, Whisper
from whisper_tui.terms import Mode, Right, SessionId
from whisper_tui.ui.story import recording_file

NUMBER = "+33155550142"
ALL = Profile("leads", frozenset(Right), os_users=frozenset({"ana"}))
OTHER = Who("eve", 1007)


def law(**of: object) -> Policy:
    return Policy((replace(ALL, **of),), "digest")  # type: ignore[arg-type]


def session(ident: str, at: float, queue: str = "sales", who: Who = OTHER) -> list[Record]:
    """A session of eve's that was whispered for 4 s."""
    fields = {
        "who": who,
        "session": ident,
        "leg": f"wt-0-{ident}",
        "whom": Whom("PJSIP/1002", "Ben Okoro", queue),
        "call": CallRef("lab", "1.1", "1.1", "1.2", NUMBER),
    }
    kinds = ((Kind.REQUESTED, {"deed": "listen"}), (Kind.AIMED, {"mode": "whisper"}),
             (Kind.LEFT, {"cause": "leg.left", "seconds": {"whisper": 4.0}, "audible": 0.0}))  # fmt: skip
    return [Record(kind, at + n, at + n, "old", **fields, **more) for n, (kind, more) in enumerate(kinds)]  # type: ignore[arg-type]


@asynccontextmanager
async def with_a_log(path: Path, *rows: Record, policy: Policy | None = None) -> AsyncIterator[Desk]:
    with Trail.open(path) as trail:
        for row in rows:
            trail.append(row)
        async with at_a_desk(paper=trail, shelf=Shelf(path), law=policy or law()) as desk:
            yield desk


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    return tmp_path / "trail.db"


def bodies(trail: Path) -> list[tuple[object, ...]]:
    """The bytes that the chain is made of: what is in them stays for ever."""
    with History.open(trail) as history:
        return history.files()[0].select("SELECT seq, body FROM log")


def noted(trail: Path) -> list[Record]:
    """What is written of who has read, oldest first."""
    with History.open(access.beside(trail)) as history:
        return [row.record for row in reversed(history.rows())]


async def found(desk: Desk, chosen: Filter = Filter()) -> list[Session]:  # noqa: B008  a value
    page = await desk.seat.log(chosen)
    assert isinstance(page, LogPage)
    return [entry for entry in page.entries if isinstance(entry, Session)]


async def test_what_was_done_a_moment_ago_is_found_with_its_modes_and_the_look_is_noted(trail: Path) -> None:
    async with with_a_log(trail, *session("aa", 10.0)) as desk:
        call = await desk.call()
        await asked(desk, Listen(call))
        live = desk.strip.session
        await asked(desk, Whisper(call))
        await desk.clock.wind(3)
        await desk.ask(Leave())
        mine, theirs = await found(desk)
        assert (mine.ident, mine.user, mine.ended) == (live, "ana", "leg.left")
        assert mine.seconds["whisper"] == pytest.approx(3.0, abs=0.1)
        assert (theirs.ident, theirs.user, theirs.caller) == ("aa", "eve", "…0142")
        assert [each.ident for each in await found(desk, Filter(mode=Mode.WHISPER, user="e*"))] == ["aa"]
    first, second = noted(trail)
    assert (first.kind, first.who and first.who.user, first.detail) == (Kind.LOG_READ, "ana", "console list: 2")
    assert second.detail == "console list user=e* mode=whisper: 1"
    assert verify(trail, ()).broken == ()


async def test_whoever_may_not_view_the_log_sees_their_own_and_is_told_so(trail: Path) -> None:
    own = Who("ana", ANA.uid)
    rows = [*session("aa", 10.0), *session("bb", 20.0, who=own)]
    async with with_a_log(trail, *rows, policy=law(rights=ALL.rights - {Right.LOG_VIEW})) as desk:
        page = await desk.seat.log(Filter())
        assert isinstance(page, LogPage)
        assert [entry.ident for entry in page.entries if isinstance(entry, Session)] == ["bb"]
        assert page.narrowed is not None
        assert page.narrowed.code == "denied.no-right"
        theirs = await desk.seat.log(Filter(user="eve"))
        assert isinstance(theirs, Refused)
        assert theirs.denied
        hidden = await desk.seat.log_entry(SessionId("aa"))
        assert hidden == await desk.seat.log_entry(SessionId("zz")), "not to be seen is not to be there"
    assert [row.kind for row in noted(trail)] == [Kind.LOG_READ, Kind.DENIED]


async def test_the_scope_of_the_profile_holds_in_the_log_too(trail: Path) -> None:
    rows = [*session("aa", 10.0), *session("bb", 20.0, queue="vip-gold")]
    async with with_a_log(trail, *rows, policy=law(deny=Scope(queue=("vip-*",)), numbers=Numbers.NONE)) as desk:
        (seen,) = await found(desk)
        assert (seen.ident, NUMBER[-4:] in seen.caller) == ("aa", False)
        assert isinstance(await desk.seat.log_entry(SessionId("bb")), Refused)


async def test_a_session_is_read_in_full_and_numbers_stay_masked(trail: Path) -> None:
    async with with_a_log(trail, *session("aa", 10.0)) as desk:
        entry = await desk.seat.log_entry(SessionId("aa"))
        assert isinstance(entry, LogEntry)
        assert [row.record.kind for row in entry.rows] == [Kind.REQUESTED, Kind.AIMED, Kind.LEFT, Kind.LEG_ENDED]
        assert NUMBER not in repr(entry)
    assert noted(trail)[-1].detail == "console show aa: 4"


async def test_hands_and_deeds_are_listed_in_the_console_as_the_command_lists_them(trail: Path) -> None:
    ben = Whom("PJSIP/1002", "Ben Okoro", "sales")
    hand = Record(Kind.HAND_RAISED, 10.0, 10.0, "old", whom=ben, call=CallRef("lab"))
    deed = Record(Kind.ACTED, 20.0, 20.0, "old", who=OTHER, whom=ben, deed="pause", reason="lunch")
    async with with_a_log(trail, hand, deed) as desk:
        raised, acted = await desk.seat.log(Filter(hands=True)), await desk.seat.log(Filter(acts=True))
        assert isinstance(raised, LogPage) and isinstance(acted, LogPage)
        assert [(type(each), each.member) for each in raised.entries] == [(Raised, "Ben Okoro")]
        assert [(type(each), each.reason) for each in acted.entries] == [(Acted, "lunch")]


async def test_where_the_look_cannot_be_noted_nothing_is_shown(trail: Path) -> None:
    async with with_a_log(trail, *session("aa", 10.0)) as desk:
        access.beside(trail).mkdir()
        for shown in (await desk.seat.log(Filter()), await desk.seat.log_entry(SessionId("aa"))):
            assert isinstance(shown, Refused)
            assert shown.why.code == "log.unread"


async def test_no_more_than_a_page_is_shown_and_that_is_said(trail: Path) -> None:
    rows = [row for n in range(MOST + 5) for row in session(f"s{n:04}", 10.0 * n)]
    async with with_a_log(trail, *rows) as desk:
        page = await desk.seat.log(Filter(limit=10_000))
        assert isinstance(page, LogPage)
        assert (len(page.entries), page.more) == (MOST, True)


@pytest.mark.parametrize("numbers", [Numbers.FULL, Numbers.LAST4])
async def test_the_recordings_file_is_known_and_the_callers_number_in_it_stays_masked(
    trail: Path, numbers: Numbers
) -> None:
    async with with_a_log(trail, policy=law(numbers=numbers)) as desk:
        call = await desk.call()
        number = desk.engine.lines[call.pbx].floor.calls[call.uniqueid].number
        file = f"/var/spool/asterisk/monitor/in-{number}-1.wav"
        desk.pbx.chans[call.uniqueid].variables["MIXMONITOR_FILENAME"] = file
        await asked(desk, Listen(call))
        live = desk.strip.session
        assert live is not None
        await desk.ask(Leave())
        entry = await desk.seat.log_entry(live)
        assert isinstance(entry, LogEntry)
        assert recording_file(entry.named) == (file if numbers is Numbers.FULL else file.replace(number, "{caller}"))
    assert number.encode() not in b"".join(line[1] for line in bodies(trail))  # type: ignore[misc]


# --- notes


async def test_a_note_stands_in_the_log_with_its_time_and_the_chain_stays_whole(trail: Path) -> None:
    async with with_a_log(trail) as desk:
        call = await desk.call()
        await desk.clock.wind(5)
        await asked(desk, Listen(call))
        live = desk.strip.session
        assert live is not None
        await desk.clock.wind(2)
        assert await desk.ask(Note(live, " offer the longer warranty ")) == Done()
        await desk.ask(Leave())
        desk.pbx.hang_up_call(call.uniqueid)
        await desk.clock.wind(0.1)
        assert await desk.ask(Note(live, "she did")) == Done()
        entry = await desk.seat.log_entry(live)
        assert isinstance(entry, LogEntry)
        notes = [row.record for row in entry.named if row.record.kind is Kind.NOTE]
        assert [note.detail for note in notes] == ["offer the longer warranty", "she did"]
        assert notes[0].lasted == pytest.approx(7, abs=0.5)
        assert notes[1].lasted is None, "the call was over"
        assert all(note.who is not None and note.who.user == "ana" and note.whom is not None for note in notes)
        assert entry.session.notes == 2
    assert verify(trail, ()).broken == ()
    with History.open(trail) as history:
        assert history.open_sessions() == []


async def test_a_note_is_refused_that_says_nothing_too_much_or_the_callers_number(trail: Path) -> None:
    async with with_a_log(trail, *session("aa", 10.0), *session("bb", 20.0, queue="vip-gold")) as desk:

        async def why(text: str, ident: str = "aa") -> str:
            answer = await desk.ask(Note(SessionId(ident), text))
            assert isinstance(answer, Refused)
            return answer.why.code

        assert await why("  ") == "note.empty"
        assert await why("x" * (LONGEST + 1)) == "note.long"
        for number in (NUMBER, "0155550142", "33 1 55 55 01 42", "01-55.55/01 42", "1234567"):
            assert await why(f"call back {number} today") == "note.number"
        assert await why("an ESC\x1b[2J") == await why("two\nlines") == "note.signs"
        assert await why("a word", "zz") == "log.no_session"
        desk.law.becomes(law(deny=Scope(queue=("vip-*",))))
        await desk.engine.law.look()
        await desk.engine.law.look()
        assert await why("a word", "bb") == "log.no_session"
    with History.open(trail) as history:
        assert [row for row in history.rows(kinds=[Kind.NOTE])] == []  # noqa: C416  a list that is empty


async def test_a_console_without_a_log_says_so() -> None:
    async with at_a_desk(law=law()) as desk:
        for answer in (await desk.seat.log(Filter()), await desk.ask(Note(SessionId("aa"), "a word"))):
            assert isinstance(answer, Refused)
            assert answer.why.code == "log.none"


async def test_without_a_policy_the_owner_of_the_log_sees_all_and_whoever_is_only_let_in_their_own(trail: Path) -> None:
    own = Who("ana", ANA.uid)
    with Trail.open(trail) as log:
        for row in (*session("aa", 10.0), *session("bb", 20.0, who=own)):
            log.append(row)
        for enforced, seen in ((False, ["bb", "aa"]), (True, ["bb"])):
            async with at_a_desk(paper=log, shelf=Shelf(trail), law=None) as desk:
                seat = desk.engine.admit(ANA, desk.seat.handset.rules, enforced=enforced)
                page = await seat.log(Filter())
                assert isinstance(page, LogPage)
                assert [entry.ident for entry in page.entries if isinstance(entry, Session)] == seen
                assert isinstance(await seat.log_entry(SessionId("aa")), LogEntry) is not enforced


class SlowShelf:
    """A log that takes its time to be opened."""

    def __init__(self, path: Path) -> None:
        self._shelf = Shelf(path)
        self.begun, self.go_on = threading.Event(), threading.Event()

    def open(self) -> History:
        self.begun.set()
        assert self.go_on.wait(10)
        return self._shelf.open()

    def note(self, record: Record) -> None:
        self._shelf.note(record)


async def test_a_look_is_given_up_for_the_next_one_and_at_the_end(trail: Path) -> None:
    with Trail.open(trail) as log:
        for n in range(50):
            for row in session(f"s{n:02}", 10.0 * n):
                log.append(row)
    clock, shelf = WoundClock(), SlowShelf(trail)
    with ThreadPoolExecutor(1) as thread:
        async with at_a_desk(law=law()) as desk:
            grants = grants_of(ANA, law())
            archive = Archive(
                shelf,
                lambda: ANA,
                lambda: grants,
                desk.seat.scribe,
                clock,
                thread,
                lambda _first: None,
                is_owner=True,
                scoring=asyncio.Lock(),
            )
            first = asyncio.create_task(archive.find(Filter()))
            await asyncio.to_thread(shelf.begun.wait, 10)
            second = asyncio.create_task(archive.find(Filter(limit=3)))
            await asyncio.sleep(0)
            shelf.go_on.set()
            given_up, found = await first, await second
            assert isinstance(given_up, Refused)
            assert isinstance(found, LogPage)
            assert len(found.entries) == 3
            shelf.begun.clear()
            shelf.go_on.clear()
            third = asyncio.create_task(archive.find(Filter()))
            await asyncio.to_thread(shelf.begun.wait, 10)
            archive.close()
            shelf.go_on.set()
            assert isinstance(await third, Refused)
