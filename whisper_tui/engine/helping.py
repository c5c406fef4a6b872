"""One supervisor and the hands that agents raise: who takes one is decided, on disk, and then told to everybody."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from whisper_tui.audit.records import CallRef, Kind, Whom
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.hands import Hands
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.views import Sight
from whisper_tui.floor.model import Hand
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied
from whisper_tui.supervision.intents import Answer, AnswerHand, Done, Refused
from whisper_tui.terms import Notice, Pbx, Right


class _Taken(Struct, frozen=True):
    """What would be taken."""

    line: Line
    hand: Hand


class Helping:
    """Of one supervisor.

    Args:
        replay: nobody in a recording waits for help.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        hands: Hands,
        scribe: Scribe,
        denials: Denials,
        *,
        replay: bool,
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._hands = hands
        self._scribe = scribe
        self._denials = denials
        self._replay = replay

    def why_not(self, intent: AnswerHand) -> Notice | Denied | None:
        """Why it would be refused now, or None."""
        taken = self._plan(intent)
        return None if isinstance(taken, _Taken) else taken

    def note_dim(self, intent: AnswerHand) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        if isinstance(denied := self._plan(intent), Denied):
            self._denials.note(Attempt("answer", denied.rule, CallRef(intent.pbx), Whom(intent.agent)))

    async def answer(self, intent: AnswerHand) -> Answer:
        """Take it.

        Raises:
            WhisperError: it is not on disk; the hand stays up.
        """
        taken = self._plan(intent)
        if isinstance(taken, _Taken):
            about = self._hands.about(taken.line, taken.hand)
            await self._scribe.about(Kind.HAND_ANSWERED, deed="answer", **about)
            again = self._plan(intent)  # the disk took its time: somebody else may have been quicker
            if isinstance(again, _Taken) and again.hand is taken.hand:
                self._hands.answered(taken.line, taken.hand, self._scribe.who.user)
                return Done()
            again = again if not isinstance(again, _Taken) else Notice("hand.gone")
            cause = f"denied.{again.rule}" if isinstance(again, Denied) else again.code
            not_taken = {**about, "lasted": None, "cause": cause}
            self._scribe.about_soon(Kind.HAND_ANSWERED, deed="answer", **not_taken)
            taken = again
        else:
            self.note_dim(intent)
        return Refused(words_of(taken), denied=isinstance(taken, Denied))

    def _plan(self, intent: AnswerHand) -> _Taken | Notice | Denied:
        line = self._lines.get(intent.pbx)
        row = self._sight.agent(line, intent.agent) if line is not None else None
        if self._replay:
            return Notice("mode.replay")
        if line is None or row is None:
            return Denied("no-such-agent", hidden=True)
        if row.hand is not None and row.hand.answered_by:
            return Notice("hand.taken", {"by": row.hand.answered_by, "agent": row.name})
        hand = self._hands.raised(line, intent.agent)
        if hand is None:
            return Notice("hand.gone")
        answers = [self._may(line, each.queue, intent.agent) for each in row.members]
        if any(isinstance(each, Allowed) for each in answers):
            return _Taken(line, hand)
        return next(each for each in answers if isinstance(each, Denied))

    def _may(self, line: Line, queue: str, agent: str) -> Allowed | Denied:
        return self._sight.decide(Right.HAND_ANSWER, CallFacts(line.pbx, queue, agent))
