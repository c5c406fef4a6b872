"""Walks a session log and says whether it is whole, or where and how it was changed.

It finds every change that does not rewrite the chain from there to the end. Whoever can write the file can also do that, or
put an older copy in its place: only a hash that was noted elsewhere shows it (`Verdict.head`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby
from pathlib import Path

import msgspec

from whisper_tui.audit import chain
from whisper_tui.audit.tables import CLOSING, DDL, OPENING, SCHEMA, TrailUnreadable, about, connect, reading, schema_of

DAMAGED = "keep the file; a backup of it may still be readable"
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
    UNREADABLE = "unreadable"
    """SQLite cannot read on from here."""


@dataclass(frozen=True, slots=True)
class Broken:
    """A wrong place. `seq`: the row's number, 0 for the file as a whole."""

    seq: int
    why: Why
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """A row exactly as it stands in the file, of whatever type somebody has put there."""

    seq: int
    columns: tuple[object, ...]
    body: object
    hash: object
    personal: tuple[tuple[object, object, object], ...] = ()
    """(field, salt, value)."""


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


def check(rows: Iterable[Stored], before: bytes, after: int = 0) -> Verdict:
    """Walk `rows`, which follow the row `after` with the hash `before`. A change is told once, where it is."""
    count, last, head = 0, after, before
    broken: list[Broken] = []
    erased: list[int] = []
    rest = iter(rows)
    while True:
        try:
            row = next(rest, None)
        except sqlite3.Error as error:
            broken.append(Broken(last + 1, Why.UNREADABLE, str(error)))
            break
        if row is None:
            break
        faults, is_erased = _examine(row, last, head)
        if len(broken) < MAX_BROKEN:
            broken += faults
        if is_erased:
            erased.append(row.seq)
        count, last = count + 1, row.seq
        head = row.hash if isinstance(row.hash, bytes) else b""
    return Verdict(count, last, head, tuple(broken), tuple(erased))


def verify(path: Path) -> Verdict:
    """Check the log at `path`, also while another process writes it.

    Raises:
        TrailUnreadable: there is none, it is none of ours, or of a newer version.
    """
    if not path.exists():
        raise TrailUnreadable("session log: there is none", str(path), "nothing was logged here yet")
    with reading(path, DAMAGED):
        connection = connect(path, "ro")
    try:
        with reading(path, DAMAGED):
            connection.execute("BEGIN")
            known = about(connection)
            changed = schema_of(connection) ^ set(DDL)
        if known is None:
            raise TrailUnreadable("not a session log", str(path))
        schema, log_id = known
        if schema > SCHEMA:
            raise TrailUnreadable(f"session log: of schema {schema}", str(path), "read it with a newer whisper-tui")
        verdict = check(stored(connection), chain.genesis(log_id))
        beside = [Broken(0, Why.SCHEMA, _named(each)) for each in sorted(changed)]
        try:
            beside += _beside(connection, verdict)
        except sqlite3.Error as error:
            beside.append(Broken(0, Why.UNREADABLE, str(error)))
    finally:
        connection.close()
    broken = tuple(sorted((*verdict.broken, *beside), key=lambda each: each.seq))
    return Verdict(verdict.rows, verdict.last, verdict.head, broken, verdict.erased)


def stored(connection: sqlite3.Connection, after: int = 0) -> Iterator[Stored]:
    """The rows after the row `after`, as they stand."""
    query = f"""SELECT log.seq, {", ".join(chain.COLUMNS)}, body, hash, field, salt, value
        FROM log LEFT JOIN personal ON personal.seq = log.seq WHERE log.seq > ? ORDER BY log.seq"""
    for seq, lines in groupby(connection.execute(query, [after]), key=_seq):
        held: list[tuple[object, ...]] = list(lines)
        columns, (body, sealed) = held[0][1:-5], held[0][-5:-3]
        personal = tuple((line[-3], line[-2], line[-1]) for line in held if line[-3] is not None)
        yield Stored(seq, columns, body, sealed, personal)


def _seq(line: Sequence[object]) -> int:
    seq = line[0]
    assert isinstance(seq, int)  # an INTEGER PRIMARY KEY holds nothing else
    return seq


def _examine(row: Stored, last: int, head: bytes) -> tuple[list[Broken], bool]:
    """Return what is wrong with `row` after the row `last` with the hash `head`, and whether personal data was erased."""
    body = row.body if isinstance(row.body, bytes) else b""
    broken: list[Broken] = []
    if row.seq != last + 1:
        # What the missing rows were cannot be told, so neither can this row's hash.
        broken.append(Broken(last + 1, Why.GAP, f"{row.seq - last - 1} missing"))
    elif row.hash != chain.link(head, body):
        broken.append(Broken(row.seq, Why.HASH))
    try:
        kept = chain.unseal(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return [*broken, Broken(row.seq, Why.BYTES, str(error))], False
    beside = zip(chain.COLUMNS, row.columns, chain.columns_of(kept), strict=True)
    broken += [Broken(row.seq, Why.COLUMN, name) for name, column, said in beside if column != said]
    promised = chain.committed(kept)
    for field, salt, value in row.personal:
        match field, salt, value:
            case str(), bytes(), str() if promised.get(field) == chain.commitment(salt, value):
                continue
        broken.append(Broken(row.seq, Why.COMMITMENT, str(field)))
    return broken, not promised.keys() <= {field for field, _, _ in row.personal}


def _beside(connection: sqlite3.Connection, verdict: Verdict) -> Iterator[Broken]:
    """What no row shows: rows cut off at the end, personal data of no row, a wrong list of what is not closed."""
    if verdict.broken and verdict.broken[-1].why is Why.UNREADABLE:
        return
    noted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone()
    highest = noted[0] if noted else 0
    if highest != verdict.last:
        yield Broken(verdict.last + 1, Why.TAIL, f"rows up to {highest} were written")
    for (seq,) in connection.execute("SELECT seq FROM personal WHERE seq NOT IN (SELECT seq FROM log)"):
        yield Broken(seq if isinstance(seq, int) else 0, Why.COMMITMENT, "personal data of no row")
    for what, closing in CLOSING.items():
        listed = set(connection.execute("SELECT ident FROM unclosed WHERE what = ?", [what]))
        opened = f"""SELECT {what} FROM log WHERE {what} <> '' GROUP BY {what}
            HAVING sum(kind = ?) = 0 AND sum(kind IN {OPENING}) > 0"""
        for (ident,) in listed ^ set(connection.execute(opened, [closing])):
            yield Broken(0, Why.COLUMN, f"{what} {ident}: not closed, or not open")


def _named(statement: str) -> str:
    """`trigger log_stays`, from the statement that makes it."""
    return " ".join(statement.split("(")[0].split()[1:3]).lower()
