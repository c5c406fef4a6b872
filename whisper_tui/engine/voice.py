"""The supervisor's voice: the mode of the leg and its microphone, whoever switches them."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.clock import Clock
from whisper_tui.engine.hold import Hold
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.scribe import Scribe
from whisper_tui.supervision import steps
from whisper_tui.supervision.leg import Leg, Steps
from whisper_tui.supervision.session import SPYING, TO, Session
from whisper_tui.terms import MODE_KEYS, Mode, Notice


class Voice(Hold):
    """Of the leg that is held.

    Args:
        keyed: called after a key of the phone itself has changed the mode.
    """

    def __init__(
        self,
        rules: PhoneRules,
        clock: Clock,
        scribe: Scribe,
        changed: Callable[[], None],
        say: Callable[[Notice], None],
        left: Callable[[Session], None],
        keyed: Callable[[], None],
    ) -> None:
        super().__init__(rules, clock, scribe, changed, say, left)
        self._keyed = keyed

    async def to(self, mode: Mode) -> None:
        """Switch to `mode`; returns once ChanSpy has read the key and the keypad is locked again.

        A leg of one mode, and a party of the call, falls silent by its microphone, and stays in its mode.
        """
        leg, session = self._driver().leg, self.session
        if mode is Mode.SILENT and (leg.fixed is not None or leg.bridge):
            await self.mute()
            return
        self.asked = mode
        self._changed()
        try:
            await self._run(steps.switch(leg, mode))
        finally:
            self.asked = None
        if leg.mode is not self.mode:
            self._took(leg, mode.value)
        if self.mode is None and mode is not Mode.SILENT:
            raise DeedFailed(Notice("call.gone", {"agent": session.member if session else ""}))

    async def mute(self) -> None:
        leg = self._driver().leg
        await self._microphone(leg, steps.mute(leg), "mute")

    async def unmute(self) -> None:
        leg = self._driver().leg
        await self._microphone(leg, steps.unmute(leg), "unmute")

    async def _microphone(self, leg: Leg, todo: Steps[None], deed: str) -> None:
        try:
            await self._run(todo)
        finally:
            self._changed()
        if self.session is not None and self.mode is not None:
            self.session.mark(self.mode, leg.microphone, self._clock.monotonic())
            self._scribe.mode(self.session, leg, deed, self.mode)

    def _took(self, leg: Leg, deed: str) -> None:
        """ChanSpy is in `leg.mode` now, whoever pressed the key."""
        if self.state in SPYING and self.session is not None:
            self._move(TO[leg.mode])
            self.session.mark(leg.mode, leg.microphone, self.since)
            self._scribe.mode(self.session, leg, deed, leg.mode)

    def _take_keys(self, leg: Leg) -> None:
        pressed, leg.pressed = leg.pressed, []
        for digit in pressed:
            self._scribe.keypad(self.session, leg, digit)
            self._say(Notice("keypad.pressed", {"digit": digit}))
        if self.state in SPYING and leg.mode is not self.mode:
            self._took(leg, "keypad" if any(digit in MODE_KEYS for digit in pressed) else leg.mode.value)
            self._keyed()
