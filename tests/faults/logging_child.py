"""`python -m tests.faults.logging_child LOG`: writes a session log with all its strength, until it is killed.

Says on its output, one line each: `row SEQ HASH` of a row that is on disk; `carry`, `erase` when it begins to go on in another
file, or to take a number out of all of them, `tick` all the while, and `done`.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

from msgspec import structs

from tests.unit.audit.rows import CALLER, PLAIN
from whisper_tui.audit import erasing
from whisper_tui.audit.records import Kind
from whisper_tui.audit.trail import Trail

WRITERS = 3
ROWS = 12
"""Rows between two other deeds."""
SESSION = (Kind.REQUESTED, Kind.JOINED, Kind.AIMED, Kind.MODE, Kind.LEFT, Kind.LEG_ENDED)


def say(line: str) -> None:
    """In one piece: it is shorter than what a pipe takes at once."""
    os.write(1, line.encode() + b"\n")


class Writers:
    """Threads that write rows; whoever holds `gate` keeps them from it."""

    def __init__(self, trail: Trail) -> None:
        self.gate = threading.Lock()
        self.written = threading.Semaphore(0)
        self._trail = trail
        for number in range(WRITERS):
            threading.Thread(target=self._write, args=[f"{os.getpid()}-{number}"], daemon=True).start()

    def _write(self, name: str) -> None:
        for n in count():
            ident = f"{name}-{n // len(SESSION)}"
            record = structs.replace(PLAIN, kind=SESSION[n % len(SESSION)], session=ident, leg=f"leg-{ident}")
            with self.gate:
                seq = self._trail.append(record)
                row = self._trail.row(seq)
            assert row is not None
            say(f"row {seq} {row.hash.hex()}")
            self.written.release()


def ticking(name: str, deed: Callable[[], object]) -> None:
    """Do it, so that it shows when it begins, that it goes on, and when it is done."""
    over = threading.Event()

    def tick() -> None:
        while not over.is_set():
            say("tick")

    say(name)
    ticker = threading.Thread(target=tick, daemon=True)
    ticker.start()
    deed()
    over.set()
    ticker.join()
    say("done")


def main(path: Path) -> None:
    with Trail.open(path) as trail:
        writers = Writers(trail)
        for turn in count():
            for _ in range(ROWS):
                writers.written.acquire()
            if turn % 2 == 0:
                ticking("carry", trail.carry)  # rows wait for it by themselves
            else:
                with writers.gate:  # the program erases only when nothing else writes
                    ticking("erase", lambda: erasing.erase(trail, CALLER, structs.replace(PLAIN, kind=Kind.LOG_ERASED)))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
