"""Reading the log back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.audit.rows import CALLER, PLAIN, behind_its_back, record
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind, Who, Whom
from whisper_tui.audit.tables import TrailUnreadable
from whisper_tui.audit.trail import Trail


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


@pytest.fixture
def trail(path: Path) -> Iterator[Trail]:
    with Trail.open(path) as trail:
        yield trail


def numbers(trail: History, **wanted: object) -> list[int]:
    return [row.seq for row in trail.rows(**wanted)]  # type: ignore[arg-type]


def test_rows_come_back_newest_first_and_in_pages(trail: Trail) -> None:
    for n in range(5):
        trail.append(record(detail=str(n)))
    assert numbers(trail) == [5, 4, 3, 2, 1]
    assert numbers(trail, limit=2) == [5, 4]
    assert numbers(trail, before=4, limit=2) == [3, 2]
    last = trail.last()
    assert last is not None
    assert last.record.detail == "4"
    assert last.record.call == PLAIN.call


def test_rows_are_found_by_who_whom_session_kind_and_time(trail: Trail) -> None:
    trail.append(record(who=Who("ben", 1001), at=100.0))
    trail.append(record(Kind.LEFT, session="session-2", at=200.0))
    trail.append(record(Kind.DENIED, whom=Whom("PJSIP/1002", queue="sales"), leg="leg-2", at=300.0))
    assert numbers(trail, user="ben") == [1]
    assert numbers(trail, session="session-2") == [2]
    assert numbers(trail, kinds=[Kind.LEFT, Kind.DENIED]) == [3, 2]
    assert numbers(trail, agent="PJSIP/1002", queue="sales") == [3]
    assert numbers(trail, leg="leg-2") == [3]
    assert numbers(trail, since=100.0, until=300.0) == [2, 1]
    assert numbers(trail, user="ben", kinds=[Kind.LEFT]) == []
    assert numbers(trail, user="ben' OR '1'='1") == []


def test_an_empty_log_has_no_last_row(trail: Trail) -> None:
    assert trail.last() is None
    assert trail.row(1) is None
    assert trail.open_sessions() == []


def test_what_was_opened_and_never_left_is_open(trail: Trail) -> None:
    for kind in (Kind.REQUESTED, Kind.RINGING, Kind.JOINED, Kind.AIMED, Kind.MODE):
        trail.append(record(kind))
    trail.append(record(Kind.LEFT))
    trail.append(record(Kind.REQUESTED, session="session-2"))
    trail.append(record(Kind.MODE, session="session-2", mode="whisper"))
    trail.append(record(Kind.DENIED, session="session-3", leg="leg-3"))
    trail.append(record(Kind.REQUESTED, session="", leg="leg-4"))
    (session,) = trail.open_sessions()
    assert (session.ident, session.opened.seq, session.latest.seq) == ("session-2", 7, 8)
    assert session.latest.record.mode == "whisper"
    assert [leg.ident for leg in trail.open_legs()] == ["leg-1", "leg-4"]


def test_what_is_closed_stays_closed_when_a_row_comes_late(trail: Trail) -> None:
    trail.append(record(Kind.REQUESTED))
    trail.append(record(Kind.LEFT))
    trail.append(record(Kind.LEG_ENDED, session=""))
    trail.append(record(Kind.AIMED))
    assert trail.open_sessions() == []
    assert trail.open_legs() == []


def test_what_was_open_when_the_program_died_is_open_at_the_next_start(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append(record(Kind.AIMED))
    with Trail.open(path) as trail:
        assert [each.ident for each in trail.open_sessions()] == ["session-1"]
        trail.append(record(Kind.LEFT))
        assert trail.open_sessions() == []


def test_somebody_else_reads_while_it_is_written(trail: Trail, path: Path) -> None:
    trail.append(record())
    with History.open(path) as reader:
        assert numbers(reader) == [1]
        trail.append(record())
        assert numbers(reader) == [2, 1]


def test_an_erased_number_reads_as_erased(trail: Trail, path: Path) -> None:
    trail.append(record())
    behind_its_back(path, "DELETE FROM personal WHERE seq = 1")
    row = trail.row(1)
    assert row is not None
    assert row.erased == ("call.caller",)
    assert row.record.call is not None
    assert row.record.call.caller == ""
    assert CALLER not in str(row)


def test_a_damaged_row_is_named_and_a_missing_log_too(trail: Trail, path: Path) -> None:
    trail.append(record())
    behind_its_back(path, "UPDATE log SET body = 'no json'")
    with pytest.raises(TrailUnreadable, match="row 1 is damaged"):
        trail.rows()
    with pytest.raises(TrailUnreadable, match="there is none"):
        History.open(path.with_name("other.db"))
