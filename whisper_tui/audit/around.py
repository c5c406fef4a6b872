"""What stands around the rows of a file of a session log: lists that they make, indexes that they are found with.

No walk comes by it. It is SQLite's own work, which goes on beside the walk in a thread of its own and for as long.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from whisper_tui.audit.records import Part
from whisper_tui.audit.tables import CLOSING, OPENING, About, TrailUnreadable, opened
from whisper_tui.audit.walk import Broken, Verdict, Why


class Around(Struct, frozen=True):
    """What was found. `lists`: of rows, so that it tells nothing where these cannot be read; `tables`: as SQLite keeps them."""

    lists: tuple[Broken, ...]
    tables: tuple[Broken, ...]


def look(connection: sqlite3.Connection, about: About, begun: Part | None) -> Around:
    """Look at the file that is open. `begun`: what was left open by the file before."""
    return Around(_unless_unreadable(_lists(connection, begun)), _unless_unreadable(_tables(connection, about)))


def look_apart(path: Path, about: About, begun: Part | None) -> Around | None:
    """The same over a connection of its own; None: the file at `path` is another by now, or cannot be opened once more."""
    try:
        connection, _, said = opened(path)
    except TrailUnreadable:
        return None
    with closing(connection):
        if said != about:
            return None
        try:
            connection.execute("BEGIN")
        except sqlite3.Error:
            return None
        return look(connection, about, begun)


def tail(connection: sqlite3.Connection, verdict: Verdict) -> Iterator[Broken]:
    """Rows cut off at the end: of the same moment as the walk.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    noted = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'log'").fetchone()
    highest = noted[0] if noted else 0
    if highest != verdict.last:
        yield Broken(verdict.last + 1, Why.TAIL, f"rows up to {highest} were written")


def _unless_unreadable(found: Iterator[Broken]) -> tuple[Broken, ...]:
    told: list[Broken] = []
    try:
        told += found
    except sqlite3.Error as error:
        told.append(Broken(0, Why.UNREADABLE, str(error)))
    return tuple(told)


def _lists(connection: sqlite3.Connection, begun: Part | None) -> Iterator[Broken]:
    """Personal data of no row, a wrong list of what is not closed."""
    for (seq,) in connection.execute("SELECT seq FROM personal WHERE seq NOT IN (SELECT seq FROM log)"):
        yield Broken(seq if isinstance(seq, int) else 0, Why.COMMITMENT, "personal data of no row")
    left_open = {"session": begun.sessions, "leg": begun.legs} if begun is not None else {}
    for what, closing_it in CLOSING.items():
        listed = {ident for (ident,) in connection.execute("SELECT ident FROM unclosed WHERE what = ?", [what])}
        for ident in sorted(listed ^ _not_closed(connection, what, closing_it, left_open.get(what, ())), key=str):
            yield Broken(0, Why.COLUMN, f"{what} {ident}: not closed, or not open")


def _not_closed(connection: sqlite3.Connection, what: str, closing_it: str, before: Collection[str]) -> set[object]:
    """What the rows open and do not close, of `before` too."""
    opened_there = f"""SELECT {what} FROM log WHERE {what} <> '' GROUP BY {what}
        HAVING sum(kind = ?) = 0 AND sum(kind IN {OPENING}) > 0"""
    found: set[object] = {ident for (ident,) in connection.execute(opened_there, [closing_it])}
    closed = f"SELECT 1 FROM log WHERE {what} = ? AND {what} <> '' AND kind = ? LIMIT 1"
    return found | {each for each in before if not connection.execute(closed, [each, closing_it]).fetchone()}


def _tables(connection: sqlite3.Connection, about: About) -> Iterator[Broken]:
    """Indexes that rows are found with, and what stands outside the chain."""
    if about.schema == 1:
        return
    # An index that lacks rows would hide them from whoever looks through it.
    for table in ("log", "personal", "unclosed"):
        ((said,), *_) = connection.execute(f"PRAGMA integrity_check('{table}')")
        if said != "ok":
            yield Broken(0, Why.COLUMN, f"table {table}: {' '.join(said.split())[:200]}")
    for table in ("calls", "secrets"):
        ((said,), *_) = connection.execute(f"PRAGMA quick_check('{table}')")
        if said != "ok":
            yield Broken(0, Why.UNREADABLE, f"table {table}: {' '.join(said.split())[:200]}")
