"""Who in the engine takes what a supervisor asks for: the phone, the floor, a cue, or what does nothing to either."""

from __future__ import annotations

from msgspec import Struct

from whisper_tui.engine.acting import Acting
from whisper_tui.engine.archive import Archive
from whisper_tui.engine.asides import Asides
from whisper_tui.engine.cards import Cards
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.doing import Doing
from whisper_tui.engine.exporting import Exporting
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.helping import Helping
from whisper_tui.engine.loud import name_of, unwritable
from whisper_tui.engine.scribe import ref_of
from whisper_tui.engine.spoken import SpokenCues
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.acts import Act
from whisper_tui.supervision.intents import Answer, AnswerHand, Aside, Cue, Export, GiveScore, Intent, Loud, Say
from whisper_tui.terms import Notice


class Takers(Struct, frozen=True):
    """Of one supervisor."""

    doing: Doing
    asides: Asides
    acting: Acting
    cards: Cards
    spoken: SpokenCues
    helping: Helping
    exporting: Exporting
    archive: Archive
    denials: Denials

    def why_not(self, intent: Intent) -> Notice | None:
        """Why it would be refused now, or None."""
        why: Notice | Denied | None
        if isinstance(intent, Aside):
            why = self.asides.why_not(intent)
        elif isinstance(intent, Act):
            why = self.acting.why_not(intent)
        elif isinstance(intent, Cue):
            why = self.cards.why_not(intent)
        elif isinstance(intent, Say):
            why = self.spoken.why_not(intent)
        else:
            why = self.doing.why_not(intent)
        return words_of(why) if why is not None else None

    async def ask(self, intent: Intent) -> Answer:
        """Do it, or say why not."""
        if isinstance(intent, Aside):
            return await self.asides.ask(intent)
        try:
            if isinstance(intent, Act):
                return await self.acting.do(intent)
            if isinstance(intent, Cue):
                return await self.cards.send(intent)
            if isinstance(intent, Say):
                return await self.spoken.say(intent)
        except WhisperError as trouble:
            return unwritable(trouble)
        return await self.doing.ask(intent)

    def note_dim(self, intent: Intent) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        if isinstance(intent, Act):
            self.acting.note_dim(intent)
        elif isinstance(intent, Cue):
            self.cards.note_dim(intent)
        elif isinstance(intent, Say):
            self.spoken.note_dim(intent)
        elif isinstance(intent, AnswerHand):
            self.helping.note_dim(intent)
        elif isinstance(intent, Export):
            self.exporting.note_dim(intent)
        elif isinstance(intent, GiveScore):
            denied = self.archive.why_not_score()
            if isinstance(denied, Denied):
                self.denials.note(Attempt("score", denied.rule))
        elif isinstance(intent, Loud):
            denied = self.doing.why_not_loud(intent)
            if isinstance(denied, Denied):
                self.denials.note(Attempt(name_of(intent), denied.rule, ref_of(intent.call)))
