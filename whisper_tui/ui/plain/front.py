"""The second front end on the same desk: what is typed in lines is done, what is confirmed is said in lines.

Nothing is placed, coloured or drawn twice.
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Hashable, Sequence
from typing import Protocol

from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, Playback, ViewChanges
from whisper_tui.engine.rows import AgentRow, CallRow, QueueRow, SpyRow
from whisper_tui.terms import Notice
from whisper_tui.ui import asking
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.desk import Desk
from whisper_tui.ui.feed import Feed
from whisper_tui.ui.keymap import DEFAULT, Keymap
from whisper_tui.ui.logview import LogView
from whisper_tui.ui.needs import Weights
from whisper_tui.ui.plain import orders, rows
from whisper_tui.ui.plain.happenings import Happenings
from whisper_tui.ui.plain.orders import Order
from whisper_tui.ui.plain.teller import Spoken, Teller
from whisper_tui.ui.presses import Press
from whisper_tui.ui.questions import Asked
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _, fill

COMPANY = 0.05
"""Seconds that a line waits for others before it starts something: a paste comes line by line, but at once."""

PATIENCE = 4.0
"""Times as long as on a screen a question stands: it has to be listened to, and its answer typed."""

PAGE = 20
"""Rows that are said at a time."""

FURTHEST = 1_000_000
"""More rows than a list has."""

_NO_ROW = frozenset({
    "surf", "needed", "microphone", "follow-call", "follow-agent", "release", "handback", "allow", "refuse", "glass",
    "note", "cue", "leave", "panic", "hand",
})  # fmt: skip
"""Deeds that have nothing to do with the row that is chosen."""


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
        weights: Weights | None = None,
        hand_bell: bool = False,
    ) -> None:
        self._out = out
        self._clock = clock
        self._over = over
        self.desk = Desk(backend, clock, self, playback=playback, readonly=readonly, keymap=keymap)
        self.desk.patience = PATIENCE
        self.desk.weights = weights or self.desk.weights
        self._hand_bell = hand_bell
        self.desk.saying = Spoken(clock, out.say)
        self.feed = Feed(backend, clock, self._take, self._tick, self._tell)
        self._teller = Teller(self.desk, out.say)
        self._happenings = Happenings()
        self._listed: tuple[View, list[Hashable]] = View.CALLS, []
        """The view and the keys of the rows that were said last."""
        self._more_from = 0
        self._chosen: Hashable | None = None
        """The row that the person chose."""
        self._batch: list[tuple[str, float]] = []
        self._company = 0
        self._waits: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Take the floor in and say how it stands; in the event loop."""
        self.desk.start()
        self.feed.start()
        self._out.say(_("whisper-tui in plain mode: type help and Enter for the commands"))
        self._tell()

    def stop(self) -> None:
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
        if deed is None:
            return False
        if self.desk.typed is not None:
            return deed.name in ("panic", "leave")
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
        if not line:
            self._out.say(*self._teller.question())
        elif orders.is_no(line):
            desk.back()
        elif typed is not None and not self._quiets(line):
            desk.answer(line, Press("enter", None, at, alone))
        elif typed is None and orders.is_yes(line):
            desk.answer("", Press("enter", None, at, alone))
        else:
            return False
        return True

    def _order(self, line: str, at: float, *, alone: bool) -> None:
        if not line:
            return
        order = orders.read(line, self.desk.keymap)
        if order is None:
            meant = orders.meant(line.partition(" ")[0], self.desk.keymap)
            words = _("{line}: not a command; did you mean {meant}?") if meant else _("{line}: not a command; try help")
            self._out.say(fill(words, {"line": line, "meant": meant or ""}))
        elif order.deed is None:
            self._own(order)
        elif order.deed.name == "quit":
            self._quit(at, alone=alone)
        elif not order.deed.offered(self.desk) or not orders.useful(order.deed):
            self._out.say(fill(_("{word}: of no use here"), {"word": order.deed.name}))
        elif self._wants_row(order.deed):
            self._out.say(_("choose a row first: calls, and then go 1"))
        else:
            self._deed(order.deed, Press(order.key, None, at, alone))

    def _quit(self, at: float, *, alone: bool) -> None:
        desk = self.desk
        desk.keys_top, desk.detail_open = None, False
        if desk.view is not View.CALLS:
            desk.show(View.CALLS)
        deed = next(each for each in desk.keymap.deeds if each.name == "quit")
        desk.order(deed, Press("q", None, at, alone))

    @property
    def _cursor(self) -> Hashable | None:
        """The key of the row under the desk's cursor, which nobody sees here."""
        shown = self.desk.list
        return None if isinstance(shown, LogView) else shown.cursor

    def _wants_row(self, deed: Deed) -> bool:
        """Tell whether a deed would be done to a row that nobody has chosen: no cursor is seen here."""
        if deed.kind is not Kind.SPEAK or deed.name in _NO_ROW:
            return False
        desk = self.desk
        row = desk.under_cursor[0]
        heard = desk.strip.call is not None and (row is None or row.key == desk.strip.call)
        return not heard and self._cursor is not None and self._cursor != self._chosen

    def _deed(self, deed: Deed, press: Press) -> None:
        desk = self.desk
        if deed.name == "keys":
            self._help("")
            return
        desk.order(deed, press)
        if deed.name in orders.SAID_AGAIN:
            self._list()
        elif deed.name in orders.MOVES:
            self._chosen = self._cursor
            self._say_chosen()
        elif deed.name == "open":
            desk.detail_open = False
            self._say_chosen()

    # words of its own

    def _own(self, order: Order) -> None:
        match order.word:
            case "status":
                self._out.say(*self._teller.status())
            case "go":
                self._go(order.rest)
            case "more":
                self._page()
            case "filter":
                self._filter(order.rest)
            case "verbose":
                self._happenings.wanted = True
                self._out.say(_("what happens on the floor is said; quiet ends that"))
            case "quiet":
                self._happenings.stop()
                self._out.say(_("what happens on the floor is not said"))
            case _:
                self._help(order.rest)

    def _go(self, number: str) -> None:
        desk, (view, keys) = self.desk, self._listed
        if not number:
            self._say_chosen()
        elif not number.isdecimal() or not 1 <= int(number) <= len(keys):
            self._out.say(fill(_("no row {number}: say a list first, such as calls"), {"number": number}))
        else:
            if desk.view is not view:
                desk.show(view)
            desk.list.go_to(keys[int(number) - 1])  # type: ignore[arg-type, union-attr]
            if self._cursor != keys[int(number) - 1]:
                self._out.say(fill(_("row {number} is gone"), {"number": number}))
                return
            self._chosen = self._cursor
            self._say_chosen()

    def _filter(self, text: str) -> None:
        desk = self.desk
        desk.type_filter()
        desk.line.open("")
        desk.line.paste(text)
        desk.line.press(Press("enter", None, self._clock.monotonic()))
        self._list()

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

    # lists

    def _list(self) -> None:
        """Say the list of the view, from its first row on."""
        desk = self.desk
        desk.list.resize(FURTHEST)
        self._listed = desk.view, [_key(row) for row in desk.list.window()]
        self._more_from = 0
        words = {
            View.CALLS: _("calls: {count}"),
            View.WAITING: _("waiting: {count}"),
            View.QUEUES: _("queues: {count}"),
            View.AGENTS: _("agents: {count}"),
            View.SESSIONS: _("listeners: {count}"),
        }
        self._out.say(fill(words.get(desk.view, "{count}"), {"count": str(len(self._listed[1]))}))
        self._page()

    def _page(self) -> None:
        """Say the next rows of the list."""
        view, keys = self._listed
        begin = self._more_from
        self._more_from = min(len(keys), begin + PAGE)
        for number, key in enumerate(keys[begin : self._more_from], begin + 1):
            self._out.say(f"{number}. {self._row(view, key)}")
        if self._more_from < len(keys):
            self._out.say(fill(_("{count} more: type more"), {"count": str(len(keys) - self._more_from)}))
        elif begin >= len(keys):
            self._out.say(_("no more rows"))

    def _say_chosen(self) -> None:
        desk = self.desk
        cursor = self._cursor
        if cursor is None or cursor != self._chosen:
            self._out.say(_("no row is chosen: go 1 chooses the first of the list"))
        else:
            self._out.say(fill(_("chosen: {row}"), {"row": self._row(desk.view, cursor)}))

    def _row(self, view: View, key: Hashable) -> str:
        desk = self.desk
        found: Sequence[object] = [
            each.rows[key]  # type: ignore[index]
            for each in ([desk.sheet] if view is View.CALLS else [desk.listings[view]] if view in desk.listings else [])
            if key in each.rows
        ]
        if not found:
            return _("gone")
        row = found[0]
        now = desk.moment.known(row.key.pbx if isinstance(row, CallRow) else row.pbx)  # type: ignore[attr-defined]
        match row:
            case CallRow():
                return rows.call(row, now, desk.limits_of(row))
            case QueueRow():
                return rows.queue(row, now, several=len(desk.links) > 1)
            case AgentRow():
                return rows.agent(row, now, desk.clock.wall())
            case SpyRow():
                return rows.session(row, desk.strip.mode, now)
        return ""

    # the feed

    def _take(self, changes: ViewChanges) -> None:
        self._happenings.take(self.desk.sheet.rows, changes.calls)
        self.desk.take(changes)

    def _tick(self) -> None:
        # Nobody can be reading: no sign of life is given, and the lease ends the leg.
        if not self._out.stuck:
            self.desk.tick()

    def _tell(self) -> None:
        self._teller.tell()
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

    def wear(self, theme: str) -> None:
        """There are no colours."""

    def has_room(self, asked: Asked) -> bool:
        return True


def _key(row: object) -> Hashable:
    """The key of a row, as its list has it."""
    match row:
        case CallRow(key=key):
            return key
        case QueueRow(pbx=pbx, queue=queue):
            return pbx, queue
        case AgentRow(pbx=pbx, device=device):
            return pbx, device
        case SpyRow(pbx=pbx, spyer=spyer):
            return pbx, spyer
    return row
