"""What a supervisor does beside the phone: sees a number, asks others for leave, gives it, reads that glass was broken, goes to an
agent who asks for help, notes, scores."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from whisper_tui.engine.archive import Archive
from whisper_tui.engine.exporting import Exporting
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.glass import Glass
from whisper_tui.engine.helping import Helping
from whisper_tui.engine.loud import unwritable
from whisper_tui.engine.petitions import Colleague, Petitions
from whisper_tui.engine.reveals import Reveals
from whisper_tui.engine.scribe import ref_of
from whisper_tui.engine.views import Sight
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import (
    Acknowledge,
    Answer,
    AnswerHand,
    Approve,
    Aside,
    AskLeave,
    Done,
    Export,
    GiveScore,
    Loud,
    Note,
    Refused,
    Reject,
    Reveal,
)
from whisper_tui.terms import Notice


class Asides:
    """Of one supervisor. Nothing here touches the phone, and a fault here never ends a session.

    Args:
        why_not: what stands in the way of something loud.
    """

    def __init__(
        self,
        seat: Colleague,
        sight: Sight,
        reveals: Reveals,
        petitions: Petitions,
        glass: Glass,
        archive: Archive,
        helping: Helping,
        exporting: Exporting,
        why_not: Callable[[Loud], Notice | Denied | None],
    ) -> None:
        self._seat = seat
        self._sight = sight
        self._reveals = reveals
        self._petitions = petitions
        self._glass = glass
        self._archive = archive
        self._helping = helping
        self._exporting = exporting
        self._why_not = why_not

    def why_not(self, intent: Aside) -> Notice | Denied | None:
        """Why it would be refused now, or None."""
        match intent:
            case Reveal(call=call):
                return self._reveals.why_not(call)
            case AskLeave(intent=wanted):
                why = self._why_not(wanted)
                if isinstance(why, Denied) and why.rule == "four-eyes":
                    return self._petitions.why_not_ask(self._seat, wanted.call, why)
                return why or Notice("petition.needless")
            case Approve(petition=ident) | Reject(petition=ident):
                row = self._petitions.rows(self._seat).get(ident)
                return Notice("petition.gone") if row is None else Notice("petition.own") if row.mine else None
            case Acknowledge(glass=ident):
                there = ident in self._glass.rows(self._seat.subject, self._sight)
                return None if there else Notice("glass.none")
            case AnswerHand():
                return self._helping.why_not(intent)
            case Export():
                return self._exporting.why_not(intent)
            case Note():
                return self._archive.why_not_note(intent)
            case GiveScore():
                return self._archive.why_not_score()
            case _:
                assert_never(intent)

    async def ask(self, intent: Aside) -> Answer:
        """Do it, or say why not."""
        try:
            match intent:
                case Reveal(call=call):
                    return await self._reveals.reveal(call)
                case AskLeave(intent=wanted):
                    why = self._why_not(wanted)
                    if isinstance(why, Denied) and why.rule == "four-eyes":
                        return await self._petitions.ask(self._seat, wanted.call, wanted.reason, why)
                    if isinstance(why, Denied):
                        self._seat.scribe.denied("askleave", why.rule, ref_of(wanted.call))
                    refused = words_of(why or Notice("petition.needless"))
                    return Refused(refused, denied=isinstance(why, Denied))
                case Approve(petition=ident):
                    return await self._petitions.approve(self._seat, ident)
                case Reject(petition=ident):
                    return self._petitions.reject(self._seat, ident)
                case Acknowledge(glass=ident):
                    nothing = self._glass.acknowledge(ident, self._seat.subject, self._seat.scribe)
                    return Refused(nothing) if nothing is not None else Done()
                case AnswerHand():
                    return await self._helping.answer(intent)
                case Export():
                    return await self._exporting.export(intent)
                case Note():
                    return await self._archive.note(intent)
                case GiveScore():
                    return await self._archive.score(intent)
                case _:
                    assert_never(intent)
        except WhisperError as trouble:
            return unwritable(trouble)
