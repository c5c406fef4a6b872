"""Says whether a session log is whole, through all its files, or where and how it was changed.

It finds every change that does not rewrite the chain from there to the end. Whoever can write the files can also do that, or
put older copies in their place: only a hash that was noted elsewhere shows it (`anchors.py`).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from whisper_tui.audit import around, chain, segments
from whisper_tui.audit.anchors import Anchor
from whisper_tui.audit.records import Kind, Part
from whisper_tui.audit.tables import STATEMENTS, About, TrailUnreadable, opened, reading, schema_of
from whisper_tui.audit.unsaid import Said, said, unsaid
from whisper_tui.audit.walk import Broken, Verdict, Why, walk

DAMAGED = "keep the file; a backup of it may still be readable"


class Cut(Struct, frozen=True):
    """An anchor that the log does not agree with. `there`: its row is there, with another hash."""

    anchor: Anchor
    there: bool


class Whole(Struct, frozen=True):
    """What was found of a log.

    Args:
        rows: how many were read; last: the number of the newest one; head: its hash.
        erased: rows whose personal data is gone; that is allowed, and breaks nothing.
        unsaid: for how many of these no row says that it was erased.
        log_id: the log's own.
        files: how many there are; aged: what was deleted because it was older than is kept, as the log itself says.
        held: the newest anchor that the log agrees with; cut: those that it does not, oldest first.
        agreed: how many anchors it agrees with; elsewhere: those of other logs, and of what was deleted.
    """

    rows: int
    last: int
    head: bytes
    broken: tuple[Broken, ...] = ()
    erased: tuple[int, ...] = ()
    unsaid: int = 0
    files: int = 1
    aged: tuple[Part, ...] = ()
    log_id: str = ""
    held: Anchor | None = None
    cut: tuple[Cut, ...] = ()
    agreed: int = 0
    elsewhere: int = 0

    @property
    def whole(self) -> bool:
        """Nothing is broken; what anchors say is another question."""
        return not self.broken

    @property
    def aged_rows(self) -> int:
        return sum(each.rows for each in self.aged)


class _File(Struct, frozen=True):
    """Open. `name`: "" for the newest."""

    path: Path
    connection: sqlite3.Connection
    about: About
    name: str


def verify(path: Path, anchors: Sequence[Anchor] = ()) -> Whole:
    """Check the log at `path`, also while another process writes it.

    Raises:
        TrailUnreadable: there is none, its newest file is gone or cannot be read, is none of ours, or of a newer version.
    """
    if (older := segments.closed(path)) and not path.exists():
        what = f"session log: its newest file is gone; {older[-1].name} is there"
        raise TrailUnreadable(what, str(path), "put it back")
    found = _verify(path, anchors)
    if any(each.why is Why.FILE for each in found.broken):
        # Deleted for its age while it was being looked for? Then the log says so by now.
        found = _verify(path, anchors)
    return found


def _verify(path: Path, anchors: Sequence[Anchor]) -> Whole:
    with ExitStack() as stack:
        connection, _, about = opened(path, DAMAGED)
        stack.enter_context(closing(connection))
        with reading(path, DAMAGED):
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM about").fetchone()  # from here on nothing changes under us
        newest = _File(path, connection, about, "")
        broken: list[Broken] = []
        files = [*_closed(path, about, broken, stack), newest]
        files.sort(key=lambda each: each.about.last)
        if files[-1] is not newest:
            broken.append(Broken(0, Why.FILE, f"{files[-1].name} is newer than it"))
        gone = [part for each in files for part in _aged(each)]
        aged: list[Part] = []
        verdicts = []
        end = segments.End(0, b"")
        for before, file in zip([None, *files], files, strict=False):
            broken += _joined(path, before, end, file, gone, aged, told={(each.seq, each.why) for each in broken})
            verdicts.append(_walk(file))
            broken += verdicts[-1].broken
            end = segments.End(verdicts[-1].last, verdicts[-1].head)
        found = Whole(
            sum(each.rows for each in verdicts),
            end.last,
            end.head,
            tuple(sorted(broken, key=lambda each: each.seq)),
            tuple(seq for each in verdicts for seq in each.erased),
            _unsaid(files, verdicts),
            len(files),
            tuple(aged),
        )
        return _against(found, files, anchors)


def _unsaid(files: Sequence[_File], verdicts: Sequence[Verdict]) -> int:
    told: list[Said] = []
    for each in files:
        with suppress(sqlite3.Error):  # the walk finds it, too, and says where
            told += said(each.connection)
    return unsaid({file.about.last + 1: each.erased for file, each in zip(files, verdicts, strict=True)}, told)


def _closed(path: Path, newest: About, broken: list[Broken], stack: ExitStack) -> Iterator[_File]:
    """The closed files of the log that `newest` is of."""
    for file in segments.closed(path):
        try:
            # The program was killed while it carried the log on; the next start goes on from there.
            if file.samefile(path):
                continue
            connection, _, about = opened(file, DAMAGED)
        except FileNotFoundError:  # deleted for its age just now; if not for that, its rows are missed
            continue
        except TrailUnreadable as error:
            if not file.exists():
                continue
            broken.append(Broken(0, Why.UNREADABLE, error.what, file.name))
            continue
        stack.enter_context(closing(connection))
        if about.log_id != newest.log_id:
            broken.append(Broken(0, Why.FILE, "of another log", file.name))
        else:
            yield _File(file, connection, about, file.name)


def _aged(file: _File) -> Iterator[Part]:
    """The files that rows of this one say were deleted for their age."""
    try:
        for (body,) in file.connection.execute("SELECT body FROM log WHERE kind = ?", [Kind.LOG_AGED.value]):
            part = chain.unseal(body).part
            if part is not None:
                yield part
    except (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError, TypeError):
        return  # the walk finds it, too, and says where


def _joined(
    path: Path,
    before: _File | None,
    end: segments.End,
    file: _File,
    gone: Sequence[Part],
    aged: list[Part],
    told: set[tuple[int, Why]],
) -> Iterator[Broken]:
    """What is wrong between `before`, which ends at `end`, and `file`. What is missing for its age goes to `aged`."""
    about, first = file.about, file.about.last + 1
    if before is None and not about.before:
        return
    if before is not None and about.last == end.last:
        if about.head != (end.head or before.about.genesis):
            yield Broken(first, Why.HASH, "it goes on after another hash", file.name)
        elif about.before != (before.name or path.name):
            yield Broken(
                first, Why.FILE, f"{before.name or path.name} was called {about.before or 'nothing'}", file.name
            )
        return
    if before is not None and about.last < end.last:
        yield Broken(first, Why.FILE, f"{before.name or path.name} has this row, too", file.name)
        return
    if before is not None and about.before == before.name:
        if (end.last + 1, Why.TAIL) not in told:
            yield Broken(end.last + 1, Why.TAIL, f"rows up to {about.last} were written", before.name)
        return
    reached = end.last
    parts = sorted({each.last: each for each in gone}.values(), key=lambda each: each.first)
    if before is None and parts:  # the rows that told of what was deleted before have aged out themselves
        reached = max(reached, parts[0].first - 1)
    for part in parts:
        fits = reached < part.first <= part.last < about.last or (part.last, part.head) == (
            about.last,
            about.head.hex(),
        )
        if not fits:
            continue
        if part.first != reached + 1:
            yield Broken(reached + 1, Why.FILE, f"what came before {part.file} is missing")
        if before is not None:  # the oldest goes first
            yield Broken(part.first, Why.FILE, f"{part.file} is said to have aged out, and one before it is there")
        aged.append(part)
        reached = part.last
    if reached != about.last:
        yield Broken(reached + 1, Why.FILE, f"{about.before} is missing")


def _walk(file: _File) -> Verdict:
    """What is wrong in one file."""
    about, faults = file.about, list[Broken]()
    begun = _begun(file.connection, about)
    with ThreadPoolExecutor(1) as other:
        beside = other.submit(around.look_apart, file.path, about, begun)
        verdict = walk(file.connection, about.genesis, about.last)
        found = beside.result()
    faults += verdict.broken
    is_read = not (faults and faults[-1].why is Why.UNREADABLE)
    try:
        changed = schema_of(file.connection) ^ STATEMENTS.get(about.schema, frozenset())
        faults += [Broken(0, Why.SCHEMA, _named(each)) for each in sorted(changed)]
        if about.before and (begun is None or (begun.file, begun.last) != (about.before, about.last)):
            faults.append(Broken(about.last + 1, Why.FILE, "its first row does not say what it goes on after"))
        if is_read:
            faults += around.tail(file.connection, verdict)
    except sqlite3.Error as error:
        faults.append(Broken(0, Why.UNREADABLE, str(error)))
    if found is None:  # it was closed just now, and has another name
        found = around.look(file.connection, about, begun)
    faults += (*(found.lists if is_read else ()), *found.tables)
    return replace(verdict, broken=tuple(replace(each, file=file.name) for each in faults))


def _begun(connection: sqlite3.Connection, about: About) -> Part | None:
    """What the first row of a file says of the one before."""
    query = "SELECT body FROM log WHERE seq = ? AND kind = ?"
    try:
        row = connection.execute(query, [about.last + 1, Kind.LOG_CARRIED.value]).fetchone()
        return chain.unseal(row[0]).part if row and about.before else None
    except (sqlite3.Error, msgspec.DecodeError, UnicodeDecodeError, TypeError):
        return None  # the walk finds it, too, and says where


def _against(found: Whole, files: Sequence[_File], anchors: Iterable[Anchor]) -> Whole:
    """What was found, and how it agrees with `anchors`."""
    log_id = files[-1].about.log_id
    ours = sorted({each for each in anchors if each.log_id == log_id}, key=lambda each: (each.at, each.seq))
    elsewhere = sum(each.log_id != log_id for each in anchors)
    held, agreed, cut = None, 0, []
    for anchor in ours:
        kept = _hash_at(files, anchor.seq)
        out_of_reach = kept is None and any(part.first <= anchor.seq < part.last for part in found.aged)
        ends_there = any((part.last, part.head) == (anchor.seq, anchor.head) for part in found.aged)
        if kept == anchor.head or (kept is None and ends_there):
            held, agreed = anchor, agreed + 1
        elif out_of_reach:
            elsewhere += 1
        else:
            cut.append(Cut(anchor, kept is not None))
    if not ours:  # the log that they were made of is another one: this one was put in its place
        cut = [Cut(each, there=False) for each in anchors]
    return replace(found, log_id=log_id, held=held, agreed=agreed, elsewhere=elsewhere, cut=tuple(cut))


def _hash_at(files: Sequence[_File], seq: int) -> str | None:
    """The hash of the row, hex; None: it is not there."""
    for file in files:
        try:
            row = file.connection.execute("SELECT hash FROM log WHERE seq = ?", [seq]).fetchone()
        except sqlite3.Error:
            continue
        if row is not None:
            return row[0].hex() if isinstance(row[0], bytes) else ""
    return None


def _named(statement: str) -> str:
    """`trigger log_stays`, from the statement that makes it."""
    return " ".join(statement.split("(")[0].split()[1:3]).lower()
