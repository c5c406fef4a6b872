"""The loud direction: asked of the policy and of the PBX, on disk, and only then done."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping

from whisper_tui.audit.records import CallRef, Certainty
from whisper_tui.clock import Clock
from whisper_tui.engine.gate import MODE, Gate, Loud, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.phone import DeedFailed
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.target import Target
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import Answer, Done, Intent, Refused
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, SessionId


class LoudDeeds:
    """Of one supervisor; whoever calls sees to it that there is one at a time.

    Args:
        why_not: what stands in the way as far as is known here.
        look_again: ends a session that may no longer be, as the floor shows it now.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        gate: Gate,
        handset: Handset,
        scribe: Scribe,
        clock: Clock,
        profile: str,
        why_not: Callable[[Loud], Notice | Denied | None],
        look_again: Callable[[Session], None],
    ) -> None:
        self._lines = lines
        self._gate = gate
        self._handset = handset
        self._scribe = scribe
        self._clock = clock
        self._profile = profile
        self._why_not = why_not
        self._look_again = look_again

    async def enter(self, intent: Loud) -> Answer:
        """Listen, whisper or barge: from nothing, from an idle leg, from another call or from another mode."""
        mode, key = MODE[type(intent)], intent.call
        target = self._why_not(intent) or await self._gate.permitted(key, mode)
        if not isinstance(target, Target):
            return self._refuse(intent, target)
        line = self._lines[key.pbx]
        if self._handset.hears(key) and self._handset.session is not None:
            return await self._switch(self._handset.session, mode, target)
        follows = self._handset.session.ident if self._handset.session is not None else None
        if self._handset.leg is not None and self._handset.line is not line:
            await self._handset.leave(Notice("leg.left"))
        session = Session(
            SessionId(secrets.token_hex(8)),
            self._handset.leg.ident if self._handset.leg is not None else self._handset.new_id(),
            key,
            target.channel,
            target.agent,
            target.member,
            target.queue or "",
            target.caller,
            target.linkedid,
            intent.reason,
            follows,
            self._clock.monotonic(),
        )
        with self._handset.kept():
            return await self._begin(line, session, intent)

    async def _begin(self, line: Line, session: Session, intent: Loud) -> Answer:
        """Have it written, ring if need be, aim. Whatever stops it closes the session, and a leg that was never dialled."""
        mode, cause, dialled = MODE[type(intent)], "leg.cancelled", self._handset.leg is not None
        try:
            if (unwritten := await self._written(session, mode)) is not None:
                cause, dialled = "", True
                return unwritten
            if self._handset.leg is None:
                if dialled:  # it was up, and ended while the intent was written
                    cause = (self._handset.ended or Notice("leg.left")).code
                    return Refused(self._handset.ended or Notice("leg.left"))
                dialled = True
                await self._handset.dial(line, session.leg)
                # The phone may have rung for long: the call may be over, elsewhere, or no longer permitted.
                again = await self._gate.permitted(session.call, mode)
                if not isinstance(again, Target) or again.channel != session.target:
                    why = Notice("call.changed") if isinstance(again, Target) else again
                    cause = words_of(why).code
                    return self._refuse(intent, why)
            await self._handset.hear(session)
            cause = ""
            self._look_again(session)
            if mode is not Mode.SILENT:
                await self._handset.mute()
                await self._handset.to(mode)
                self._look_again(session)
        except DeedFailed as failed:
            cause = cause and failed.notice.code
            return Refused(failed.notice)
        finally:
            if cause:
                self._scribe.left(session, cause, Certainty.EXACT)
            if not dialled:
                self._scribe.leg_ended(session.leg, cause, Certainty.EXACT)
        return Done()

    async def _switch(self, session: Session, mode: Mode, target: Target) -> Answer:
        if target.channel != session.target:
            return Refused(Notice("call.changed"))
        if (unwritten := await self._written(session, mode)) is not None:
            return unwritten
        try:
            await self._handset.to(mode)
        except DeedFailed as failed:
            return Refused(failed.notice)
        self._look_again(session)
        return Done()

    async def unmute(self) -> Answer:
        session, mode = self._handset.session, self._handset.mode
        if session is None or mode is None:
            return Refused(Notice("session.none"))
        if (unwritten := await self._written(session, None)) is not None:
            return unwritten
        try:
            await self._handset.unmute()
        except DeedFailed as failed:
            return Refused(failed.notice)
        self._look_again(session)
        return Done()

    async def _written(self, session: Session, asked: Mode | None) -> Refused | None:
        """Have the intent on disk, or say why not."""
        deed = {None: "unmute", Mode.SILENT: "listen", Mode.WHISPER: "whisper", Mode.BARGE: "barge"}[asked]
        try:
            await self._scribe.requested(session, deed, asked, self._profile)
        except WhisperError as trouble:
            return Refused(Notice("log.unwritable", {"where": trouble.where, "why": trouble.what}))
        return None

    def _refuse(self, intent: Loud, why: Notice | Denied) -> Refused:
        if isinstance(why, Denied):
            self._scribe.denied(name_of(intent), why.rule, ref_of(intent.call))
        return Refused(words_of(why), denied=isinstance(why, Denied))


def name_of(intent: Intent) -> str:
    return type(intent).__name__.lower()


def ref_of(call: CallKey) -> CallRef:
    return CallRef(pbx=call.pbx, customer=call.uniqueid)
