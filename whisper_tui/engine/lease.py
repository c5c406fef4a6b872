"""The lease of a leg: renewed only while somebody's console lives, lifted once the call is the supervisor's own.

Asterisk itself ends a leg that nobody renews (AbsoluteTimeout, AUDIO.md F10), so a console that was killed, stopped or cut off
leaves nobody listening.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from whisper_tui.ami.actions import AbsoluteTimeout, Outcome
from whisper_tui.clock import Clock
from whisper_tui.engine.driver import NO_SUCH_CHANNEL, Driver
from whisper_tui.supervision.leg import LegGone, Unconfirmed

RENEW = 0.3
"""Part of the lease after which it is renewed: 5 s every 1.5 s (DESIGN section 2)."""

HEART = 2.0
"""Seconds without a beat of the console after which nothing is renewed: it beats once a second."""


class Lease:
    """Of one leg.

    Args:
        seconds: how long Asterisk lets the leg live after each renewal.
        gone: called where the PBX knows no such channel: its end was not told.
    """

    def __init__(self, drive: Driver, clock: Clock, seconds: int, gone: Callable[[], Awaitable[object]]) -> None:
        self.renewed = clock.monotonic()
        """When it was last renewed, or when the leg was asked for."""
        self._drive = drive
        self._clock = clock
        self._seconds = seconds
        self._gone = gone
        self._beaten = clock.monotonic()
        self._over = False

    def beat(self) -> None:
        """The console lives."""
        self._beaten = self._clock.monotonic()

    def end(self) -> None:
        """Renew it no more: the leg is ending, or the lease is being lifted."""
        self._over = True

    async def keep(self) -> None:
        """Renew it until `end`."""
        leg = self._drive.leg
        try:
            await self._drive.until(lambda: leg.born)
        except (LegGone, Unconfirmed):
            return
        while not self._over:
            sent = self._clock.monotonic()
            if sent - self._beaten <= HEART:
                reply = await self._drive.line.wire.send(AbsoluteTimeout(leg.uniqueid, self._seconds))
                if reply.outcome is Outcome.DONE:
                    self.renewed = sent
                elif reply.message.startswith(NO_SUCH_CHANNEL):
                    await self._gone()
            await self._clock.until(sent + self._seconds * RENEW)
