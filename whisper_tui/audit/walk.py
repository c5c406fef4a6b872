"""Walks the rows of one file of a session log and says whether they are whole, or where and how they were changed."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from hashlib import sha256
from typing import TypeAlias

import msgspec

from whisper_tui.audit import chain
from whisper_tui.audit.records import Part
from whisper_tui.audit.tables import CLOSING, OPENING

MAX_BROKEN = 1000
"""Broken places that are named; of a log in such a state the first tells enough."""


class Why(Enum):
    """How a place in the log is wrong. Values are stable codes."""

    SCHEMA = "schema"
    """A table or a trigger is not as this program makes it."""
    GAP = "gap"
    """Rows are missing before this one."""
    HASH = "hash"
    """The row's bytes, its hash, or the row before it were changed."""
    BYTES = "bytes"
    """The row's bytes are no record."""
    COLUMN = "column"
    """A column beside the bytes, or the list of what is not closed, says something else than they do."""
    COMMITMENT = "commitment"
    """The personal data beside the row is not what was committed to."""
    TAIL = "tail"
    """Rows were cut off at the end."""
    FILE = "file"
    """A closed file of the log is missing, or is not the one that it should be."""
    UNREADABLE = "unreadable"
    """SQLite cannot read on from here."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A wrong place. `seq`: the row's number, 0 for a file as a whole; `file`: the name of a closed one, "" for the newest."""

    seq: int
    why: Why
    detail: str = ""
    file: str = ""


Line: TypeAlias = tuple[object, ...]
"""A row exactly as it stands in the file: seq, body, hash and the columns of COLUMNS, of whatever type somebody has put there."""
Hidden: TypeAlias = tuple[object, ...]
"""Personal data beside a row: its seq, field, salt, value."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found.

    Args:
        rows: how many were read; last: the number of the last one; head: its hash.
        erased: rows whose personal data is gone; that is allowed, and breaks nothing.
    """

    rows: int
    last: int
    head: bytes
    broken: tuple[Broken, ...] = ()
    erased: tuple[int, ...] = ()

    @property
    def whole(self) -> bool:
        return not self.broken


def check(rows: Iterable[tuple[Line, tuple[Hidden, ...]]], before: bytes, after: int = 0) -> Verdict:
    """Walk `rows`, which follow the row `after` with the hash `before`. A change is told once, where it is."""
    count, last, head = 0, after, before
    broken: list[Broken] = []
    erased: list[int] = []
    try:
        for line, personal in rows:
            seq, body, sealed = line[:3]
            assert isinstance(seq, int)  # an INTEGER PRIMARY KEY holds nothing else
            is_erased: bool | None = None
            # Written out, as it is the way of every row; whatever is not quite so is looked at more closely.
            if seq == last + 1 and isinstance(body, bytes) and sealed == sha256(head + body).digest():
                is_erased = _is_fine(body, line, personal)
            if is_erased is None:
                faults, is_erased = _examine(line, personal, last, head)
                broken += faults[: MAX_BROKEN - len(broken)]
            if is_erased:
                erased.append(seq)
            count, last = count + 1, seq
            head = sealed if isinstance(sealed, bytes) else b""
    except sqlite3.Error as error:
        broken.append(Broken(last + 1, Why.UNREADABLE, str(error)))
    return Verdict(count, last, head, tuple(broken), tuple(erased))


def stored(connection: sqlite3.Connection, after: int = 0) -> Iterator[tuple[Line, tuple[Hidden, ...]]]:
    """The rows after the row `after`, as they stand."""
    query = "SELECT seq, field, salt, value FROM personal WHERE seq > ? ORDER BY seq, field"
    hidden = iter(connection.execute(query, [after]))
    beside_it: Hidden | None = next(hidden, None)
    query = f"SELECT seq, body, hash, {', '.join(chain.COLUMNS)} FROM log WHERE seq > ? ORDER BY seq"
    for line in connection.execute(query, [after]):
        personal: tuple[Hidden, ...] = ()
        seq = line[0]
        while beside_it is not None and beside_it[0] <= seq:
            if beside_it[0] == seq:
                personal += (beside_it,)
            beside_it = next(hidden, None)
        yield line, personal


