"""What is asked of the backend, and of the person before it: every key that speaks, hears or ends something comes through here."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, Phase, ViewChanges
from whisper_tui.supervision.acts import Act, CallerAct
from whisper_tui.supervision.intents import AnswerHand, Cue, Done, Draw, Intent, Leave, Loud, Note, Panic, Refused, Say
from whisper_tui.terms import CallKey, Notice, SessionId
from whisper_tui.ui import acted, asking, glass, leave, notes, present, questions, reasons, surf
from whisper_tui.ui.asking import Confirm, Means, Sight
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.logreader import LogReader
from whisper_tui.ui.marks import Crowd
from whisper_tui.ui.notes import Heard, Jot
from whisper_tui.ui.orders import Choice, Figure
from whisper_tui.ui.petitions import Allow
from whisper_tui.ui.questions import Asked, Given, Question
from whisper_tui.ui.reasons import Reasons
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.typed import Resting, Typed, Why
from whisper_tui.ui.words import _

TYPED_ON = 1.0
"""Seconds in which keys are still meant for a question that was taken away while it was typed into, and start nothing."""

LEAVE_LIMIT = 3.0
"""Seconds that quitting waits for the leg to be gone; the lease ends it in any case."""

PASSING = frozenset({"session.already", "busy.asking", "draw.none", "petition.fresh", reasons.WANTED})
"""Why a key does nothing for now: said, or asked, when it is pressed, not worth a dim key that flickers."""


class Asker(LogReader):
    """One console's question, and what its answer starts."""

    def __init__(self, backend: Backend, clock: Clock, shell: Shell, *, readonly: bool) -> None:
        super().__init__(backend, clock, shell)
        self.readonly = readonly
        self.patience = 1.0
        """Times as long as usual that a question stands: one that is listened to takes longer than one that is seen."""
        self._question: Question | None = None
        self._drafts: dict[SessionId, str] = {}
        """Notes that were begun and are not saved."""
        self.reasons = Reasons()
        self._refused: glass.Pane | None = None
        """The last refusal that glass may be broken for."""
        self._doing = ""
        """The name of the deed whose key is being handled."""
        self._held: Notice | None = None
        """Why that key must not start anything."""
        self._fell = float("-inf")
        """When a question was taken away, or not put, that somebody may still be typing into."""
        self._why_fell = Notice("question.fell")
        """What is said of a key that is still meant for it."""

    @property
    def question(self) -> Question | None:
        """The question on the screen."""
        return self._question

    @question.setter
    def question(self, question: Question | None) -> None:
        left, self._question = self._question, question
        if left is not None and isinstance(left.asked, Jot):
            self._drafts[left.asked.session] = left.typed

    def take(self, changes: ViewChanges) -> None:
        before = self.strip
        super().take(changes)
        self.reasons.moved(before, self.strip)
        for call in (key for key, row in changes.calls.items() if row is None):
            self.reasons.over(call)
        self._check_question()

    def tick(self) -> None:
        super().tick()
        self._check_question()

    def carry_out(self, means: Means) -> None:
        """Ask the PBX for what a key means now, or say why not."""
        means = self.reasons.known(means)
        meant = means(self.sight)
        if isinstance(meant, Notice):
            self.say(meant)
        elif isinstance(meant, Confirm) and asking.is_quiet(meant.intent, self.strip):
            self._open(meant, means)
        elif not isinstance(meant, Confirm | Typed | Allow) and asking.is_quiet(meant, self.strip):
            self._ask(meant)
        elif self._keeps_back():
            pass
        elif (why := self._refusal_of(meant)) is not None:
            self._stop(means, asking.first(meant), why)
        elif isinstance(meant, Confirm | Typed | Allow):
            self._open(meant, means)
        else:
            self._ask(meant)

    def surf(self, find: Callable[[surf.Place], surf.Found | Notice], draw: Means | None = None) -> None:
        """Go to the call that `find` finds, and hear it; `draw`: unless chance has to choose one."""
        if draw is not None and self._left_to_chance():
            self.carry_out(draw)
            return
        if self._keeps_back():
            return
        self.thaw()  # whom to hear is found among the calls as they are now
        found = find(surf.Place(self.sheet, self.strip, self.clock.monotonic(), self._bars, self.weights))
        if isinstance(found, Notice):
            self.say(glass.unbreakable(found))
            return
        self.sheet.go_to(found.call)
        if found.why is not None:
            self.say(found.why)
        self.carry_out(surf.hear(found.call))

    def break_glass(self) -> None:
        """Ask why what was refused last is to be taken all the same."""
        if self._keeps_back():
            return
        refused = self._unbroken()
        if refused is None:
            self.say(glass.NOTHING)
            return
        wanted = self._refusal(glass.through(refused))
        if wanted is not None and wanted.code != reasons.WANTED:
            self._refuse(glass.through(refused), wanted)
            return
        ask = glass.ask_why(refused, wanted)
        asked = ask(self.sight)
        if isinstance(asked, Notice):
            self.say(asked)
        else:
            self._open(asked, ask, glass.again(refused))

    def why_not_glass(self) -> Notice | None:
        """Why no glass can be broken now."""
        refused = self._unbroken()
        if refused is None:
            return glass.NOTHING
        why = self._refusal(glass.through(refused))
        return None if why is not None and why.code == reasons.WANTED else why

    def _unbroken(self) -> glass.Pane | None:
        """What glass may be broken for now."""
        refused = self._refused
        if refused is None or self.clock.monotonic() >= refused.until or refused.intent.call not in self.calls:
            return None
        return refused

    def why_not_card(self, kind: type[Cue | Say]) -> Notice | None:
        """Why no cue card gets to anybody that way; where it is one thing with one and another with the next, why the first."""
        if self.strip.phase is Phase.AIMING:
            return None  # a moment more, and the agent is heard
        whys = [self._refusal(kind(number)) for number, _text in enumerate(self.backend.person.cues, 1)]
        return None if None in whys else next(iter(whys), None)

    @property
    def about_session(self) -> Heard | None:
        """What is written beside a session now is written beside this one."""
        return notes.meant(self.view, self.log, self.strip, self.last_heard)

    def note(self) -> None:
        """Ask for a note on the session under the cursor, on the one that is up, or on the last one."""
        self._expects_typing()
        if self._keeps_back():
            return
        asked = notes.wanted(self.about_session)
        if (why := self.why_not_note()) is not None:
            self.say(why)
        elif isinstance(asked, Jot):
            self._open(asked, lambda _sight: asked)
            if self.question is not None:
                self.question = self.question._replace(typed=self._drafts.get(asked.session, ""))

    def why_not_note(self) -> Notice | None:
        """Why nothing can be noted here."""
        asked = notes.wanted(self.about_session)
        if isinstance(asked, Notice):
            return asked
        return Notice("mode.replay") if self.readonly else None

    def _expects_typing(self) -> None:
        """What is typed next is meant for a question: if none is asked, its letters start nothing."""
        if not self._types_on():
            self._why_fell = Notice("question.not_put")
        self._fell = self.clock.monotonic()

    def _types_on(self) -> bool:
        """Whether somebody still types into a question that is gone, or was not asked."""
        return self.clock.monotonic() - self._fell < TYPED_ON

    def _falls(self) -> None:
        """The question that is typed into goes: what is still typed starts nothing."""
        self._fell, self._why_fell = self.clock.monotonic(), Notice("question.fell")

    def why_not(self, means: Means) -> Notice | None:
        """Return why a key would be refused now; None also where it is so already, or will be answered in a moment."""
        meant = self.reasons.known(means)(self.sight)
        why = meant if isinstance(meant, Notice) else self._refusal_of(meant)
        return None if self._passes(why) else why

    def _passes(self, why: Notice | None) -> bool:
        """Whether a key is dim for no longer than a moment: a phone may ring for long."""
        return why is not None and why.code in PASSING and self.strip.phase is not Phase.RINGING

    def why_not_surf(self, draw: Means | None) -> Notice | None:
        """As `why_not`, for the keys that look for a call."""
        if draw is not None and self._left_to_chance():
            return self.why_not(draw)
        why = Notice("mode.replay") if self.readonly else surf.standstill(self.strip)
        return None if self._passes(why) else why

    @property
    def typed(self) -> Typed | Why | Jot | Resting | Choice | Figure | Naming | Crowd | None:
        """The question that is being answered by typing, if one is."""
        asked = self.question.asked if self.question is not None else None
        if isinstance(asked, Crowd):
            return asked if asked.codes else None
        return asked if isinstance(asked, Typed | Why | Jot | Resting | Choice | Figure | Naming) else None

    def panic(self) -> None:
        self._ask(Panic())

    def _keeps_back(self) -> bool:
        """Whether a key starts nothing now, whatever it means: what it would start must be seen, and it must be a person's."""
        if self.uncover():
            return True
        if self._held is not None:
            self.say(self._held)
            return True
        return False

    def _open(self, asked: Asked, meant: Callable[[Sight], asking.Meant | Asked], then: Means | None = None) -> None:
        """Put a question on the screen."""
        if not self._readable(asked):
            self.say(Notice("question.no_room"))
            return
        self.question = questions.ask(asked, meant, self.clock.monotonic(), self._doing, then, self.patience)
        self._why_fell = Notice("question.fell")
        self._run(self._take_back(self.question))

    def _answer(self, question: Question) -> None:
        if self._held is not None:
            self.say(self._held)
            return
        if question.asked is None:
            self.question = None
            self._run(self._leave_and_quit())
            return
        answered = questions.answer(question, self.clock.monotonic())
        if not questions.stands(answered):
            self.question = None
            self._fell = float("-inf")  # who pressed Enter types no further
        if isinstance(answered, Notice):
            self.say(answered)
        elif isinstance(answered, Note):
            self._write_down(question, answered)
        elif not self._readable(question.asked):
            self.say(Notice("question.no_room"))
        elif isinstance(answered, Given):
            self._doing = question.by
            self._go_on(answered)
        elif (why := self._refusal_of(answered)) is not None:
            self._refuse(answered, why)
        else:
            self._ask(answered)

    def _go_on(self, given: Given) -> None:
        """Do what a reason was given for, as if it had been given at once."""
        if isinstance(given.why.intent, Loud):
            self.reasons.keep(given.why.intent.call, given.reason)
        on = reasons.given if given.why.told is None else glass.broken
        self.carry_out(on(given.then, given.reason))

    def _readable(self, asked: Asked) -> bool:
        """Whether all that a question says can be read; of one that Enter alone answers the smallest window says enough."""
        return isinstance(asked, Confirm) or self.shell.has_room(asked)

    def _check_question(self) -> None:
        """Take a question away that nobody answered, or whose call is not what was shown."""
        if self.question is None:
            return
        why = questions.fallen(self.question, self.sight, self.clock.monotonic())
        if why is not None:
            if self.typed is not None:
                self._falls()
            self.question = None
            self.saying.say(*why)

    async def _take_back(self, question: Question) -> None:
        """Take a question away in the moment in which its time is over."""
        if question.until is not None:
            await self.clock.until(question.until)
            self._check_question()
            self.shell.paint_console()

    def _refusal_of(self, meant: Intent | Confirm | Typed | Allow) -> Notice | None:
        """Why `meant` would be refused now; a question is, where everything is that it may start."""
        wanted = asking.intents(meant)
        refusals = [None if asking.is_quiet(each, self.strip) else self._refusal(each) for each in wanted]
        return None if None in refusals else refusals[0]

    def _bars(self, intent: Loud) -> Notice | None:
        """Why `intent` is refused whatever reason is given for it."""
        why = self._refusal(self.reasons.beside(intent))
        return None if why is not None and why.code == reasons.WANTED else why

    def _left_to_chance(self) -> bool:
        """Whether the profile does not let the person choose whom they hear."""
        why = self._refusal(Draw())
        return why is None or why.code != surf.CHOSEN

    def _stop(self, means: Means, intent: Intent, why: Notice) -> None:
        """Ask for what `why` wants of the person first, or refuse."""
        if why.code == reasons.WANTED:
            ask = reasons.ask_why(means, why)
            asked = ask(self.sight)
            if isinstance(asked, Why):
                self._open(asked, ask, means)
                return
        elif why.code == leave.WANTED:
            self._ask_others(means, why)
            return
        self._refuse(intent, why)

    def _ask_others(self, means: Means, why: Notice) -> None:
        """Ask whether the others whom `why` names are to be asked for leave; at once where that leads nowhere."""
        ask = leave.ask_others(means, why)
        asked = ask(self.sight)
        if isinstance(asked, Notice):
            self.say(asked)
        elif (vain := self._refusal(asked.intent)) is not None:
            told = {name: value for name, value in why.values.items() if name == glass.TOLD}
            self._refuse(asked.intent.intent, Notice(vain.code, {**vain.values, **told}))
        else:
            self._refused = glass.pane(asked.intent.intent, why, self.clock.monotonic())
            self._open(asked, ask)

    def _refuse(self, intent: Intent, why: Notice) -> None:
        self._say_refused(intent, why)
        if not self.readonly:
            self.backend.note_dim(intent, why)

    def _say_refused(self, intent: Intent, why: Notice) -> None:
        self._refused = glass.pane(intent, why, self.clock.monotonic())
        self.say(why if self._refused is not None else glass.unbreakable(why))

    def _refusal(self, intent: Intent) -> Notice | None:
        return Notice("mode.replay") if self.readonly else self.backend.why_not(intent)

    def _ask(self, intent: Intent) -> None:
        self._run(self._tell(intent))

    async def _tell(self, intent: Intent) -> None:
        cursor, agent = self.sheet.cursor, self.strip.agent
        answer = await self.backend.ask(intent)
        if isinstance(answer, Refused):
            self._say_refused(intent, answer.why)
            self.shell.paint_console()
        elif isinstance(intent, Act):
            if isinstance(answer, Done) and (said := acted.done(intent, self._whom(intent))) is not None:
                self.say(said)
                self.shell.paint_console()
        elif isinstance(intent, Draw):
            self._drawn(intent, cursor)
        elif isinstance(intent, AnswerHand):
            taken = self.crew.rows.get((intent.pbx, intent.agent))
            self.say(Notice("hand.yours", {"agent": taken.name if taken is not None else intent.agent}))
            self.shell.paint_console()
        elif isinstance(intent, Cue | Say):
            text = self.backend.person.cues[intent.number - 1]
            self.say(Notice("cue.sent" if isinstance(intent, Cue) else "cue.speaks", {"agent": agent, "text": text}))
            self.shell.paint_console()

    def _whom(self, act: Act) -> str:
        """The agent or the caller whom `act` is about, as the screen names them now: no number that it shows no more."""
        if isinstance(act, CallerAct):
            row = self.calls.get(act.call)
            return present.caller(row) if row is not None else _("the caller")
        agent = self.crew.rows.get((act.pbx, act.agent))
        return agent.name if agent is not None else act.agent

    def _drawn(self, draw: Draw, cursor: CallKey | None) -> None:
        """Chance has chosen: unless the person has gone on from `cursor` meanwhile, theirs goes to that call."""
        call = self.backend.view().strip.call
        if call is None:
            return
        if draw.reason:
            self.reasons.keep(call, draw.reason)
        if self.sheet.cursor == cursor:
            self.sheet.go_to(call)
            self.shell.paint_console()

    def _write_down(self, question: Question, note: Note) -> None:
        """Have a note written; what is refused can be mended, so that nothing typed is lost."""
        if (why := self._refusal(note)) is not None:
            self.question = question
            self.say(why)
        else:
            self._drafts.pop(note.session, None)
            self._run(self._tell_note(question, note))

    async def _tell_note(self, question: Question, note: Note) -> None:
        answer = await self.backend.ask(note)
        if not isinstance(answer, Refused):
            self._noted(note)
            return
        self.say(answer.why)
        if self.question is None:
            self.question = question
        else:
            self._drafts[note.session] = note.text
        self.shell.paint_console()

    def _noted(self, note: Note) -> None:
        """It is on disk; where its session is open in full it is read again, note and all."""
        self.say(Notice("note.saved"))
        if notes.is_about(note, self.log.open):
            self._run(self._open_entry(note.session))
        self.shell.paint_console()

    async def _leave_and_quit(self) -> None:
        try:
            async with self.clock.timeout(LEAVE_LIMIT):
                if not asking.own_call(self.strip):  # that one goes on without us
                    await self.backend.ask(Leave())
        except TimeoutError:
            pass  # the PBX ends the leg by its lease
        self.shell.close_console()
