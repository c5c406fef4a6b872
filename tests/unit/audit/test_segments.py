"""A log of several files: carried on at any moment without losing a row, read as one, and checked through all of them."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import FrameType

import pytest

from tests.fakes.clock import WoundClock
from tests.unit.audit.rows import behind_its_back, record
from whisper_tui.audit import segments
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.tables import TrailUnreadable, TrailUnwritable
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import Broken, Why, verify

FIXTURES = Path(__file__).parents[3] / "fixtures" / "audit"
SESSION = (Kind.REQUESTED, Kind.RINGING, Kind.JOINED, Kind.AIMED)


def played(fixture: str, path: Path) -> Path:
    """The log of a fixture, as a file."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FIXTURES / fixture).read_text())
    return path


def contents(path: Path) -> list[str]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return list(connection.iterdump())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trail.db"


@pytest.fixture
def three(path: Path) -> Path:
    """A log of three files: rows 1 to 4, 5 to 7 (the first says that it is carried on), 8 and 9."""
    with Trail.open(path, WoundClock()) as trail:
        for kind in SESSION:
            trail.append(record(kind))
        trail.carry()
        trail.append(record(Kind.MODE))
        trail.append(record(Kind.REQUESTED, session="session-2"))
        trail.carry()
        trail.append(record(Kind.LEFT))
    return path


def places(path: Path) -> list[tuple[int, Why]]:
    return [(each.seq, each.why) for each in verify(path).broken]


def numbers(path: Path, **wanted: object) -> list[int]:
    with History.open(path) as history:
        return [row.seq for row in history.rows(**wanted)]  # type: ignore[arg-type]


def test_rows_go_on_through_the_files_and_are_read_as_one(three: Path) -> None:
    assert sorted(each.name for each in three.parent.glob("*.db")) == ["trail.0001.db", "trail.0002.db", "trail.db"]
    assert {stat.S_IMODE(each.stat().st_mode) for each in three.parent.iterdir()} == {0o600}
    assert numbers(three) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    assert numbers(three, limit=4) == [9, 8, 7, 6]
    assert numbers(three, limit=4, before=6) == [5, 4, 3, 2]
    assert numbers(three, kinds=[Kind.LOG_CARRIED]) == [8, 5]
    assert numbers(three, session="session-1") == [9, 6, 4, 3, 2, 1]
    with History.open(three) as history:
        assert [history.row(seq) is not None for seq in (0, 1, 4, 5, 9, 10)] == [False, True, True, True, True, False]
        kinds = [row.kind for row in history.records((Kind.REQUESTED, Kind.LEFT, Kind.LOG_CARRIED), 0.0)]
        assert kinds == [Kind.REQUESTED, Kind.LOG_CARRIED, Kind.REQUESTED, Kind.LOG_CARRIED, Kind.LEFT]
    found = verify(three)
    assert (found.whole, found.rows, found.last, found.files) == (True, 9, 9, 3)


def test_what_is_open_in_an_older_file_is_found_and_closed_from_the_newest(path: Path) -> None:
    with Trail.open(path) as trail:
        for kind in SESSION:
            trail.append(record(kind))
        trail.carry()
        trail.carry()
        (session,) = trail.open_sessions()
        assert (session.ident, session.opened.seq, session.latest.seq) == ("session-1", 1, 4)
        assert [each.ident for each in trail.open_legs()] == ["leg-1"]
    with Trail.open(path) as trail:
        trail.append(record(Kind.LEFT))
        assert trail.open_sessions() == []
        assert [(each.opened.seq, each.latest.seq) for each in trail.open_legs()] == [(1, 7)]
    assert verify(path).whole
    behind_its_back(path, "DELETE FROM unclosed")
    assert verify(path).broken == (Broken(0, Why.COLUMN, "leg leg-1: not closed, or not open"),)


def test_the_salt_of_the_history_goes_on_and_its_calls_stay(path: Path) -> None:
    with Trail.open(path) as trail:
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute("INSERT INTO secrets VALUES ('callers', x'0102')")
            connection.execute("INSERT INTO calls (pbx, uniqueid, queue, agent, joined, outcome, ended) "
                               "VALUES ('main', '1.1', 'support', '', 1.0, 'gone', 2.0)")  # fmt: skip
        trail.carry()
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT * FROM secrets").fetchall() == [("callers", b"\1\2")]
        assert connection.execute("SELECT uniqueid FROM calls").fetchall() == [("1.1",)], "of the last days"
    with closing(sqlite3.connect(path.with_name("trail.0001.db"))) as connection:
        assert connection.execute("SELECT uniqueid, repeat FROM calls").fetchall() == [("1.1", 0)]


