"""What a view shows, written to a file: allowed for every row of it, and on disk in the log before. The console writes the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from whisper_tui.audit.records import Kind
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.permissions.decide import Grants
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied
from whisper_tui.supervision.intents import Answer, Done, Export, Refused
from whisper_tui.terms import Notice, Pbx, Right

DEED = "export"


class _Refusal(Struct, frozen=True):
    """What forbids it, and what the person is told: of a row no more than that there is one."""

    denied: Denied
    told: Notice


class Exporting:
    """Of one supervisor."""

    def __init__(self, lines: Mapping[Pbx, Line], sight: Sight, scribe: Scribe, denials: Denials) -> None:
        self._lines = lines
        self._sight = sight
        self._scribe = scribe
        self._denials = denials

    def why_not(self, intent: Export) -> Notice | None:
        """Why it would be refused now, or None. A row that is not there any more was seen by whoever exports it."""
        refusal = self._refusal(intent)
        return refusal.told if refusal is not None else None

    def note_dim(self, intent: Export) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        if (refusal := self._refusal(intent)) is not None:
            self._note(refusal)

    async def export(self, intent: Export) -> Answer:
        """Write down that it is done.

        Raises:
            WhisperError: that is not on disk; no file may be written.
        """
        refusal = self._refusal(intent)
        if refusal is None:
            detail = f"{intent.view}, rows: {intent.rows}, to {intent.path}"
            await self._scribe.about(Kind.FLOOR_EXPORTED, deed=DEED, detail=detail)
            refusal = self._refusal(intent)  # the disk took its time
        if refusal is None:
            return Done()
        self._note(refusal)
        return Refused(refusal.told, denied=True)

    def _note(self, refusal: _Refusal) -> None:
        self._denials.note(Attempt(DEED, refusal.denied.rule))

    def _refusal(self, intent: Export) -> _Refusal | None:
        grants = self._sight.grants
        if grants is None:
            return _in_general(Denied("no-policy"))
        floor = grants.decide(Right.FLOOR_EXPORT, None, self._sight.now)
        if isinstance(floor, Denied):
            return _in_general(floor)
        answers = (self._sight.decide(Right.FLOOR_EXPORT, facts) for facts in self._places(intent, grants))
        denied = next((answer for answer in answers if isinstance(answer, Denied)), None)
        return _Refusal(denied, Notice("export.some")) if denied is not None else None

    def _places(self, intent: Export, grants: Grants) -> Iterator[CallFacts]:
        for key in intent.calls:
            line = self._lines.get(key.pbx)
            call = line.floor.calls.get(key.uniqueid) if line is not None else None
            if line is not None and call is not None:
                yield facts_of(line, call)
        for pbx, device in intent.agents:
            yield from self._in_queues(pbx, device)
        for pbx, queue in intent.queues:
            # Its row says nothing of any agent: no rule about one, not even about one who is not known, is in the way.
            if not grants.sees_queue(queue, self._sight.now, Right.FLOOR_EXPORT):
                yield CallFacts(pbx, queue, None)

    def _in_queues(self, pbx: Pbx, device: str) -> Iterator[CallFacts]:
        """An agent in one of the queues in which they may be exported, or in those in which they are seen."""
        agent = self._lines[pbx].floor.agents.get(device) if pbx in self._lines else None
        seen = [CallFacts(pbx, queue, device) for queue in (agent.queues if agent is not None else ())]
        seen = [facts for facts in seen if self._sight.sees(facts)]
        may = [facts for facts in seen if isinstance(self._sight.decide(Right.FLOOR_EXPORT, facts), Allowed)]
        yield from may[:1] or seen


def _in_general(denied: Denied) -> _Refusal:
    return _Refusal(denied, words_of(denied))
