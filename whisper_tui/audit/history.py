"""Reads the session log, all its files as one: rows by who, session, kind and time, and what was never closed."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec import Struct

from whisper_tui.audit import chain
from whisper_tui.audit.calls import Calls
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.tables import VERIFY, About, TrailUnreadable, opened, reading


class Row(Struct, frozen=True):
    """A row as it is read.

    Args:
        erased: the fields whose value was erased, and reads "".
        stream: the id of its log, where several are read.
    """

    seq: int
    record: Record
    hash: bytes
    erased: tuple[str, ...] = ()
    stream: str = ""


class Unclosed(Struct, frozen=True):
    """A leg or session that has no end: its id, the row that opened it and the last one that names it."""

    ident: str
    opened: Row
    latest: Row


class File(Struct, frozen=True):
    """One of the files of a log, to be asked in SQL: for what `History.rows` does not know (`search.py`, `evidence.py`)."""

    path: Path
    about: About
    connection: sqlite3.Connection
    lock: threading.Lock

    def select(self, query: str, values: Iterable[object] = ()) -> list[tuple[object, ...]]:
        """What SQLite answers to `query`, which only reads.

        Raises:
            TrailUnreadable: the file cannot be read.
        """
        with reading(self.path), self.lock:
            found: list[tuple[object, ...]] = self.connection.execute(query, list(values)).fetchall()
            return found


class History:
    """A session log that is read.

    Args:
        connection: of the file at `path`, the newest of the log. The older ones are opened when they are needed.
        about: what that file says of itself.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, about: About) -> None:
        self.path = path
        self.about = about
        self._connection = connection
        self._older: dict[str, tuple[sqlite3.Connection, About]] = {}
        self._lock = threading.Lock()

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the log to read, also while another process writes it.

        Raises:
            TrailUnreadable: there is none, or it cannot be opened.
        """
        return cls(*opened(path))

    def close(self) -> None:
        with self._lock:
            self._connection.close()
            while self._older:
                self._older.popitem()[1][0].close()

    def interrupt(self) -> None:
        """Whatever is being looked for ends in a TrailUnreadable. From any thread."""
        for connection in (self._connection, *(each for each, _ in list(self._older.values()))):
            connection.interrupt()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def rows(
        self,
        *,
        user: str = "",
        session: str = "",
        leg: str = "",
        agent: str = "",
        queue: str = "",
        kinds: Collection[Kind] = (),
        since: float | None = None,
        until: float | None = None,
        before: int | None = None,
        limit: int = 200,
    ) -> list[Row]:
        """Return the newest `limit` rows that fit everything given, newest first.

        Args:
            since, until: seconds since 1970 UTC; a row at `since` is in, one at `until` is not.
            before: only rows with a lower seq: the next page.

        Raises:
            TrailUnreadable: a row is damaged.
        """
        equal = {"user": user, "session": session, "leg": leg, "agent": agent, "queue": queue}
        wanted: list[tuple[str, tuple[object, ...]]] = [
            (f"{name} = ?", (text,)) for name, text in equal.items() if text
        ]
        if kinds:
            wanted.append((f"kind IN ({', '.join('?' * len(kinds))})", tuple(kind.value for kind in kinds)))
        wanted += [
            (f"{name} ?", (bound,))
            for name, bound in (("at >=", since), ("at <", until), ("seq <", before))
            if bound is not None
        ]
        where = f"WHERE {' AND '.join(condition for condition, _ in wanted)}" if wanted else ""
        values = [value for _, bound in wanted for value in bound]
        found: list[Row] = []
        with reading(self.path), self._lock:
            for connection, about in self._files():
                if before is None or before > about.last + 1:
                    asked = [*values, limit - len(found)]
                    found += self._read(connection, f"{where} ORDER BY seq DESC LIMIT ?", asked)
                if len(found) >= limit:
                    break
        return found

    def records(self, kinds: Collection[Kind], since: float) -> list[Record]:
        """Return the records of these kinds since `since` (seconds since 1970 UTC), oldest first.

        Raises:
            TrailUnreadable: a row is damaged.
        """
        where = f"WHERE kind IN ({', '.join('?' * len(kinds))}) AND at >= ? ORDER BY seq DESC"
        values = [*(kind.value for kind in kinds), since]
        with reading(self.path), self._lock:
            found = [row for connection, _ in self._files() for row in self._read(connection, where, values)]
        return [row.record for row in reversed(found)]

    def row(self, seq: int) -> Row | None:
        """The row with this number, or None."""
        with reading(self.path), self._lock:
            return self._row_at(seq)

    def last(self) -> Row | None:
        """The newest row, None in an empty log."""
        return next(iter(self.rows(limit=1)), None)

    def open_sessions(self) -> list[Unclosed]:
        """Sessions that have no LEFT row, oldest first: after a start, those that nobody lived to close."""
        return self._unclosed("session")

    def open_legs(self) -> list[Unclosed]:
        """Legs that have no LEG_ENDED row, oldest first."""
        return self._unclosed("leg")

    def calls(self) -> Calls | None:
        """What became of the calls of queues; None: a log of a schema that keeps nothing of them."""
        there = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'calls'"
        with reading(self.path), self._lock:
            known = self._connection.execute(there).fetchone()
        return Calls(lambda: self._connection, self._lock, self.path) if known else None

    def files(self) -> list[File]:
        """The files of the log, the newest first.

        Raises:
            TrailUnreadable: one of them cannot be read.
        """
        with reading(self.path), self._lock:
            return list(self._each())

    def file_after(self, seq: int) -> File:
        """The file that the row after `seq` is in, or will be; the oldest one, where those before are gone.

        Raises:
            TrailUnreadable: one of them cannot be read.
        """
        with reading(self.path), self._lock:
            files = self._each()
            found = next(files)  # there is one at least
            while found.about.last > seq and (older := next(files, None)) is not None:
                found = older
            return found

    def _unclosed(self, what: str) -> list[Unclosed]:
        """The newest file lists what the older ones left open, too."""
        newest = f"WHERE {what} = ? AND {what} <> '' ORDER BY seq DESC LIMIT 1"
        listed = "SELECT ident, opened FROM unclosed WHERE what = ? ORDER BY opened"
        found: list[Unclosed] = []
        with reading(self.path), self._lock:
            for ident, opened in self._connection.execute(listed, [what]).fetchall():
                first = self._row_at(opened)
                last = next((row for file, _ in self._files() for row in self._read(file, newest, [ident])), first)
                if last is not None:
                    found.append(Unclosed(str(ident), first or last, last))
        return found

    def forget(self, name: str) -> None:
        """Read the closed file `name` no longer."""
        with self._lock:
            if name in self._older:
                self._older.pop(name)[0].close()

    def _files(self) -> Iterator[tuple[sqlite3.Connection, About]]:
        """The newest file, and each one that it goes on after; one that is gone is the end of it, which `verify` explains."""
        connection, about = self._connection, self.about
        yield connection, about
        while about.before:
            name = about.before
            if name not in self._older:
                file = self.path.with_name(name)
                if Path(name).name != name or not file.exists():
                    return
                connection, file, about = opened(file)
                self._older[name] = connection, about
            connection, about = self._older[name]
            yield connection, about

    def _each(self) -> Iterator[File]:
        path = self.path
        for connection, about in self._files():
            yield File(path, about, connection, self._lock)
            path = path.with_name(about.before or path.name)

    def _row_at(self, seq: int) -> Row | None:
        for connection, about in self._files():
            if seq > about.last:
                return next(iter(self._read(connection, "WHERE seq = ?", [seq])), None)
        return None

    def _read(self, connection: sqlite3.Connection, rest: str, values: Iterable[object]) -> list[Row]:
        found = connection.execute(f"SELECT seq, body, hash FROM log {rest}", list(values)).fetchall()
        return [self._row(connection, seq, body, sealed) for seq, body, sealed in found]

    def _row(self, connection: sqlite3.Connection, seq: int, body: bytes, sealed: bytes) -> Row:
        hidden = connection.execute("SELECT field, value FROM personal WHERE seq = ?", [seq])
        personal = {str(field): str(value) for field, value in hidden}
        try:
            kept = chain.unseal(body)
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError) as error:
            raise TrailUnreadable(f"session log: row {seq} is damaged", str(self.path), VERIFY) from error
        erased = tuple(field for field in chain.committed(kept) if field not in personal)
        return Row(seq, chain.revealed(kept, personal), sealed, erased)
