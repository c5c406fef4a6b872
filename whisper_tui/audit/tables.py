"""The session log on disk: SQLite tables that take rows and give none back, and the words for what SQLite refuses."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from msgspec import Struct

from whisper_tui.audit import chain
from whisper_tui.audit.holders import holder
from whisper_tui.errors import WhisperError

SCHEMA = 2
"""Of a file that is begun now; `STATEMENTS` has those of older ones too."""

OPENING = "('requested', 'ringing', 'joined', 'aimed')"
"""Kinds of rows that open the session and the leg they name."""
CLOSING = {"session": "left", "leg": "leg-ended"}
"""What is opened, and the kind of row that closes it; once closed it is never open again."""


def _keeping_unclosed(what: str, closing: str) -> tuple[str, str]:
    return (
        f"""CREATE TRIGGER {what}_opens AFTER INSERT ON log
        WHEN NEW.{what} <> '' AND NEW.kind IN {OPENING}
            AND NOT EXISTS (SELECT 1 FROM log WHERE {what} = NEW.{what} AND {what} <> '' AND kind = '{closing}') BEGIN
        INSERT OR IGNORE INTO unclosed VALUES ('{what}', NEW.{what}, NEW.seq); END""",
        f"""CREATE TRIGGER {what}_closes AFTER INSERT ON log WHEN NEW.{what} <> '' AND NEW.kind = '{closing}' BEGIN
        DELETE FROM unclosed WHERE what = '{what}' AND ident = NEW.{what}; END""",
    )


_LOG = (
    # AUTOINCREMENT: SQLite notes the highest seq there ever was, so that rows cut off at the end show.
    """CREATE TABLE log (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL, at REAL NOT NULL, user TEXT NOT NULL, leg TEXT NOT NULL, session TEXT NOT NULL,
        agent TEXT NOT NULL, queue TEXT NOT NULL, linkedid TEXT NOT NULL,
        body BLOB NOT NULL, hash BLOB NOT NULL)""",
    """CREATE TABLE personal (
        seq INTEGER NOT NULL, field TEXT NOT NULL, salt BLOB NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (seq, field))""",
    # Which sessions and legs have no end yet, so that a start need not look through the whole log for them.
    """CREATE TABLE unclosed (
        what TEXT NOT NULL, ident TEXT NOT NULL, opened INTEGER NOT NULL, PRIMARY KEY (what, ident)) WITHOUT ROWID""",
    "CREATE INDEX sessions ON log (session, kind) WHERE session <> ''",
    "CREATE INDEX legs ON log (leg, kind) WHERE leg <> ''",
    """CREATE TRIGGER about_stays BEFORE UPDATE ON about BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    """CREATE TRIGGER about_is_kept BEFORE DELETE ON about BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    """CREATE TRIGGER about_is_one BEFORE INSERT ON about WHEN EXISTS (SELECT 1 FROM about) BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    """CREATE TRIGGER log_stays BEFORE UPDATE ON log BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    """CREATE TRIGGER log_is_kept BEFORE DELETE ON log BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    # INSERT OR REPLACE deletes without asking the trigger above.
    """CREATE TRIGGER log_grows BEFORE INSERT ON log WHEN NEW.seq <= (SELECT max(seq) FROM log) BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    # Personal data may be erased, never changed, and never added to a row that was there before.
    """CREATE TRIGGER personal_stays BEFORE UPDATE ON personal BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    """CREATE TRIGGER personal_grows BEFORE INSERT ON personal WHEN NEW.seq <> (SELECT max(seq) FROM log) OR EXISTS
        (SELECT 1 FROM personal WHERE seq = NEW.seq AND field = NEW.field) BEGIN
        SELECT RAISE(ABORT, 'the session log is append-only'); END""",
    *(statement for what, closing in CLOSING.items() for statement in _keeping_unclosed(what, closing)),
)
_FIRST = ("CREATE TABLE about (schema INTEGER NOT NULL, log_id TEXT NOT NULL)", *_LOG)
CALLS_DDL = (
    """CREATE TABLE calls (
        pbx TEXT NOT NULL, uniqueid TEXT NOT NULL, queue TEXT NOT NULL, agent TEXT NOT NULL, joined REAL NOT NULL,
        waited REAL, answered REAL, talked REAL, held REAL, holds INTEGER, transfers INTEGER,
        outcome TEXT NOT NULL, ended REAL NOT NULL, caller BLOB, repeat INTEGER NOT NULL DEFAULT 0,
        PRIMARY KEY (pbx, uniqueid, queue, joined))""",
    "CREATE INDEX calls_of_queues ON calls (queue, ended)",
    "CREATE INDEX calls_of_agents ON calls (agent, ended)",
    "CREATE INDEX calls_of_callers ON calls (caller, ended)",
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
)
"""The history of queue calls, outside the chain."""

