"""Tells a supervisor who has spoken to an agent for too long without a break, once a stretch, where the policy asks for that."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.clock import Clock
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.wake import Wake
from whisper_tui.supervision.talk import SILENCE, Talk
from whisper_tui.terms import Notice


class Nudge:
    """Of one supervisor. Only what was measured counts.

    Args:
        longest: seconds that the profile of now lets somebody speak on end, None: as long as they like.
        say: called with what a person should be told once.
    """

    def __init__(
        self, handset: Handset, clock: Clock, longest: Callable[[], float | None], say: Callable[[Notice], None]
    ) -> None:
        self._handset = handset
        self._clock = clock
        self._longest = longest
        self._say = say
        self._wake = Wake(clock, self.look)
        self._told: float | None = None
        """When the stretch began of which it was told."""

    def look(self) -> None:
        """Somebody begins or stops to speak, or to be heard, or has spoken for as long as they may."""
        talk, longest = self._talk, self._longest()
        began = talk.since if talk is not None else None
        if talk is None or began is None or longest is None or began == self._told:
            self._wake.set(None)
            return
        now, at = self._clock.monotonic(), began + longest + SILENCE
        if now < at:
            self._wake.set(self._clock.wall() + at - now)
            return
        self._told = began
        self._say(Notice("session.nudge", {"seconds": f"{talk.running(now):.0f}"}))

    def close(self) -> None:
        self._wake.close()

    @property
    def _talk(self) -> Talk | None:
        session = self._handset.session
        return session.talk if session is not None else None
