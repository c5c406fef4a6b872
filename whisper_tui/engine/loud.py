"""The loud direction: asked of the policy and of the PBX, on disk, and only then done."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from msgspec import Struct

from whisper_tui.ami.actions import MessageSend, Outcome
from whisper_tui.audit.records import Certainty
from whisper_tui.clock import Clock
from whisper_tui.engine.claims import Claims
from whisper_tui.engine.gate import MODE, Gate, Permit, facts_of_target, words_of
from whisper_tui.engine.glass import Glass
from whisper_tui.engine.handset import Handset, NotFit
from whisper_tui.engine.known import Known
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed
from whisper_tui.engine.scribe import Scribe, ref_of
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Denied, Notify
from whisper_tui.supervision.intents import Answer, Barge, Done, Intent, Listen, Loud, Refused, Whisper
from whisper_tui.supervision.kinds import fits, fixed_in
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallKey, LegId, Microphone, Mode, Notice, Pbx, Right, SessionId, Uniqueid

TOLD = "A supervisor can speak to you in this call."
"""The text of `notify_agent = "live"`."""


class Tools(Struct, frozen=True):
    """What every deed of one supervisor works with.

    Args:
        claims: what the person says for what they do.
        glass: who is told that glass was broken.
        why_not: what stands in the way as far as is known here.
        look_again: ends a session that may no longer be, as the floor shows it now.
        say: called with what a person should be told once.
    """

    lines: Mapping[Pbx, Line]
    gate: Gate
    handset: Handset
    scribe: Scribe
    clock: Clock
    claims: Claims
    glass: Glass
    known: Known
    why_not: Callable[[Loud], Notice | Denied | None]
    look_again: Callable[[Session], None]
    say: Callable[[Notice], None]

    @property
    def mine(self) -> Uniqueid | None:
        return self.handset.mine

    async def permitted(self, intent: Loud) -> Permit | Notice | Denied:
        """The call as the PBX describes it now, or why not."""
        return self.why_not(intent) or await self.gate.read(intent.call, MODE[type(intent)], self.claims.of(intent))

    async def still_permitted(self, session: Session, mode: Mode) -> Permit | Notice | Denied:
        """The same of a session that was asked for before."""
        return await self.gate.permitted(session.call, mode, self.mine, self.claims.of_session(session))

    def session(self, intent: Loud, permit: Permit, leg: LegId, follows: SessionId | None) -> Session:
        """One more aim, not written down yet."""
        target = permit.target
        session = Session(
            SessionId(secrets.token_hex(8)),
            leg,
            intent.call,
            target.channel,
            target.agent,
            target.member,
            target.queue or "",
            target.caller,
            target.linkedid,
            intent.reason,
            follows,
            self.clock.monotonic(),
            picked=self.claims.is_picked(intent.call),
            belongs=self.gate.belongs(facts_of_target(self.lines[intent.call.pbx], target)),
        )
        session.record(*target.recorded, target.recording_file)
        self.claims.coming = session
        return session

    async def written(self, session: Session, intent: Loud, permit: Permit) -> Refused | None:
        """Have the intent on disk, with all that was said for it, or say why not."""
        mode, deed, glass = MODE[type(intent)], name_of(intent), permit.granted.glass
        session.reason = intent.reason or session.reason
        allowed_by = self.claims.of_session(session).approvals.get(Right.of(mode))
        facts = facts_of_target(self.lines[session.call.pbx], permit.target)
        try:
            for right, rules in glass.items():
                if more := frozenset(rules) - session.glass.get(right, frozenset()):
                    await self.glass.broken(self.scribe, session, right, more, self.gate.told_of_glass, facts)
            await self.scribe.requested(session, deed, mode, allowed_by.by if allowed_by is not None else None)
        except WhisperError as trouble:
            return unwritable(trouble)
        for right, rules in glass.items():
            session.glass[right] = session.glass.get(right, frozenset()) | frozenset(rules)
        return None

    async def noted(self, session: Session, deed: str) -> Refused | None:
        """Have on disk what is asked for in a session, and is no other mode."""
        try:
            await self.scribe.requested(session, deed, None, None)
        except WhisperError as trouble:
            return unwritable(trouble)
        return None

    async def told(self, line: Line, session: Session) -> Refused | None:
        """Tell the agent, where the profile says so, before the supervisor can be heard; or say why it cannot be done."""
        if self.gate.notify is not Notify.LIVE or session.told:
            return None
        sent = await line.wire.send(MessageSend(session.agent, TOLD))
        session.told = sent.outcome is Outcome.DONE
        self.scribe.told(session, reached=session.told)
        return None if session.told else Refused(Notice("notify.failed", {"agent": session.member}))

    def refuse(self, intent: Loud, why: Notice | Denied) -> Refused:
        if isinstance(why, Denied):
            self.scribe.denied(name_of(intent), why.rule, ref_of(intent.call))
        return Refused(words_of(why), denied=isinstance(why, Denied))


class LoudDeeds:
    """Listen, whisper and barge. Whoever calls sees to it that there is one at a time."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._rung: LegId | None = None
        """The leg that was dialled last."""

    async def enter(self, intent: Listen | Whisper | Barge, follows: SessionId | None = None) -> Answer:
        """From nothing, from an idle leg, from another call or from another mode.

        Args:
            follows: the session that a hop continues, where none is up.
        """
        tools, handset = self._tools, self._tools.handset
        mode = MODE[type(intent)]
        permit = await tools.permitted(intent)
        if not isinstance(permit, Permit):
            return tools.refuse(intent, permit)
        line = tools.lines[intent.call.pbx]
        every_mode = tools.gate.every_mode(facts_of_target(line, permit.target))
        fit = handset.leg is not None and handset.line is line and fits(handset.leg, mode, every_mode=every_mode)
        if fit and handset.hears(intent.call) and handset.session is not None:
            return await self._switch(line, handset.session, intent, permit)
        follows = handset.session.ident if handset.session is not None else follows or self._before(intent.call)
        leg = handset.leg.ident if handset.leg is not None and fit else handset.new_id()
        session = tools.session(intent, permit, leg, follows)
        with handset.kept():
            return await self._begin(line, session, intent, permit, every_mode=every_mode, fit=fit)

    async def _begin(
        self,
        line: Line,
        session: Session,
        intent: Listen | Whisper | Barge,
        permit: Permit,
        *,
        every_mode: bool,
        fit: bool,
    ) -> Answer:
        """Have it written, ring if need be, aim. Whatever stops it closes the session, and a leg that was never dialled.

        Args:
            fit: the leg that is up will do.
        """
        tools, handset, mode = self._tools, self._tools.handset, MODE[type(intent)]
        cause = "leg.cancelled"
        self._rung = session.leg if fit else None
        try:
            if (unwritten := await tools.written(session, intent, permit)) is not None:
                cause, self._rung = "", session.leg
                return unwritten
            if fit and handset.leg is None:  # it ended while the intent was written
                cause = (handset.ended or Notice("leg.left")).code
                return Refused(handset.ended or Notice("leg.left"))
            if not fit:
                await self._make_room(line, mode)
                if (unwritten := await self._ring(line, session, intent, permit, every_mode=every_mode)) is not None:
                    cause = unwritten.why.code
                    return unwritten
            # The disk, or the phone, may have taken long: the call may be over, elsewhere, or no longer permitted.
            again = await tools.still_permitted(session, mode)
            if not isinstance(again, Permit) or again.target.channel != session.target:
                why = Notice("call.changed") if isinstance(again, Permit) else again
                cause = words_of(why).code
                return tools.refuse(intent, why)
            await handset.hear(session)
            cause, tools.claims.last = "", session
            tools.look_again(session)
            if mode is not Mode.SILENT and handset.session is session:
                return await self._speak(line, session, intent)
        except DeedFailed as failed:
            cause = cause and failed.notice.code
            return Refused(failed.notice)
        finally:
            tools.claims.coming = None
            if cause:
                tools.scribe.left(session, cause, Certainty.EXACT)
            if self._rung != session.leg:
                tools.scribe.leg_ended(session.leg, cause, Certainty.EXACT)
        return Done()

    def _before(self, call: CallKey) -> SessionId | None:
        """The session that one from an idle leg takes up again, as after the privacy curtain: the last one, on the same call."""
        up, last = self._tools.handset.leg is not None, self._tools.claims.last
        return last.ident if up and last is not None and last.call == call else None

    async def _make_room(self, line: Line, mode: Mode) -> None:
        """End a leg that will not do."""
        handset = self._tools.handset
        if handset.leg is not None:
            same_pbx = handset.line is line
            await handset.leave(Notice("leg.left"))
            if same_pbx:
                self._tools.say(Notice("leg.rings_anew", {"mode": mode.value}))

    async def _ring(
        self, line: Line, session: Session, intent: Listen | Whisper | Barge, permit: Permit, *, every_mode: bool
    ) -> Refused | None:
        """Ring for a leg of the kind that this PBX allows; once more, under another id and on disk, where it shows otherwise."""
        tools, mode = self._tools, MODE[type(intent)]
        asterisk = line.wire.asterisk
        findings = tools.known.recall(line.pbx, asterisk)
        fixed = fixed_in(findings, mode, every_mode=every_mode)
        self._rung = session.leg
        try:
            found = await tools.handset.dial(line, session.leg, fixed, findings, every_mode=every_mode)
        except NotFit as unfit:
            tools.known.keep(line.pbx, asterisk, unfit.findings)
            tools.say(Notice("leg.rings_anew", {"mode": mode.value}))
            session.leg = tools.handset.new_id()
            if (unwritten := await tools.written(session, intent, permit)) is not None:
                self._rung = session.leg
                return unwritten
            self._rung = session.leg
            found = await tools.handset.dial(line, session.leg, mode, unfit.findings, every_mode=every_mode)
        tools.known.keep(line.pbx, asterisk, found)
        return None

    async def _switch(self, line: Line, session: Session, intent: Listen | Whisper | Barge, permit: Permit) -> Answer:
        tools, mode = self._tools, MODE[type(intent)]
        if permit.target.channel != session.target:
            return Refused(Notice("call.changed"))
        if (unwritten := await tools.written(session, intent, permit)) is not None:
            return unwritten
        if mode is not Mode.SILENT and (untold := await tools.told(line, session)) is not None:
            return untold
        if (why := tools.why_not(intent)) is not None:  # the disk and the text took their time
            return tools.refuse(intent, why)
        try:
            await tools.handset.to(mode)
        except DeedFailed as failed:
            return Refused(failed.notice)
        tools.look_again(session)
        return Done()

    async def _speak(self, line: Line, session: Session, intent: Listen | Whisper | Barge) -> Answer:
        """From nothing or an idle leg: with a closed microphone, which a person opens."""
        tools, handset, mode = self._tools, self._tools.handset, MODE[type(intent)]
        if (untold := await tools.told(line, session)) is not None:
            return untold
        claim = tools.claims.of_session(session)
        if (why := tools.gate.why_not(session.call, mode, tools.mine, claim)) is not None:  # the text took its time
            return tools.refuse(intent, why)
        if handset.mode is not mode:  # a leg of one mode is in it, and muted
            await handset.mute()
            await handset.to(mode)
        tools.look_again(session)
        return Done()

    async def unmute(self) -> Answer:
        tools, handset = self._tools, self._tools.handset
        session, mode = handset.session, handset.mode
        if session is None or mode is None or handset.leg is None:
            return Refused(Notice("session.none"))
        if handset.leg.microphone is Microphone.OPEN:
            return Refused(Notice("mic.open_already"))
        if (why := await self._may_not_speak(session, mode)) is not None:
            return why
        if (unwritten := await tools.noted(session, "unmute")) is not None:
            return unwritten
        line = tools.lines[session.call.pbx]
        if mode in (Mode.WHISPER, Mode.BARGE) and (untold := await tools.told(line, session)) is not None:
            return untold
        if (why := await self._may_not_speak(session, mode)) is not None:  # the disk and the text took their time
            return why
        try:
            await handset.unmute()
        except DeedFailed as failed:
            return Refused(failed.notice)
        tools.look_again(session)
        return Done()

    async def _may_not_speak(self, session: Session, mode: Mode) -> Refused | None:
        """A leg of one mode was muted where a rule forbids the mode: opening its microphone is that mode."""
        if mode is Mode.SILENT or self._tools.handset.own_call:
            return None
        allowed = await self._tools.still_permitted(session, mode)
        if isinstance(allowed, Denied):
            self._tools.scribe.denied("unmute", allowed.rule, ref_of(session.call))
        return None if isinstance(allowed, Permit) else Refused(words_of(allowed), denied=isinstance(allowed, Denied))


def unwritable(trouble: WhisperError) -> Refused:
    """Nothing is done that is not on disk."""
    return Refused(Notice("log.unwritable", {"where": trouble.where, "why": trouble.what}))


def name_of(intent: Intent) -> str:
    return type(intent).__name__.lower()
