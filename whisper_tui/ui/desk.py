"""What the person at the keyboard sees and does: state and keys of the console, without a pixel.

Everything that the screen shows is here; `screens/floor.py` draws it. What the backend tells comes in by `take`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import NamedTuple, Protocol

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, Banner, LinkRow, Phase, Playback, QueueRow, StripView, ViewChanges
from whisper_tui.supervision.intents import Intent, Leave, Panic, Refused
from whisper_tui.terms import LinkState, Notice, Pbx
from whisper_tui.ui import asking, deeds
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.presses import Press, Presses
from whisper_tui.ui.sheet import Sheet

SAID_FOR = 8.0
"""Seconds that a notice stands in the last line; a key takes it away sooner."""

LEAVE_LIMIT = 3.0
"""Seconds that quitting waits for the leg to be gone; the lease ends it in any case."""

PASSING = frozenset({"session.already", "busy.asking"})
"""Why a key does nothing for now: said when it is pressed, not worth a dim key that flickers."""

FASTEST, SLOWEST = 16.0, 0.25


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
        self.playback = playback
        self.readonly = readonly
        self.sheet = Sheet()
        self.queues: dict[tuple[Pbx, str], QueueRow] = {}
        self.links: dict[Pbx, LinkRow] = {}
        self.strip = StripView(Phase.NONE)
        self.banners: tuple[Banner, ...] = ()
        self.question: Question | None = None
        self.said: tuple[Notice, float] | None = None
        """The notice in the last line, and until when."""
        self.typing: str | None = None
        """The filter as it is being typed, None when nobody types."""
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
        self._speed = 1.0
        self._asked: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        """Take the whole floor in, as of now."""
        view = self.backend.view()
        self.sheet.replace(view.calls, self.now)
        self.queues, self.links = dict(view.queues), dict(view.links)
        self.strip, self.banners = view.strip, view.banners

    def take(self, changes: ViewChanges) -> None:
        """Take changes in."""
        if changes.calls:
            self.sheet.apply(changes.calls, self.now)
        for name, queue in changes.queues.items():
            if queue is None:
                self.queues.pop(name, None)
            else:
                self.queues[name] = queue
        self.links.update(changes.links)
        if changes.banners is not None:
            self.banners = changes.banners
        if changes.strip is not None:
            self.strip = changes.strip
        for notice in changes.notices:
            self.say(notice)
        self._check_question()

    def tick(self) -> None:
        """A second has passed."""
        self.now, self.wall = self.clock.monotonic(), self.clock.wall()
        self.sheet.tick(self.now)
        if self.said is not None and self.now >= self.said[1]:
            self.said = None
        self._check_question()

    def say(self, notice: Notice) -> None:
        """Put `notice` into the last line."""
        self.said = (notice, self.clock.monotonic() + SAID_FOR)

    # what the keys do

    def press(self, press: Press) -> None:
        """Somebody pressed a key."""
        self.said = None
        if self.typing is not None and self._typed(press):
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
        if self.typing is not None:
            self._filter("".join(sign for sign in self.typing + text.split("\n")[0] if sign.isprintable()))
        else:
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
            self.keys_top = len(deeds.DEEDS)
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
        self.typing = self.sheet.filter.text

    def clear_filter(self) -> None:
        self.typing = None
        self.sheet.set_filter("", self.now)

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

    def pause(self) -> None:
        if self.playback is not None:
            speed = self.playback.speed
            if speed:
                self._speed = speed
            self.playback.set_speed(0.0 if speed else self._speed)

    def speed(self, times: float) -> None:
        if self.playback is not None:
            self._speed = max(SLOWEST, min(FASTEST, (self.playback.speed or self._speed) * times))
            self.playback.set_speed(self._speed)

    def seek(self, seconds: float) -> None:
        if self.playback is not None:
            reached, length = self.playback.position
            self._run(self.playback.seek(max(0.0, min(length, reached + seconds))))

    # inside

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

    def _typed(self, press: Press) -> bool:
        """Take a key into the filter that is being typed; False: it is not one that types."""
        assert self.typing is not None
        match press.key:
            case "enter":
                self.typing = None
            case "escape":
                self.clear_filter()
            case "backspace" | "ctrl+h":
                self._filter(self.typing[:-1])
            case "ctrl+u":
                self._filter("")
            case "ctrl+w":
                self._filter(self.typing.rstrip().rpartition(" ")[0])
            case _ if press.character is not None and press.character.isprintable():
                self._filter(self.typing + press.character)
            case _:
                return False
        return True

    def _filter(self, text: str) -> None:
        self.typing = text
        self.sheet.set_filter(text, self.now)

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


def stale(links: dict[Pbx, LinkRow], pbx: Pbx) -> LinkRow | None:
    """Return the link of `pbx` where it is not live, so that what is shown of it is old."""
    link = links.get(pbx)
    return None if link is None or link.state is LinkState.LIVE else link
