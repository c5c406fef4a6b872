"""Writes the session log: a row is on disk, chained to the one before, when `append` returns.

SQLite in WAL mode with synchronous=FULL, one writer, held by a lock on a file beside the log. Killed at any moment, it has
lost no row that `append` returned for.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import sqlite3
import stat
from pathlib import Path
from typing import Self

from whisper_tui.audit import chain, tables
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Record
from whisper_tui.audit.tables import TrailUnwritable, unwritable, writing
from whisper_tui.audit.verify import Verdict, check, stored

CHECKED = 64
"""Rows at the end of the log that are checked when it is opened; `verify` checks all."""

_INSERT = f"INSERT INTO log VALUES ({', '.join('?' * (len(chain.COLUMNS) + 3))})"


class Trail(History):
    """A session log that is written."""

    def __init__(self, connection: sqlite3.Connection, path: Path, lock_file: int, last: int, head: bytes) -> None:
        super().__init__(connection, path)
        self._lock_file = lock_file
        self._last = last
        self._head = head
        self._files = _identities(path)

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the log at `path` to write, making folder (0700) and file (0600) where they are not there.

        Raises:
            TrailUnwritable: it cannot be written, another process writes it, or it was tampered with. Then nothing may
                be dialled; `cause` says which.
        """
        with writing(path):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            lock_file = _lock(path)
            try:
                _make_private(path)
                connection = tables.connect(path, "rw")
                try:
                    last, head = _prepare(connection, path)
                    return cls(connection, path, lock_file, last, head)
                except BaseException:
                    connection.close()
                    raise
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
            if self._lock_file < 0:
                raise unwritable(self.path, "closed")
            if self._files != _identities(self.path):
                raise unwritable(self.path, "gone")
            seq, head = self._last + 1, chain.link(self._head, sealed.body)
            with self._connection:  # commits, or takes everything back
                self._connection.execute("BEGIN IMMEDIATE")
                self._connection.execute(_INSERT, (seq, *sealed.columns, sealed.body, head))
                self._connection.executemany(
                    "INSERT INTO personal VALUES (?, ?, ?, ?)", [(seq, *each) for each in sealed.personal]
                )
            self._last, self._head = seq, head
            return seq

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
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)  # the name of the new file, too, has to be on disk
        finally:
            os.close(folder)


def _prepare(connection: sqlite3.Connection, path: Path) -> tuple[int, bytes]:
    """Set the connection up, make the tables if there are none; return the last row's number and hash."""
    if connection.execute("PRAGMA journal_mode=WAL").fetchone() != ("wal",):
        raise unwritable(path, "trouble", "this file system cannot hold a write-ahead log; use a local disk")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("BEGIN IMMEDIATE")  # SQLite opens what it may only read without a word
    connection.execute("ROLLBACK")
    if not tables.schema_of(connection):
        tables.create(connection, secrets.token_hex(16))
    known = tables.about(connection)
    if known is None:
        raise unwritable(path, "corrupt")
    schema, log_id = known
    if schema > tables.SCHEMA:
        raise TrailUnwritable(path, "version", f"session log: of schema {schema}", "start a newer whisper-tui")
    if tables.schema_of(connection) != set(tables.DDL):
        raise _broken(path, "its tables were changed")
    verdict = _check_end(connection, log_id)
    if not verdict.whole:
        first = verdict.broken[0]
        raise _broken(path, f"row {first.seq}, {first.why.value}")
    return verdict.last, verdict.head


def _check_end(connection: sqlite3.Connection, log_id: str) -> Verdict:
    before = connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1 OFFSET ?", [CHECKED]).fetchone()
    after, head = before or (0, chain.genesis(log_id))
    return check(stored(connection, after), head, after)


def _broken(path: Path, where: str) -> TrailUnwritable:
    hint = f"{tables.VERIFY}; keep the file, move it away, and start again: a new log is begun"
    return TrailUnwritable(path, "broken", f"session log: the chain is broken ({where})", hint)


def _identities(path: Path) -> tuple[tuple[int, int], ...]:
    """Which files the log is; () when one is missing. A row in a file that nobody can open any more is as good as lost."""
    try:
        found = [each.stat() for each in (path, path.with_name(path.name + "-wal"))]
    except FileNotFoundError:
        return ()
    return tuple((each.st_dev, each.st_ino) for each in found)
