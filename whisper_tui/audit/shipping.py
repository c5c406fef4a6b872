"""Ships a session log to the store: what is not there yet, in order, from whichever of the log's files has it.

Where to go on is asked of the database, and rows are read from the log when it can take them: nothing is kept in between, however
long it is away. A file of the log is open only while a batch is read, for it cannot be closed while somebody reads it.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whisper_tui.audit import chain
from whisper_tui.audit.history import File, History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.search import record_in
from whisper_tui.audit.store import BOTH, Batch, Diverged, End, Store, Values
from whisper_tui.audit.store_tables import CALL_COLUMNS
from whisper_tui.audit.tables import VERIFY, About, TrailUnreadable
from whisper_tui.clock import Clock

ROWS = 500
"""Rows that are shipped at a time, and calls."""
BYTES = 1 << 20
"""Of their bodies, after which no more are taken along."""
COMPARED = 10_000
"""Numbers of rows that are compared at a time, to find what was erased."""
SETTLED = 60.0
"""Seconds after which a call is not told anew any more, and is shipped; and after which calls are looked for again."""
LATE = 600.0
"""Seconds by which a call may be written later than one that ended after it."""
DAY = 86_400.0
"""The same across runs of the program, in which the clock may have been set."""


class Shipment:
    """Of one log to one database. `cut` comes from any thread, everything else from one at a time.

    Args:
        path: the log's newest file.
        name: what people call the log in the database.
        rows: how many are shipped at a time.
    """

    def __init__(self, path: Path, store: Store, name: str, clock: Clock, rows: int = ROWS) -> None:
        self.path = path
        self._store = store
        self._name = name
        self._clock = clock
        self._rows = rows
        self._calls_until: float | None = None
        """Calls that ended before are there; None: the database has to be asked. Seconds since 1970 UTC."""
        self.shipped = 0
        """The newest row that is known to be there."""
        self.reading = threading.Lock()
        """Held while a file of the log is open here."""

    def ship(self) -> int:
        """Ship rows and calls that are not there yet; return how many rows that were.

        Raises:
            StoreAway, StoreRefuses: the database takes nothing now; what it has stays.
            Diverged: it has other rows than the log.
            TrailUnreadable: the log cannot be read, or is broken.
        """
        try:
            return self._ship()
        except BaseException:
            self.close()  # the next time begins from the beginning
            raise

    def cut(self) -> None:
        """Give up for good."""
        self._store.cut()

    def close(self) -> None:
        """End the connection; `ship` makes another."""
        self._calls_until = None
        self._store.close()

    def _ship(self) -> int:
        is_new = not self._store.is_open
        with self._log() as log:
            stream = log.about.log_id
        count, end = 0, self._store.end(stream)
        batch = self._after(end)
        if is_new:  # not before the database is known to have this very log
            self._store.call_it(stream, self._name)
            self._erase(stream, end.seq)
        while batch is not None:
            count += self._store.put(stream, batch)
            if batch.personal:  # what was erased here since it was read must not stay there
                last = int(str(batch.rows[-1][0]))  # not counted from `end`: rows may have aged out in between
                self._erase_between(stream, last - len(batch.rows), last)
            end = self._store.end(stream)
            self.shipped = end.seq
            batch = self._after(end)
        self.shipped = end.seq
        if self._calls_until is None or abs(self._clock.wall() - SETTLED - self._calls_until) >= SETTLED:
            self._ship_calls(stream)
        return count

    @contextmanager
    def _log(self) -> Iterator[History]:
        with self.reading, History.open(self.path) as log:
            yield log

    # --- rows

    def _after(self, end: End) -> Batch | None:
        """The rows that follow the row that the database has last; None: there are none.

        Raises:
            Diverged: that is not a row of this log.
            TrailUnreadable: the log is broken there.
        """
        with self._log() as log:
            file = log.file_after(end.seq)
            last, head = self._before(log, file, end)
            query = f"SELECT seq, body, hash FROM log WHERE seq > ? ORDER BY seq LIMIT {self._rows}"
            rows: list[Values] = []
            size = 0
            for seq, body, sealed in file.select(query, [last]):
                columns = _columns(body)
                fits = isinstance(body, bytes) and (seq, sealed) == (last + 1, chain.link(head, body))
                if not fits or not isinstance(body, bytes) or columns is None:
                    if rows:
                        break
                    raise TrailUnreadable(
                        f"session log: row {last + 1} is broken, and not shipped", str(file.path), VERIFY
                    )
                rows.append((seq, *columns, body, sealed))
                last, head, size = last + 1, chain.link(head, body), size + len(body)
                if size > BYTES:
                    break
            if not rows:
                if file.about != log.about:
                    raise TrailUnreadable(f"session log: row {last + 1} is missing", str(file.path), VERIFY)
                return None
            query = "SELECT seq, field, salt, value FROM personal WHERE seq >= ? AND seq <= ? ORDER BY seq"
            hidden = file.select(query, [rows[0][0], last])
        personal: list[Values] = []
        for place, field, salt, value in hidden:
            if not (isinstance(field, str) and isinstance(salt, bytes) and isinstance(value, str)):
                what = f"session log: the personal data beside row {place} is damaged, and nothing is shipped from there on"
                raise TrailUnreadable(what, str(file.path), VERIFY)
            personal.append((place, field, salt, value.encode()))
        return Batch(rows, personal)

    def _before(self, log: History, file: File, end: End) -> tuple[int, bytes]:
        """Number and hash of what the next row follows."""
        about = file.about
        if end.seq > about.last:
            found = file.select("SELECT hash FROM log WHERE seq = ?", [end.seq])
            if not found:
                raise Diverged(f"it has row {end.seq} of this log, which ends before", self._store.where, BOTH)
            if found != [(end.hash,)]:
                raise Diverged(f"row {end.seq} is there with another hash", self._store.where, BOTH)
            return end
        if end.seq == about.last:
            if end.seq and about.head != end.hash:
                raise Diverged(f"row {end.seq} is there with another hash", self._store.where, BOTH)
        elif not any(
            each.part is not None and (each.part.last, each.part.head) == (about.last, about.head.hex())
            for each in log.records((Kind.LOG_AGED,), -math.inf)
        ):
            what = f"session log: rows {end.seq + 1} to {about.last} are missing, and not shipped"
            raise TrailUnreadable(what, str(self.path), VERIFY)
        return about.last, about.genesis

    # --- what was erased here

    def _erase(self, stream: str, last: int) -> None:
        """Erase in the database what it still has of rows up to `last` and the log has no more."""
        with self._log() as log:
            spans = []
            above = last
            for file in log.files():
                ((held,),) = file.select("SELECT count(*) FROM personal WHERE seq <= ?", [above])
                spans.append((file.about.last, above, held))
                above = min(above, file.about.last)
        for after, until, held in spans:
            if until > after and self._store.hiding(stream, after, until) != held:
                for low in range(after, until, COMPARED):
                    self._erase_between(stream, low, min(low + COMPARED, until))

    def _erase_between(self, stream: str, after: int, until: int) -> None:
        there = self._store.hidden(stream, after, until)
        with self._log() as log:
            held, rows = (
                {seq for file in log.files() for (seq,) in file.select(query, [after, until])}
                for query in (
                    "SELECT seq FROM personal WHERE seq > ? AND seq <= ?",
                    "SELECT seq FROM log WHERE seq > ? AND seq <= ?",
                )
            )
        # A row that is missing here altogether was not erased.
        if gone := sorted(there & rows - held):
            self._store.erase(stream, gone)

    # --- calls

    def _ship_calls(self, stream: str) -> None:
        now = self._clock.wall()
        until = now - SETTLED
        if self._calls_until is not None:
            after = min(self._calls_until, until) - LATE
        elif (ended := self._store.calls_end(stream)) is not None:
            after = min(ended, until) - DAY
        else:
            after = -math.inf
        with self._log() as log:
            # A new file begins with the calls of the last days.
            first = log.row(log.about.last + 1)
            alone = first is None or after >= first.record.at - 7 * DAY
            files = [file.about for file in log.files() if file.about.schema > 1][: 1 if alone else None]
        for about in reversed(files):
            place = after, 0
            while calls := self._calls(about, place, until):
                self._store.put_calls(stream, [values for _, values in calls])
                place = calls[-1][0]
        self._calls_until = until

    def _calls(self, about: About, after: tuple[float, int], until: float) -> list[tuple[tuple[float, int], Values]]:
        """The next calls of a file, whatever it is called by now, each with its place."""
        query = f"""SELECT ended, rowid, {", ".join(CALL_COLUMNS)} FROM calls
            WHERE (ended, rowid) > (?, ?) AND ended <= ? ORDER BY ended, rowid LIMIT {self._rows}"""
        with self._log() as log:
            file = next((each for each in log.files() if each.about == about), None)
            found = file.select(query, [*after, until]) if file is not None else []
        return [((float(str(row[0])), int(str(row[1]))), row[2:]) for row in found]


def _columns(body: object) -> Values | None:
    """What stands beside the bytes of a row, as they say it; None: they are no record."""
    kept = record_in(body)
    return chain.columns_of(kept) if kept is not None else None
