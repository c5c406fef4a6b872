"""Which other program has a file of SQLite's locked, as far as the system tells (`/proc/locks`, Linux)."""

from __future__ import annotations

import os
import re
from pathlib import Path

LOCKS = Path("/proc/locks")
LINE = re.compile(r"\d+: (?:POSIX|OFDLCK)\s+\S+\s+(READ|WRITE)\s+(\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+) ")
"""`1: POSIX  ADVISORY  WRITE 22624 fe:00:2147396 120 120`: how, who, device and inode."""


def holder(path: Path) -> str:
    """Who holds the database at `path`, in words: whoever writes before whoever reads; "" where nothing tells."""
    files = {_identity(path.with_name(path.name + end)) for end in ("", "-wal", "-shm", "-journal")}
    try:
        lines = LOCKS.read_text("ascii").splitlines()
    except OSError:
        return ""
    there = [found for line in lines if (found := LINE.match(line))]
    held = [
        (found[1], int(found[2]))
        for found in there
        if (int(found[3], 16), int(found[4], 16), int(found[5])) in files and int(found[2]) not in (0, os.getpid())
    ]
    if not held:
        return ""
    _, process = max(held)  # WRITE comes after READ
    return f"process {process}{_named(process)}"


def _identity(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return os.major(found.st_dev), os.minor(found.st_dev), found.st_ino


def _named(process: int) -> str:
    try:
        return f", {Path(f'/proc/{process}/comm').read_text().strip()}"
    except (OSError, UnicodeDecodeError):
        return ""
