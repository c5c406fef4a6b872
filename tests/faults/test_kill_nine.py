"""kill -9 at any moment: no row that was acknowledged is lost, and the log opens, is whole, and goes on."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from tests.unit.audit.rows import CALLER, record
from whisper_tui.audit import erasing
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify

ROOT = Path(__file__).parents[2]
MOMENTS = [("row", "row", 60)] * 9 + [("carry", "tick", 300)] * 8 + [("erase", "tick", 1500)] * 8
"""What the child is at when it is killed, and after how many lines of which kind, at most."""


def killed(path: Path, at: str, what: str, times: int) -> tuple[dict[int, str], str]:
    """Write the log until it has said `what` so many times from the first `at` on; return the acknowledged rows, and what it was
    at."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.faults.logging_child", str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    with child:
        assert child.stdout is not None
        lines: list[str] = []
        begun = False
        for line in child.stdout:
            lines.append(line)
            begun = begun or line.startswith(at)
            times -= begun and line.startswith(what)
            if times == 0:
                break
        child.kill()
        lines += child.stdout
    assert child.returncode == -signal.SIGKILL, lines[-1:]
    said = [line.split() for line in lines if line.endswith("\n")]
    doing = [each[0] for each in said if each[0] in ("carry", "erase", "done")]
    return {int(each[1]): each[2] for each in said if each[0] == "row"}, doing[-1] if doing else ""


def files_of(path: Path) -> Iterator[Path]:
    yield path
    yield from path.parent.glob("trail.0*.db")


def test_25_kills_under_load_lose_no_acknowledged_row(tmp_path: Path, note: list[str]) -> None:
    path, chance = tmp_path / "trail.db", random.Random(9)
    moments = chance.sample(MOMENTS, len(MOMENTS))
    acknowledged: dict[int, str] = {}
    during: list[str] = []
    for at, what, most in moments:
        rows, doing = killed(path, at, what, chance.randrange(1, most))
        assert rows
        acknowledged |= rows
        during.append(doing)
        found = verify(path)  # an auditor may come before the next start
        assert found.broken == (), (at, doing)
        with Trail.open(path) as trail:
            assert trail.append(record(Kind.STARTED, call=None)) > max(acknowledged)
        with History.open(path) as history:
            there = {row.seq: row.hash.hex() for row in history.rows(limit=1_000_000)}
        assert acknowledged.items() <= there.items(), (at, doing)
        assert verify(path).broken == (), (at, doing)
        for file in files_of(path):
            with closing(sqlite3.connect(file)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)], (file, at, doing)
    # Had none fallen there, nothing would be shown of it.
    assert {"carry", "erase", "done"} <= {*during}
    assert len(during) == 25
    with Trail.open(path) as trail:
        erasing.erase(trail, CALLER, record(Kind.LOG_ERASED, call=None))
    assert not any(erasing.left(file, CALLER) for file in files_of(path))
    assert verify(path).broken == ()
    note.append(
        f"kill -9: {len(during)}, of these {during.count('carry')} while a file was closed and {during.count('erase')} "
        f"in an erasure; {len(acknowledged)} rows acknowledged, none lost"
    )
