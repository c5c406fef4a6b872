"""What the person at the keyboard sees and does: state and keys of the console, without a pixel.

Everything that the screen shows is here; `screens/floor.py` draws it. What the backend tells comes in by `take`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from typing import NamedTuple, Protocol

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, Banner, LinkRow, Phase, Playback, QueueRow, StripView, ViewChanges
from whisper_tui.supervision.intents import Intent, Leave, Panic, Refused
from whisper_tui.terms import LinkState, Notice, Pbx
from whisper_tui.ui import asking, deeds
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.filterline import FilterLine
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.player import Player
from whisper_tui.ui.presses import Press, Presses
from whisper_tui.ui.saying import Saying
from whisper_tui.ui.sheet import Sheet

LEAVE_LIMIT = 3.0
"""Seconds that quitting waits for the leg to be gone; the lease ends it in any case."""

PASSING = frozenset({"session.already", "busy.asking"})
"""Why a key does nothing for now: said when it is pressed, not worth a dim key that flickers."""


class Shell(Protocol):
    """What the desk wants of the terminal program around it."""

    def close_console(self) -> None: ...

    def suspend_console(self) -> None: ...

    def redraw_console(self) -> None: ...

    def paint_console(self) -> None:
        """Something on the desk has changed."""


class Question(NamedTuple):
    """What waits for Enter. `until` is None where it stands until it is answered."""

    confirm: asking.Confirm | None
    until: float | None


class Desk:
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
        self.backend = backend
        self.clock = clock
        self.shell = shell
        self.player = None if playback is None else Player(playback)
        self.readonly = readonly
        self.sheet = Sheet()
        self.queues: dict[tuple[Pbx, str], QueueRow] = {}
        self.links: dict[Pbx, LinkRow] = {}
        """`since` of a link that is not live: since when there is no news."""
        self.strip = StripView(Phase.NONE)
        self.banners: tuple[Banner, ...] = ()
        self.question: Question | None = None
        self.saying = Saying(clock)
        self.filter_line = FilterLine(lambda text: self.sheet.set_filter(text, self.now))
        self.detail_open = False
        self.keys_top: int | None = None
        """First line of the page of keys, None while it is closed."""
        self.now = clock.monotonic()
        """The moment that the durations on the screen are shown for."""
        self.wall = clock.wall()
        """The time of day at that moment."""
        self._presses = Presses()
        self._held: Notice | None = None
        """Why the key that is being handled must not start anything."""
        self._asked: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Take the whole floor in, as of now."""
        view = self.backend.view()
        self.sheet.replace(view.calls, self.now)
        self.queues = dict(view.queues)
        self._take_links(view.links)
        self.strip, self.banners = view.strip, view.banners
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
        if changes.banners is not None:
            self.banners = changes.banners
        if changes.strip is not None:
            self.strip = changes.strip
        self.saying.say(*changes.notices)
        self._check_question()

    def tick(self) -> None:
        """A second has passed."""
        self.now, self.wall = self.clock.monotonic(), self.clock.wall()
        self.sheet.tick(self.now)
        self.saying.tick()
        self._check_question()

    def say(self, notice: Notice) -> None:
        """Put `notice` into the last line."""
        self.saying.say(notice)

    # what the keys do

    def press(self, press: Press) -> None:
        """Somebody pressed a key."""
        self.saying.pressed()
        if self.filter_line.press(press):
            self._presses.note(press)
        else:
            deed = deeds.BY_KEY.get(press.key)
            if deed is None or not deed.offered(self):
                self._presses.note(press)
                self.say(Notice("key.unknown", {"key": deeds.shown(press.key)}))
            else:
                self._do(deed, press)
        self.shell.paint_console()

    def paste(self, text: str) -> None:
        """Text was pasted: into the filter while that is typed, else nowhere."""
        if not self.filter_line.paste(text):
            self.say(Notice("key.together"))
        self.shell.paint_console()

    def carry_out(self, meant: Callable[[asking.Sight], asking.Meant]) -> None:
        """Ask the PBX for what a key means now, or say why not."""
        intent = meant(self.sight)
        if isinstance(intent, Notice):
            self.say(intent)
            return
        wanted = intent.intent if isinstance(intent, asking.Confirm) else intent
        if asking.is_quiet(wanted, self.strip):
            self._ask(wanted)
            return
        if self.keys_top is not None:
            self.keys_top = None  # what would be started must be seen first
            return
        if self._held is not None:
            self.say(self._held)
            return
        if (why := self._refusal(wanted)) is not None:
            self.say(why)
            if not self.readonly:
                self.backend.note_dim(wanted, why)
            return
        if isinstance(intent, asking.Confirm):
            self.question = Question(intent, self.clock.monotonic() + asking.SECONDS)
            self._run(self._take_back(self.question))
        else:
            self._ask(wanted)

    def why_not(self, meant: Callable[[asking.Sight], asking.Meant]) -> Notice | None:
        """Return why a key would be refused now; None also where it is so already, or will be answered in a moment."""
        intent = meant(self.sight)
        if isinstance(intent, Notice):
            why: Notice | None = intent
        else:
            wanted = intent.intent if isinstance(intent, asking.Confirm) else intent
            why = None if asking.is_quiet(wanted, self.strip) else self._refusal(wanted)
        return None if why is not None and why.code in PASSING else why

    @property
    def moment(self) -> Moment:
        silent = {pbx: link.since for pbx, link in self.links.items() if link.state is not LinkState.LIVE}
        return Moment(self.now, silent)

    @property
    def sight(self) -> asking.Sight:
        return asking.Sight(self.strip, self.sheet.current, self.sheet.gone, self.sheet.rows)

    def panic(self) -> None:
        self._ask(Panic())

    def move(self, by: int) -> None:
        if self.keys_top is not None:
            self.keys_top = max(0, self.keys_top + by)
        else:
            self.sheet.move(by)

    def page(self, by: int) -> None:
        self.move(by * max(1, self.sheet.height // 2))

    def first(self) -> None:
        if self.keys_top is not None:
            self.keys_top = 0
        else:
            self.sheet.first()

    def last(self) -> None:
        if self.keys_top is not None:
            self.keys_top = 10 * len(deeds.DEEDS)  # drawing it finds the last line
        else:
            self.sheet.last()

    def match(self, by: int) -> None:
        if not self.sheet.next_match(by):
            self.say(Notice("find.none"))

    def open_detail(self) -> None:
        """Enter: the answer to the question on the screen, else the detail; it starts nothing else."""
        if self.question is not None:
            self._answer(self.question)
        elif self.keys_top is not None:
            self.keys_top = None
        else:
            self.detail_open = not self.detail_open

    def back(self) -> None:
        """Esc: one step back."""
        if self.question is not None:
            if self.question.confirm is not None:
                self.say(Notice("barge.kept"))
            self.question = None
        elif not self._close_one():
            self.clear_filter()

    def type_filter(self) -> None:
        self.keys_top = None
        self.filter_line.open(self.sheet.filter.text)

    def clear_filter(self) -> None:
        self.filter_line.clear()

    def show_keys(self) -> None:
        self.keys_top = 0 if self.keys_top is None else None

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
        elif self.question is None and self._close_one():
            return
        elif self.strip.phase in asking.UP:
            self.question = Question(None, None)
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

    def _do(self, deed: Deed, press: Press) -> None:
        careful = deed.kind in (Kind.SPEAK, Kind.END) or (deed.name == "open" and self.question is not None)
        self._held = self._presses.hinders(deed.name, press) if careful else None
        if not careful:
            self._presses.note(press)
        if self.question is not None and deed.name not in ("open", "back", "quit", "barge", "keys", "redraw"):
            self.question = None
        deed.does(self)

    def _answer(self, question: Question) -> None:
        if self._held is not None:
            self.say(self._held)
            return
        self.question = None
        if question.confirm is None:
            self._run(self._leave_and_quit())
        elif question.until is not None and self.clock.monotonic() >= question.until:
            self._expire()
        elif (why := self._refusal(question.confirm.intent)) is not None:
            self.say(why)
            self.backend.note_dim(question.confirm.intent, why)
        else:
            self._ask(question.confirm.intent)

    def _check_question(self) -> None:
        """Take a question away that nobody answered, or whose call is not what was shown."""
        if self.question is None:
            return
        confirm = self.question.confirm
        if confirm is None:
            if self.strip.phase not in asking.UP:
                self.question = None
        elif self.question.until is not None and self.clock.monotonic() >= self.question.until:
            self.question = None
            self._expire()
        elif asking.barge(self.sight) != confirm:
            self.question = None
            self.say(Notice("barge.changed"))

    async def _take_back(self, question: Question) -> None:
        """Take a question away in the moment in which its time is over."""
        if question.until is not None:
            await self.clock.until(question.until)
            if self.question is question:
                self._check_question()
                self.shell.paint_console()

    def _expire(self) -> None:
        self.say(Notice("barge.unanswered", {"seconds": f"{asking.SECONDS:.0f}"}))

    def _refusal(self, intent: Intent) -> Notice | None:
        return Notice("mode.replay") if self.readonly else self.backend.why_not(intent)

    def _close_one(self) -> bool:
        """Close what lies on top; False at the top."""
        if self.keys_top is not None:
            self.keys_top = None
        elif self.detail_open:
            self.detail_open = False
        else:
            return False
        return True

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
                await self.backend.ask(Leave())
        except TimeoutError:
            pass  # the PBX ends the leg by its lease
        self.shell.close_console()

    def _run(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(deed)
        self._asked.add(task)  # the loop itself holds tasks but weakly
        task.add_done_callback(self._asked.discard)
