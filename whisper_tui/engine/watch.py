"""Looks again at a live session whenever anything about it changes, and ends or silences what may no longer be.

The quiet direction: on the wire first, written at once after. What is heard on the floor is a hint; making things quieter on a
hint is safe.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from msgspec.structs import replace

from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.claims import Claims
from whisper_tui.engine.follower import Follower
from whisper_tui.engine.gate import CROWDED, Gate, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed
from whisper_tui.engine.scribe import Scribe, ref_of
from whisper_tui.engine.views import facts_of
from whisper_tui.engine.wake import Wake
from whisper_tui.errors import WhisperError
from whisper_tui.floor import find
from whisper_tui.floor.model import Call, Changes
from whisper_tui.floor.trace import is_cue
from whisper_tui.permissions.policy import Denied, Notify
from whisper_tui.supervision.session import Session, State
from whisper_tui.terms import LegKind, Mode, Notice, Pbx

ENFORCED = 0.8
"""Seconds that what is allowed no more may take to end gently; then the leg is hung up, whatever it still waits for."""

Quietly = Callable[[Callable[[], Awaitable[None]]], Awaitable[None]]


class Watch:
    """Of one supervisor.

    Args:
        claims: what the person says for their sessions.
        quietly: takes a quiet deed: at once, and not beside another.
        say: called with what a person should be told once.
        limited: called when it is another moment at which a rule ends something.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        gate: Gate,
        handset: Handset,
        scribe: Scribe,
        follower: Follower,
        claims: Claims,
        clock: Clock,
        quietly: Quietly,
        say: Callable[[Notice], None],
        limited: Callable[[], None],
    ) -> None:
        self._lines = lines
        self._gate = gate
        self._handset = handset
        self._scribe = scribe
        self._follower = follower
        self._claims = claims
        self._clock = clock
        self._limit = Wake(clock, self.again)
        self._asked: set[tuple[str, str]] = set()
        """What is being ended or silenced, and why: it is asked for, and said, once."""
        self._overdue: Session | None = None
        """A call of one's own that lasts longer than it may."""
        self._quietly = quietly
        self._say = say
        self._limited = limited
        self._chores = Chores()

    def floor_changed(self, line: Line, changes: Changes) -> None:
        """Something changed on `line`: whether it is about the session that is up."""
        if self._handset.pending is not None:
            self._look_ahead(self._handset.pending)
        session = self._handset.session
        if session is None or session.call.pbx != line.pbx:
            return
        if session.call.uniqueid in changes.calls or changes.spies:
            self.look(session)

    @property
    def limit(self) -> float | None:
        """When a rule ends the session or its mode, by the monotonic clock; None: none does."""
        return self._limit.at if self._handset.mode is not None else None

    def again(self) -> None:
        """Time has come, or the policy is another one: look at whatever is up."""
        if self._handset.pending is not None:
            self._look_ahead(self._handset.pending)
        if self._handset.session is not None:
            self.look(self._handset.session)

    def look(self, session: Session) -> None:
        """End a session whose agent has another customer now, or that the policy no longer allows; silence a second coach."""
        handset, line = self._handset, self._lines[session.call.pbx]
        mode, call = handset.mode, line.floor.calls.get(session.call.uniqueid)
        if handset.session is not session:
            return
        if mode is None:
            self._look_at_ear(session, line, call)
            return
        if call is not None:
            session.record(*find.recordings(line.floor, call), find.recording_file(line.floor, call))
        if handset.own_call:
            self._look_at_own_call(session, line, call)
            return
        if call is None or call.agent_channel != session.target:
            self._lost(session, line, call)
            return
        if call.declined and not session.declined:
            session.declined = True
            self._scribe.declined(session)
        if not self._gate.is_read(line, call):
            return  # it is decided as soon as it can be
        facts, claim = facts_of(line, call), self._claims.of_session(session)
        listening, speaking = (self._gate.verdict(facts, each, claim) for each in (Mode.SILENT, mode))
        if isinstance(listening, Denied):
            self._end_by(session, listening)
        elif handset.leg is not None and handset.leg.kind is LegKind.OPEN and not self._gate.every_mode(facts):
            self._end(session, lambda: handset.leave(Notice("leg.open_no_more")), Notice("leg.open_no_more"))
        elif isinstance(speaking, Denied):
            self._silence(session, words_of(speaking))
            self._lasts(listening.until)
        else:
            self._lasts(speaking.until)
            if mode in (Mode.WHISPER, Mode.BARGE) and self._gate.notify is Notify.LIVE and not session.told:
                self._silence(session, Notice("notify.late", {"agent": session.member}))
            elif mode is Mode.BARGE and facts.parties > 2:
                self._silence(session, CROWDED[Mode.BARGE])
            elif (rival := self._came_later(line, call)) is not None:
                self._silence(session, Notice("call.coached", {"phone": rival}))

    def _look_at_ear(self, session: Session, line: Line, call: Call | None) -> None:
        """No mode is confirmed, as on the way to another call or to rest; the leg may hear all the same."""
        leg = self._handset.leg
        if leg is None or leg.spyee != session.target or call is None or not self._gate.is_read(line, call):
            return
        facts, claim = facts_of(line, call), self._claims.of_session(session)
        for mode in dict.fromkeys((Mode.SILENT, leg.mode)):  # a voice that no key has silenced yet is one
            if isinstance(denied := self._gate.verdict(facts, mode, claim), Denied):
                self._end_by(session, denied)
                return

    def _lasts(self, until: float | None) -> None:
        before = self._limit.at
        self._limit.set(until)
        if self._limit.at != before:
            self._limited()

    def _look_at_own_call(self, session: Session, line: Line, call: Call | None) -> None:
        """It is nobody's to end: the customer would pay for it. That it lasts too long is said, once, and written down."""
        if call is None or self._overdue is session:
            return
        facts, claim = facts_of(line, call), self._claims.of_session(session)
        overdue = self._gate.overdue(facts, Mode.TAKEOVER, claim)
        if overdue is not None:
            self._overdue = session
            self._scribe.denied("takeover", overdue.rule, ref_of(session.call))
            self._say(Notice("takeover.over_limit", overdue.more))
        else:
            self._lasts(self._gate.lasts(facts, Mode.TAKEOVER, claim))

    def _look_ahead(self, session: Session) -> None:
        """A phone that rings into a call must not be answered into another one, nor where that is allowed no more."""
        line = self._lines[session.call.pbx]
        call = line.floor.calls.get(session.call.uniqueid)
        if call is None or call.agent_channel != session.target:
            why = Notice("session.agent_changed" if call else "call.gone", {"agent": session.member})
        elif denied := self._gate.denies(facts_of(line, call), Mode.THIRD, self._claims.of_session(session)):
            why = words_of(denied)
        else:
            return
        self._end(session, lambda: self._handset.leave(why), why)

    def close(self) -> None:
        self._limit.close()
        self._chores.close()

    def _lost(self, session: Session, line: Line, call: Call | None) -> None:
        """The agent's channel is in this call no more; where it lives on with another customer, the session goes there."""
        elsewhere = find.call_of(line.floor, session.target)
        if elsewhere is not None and elsewhere.key != session.call.uniqueid:
            self._follower.go_along(session)
        why = Notice("session.agent_changed" if call else "call.gone", {"agent": session.member})
        cause = "session.agent_changed" if call else "call.gone"
        self._end(session, lambda: self._handset.release(cause), why)

    def _end_by(self, session: Session, denied: Denied) -> None:
        """The person knows of the call: they are told the rule, also where they may see it no longer."""
        if denied.rule == "curtain" and not session.suspended:
            session.suspended = True
            self._scribe.suspended(session, denied.rule)
            self._follower.end()
        self._end(
            session, lambda: self._handset.release(f"denied.{denied.rule}"), words_of(replace(denied, hidden=False))
        )

    def _silence(self, session: Session, why: Notice) -> None:
        if self._handset.state is State.THIRD:
            self._end(session, lambda: self._handset.leave(why), why)
        elif self._is_audible():
            self._end(session, lambda: self._handset.to(Mode.SILENT), why)

    def _is_audible(self) -> bool:
        """A leg of one mode that is muted is as silent as it can be."""
        leg = self._handset.leg
        return self._handset.mode is not Mode.SILENT and leg is not None and not leg.hushed

    def _came_later(self, line: Line, call: Call) -> str | None:
        """The phone of somebody who spoke to this agent before I did; of two at once the later one falls silent."""
        leg = self._handset.leg
        mine = line.floor.spies.get(leg.uniqueid) if leg is not None else None
        if mine is None or mine.audible_since is None:
            return None
        for spy in find.spies_on(line.floor, call):
            if spy.audible_since is None or is_cue(spy.spyer):
                continue
            if (spy.audible_since, spy.spyer) < (mine.audible_since, mine.spyer):
                return spy.device
        return None

    def _end(self, session: Session, deed: Callable[[], Awaitable[None]], why: Notice) -> None:
        async def only_this() -> None:
            if session in (self._handset.session, self._handset.pending):
                await deed()

        async def end() -> None:
            try:
                async with self._clock.timeout(ENFORCED):
                    await self._quietly(only_this)
            except TimeoutError:
                # With the customer on the way there is no way back: they would be lost.
                is_held = session in (self._handset.session, self._handset.pending)
                if is_held and self._handset.state is not State.TAKING:
                    self._handset.abort("rule", why)
            except DeedFailed as failed:
                self._say(failed.notice)
            except WhisperError as broken:
                self._handset.abort(broken.what)
            finally:
                self._asked.discard(asked)

        asked = (session.ident, why.code)
        if asked in self._asked:
            return
        self._asked.add(asked)
        self._say(why)
        self._chores.begin(end())