def _is_fine(body: bytes, line: Line, personal: tuple[Hidden, ...]) -> bool | None:
    """Whether personal data was erased from a row with which nothing is wrong; None: something may be."""
    try:
        kept = chain.unseal(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if line[3:] != chain.columns_of(kept):
        return None
    promised = kept.call.caller if kept.call is not None else ""
    if not personal:
        return promised != ""
    _, field, salt, value = personal[0]
    if len(personal) > 1 or field != chain.CALLER or not isinstance(salt, bytes) or not isinstance(value, str):
        return None
    return False if promised == chain.commitment(salt, value) else None


def _examine(line: Line, personal: tuple[Hidden, ...], last: int, head: bytes) -> tuple[list[Broken], bool]:
    """Return what is wrong with a row after the row `last` with the hash `head`, and whether personal data was erased."""
    seq, held, sealed, *columns = line
    assert isinstance(seq, int)
    body = held if isinstance(held, bytes) else b""
    broken: list[Broken] = []
    if seq != last + 1:
        # What the missing rows were cannot be told, so neither can this row's hash.
        broken.append(Broken(last + 1, Why.GAP, f"{seq - last - 1} missing"))
    elif sealed != chain.link(head, body):
        broken.append(Broken(seq, Why.HASH))
    try:
        kept = chain.unseal(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return [*broken, Broken(seq, Why.BYTES, str(error))], False
    beside = zip(chain.COLUMNS, columns, chain.columns_of(kept), strict=True)
    broken += [Broken(seq, Why.COLUMN, name) for name, column, said in beside if column != said]
    promised = chain.committed(kept)
    for _, field, salt, value in personal:
        match field, salt, value:
            case str(), bytes(), str() if promised.get(field) == chain.commitment(salt, value):
                continue
        broken.append(Broken(seq, Why.COMMITMENT, str(field)))
    return broken, not promised.keys() <= {field for _, field, _, _ in personal}


def beside(connection: sqlite3.Connection, verdict: Verdict, begun: Part | None) -> Iterator[Broken]:
    """What no row shows: rows cut off at the end, personal data of no row, a wrong list of what is not closed.

    Args:
        begun: what was left open by the file before.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    if verdict.broken and verdict.broken[-1].why is Why.UNREADABLE:
        return
    noted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone()
    highest = noted[0] if noted else 0
    if highest != verdict.last:
        yield Broken(verdict.last + 1, Why.TAIL, f"rows up to {highest} were written")
    for (seq,) in connection.execute("SELECT seq FROM personal WHERE seq NOT IN (SELECT seq FROM log)"):
        yield Broken(seq if isinstance(seq, int) else 0, Why.COMMITMENT, "personal data of no row")
    left_open = {"session": begun.sessions, "leg": begun.legs} if begun is not None else {}
    for what, closing in CLOSING.items():
        listed = {ident for (ident,) in connection.execute("SELECT ident FROM unclosed WHERE what = ?", [what])}
        for ident in listed ^ _not_closed(connection, what, closing, left_open.get(what, ())):
            yield Broken(0, Why.COLUMN, f"{what} {ident}: not closed, or not open")


def _not_closed(connection: sqlite3.Connection, what: str, closing: str, before: Collection[str]) -> set[object]:
    """What the rows open and do not close, of `before` too."""
    opened = f"""SELECT {what} FROM log WHERE {what} <> '' GROUP BY {what}
        HAVING sum(kind = ?) = 0 AND sum(kind IN {OPENING}) > 0"""
    found: set[object] = {ident for (ident,) in connection.execute(opened, [closing])}
    closed = f"SELECT 1 FROM log WHERE {what} = ? AND {what} <> '' AND kind = ? LIMIT 1"
    return found | {each for each in before if not connection.execute(closed, [each, closing]).fetchone()}
