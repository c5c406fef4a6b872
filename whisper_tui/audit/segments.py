"""The files of a log: the one that is written, and closed ones beside it, each of which goes on where the one before ended.

`trail.db` is written; `trail.0001.db`, `trail.0002.db`, ... are closed and never change again. `carry` closes one and begins the
next in steps of which each leaves a log that can be opened: `trail.db` is there at any moment, and whole.
"""

from __future__ import annotations

import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct, structs

from whisper_tui.audit import chain, tables
from whisper_tui.audit.records import Part, Record
from whisper_tui.audit.tables import About, unwritable

WEEK = 8 * 86400.0
"""Seconds of the history of calls that a new file begins with."""


class End(Struct, frozen=True):
    """Where a file ends: its last row's number and hash, or those it goes on after."""

    last: int
    head: bytes


def closed(path: Path) -> list[Path]:
    """The closed files of the log at `path`, oldest first by their names."""
    name = re.compile(rf"{re.escape(path.stem)}\.\d{{4,9}}{re.escape(path.suffix)}")
    found = [each for each in path.parent.glob("*") if name.fullmatch(each.name)] if path.parent.is_dir() else []
    return sorted(found, key=lambda each: number_of(path, each.name))


def number_of(path: Path, name: str) -> int:
    """The number in the name of a closed file of the log at `path`; 0: it has none."""
    number = name.removeprefix(path.stem + ".").removesuffix(path.suffix)
    return int(number) if number.isascii() and number.isdecimal() else 0


def following(path: Path, said: About) -> Path:
    """What the file at `path` is called once it is closed: no name is used twice, though all the older are gone."""
    highest = max((number_of(path, name) for name in (said.before, *(each.name for each in closed(path)))), default=0)
    return path.with_name(f"{path.stem}.{highest + 1:04}{path.suffix}")


def coming(path: Path) -> Path:
    """The file that is about to become the one at `path`."""
    return path.with_name(path.name + ".next")


def mend(path: Path) -> None:
    """Undo a `carry` that was not lived to be finished. Call it before the log is opened, holding its lock.

    Raises:
        TrailUnwritable: the file that was written is gone while older ones are there.
        OSError: the folder cannot be written.
    """
    for name in ("", "-journal"):
        coming(path).with_name(coming(path).name + name).unlink(missing_ok=True)
    older = closed(path)
    if not path.exists() and not path.is_symlink():
        if older:
            raise unwritable(path, "lost", f"{older[-1].name} is there, and what came after it is not")
    elif older and path.samefile(older[-1]):
        older[-1].unlink()
        sync(path.parent)


def refuse_if_older(path: Path, said: About) -> None:
    """See that the file at `path` is the newest of its log.

    Raises:
        TrailUnwritable: a closed one is newer; somebody has exchanged them.
    """
    older = closed(path)
    if older and number_of(path, older[-1].name) > number_of(path, said.before):
        raise unwritable(path, "swapped", f"it says that {said.before or 'nothing'} came before it")


def part(connection: sqlite3.Connection, name: str, said: About, end: End) -> Part:
    """What is to be remembered of the file `name`, which ends at `end`."""
    open_ones = connection.execute("SELECT what, ident FROM unclosed ORDER BY what, ident").fetchall()
    (newest,) = connection.execute("SELECT max(at) FROM log").fetchone()
    return Part(
        name,
        said.schema,
        end.last - said.last,
        said.last + 1,
        end.last,
        end.head.hex(),
        newest or 0.0,
        tuple(str(ident) for what, ident in open_ones if what == "session"),
        tuple(str(ident) for what, ident in open_ones if what == "leg"),
    )


def closed_part(file: Path, log_id: str) -> Part | None:
    """What is to be remembered of the closed `file` of the log `log_id`; None: it is of another log.

    Raises:
        TrailUnreadable: it cannot be read.
    """
    connection, _, said = tables.opened(file)
    with closing(connection), tables.reading(file):
        if said.log_id != log_id:
            return None
        row = connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone()
        end = End(*row) if row else End(said.last, said.genesis)
        return structs.replace(part(connection, file.name, said, end), sessions=(), legs=())


def carry(path: Path, connection: sqlite3.Connection, said: About, end: End, record: Record) -> Path:
    """Close the file at `path`, open as `connection` and ending at `end`, and begin the next one; return the closed one.

    The first row of the new file is `record` with its `part`. Afterwards, and also when this raises, `connection` is of no
    more use: open the file at `path` again. Hold the log's lock, and let nobody append meanwhile.

    Raises:
        sqlite3.Error, OSError: it was not done; the log is as it was.
    """
    old = following(path, said)
    _make_next(path, connection, said, end, structs.replace(record, part=part(connection, old.name, said, end)))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    # Nobody may have it open: SQLite finds the write-ahead log by the name, which is another file's in a moment.
    connection.execute("PRAGMA locking_mode=EXCLUSIVE")
    connection.execute("PRAGMA journal_mode=DELETE")
    connection.execute("BEGIN EXCLUSIVE")
    old.hardlink_to(path)
    try:
        sync(path.parent)
        coming(path).replace(path)
    except OSError:
        old.unlink(missing_ok=True)
        raise
    sync(path.parent)
    connection.close()
    return old


def _make_next(path: Path, connection: sqlite3.Connection, said: About, end: End, record: Record) -> None:
    """Make the next file, whole and on disk, beside the one that is still written."""
    fresh = coming(path)
    fresh.unlink(missing_ok=True)
    os.close(os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
    assert record.part is not None
    about = About(tables.SCHEMA, said.log_id, record.part.file, end.last, end.head)
    sealed = chain.seal(record)
    made = tables.connect(fresh, "rw")
    try:
        made.execute("PRAGMA synchronous=FULL")
        with made:
            made.execute("BEGIN IMMEDIATE")
            tables.create(made, about)
            tables.insert(made, end.last + 1, sealed, chain.link(about.genesis, sealed.body))
            still_open = connection.execute("SELECT what, ident, opened FROM unclosed").fetchall()
            made.executemany("INSERT INTO unclosed VALUES (?, ?, ?)", still_open)
            if said.schema > 1:
                secrets = connection.execute("SELECT name, value FROM secrets").fetchall()
                made.executemany("INSERT INTO secrets VALUES (?, ?)", secrets)
                # Who calls again within a week is counted in the file that is written.
                recent = connection.execute(
                    "SELECT * FROM calls WHERE ended > (SELECT max(ended) FROM calls) - ?", [WEEK]
                )
                marks = ", ".join("?" * len(recent.description))
                made.executemany(f"INSERT INTO calls VALUES ({marks})", recent)
    finally:
        made.close()


def sync(folder: Path) -> None:
    """Return once the names in `folder` are on disk.

    Raises:
        OSError: they are not.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
