"""What became of the calls of queues: in the log's own file, outside the chain, for reports are made from it.

It is no evidence: rows may be replaced, age out and be forgotten. Of a caller's number only a keyed hash is kept, so that who
calls again can be counted and nobody be named.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import Enum
from pathlib import Path
from zoneinfo import ZoneInfo

from msgspec import Struct

from whisper_tui.audit.tables import reading, writing

AGAIN_WITHIN = 7 * 86400.0
"""Seconds after a call in which the same caller calls again (UX.md)."""

SAME = 2.0
"""Seconds by which two tellings of one visit may be apart: lists have whole ones."""

ANSWERED, ABANDONED, TIMED_OUT, LEFT, UNKNOWN = "answered", "abandoned", "timed-out", "left", "unknown"
"""Codes of outcomes that are counted here; those of `floor.outcomes`."""

_SALT = "callers"


class PastCall(Struct, frozen=True):
    """One visit to a queue. `joined`, `answered`, `ended`: seconds since 1970 UTC; the rest as in `floor.outcomes.Outcome`.

    Args:
        number: the caller's, which is not kept.
        outcome: a stable code.
    """

    pbx: str
    uniqueid: str
    queue: str
    agent: str
    number: str
    joined: float
    waited: float | None
    answered: float | None
    talked: float | None
    held: float
    holds: int
    transfers: int
    outcome: str
    ended: float


class By(Enum):
    """What calls are counted by."""

    QUEUE = "queue"
    AGENT = "agent"
    """Only calls that somebody answered."""


class Tally(Struct, frozen=True):
    """Calls that ended in a span of time. Averages are seconds, None where there is nothing to count.

    Args:
        queue, agent: whose, "" where it was not asked for.
        in_time: answered within the seconds asked about.
        waited: of those that were answered; gave_up_after: of those who hung up or were given up.
        talked, held: of those that were answered.
        transferred: answered and passed on.
        repeated: the caller had called within AGAIN_WITHIN before; of `known` whose number was told.
    """

    queue: str
    agent: str
    calls: int
    answered: int
    abandoned: int
    timed_out: int
    left: int
    unknown: int
    in_time: int
    waited: float | None
    longest_wait: float | None
    gave_up_after: float | None
    talked: float | None
    held: float | None
    holds: int
    transferred: int
    known: int
    repeated: int


_COUNTED = f"""
    count(*),
    count(*) FILTER (WHERE outcome = '{ANSWERED}'),
    count(*) FILTER (WHERE outcome = '{ABANDONED}'),
    count(*) FILTER (WHERE outcome = '{TIMED_OUT}'),
    count(*) FILTER (WHERE outcome = '{LEFT}'),
    count(*) FILTER (WHERE outcome = '{UNKNOWN}'),
    count(*) FILTER (WHERE outcome = '{ANSWERED}' AND waited <= :within),
    avg(waited) FILTER (WHERE outcome = '{ANSWERED}'),
    max(waited),
    avg(waited) FILTER (WHERE outcome IN ('{ABANDONED}', '{TIMED_OUT}')),
    avg(talked) FILTER (WHERE outcome = '{ANSWERED}'),
    avg(held) FILTER (WHERE outcome = '{ANSWERED}'),
    coalesce(sum(holds), 0),
    count(*) FILTER (WHERE outcome = '{ANSWERED}' AND transfers > 0),
    count(caller),
    count(*) FILTER (WHERE repeat > 0)"""

_QUEUES = """WITH RECURSIVE names(name) AS (
    SELECT min(queue) FROM calls UNION ALL
    SELECT (SELECT min(queue) FROM calls WHERE queue > name) FROM names WHERE name IS NOT NULL)"""
"""Every queue there is, without a look at every row: the span is then looked up in the index, queue by queue."""

_SPAN = "names CROSS JOIN calls ON calls.queue = name AND ended >= :since AND ended < :until"


class Calls:
    """The table of the newest file of a log; from any thread. `connection` (the one of now) and `lock` are the log's."""

    def __init__(self, connection: Callable[[], sqlite3.Connection], lock: threading.Lock, path: Path) -> None:
        self._connected = connection
        self._lock = lock
        self.path = path

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._connected()

    # --- written

    def keep(self, calls: Iterable[PastCall]) -> None:
        """Keep these, all or none. One that was kept before is replaced; so is what an earlier run did not know of it.

        Raises:
            TrailUnwritable: they are not kept.
        """
        with self._lock, writing(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            salt = self._secret()
            for call in calls:
                self._keep(call, _hash(salt, call.number))

    def forget(self, number: str) -> int:
        """Keep nothing that tells which calls this number made; return how many they were.

        Raises:
            TrailUnwritable: nothing was forgotten.
        """
        with self._lock, writing(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            caller = _hash(self._secret(), number)
            return self._connection.execute("UPDATE calls SET caller = NULL WHERE caller = ?", [caller]).rowcount

    def age_out(self, before: float, limit: int = 10_000) -> int:
        """Drop at most `limit` calls that ended before `before` (seconds since 1970 UTC); return how many there were.

        Raises:
            TrailUnwritable: none was dropped.
        """
        oldest = "DELETE FROM calls WHERE rowid IN (SELECT rowid FROM calls WHERE ended < ? LIMIT ?)"
        with self._lock, writing(self.path), self._connection:
            self._connection.execute("BEGIN IMMEDIATE")
            return self._connection.execute(oldest, [before, limit]).rowcount

    # --- read

    def tally(self, by: Iterable[By], since: float, until: float, *, within: float = 20.0) -> list[Tally]:
        """Count the calls that ended from `since` to before `until` (seconds since 1970 UTC), ordered by queue and agent.

        Args:
            by: nothing: all in one.
            within: seconds in which an answer is in time.

        Raises:
            TrailUnreadable: they cannot be read.
        """
        wanted = set(by)
        queue = "queue" if By.QUEUE in wanted else "''"
        agent = "agent" if By.AGENT in wanted else "''"
        answered = "WHERE agent <> ''" if By.AGENT in wanted else ""
        asked = f"""{_QUEUES} SELECT {queue} AS of_queue, {agent} AS of_agent, {_COUNTED}
            FROM {_SPAN} {answered} GROUP BY of_queue, of_agent HAVING count(*) > 0 ORDER BY of_queue, of_agent"""
        values = {"since": since, "until": until, "within": within}
        with reading(self.path), self._lock:
            return [Tally(*row) for row in self._connection.execute(asked, values)]

    def came_back(self, by: Iterable[By], since: float, until: float) -> dict[tuple[str, str], tuple[int, int]]:
        """Of answered calls in that span, by (queue, agent): of how many the caller is known, and how many of these callers
        called again within AGAIN_WITHIN after, in any queue.

        Raises:
            TrailUnreadable: they cannot be read.
        """
        wanted = set(by)
        queue = "calls.queue" if By.QUEUE in wanted else "''"
        agent = "calls.agent" if By.AGENT in wanted else "''"
        again = f"""EXISTS (SELECT 1 FROM calls AS later WHERE later.caller = calls.caller AND later.ended > calls.ended
            AND later.joined >= calls.ended AND later.joined <= calls.ended + {AGAIN_WITHIN}
            AND (later.pbx, later.uniqueid) <> (calls.pbx, calls.uniqueid))"""
        asked = f"""{_QUEUES} SELECT {queue} AS of_queue, {agent} AS of_agent, count(*), count(*) FILTER (WHERE {again})
            FROM {_SPAN} WHERE outcome = '{ANSWERED}' AND caller IS NOT NULL GROUP BY of_queue, of_agent"""
        with reading(self.path), self._lock:
            rows = self._connection.execute(asked, {"since": since, "until": until}).fetchall()
        return {(of_queue, of_agent): (known, came) for of_queue, of_agent, known, came in rows}

    # --- of one call

    def _keep(self, call: PastCall, caller: bytes | None) -> None:
        # A run that stopped, or lost the link, knew less of the same visit.
        self._connection.execute(
            """DELETE FROM calls WHERE pbx = ? AND uniqueid = ? AND queue = ? AND outcome = ?
            AND joined <= ? AND ended >= ?""",
            [call.pbx, call.uniqueid, call.queue, UNKNOWN, call.ended, call.joined - SAME],
        )
        self._connection.execute(
            "INSERT OR REPLACE INTO calls VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                *(
                    call.pbx,
                    call.uniqueid,
                    call.queue,
                    call.agent,
                    call.joined,
                    call.waited,
                    call.answered,
                    call.talked,
                ),
                *(call.held, call.holds, call.transfers, call.outcome, call.ended),
                *(caller, self._before(call, caller)),
            ],
        )

    def _before(self, call: PastCall, caller: bytes | None) -> int:
        if caller is None:
            return 0
        found = self._connection.execute(
            """SELECT count(*) FROM (SELECT DISTINCT pbx, uniqueid FROM calls WHERE caller = ? AND ended >= ? AND ended <= ?
            AND (pbx, uniqueid) <> (?, ?))""",
            [caller, call.joined - AGAIN_WITHIN, call.joined, call.pbx, call.uniqueid],
        )
        return int(found.fetchone()[0])

    def _secret(self) -> bytes:
        """The key of the hashes; made once. In the caller's transaction."""
        self._connection.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", [_SALT, secrets.token_bytes(16)])
        found = self._connection.execute("SELECT value FROM secrets WHERE name = ?", [_SALT])
        return bytes(found.fetchone()[0])


def days(first: date, last: date, zone: ZoneInfo) -> Iterator[tuple[date, float, float]]:
    """Yield every day from `first` to `last` with when it begins and ends there (seconds since 1970 UTC), for `tally`."""
    day = first
    while day <= last:
        after = day + timedelta(days=1)
        yield day, _midnight(day, zone), _midnight(after, zone)
        day = after


def _midnight(day: date, zone: ZoneInfo) -> float:
    return datetime.combine(day, time(), zone).timestamp()


def _hash(salt: bytes, number: str) -> bytes | None:
    """None: there is no number."""
    digits = "".join(each for each in number if each in "0123456789")
    return hmac.digest(salt, digits.encode(), hashlib.sha256) if digits else None
