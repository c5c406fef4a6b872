"""Cue cards: a short phrase of the site's, sent as a text to the softphone of the agent whom the supervisor hears."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from whisper_tui.ami.actions import MessageSend, Outcome, Reply
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import may_tell, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe, ref_of
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import Answer, Cue, Done, Refused
from whisper_tui.supervision.session import Session
from whisper_tui.terms import Notice, Pbx, Right


class Cards:
    """Of one supervisor.

    Args:
        cards: the phrases; the first is number 1.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        handset: Handset,
        scribe: Scribe,
        denials: Denials,
        cards: Sequence[str],
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._handset = handset
        self._scribe = scribe
        self._denials = denials
        self._cards = tuple(cards)

    def why_not(self, cue: Cue) -> Notice | Denied | None:
        """Why it would not be sent now, or None."""
        heard = self._heard(cue)
        return None if isinstance(heard, Session) else heard

    def note_dim(self, cue: Cue) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        denied, session = self._heard(cue), self._handset.session
        if isinstance(denied, Denied) and session is not None:
            self._note(denied, session)

    async def send(self, cue: Cue) -> Answer:
        """Send it to the agent who is heard, and to nobody else.

        Raises:
            WhisperError: it is not on disk; nothing was sent.
        """
        session = self._heard(cue)
        if not isinstance(session, Session):
            self.note_dim(cue)
            return Refused(words_of(session), denied=isinstance(session, Denied))
        text = self.text(cue.number)
        await self._scribe.cue(session, text)
        if (heard := self._heard(cue)) is not session:  # the disk took its time, and another agent must not get it
            why = heard if isinstance(heard, Denied) else Notice("call.changed")
            self._scribe.uncued(session, words_of(why).code, "")
            if isinstance(why, Denied):
                self._note(why, session)
            return Refused(words_of(why), denied=isinstance(why, Denied))
        try:
            reply = await self._lines[session.call.pbx].wire.send(MessageSend(session.agent, text))
        except UnsafeAction as unsafe:  # an agent who has no phone that a text could be sent to
            reply = Reply(Outcome.FAILED, f"{unsafe.what}: {unsafe.where}")
        if reply.outcome is Outcome.DONE:
            return Done()
        cause = "cue.unknown" if reply.outcome is Outcome.UNKNOWN else "cue.failed"
        self._scribe.uncued(session, cause, reply.message)
        return Refused(Notice(cause, {"agent": session.member, "error": reply.message}))

    def text(self, number: int) -> str:
        """What stands on a card that there is."""
        return self._cards[number - 1]

    def _note(self, denied: Denied, session: Session) -> None:
        self._denials.note(Attempt("cue", denied.rule, ref_of(session.call)))

    def _heard(self, cue: Cue) -> Session | Notice | Denied:
        """The session whose agent would get it, or why nobody would."""
        session = self.session(cue.number)
        if not isinstance(session, Session) or may_tell(self._lines[session.call.pbx]):
            return session
        return Notice("cue.no_texts")

    def session(self, number: int) -> Session | Notice | Denied:
        """The session whose agent this card is for, however it gets there, or why it is for nobody."""
        if not 1 <= number <= len(self._cards):
            return Notice("cue.no_card")
        session = self._handset.session
        if session is None or self._handset.mode is None or self._handset.own_call:
            return Notice("cue.nobody")
        line = self._lines[session.call.pbx]
        call = line.floor.calls.get(session.call.uniqueid)
        if call is None or call.agent_channel != session.target:
            return Notice("call.changed")
        answer = self._sight.decide(Right.CUE_SEND, facts_of(line, call))
        return answer if isinstance(answer, Denied) else session
