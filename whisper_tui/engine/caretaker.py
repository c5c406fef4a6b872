"""Has the session log looked after, by the clock: its newest row noted elsewhere, old files closed and deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Protocol

from msgspec import structs

from whisper_tui.audit.records import Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.logbook import Logbook
from whisper_tui.errors import WhisperError

LOOK = 60.0
"""Seconds between two looks at the date: the clock may be set, or the machine have slept."""
EVERY = 900.0
"""Seconds between two anchors, where rows were written."""


class Care(Protocol):
    """What is done: `audit.keeping.Keeping`. Each may take its time and raise a WhisperError."""

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
    """

    def __init__(self, care: Care | None, clock: Clock, book: Logbook, changed: Callable[[], None]) -> None:
        self._care = care
        self._clock = clock
        self._book = book
        self._changed = changed
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
                await self._anchor(care.anchor)
                await self._tend(care)
            elif self._untended is not None:
                await self._tend(care)
            if self._clock.monotonic() >= due:
                due = self._clock.monotonic() + EVERY
                await self._anchor(care.anchor_news)

    async def close(self) -> None:
        """Note the last row; call it when that is on its way."""
        if (care := self._care) is not None:
            await self._anchor(care.anchor)
            await self._book.beside(care.close)

    def _day(self) -> date:
        """On this machine's clock."""
        return date.fromtimestamp(self._clock.wall())

    async def _anchor(self, deed: Callable[[], None]) -> None:
        failed = await self._failed(deed)
        if failed is not None and self._unanchored is None:
            detail = f"{failed.where}: {failed.what}"
            self._book.write_soon(structs.replace(self._book.record(Kind.ANCHOR_FAILED), detail=detail))
        if (failed is None) != (self._unanchored is None):
            self._unanchored = failed
            self._changed()

    async def _tend(self, care: Care) -> None:
        failed = await self._failed(care.tend)
        if (failed is None) != (self._untended is None):
            self._untended = failed
            self._changed()

    async def _failed(self, deed: Callable[[], None]) -> WhisperError | None:
        try:
            await self._book.beside(deed)
        except WhisperError as error:
            return error
        return None
