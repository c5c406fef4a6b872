"""One supervisor's phone: the leg, moved. Knows no permission and starts nothing by itself; what must end, it ends by itself.

Deeds raise `DeedFailed` with the words' code. A step that is not confirmed ends the leg, muted and hung up in the same breath.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

from whisper_tui.ami.actions import AbsoluteTimeout, Action, Hangup, Outcome, Setvar, Status
from whisper_tui.ami.events import ChannelGone, Event
from whisper_tui.audit.records import Certainty
from whisper_tui.clock import Clock
from whisper_tui.engine.driver import NO_SUCH_CHANNEL, Driver, sweep
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed, PhoneRules, how_it_ended
from whisper_tui.engine.scribe import Scribe
from whisper_tui.errors import WhisperError
from whisper_tui.supervision import leg as steps
from whisper_tui.supervision.leg import Leg, LegGone, NotDialled, Steps, TargetGone, Unconfirmed
from whisper_tui.supervision.session import HEARING, TO, Input, Session, State, step
from whisper_tui.terms import CallKey, LegId, Microphone, Mode, Notice

Result = TypeVar("Result")

RENEW = 0.3
"""Part of the lease after which it is renewed: 5 s every 1.5 s (DESIGN section 2)."""


class Handset:
    """Owns at most one leg.

    Args:
        changed: called whenever what is confirmed has changed.
        say: called with what a person should be told once.
        keyed: called after a key of the phone itself has changed the mode.
    """

    def __init__(
        self,
        rules: PhoneRules,
        clock: Clock,
        scribe: Scribe,
        changed: Callable[[], None],
        say: Callable[[Notice], None],
        keyed: Callable[[], None],
    ) -> None:
        self.rules = rules
        self.state: State | None = None
        self.session: Session | None = None
        self.asked: Mode | None = None
        self.since = clock.monotonic()
        self.ended: Notice | None = None
        self.ending: Notice | None = None
        """Why the leg is being ended, while it is."""
        self.idle_until: float | None = None
        self._clock = clock
        self._scribe = scribe
        self._changed = changed
        self._say = say
        self._keyed = keyed
        self._drive: Driver | None = None
        self._renewed = 0.0
        self._unheard: list[Session] = []
        self._kept = 0
        self._chores: set[asyncio.Task[None]] = set()

    @property
    def leg(self) -> Leg | None:
        return self._drive.leg if self._drive is not None else None

    @property
    def line(self) -> Line | None:
        return self._drive.line if self._drive is not None else None

    @property
    def mode(self) -> Mode | None:
        """The confirmed mode, None where nobody is heard."""
        return HEARING.get(self.state) if self.state else None

    def hears(self, call: CallKey) -> bool:
        return self.session is not None and self.session.call == call and self.mode is not None

    def new_id(self) -> LegId:
        """An id that nobody can guess: it is the spy group too."""
        return LegId(f"wt-{self.rules.installation}-{secrets.token_hex(8)}")

    # --- deeds

    async def dial(self, line: Line, ident: LegId) -> None:
        """Ring the phone and prove its lock; returns with an idle leg."""
        leg = Leg(ident, self.rules.device)
        drive = self._drive = Driver(leg, line, self._clock)
        self.state, self.ended, self.ending = State.DIALLING, None, None
        self.since = self._renewed = self._clock.monotonic()
        line.wire.watch_digits(leg.uniqueid)
        self._chore(self._renew(drive))
        self._changed()
        await self._run(steps.dial(leg, self.rules.originate(ident), self.rules.ring_seconds))
        self._move(Input.ANSWERED)
        if await self._run(steps.prove(leg)) is None:
            self.ending = Notice("leg.not_lockable", {"asterisk": line.wire.asterisk})
            self._move(Input.NOT_LOCKED)
            await self._end(leg)
            raise self._failed()
        self._move(Input.LOCKED)
        self._rest()
        self._scribe.joined(leg)

    async def hear(self, session: Session) -> None:
        """Aim the leg, idle or not, at the session's agent: heard by nobody."""
        leg = self._driver().leg
        if leg.spyee is not None:
            await self.to(Mode.SILENT)
        hears = leg.spyee is not None
        self._move(Input.AIM)
        try:
            await self._run(steps.reaim(leg, session.target) if hears else steps.aim(leg, session.target))
            if leg.spyee != session.target:
                raise TargetGone("the channel ended as it was aimed at", session.target)
        except TargetGone:
            self._drop_session("leg.released")
            self._move(Input.TARGET_GONE)
            self._rest()
            raise DeedFailed(Notice("call.gone", {"agent": session.member})) from None
        self._drop_session("leg.reaimed")
        self.session = session
        self._move(Input.HEARS)
        session.mark(Mode.SILENT, leg.microphone, self._clock.monotonic())
        self._scribe.aimed(session, leg)

    async def to(self, mode: Mode) -> None:
        """Switch to `mode`; returns once ChanSpy has read the key and the keypad is locked again."""
        leg, session = self._driver().leg, self.session
        self.asked = mode
        self._changed()
        try:
            await self._run(steps.switch(leg, mode))
        finally:
            self.asked = None
        self._took(leg, mode.value)
        if self.mode is None and mode is not Mode.SILENT:
            raise DeedFailed(Notice("call.gone", {"agent": session.member if session else ""}))

    async def mute(self) -> None:
        leg = self._driver().leg
        await self._microphone(leg, steps.mute(leg), "mute")

    async def unmute(self) -> None:
        leg = self._driver().leg
        await self._microphone(leg, steps.unmute(leg), "unmute")

    async def release(self) -> None:
        """Hear nothing more; the leg stays up, idle."""
        leg = self._driver().leg
        if self.state in HEARING:
            self._move(Input.RELEASE)
            await self._run(steps.release(leg))
        if self.state is State.RELEASING:
            self._drop_session("leg.released")
            self._move(Input.RELEASED)
            self._rest()

    async def leave(self, why: Notice) -> None:
        """End the leg, or cancel its ringing."""
        leg = self._driver().leg
        self.ending = why
        self._move(Input.LEAVE)
        await self._end(leg)

    async def panic(self) -> None:
        """Mute and hang up in the same breath."""
        drive = self._driver()
        self._silence_on_the_wire(drive)
        await self.leave(Notice("leg.panic"))

    # --- news

    def observe(self, line: Line, fact: Event) -> None:
        """Take note of an event, which may be about anything."""
        drive, session = self._drive, self.session
        if drive is None or line is not drive.line:
            return
        leg = drive.leg
        if not leg.observe(fact):
            if self._unheard and type(fact) is ChannelGone:
                drive.wake()
            return
        if leg.over:
            self._over(Certainty.EXACT)
        elif leg.bridged:
            self._fail("bridged")
        else:
            if self.state is State.DIALLING and leg.ringing:
                self._move(Input.RANG)
                self._scribe.ringing(leg.ident)
            self._take_keys(leg)
            if self.state in HEARING and leg.spyee is None:
                self._hears_no_more(drive)
            elif self.state in (*HEARING, State.IDLE) and leg.spyee != (session.target if session else None):
                self._fail("aim")
        drive.wake()

    def link_lost(self, line: Line) -> None:
        """The link is down: nothing of this leg can be confirmed, and its lease is not renewed."""
        if self._drive is not None and line is self.line and self.state is not State.UNKNOWN:
            self.ending = Notice("link.lost", {"pbx": line.pbx, "error": ""})
            self._move(Input.UNCONFIRMED)
            self._drive.give_up()

    def link_live(self, line: Line) -> None:
        """The link is up again: find out what became of the leg, and end it."""
        if self._drive is not None and line is self.line and self.state is State.UNKNOWN:
            self._chore(self._make_sure(self._drive))

    def close(self) -> None:
        """Give up waiting; a leg that has not been seen to end is written down as bounded."""
        for chore in self._chores:
            chore.cancel()
        for session in self._unheard:
            self._scribe.left(session, "call.gone", Certainty.EXACT)
        self._unheard.clear()
        self._over(Certainty.BOUNDED)

    # --- how it moves

    async def _run(self, todo: Steps[Result]) -> Result:
        drive = self._driver()
        try:
            return await drive.run(todo)
        except Unconfirmed as lost:
            self._fail(lost.what, drive)
            raise self._failed() from lost
        except NotDialled as refused:
            self.ending = Notice("leg.failed", {"step": "dial", "error": refused.what})
            self._over(Certainty.EXACT)
            raise self._failed() from refused
        except LegGone as gone:
            self._fail("leg", drive)  # the PBX says that it is gone, but has not told its end: make sure
            raise self._failed() from gone
        except TargetGone:
            raise
        except WhisperError as broken:
            self._fail(broken.what, drive)
            raise self._failed() from broken

    async def _end(self, leg: Leg) -> None:
        try:
            await self._run(steps.hang_up(leg))
        except DeedFailed:
            if self.leg is leg:
                raise

    async def _microphone(self, leg: Leg, todo: Steps[None], deed: str) -> None:
        try:
            await self._run(todo)
        finally:
            self._changed()
        if self.session is not None and self.mode is not None:
            self.session.mark(self.mode, leg.microphone, self._clock.monotonic())
            self._scribe.mode(self.session, leg, deed)

    def _move(self, happened: Input) -> None:
        if self.state is not None:
            self.state = step(self.state, happened)
            self.since = self._clock.monotonic()
            self._changed()

    def _took(self, leg: Leg, deed: str) -> None:
        """ChanSpy is in `leg.mode` now, whoever pressed the key."""
        if self.mode is not None and self.session is not None:
            self._move(TO[leg.mode])
            self.session.mark(leg.mode, leg.microphone, self.since)
            self._scribe.mode(self.session, leg, deed)

    def _take_keys(self, leg: Leg) -> None:
        pressed, leg.pressed = leg.pressed, []
        for digit in pressed:
            self._scribe.keypad(self.session, leg, digit)
            self._say(Notice("keypad.pressed", {"digit": digit}))
        if self.asked is None and self.mode is not None and leg.mode is not self.mode:
            # Not pressed on the phone: a key of ours that was given up, and was read late.
            self._took(leg, "keypad" if pressed else leg.mode.value)
            self._keyed()

    def _hears_no_more(self, drive: Driver) -> None:
        """ChanSpyStop without our doing: the call ended, or the leg is about to; what comes next tells which."""
        session, self.session = self.session, None
        self._move(Input.TARGET_GONE)
        self._rest()
        if session is not None:
            session.mark(None, drive.leg.microphone, self._clock.monotonic())
            self._unheard.append(session)
            self._chore(self._tell_why(session, drive))

    def _drop_session(self, cause: str, certainty: Certainty = Certainty.EXACT) -> None:
        session, self.session = self.session, None
        if session is not None:
            microphone = self.leg.microphone if self.leg else Microphone.UNKNOWN
            session.mark(None, microphone, self._clock.monotonic())
            self._scribe.left(session, cause, certainty)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """While the body lasts, an idle leg is not ended for being idle: something is about to be done with it."""
        self._kept += 1
        self.idle_until = None
        try:
            yield
        finally:
            self._kept -= 1
            if self.state is State.IDLE:
                self._rest()

    def _rest(self) -> None:
        """The leg is idle: it may stay so for a while."""
        drive = self._drive
        if drive is not None and not self._kept:
            self.idle_until = self._clock.monotonic() + self.rules.idle_seconds
            self._chore(self._end_idle(drive, self.idle_until))
        self._changed()

    # --- how it ends

    def abort(self, name: str) -> None:
        """End whatever leg there is, muted and hung up: something is not as it must be."""
        self._fail(name)

    def _fail(self, name: str, of: Driver | None = None) -> None:
        """Mode or target unknown: mute and hang up at once, then see to it that it is gone. `of`: only if it is still this leg."""
        drive = self._drive
        if drive is None or self.state is State.UNKNOWN or (of is not None and of is not drive):
            return
        self.ending = Notice("leg.unproved") if name == "prove" else Notice("leg.unconfirmed", {"step": name})
        self._silence_on_the_wire(drive)
        self._chore(self._make_sure(drive))
        drive.give_up()
        self._move(Input.UNCONFIRMED)

    def _silence_on_the_wire(self, drive: Driver) -> None:
        """Send the mute beside the hangup; nobody waits for its answer."""
        closed = steps.frame_drop(locked=True, muted=True)
        self._chore(_sent(drive.line, Setvar(drive.leg.uniqueid, "FRAME_DROP(RX)", closed)))

    def _over(self, certainty: Certainty) -> None:
        """The leg has ended."""
        drive = self._drive
        if drive is None:
            return
        leg, line = drive.leg, drive.line
        why = self.ending or how_it_ended(leg, self.rules, self._clock.monotonic() - self._renewed)
        self._drop_session(why.code, certainty)
        self._scribe.leg_ended(leg.ident, why.code, certainty)
        line.wire.unwatch_digits(leg.uniqueid)
        self._move(Input.ENDED)
        self._drive, self.state, self.asked, self.idle_until = None, None, None, None
        self.ended, self.ending, self.since = why, None, self._clock.monotonic()
        if leg.leash is not None and leg.leash in line.floor.channels:
            self._chore(sweep(line, steps.unleash(leg, leg.leash)))
        drive.wake()
        self._changed()

    def _failed(self) -> DeedFailed:
        return DeedFailed(self.ending or self.ended or Notice("session.none"))

    # --- chores

    async def _renew(self, drive: Driver) -> None:
        leg = drive.leg
        try:
            await drive.until(lambda: leg.born)
        except (LegGone, Unconfirmed):
            return
        while self._drive is drive and self.state is not State.UNKNOWN:
            sent = self._clock.monotonic()
            reply = await drive.line.wire.send(AbsoluteTimeout(leg.uniqueid, self.rules.lease_seconds))
            if reply.outcome is Outcome.DONE:
                self._renewed = sent
            await self._clock.until(sent + self.rules.lease_seconds * RENEW)

    async def _tell_why(self, session: Session, drive: Driver) -> None:
        """Write the end of a session that stopped hearing, once it is clear what ended."""
        cause = "call.gone"
        try:
            async with self._clock.timeout(steps.CONFIRM):
                await drive.until(lambda: session.target not in drive.line.floor.channels)
            self._say(Notice("call.gone", {"agent": session.member}))
        except TimeoutError:
            cause = "spy.stopped"
        except (LegGone, Unconfirmed):
            cause = self._failed().notice.code
        self._unheard.remove(session)
        self._scribe.left(session, cause, Certainty.EXACT)

    async def _end_idle(self, drive: Driver, limit: float) -> None:
        await self._clock.until(limit)
        if self._drive is drive and self.state is State.IDLE and self.idle_until == limit:
            try:
                await self.leave(Notice("leg.idle_limit"))
            except DeedFailed as failed:
                self._say(failed.notice)

    async def _make_sure(self, drive: Driver) -> None:
        """Hang up until the PBX says that the channel is gone. Hanging up twice hurts nobody."""
        leg, line = drive.leg, drive.line
        while self._drive is drive and line.live:
            reply = await line.wire.send(Hangup(leg.uniqueid))
            if not await drive.ended(steps.CONFIRM) and reply.outcome is Outcome.FAILED and self._drive is drive:
                status = await line.wire.send(Status(leg.uniqueid))
                if status.outcome is Outcome.FAILED and status.message.startswith(NO_SUCH_CHANNEL):
                    self._over(Certainty.BOUNDED)

    def _chore(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    def _driver(self) -> Driver:
        if self._drive is None:
            raise self._failed()
        return self._drive


async def _sent(line: Line, action: Action) -> None:
    await line.wire.send(action)
