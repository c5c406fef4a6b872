"""The second front end on the same desk: what is typed in lines is done, what is confirmed is said in lines.

Nothing is placed, coloured or drawn twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Sequence
from typing import Protocol

from whisper_tui.clock import Clock
from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.backend import Backend, Playback, ViewChanges
from whisper_tui.engine.lesson import Hint
from whisper_tui.terms import Notice
from whisper_tui.ui import asking
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.desk import Desk
from whisper_tui.ui.feed import Feed
from whisper_tui.ui.keymap import DEFAULT, Keymap
from whisper_tui.ui.plain import asks, orders, scores
from whisper_tui.ui.plain.happenings import Happenings
from whisper_tui.ui.plain.lists import Lists
from whisper_tui.ui.plain.orders import Order
from whisper_tui.ui.plain.teller import Spoken, Teller
from whisper_tui.ui.presses import Press
from whisper_tui.ui.questions import Asked
from whisper_tui.ui.scoring import ScoreSheet
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _, fill, sentence

COMPANY = 0.05
"""Seconds that a line waits for others before it starts something: a paste comes line by line, but at once."""

PATIENCE = 4.0
"""Times as long as on a screen a question stands: it has to be listened to, and its answer typed."""


class Out(Protocol):
    """Where lines are written."""

    def say(self, *lines: str) -> None: ...

    def ring(self) -> None: ...

    @property
    def stuck(self) -> bool: ...


class PlainConsole:
    """What the desk wants around it, in lines.

    Args:
        out: where they are written.
        over: is set when the console is left.
    """

    def __init__(
        self,
        backend: Backend,
        out: Out,
        clock: Clock,
        over: asyncio.Event,
        *,
        playback: Playback | None = None,
        readonly: bool = False,
        keymap: Keymap = DEFAULT,
        weights: NeedSettings | None = None,
        hand_bell: bool = False,
        hints: Sequence[Hint] = (),
    ) -> None:
        self._out = out
        self._clock = clock
        self._over = over
        self.desk = Desk(backend, clock, self, playback=playback, readonly=readonly, keymap=keymap, hints=hints)
        self.desk.keys = {deed.name: deed.name for deed in keymap.deeds}
        self.desk.patience = PATIENCE
        self.desk.weights = weights or self.desk.weights
        self._hand_bell = hand_bell
        self.desk.saying = Spoken(clock, out.say, self.desk.keys)
        self.feed = Feed(backend, clock, self._take, self._tick, self._tell)
        self._teller = Teller(self.desk, out.say)
        self._happenings = Happenings()
        self._lists = Lists(self.desk, out.say)
        self._batch: list[tuple[str, float]] = []
        self._company = 0
        self._opened: ScoreSheet | None = None
        """A sheet that was asked for: it is said once it is known what the session was given before."""
        self._waits: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take the floor in and say how it stands; in the event loop."""
        self.desk.start()
        self.feed.start()
        self._out.say(_("whisper-tui in plain mode: type help and Enter for the commands"))
        self._tell()

    def stop(self) -> None:
        """Say nothing more, and do nothing that still waits."""
        self.feed.stop()
        if self._waits is not None:
            self._waits.cancel()

    # lines

    def came(self, lines: list[str]) -> None:
        """Lines were read together. What makes it quieter is done at once; what may start something waits for company."""
        at = self._clock.monotonic()
        self.feed.settle()
        for line in lines:
            self._company += 1
            if self._quiets(line):
                self._do(line, at, alone=True)
            else:
                self._batch.append((line, at))
        if self._batch and self._waits is None:
            self._waits = asyncio.get_running_loop().create_task(self._in_company(at + COMPANY))
        elif not self._batch and self._waits is None:
            self._company = 0

    def gone(self) -> None:
        """No more lines come: the console is left once those are done that wait for company."""
        if self._waits is None:
            self._over.set()
        else:
            self._waits.add_done_callback(lambda _waits: self._over.set())

    def interrupt(self) -> None:
        """ctrl-c: as `quit`; while that is asked already, yes."""
        if self.desk.question is not None and self.desk.question.asked is None:
            self._answer_question("yes", self._clock.monotonic(), alone=True)
        else:
            self._quit(self._clock.monotonic(), alone=True)
        self.paint_console()

    def suspend(self) -> None:
        """ctrl-z."""
        self.desk.suspend()
        self.paint_console()

    async def _in_company(self, moment: float) -> None:
        await self._clock.until(moment)
        self._waits = None
        batch, alone = self._batch, self._company == 1
        self._batch, self._company = [], 0
        for line, at in batch:
            self._do(line, at, alone=alone)

    def _quiets(self, line: str) -> bool:
        """Tell whether a line only makes things quieter, whatever is asked just now."""
        order = orders.read(line, self.desk.keymap)
        deed = None if order is None else order.deed
        if deed is None or (self.desk.scoring is not None and scores.key_of(line) is not None):
            return False
        if self.desk.typed is not None and line.isdecimal():
            return False  # a number, or a figure
        if self.desk.typed is not None and deed.name not in ("panic", "leave") and line.casefold() != deed.name:
            return False  # a letter or a digit may be what is asked for
        if deed.kind is Kind.QUIET:
            return True
        meant = deed.meant(self.desk.sight) if deed.meant is not None else None
        if meant is None or isinstance(meant, Notice):
            return False
        return all(asking.is_quiet(each, self.desk.strip) for each in asking.intents(meant))

    def _do(self, line: str, at: float, *, alone: bool) -> None:
        """Do what a line says."""
        self.desk.saying.pressed()
        if self.desk.question is None or not self._answer_question(line, at, alone=alone):
            self._order(line, at, alone=alone)
        self.paint_console()

    def _answer_question(self, line: str, at: float, *, alone: bool) -> bool:
        """Take a line for the answer to the question that stands; False: it is none."""
        desk, typed = self.desk, self.desk.typed
        if not line or (typed is None and self._opens(line)):
            self._out.say(*self._teller.question())
        elif orders.is_no(line):
            desk.back()
        elif typed is not None and not self._quiets(line):
            proposed = asks.proposed(desk.question) if orders.is_yes(line) else ""
            desk.answer(proposed or line, Press("enter", None, at, alone))
        elif typed is None and orders.is_yes(line):
            desk.answer("", Press("enter", None, at, alone))
        else:
            return False
        return True

    def _opens(self, line: str) -> bool:
        """Tell whether a line says or opens what is chosen: on a screen its key answers questions, here yes alone does."""
        order = orders.read(line, self.desk.keymap)
        return order is not None and order.deed is not None and order.deed.name == "open"

    def _order(self, line: str, at: float, *, alone: bool) -> None:
        if self._score(line, at, alone=alone) or not line:
            return
        order = orders.read(line, self.desk.keymap)
        if order is None and orders.wants_digit(line, self.desk.keymap):
            self._out.say(
                fill(_("{line}: with a digit, 1 to 9, that says which card"), {"line": line.partition(" ")[0]})
            )
        elif order is None:
            meant = orders.meant(line.partition(" ")[0], self.desk.keymap)
            words = _("{line}: not a command; did you mean {meant}?") if meant else _("{line}: not a command; try help")
            self._out.say(fill(words, {"line": line, "meant": meant or ""}))
        elif order.deed is None:
            self._own(order)
        elif order.deed.name == "quit":
            self._quit(at, alone=alone)
        elif not order.deed.offered(self.desk) or not orders.useful(order.deed):
            self._out.say(fill(_("{word}: of no use here"), {"word": order.deed.name}))
        elif self._lists.wants_row(order.deed):
            self._out.say(_("choose a row first: calls, and then go 1"))
        else:
            self._deed(order.deed, Press(order.key, None, at, alone))

    def _score(self, line: str, at: float, *, alone: bool) -> bool:
        """Take a line for the score sheet that is open; False: it is none of its."""
        desk, sheet = self.desk, self.desk.scoring
        if sheet is None:
            if still := desk.still_scores(line):
                desk.say(Notice("question.fell"))
            return still
        word, _blank, number = line.partition(" ")
        key = scores.key_of(line)
        goes = not line or (word == "go" and number.isdecimal())
        if desk.question is not None and line == "save":
            self._out.say(*self._teller.question())
            return True
        if desk.question is not None and (key is not None or goes):
            desk.back()  # what it asks about changes
        if key is not None:
            why = sheet.fill(key)
            self._out.say(scores.filled(sheet) if why is None else sentence(why))
        elif line == "save":
            desk.order(self._named("open"), Press("enter", None, at, alone))
            if desk.question is None and desk.scoring is sheet:  # something is missing
                self._out.say(scores.item(sheet))
        elif line == "close":
            self._put_away()
        elif goes:
            sheet.at = min(max(int(number or sheet.at + 1), 1), len(sheet.card.items)) - 1
            self._out.say(scores.item(sheet))
        else:
            return False
        return True

    def _put_away(self) -> None:
        if self.desk.question is not None:
            self.desk.back()
        self.desk.put_away()
        self._out.say(_("the score sheet is put away; score opens it again"))

    def _named(self, name: str) -> Deed:
        return next(each for each in self.desk.keymap.deeds if each.name == name)

    def _quit(self, at: float, *, alone: bool) -> None:
        desk = self.desk
        if desk.scoring is not None:  # on a screen one sees that no more than that was closed
            self._put_away()
            return
        desk.keys_top, desk.detail_open = None, False
        if desk.view is not View.CALLS:
            desk.show(View.CALLS)
        desk.order(self._named("quit"), Press("q", None, at, alone))

    def _deed(self, deed: Deed, press: Press) -> None:
        desk = self.desk
        if deed.name == "keys":
            self._help("")
            return
        if deed.name == "open" and desk.scoring is not None:  # on a screen its key saves the sheet, here save does
            self._out.say(scores.item(desk.scoring))
            return
        desk.order(deed, press)
        if deed.name == "score":
            self._opened = desk.scoring
        elif deed.name in orders.SAID_AGAIN:
            self._lists.list_rows()
        elif deed.name in orders.MOVES:
            self._lists.choose()
        elif deed.name == "open":
            desk.detail_open = False
            self._lists.say_chosen()

    # words of its own

    def _own(self, order: Order) -> None:
        match order.word:
            case "status":
                self._out.say(*self._teller.status())
            case "go":
                self._lists.go(order.rest)
            case "more":
                self._lists.page()
            case "filter":
                self._lists.filter(order.rest)
            case "verbose":
                self._happenings.wanted = True
                self._out.say(_("what happens on the floor is said; quiet ends that"))
            case "quiet":
                self._happenings.stop()
                self._out.say(_("what happens on the floor is not said"))
            case _:
                self._help(order.rest)

    def _help(self, word: str) -> None:
        keymap = self.desk.keymap
        deeds = [deed for deed in keymap.deeds if deed.offered(self.desk) and orders.useful(deed)]
        if word == "all":
            self._out.say(*(orders.help_of(deed) for deed in deeds))
        elif word in orders.OWN:
            self._out.say(f"{word}: {_(orders.OWN[word])}")
        elif word:
            order = orders.read(word, keymap)
            if order is not None and order.deed is not None:
                self._out.say(orders.help_of(order.deed))
            else:
                self._out.say(fill(_("{line}: not a command; try help"), {"line": word}))
        else:
            self._out.say(*(f"{name}: {_(words)}" for name, words in orders.OWN.items()))
            self._out.say(fill(_("commands: {names}"), {"names": ", ".join(deed.name for deed in deeds)}))

    # the feed

    def _take(self, changes: ViewChanges) -> None:
        self._happenings.take(self.desk.sheet.rows, changes)
        self.desk.take(changes)

    def _tick(self) -> None:
        # Nobody can be reading: no sign of life is given, and the lease ends the leg.
        if not self._out.stuck:
            self.desk.tick()

    def _tell(self) -> None:
        self._teller.tell()
        if (sheet := self._opened) is not None and not sheet.reading:
            self._opened = None
            self._out.say(*(scores.begin(sheet) if sheet is self.desk.scoring else ()))
        if said := self._happenings.told(self._clock.monotonic()):
            self._out.say(*said)

    # the desk's Shell

    def close_console(self) -> None:
        self._over.set()

    def suspend_console(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def redraw_console(self) -> None:
        self._out.say(*self._teller.status())

    def paint_console(self) -> None:
        self.feed.paint_now()

    def ring_bell(self) -> None:
        self._out.ring()

    def copy(self, text: str) -> None:
        self._out.say(text)

    def hand_rises(self) -> None:
        if self._hand_bell:
            self._out.ring()

    def themes(self) -> list[str]:
        return []

    def wear(self, theme: str) -> None:
        """There are no colours."""

    def has_room(self, asked: Asked) -> bool:
        return True