def test_a_log_of_the_first_schema_is_carried_forward_and_not_a_byte_of_its_rows_changes(path: Path) -> None:
    before = contents(played("first.sql", path))
    with Trail.open(path, WoundClock()) as trail:
        first = trail.row(7)
        assert first is not None
        assert first.record.kind is Kind.LOG_CARRIED
        part = first.record.part
        assert part is not None
        assert (part.file, part.schema, part.first, part.last) == ("trail.0001.db", 1, 1, 6)
        assert (FIXTURES / "first.sql").read_text().startswith(f"-- head: {part.head}\n")
        assert trail.append(record()) == 8
    assert contents(path.with_name("trail.0001.db")) == before
    found = verify(path)
    assert (found.whole, found.rows, found.erased) == (True, 8, (6,))
    assert numbers(path) == [8, 7, 6, 5, 4, 3, 2, 1]


def test_a_log_of_the_second_schema_is_still_whole(tmp_path: Path) -> None:
    """It goes on after the fixture of the first schema."""
    played("first.sql", tmp_path / "trail.0001.db")
    path = played("second.sql", tmp_path / "trail.db")
    found = verify(path)
    assert found.broken == ()
    assert (found.rows, found.files) == (10, 2)
    assert (FIXTURES / "second.sql").read_text().startswith(f"-- head: {found.head.hex()}\n")
    with Trail.open(path) as trail:
        assert trail.append(record(Kind.NOTE)) == 11
        assert [each.ident for each in trail.open_sessions()] == ["session-9"]


Step = Callable[[], None]


def stepwise(carried: Callable[[], object], at: int, then: Step) -> int:
    """Run `carried`, doing `then` before the line number `at` that is run of segments.py; return how many were run."""
    count = 0

    def look(frame: FrameType, event: str, argument: object) -> object:
        nonlocal count
        if frame.f_code.co_filename != segments.__file__:
            return None
        if event == "line":
            count += 1
            if count == at:
                then()
        return look

    sys.settrace(look)  # type: ignore[arg-type]
    try:
        carried()
    finally:
        sys.settrace(None)
    return count


def steps(tmp_path: Path, prepare: Callable[[Path], Path]) -> int:
    """How many lines of segments.py opening the log of `prepare` runs, and going on in another file."""
    folder = tmp_path / "counted"
    folder.mkdir()
    path = prepare(folder / "trail.db")
    return stepwise(lambda: carried_on(path), 0, lambda: None)


def first(path: Path) -> Path:
    return played("first.sql", path)


def second(path: Path) -> Path:
    with Trail.open(path) as trail:
        for _ in range(6):
            trail.append(record())
    return path


def carried_on(path: Path) -> None:
    with Trail.open(path) as trail:
        if not path.with_name("trail.0001.db").exists():
            trail.carry()


