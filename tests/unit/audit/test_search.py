"""Looking for sessions and rows, with no more reading than it takes."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.unit.audit.rows import CALLER, behind_its_back, record
from whisper_tui.audit.history import File, History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.search import PAGE, SLACK, Finder, Wanted
from whisper_tui.audit.trail import Trail


class Counting(History):
    """Counts the questions to SQLite."""

    asked = 0

    def files(self) -> list[File]:
        found = super().files()
        for each in found:
            each.connection.set_trace_callback(self._count)
        return found

    def _count(self, statement: str) -> None:
        self.asked += 1


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trail.db"


def fill(path: Path, count: int) -> None:
    """`count` sessions of two rows, one an hour."""
    with Trail.open(path) as trail:
        for n in range(count):
            for kind in (Kind.REQUESTED, Kind.LEFT):
                trail.append(record(kind, at=3600.0 * n, leg=f"leg-{n}", session=f"session-{n:04}"))


def test_no_more_is_read_than_is_taken(path: Path) -> None:
    fill(path, 2 * PAGE)
    with Counting.open(path) as history:
        found = Finder(history)
        assert len(list(islice(found.sessions(Wanted()), 3))) == 3
        assert history.asked < 12


def test_a_day_is_found_without_going_through_the_log(path: Path) -> None:
    fill(path, 2 * PAGE)
    with Counting.open(path) as history:
        (rows,) = Finder(history).sessions(Wanted(since=3600.0 * 40, until=3600.0 * 41))
        assert [row.seq for row in rows] == [81, 82]
        assert history.asked < 35


def test_sessions_come_in_the_order_in_which_they_began_whichever_ended_last(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append(record(Kind.REQUESTED, session="a"))
        trail.append(record(Kind.REQUESTED, session="b"))
        trail.append(record(Kind.LEFT, session="b"))
        trail.append(record(Kind.REQUESTED, session="a", deed="whisper"))
    with History.open(path) as history:
        assert [rows[0].record.session for rows in Finder(history).sessions(Wanted())] == ["b", "a"]


def test_a_row_is_found_by_its_time_although_the_clock_was_put_back_a_day(path: Path) -> None:
    with Trail.open(path) as trail:
        for n, at in enumerate([*range(200), *range(200 - 24, 300)]):
            trail.append(record(session=f"s{n:04}", at=3600.0 * at))
    assert SLACK == 24 * 3600
    with History.open(path) as history:
        for hour in range(300):
            wanted = Wanted(since=3600.0 * hour, until=3600.0 * (hour + 1))
            assert len(list(Finder(history).sessions(wanted))) == (2 if 176 <= hour < 200 else 1)


def test_numbers_are_there_until_they_are_erased_and_damaged_rows_are_named(path: Path) -> None:
    fill(path, 3)
    behind_its_back(path, "DELETE FROM personal WHERE seq = 1", "UPDATE log SET body = 'text' WHERE seq = 3")
    with History.open(path) as history:
        found = Finder(history)
        first, second = found.session("session-0000")
        assert (first.erased, second.erased) == (("call.caller",), ())
        assert second.record.call is not None
        assert second.record.call.caller == CALLER
        assert [row.seq for row in found.session("session-0001")] == [4]
        assert found.damaged == {3}


def test_a_part_of_an_id_finds_those_that_begin_so(path: Path) -> None:
    fill(path, 12)
    with History.open(path) as history:
        found = Finder(history)
        assert found.idents("session-001", 9) == ["session-0010", "session-0011"]
        assert found.idents("session-", 2) == ["session-0000", "session-0001"]
        assert found.idents("_", 2) == []


def test_an_empty_log_has_nothing(path: Path) -> None:
    with Trail.open(path) as trail:
        assert list(Finder(trail).sessions(Wanted(since=1.0, until=2.0))) == []
