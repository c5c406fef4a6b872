"""The supervisor's voice: the mode of the leg and its microphone, whoever switches them, and how much is said into it."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.ami.actions import Outcome, Setvar
from whisper_tui.ami.events import Event, TalkBegun, TalkEnded
from whisper_tui.clock import Clock
from whisper_tui.engine.driver import Driver
from whisper_tui.engine.hold import Hold
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.scribe import Scribe
from whisper_tui.supervision import steps
from whisper_tui.supervision.leg import Leg, Steps
from whisper_tui.supervision.session import SPYING, TO, Session
from whisper_tui.supervision.talk import DETECT, SILENCE
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
        self.measured: bool | None = None
        """Whether Asterisk tells when somebody speaks into this leg; None: that is not known yet."""
        self._speaks: float | None = None
        """Since when somebody does, None: nobody."""
        self._dried_up = False
        """The phone sends no packets: whoever spoke is silent, and talk detection does not tell."""

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

    # --- how much is said

    def _begin(self, leg: Leg, line: Line) -> Driver:
        self.measured, self._speaks, self._dried_up = None, None, False
        return super()._begin(leg, line)

    async def _detect(self, drive: Driver) -> None:
        """Have Asterisk tell when somebody speaks into the leg. Nothing waits for that, and a leg is as good without."""
        put = await drive.line.wire.send(Setvar(drive.leg.uniqueid, DETECT, str(int(SILENCE * 1000))))
        if self._drive is not drive:
            return
        self.measured = put.outcome is Outcome.DONE
        if self.session is not None:
            self._measure(self.session)
        self._changed()

    def _measure(self, session: Session) -> None:
        """What is said in the session is measured from now on, where it can be."""
        if self.measured:
            session.measure(self._speaks, self._clock.monotonic())

    def _take_talk(self, leg: Leg, fact: Event) -> bool:
        """Take note of what talk detection tells of this leg; return whether it was that."""
        if not isinstance(fact, TalkBegun | TalkEnded) or fact.uniqueid != leg.uniqueid:
            return False
        now, session = self._clock.monotonic(), self.session
        talk = session.talk if session is not None else None
        if isinstance(fact, TalkBegun):
            self._speaks = now if self._speaks is None else self._speaks
            talk = talk.begins(now) if talk is not None else None
        else:
            self._speaks = None
            talk = talk.ends(fact.duration / 1000, now) if talk is not None else None
        if session is not None and talk is not session.talk:
            session.talk = talk
            self._changed()
        return True

    def sends_nothing(self, since: float) -> None:
        """The phone has sent no packet since then: nobody speaks into it, whatever was told."""
        session, self._dried_up = self.session, True
        talk = session.talk if session is not None else None
        if session is not None and talk is not None and talk.speaks is not None:
            session.talk = talk.ends(since - talk.speaks, self._clock.monotonic())
            self._changed()

    def sends_again(self) -> None:
        """It does again: who spoke then, by what was told, speaks now."""
        session, dried_up, self._dried_up = self.session, self._dried_up, False
        if dried_up and self._speaks is not None and session is not None and session.talk is not None:
            self._speaks = self._clock.monotonic()
            session.talk = session.talk.begins(self._speaks)
            self._changed()

    # --- what switches

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
