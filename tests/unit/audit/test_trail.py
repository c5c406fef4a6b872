"""Writing the log: on disk when it returns, one writer, and a clear word when it cannot be written."""

from __future__ import annotations

import errno
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.unit.audit.rows import record
from whisper_tui.audit import holders
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.tables import TrailUnwritable
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "log.db"


def refusal(attempt: Callable[[], object]) -> TrailUnwritable:
    with pytest.raises(TrailUnwritable) as refused:
        attempt()
    assert refused.value.hint
    return refused.value


def mounted(folder: Path) -> bool:
    """Put a file system of 400 kB at `folder`, where this user can."""
    options = ["-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)]
    return os.geteuid() == 0 and subprocess.run(["mount", *options], capture_output=True).returncode == 0


def test_folder_and_file_are_made_for_their_owner_alone(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.append(record())
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


def test_a_log_that_others_could_read_is_closed_to_them(path: Path) -> None:
    Trail.open(path).close()
    path.chmod(0o644)
    Trail.open(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_rows_are_numbered_and_the_next_start_goes_on(path: Path) -> None:
    with Trail.open(path) as trail:
        assert [trail.append(record()) for _ in range(3)] == [1, 2, 3]
    with Trail.open(path) as trail:
        assert trail.append(record()) == 4
    assert verify(path).rows == 4


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE log SET user = 'ben'",
        "DELETE FROM log",
        "INSERT OR REPLACE INTO log SELECT * FROM log WHERE seq = 1",
        "INSERT INTO log SELECT 0, kind, at, user, leg, session, agent, queue, linkedid, body, hash FROM log",
        "UPDATE personal SET value = ''",
        "INSERT OR REPLACE INTO personal SELECT * FROM personal",
        "UPDATE about SET log_id = ''",
        "DELETE FROM about",
        "INSERT INTO about SELECT * FROM about",
    ],
)
def test_the_file_itself_refuses_to_forget(path: Path, statement: str) -> None:
    with Trail.open(path) as trail:
        trail.append(record())
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)


def test_a_second_writer_is_told_who_holds_the_log(path: Path) -> None:
    with Trail.open(path) as trail:
        refused = refusal(lambda: Trail.open(path))
        assert refused.cause == "locked"
        assert f"process {os.getpid()}" in str(refused)
        assert str(path) in str(refused)
        assert trail.append(record()) == 1
    Trail.open(path).close()


def test_two_threads_write_one_chain(path: Path) -> None:
    with Trail.open(path) as trail:
        numbers: list[int] = []
        other = threading.Thread(target=lambda: numbers.extend(trail.append(record()) for _ in range(30)))
        other.start()
        mine = [trail.append(record(Kind.LEFT)) for _ in range(30)]
        other.join()
        assert sorted(mine + numbers) == list(range(1, 61))
    assert verify(path).whole


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    held = mounted(folder)
    yield folder
    if held:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_refuses_the_row_keeps_the_others_and_is_well_again_with_space(small_disk: Path) -> None:
    path = small_disk / "log.db"
    with Trail.open(path) as trail:
        written = trail.append(record())
        filled = _fill(trail, small_disk)
        refused = None
        for _ in range(1000):
            try:
                written = trail.append(record())
            except TrailUnwritable as error:
                refused = error
                break
        assert refused is not None
        assert refused.cause == "full"
        assert "the disk is full" in refused.what
        assert refusal(lambda: trail.append(record())).cause == "full"
        last = trail.last()
        assert last is not None
        assert last.seq == written
        filled()
        assert trail.append(record()) == written + 1
    assert verify(path).whole


def _fill(trail: Trail, folder: Path) -> Callable[[], object]:
    """Leave no space for the log; what is returned gives it some again."""
    if os.path.ismount(folder):
        ballast = folder / "ballast"
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)), ballast.open("wb", buffering=0) as file:
            while True:
                file.write(b"\0" * 4096)
        return ballast.unlink
    pages = trail._connection.execute("PRAGMA page_count").fetchone()[0]
    trail._connection.execute(f"PRAGMA max_page_count = {pages}")
    return lambda: trail._connection.execute("PRAGMA max_page_count = 100000")


@pytest.fixture
def read_only_folder(small_disk: Path) -> Iterator[Path]:
    """A folder with a log in it, of which nothing can be written; root can write where only rights forbid it."""
    Trail.open(small_disk / "log.db").close()
    if os.path.ismount(small_disk):
        subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
        yield small_disk
    elif os.geteuid() == 0:
        yield Path("/proc/self")
    else:
        small_disk.chmod(0o500)
        yield small_disk
        small_disk.chmod(0o700)


def test_a_read_only_folder_is_said_to_be_one(read_only_folder: Path) -> None:
    for name in ("log.db", "new/log.db"):
        refused = refusal(lambda name=name: Trail.open(read_only_folder / name))  # type: ignore[misc]
        assert refused.cause == "read-only"
        assert str(read_only_folder) in str(refused)


