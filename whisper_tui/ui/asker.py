"""What is asked of the backend, and of the person before it: every key that speaks, hears or ends something comes through here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, ViewChanges
from whisper_tui.supervision.intents import Intent, Leave, Listen, Panic, Refused
from whisper_tui.terms import Notice
from whisper_tui.ui import asking, questions, surf
from whisper_tui.ui.asking import Confirm
from whisper_tui.ui.questions import Asked, Question
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.told import Told
from whisper_tui.ui.typed import Typed

LEAVE_LIMIT = 3.0
"""Seconds that quitting waits for the leg to be gone; the lease ends it in any case."""

PASSING = frozenset({"session.already", "busy.asking"})
"""Why a key does nothing for now: said when it is pressed, not worth a dim key that flickers."""


class Asker(Told):
    """One console's question, and what its answer starts."""

    def __init__(self, backend: Backend, clock: Clock, shell: Shell, *, readonly: bool) -> None:
        super().__init__(backend, clock)
        self.shell = shell
        self.readonly = readonly
        self.question: Question | None = None
        self._held: Notice | None = None
        """Why the key that is being handled must not start anything."""
        self._asked: set[asyncio.Task[None]] = set()

    def take(self, changes: ViewChanges) -> None:
        super().take(changes)
        self._check_question()

    def tick(self) -> None:
        super().tick()
        self._check_question()

    def carry_out(self, meant: Callable[[asking.Sight], asking.Meant]) -> None:
        """Ask the PBX for what a key means now, or say why not."""
        intent = meant(self.sight)
        if isinstance(intent, Notice):
            self.say(intent)
        elif isinstance(intent, Confirm) and asking.is_quiet(intent.intent, self.strip):
            self._open(intent, meant)
        elif not isinstance(intent, Confirm | Typed) and asking.is_quiet(intent, self.strip):
            self._ask(intent)
        elif self._keeps_back():
            pass
        elif (why := self._refusal_of(intent)) is not None:
            self._refuse(questions.intents(intent)[0] if isinstance(intent, Confirm | Typed) else intent, why)
        elif isinstance(intent, Confirm | Typed):
            self._open(intent, meant)
        else:
            self._ask(intent)

    def surf(self, find: Callable[[surf.Place], surf.Found | Notice]) -> None:
        """Go to the call that `find` finds, and hear it."""
        if self._keeps_back():
            return
        found = find(surf.Place(self.sheet, self.strip, self.clock.monotonic(), self._refusal))
        if isinstance(found, Notice):
            self.say(found)
            return
        self.sheet.go_to(found.call)
        if found.why is not None:
            self.say(found.why)
        self._ask(Listen(found.call))

    def why_not(self, meant: Callable[[asking.Sight], asking.Meant]) -> Notice | None:
        """Return why a key would be refused now; None also where it is so already, or will be answered in a moment."""
        intent = meant(self.sight)
        why = intent if isinstance(intent, Notice) else self._refusal_of(intent)
        return None if why is not None and why.code in PASSING else why

    def why_not_surf(self) -> Notice | None:
        """As `why_not`, for the keys that look for a call."""
        why = Notice("mode.replay") if self.readonly else surf.standstill(self.strip)
        return None if why is not None and why.code in PASSING else why

    @property
    def typed(self) -> Typed | None:
        """The question that is being answered by typing, if one is."""
        asked = self.question.asked if self.question is not None else None
        return asked if isinstance(asked, Typed) else None

    def panic(self) -> None:
        self._ask(Panic())

    def _keeps_back(self) -> bool:
        """Whether a key starts nothing now, whatever it means: what it would start must be seen, and it must be a person's."""
        if self.keys_top is not None:
            self.keys_top = None
            return True
        if self._held is not None:
            self.say(self._held)
            return True
        return False

    def _open(self, asked: Asked, meant: Callable[[asking.Sight], asking.Meant]) -> None:
        """Put a question on the screen."""
        if isinstance(asked, Typed) and not self.shell.has_room(asked):
            self.say(Notice("question.no_room"))
            return
        self.question = questions.ask(asked, meant, self.clock.monotonic())
        self._run(self._take_back(self.question))

    def _answer(self, question: Question) -> None:
        if self._held is not None:
            self.say(self._held)
            return
        self.question = None
        if question.asked is None:
            self._run(self._leave_and_quit())
            return
        intent = questions.answer(question, self.clock.monotonic())
        if isinstance(intent, Notice):
            self.say(intent)
        elif isinstance(question.asked, Typed) and not self.shell.has_room(question.asked):
            self.say(Notice("question.no_room"))
        elif (why := self._refusal_of(intent)) is not None:
            self._refuse(intent, why)
        else:
            self._ask(intent)

    def _check_question(self) -> None:
        """Take a question away that nobody answered, or whose call is not what was shown."""
        if self.question is None:
            return
        why = questions.fallen(self.question, self.sight, self.clock.monotonic())
        if why is not None:
            self.question = None
            self.saying.say(*why)

    async def _take_back(self, question: Question) -> None:
        """Take a question away in the moment in which its time is over."""
        if question.until is not None:
            await self.clock.until(question.until)
            self._check_question()
            self.shell.paint_console()

    def _refusal_of(self, meant: Intent | Asked) -> Notice | None:
        """Why `meant` would be refused now; a question is, where everything is that it may start."""
        wanted = questions.intents(meant) if isinstance(meant, Confirm | Typed) else (meant,)
        refusals = [None if asking.is_quiet(each, self.strip) else self._refusal(each) for each in wanted]
        return None if None in refusals else refusals[0]

    def _refuse(self, intent: Intent, why: Notice) -> None:
        self.say(why)
        if not self.readonly:
            self.backend.note_dim(intent, why)

    def _refusal(self, intent: Intent) -> Notice | None:
        return Notice("mode.replay") if self.readonly else self.backend.why_not(intent)

    def _ask(self, intent: Intent) -> None:
        self._run(self._tell(intent))

    async def _tell(self, intent: Intent) -> None:
        answer = await self.backend.ask(intent)
        if isinstance(answer, Refused):
            self.say(answer.why)
            self.shell.paint_console()

    async def _leave_and_quit(self) -> None:
        try:
            async with self.clock.timeout(LEAVE_LIMIT):
                if not asking.own_call(self.strip):  # that one goes on without us
                    await self.backend.ask(Leave())
        except TimeoutError:
            pass  # the PBX ends the leg by its lease
        self.shell.close_console()

    def _run(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(deed)
        self._asked.add(task)  # the loop itself holds tasks but weakly
        task.add_done_callback(self._asked.discard)
