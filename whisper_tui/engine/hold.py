"""The leg of one supervisor as it is held: where it is, what of it is written down, and how it comes to its end.

A step that is not confirmed ends the leg, muted and hung up in the same breath. Nothing here starts anything.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import TypeVar

from whisper_tui.ami.actions import Action, Hangup, Outcome, Status
from whisper_tui.audit.records import Certainty
from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.driver import NO_SUCH_CHANNEL, Driver, sweep
from whisper_tui.engine.lease import Lease
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed, Lasts, PhoneRules, how_it_ended
from whisper_tui.engine.scribe import Scribe
from whisper_tui.errors import WhisperError
from whisper_tui.supervision import steps
from whisper_tui.supervision.leg import CONFIRM, Leg, LegGone, NotDialled, Steps, TargetGone, Unconfirmed
from whisper_tui.supervision.session import HEARING, Input, Session, State, step
from whisper_tui.terms import CallKey, Microphone, Mode, Notice, Uniqueid

Result = TypeVar("Result")


class Hold:
    """Holds at most one leg.

    Args:
        changed: called whenever what is confirmed has changed.
        say: called with what a person should be told once.
        left: called with every session that is over, once that is written.
    """

    def __init__(
        self,
        rules: PhoneRules,
        clock: Clock,
        scribe: Scribe,
        changed: Callable[[], None],
        say: Callable[[Notice], None],
        left: Callable[[Session], None],
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
        self._left = left
        self.follows = False
        """Something is followed: the leg outlives its session, however long legs last."""
        self._drive: Driver | None = None
        self._lease: Lease | None = None
        self.unheard: list[Session] = []
        """Sessions that hear no more, and of which it is not clear yet what ended."""
        self._kept = 0
        self._chores = Chores()

    @property
    def leg(self) -> Leg | None:
        return self._drive.leg if self._drive is not None else None

    @property
    def mine(self) -> Uniqueid | None:
        """The channel of the leg, None without one."""
        return self._drive.leg.uniqueid if self._drive is not None else None

    @property
    def line(self) -> Line | None:
        return self._drive.line if self._drive is not None else None

    @property
    def mode(self) -> Mode | None:
        """The confirmed mode, None where nobody is heard."""
        return HEARING.get(self.state) if self.state else None

    @property
    def own_call(self) -> bool:
        """The customer was taken over: what is held is an ordinary call."""
        return self.state is State.TAKEOVER

    def hears(self, call: CallKey) -> bool:
        return self.session is not None and self.session.call == call and self.mode is not None

    def beat(self) -> None:
        """Somebody's console lives."""
        if self._lease is not None:
            self._lease.beat()

    def abort(self, name: str, why: Notice | None = None) -> None:
        """End whatever leg there is, muted and hung up: something is not as it must be. A call of one's own goes on.

        Args:
            why: what is said and logged of its end; that `name` was not confirmed unless given.
        """
        if not self.own_call:
            self.ending = self.ending or why
            self._fail(name)

    def close(self) -> None:
        """Give up waiting; a leg that has not been seen to end is written down as bounded, a call of one's own stays open."""
        self._chores.close()
        for session in list(self.unheard):
            self._write_end(session, "call.gone", Certainty.EXACT)
        self.unheard.clear()
        if not self.own_call:
            self._over(Certainty.BOUNDED)

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

    # --- how it moves

    def _begin(self, leg: Leg, line: Line) -> Driver:
        """A leg is about to be asked for."""
        drive = self._drive = Driver(leg, line, self._clock)
        self.state, self.ended, self.ending = State.DIALLING, None, None
        self.since = self._clock.monotonic()
        self._let(drive)
        self._changed()
        return drive

    def _let(self, drive: Driver) -> None:
        """Asterisk ends the leg unless its lease is renewed."""
        self._lease = Lease(drive, self._clock, self.rules.lease_seconds, lambda: self._see_whether_gone(drive))
        self._chore(self._lease.keep())

    async def _run(self, todo: Steps[Result]) -> Result:
        drive = self._driver()
        try:
            return await drive.run(todo)
        except Unconfirmed as lost:
            if self.own_call:  # the customer must not pay for it
                raise DeedFailed(Notice("takeover.unconfirmed", {"step": lost.what})) from lost
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
            if self.own_call:
                raise DeedFailed(Notice("leg.failed", {"step": "", "error": broken.what})) from broken
            self._fail(broken.what, drive)
            raise self._failed() from broken

    async def _end(self, leg: Leg) -> None:
        try:
            await self._run(steps.hang_up(leg))
        except DeedFailed:
            if self.leg is leg:
                raise

    def _move(self, happened: Input) -> None:
        if self.state is not None:
            self.state = step(self.state, happened)
            self.since = self._clock.monotonic()
            self._changed()

    def _hears_no_more(self, drive: Driver) -> None:
        """ChanSpyStop without our doing: the call ended, or the leg is about to; what comes next tells which."""
        session, self.session = self.session, None
        self._move(Input.TARGET_GONE)
        self._rest()
        if session is not None:
            session.mark(None, drive.leg.microphone, self._clock.monotonic())
            self.unheard.append(session)
            self._chore(self._tell_why(session, drive))

    def _drop_session(self, cause: str, certainty: Certainty = Certainty.EXACT) -> None:
        session, self.session = self.session, None
        if session is not None:
            microphone = self.leg.microphone if self.leg else Microphone.UNKNOWN
            session.mark(None, microphone, self._clock.monotonic())
            self._write_end(session, cause, certainty)

    def _write_end(self, session: Session, cause: str, certainty: Certainty) -> None:
        self._scribe.left(session, cause, certainty)
        self._left(session)

    def _rest(self) -> None:
        """The leg is idle: it may stay so for a while, or not at all."""
        drive = self._drive
        if drive is not None and not self._kept:
            once = self.rules.lasts is Lasts.SESSION and not self.follows
            self.idle_until = self._clock.monotonic() + (0.0 if once else self.rules.idle_seconds)
            why = Notice("leg.session_over" if once else "leg.idle_limit")
            self._chore(self._end_idle(drive, self.idle_until, why))
        self._changed()

    # --- how it ends

    def _fail(self, name: str, of: Driver | None = None) -> None:
        """Mode or target unknown: mute and hang up at once, then see to it that it is gone. `of`: only if it is still this leg."""
        drive = self._drive
        if drive is None or self.state is State.UNKNOWN or (of is not None and of is not drive):
            return
        self.ending = self.ending or Notice("leg.unconfirmed", {"step": name})
        self._silence_on_the_wire(drive)
        self._chore(self._make_sure(drive))
        drive.give_up()
        self._unleased()
        self._move(Input.UNCONFIRMED)

    def _unleased(self) -> None:
        if self._lease is not None:
            self._lease.end()

    def _silence_on_the_wire(self, drive: Driver) -> None:
        """Send the mute beside the hangup; nobody waits for its answer."""
        for action in steps.voiceless(drive.leg):
            self._chore(sent(drive.line, action))

    def _over(self, certainty: Certainty) -> None:
        """The leg has ended."""
        drive, lease = self._drive, self._lease
        if drive is None or lease is None:
            return
        leg, line = drive.leg, drive.line
        lease.end()
        if self.own_call and not leg.company and certainty is Certainty.EXACT:
            self.ending = self.ending or Notice("takeover.customer_left")
        why = self.ending or how_it_ended(leg, self.rules, self._clock.monotonic() - lease.renewed)
        self._drop_session(why.code, certainty)
        self._scribe.leg_ended(leg.ident, why.code, certainty)
        self._move(Input.ENDED)
        self._drive, self._lease, self.state, self.asked, self.idle_until = None, None, None, None, None
        self.ended, self.ending, self.since = why, None, self._clock.monotonic()
        if leg.leash is not None and leg.leash in line.floor.channels:
            self._chore(sweep(line, steps.unleash(leg, leg.leash)))
        drive.wake()
        self._changed()

    def _failed(self) -> DeedFailed:
        return DeedFailed(self.ending or self.ended or Notice("session.none"))

    # --- chores

    async def _tell_why(self, session: Session, drive: Driver) -> None:
        """Write the end of a session that stopped hearing, once it is clear what ended."""
        cause, floor = "call.gone", drive.line.floor
        try:
            async with self._clock.timeout(CONFIRM):
                await drive.until(lambda: session.target not in floor.channels)
            cause = "session.agent_changed" if session.call.uniqueid in floor.calls else "call.gone"
            self._say(Notice(cause, {"agent": session.member}))
        except TimeoutError:
            cause = "spy.stopped"
        except (LegGone, Unconfirmed):
            cause = self._failed().notice.code
        self.unheard.remove(session)
        self._write_end(session, cause, Certainty.EXACT)

    async def _end_idle(self, drive: Driver, limit: float, why: Notice) -> None:
        await self._clock.until(limit)
        if self._drive is drive and self.state is State.IDLE and self.idle_until == limit:
            self.ending = why
            self._move(Input.LEAVE)
            self._unleased()
            try:
                await self._end(drive.leg)
            except DeedFailed as failed:
                self._say(failed.notice)

    async def _make_sure(self, drive: Driver) -> None:
        """Hang up until the PBX says that the channel is gone. Hanging up twice hurts nobody."""
        leg, line = drive.leg, drive.line
        while self._drive is drive and not line.lost:
            reply = await line.wire.send(Hangup(leg.uniqueid))
            if not await drive.ended(CONFIRM) and reply.outcome is Outcome.FAILED and self._drive is drive:
                await self._see_whether_gone(drive)

    async def _see_whether_gone(self, drive: Driver) -> bool:
        """Ask the PBX for a leg whose end was not told; whether it is gone."""
        status = await drive.line.wire.send(Status(drive.leg.uniqueid))
        gone = status.outcome is Outcome.FAILED and status.message.startswith(NO_SUCH_CHANNEL)
        if gone and self._drive is drive:
            self._over(Certainty.BOUNDED)
        return gone

    def _chore(self, work: Coroutine[object, object, None]) -> None:
        self._chores.begin(work)

    def _driver(self) -> Driver:
        if self._drive is None:
            raise self._failed()
        return self._drive


async def sent(line: Line, action: Action) -> None:
    await line.wire.send(action)
