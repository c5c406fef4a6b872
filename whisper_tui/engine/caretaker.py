"""Has the session log looked after, by the clock: its newest row noted elsewhere, old files closed and deleted.

Files are closed in the log's own thread. Elsewhere may be a file of another machine that has come to a halt: it is written in
threads apart from that, for on the log waits whatever is to be dialled.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import date
from typing import Protocol

from msgspec import structs

from whisper_tui.audit.anchors import AnchorUnwritable
from whisper_tui.audit.records import Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.apart import Apart
from whisper_tui.engine.logbook import Logbook
from whisper_tui.errors import WhisperError

LOOK = 60.0
"""Seconds between two looks at the date: the clock may be set, or the machine have slept."""
EVERY = 900.0
"""Seconds between two anchors, where rows were written."""
PATIENCE = 10.0
"""Seconds after which an anchor that is not written is said to be none."""
FINISH = 1.0
"""Seconds that the end of the program waits for the last anchor, in its file and in the system's log."""


class Care(Protocol):
    """What is done: `audit.keeping.Keeping`. Each may take its time and raise a WhisperError; `anchor` and `anchor_news` may
    be asked for again while they are not done."""

    @property
    def where(self) -> str:
        """The file of the anchors."""

    def anchor(self) -> None:
        """Note the newest row elsewhere."""

    def anchor_news(self) -> None:
        """The same, if it is not noted."""

    def tend(self) -> None:
        """Close and delete files that are due."""

    def close(self) -> None:
        """Nothing more comes."""


class Caretaker:
    """Of one engine.

    Args:
        care: None: nothing is done.
        changed: called when `trouble` is another than before.
        thread: where anchors are written; threads of their own unless given.
    """

    def __init__(
        self,
        care: Care | None,
        clock: Clock,
        book: Logbook,
        changed: Callable[[], None],
        thread: Executor | None = None,
    ) -> None:
        self._care = care
        self._clock = clock
        self._book = book
        self._changed = changed
        self._thread = thread or Apart()
        self._unanchored: WhisperError | None = None
        self._untended: WhisperError | None = None

    @property
    def trouble(self) -> WhisperError | None:
        """What could not be done the last time."""
        return self._unanchored or self._untended

    async def keep(self) -> None:
        """Look after the log, until cancelled: anchors every quarter of an hour and at midnight, files at once and every day."""
        if (care := self._care) is None:
            return
        day, due = self._day(), self._clock.monotonic() + EVERY
        await self._tend(care)
        while True:
            await self._clock.until(self._clock.monotonic() + LOOK)
            if self._day() != day:
                day = self._day()
                await self._anchor(care, care.anchor, PATIENCE)
                await self._tend(care)
            elif self._untended is not None:
                await self._tend(care)
            if self._clock.monotonic() >= due:
                due = self._clock.monotonic() + EVERY
                await self._anchor(care, care.anchor_news, PATIENCE)

    async def close(self) -> None:
        """Note the last row, once it is on disk; call it when that is on its way. Whatever has come to a halt is waited for no
        longer than FINISH, each."""
        if (care := self._care) is not None:
            # What was given to the log's thread before is written then.
            await self._within(FINISH, self._book.beside(lambda: None))
            over = self._clock.monotonic() + FINISH
            await self._anchor(care, care.anchor, FINISH)
            await self._within(over - self._clock.monotonic(), self._apart(care.close))

    def _day(self) -> date:
        """On this machine's clock."""
        return date.fromtimestamp(self._clock.wall())

    async def _anchor(self, care: Care, deed: Callable[[], None], seconds: float) -> None:
        noted = self._apart(deed)
        noted.add_done_callback(self._noted)
        if not await self._within(seconds, noted):
            what = f"an anchor of the session log is not written after {seconds:.0f} s"
            self._anchored(AnchorUnwritable(what, care.where, "is its disk, or the network to it, at a halt?"))

    def _noted(self, noted: asyncio.Future[None]) -> None:
        """In time, or late."""
        error = noted.exception()
        if error is None or isinstance(error, WhisperError):
            self._anchored(error)
        else:
            raise error

    def _anchored(self, failed: WhisperError | None) -> None:
        if failed is not None and self._unanchored is None:
            detail = f"{failed.where}: {failed.what}"
            self._book.write_soon(structs.replace(self._book.record(Kind.ANCHOR_FAILED), detail=detail))
        if (failed is None) != (self._unanchored is None):
            self._unanchored = failed
            self._changed()

    async def _tend(self, care: Care) -> None:
        failed = None
        try:
            await self._book.beside(care.tend)
        except WhisperError as error:
            failed = error
        if (failed is None) != (self._untended is None):
            self._untended = failed
            self._changed()

    def _apart(self, deed: Callable[[], None]) -> asyncio.Future[None]:
        return asyncio.get_running_loop().run_in_executor(self._thread, deed)

    async def _within(self, seconds: float, deed: asyncio.Future[None]) -> bool:
        """Whether it is done within so many seconds; it goes on otherwise."""
        try:
            async with self._clock.timeout(max(0.0, seconds)):
                await asyncio.wait({deed})
        except TimeoutError:
            return False
        return True
