"""What the person at the keyboard sees and does: state and keys of the console, without a pixel.

Everything that the screen shows is here; `screens/floor.py` draws it. What the backend tells comes in by `take`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import (
    Backend,
    Banner,
    CallRow,
    LinkRow,
    Phase,
    Playback,
    QueueRow,
    StripView,
    ViewChanges,
)
from whisper_tui.supervision.intents import Intent, Leave, Listen, Panic, Refused
from whisper_tui.terms import LinkState, Notice, Pbx
from whisper_tui.ui import asking, deeds, questions, surf
from whisper_tui.ui.asking import Confirm
from whisper_tui.ui.browse import Browse
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.player import Player
from whisper_tui.ui.presses import Press, Presses
from whisper_tui.ui.questions import Asked, Question
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.typed import Typed, typed_on

LEAVE_LIMIT = 3.0
"""Seconds that quitting waits for the leg to be gone; the lease ends it in any case."""

PASSING = frozenset({"session.already", "busy.asking"})
"""Why a key does nothing for now: said when it is pressed, not worth a dim key that flickers."""

WHILE_TYPING = frozenset({"escape", "exclamation_mark", "ctrl+c", "ctrl+q", "ctrl+l"})
"""Keys that mean what they mean even while a question is answered by typing."""


class Desk(Browse):
    """One console's state."""

    def __init__(
        self,
        backend: Backend,
        clock: Clock,
        shell: Shell,
        *,
        playback: Playback | None = None,
        readonly: bool = False,
    ) -> None:
        super().__init__(clock)
        self.backend = backend
        self.shell = shell
        self.player = None if playback is None else Player(playback)
        self.readonly = readonly
        self.queues: dict[tuple[Pbx, str], QueueRow] = {}
        self.links: dict[Pbx, LinkRow] = {}
        """`since` of a link that is not live: since when there is no news."""
        self.strip = StripView(Phase.NONE)
        self.banners: tuple[Banner, ...] = ()
        self.question: Question | None = None
        self.prefix = ""
        """The first of two keys, while the second one is waited for."""
        self._presses = Presses()
        self._heard: CallRow | None = None
        """The call that is heard, as it was when it last had an agent."""
        self._held: Notice | None = None
        """Why the key that is being handled must not start anything."""
        self._asked: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Take the whole floor in, as of now."""
        self.backend.beat()
        view = self.backend.view()
        self.sheet.replace(view.calls, self.now)
        self.queues = dict(view.queues)
        self._take_links(view.links)
        self.roll.replace(view.spies)
        self.strip, self.banners = view.strip, view.banners
        self._remember_heard()
        if view.strip.call is not None:
            self.sheet.go_to(view.strip.call)

    def take(self, changes: ViewChanges) -> None:
        """Take changes in."""
        if changes.calls:
            self.sheet.apply(changes.calls, self.now)
        for name, queue in changes.queues.items():
            if queue is None:
                self.queues.pop(name, None)
            else:
                self.queues[name] = queue
        self._take_links(changes.links)
        self.roll.apply(changes.spies)
        if changes.banners is not None:
            self.banners = changes.banners
        if changes.strip is not None:
            self.strip = changes.strip
        self._remember_heard()
        self.saying.say(*changes.notices)
        self._check_question()

    def tick(self) -> None:
        """A second has passed."""
        self.backend.beat()
        self.now, self.wall = self.clock.monotonic(), self.clock.wall()
        self.sheet.tick(self.now)
        self.saying.tick()
        self._check_question()

    # what the keys do

    def press(self, press: Press) -> None:
        """Somebody pressed a key."""
        self.saying.pressed()
        if self.filter_line.press(press):
            self._presses.note(press)
        elif not self._type(press):
            self._strike(press)
        self.shell.paint_console()

    def paste(self, text: str) -> None:
        """Text was pasted: into the filter while that is typed, else nowhere."""
        if not self.filter_line.paste(text):
            self.say(Notice("key.pasted" if self.typed is not None else "key.together"))
        self.shell.paint_console()

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
    def moment(self) -> Moment:
        silent = {pbx: link.since for pbx, link in self.links.items() if link.state is not LinkState.LIVE}
        return Moment(self.now, silent)

    @property
    def sight(self) -> asking.Sight:
        row, gone = self.under_cursor
        return asking.Sight(self.strip, row, gone, self.sheet.rows, self._heard, self.queues.keys())

    @property
    def typed(self) -> Typed | None:
        """The question that is being answered by typing, if one is."""
        asked = self.question.asked if self.question is not None else None
        return asked if isinstance(asked, Typed) else None

    def panic(self) -> None:
        self._ask(Panic())

    def open_detail(self) -> None:
        """Enter: the answer to the question on the screen, else the detail; it starts nothing else."""
        if self.question is not None:
            self._answer(self.question)
        else:
            self.open()

    def back(self) -> None:
        """Esc: one step back."""
        if self.question is not None:
            self.saying.say(*questions.kept(self.question))
            self.question = None
        elif not self.close_one():
            self.clear_filter()

    def redraw(self) -> None:
        self.shell.redraw_console()

    def suspend(self) -> None:
        if self._held is not None:
            self.say(self._held)
        elif self.strip.phase in asking.UP:
            self.say(Notice("suspend.leg"))
        else:
            self.shell.suspend_console()

    def quit(self) -> None:
        """Back, and at the top the end; with a leg up the question what becomes of it."""
        if self._held is not None:
            self.say(self._held)
        elif self.question is None and self.close_one():
            return
        elif self.strip.phase in asking.UP:
            self.question = questions.QUIT
        else:
            self.shell.close_console()

    def seek(self, seconds: float) -> None:
        if self.player is not None:
            self._run(self.player.seek(seconds))

    # inside

    def _take_links(self, links: Mapping[Pbx, LinkRow]) -> None:
        """Take links in. While one is not live `since` stays where it ceased to be, whatever it tries meanwhile."""
        for pbx, link in links.items():
            before = self.links.get(pbx)
            if link.state is not LinkState.LIVE and before is not None and before.state is not LinkState.LIVE:
                link = replace(link, since=before.since)
            self.links[pbx] = link

    def _remember_heard(self) -> None:
        """A call that is taken over has no agent any more, to whom it could be handed back."""
        call = self.strip.call
        if self._heard is not None and self._heard.key != call:
            self._heard = None
        row = self.sheet.rows.get(call) if call is not None else None
        if row is not None and row.agent_device and not asking.own_call(self.strip):
            self._heard = row

    def _type(self, press: Press) -> bool:
        """Take a key into the question that is answered by typing; False: none is, or the key means something even then."""
        question = self.question
        if question is None or self.typed is None or press.key in WHILE_TYPING:
            return False
        if self._presses.pasted(press):
            self.say(Notice("key.pasted"))
        elif press.key == "enter":
            self._held = None
            self._answer(question)
        elif self._opened_by(question, press):
            pass  # still held down
        elif (text := typed_on(question.typed, press)) is not None:
            self.question = question._replace(typed=text)
        return True

    def _opened_by(self, question: Question, press: Press) -> bool:
        """Whether the key that opened the question repeats itself."""
        deed = deeds.BY_KEY.get(press.key)
        return deed is not None and deed.meant is question.meant and self._presses.hinders(deed.name, press) is not None

    def _strike(self, press: Press) -> None:
        prefix, self.prefix = self.prefix, ""
        chord = f"{prefix} {press.key}" if prefix else press.key
        deed = deeds.BY_KEY.get(chord)
        if deed is None and prefix and press.key != "escape":
            deed = deeds.anywhere(press.key)
        if deed is not None and deed.offered(self):
            self._do(deed, press)
            return
        self._presses.note(press)
        if not prefix and press.key in deeds.PREFIXES:
            self.prefix = press.key
        elif press.key != "escape":
            self.say(Notice("key.unknown", {"key": deeds.shown(chord)}))

    def _do(self, deed: Deed, press: Press) -> None:
        careful = deed.kind in (Kind.SPEAK, Kind.END) or (deed.name == "open" and self.question is not None)
        self._held = self._presses.hinders(deed.name, press) if careful else None
        if not careful:
            self._presses.note(press)
        if self.question is not None and deed.name not in ("open", "back", "quit", "barge", "keys", "redraw"):
            self.question = None
        deed.does(self)

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