@pytest.mark.parametrize("prepare", [first, second])
def test_killed_at_any_step_the_next_start_goes_on(tmp_path: Path, prepare: Callable[[Path], Path]) -> None:
    for at in range(1, steps(tmp_path, prepare) + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        path = prepare(folder / "trail.db")
        child = os.fork()
        if child == 0:
            stepwise(lambda path=path: carried_on(path), at, lambda: os._exit(9))  # type: ignore[misc]
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
        assert verify(path).whole, at  # an auditor may come before the next start
        assert [seq for seq in numbers(path) if seq <= 6] == [6, 5, 4, 3, 2, 1], at
        carried_on(path)
        found = verify(path)
        assert (found.whole, found.rows, found.files) == (True, 7, 2), at
        left = {each.name for each in folder.iterdir()} - {"trail.db-wal", "trail.db-shm"}
        assert left == {"trail.db", "trail.0001.db", "trail.db.lock"}, at
        shutil.rmtree(folder)


@pytest.mark.parametrize("prepare", [first, second])
def test_a_disk_that_is_full_at_any_step_costs_no_row(tmp_path: Path, prepare: Callable[[Path], Path]) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device")

    for at in range(1, steps(tmp_path, prepare) + 1):
        folder = tmp_path / str(at)
        folder.mkdir()
        path = prepare(folder / "trail.db")
        with pytest.raises(TrailUnwritable) as refused:
            stepwise(lambda path=path: carried_on(path), at, full)  # type: ignore[misc]
        assert refused.value.cause == "full"
        assert verify(path).whole, at
        with Trail.open(path) as trail:
            trail.append(record())
        assert [seq for seq in numbers(path, limit=100) if seq <= 6] == [6, 5, 4, 3, 2, 1], at
        assert verify(path).whole, at
        shutil.rmtree(folder)


def test_rows_go_on_in_the_same_file_when_it_cannot_be_closed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Trail.open(path) as trail:
        trail.append(record())
        with monkeypatch.context() as patch:
            patch.setattr(Path, "hardlink_to", lambda self, to: os.link(to, "/proc/self/none"))
            with pytest.raises(TrailUnwritable):
                trail.carry()
        assert trail.append(record()) == 2
        with History.open(path) as reader:
            reader.rows()
            with pytest.raises(TrailUnwritable) as refused:
                trail.carry()
            assert refused.value.cause == "locked"
            assert trail.append(record()) == 3
            assert [row.seq for row in reader.rows()] == [3, 2, 1]
        trail.carry()
        assert trail.append(record()) == 5
    assert verify(path).whole


def test_a_small_disk_that_is_full_refuses_to_carry_on_and_keeps_what_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=500k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    try:
        path = folder / "trail.db"
        with Trail.open(path) as trail:
            trail.append(record())
            ballast = folder / "ballast"
            with pytest.raises(OSError), ballast.open("wb", buffering=0) as file:
                while True:
                    file.write(bytes(4096))
            with pytest.raises(TrailUnwritable) as refused:
                trail.carry()
            assert refused.value.cause == "full"
            ballast.unlink()
            assert trail.append(record()) == 2
            trail.carry()
            assert trail.append(record()) == 4
        assert verify(path).whole
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_nobody_else_writes_while_a_log_is_carried_forward(path: Path) -> None:
    played("first.sql", path)
    with Trail.open(path), pytest.raises(TrailUnwritable) as refused:
        Trail.open(path)
    assert refused.value.cause == "locked"
    assert f"process {os.getpid()}" in str(refused.value)


def away(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def exchanged(one: str, other: str) -> Callable[[Path], object]:
    def exchange(folder: Path) -> None:
        (folder / one).rename(folder / "third")
        (folder / other).rename(folder / one)
        (folder / "third").rename(folder / other)

    return exchange


def edited(name: str, *statements: str) -> Callable[[Path], object]:
    return lambda folder: behind_its_back(folder / name, *statements)


CUT = "DELETE FROM personal WHERE seq = 7", "DELETE FROM log WHERE seq = 7"
SEQUENCE = "UPDATE sqlite_sequence SET seq = 6 WHERE name = 'log'"


@pytest.mark.parametrize(
    ("harm", "found"),
    [
        (away("trail.0001.db"), [(1, Why.FILE)]),
        (away("trail.0002.db"), [(5, Why.FILE)]),
        (lambda folder: (folder / "trail.0002.db").rename(folder / "trail.0007.db"), [(8, Why.FILE)]),
        (lambda folder: (folder / "trail.0001.db").rename(folder / "elsewhere.db"), [(1, Why.FILE)]),
        (exchanged("trail.0001.db", "trail.0002.db"), [(5, Why.FILE), (8, Why.FILE)]),
        (edited("trail.0001.db", "UPDATE log SET user = 'ben' WHERE seq = 2"), [(2, Why.COLUMN)]),
        (
            edited("trail.0002.db", "UPDATE log SET body = CAST(replace(body, 'mode', 'Mode') AS BLOB) WHERE seq = 6"),
            [(6, Why.HASH), (6, Why.BYTES)],
        ),
        (edited("trail.0002.db", *CUT), [(0, Why.COLUMN), (7, Why.TAIL)]),
        (edited("trail.0002.db", *CUT, SEQUENCE), [(0, Why.COLUMN), (7, Why.TAIL)]),
        (edited("trail.0001.db", "UPDATE about SET log_id = 'another'"), [(0, Why.FILE), (1, Why.FILE)]),
        (edited("trail.0002.db", "UPDATE about SET last = 3"), [(0, Why.COLUMN), (4, Why.FILE), (4, Why.FILE), (4, Why.GAP)]),
        (edited("trail.db", "UPDATE about SET head = zeroblob(32)"), [(8, Why.HASH), (8, Why.HASH)]),
        (lambda folder: (folder / "trail.0002.db").write_bytes(b"dear diary" * 999), [(0, Why.UNREADABLE), (5, Why.FILE)]),
    ],
)  # fmt: skip
def test_harm_to_any_of_the_files_is_found(
    three: Path, harm: Callable[[Path], object], found: list[tuple[int, Why]]
) -> None:
    harm(three.parent)
    assert sorted(places(three), key=str) == sorted(found, key=str)


def test_a_closed_file_in_the_place_of_the_newest_is_found_and_not_written(three: Path) -> None:
    exchanged("trail.db", "trail.0002.db")(three.parent)
    assert (0, Why.FILE) in places(three)
    with pytest.raises(TrailUnwritable) as refused:
        Trail.open(three)
    assert refused.value.cause == "swapped"


def test_a_log_without_its_newest_file_is_not_begun_anew_behind_the_old_ones(three: Path) -> None:
    three.unlink()
    with pytest.raises(TrailUnwritable, match=r"trail\.0002\.db is there") as refused:
        Trail.open(three)
    assert refused.value.cause == "lost"
    assert not three.exists()
    with pytest.raises(TrailUnreadable, match=r"its newest file is gone; trail\.0002\.db is there"):
        verify(three)


def test_a_missing_older_file_stops_nobody_from_writing_and_reading_the_rest(three: Path) -> None:
    away("trail.0001.db")(three.parent)
    with Trail.open(three) as trail:
        assert trail.append(record()) == 10
        assert [each.ident for each in trail.open_legs()] == ["leg-1"]
    assert numbers(three) == [10, 9, 8, 7, 6, 5]