DDL = (
    # before, last, head: the file that this one goes on after, its last row's number and hash; '' where there is none.
    """CREATE TABLE about (
        schema INTEGER NOT NULL, log_id TEXT NOT NULL, before TEXT NOT NULL, last INTEGER NOT NULL, head BLOB NOT NULL)""",
    *_LOG,
    "CREATE INDEX kinds ON log (kind, at)",
    "CREATE INDEX times ON log (at)",
    # What is below stands outside the chain: the history of queue calls, and what callers' numbers are hashed with in it.
    *CALLS_DDL,
)
STATEMENTS = {1: frozenset(_FIRST), SCHEMA: frozenset(DDL)}
"""By schema. They are compared letter by letter with a file's own: another blank is another schema."""


class About(Struct, frozen=True):
    """What a file says of itself.

    Args:
        log_id: of the whole log, through all its files.
        before: the name of the file that it goes on after, "" in the first one.
        last, head: the number and hash of the last row of that one.
    """

    schema: int
    log_id: str
    before: str = ""
    last: int = 0
    head: bytes = b""

    @property
    def genesis(self) -> bytes:
        """What the first row follows."""
        return chain.genesis(self.log_id, self.head)


VERIFY = "whisper-tui log verify says where it is broken"
AWAY = "keep all its files, move them away together (trail* and access*), and start again: a new log is begun"


class TrailUnwritable(WhisperError):
    """The session log refused a write; nothing may be dialled.

    Args:
        path: the log's file.
        cause: a stable code: read-only, full, locked, corrupt, broken, version, gone, lost, swapped, closed,
            trouble.
    """

    def __init__(self, path: Path, cause: str, what: str, hint: str) -> None:
        super().__init__(what, str(path), hint)
        self.cause = cause


class TrailUnreadable(WhisperError):
    """The session log, or a row of it, cannot be read."""


STILL = "ro&immutable=1"
"""Of a file that nobody writes: SQLite needs no file beside it to see that by."""


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the file `path` with `mode` (rw, ro, STILL) of SQLite; transactions are the caller's.

    Raises:
        sqlite3.Error: it cannot be opened.
    """
    # Seconds that somebody else's lock is waited for: a key on the console waits for this log.
    waits = 0.5
    address = f"file:{quote(str(path))}?mode={mode}"
    return sqlite3.connect(address, timeout=waits, isolation_level=None, check_same_thread=False, uri=True)


def create(connection: sqlite3.Connection, said: About) -> None:
    """Make the tables of a file that has none; the transaction is the caller's.

    Raises:
        sqlite3.Error: they cannot be written.
    """
    for statement in DDL:
        connection.execute(statement)
    about_it = (said.schema, said.log_id, said.before, said.last, said.head)
    connection.execute("INSERT INTO about VALUES (?, ?, ?, ?, ?)", about_it)


INSERT = f"INSERT INTO log VALUES ({', '.join('?' * (len(chain.COLUMNS) + 3))})"


def insert(connection: sqlite3.Connection, seq: int, sealed: chain.Sealed, head: bytes) -> None:
    """Put in row `seq`; the transaction is the caller's. `head`: its hash.

    Raises:
        sqlite3.Error: it cannot be written.
    """
    connection.execute(INSERT, (seq, *sealed.columns, sealed.body, head))
    connection.executemany("INSERT INTO personal VALUES (?, ?, ?, ?)", [(seq, *each) for each in sealed.personal])


def schema_of(connection: sqlite3.Connection) -> set[str]:
    """The statements that made what is in the file; not the two tables of SQLite's own that it may have."""
    own = "type = 'table' AND name IN ('sqlite_sequence', 'sqlite_stat1')"
    found = connection.execute(f"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND NOT ({own})")
    return {str(sql) for (sql,) in found}


