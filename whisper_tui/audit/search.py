"""Finds in the session log what somebody looks for: page by page, newest first, never more of it than is taken.

Rows have an index by number, session and leg, none by time: the first and the last row of a day are found by halving, with
SLACK for a clock that was put back. Looking for a person, agent or queue without a day goes through the log from its end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Protocol

import msgspec
from msgspec import Struct

from whisper_tui.audit import chain
from whisper_tui.audit.history import File, History, Row
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.tables import TrailUnreadable

SLACK = 86_400.0
"""Seconds. A row is found by its time as long as the clock was never put back by more than this, all in all."""
PAGE = 256
"""Rows that are asked for at a time."""
OPENS = (Kind.REQUESTED, Kind.AIMED)
"""The first of these of a session is where it begins."""

_FIRST = f"""session <> '' AND seq = (SELECT min(seq) FROM log AS first
    WHERE first.session = log.session AND first.session <> ''
    AND first.kind IN ({", ".join(f"'{kind.value}'" for kind in OPENS)}))"""
_BODIES = f"""SELECT log.seq, body, hash, value FROM log
    LEFT JOIN personal ON personal.seq = log.seq AND field = '{chain.CALLER}'"""


class Wanted(Struct, frozen=True):
    """What is looked for; "" and None leave it open.

    Args:
        user, agent, queue: a name, or a pattern with `*`, `?`, `[abc]`.
        since, until: seconds since 1970 UTC; a row at `since` is in, one at `until` is not. Of a session: its first row.
    """

    user: str = ""
    agent: str = ""
    queue: str = ""
    since: float | None = None
    until: float | None = None


class Finds(Protocol):
    """What looks for sessions and rows: `Finder` in one log, `store_search.StoreFinder` in several."""

    def sessions(self, wanted: Wanted) -> Iterator[list[Row]]:
        """The rows of each session that is wanted, oldest row first; the session that began last comes first."""

    def rows(self, wanted: Wanted, kinds: Collection[Kind]) -> Iterator[Row]:
        """The rows of these kinds that are wanted, newest first."""

    def later(self, row: Row) -> list[Row]:
        """The rows of the same leg after `row`, oldest first."""


class Finder:
    """Looks for sessions and rows in a log that is read. Numbers of damaged rows are kept in `damaged`, and left out.

    Args:
        stopped: asked row by row; True: nobody wants it any more, and it ends in a TrailUnreadable.
    """

    def __init__(self, history: History, stopped: Callable[[], bool] = lambda: False) -> None:
        self.history = history
        self._stopped = stopped
        self._files = history.files()
        self.damaged: set[int] = set()

    def sessions(self, wanted: Wanted) -> Iterator[list[Row]]:
        """Yield the rows of each session that is wanted, oldest row first; the session that began last comes first.

        Raises:
            TrailUnreadable: the file cannot be read.
        """
        seen: set[object] = set()
        for file in self._files:
            for seq in self._walk(file, wanted, OPENS, f" AND {_FIRST}"):
                ((ident,),) = file.select("SELECT session FROM log WHERE seq = ?", [seq])
                rows = self.session(str(ident)) if ident not in seen else []
                seen.add(ident)  # one that was up when a file was closed is in two of them
                if any(row.record.kind in OPENS for row in rows):
                    yield rows

    def rows(self, wanted: Wanted, kinds: Collection[Kind]) -> Iterator[Row]:
        """Yield the rows of these kinds that are wanted, newest first."""
        for file in self._files:
            for seq in self._walk(file, wanted, kinds):
                yield from self._bodies(file, "log.seq = ?", [seq])

    def session(self, ident: str) -> list[Row]:
        """The rows that name the session, oldest first."""
        return self._everywhere("session = ? AND session <> ''", [ident])

    def later(self, row: Row) -> list[Row]:
        """The rows of the same leg after `row`, oldest first."""
        return [each for each in self.leg(row.record.leg) if each.seq > row.seq]

    def leg(self, ident: str) -> list[Row]:
        """The rows that name the leg, oldest first."""
        return self._everywhere("leg = ? AND leg <> ''", [ident])

    def around(self, rows: Iterable[Row]) -> list[Row]:
        """`rows` of a session, and those of the legs that it was heard with and that name no session; oldest first."""
        found = {row.seq: row for row in rows}
        for leg in sorted({row.record.leg for row in found.values() if row.record.leg}):
            found |= {row.seq: row for row in self.leg(leg) if not row.record.session}
        return [found[seq] for seq in sorted(found)]

    def idents(self, beginning: str, most: int) -> list[str]:
        """At most `most` ids of sessions that begin so, sorted."""
        asked = (
            "SELECT DISTINCT session FROM log WHERE session >= ? AND session < ? AND session <> '' ORDER BY 1 LIMIT ?"
        )
        values = [beginning, beginning + "\U0010ffff", most]
        return sorted({str(ident) for file in self._files for (ident,) in file.select(asked, values)})[:most]

    def _walk(self, file: File, wanted: Wanted, kinds: Collection[Kind], more: str = "") -> Iterator[int]:
        """Numbers of the rows that fit, newest first."""
        conditions = [f"kind IN ({', '.join('?' * len(kinds))})"]
        values: list[object] = [kind.value for kind in kinds]
        for column in ("user", "agent", "queue"):
            if text := getattr(wanted, column):
                conditions.append(f"({column} = ? OR {column} GLOB ?)")
                values += [text, text.replace("[!", "[^")]
        lowest, below = self._between(file, wanted)
        for condition, moment in (("at >= ?", wanted.since), ("at < ?", wanted.until)):
            if moment is not None:
                conditions.append(condition)
                values.append(moment)
        # NOT INDEXED: by number alone; SQLite would go through all sessions there ever were.
        query = f"""SELECT seq FROM log NOT INDEXED WHERE seq >= ? AND seq < ? AND {" AND ".join(conditions)}{more}
            ORDER BY seq DESC LIMIT {PAGE}"""
        while True:
            page = [_number(seq) for (seq,) in file.select(query, [lowest, below, *values])]
            for seq in page:
                if self._stopped():
                    raise TrailUnreadable("session log: something else is looked for by now", str(file.path))
                yield seq
            if len(page) < PAGE:
                return
            below = page[-1]

    def _between(self, file: File, wanted: Wanted) -> tuple[int, int]:
        """The numbers between which all rows of the time wanted are: from the first on, below the second."""
        ((newest,),) = file.select("SELECT max(seq) FROM log")
        end = _number(newest) + 1 if newest is not None else 1
        lowest = self._halved(file, wanted.since - SLACK, end) if wanted.since is not None else 0
        return lowest, self._halved(file, wanted.until + SLACK, end) if wanted.until is not None else end

    def _halved(self, file: File, moment: float, end: int) -> int:
        """A number such that the row before it is older than `moment`, and its own is not."""
        low, high = file.about.last + 1, end
        while low < high:
            middle = (low + high) // 2
            found = file.select("SELECT seq, at FROM log WHERE seq >= ? ORDER BY seq LIMIT 1", [middle])
            match found:
                case [(int(seq), (float() | int()) as at)] if at < moment:
                    low = seq + 1
                case _:
                    high = middle
        return low

    def _everywhere(self, where: str, values: Sequence[object]) -> list[Row]:
        return [row for file in reversed(self._files) for row in self._bodies(file, where, values)]

    def _bodies(self, file: File, where: str, values: Sequence[object]) -> list[Row]:
        found = file.select(f"{_BODIES} WHERE {where} ORDER BY log.seq", values)
        return [row for line in found if (row := self._row(*line)) is not None]

    def _row(self, seq: object, body: object, sealed: object, caller: object) -> Row | None:
        number = _number(seq)
        kept = record_in(body)
        if kept is None:
            self.damaged.add(number)
            return None
        personal = {chain.CALLER: caller} if isinstance(caller, str) else {}
        erased = tuple(field for field in chain.committed(kept) if field not in personal)
        return Row(number, chain.revealed(kept, personal), sealed if isinstance(sealed, bytes) else b"", erased)


def record_in(body: object) -> Record | None:
    """The record in the bytes of a row, commitments and all; None: they are damaged."""
    try:
        return chain.unseal(body) if isinstance(body, bytes) else None
    except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
        return None


def _number(seq: object) -> int:
    assert isinstance(seq, int)  # an INTEGER PRIMARY KEY holds nothing else
    return seq
