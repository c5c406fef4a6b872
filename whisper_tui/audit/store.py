"""The store that several logs are shipped to: a database of PostgreSQL. The only module that knows psycopg.

Every wait ends: what takes longer than LIMIT is cut off, on this side too, for a server that has come to a halt keeps no limit of
its own. What PostgreSQL says is put in few words; an address is shown without account and options, and has no password.
"""

from __future__ import annotations

import os
import re
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from msgspec import Struct

from whisper_tui.audit.store_tables import CALL_COLUMNS, COLUMNS, SCHEMA, VERSION
from whisper_tui.errors import OutOfReach, UsageError, WhisperError

if TYPE_CHECKING:
    import psycopg  # otherwise imported when there is something to ship

CONNECT = 5
"""Seconds in which a connection is made."""
LIMIT = 30.0
"""Seconds in which anything is answered."""
LOGIN = "is the password in ~/.pgpass (0600), for this host, database and user?"
BOTH = "keep both; whisper-tui log verify says whether this one is whole"
MISSING = "the tables of session logs are not there"
INIT = "have the owner of the database run what `whisper-tui log ship --init` prints"

_TYPES = {
    **dict.fromkeys(("seq",), "bigint"),
    **dict.fromkeys(("body", "hash", "salt", "value"), "bytea"),
    **dict.fromkeys(("at", "joined", "waited", "answered", "talked", "held", "ended"), "double precision"),
    **dict.fromkeys(("holds", "transfers", "repeat"), "integer"),
}
_PERSONAL = ("seq", "field", "salt", "value")


class StoreAway(OutOfReach):
    """The database does not answer, or lets nobody in; rows wait in the log."""


class StoreRefuses(WhisperError):
    """The database is there, and not as it has to be: tables, rights, encoding."""


class Diverged(WhisperError):
    """The database has other rows of this log than the log itself. Nothing is shipped, and nothing written over."""

    is_final = True


Values: TypeAlias = tuple[object, ...]
Connection: TypeAlias = "psycopg.Connection[Values]"


class End(NamedTuple):
    """The newest row of a stream."""

    seq: int
    hash: bytes


class Batch(Struct, frozen=True):
    """Rows that follow each other.

    Args:
        rows: in the order of `store_tables.COLUMNS`.
        personal: seq, field, salt, value of what may be erased.
    """

    rows: Sequence[Values]
    personal: Sequence[Values]


