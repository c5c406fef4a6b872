"""The session log as the engine writes it: loud deeds wait for the disk, quiet ones never do.

One thread writes, in order. A row that could not be written is kept and tried again before the next one; until it is on disk
nothing loud may start.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Collection
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Protocol

from whisper_tui.audit.history import Unclosed
from whisper_tui.audit.records import Kind, Record, Who
from whisper_tui.clock import Clock
from whisper_tui.errors import WhisperError

RETRY = 5.0
"""Seconds between two tries to write what is owed."""


class Paper(Protocol):
    """Where rows are kept: `audit.trail.Trail`."""

    def append(self, record: Record) -> int:
        """Return once the row is on disk.

        Raises:
            WhisperError: it could not be written.
        """

    def records(self, kinds: Collection[Kind], since: float) -> list[Record]:
        """Records of these kinds since `since` (seconds since 1970 UTC), oldest first."""

    def open_sessions(self) -> list[Unclosed]:
        """Sessions without an end."""

    def open_legs(self) -> list[Unclosed]:
        """Legs without an end."""


class Logbook:
    """Writes records.

    Args:
        unwritable: called when the log turns unwritable (with the error) and when it is well again (None).
        thread: where rows are written, one at a time; a thread of its own unless given.
        wrote: called when rows were written.
    """

    def __init__(
        self,
        paper: Paper,
        clock: Clock,
        boot: str,
        unwritable: Callable[[WhisperError | None], None],
        thread: Executor | None = None,
        wrote: Callable[[], None] = lambda: None,
    ) -> None:
        self._paper = paper
        self._clock = clock
        self._boot = boot
        self._unwritable = unwritable
        self._tell_news = wrote
        self._thread = thread or ThreadPoolExecutor(1, thread_name_prefix="session-log")
        self._owed: deque[Record] = deque()
        self._writing: set[asyncio.Future[None]] = set()
        self._again: asyncio.Task[None] | None = None
        self.trouble: WhisperError | None = None

    def record(self, kind: Kind, who: Who | None = None) -> Record:
        """A record of this moment, to be filled with `msgspec.structs.replace`."""
        return Record(kind, self._clock.wall(), self._clock.monotonic(), self._boot, who)

    async def write(self, record: Record) -> None:
        """Return once `record`, and every one before it, is on disk. Given up by whoever waits, it is written all the same.

        Raises:
            WhisperError: it is not; the record is dropped, for nothing was done. What was owed stays owed.
        """
        await asyncio.shield(self._start(record))

    def write_soon(self, record: Record) -> None:
        """Write what has been done already; kept and tried again until it is on disk."""
        self._owed.append(record)
        self._start(None)

    def beside(self, work: Callable[[], None]) -> asyncio.Future[None]:
        """Run `work`, which writes no row, in the log's thread, after the rows that wait now. What it raises is not the log's
        trouble, and comes to whoever waits for it."""
        return asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> int:
        """Try once more to write what is owed; return how many rows are lost."""
        if self._again is not None:
            self._again.cancel()
        while self._writing:
            await asyncio.wait(self._writing)
        if self._owed:
            await asyncio.wait({self._start(None)})
        self._thread.shutdown()
        return len(self._owed)

    def _start(self, record: Record | None) -> asyncio.Future[None]:
        future = asyncio.get_running_loop().run_in_executor(self._thread, self._settle, record)
        self._writing.add(future)
        future.add_done_callback(self._wrote)
        return future

    async def _retry(self) -> None:
        while self._owed:
            await self._clock.until(self._clock.monotonic() + RETRY)
            await asyncio.wait({self._start(None)})

    def _settle(self, record: Record | None) -> None:
        """In the thread: first what is owed, in order, then `record`."""
        while self._owed:
            self._paper.append(self._owed[0])
            self._owed.popleft()
        if record is not None:
            self._paper.append(record)

    def _wrote(self, future: asyncio.Future[None]) -> None:
        self._writing.discard(future)
        error = future.exception()
        if error is None:
            self._tell_news()
        if error is None or isinstance(error, WhisperError):
            self._said(error)
        else:
            raise error

    def _said(self, trouble: WhisperError | None) -> None:
        if trouble is not None and self._owed and (self._again is None or self._again.done()):
            self._again = asyncio.get_running_loop().create_task(self._retry())
        if (trouble is None) != (self.trouble is None):
            self.trouble = trouble
            self._unwritable(trouble)
        self.trouble = trouble
