"""Has the session log shipped to a database, in threads of its own: neither the log's rows nor any key ever wait for it.

It keeps no row: while the database is away the log is all there is, and is read when it is back.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime
from typing import Protocol

from whisper_tui.clock import Clock
from whisper_tui.engine.apart import Apart
from whisper_tui.errors import WhisperError
from whisper_tui.terms import Notice

EVERY = 2.0
"""Seconds between two looks whether there are new rows: those in between go together."""
AT_LEAST = 60.0
"""Seconds after which it is shipped though no row was written here: there may be calls, or rows that the log wrote of itself."""
FIRST, LONGEST = 1.0, 300.0
"""Seconds before the next try while the database is away: they double from one to the other."""
PATIENCE = 60.0
"""Seconds that it may be away before somebody is told."""
AT_THE_END = 2.0
"""Seconds that closing takes at most."""

log = logging.getLogger(__name__)


class Shipping(Protocol):
    """What ships: `audit.shipping.Shipment`. `cut` may be called at any time, `ship` and `close` not while `ship` runs."""

    def ship(self) -> int:
        """Ship what is not there yet; return how many rows that were. May take its time.

        Raises:
            WhisperError: not all of it is there. `is_final`: trying again is of no use.
        """

    def cut(self) -> None:
        """Give up for good, whatever is being waited for."""

    def close(self) -> None:
        """Nothing more comes."""


class Shipper:
    """Of one engine.

    Args:
        shipping: None: nothing is shipped.
        changed: called when `trouble` is another than before.
        thread: where it is done; threads of its own, for which nothing waits at the end, unless given.
        jitter: spreads the tries of many consoles.
    """

    def __init__(
        self,
        shipping: Shipping | None,
        clock: Clock,
        changed: Callable[[], None],
        thread: Executor | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self._shipping = shipping
        self._clock = clock
        self._changed = changed
        self._thread = thread or Apart()
        self._jitter = jitter or random.Random()
        self._has_news = True
        self._failures = 0
        self._failing: tuple[float, float] | None = None
        """Since when it fails, by the monotonic clock and by the system's."""
        self._error: WhisperError | None = None
        self._round: asyncio.Future[int] | None = None
        self._told: Notice | None = None
        self.tried = asyncio.Event()
        """Set once it was tried, whatever came of it; at once where nothing is shipped."""
        if shipping is None:
            self.tried.set()

    @property
    def trouble(self) -> Notice | None:
        """What a person is told: that nothing is shipped since when and why; None: all is well, or was until just now."""
        if self._error is None or self._failing is None:
            return None
        if self._error.is_final:
            return Notice("log.diverged", {"where": self._error.where, "why": self._error.what})
        monotonic, wall = self._failing
        if self._clock.monotonic() - monotonic < PATIENCE:
            return None
        then, now = datetime.fromtimestamp(wall), datetime.fromtimestamp(self._clock.wall())
        since = then.strftime("%H:%M" if then.date() == now.date() else "%Y-%m-%d %H:%M")
        return Notice("log.unshipped", {"since": since, "why": self._error.what})

    def news(self) -> None:
        """A row was written."""
        self._has_news = True

    async def keep(self) -> None:
        """Ship what there is, until cancelled or until it is of no use."""
        if self._shipping is None:
            return
        due = self._clock.monotonic()
        while self._error is None or not self._error.is_final:
            if self._clock.monotonic() >= due or (self._has_news and self._error is None):
                self._has_news = False
                await self._try(self._shipping)
                due = self._clock.monotonic() + self._pause()
                self.tried.set()
            self._tell()
            await self._clock.until(self._clock.monotonic() + min(EVERY, due - self._clock.monotonic()))
        self._tell()

    async def close(self) -> None:
        """Ship what came last, if that is a matter of moments; call it when nothing more is written and `keep` has ended."""
        if (shipping := self._shipping) is None or (self._error is not None and self._error.is_final):
            return
        try:
            async with self._clock.timeout(AT_THE_END):
                if self._round is not None:
                    await asyncio.wait({self._round})
                await self._try(shipping)
        except TimeoutError:
            shipping.cut()
            if self._round is not None:
                self._round.cancel()  # nobody hears any more what becomes of it
            log.warning(
                "the session log is not all shipped: the database did not answer at the end; rows wait in the log"
            )
        else:
            shipping.close()

    async def _try(self, shipping: Shipping) -> None:
        try:
            self._round = asyncio.get_running_loop().run_in_executor(self._thread, shipping.ship)
            await asyncio.shield(self._round)
        except WhisperError as error:
            self._failed(error)
        except Exception as error:  # noqa: BLE001  reported, not hidden: a fault of ours must not end the shipping unseen
            report = {"message": "shipping the session log failed", "exception": error}
            asyncio.get_running_loop().call_exception_handler(report)
            self._failed(WhisperError(f"a fault of the program: {type(error).__name__}"))
        else:
            if self._error is not None:
                log.info("the session log is shipped again")
            self._error, self._failing, self._failures = None, None, 0

    def _failed(self, error: WhisperError) -> None:
        level = logging.WARNING if self._error is None or error.is_final else logging.DEBUG
        log.log(level, "the session log is not shipped, rows wait in it: %s", error)
        self._error = error
        self._failing = self._failing or (self._clock.monotonic(), self._clock.wall())
        self._failures += 1

    def _pause(self) -> float:
        if self._error is None:
            return AT_LEAST
        wait = min(LONGEST, FIRST * 2.0 ** min(self._failures - 1, 30))
        return wait * (0.5 + self._jitter.random() / 2)

    def _tell(self) -> None:
        if (now := self.trouble) != self._told:
            self._told = now
            self._changed()