class Store:
    """One database. Connects when it is asked something; `cut` comes from another thread, everything else from one at a time.

    Args:
        to: `postgresql://...`, without a password.
        limit: seconds in which anything is answered.
    """

    def __init__(self, to: str, limit: float = LIMIT) -> None:
        self._to = to
        self._limit = limit
        self.where = re.sub(r"//[^@/]*@", "//", to).partition("?")[0]
        """The address as a person is pointed at it."""
        self._connection: Connection | None = None
        self._line: socket.socket | None = None
        """A second handle of its socket: shutting it ends every wait there, and takes nothing from the thread that waits."""
        self._lock = threading.Lock()
        self._is_over = False

    @property
    def is_open(self) -> bool:
        return self._connection is not None

    # --- rows

    def end(self, stream: str) -> End:
        """The newest row of `stream`; number 0 where there is none.

        Raises:
            StoreAway, StoreRefuses: it cannot be told.
        """
        found = self.select(
            f"SELECT seq, hash FROM {SCHEMA}.log WHERE stream = %s ORDER BY seq DESC LIMIT 1", (stream,)
        )
        match found:
            case [(int(seq), bytes(head))]:
                return End(seq, head)
        return End(0, b"")

    def put(self, stream: str, batch: Batch) -> int:
        """Insert what is not there yet, all or none; return how many rows that were.

        Raises:
            Diverged: a row is there with another hash, or does not follow the one before.
            StoreAway, StoreRefuses: nothing was inserted.
        """
        with self._asking() as connection, connection.transaction():
            fresh = {seq for (seq,) in _insert(connection, "log", COLUMNS, stream, batch.rows, "RETURNING seq")}
            personal = [each for each in batch.personal if each[0] in fresh]
            _insert(connection, "personal", _PERSONAL, stream, personal)
        return len(fresh)

    def put_calls(self, stream: str, calls: Sequence[Values]) -> None:
        """Insert those of these calls, in the order of `store_tables.CALL_COLUMNS`, that are not there.

        Raises:
            StoreAway, StoreRefuses: none was.
        """
        with self._asking() as connection, connection.transaction():
            _insert(connection, "calls", CALL_COLUMNS, stream, calls)

    def calls_end(self, stream: str) -> float | None:
        """When the last call ended that is there, seconds since 1970 UTC; None: there is none.

        Raises:
            StoreAway, StoreRefuses: it cannot be told.
        """
        match self.select(f"SELECT max(ended) FROM {SCHEMA}.calls WHERE stream = %s", (stream,)):
            case [(float(ended),)]:
                return ended
        return None

    def call_it(self, stream: str, name: str) -> None:
        """Let people know `stream` as `name` from now on.

        Raises:
            StoreAway, StoreRefuses: it was not done.
        """
        newest = f"SELECT name FROM {SCHEMA}.names WHERE stream = %s ORDER BY at DESC LIMIT 1"
        if self.select(newest, (stream,)) != [(as_text(name),)]:
            with self._asking() as connection:
                connection.execute(
                    f"INSERT INTO {SCHEMA}.names (stream, name) VALUES (%s, %s)", (stream, as_text(name))
                )

    # --- erasing

    def hiding(self, stream: str, after: int, last: int) -> int:
        """How much personal data there is of the rows from behind `after` to `last`.

        Raises:
            StoreAway, StoreRefuses: it cannot be told.
        """
        query = f"SELECT count(*) FROM {SCHEMA}.personal WHERE stream = %s AND seq > %s AND seq <= %s"
        ((count,),) = self.select(query, (stream, after, last))
        assert isinstance(count, int)
        return count

    def hidden(self, stream: str, after: int, last: int) -> set[int]:
        """The rows from behind `after` to `last` that have personal data there.

        Raises:
            StoreAway, StoreRefuses: they cannot be told.
        """
        query = f"SELECT DISTINCT seq FROM {SCHEMA}.personal WHERE stream = %s AND seq > %s AND seq <= %s"
        return {seq for (seq,) in self.select(query, (stream, after, last)) if isinstance(seq, int)}

    def holding(self, stream: str, spellings: Sequence[str]) -> list[int]:
        """The rows whose personal data is one of these.

        Raises:
            StoreAway, StoreRefuses: they cannot be told.
        """
        query = f"SELECT DISTINCT seq FROM {SCHEMA}.personal WHERE stream = %s AND value = ANY (%s::bytea[])"
        found = self.select(query, (stream, [each.encode() for each in spellings]))
        return sorted(seq for (seq,) in found if isinstance(seq, int))

    def naming(self, stream: str, spellings: Sequence[str]) -> list[int]:
        """The rows in whose words one of these stands.

        Raises:
            StoreAway, StoreRefuses: they cannot be told.
        """
        query = f"SELECT seq FROM {SCHEMA}.log WHERE stream = %s AND position(%s::bytea IN body) > 0"
        found = {seq for each in spellings for (seq,) in self.select(query, (stream, each.encode()))}
        return sorted(seq for seq in found if isinstance(seq, int))

    def erase(self, stream: str, rows: Sequence[int]) -> None:
        """Take the personal data of these rows out.

        Raises:
            StoreAway, StoreRefuses: nothing was taken out.
        """
        self.select(f"SELECT {SCHEMA}.erase(%s, %s::bigint[])", (stream, list(rows)))

    # --- the connection

    def surplus(self) -> tuple[str, ...]:
        """What the role may do to rows, and should not.

        Raises:
            StoreAway, StoreRefuses: it cannot be told.
        """
        deeds = ("UPDATE", "DELETE", "TRUNCATE")
        asked = ", ".join(f"has_table_privilege('{SCHEMA}.log', '{deed}')" for deed in deeds)
        (found,) = self.select(f"SELECT {asked}", ())
        return tuple(deed for deed, may in zip(deeds, found, strict=True) if may)

    def cut(self) -> None:
        """Give up for good; whoever waits gets a StoreAway. From any thread."""
        self._is_over = True
        self._cut()

    def close(self) -> None:
        with self._lock:
            connection, line, self._connection, self._line = self._connection, self._line, None, None
        if line is not None:
            line.close()
        if connection is not None:
            connection.close()

    def _cut(self) -> None:
        with self._lock:
            if self._line is not None:
                with suppress(OSError):  # the other end was quicker
                    self._line.shutdown(socket.SHUT_RDWR)

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        """The connection, for as long as an answer may take; what PostgreSQL refuses becomes an error of ours."""
        import psycopg

        late = threading.Event()

        def stop() -> None:
            late.set()
            self._cut()

        timer = threading.Timer(self._limit, stop)
        timer.daemon = True
        timer.start()
        try:
            if self._connection is None:
                self._connect()
            assert self._connection is not None
            yield self._connection
        except psycopg.Error as error:
            if self._connection is not None and self._connection.closed:
                self.close()
            if self._is_over:
                raise StoreAway("given up", self.where) from error
            if late.is_set():
                raise StoreAway(f"no answer within {self._limit:.0f} s", self.where) from error
            raise self._in_words(error) from error
        finally:
            timer.cancel()

    def _connect(self) -> None:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict

        if self._is_over:
            raise StoreAway("given up", self.where)
        asked = conninfo_to_dict(self._to)
        if "password" in asked:
            raise UsageError("a password does not belong in this address", self.where, "put it into ~/.pgpass (0600)")
        passwords = Path(str(asked.get("passfile") or os.environ.get("PGPASSFILE") or "~/.pgpass")).expanduser()
        try:
            is_open = passwords.is_file() and passwords.stat().st_mode & 0o077
        except OSError as error:
            said = (error.strerror or type(error).__name__).lower()
            raise StoreRefuses(f"the file of the passwords cannot be looked at ({said})", str(passwords)) from error
        if is_open:
            # PostgreSQL's own library would not read it, and say so across the screen.
            raise StoreRefuses("the file of the passwords may be read by others", str(passwords), "chmod 600 it")
        made = psycopg.connect(
            self._to,
            connect_timeout=CONNECT,
            autocommit=True,
            prepare_threshold=None,  # a pooler in between may hand every transaction to another server process
            application_name="whisper-tui",
            client_encoding="UTF8",
        )
        try:
            with self._lock:
                self._connection = made
                self._line = socket.socket(fileno=os.dup(made.fileno()))
            self._look_around(made)
        except BaseException:
            self.close()
            raise

    def _look_around(self, made: Connection) -> None:
        """Set the limits of a new connection, and see that the tables are those that this program knows."""
        if self._is_over:
            raise StoreAway("given up", self.where)
        limits = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        made.execute("".join(f"SET {name} = {round(self._limit * 1000)};" for name in limits).encode())
        encoding = made.info.parameter_status("server_encoding")
        if encoding != "UTF8":
            raise StoreRefuses(f"its encoding is {encoding}", self.where, "make a database whose encoding is UTF8")
        ((said,),) = made.execute(b"SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", (SCHEMA,)).fetchall()
        if said is None:
            raise StoreRefuses(MISSING, self.where, INIT)
        if not str(said).endswith(f", tables {VERSION}"):
            raise StoreRefuses(
                f"its tables are others: {_short(str(said))}", self.where, "ship with a newer whisper-tui"
            )

    def select(self, query: str, values: Sequence[object] = ()) -> list[Values]:
        """What the database answers to `query`, which only reads, or calls the one function there is.

        Raises:
            StoreAway, StoreRefuses: it does not answer, or refuses.
        """
        with self._asking() as connection:
            return connection.execute(query.encode(), values).fetchall()

    def _in_words(self, error: psycopg.Error) -> WhisperError:
        import psycopg

        state, said = error.sqlstate or "", _short(str(error))
        match state[:2], state:
            case _, "WT002":
                return Diverged(said, self.where, BOTH)
            case _, "WT003":
                hint = "each machine has a role of its own; the owner of the tables may name another in whisper_tui.streams"
                return StoreRefuses(said, self.where, hint)
            case _, "42P01" | "42703" | "42883" | "3F000":
                return StoreRefuses(MISSING, self.where, INIT)
            case _, "42501":
                return StoreRefuses(said, self.where, INIT)
            case _, "25006":
                return StoreAway("it is read-only, and takes no rows", self.where, "is it a standby?")
            case _, "57014":
                return StoreAway(f"no answer within {self._limit:.0f} s", self.where)
            case "08" | "40" | "53" | "55" | "57", _:
                return StoreAway(said, self.where)
            case "", _ if isinstance(error, psycopg.ProgrammingError):
                return UsageError(said, self.where, "see `to` in [log.ship]")
            case "", _:
                about_login = "password" in said or "role" in said or "pg_hba" in said
                return StoreAway(said, self.where, LOGIN if about_login else "")
        return StoreRefuses(said, self.where)


