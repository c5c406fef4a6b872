"""A disk that is full at every step: of beginning a log, a row, another file, an erasure, a row of who reads."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.unit.audit.rows import CALLER, record
from whisper_tui.audit import access, erasing
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.tables import TrailUnwritable
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify

ROWS = 12


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """Of 2 MB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def leave(disk: Path, blocks: int) -> Path:
    """Take all but so many blocks of 4 kB; what is returned holds them."""
    ballast = disk / "ballast"
    there = os.statvfs(disk)
    with ballast.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, (there.f_bavail - blocks) * there.f_frsize)
    return ballast


def begin(path: Path, rows: list[int]) -> None:
    Trail.open(path).close()


def write(path: Path, rows: list[int]) -> None:
    """Rows that are on disk are put into `rows`."""
    with Trail.open(path) as trail:
        for _ in range(ROWS):
            rows.append(trail.append(record()))


def carry(path: Path, rows: list[int]) -> None:
    with Trail.open(path) as trail:
        trail.carry()
        rows.append(trail.append(record()))


def erase(path: Path, rows: list[int]) -> None:
    with Trail.open(path) as trail:
        erasing.erase(trail, CALLER, record(Kind.LOG_ERASED, call=None))


def read(path: Path, rows: list[int]) -> None:
    access.write(path, record(Kind.LOG_READ, call=None))


Step = Callable[[Path, list[int]], None]
STEPS: tuple[Step, ...] = (begin, write, carry, erase, read)


@pytest.mark.parametrize("full_at", STEPS)
def test_a_full_disk_is_said_and_costs_no_row(disk: Path, full_at: Step, note: list[str]) -> None:
    refused: TrailUnwritable | None = None
    for blocks in count():
        folder = disk / "log"
        folder.mkdir()
        path = folder / "trail.db"
        rows: list[int] = []
        for step in STEPS[: STEPS.index(full_at)]:
            step(path, rows)
        ballast = leave(disk, blocks)
        try:
            full_at(path, rows)
        except TrailUnwritable as error:
            refused = error
            assert (refused.cause, "the disk is full" in refused.what) == ("full", True), (blocks, refused)
            is_done = False
        else:
            is_done = True
        ballast.unlink()
        with Trail.open(path) as trail:  # there is space again
            assert trail.append(record(Kind.STARTED)) > max(rows, default=0), blocks
        with History.open(path) as history:
            assert {*rows} <= {row.seq for row in history.rows()}, blocks
        read(path, [])
        assert verify(path).broken == (), blocks
        assert verify(access.beside(path)).broken == (), blocks
        shutil.rmtree(folder)
        if is_done:
            break
    assert refused is not None
    note.append(
        f"a full disk: to {full_at.__name__} took {blocks} blocks of 4 kB; with every number below it was refused"
    )
