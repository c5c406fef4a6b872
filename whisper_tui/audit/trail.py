"""Writes the session log: a row is on disk, chained to the one before, when `append` returns.

SQLite in WAL mode with synchronous=FULL, one writer, held by a lock on a file beside the log. Killed at any moment, it has
lost no row that `append` returned for.
"""

from __future__ import annotations

import fcntl
import math
import os
import secrets
import sqlite3
import stat
from pathlib import Path
from typing import Self

from msgspec import structs

from whisper_tui.audit import chain, segments, tables
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind, Part, Record
from whisper_tui.audit.segments import End
from whisper_tui.audit.tables import About, TrailUnwritable, unwritable, writing
from whisper_tui.audit.walk import Verdict, walk
from whisper_tui.clock import Clock, SystemClock
from whisper_tui.errors import WhisperError

CHECKED = 64
"""Rows at the end of the log that are checked when it is opened; `verify` checks all."""


class Unshipped(WhisperError):
    """A file that is older than is kept stays, for not all of its rows are where they are shipped to."""


class Trail(History):
    """A session log that is written.

    Args:
        clock, boot: for the rows that it writes about itself; see `Record`.
    """

    def __init__(self, path: Path, lock_file: int, clock: Clock, boot: str) -> None:
        connection, about, self._end = _ready(path)
        super().__init__(connection, path, about)
        self._lock_file = lock_file
        self._clock = clock
        self._boot = boot
        self._is_up = True
        self._identities = _identities(path)

    @classmethod
    def open(cls, path: Path, clock: Clock | None = None, boot: str = "") -> Self:
        """Open the log at `path` to write, making folder (0700) and file (0600) where they are not there.

        A file of an older schema is closed, and a new one begun after it.

        Raises:
            TrailUnwritable: it cannot be written, another process writes it, or it was tampered with. Then nothing may
                be dialled; `cause` says which.
        """
        with writing(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock_file = _lock(path)
            try:
                segments.mend(path)
                _make_private(path)
                trail = cls(path, lock_file, clock or SystemClock(), boot)
                try:
                    if trail.about.schema < tables.SCHEMA:
                        trail.carry()
                except BaseException:
                    History.close(trail)
                    raise
                return trail
            except BaseException:
                os.close(lock_file)
                raise

    def append(self, record: Record) -> int:
        """Return the number of the row for `record` once it is on disk. From any thread.

        Raises:
            TrailUnwritable: it is not on disk. Nothing is left of it, and it can be tried again.
            ValueError: a time in it is no number.
        """
        sealed = chain.seal(record)
        with self._lock, writing(self.path):
            self._see_that_it_is_up()
            seq, head = self._end.last + 1, chain.link(self._end.head, sealed.body)
            with self._connection:  # commits, or takes everything back
                self._connection.execute("BEGIN IMMEDIATE")
                tables.insert(self._connection, seq, sealed, head)
            self._end = End(seq, head)
            return seq

    @property
    def end(self) -> End:
        """The newest row that is on disk."""
        return self._end

    @property
    def rows_in_file(self) -> int:
        """How many rows the file has that is written."""
        return self._end.last - self.about.last

    @property
    def began(self) -> float | None:
        """When its first row was written, seconds since 1970 UTC; None: it has none.

        Raises:
            TrailUnreadable: the file is damaged.
        """
        first = self.row(self.about.last + 1)
        return first.record.at if first is not None else None

    def age(self, before: float, shipped: int | None = None) -> list[Part]:
        """Delete the closed files all of whose rows are older than `before` (seconds since 1970 UTC), oldest first.

        Args:
            shipped: the last row that is in the database, and after which nothing is deleted; None: there is no database.

        A row that says which comes before each of them goes. From any thread.

        Raises:
            TrailUnwritable, TrailUnreadable, Unshipped: one is not deleted, nor any after it; it can be tried again.
        """
        gone: list[Part] = []
        for file in segments.closed(self.path):
            part = segments.closed_part(file, self.about.log_id)
            if part is None or part.newest >= before:
                break
            if shipped is not None and part.last > shipped:
                what = "older than is kept, and not deleted: not all of its rows are in the database"
                raise Unshipped(what, str(file), "see whisper-tui log ship")
            said = (each.part for each in self.records((Kind.LOG_AGED,), -math.inf))
            if not any(each is not None and (each.file, each.head) == (part.file, part.head) for each in said):
                self.append(structs.replace(self._record(Kind.LOG_AGED), part=part))
            self.forget(file.name)
            with writing(file):
                file.unlink(missing_ok=True)
                segments.sync(file.parent)
            gone.append(part)
        return gone

    def carry(self) -> Path:
        """Close the file that is written, begin the next one after it, and return the closed one. From any thread.

        Raises:
            TrailUnwritable: it was not done, and rows go on into the same file; it can be tried again. `cause` locked: somebody
                reads it.
        """
        with self._lock, writing(self.path):
            self._see_that_it_is_up()
            record = self._record(Kind.LOG_CARRIED)
            self._is_up = False
            try:
                return segments.carry(self.path, self._connection, self.about, self._end, record)
            finally:
                self._connection.close()
                self._open_again()

    def _record(self, kind: Kind) -> Record:
        """Of this moment."""
        return Record(kind, self._clock.wall(), self._clock.monotonic(), self._boot)

    def _see_that_it_is_up(self) -> None:
        if self._lock_file < 0:
            raise unwritable(self.path, "closed")
        if not self._is_up:
            self._open_again()
        if self._identities != _identities(self.path):
            raise unwritable(self.path, "gone")

    def _open_again(self) -> None:
        """Where it cannot be, the next row tries once more."""
        segments.mend(self.path)
        self._connection, self.about, self._end = _ready(self.path)
        self._identities = _identities(self.path)
        self._is_up = True

    def close(self) -> None:
        """Let others write it."""
        super().close()
        with self._lock:
            if self._lock_file >= 0:
                os.close(self._lock_file)
                self._lock_file = -1


def _lock(path: Path) -> int:
    """Return the open lock file; the lock ends with this process, however it ends."""
    beside = path.with_name(path.name + ".lock")
    lock_file = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(lock_file, 20).decode("ascii", "replace").strip()
        os.close(lock_file)
        raise unwritable(path, "locked", f"process {holder}" if holder.isdecimal() else "") from None
    try:
        os.ftruncate(lock_file, 0)
        os.write(lock_file, b"%d\n" % os.getpid())
    except OSError:
        os.close(lock_file)
        raise
    return lock_file


def _make_private(path: Path) -> None:
    """Make the file, or see that the one that is there is ours alone."""
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError:
        # Not opened: closing it again would end the locks that SQLite has on it elsewhere in this process.
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise unwritable(path, "read-only", "not a regular file") from None
        if found.st_uid != os.geteuid():
            raise unwritable(path, "read-only", "belongs to somebody else") from None
        if found.st_mode & 0o077:
            path.chmod(0o600)
    else:
        segments.sync(path.parent)  # the name of the new file, too, has to be on disk


def _ready(path: Path) -> tuple[sqlite3.Connection, About, End]:
    """Open the file, make the tables if there are none; return it with what it says of itself and where it ends."""
    connection = tables.connect(path, "rw")
    try:
        return connection, *_prepare(connection, path)
    except BaseException:
        connection.close()
        raise


def _prepare(connection: sqlite3.Connection, path: Path) -> tuple[About, End]:
    if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        raise unwritable(path, "trouble", "this file system cannot hold a write-ahead log; use a local disk")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("BEGIN IMMEDIATE")  # SQLite opens what it may only read without a word
    connection.execute("ROLLBACK")
    if not tables.schema_of(connection):
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            tables.create(connection, About(tables.SCHEMA, secrets.token_hex(16)))
    said = tables.about(connection)
    if said is None:
        raise unwritable(path, "corrupt")
    if said.schema > tables.SCHEMA:
        raise TrailUnwritable(path, "version", f"session log: of schema {said.schema}", "start a newer whisper-tui")
    if tables.schema_of(connection) != tables.STATEMENTS.get(said.schema, frozenset()):
        raise _broken(path, "its tables were changed")
    segments.refuse_if_older(path, said)
    verdict = _check_end(connection, said)
    if not verdict.whole:
        first = verdict.broken[0]
        raise _broken(path, f"row {first.seq}, {first.why.value}")
    return said, End(verdict.last, verdict.head)


def _check_end(connection: sqlite3.Connection, said: About) -> Verdict:
    before = connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1 OFFSET ?", [CHECKED]).fetchone()
    after, head = before or (said.last, said.genesis)
    return walk(connection, head, after)


def _broken(path: Path, where: str) -> TrailUnwritable:
    hint = f"{tables.VERIFY}; {tables.AWAY}"
    return TrailUnwritable(path, "broken", f"session log: the chain is broken ({where})", hint)


def _identities(path: Path) -> tuple[tuple[int, int], ...]:
    """Which files the log is; () when one is missing. A row in a file that nobody can open any more is as good as lost."""
    try:
        found = [each.stat() for each in (path, path.with_name(path.name + "-wal"))]
    except FileNotFoundError:
        return ()
    return tuple((each.st_dev, each.st_ino) for each in found)