def about(connection: sqlite3.Connection) -> About | None:
    """What the file says of itself; None: it is no session log of this program.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    if not connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'about'").fetchone():
        return None
    row = connection.execute("SELECT * FROM about").fetchone()
    match row:
        case (int(schema), str(log_id)):
            return About(schema, log_id)
        case (int(schema), str(log_id), str(before), int(last), bytes(head)):
            return About(schema, log_id, before, last, head)
        case (int(schema), str(log_id), *_) if schema > SCHEMA:
            return About(schema, log_id)
    return None


def opened(path: Path, hint: str = VERIFY) -> tuple[sqlite3.Connection, Path, About]:
    """Open a file of a log to read, also while another process writes it; return it with what it says of itself.

    Raises:
        TrailUnreadable: there is none, it cannot be read, it is none of ours, or of a newer version.
    """
    while True:
        mode = "ro"
        if not os.access(path.parent, os.W_OK):  # a copy on a medium that takes nothing, or that nobody shall change
            wal = path.with_name(path.name + "-wal")
            mode = STILL if not wal.exists() or not wal.stat().st_size else mode
            hint = (
                hint if mode is STILL else f"copy it with {wal.name} to a folder that can be written: rows are in there"
            )
        with reading(path, hint):
            here = identity(path)
            if here is None:
                raise TrailUnreadable("session log: there is none", str(path), "nothing was logged here yet")
            connection = connect(path, mode)
            try:
                said = about(connection)
                # A log that was carried on just now has another file in this place, and its write-ahead log too.
                if here != identity(path):
                    connection.close()
                    continue
                if said is None:
                    raise TrailUnreadable("not a session log", str(path))
                if said.schema > SCHEMA:
                    what = f"session log: of schema {said.schema}"
                    raise TrailUnreadable(what, str(path), "read it with a newer whisper-tui")
            except BaseException:
                connection.close()
                raise
        return connection, path, said


def identity(path: Path) -> tuple[int, int] | None:
    """Which file that is; None: there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


_WORDS = {
    "read-only": ("cannot be written", "is the folder yours and writable?"),
    "full": ("the disk is full", "free some space, or set `path` in [log] to another disk"),
    "locked": ("another program has it open", "end that program; one console or daemon has a log"),
    "corrupt": ("damaged, or not a session log", AWAY),
    "gone": ("moved or deleted while it was in use", "start whisper-tui again"),
    "lost": ("its newest file is gone", f"put it back; or {AWAY}"),
    "swapped": ("not its newest file", f"give its files their own names again; or {AWAY}"),
    "closed": ("closed already", "start whisper-tui again"),
    "trouble": ("cannot be written", "look at the disk and the system's log"),
}
_CAUSES = {
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_CANTOPEN: "read-only",
    sqlite3.SQLITE_PERM: "read-only",
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_CONSTRAINT: "locked",
    sqlite3.SQLITE_CORRUPT: "corrupt",
    sqlite3.SQLITE_NOTADB: "corrupt",
}


def unwritable(path: Path, cause: str, detail: str = "") -> TrailUnwritable:
    """The error for `cause`; `detail` is added to what happened."""
    what, hint = _WORDS[cause]
    return TrailUnwritable(path, cause, f"session log: {what}" + (f" ({detail})" if detail else ""), hint)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn what SQLite or the system refuses into a TrailUnwritable."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)  # Python's own errors have none: the connection is closed
        cause = "closed" if code is None else _CAUSES.get(code & 0xFF, "trouble")
        if code is not None and code & 0xFF == sqlite3.SQLITE_IOERR and _is_full(path.parent):
            cause = "full"
        detail = str(error) if cause == "trouble" else holder(path) if cause == "locked" else ""
        raise unwritable(path, cause, detail) from error
    except OSError as error:
        cause = "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "read-only"
        raise unwritable(path, cause, (error.strerror or "").lower()) from error


SPACE = 1 << 16
"""Bytes without which SQLite cannot work: it says an I/O error, not a full disk, where it has no room for what it shares."""


def _is_full(folder: Path) -> bool:
    try:
        there = os.statvfs(folder)
    except OSError:
        return False
    return there.f_bavail * there.f_frsize < SPACE


@contextmanager
def reading(path: Path, hint: str = VERIFY) -> Iterator[None]:
    """Turn what SQLite refuses into a TrailUnreadable."""
    try:
        yield
    except sqlite3.Error as error:
        raise TrailUnreadable(f"session log: cannot be read ({error})", str(path), hint) from error
