"""A log of several files, read, exported, checked and erased as the one log that it is."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.audit.rows import behind_its_back
from tests.unit.cli.logs import NUMBER, log, policy, row, session
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.segments import closed
from whisper_tui.audit.trail import Trail
from whisper_tui.config import paths


@pytest.fixture(autouse=True)
def trail() -> Path:
    """Three files; the session `bb22` was up when the first one was closed."""
    policy('"floor.view", "call.listen", "log.view", "log.export", "log.erase"', "numbers = 'full'")
    path = paths.trail_file()
    begun, *rest = session("bb22", 100)
    with Trail.open(path) as log_:
        for each in (*session("aa11", 10), begun):
            log_.append(each)
        log_.carry()
        for each in rest:
            log_.append(each)
        log_.carry()
        for each in (*session("cc33", 300), row(Kind.DENIED, after=350, deed="barge", rule="no-right")):
            log_.append(each)
    assert len(closed(path)) == 2
    return path


def listed() -> list[dict[str, object]]:
    return [json.loads(line) for line in log("list", "--json").stdout.splitlines()]


def test_sessions_of_all_files_are_listed_once_each_and_shown_whole() -> None:
    assert [each["session"] for each in listed()] == ["cc33", "bb22", "aa11"]
    assert all(each["ended"] == "leg.left" for each in listed())
    kinds = [json.loads(line)["kind"] for line in log("show", "bb22", "--json").stdout.splitlines()]
    assert kinds == ["requested", "aimed", "left"]
    assert log("show", "aa").exit_code == 0


def test_every_row_is_exported_and_hangs_together_through_all_files(trail: Path) -> None:
    rows = [json.loads(line) for line in log("export").stdout.splitlines()]
    assert [each["seq"] for each in rows] == list(range(1, len(rows) + 1))
    with History.open(trail) as history:
        last = history.last()
        assert last is not None
        assert (len(rows), rows[-1]["hash"]) == (last.seq, last.hash.hex())


def check(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py")], capture_output=True, text=True, check=False, cwd="/"
    )
    return done.returncode, done.stdout


def edited(folder: Path, seq: int, **fields: object) -> None:
    path = folder / "rows.jsonl"
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    rows[seq - 1] |= fields
    path.write_text("".join(json.dumps(each) + "\n" for each in rows))


def test_a_bundle_proves_itself_over_all_files_and_shows_a_change_in_any(tmp_path: Path) -> None:
    with History.open(paths.trail_file()) as history:
        firsts = [file.about.last + 1 for file in reversed(history.files())]
    for seq in (None, 2, firsts[1], firsts[1] - 1, firsts[2] + 1):
        folder = tmp_path / f"bundle-{seq}"
        assert log("export", "--evidence", str(folder)).exit_code == 0
        if seq is None:
            assert check(folder)[0] == 0, check(folder)
            continue
        edited(folder, seq, body='{"kind":"left"}')
        status, said = check(folder)
        assert (status, f"row {seq}" in said) == (1, True), said


def test_the_place_where_a_file_goes_on_after_another_is_held_too(tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    log("export", "--evidence", str(folder))
    about = json.loads((folder / "about.json").read_text())
    seq = next(iter(about["starts"]))
    about["starts"][seq] = "00" * 32
    (folder / "about.json").write_text(json.dumps(about))
    status, said = check(folder)
    assert (status, "goes on from another row" in said) == (1, True)


def test_a_number_is_erased_from_every_file_down_to_the_bytes(trail: Path) -> None:
    assert log("erase", "--subject", NUMBER, "--ticket", "T-1", "--yes").exit_code == 0
    for file in (*closed(trail), trail):
        assert NUMBER.encode() not in file.read_bytes()
    assert log("verify").exit_code == 0
    with Trail.open(trail) as log_:
        assert [each.record.detail for each in log_.rows(kinds=[Kind.LOG_ERASED])] == ["10 rows, ticket T-1"]
    assert [each["session"] for each in listed()] == ["cc33", "bb22", "aa11"]


def test_a_change_in_a_closed_file_is_found(trail: Path) -> None:
    behind_its_back(closed(trail)[0], "UPDATE log SET body = replace(body, 'silent', 'barges') WHERE seq = 2")
    found = log("verify")
    assert (found.exit_code, "row 2" in found.stdout) == (1, True)


def test_a_log_that_was_taken_away_shows_by_the_anchors_that_it_left(trail: Path) -> None:
    beside = trail.with_name("trail.anchors")
    with Trail.open(trail) as log_:
        last = log_.last()
        assert last is not None
        beside.write_text(f"{last.seq} {last.hash.hex()} {log_.about.log_id} 1795000000.000\n")
    assert log("verify").exit_code == 0
    for file in (*closed(trail), trail):
        file.unlink()
    with Trail.open(trail) as log_:
        log_.append(row(Kind.STARTED))
        last = log_.last()
        assert last is not None
        with beside.open("a") as more:
            more.write(f"{last.seq} {last.hash.hex()} {log_.about.log_id} 1795000100.000\n")
    assert log("verify").exit_code == 2


def test_an_index_that_lacks_rows_is_found(trail: Path) -> None:
    connection = sqlite3.connect(trail, isolation_level=None)
    connection.execute("PRAGMA writable_schema=ON")
    ((sql,),) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'sessions'")
    lacking = sql + " AND session <> 'cc33'" if "WHERE" in sql else sql + " WHERE session <> 'cc33'"
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'sessions'", [lacking])
    connection.close()
    connection = sqlite3.connect(trail, isolation_level=None)
    connection.execute("REINDEX sessions")
    connection.execute("PRAGMA writable_schema=ON")
    connection.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'sessions'", [sql])
    connection.close()
    assert log("verify").exit_code == 1
