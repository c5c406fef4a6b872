"""Takes one caller's number out of a session log for good; the chain stays whole, for it holds a salted hash alone.

Deleting a row of `personal` is not enough: SQLite leaves bytes behind where pages were split, and in its write-ahead log. So
the file is written anew (VACUUM), and then searched byte for byte.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, structs

from whisper_tui.audit import chain, tables
from whisper_tui.audit.calls import Calls
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Record
from whisper_tui.audit.segments import closed
from whisper_tui.audit.tables import reading, unwritable, writing
from whisper_tui.audit.trail import Trail

CHUNK = 1 << 20


class Left(Struct, frozen=True):
    """What is left of a number. `rows`: whose bytes have it, in words; `elsewhere`: files that have it in no row."""

    rows: tuple[int, ...] = ()
    elsewhere: tuple[Path, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.rows or self.elsewhere)


def files(log: Path) -> Sequence[Path]:
    """The files that a log is made of, oldest first."""
    return (*closed(log), log)


def spellings(number: str) -> tuple[str, ...]:
    """`number` as somebody has typed it, and as a PBX sends it: without blanks, brackets and dashes."""
    return tuple(dict.fromkeys((number, re.sub(r"[\s()./-]", "", number))))


def holding(file: Path, number: str) -> int:
    """How many rows of a file have the caller's number `number`.

    Raises:
        TrailUnreadable: it cannot be read.
    """
    return _holding(file, number)[1]


def erase(trail: Trail, number: str, record: Record) -> None:
    """Write `record`, with its `erased`, and then take `number`, and what it was sealed with, out of the log that is open.

    Raises:
        TrailUnwritable: it could not be done, or not to the end: asked for again, it goes on from there.
    """
    wanted = spellings(number)
    there = (_holding(file, number) for file in files(trail.path))
    trail.append(structs.replace(record, erased={str(first): count for first, count in there if count}))
    for file in files(trail.path):
        with writing(file):
            _take_out(file, number, wanted)


def _holding(file: Path, number: str) -> tuple[int, int]:
    """The number of the file's first row, and how many have the caller's number `number`."""
    wanted = spellings(number)
    with History.open(file) as history:
        ((count,),) = history.files()[0].select(
            f"SELECT count(*) FROM personal WHERE {_of(wanted)}", [chain.CALLER, *wanted]
        )
    assert isinstance(count, int)
    return history.about.last + 1, count


def _take_out(file: Path, number: str, wanted: Sequence[str]) -> None:
    connection = tables.connect(file, "rw")
    try:
        if connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'calls'").fetchone():
            Calls(lambda: connection, threading.Lock(), file).forget(number)
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute(f"DELETE FROM personal WHERE {_of(wanted)}", [chain.CALLER, *wanted])
        for statement in ("PRAGMA wal_checkpoint(TRUNCATE)", "VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            found = connection.execute(statement).fetchone()
            if found is not None and found[0] not in (0, -1):  # somebody reads what is older
                raise unwritable(file, "locked", "somebody reads it")
    finally:
        connection.close()


def left(file: Path, number: str) -> Left:
    """What is left of `number` in a file and those that SQLite keeps beside it. No connection to it may be open here.

    Raises:
        TrailUnreadable: it cannot be read.
        OSError: the same, of the bytes.
    """
    needles = [spelling.encode() for spelling in spellings(number)]
    there = [file.with_name(file.name + end) for end in ("", "-wal", "-journal")]
    holding_it = tuple(each for each in there if each.exists() and any(_has(each, needle) for needle in needles))
    if not holding_it:
        return Left()
    with History.open(file) as history, reading(file):
        found = [
            seq
            for needle in needles
            for (seq,) in history.files()[0].select("SELECT seq FROM log WHERE instr(body, ?) > 0", [needle])
            if isinstance(seq, int)
        ]
    return Left(tuple(sorted({*found}))) if found else Left(elsewhere=holding_it)


def _of(wanted: Sequence[str]) -> str:
    return f"field = ? AND value IN ({', '.join('?' * len(wanted))})"


def _has(file: Path, needle: bytes) -> bool:
    return any(needle in piece for piece in _pieces(file, len(needle) - 1))


def _pieces(file: Path, overlap: int) -> Iterator[bytes]:
    """The bytes of `file`, each piece beginning with the end of the one before."""
    with file.open("rb") as held:
        end = b""
        while piece := held.read(CHUNK):
            yield end + piece
            end = (end + piece)[-overlap:] if overlap else b""
