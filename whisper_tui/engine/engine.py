"""The one loop: every link feeds it, every supervisor's seat is fed by it."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import Executor

from msgspec import structs

from whisper_tui.ami.events import Event
from whisper_tui.audit.records import Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook, Paper
from whisper_tui.engine.onlookers import Onlookers
from whisper_tui.engine.orphans import Orphans
from whisper_tui.engine.seat import Seat
from whisper_tui.engine.wire import Plug
from whisper_tui.errors import WhisperError
from whisper_tui.terms import LinkState, Pbx


class Engine:
    """Joins links, floors, seats and the session log.

    Args:
        paper: the session log.
        installation: 8 hex; legs named after it are this installation's.
        boot: the machine's boot id.
        replay: the PBXs are recordings, and are shown as such.
        thread: where the log is written, see `Logbook`.
    """

    def __init__(
        self,
        paper: Paper,
        clock: Clock,
        *,
        installation: str,
        boot: str = "",
        replay: bool = False,
        thread: Executor | None = None,
    ) -> None:
        self.clock = clock
        self.installation = installation
        self.replay = replay
        self.lines: dict[Pbx, Line] = {}
        self.seats: list[Seat] = []
        self._paper = paper
        self.book = Logbook(paper, clock, boot, self._log_trouble, thread)
        self._orphans = Orphans(installation, self.book, (), ())
        self._onlookers = Onlookers(installation, self.book, self.spawn)
        self._tasks: set[asyncio.Task[None]] = set()
        self._flushing = False

    def connect(self, pbx: Pbx, plug: Plug, tags_variable: str = "") -> Line:
        """Add a PBX; `start` connects it. `tags_variable`: the channel variable that holds a call's tags, "": none does."""
        line = self.lines[pbx] = Line(pbx, plug, self.clock, self._heard, self._turned, tags_variable)
        return line

    def seat(self, seat: Seat) -> Seat:
        """Let a supervisor in."""
        self.seats.append(seat)
        return seat

    async def start(self) -> None:
        """Begin; returns at once.

        Raises:
            WhisperError: the session log cannot be written; nothing was connected.
        """
        self._orphans = Orphans(self.installation, self.book, self._paper.open_sessions(), self._paper.open_legs())
        await self.book.write(self.book.record(Kind.STARTED))
        for line in self.lines.values():
            self.spawn(line.wire.run())
            self.spawn(line.keep_in_step())

    async def close(self) -> int:
        """End every leg, close the log's open rows, drop the links; return how many rows of the log could not be written."""
        for left in await asyncio.gather(*(seat.close() for seat in self.seats), return_exceptions=True):
            if isinstance(left, BaseException):  # the others, the log and the links are closed all the same
                report = {"message": "a seat did not close", "exception": left}
                asyncio.get_running_loop().call_exception_handler(report)
        self.book.write_soon(self.book.record(Kind.STOPPED))
        await asyncio.gather(*(line.wire.close() for line in self.lines.values()))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return await self.book.close()

    def spawn(self, work: Coroutine[object, object, None]) -> None:
        """Run `work` until the engine closes; what it raises ends up at the loop's exception handler."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _heard(self, line: Line, event: Event) -> None:
        for seat in self.seats:
            seat.observe(line, event)
        self._orphans.observe(line, event)
        self._onlookers.observe(line, event)
        if line.changes and not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """After every batch of events, one look at what they changed."""
        self._flushing = False
        for line in self.lines.values():
            changes = line.take_changes()
            if changes:
                calls = line.touched(changes)
                for seat in self.seats:
                    seat.floor_changed(line, changes, calls)

    def _turned(self, line: Line) -> None:
        if line.state is LinkState.LIVE:
            self._link_row(Kind.LINK_UP, line)
            held = {seat.handset.leg.uniqueid for seat in self.seats if seat.handset.leg is not None}
            self.spawn(self._orphans.end(line, held))
        elif line.state in (LinkState.LOST, LinkState.REFUSED):
            self._link_row(Kind.LINK_DOWN, line)
        for seat in self.seats:
            seat.link_turned(line)

    def _link_row(self, kind: Kind, line: Line) -> None:
        record = self.book.record(kind)
        detail = f"{line.pbx} {line.notice.code if line.notice else line.wire.asterisk}"
        self.book.write_soon(structs.replace(record, detail=detail))

    def _log_trouble(self, trouble: WhisperError | None) -> None:
        for seat in self.seats:
            seat.log_trouble(trouble)
