"""Walks the rows of one file of a session log and says whether they are whole, or where and how they were changed."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterable, Iterator
from enum import Enum
from hashlib import sha256
from typing import TypeAlias

import msgspec
from msgspec import Struct

from whisper_tui.audit import chain

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


class Broken(Struct, frozen=True):
    """A wrong place. `seq`: the row's number, 0 for a file as a whole; `file`: the name of a closed one, "" for the newest."""

    seq: int
    why: Why
    detail: str = ""
    file: str = ""


Line: TypeAlias = tuple[object, ...]
"""A row exactly as it stands in the file: seq, body, hash and the columns of COLUMNS, of whatever type somebody has put there."""
Hidden: TypeAlias = tuple[object, ...]
"""Personal data beside a row: its seq, field, salt, value."""


class Verdict(Struct, frozen=True):
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


_ROWS = f"SELECT seq, body, hash, {', '.join(chain.COLUMNS)} FROM log WHERE seq > ? ORDER BY seq"
# A text or a blob in the place of a number comes after all numbers.
_PERSONAL = (
    "SELECT seq, field, salt, value FROM personal WHERE seq > ? AND seq <= 9223372036854775807 ORDER BY seq, field"
)
_NO_MORE: Hidden = (math.inf, "", b"", "")


def walk(connection: sqlite3.Connection, before: bytes, after: int = 0) -> Verdict:
    """As `check`, of the rows of a file after the row `after`."""
    return check(_stored(connection, after), before, after)


def check(rows: Iterable[tuple[Line, tuple[Hidden, ...]]], before: bytes, after: int = 0) -> Verdict:
    """Walk `rows`, which follow the row `after` with the hash `before`. A change is told once, where it is."""
    count, last, head = 0, after, before
    broken: list[Broken] = []
    erased: list[int] = []
    try:
        for line, personal in rows:
            seq, body, sealed = line[:3]
            assert isinstance(seq, int)  # a column of whole numbers holds nothing else
            is_erased: bool | None = None
            # Written out, as it is the way of every row; whatever is not quite so is looked at more closely.
            if seq == last + 1 and isinstance(body, bytes) and sealed == sha256(head + body).digest():
                is_erased = _is_fine(line, personal)
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


def _stored(connection: sqlite3.Connection, after: int) -> Iterator[tuple[Line, tuple[Hidden, ...]]]:
    """The rows after the row `after` as they stand, each with the personal data beside it."""
    hidden = connection.execute(_PERSONAL, [after])
    beside_it: Hidden = next(hidden, _NO_MORE)
    for line in connection.execute(_ROWS, [after]):
        seq = line[0]
        personal: tuple[Hidden, ...] = ()
        while beside_it[0] <= seq:  # the query gives numbers alone
            if beside_it[0] == seq:
                personal += (beside_it,)
            beside_it = next(hidden, _NO_MORE)
        yield line, personal


def _is_fine(line: Line, personal: tuple[Hidden, ...]) -> bool | None:
    """Whether personal data was erased from a row with which nothing is wrong; None: something may be."""
    # The same as `columns_of` and `commitment` say, in half the time.
    _, body, _, kind, at, user, leg, session, agent, queue, linkedid = line
    assert isinstance(body, bytes)
    try:
        kept = chain.unseal(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    who, whom, call = kept.who, kept.whom, kept.call
    if (
        kind != kept.kind._value_
        or at != kept.at
        or leg != kept.leg
        or session != kept.session
        or user != ("" if who is None else who.user)
        or agent != ("" if whom is None else whom.agent)
        or queue != ("" if whom is None else whom.queue)
        or linkedid != ("" if call is None else call.linkedid)
    ):
        return None
    promised = "" if call is None else call.caller
    if not personal:
        return promised != ""
    _, field, salt, value = personal[0]
    if len(personal) > 1 or field != chain.CALLER or not isinstance(salt, bytes) or not isinstance(value, str):
        return None
    return False if promised == chain.COMMITTED + sha256(salt + value.encode()).hexdigest() else None


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
