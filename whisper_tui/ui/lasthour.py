"""The last hour of waits, minute by minute, as this console saw it: nothing is known from before it began. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from whisper_tui.engine.rows import QueueRow
from whisper_tui.ui.lines import QueueKey
from whisper_tui.ui.moment import Moment

MINUTES = 60
STEPS = "▁▂▃▄▅▆▇"
LEAST_TOP = 60.0
"""Seconds that fill the picture at least: small waits look small."""


class Ring:
    """The longest wait of each of the last sixty minutes, in seconds; None: nobody looked."""

    def __init__(self) -> None:
        self._longest: deque[float | None] = deque(maxlen=MINUTES)
        self._minute = 0

    def see(self, seconds: float, minute: int) -> None:
        """Somebody has waited for so long in that minute; minutes never go back."""
        if not self._longest:
            self._minute = minute - 1
        for _skipped in range(min(minute - self._minute, MINUTES)):
            self._longest.append(None)
        self._minute = minute
        before = self._longest[-1]
        self._longest[-1] = seconds if before is None else max(before, seconds)

    def minutes(self, minute: int) -> list[float | None]:
        """Return the sixty minutes up to `minute`, oldest first."""
        late = min(MINUTES, max(0, minute - self._minute)) if self._longest else 0
        known = [*self._longest, *[None] * late][-MINUTES:]
        return [*[None] * (MINUTES - len(known)), *known]


class Hour(NamedTuple):
    """A picture of the last hour. `top`: the longest wait in it, None where nobody looked at any."""

    spark: str
    top: float | None


class WaitHistory:
    """Of one console.

    Args:
        began: seconds since 1970 UTC.
    """

    def __init__(self, began: float) -> None:
        self._began = began
        self._all = Ring()
        self._queues: dict[QueueKey, Ring] = {}

    def look(self, queues: Mapping[QueueKey, QueueRow], moment: Moment) -> None:
        """See how long people wait now; of a PBX without news nothing is known."""
        minute = _minute(moment.now)
        longest = None
        for key, row in queues.items():
            if row.pbx not in moment.silent_since:
                seconds = 0.0 if row.longest_since is None else moment.now - row.longest_since
                longest = seconds if longest is None else max(longest, seconds)
                self._queues.setdefault(key, Ring()).see(seconds, minute)
        if longest is not None:
            self._all.see(longest, minute)
        for key in self._queues.keys() - queues.keys():
            del self._queues[key]  # it is not there, or may be seen no longer

    def of_all(self, now: float, cells: int) -> Hour:
        """Return the hour of the whole floor in so many cells, a part of sixty."""
        return picture(self._all.minutes(_minute(now)), cells)

    def of(self, queue: QueueKey, now: float, cells: int) -> Hour:
        """As `of_all`, of one queue."""
        ring = self._queues.get(queue)
        return picture(ring.minutes(_minute(now)), cells) if ring is not None else Hour(" " * cells, None)

    def since(self, wall: float) -> float | None:
        """When it began (seconds since 1970 UTC), None once that is an hour ago."""
        return self._began if wall - self._began < MINUTES * 60 else None


def picture(minutes: Sequence[float | None], cells: int) -> Hour:
    """Return `minutes` in so many cells, each as high as the longest wait in it; where nobody looked it is empty."""
    each = len(minutes) // cells
    parts = [
        [seconds for seconds in minutes[at * each : (at + 1) * each] if seconds is not None] for at in range(cells)
    ]
    known = [max(part) for part in parts if part]
    top = max([LEAST_TOP, *known])
    spark = "".join(STEPS[_step(max(part), top)] if part else " " for part in parts)
    return Hour(spark, max(known) if known else None)


def _step(seconds: float, top: float) -> int:
    return min(len(STEPS) - 1, -(-int(seconds * (len(STEPS) - 1)) // int(top)))


def _minute(now: float) -> int:
    return int(now // 60)
