"""Finds in the store what somebody looks for, in all the logs that are shipped there; newest first, by their machines' clocks."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing

from whisper_tui.audit import chain
from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind
from whisper_tui.audit.search import OPENS, PAGE, Wanted, record_in
from whisper_tui.audit.store import Store
from whisper_tui.audit.store_tables import SCHEMA

NEVER = 253_402_300_800.0
"""The year 10000, seconds since 1970 UTC."""
_BODIES = f"""SELECT log.stream, log.seq, log.body, log.hash, personal.value FROM {SCHEMA}.log AS log
    LEFT JOIN {SCHEMA}.personal AS personal ON personal.stream = log.stream AND personal.seq = log.seq
        AND personal.field = '{chain.CALLER}'"""
_FIRST = f"""AND session <> '' AND NOT EXISTS (SELECT FROM {SCHEMA}.log AS first WHERE first.stream = log.stream
    AND first.session = log.session AND first.session <> '' AND first.seq < log.seq
    AND first.kind IN ({", ".join(f"'{kind.value}'" for kind in OPENS)}))"""


class StoreFinder:
    """As `search.Finder`, of several logs. Damaged rows are kept in `damaged`, each with its stream, and left out."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.damaged: set[tuple[str, int]] = set()

    def names(self) -> dict[str, str]:
        """What people call the streams.

        Raises:
            StoreAway, StoreRefuses: the database cannot be read.
        """
        newest = f"SELECT DISTINCT ON (stream) stream, name FROM {SCHEMA}.names ORDER BY stream, at DESC"
        return {str(stream): str(name) for stream, name in self._store.select(newest)}

    def sessions(self, wanted: Wanted) -> Iterator[list[Row]]:
        """Yield the rows of each session that is wanted, oldest row first; the session that began last comes first.

        Raises:
            StoreAway, StoreRefuses: the database cannot be read.
        """
        for stream, _, session in self._walk(wanted, OPENS, _FIRST):
            rows = self._bodies("log.stream = %s AND log.session = %s AND log.session <> ''", [stream, session])
            if any(row.record.kind in OPENS for row in rows):
                yield rows

    def rows(self, wanted: Wanted, kinds: Collection[Kind]) -> Iterator[Row]:
        """Yield the rows of these kinds that are wanted, newest first."""
        for stream, seq, _ in self._walk(wanted, kinds):
            yield from self._bodies("log.stream = %s AND log.seq = %s", [stream, seq])

    def later(self, row: Row) -> list[Row]:
        """The rows of the same leg after `row`, oldest first."""
        where = "log.stream = %s AND log.leg = %s AND log.leg <> '' AND log.seq > %s"
        return self._bodies(where, [row.stream, row.record.leg, row.seq])

    def _walk(self, wanted: Wanted, kinds: Collection[Kind], more: str = "") -> Iterator[tuple[str, int, str]]:
        """Stream, number and session of the rows that fit, newest first."""
        conditions, values = ["kind = ANY (%s)"], [[kind.value for kind in kinds]]
        for column in ("user", "agent", "queue"):
            if text := getattr(wanted, column):
                conditions.append(f'"{column}" = ANY (%s)')
                values.append(self._matching(column, text))
        bounds: list[object] = []
        for condition, moment in (("at >= %s", wanted.since), ("at < %s", wanted.until)):
            if moment is not None:
                conditions.append(condition)
                bounds.append(moment)
        query = f"""SELECT at, stream, seq, session FROM {SCHEMA}.log AS log WHERE {" AND ".join(conditions)} {more}"""
        place: tuple[object, ...] | None = None
        while True:
            below = "" if place is None else " AND (at, stream, seq) < (%s, %s, %s)"
            asked = f"{query}{below} ORDER BY at DESC, stream DESC, seq DESC LIMIT {PAGE}"
            page = self._store.select(asked, [*values, *bounds, *(place or ())])
            yield from ((str(stream), int(str(seq)), str(session)) for _, stream, seq, session in page)
            if len(page) < PAGE:
                return
            place = page[-1][:3]

    def _matching(self, column: str, text: str) -> list[str]:
        """The names in a column that are `text`, or fit it as a pattern exactly as in a log."""
        if not any(sign in text for sign in "*?["):
            return [text]
        found = [str(name) for (name,) in self._store.select(f'SELECT DISTINCT "{column}" FROM {SCHEMA}.log')]
        with closing(sqlite3.connect(":memory:")) as judge:
            pattern = text.replace("[!", "[^")
            fits = "SELECT ? = ? OR ? GLOB ?"
            return [name for name in found if judge.execute(fits, [name, text, name, pattern]).fetchone()[0]]

    def _bodies(self, where: str, values: Sequence[object]) -> list[Row]:
        found = self._store.select(f"{_BODIES} WHERE {where} ORDER BY log.seq", values)
        return [row for line in found if (row := self._row(*line)) is not None]

    def _row(self, stream: object, seq: object, body: object, sealed: object, caller: object) -> Row | None:
        number, kept = int(str(seq)), record_in(body)
        if kept is None or not 0 <= kept.at < NEVER:  # another machine's, and no clock can show it
            self.damaged.add((str(stream), number))
            return None
        personal = {chain.CALLER: caller.decode(errors="replace")} if isinstance(caller, bytes) else {}
        erased = tuple(field for field in chain.committed(kept) if field not in personal)
        head = sealed if isinstance(sealed, bytes) else b""
        return Row(number, chain.revealed(kept, personal), head, erased, str(stream))