def _insert(
    connection: Connection, table: str, columns: Sequence[str], stream: str, rows: Sequence[Values], ending: str = ""
) -> list[Values]:
    """Insert rows in their order, in one statement; return what `ending` (RETURNING ...) tells of those that were new."""
    if not rows:
        return []
    names = ", ".join(f'"{each}"' for each in columns)
    lists = ", ".join(f"%s::{_TYPES.get(each, 'text')}[]" for each in columns)
    query = f"""INSERT INTO {SCHEMA}.{table} (stream, {names})
        SELECT %s, {names} FROM unnest({lists}) WITH ORDINALITY AS told ({names}, place) ORDER BY place
        ON CONFLICT DO NOTHING {ending}"""
    told = [[as_text(each) if isinstance(each, str) else each for each in column] for column in zip(*rows, strict=True)]
    found = connection.execute(query.encode(), [stream, *told])
    return found.fetchall() if ending else []


def as_text(value: str) -> str:
    """As a column for searching can hold it; the body has it as it was."""
    return value.replace("\0", "\ufffd")


def _short(said: str) -> str:
    """`Connection refused`, of all that libpq and the server say; the lines below it may name values."""
    first = said.partition("\n")[0].rpartition("failed: ")[2]
    first = re.sub(r"^[A-Z]+:\s+", "", first).strip()
    return re.sub(r"[^\x20-\x7e\xa0-\uffff]", "?", first[:1].lower() + first[1:200]) or "no reason given"
