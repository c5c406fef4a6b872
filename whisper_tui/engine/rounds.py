"""Looks again and again whether something has changed that no event tells: the policy's file, the system's clock, people's
groups."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor

from msgspec import structs

from whisper_tui.audit.records import Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.lawbook import Lawbook
from whisper_tui.engine.logbook import Logbook
from whisper_tui.engine.seat import Seat
from whisper_tui.terms import Subject

EVERY = 0.5
"""Seconds between two looks at the file and the clock; a file is taken when it was the same at two looks."""

PEOPLE_EVERY = 15.0
"""Seconds between two looks at people's groups: a directory server may have to be asked."""

JUMP = 0.5
"""Seconds by which the system's clock must have been set for it to be said; less is a clock that is being kept right."""

Still = Callable[[Subject], Subject]
"""What a person is now, as the system has it. May take its time."""


class Rounds:
    """Of one engine.

    Args:
        still: asked for everybody now and then, None: nobody changes.
        thread: where it is asked; the loop's own threads unless given.
    """

    def __init__(
        self,
        clock: Clock,
        law: Lawbook,
        book: Logbook,
        seats: list[Seat],
        still: Still | None,
        thread: Executor | None = None,
    ) -> None:
        self._clock = clock
        self._law = law
        self._book = book
        self._seats = seats
        self._still = still
        self._thread = thread
        self._ahead = self._wall_ahead()

    async def keep(self) -> None:
        """Look at the clock and the file, until cancelled."""
        while True:
            await self._clock.until(self._clock.monotonic() + EVERY)
            try:
                self._look_at_the_clock()
                await self._law.look()
            except Exception as error:  # noqa: BLE001  reported, not hidden: the next round must come
                _report("the policy could not be looked at", error)

    async def keep_people(self) -> None:
        """Look at people's groups, until cancelled."""
        while self._still is not None:
            await self._clock.until(self._clock.monotonic() + PEOPLE_EVERY)
            try:
                await self._look_at_people(self._still)
            except Exception as error:  # noqa: BLE001  reported, not hidden: the next round must come
                _report("people's groups could not be looked at", error)

    def _look_at_the_clock(self) -> None:
        ahead = self._wall_ahead()
        jumped, self._ahead = ahead - self._ahead, ahead
        if abs(jumped) >= JUMP:
            self._book.write_soon(structs.replace(self._book.record(Kind.CLOCK), detail=f"set by {jumped:+.1f} s"))
            for seat in self._seats:
                seat.decide_again()

    async def _look_at_people(self, still: Still) -> None:
        for seat in list(self._seats):
            loop = asyncio.get_running_loop()
            seat.is_now(await loop.run_in_executor(self._thread, still, seat.came_as))

    def _wall_ahead(self) -> float:
        return self._clock.wall() - self._clock.monotonic()


def _report(what: str, error: Exception) -> None:
    asyncio.get_running_loop().call_exception_handler({"message": what, "exception": error})
