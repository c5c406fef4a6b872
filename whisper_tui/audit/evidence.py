"""Rows of a session log with what proves them.

The hash of a row is made of its bytes and of the hash of the row before. So a row is proved by its bytes and two hashes, and
that nothing is missing between two rows by the bytes of all between. A bundle holds number and hash of every row there is, and
the bytes of those that were chosen: each chosen row can be checked, and holds its place among the others; of the rest nothing
is told but that they are there. That costs about 90 bytes a row, and lets every hash that was noted elsewhere be compared, not
the last one alone. A hash between two rows without bytes proves nothing by itself.

A caller's number stands in the bytes as a salted hash. The salt goes along only where the whole number does: with it
whoever has the bundle could find a masked number by trying.
"""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from whisper_tui.audit import bundle_verify, chain
from whisper_tui.audit.history import File, History
from whisper_tui.audit.records import Record
from whisper_tui.audit.search import record_in

PAGE = 2000
"""Rows that are read at a time."""


class Raw(Struct, frozen=True):
    """A row exactly as it stands in the file. `before`: the hash of the row before it, b"" if that is missing."""

    seq: int
    body: bytes
    hash: bytes
    before: bytes
    salt: bytes | None = None
    caller: str | None = None

    @property
    def record(self) -> Record | None:
        """What its bytes say, None where they are damaged."""
        return record_in(self.body)


class Extent(Struct, frozen=True):
    """A log at a moment; it may go on growing.

    Args:
        rows: the number of the last one; head: its hash.
        files: those that it is made of, the oldest first.
    """

    log_id: str
    rows: int
    head: bytes
    files: tuple[File, ...]

    @property
    def starts(self) -> dict[int, str]:
        """The hash that the last row of the file before has, by the number of the first row of each file that goes on after one."""
        return {each.about.last + 1: each.about.head.hex() for each in self.files if each.about.last}


def extent(history: History) -> Extent:
    """How far the log goes now.

    Raises:
        TrailUnreadable: it cannot be read.
    """
    files = tuple(reversed(history.files()))
    newest = files[-1]
    log_id = newest.about.log_id
    match newest.select("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1"):
        case [(int(seq), bytes(head))]:
            return Extent(log_id, seq, head, files)
    return Extent(log_id, newest.about.last, newest.about.genesis, files)


def numbers(there: Extent) -> list[int]:
    """The numbers of all rows, sorted."""
    asked = "SELECT seq FROM log WHERE seq <= ? ORDER BY seq"
    return [seq for file in there.files for (seq,) in file.select(asked, [there.rows]) if isinstance(seq, int)]


def raws(there: Extent, seqs: Iterable[int] | None = None) -> Iterator[Raw]:
    """Yield rows as they stand, oldest first: all, or those with the numbers `seqs`, which are sorted."""
    if seqs is None:
        yield from _all(there)
        return
    for seq in seqs:
        file = next(each for each in reversed(there.files) if each.about.last < seq)
        found = file.select(f"{_RAW} WHERE log.seq IN (?, ?) ORDER BY log.seq", [seq - 1, seq])
        before = file.about.genesis if seq == file.about.last + 1 else b""
        for line in found:
            raw = _raw(line, before)
            before = raw.hash
            if raw.seq == seq:
                yield raw


def line(raw: Raw, caller: str | None, *, salted: bool) -> str:
    """A row as a line of an export, by itself: ASCII alone, so that no terminal is moved by it.

    Args:
        caller: as much of the caller's number as may be seen, None: there is none, or it was erased.
        salted: the number is whole, and its salt goes with it.
    """
    told: dict[str, object] = {"seq": raw.seq, "before": raw.before.hex(), "hash": raw.hash.hex(), **_body(raw)}
    if caller is not None:
        told["caller"] = caller
    if salted and raw.salt is not None:
        told["salt"] = raw.salt.hex()
    return json.dumps(told)


def write_rows(there: Extent, folder: Path, chosen: Container[int], *, salted: bool) -> None:
    """Write rows.jsonl of a bundle into `folder`, with the bytes of those that are chosen; and, `salted`, numbers.jsonl.

    Raises:
        TrailUnreadable: the log cannot be read.
        OSError: the files cannot be written.
    """
    numbers = []
    with (folder / "rows.jsonl").open("x", encoding="ascii") as file:
        for raw in _all(there):
            told: dict[str, object] = {"seq": raw.seq, "hash": raw.hash.hex()}
            if raw.seq in chosen:
                told |= _body(raw)
                if salted and raw.salt is not None:
                    numbers.append({"seq": raw.seq, "salt": raw.salt.hex(), "value": raw.caller})
            file.write(json.dumps(told) + "\n")
    if numbers:
        (folder / "numbers.jsonl").write_text("".join(json.dumps(each) + "\n" for each in numbers), "ascii")


def verifier() -> str:
    """The program that checks a bundle without this one."""
    return Path(bundle_verify.__file__).read_text("utf-8")


_RAW = f"""SELECT log.seq, body, hash, salt, value FROM log
    LEFT JOIN personal ON personal.seq = log.seq AND field = '{chain.CALLER}'"""


def _all(there: Extent) -> Iterator[Raw]:
    query = f"{_RAW} WHERE log.seq > ? AND log.seq <= ? ORDER BY log.seq LIMIT {PAGE}"
    for file in there.files:
        last, head, page = file.about.last, file.about.genesis, PAGE
        while page == PAGE:
            lines = file.select(query, [last, there.rows])
            page = len(lines)
            for found in lines:
                raw = _raw(found, head)
                yield raw
                last, head = raw.seq, raw.hash


def _raw(found: tuple[object, ...], before: bytes) -> Raw:
    seq, body, sealed, salt, caller = found
    assert isinstance(seq, int)  # an INTEGER PRIMARY KEY holds nothing else
    return Raw(
        seq,
        _bytes(body),
        _bytes(sealed),
        before,
        salt if isinstance(salt, bytes) else None,
        caller if isinstance(caller, str) else None,
    )


def _bytes(stored: object) -> bytes:
    """What stands in a cell, of whatever type somebody has put there."""
    return stored if isinstance(stored, bytes) else str(stored).encode("utf-8", "surrogateescape")


def _body(raw: Raw) -> dict[str, str]:
    try:
        return {"body": raw.body.decode()}
    except UnicodeDecodeError:  # damaged: as it stands all the same
        return {"hex": raw.body.hex()}
