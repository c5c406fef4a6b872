"""What became of the calls of queues, written in the log's thread and never in the way of its rows: history is not the log."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from functools import partial
from itertools import islice
from typing import Protocol

from whisper_tui.ami.events import Event
from whisper_tui.audit.calls import PastCall
from whisper_tui.clock import Clock
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.errors import WhisperError
from whisper_tui.floor.outcomes import Outcome
from whisper_tui.floor.visits import Visits
from whisper_tui.terms import LinkState, Pbx

GATHER = 1.0
"""Seconds in which outcomes are gathered: one wait for the disk for all of them, and a row of the log seldom waits behind it."""

AT_ONCE = 50
"""Calls that are written in one go: some milliseconds."""

MOST = 20_000
"""Calls that wait to be written; of more the oldest are dropped."""

log = logging.getLogger(__name__)


class CallStore(Protocol):
    """Where outcomes are kept: `audit.calls.Calls`."""

    def keep(self, calls: Sequence[PastCall]) -> None:
        """Keep these, all or none; one that was kept before is replaced.

        Raises:
            WhisperError: they are not kept.
        """


class Outcomes:
    """Follows every line and has what ended kept. What cannot be written is dropped with a warning.

    Args:
        spawn: runs what takes its time.
    """

    def __init__(
        self, store: CallStore, book: Logbook, clock: Clock, spawn: Callable[[Coroutine[object, object, None]], None]
    ) -> None:
        self._store = store
        self._book = book
        self._clock = clock
        self._spawn = spawn
        self._visits: dict[Pbx, Visits] = {}
        self._owed: deque[PastCall] = deque(maxlen=MOST)
        self._gathering = False
        self._troubled = False

    def observe(self, line: Line, event: Event) -> None:
        """Take note of an event, which may be about anything; the floor has it already."""
        self._keep(self._of(line).observe(event, self._clock.monotonic()))

    def link_turned(self, line: Line) -> None:
        """The link's state changed."""
        if line.state is not LinkState.LIVE:
            self._of(line).lose(self._clock.monotonic())

    async def close(self) -> None:
        """End what is open and write what is owed."""
        for visits in self._visits.values():
            self._keep(visits.close(self._clock.monotonic()))
        await self._write()

    def _of(self, line: Line) -> Visits:
        visits = self._visits.get(line.pbx)
        if visits is None:
            visits = self._visits[line.pbx] = Visits(line.floor)
        return visits

    def _keep(self, ended: Iterable[Outcome]) -> None:
        for outcome in ended:
            self._owed.append(self._past(outcome))
        if self._owed and not self._gathering:
            self._gathering = True
            self._spawn(self._gather())

    async def _gather(self) -> None:
        await self._clock.until(self._clock.monotonic() + GATHER)
        self._gathering = False
        await self._write()

    async def _write(self) -> None:
        while self._owed:
            batch = tuple(islice(self._owed, AT_ONCE))
            try:
                await asyncio.shield(self._book.beside(partial(self._store.keep, batch)))
            except WhisperError as error:
                level, self._troubled = logging.DEBUG if self._troubled else logging.WARNING, True
                log.log(level, "what became of calls cannot be kept, and is missing in reports: %s", error)
            else:
                self._troubled = False
            for call in batch:  # not before: whoever was cut short here writes them again, which changes nothing
                if self._owed and self._owed[0] is call:
                    self._owed.popleft()

    def _past(self, outcome: Outcome) -> PastCall:
        before_now = self._clock.wall() - self._clock.monotonic()

        def utc(moment: float) -> float:
            return round(before_now + moment, 3)

        return PastCall(
            pbx=outcome.pbx,
            uniqueid=outcome.uniqueid,
            queue=outcome.queue,
            agent=outcome.agent,
            number=outcome.number,
            joined=utc(outcome.joined),
            waited=outcome.waited,
            answered=None if outcome.answered is None else utc(outcome.answered),
            talked=outcome.talked,
            held=outcome.held,
            holds=outcome.holds,
            transfers=outcome.transfers,
            outcome=outcome.ending.value,
            ended=utc(outcome.ended),
        )
