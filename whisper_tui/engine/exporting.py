"""What a view shows, written to a file: allowed for every row of it, and on disk in the log before. The console writes the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from whisper_tui.audit.records import Kind
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied
from whisper_tui.supervision.intents import Answer, Done, Export, Refused
from whisper_tui.terms import Notice, Pbx, Right

DEED = "export"


class Exporting:
    """Of one supervisor."""

    def __init__(self, lines: Mapping[Pbx, Line], sight: Sight, scribe: Scribe, denials: Denials) -> None:
        self._lines = lines
        self._sight = sight
        self._scribe = scribe
        self._denials = denials

    def why_not(self, intent: Export) -> Notice | Denied | None:
        """Why it would be refused now, or None. A row that is not there any more was seen by whoever exports it."""
        denied, of_a_row = self._denied(intent)
        return Notice("export.some") if of_a_row else denied

    def _denied(self, intent: Export) -> tuple[Denied | None, bool]:
        """What forbids it, and whether that is about one of the rows, where others may be exported."""
        grants = self._sight.grants
        if grants is None:
            return Denied("no-policy"), False
        floor = grants.decide(Right.FLOOR_EXPORT, None, self._sight.now)
        if isinstance(floor, Denied):
            return floor, False
        answers = (self._sight.decide(Right.FLOOR_EXPORT, facts) for facts in self._places(intent))
        denied = next((answer for answer in answers if isinstance(answer, Denied)), None)
        return denied, denied is not None

    def note_dim(self, intent: Export) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        denied, _of_a_row = self._denied(intent)
        if denied is not None:
            self._denials.note(Attempt(DEED, denied.rule))

    async def export(self, intent: Export) -> Answer:
        """Write down that it is done.

        Raises:
            WhisperError: that is not on disk; no file may be written.
        """
        why = self.why_not(intent)
        if why is None:
            detail = f"{intent.view}, rows: {intent.rows}, to {intent.path}"
            await self._scribe.about(Kind.FLOOR_EXPORTED, deed=DEED, detail=detail)
            why = self.why_not(intent)  # the disk took its time
        if why is not None:
            self.note_dim(intent)
            return Refused(words_of(why) if isinstance(why, Denied) else why, denied=True)
        return Done()

    def _places(self, intent: Export) -> Iterator[CallFacts]:
        for key in intent.calls:
            line = self._lines.get(key.pbx)
            call = line.floor.calls.get(key.uniqueid) if line is not None else None
            if line is not None and call is not None:
                yield facts_of(line, call)
        for pbx, device in intent.agents:
            yield from self._in_queues(pbx, device)
        for pbx, queue in intent.queues:
            yield CallFacts(pbx, queue, None)

    def _in_queues(self, pbx: Pbx, device: str) -> Iterator[CallFacts]:
        """An agent in one of the queues in which they may be exported, or in those in which they are seen."""
        agent = self._lines[pbx].floor.agents.get(device) if pbx in self._lines else None
        seen = [CallFacts(pbx, queue, device) for queue in (agent.queues if agent is not None else ())]
        seen = [facts for facts in seen if self._sight.sees(facts)]
        may = [facts for facts in seen if isinstance(self._sight.decide(Right.FLOOR_EXPORT, facts), Allowed)]
        yield from may[:1] or seen