def test_a_program_that_holds_the_file_is_waited_for_only_shortly(path: Path) -> None:
    with Trail.open(path) as trail, closing(sqlite3.connect(path, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        assert refusal(lambda: trail.append(record())).cause == "locked"
        holder.execute("ROLLBACK")
        assert trail.append(record()) == 1


@contextmanager
def other_program(code: str, path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another program, which has done `code` to the log when this begins, and ends with it."""
    text = f"import sqlite3, sys\nfrom pathlib import Path\npath = Path(sys.argv[1])\n{code}\nprint(flush=True)\nsys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", text, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "\n"
        yield program


WRITES = "held = sqlite3.connect(path, isolation_level=None)\nheld.execute('BEGIN IMMEDIATE')"
READS = "held = sqlite3.connect(path, isolation_level=None)\nheld.execute('BEGIN')\nheld.execute('SELECT * FROM log').fetchone()"
OURS = "from whisper_tui.audit.trail import Trail\nheld = Trail.open(path)"


def test_another_program_that_has_the_log_is_named(path: Path) -> None:
    Trail.open(path).close()
    with other_program(OURS, path) as program:
        refused = refusal(lambda: Trail.open(path))
        assert (refused.cause, f"process {program.pid}" in refused.what) == ("locked", True)
        assert program.poll() is None
    Trail.open(path).close()


@pytest.mark.skipif(not holders.LOCKS.exists(), reason="a file of Linux")
def test_a_program_that_locks_the_file_is_named_and_one_that_reads_it_is_no_hindrance(path: Path) -> None:
    with Trail.open(path) as trail:
        with other_program(WRITES, path) as program:
            refused = refusal(lambda: trail.append(record()))
            assert (refused.cause, f"process {program.pid}, python" in refused.what) == ("locked", True)
        assert trail.append(record()) == 1
        with other_program(READS, path) as program:
            assert trail.append(record()) == 2
            refused = refusal(trail.carry)
            assert (refused.cause, f"process {program.pid}, python" in refused.what) == ("locked", True)
            assert trail.append(record()) == 3
    assert holders.holder(path) == ""


def test_where_nothing_tells_who_locks_the_file_it_is_said_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holders, "LOCKS", path / "none")
    with Trail.open(path) as trail, other_program(WRITES, path):
        assert refusal(lambda: trail.append(record())).what == "session log: another program has it open"


def test_a_damaged_page_is_said_at_the_start_and_the_file_left_as_it_is(path: Path) -> None:
    with Trail.open(path) as trail:
        for _ in range(20):
            trail.append(record())
    whole = path.read_bytes()
    causes = set()
    for page in range(1, len(whole) // 4096):
        damaged = whole[: page * 4096] + b"\xff" * 4096 + whole[(page + 1) * 4096 :]
        path.write_bytes(damaged)
        try:
            Trail.open(path).close()
        except TrailUnwritable as refused:
            causes.add(refused.cause)
            assert path.read_bytes() == damaged, page
        else:
            assert not verify(path).whole, page  # only the end is read at the start
    assert causes <= {"corrupt", "broken"}
    assert "corrupt" in causes


def test_a_row_that_somebody_else_wrote_stops_ours(path: Path) -> None:
    with Trail.open(path) as trail, closing(sqlite3.connect(path, isolation_level=None)) as intruder:
        trail.append(record())
        intruder.execute("INSERT INTO log SELECT 2, kind, at, user, '', '', '', '', '', body, hash FROM log")
        assert refusal(lambda: trail.append(record())).cause == "locked"
    assert refusal(lambda: Trail.open(path)).cause == "broken"


@pytest.mark.parametrize("lost", ["log.db", "log.db-wal"])
def test_a_log_that_was_moved_away_under_us_takes_no_more_rows(path: Path, lost: str) -> None:
    with Trail.open(path) as trail:
        trail.append(record())
        (path.parent / lost).rename(path.parent / "away")
        assert refusal(lambda: trail.append(record())).cause == "gone"


def test_what_is_no_log_is_left_as_it_is(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"dear diary, " * 1000)
    assert refusal(lambda: Trail.open(path)).cause == "corrupt"
    assert path.read_bytes() == b"dear diary, " * 1000
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE phone_book (a)")
    assert refusal(lambda: Trail.open(path)).cause == "corrupt"


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.symlink_to("elsewhere.db")], ids=["folder", "link"])
def test_only_a_plain_file_is_a_log(path: Path, make: Callable[[Path], None]) -> None:
    path.parent.mkdir()
    make(path)
    refused = refusal(lambda: Trail.open(path))
    assert refused.cause == "read-only"
    assert "not a regular file" in refused.what
    assert not (path.parent / "elsewhere.db").exists()


def test_a_log_of_a_newer_program_is_not_written(path: Path) -> None:
    Trail.open(path).close()
    with closing(sqlite3.connect(path, isolation_level=None)) as newer:
        newer.execute("DROP TRIGGER about_stays")
        newer.execute("UPDATE about SET schema = 3")
    assert refusal(lambda: Trail.open(path)).cause == "version"


def test_a_closed_log_says_so_and_can_be_closed_twice(path: Path) -> None:
    trail = Trail.open(path)
    trail.close()
    trail.close()
    assert refusal(lambda: trail.append(record())).cause == "closed"


def test_nothing_is_left_of_a_row_that_could_not_be_written(path: Path) -> None:
    with Trail.open(path) as trail:
        with pytest.raises(ValueError, match="no number"):
            trail.append(record(at=float("nan")))
        trail.append(record())
        with History.open(path) as history:
            assert len(history.rows()) == 1
    assert verify(path).whole
