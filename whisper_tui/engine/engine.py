"""The one loop: every link feeds it, every supervisor's seat is fed by it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Coroutine, Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import suppress
from functools import partial

from msgspec import structs

from whisper_tui.ami.actions import Action, Reply
from whisper_tui.ami.events import Event
from whisper_tui.audit.records import Kind
from whisper_tui.clock import Clock
from whisper_tui.engine.archive import Shelf
from whisper_tui.engine.backend import Banner
from whisper_tui.engine.booth import Booth
from whisper_tui.engine.caretaker import Care, Caretaker
from whisper_tui.engine.counts import LONGEST, Counts
from whisper_tui.engine.facts import FactRules
from whisper_tui.engine.glass import Glass
from whisper_tui.engine.hands import Hands
from whisper_tui.engine.known import Known
from whisper_tui.engine.lawbook import Fixed, Lawbook, PolicySource
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook, Paper
from whisper_tui.engine.onlookers import Onlookers
from whisper_tui.engine.orphans import Orphans
from whisper_tui.engine.outcomes import CallStore, Outcomes
from whisper_tui.engine.parties import Entries
from whisper_tui.engine.patience import Patience
from whisper_tui.engine.petitions import Petitions
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.rounds import Rounds, Still
from whisper_tui.engine.seat import Seat
from whisper_tui.engine.shared import Shared
from whisper_tui.engine.shipper import PATIENCE, Shipper, Shipping
from whisper_tui.engine.traced import Finish
from whisper_tui.engine.wire import Plug
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import HEEDS_NOTHING, Hand, Heeds
from whisper_tui.scorecard import Scorecard
from whisper_tui.supervision.quality import LineLimits
from whisper_tui.terms import CallKey, LinkState, Pbx, Subject


class Engine:
    """Joins links, floors, seats and the session log.

    Args:
        paper: the session log.
        installation: 8 hex; legs named after it are this installation's.
        law: where the policy comes from.
        boot: the machine's boot id.
        replay: the PBXs are recordings, and are shown as such.
        floor_server: several people are served, so that others can be asked and told.
        care: what looks after the log, None: nothing does.
        still: what a person is now, as the system has it; None: nobody changes.
        thread: where the log is written, and whatever may take its time; see `Logbook`.
        shipping: what ships the log to a database, None: nothing does.
        calls: where what became of the calls of queues is kept; None: nowhere. Nothing is kept of a recording.
        shelf: where the log can be read; None: nobody here reads it.
        patience: how long callers may wait in which queue.
        facts: what other systems know of calls; the heeds of each PBX say where it is told.
        hand_lasts: seconds after which a raised hand comes down by itself, 0: never.
        quality: from where on a line is bad.

    Raises:
        WhisperError: the policy is wrong, or not to be trusted.
    """

    def __init__(
        self,
        paper: Paper,
        clock: Clock,
        *,
        installation: str,
        law: PolicySource = Fixed(None),  # noqa: B008  it never changes
        boot: str = "",
        replay: bool = False,
        floor_server: bool = False,
        care: Care | None = None,
        still: Still | None = None,
        thread: Executor | None = None,
        calls: CallStore | None = None,
        shelf: Shelf | None = None,
        shipping: Shipping | None = None,
        patience: Patience | None = None,
        facts: FactRules | None = None,
        hand_lasts: float = 0.0,
        quality: LineLimits | None = None,
    ) -> None:
        self.clock = clock
        self.installation = installation
        self.replay = replay
        self.lines: dict[Pbx, Line] = {}
        self.seats: list[Seat] = []
        self._paper = paper
        self._shipper = Shipper(shipping, clock, self._alarms_changed, thread)
        self.book = Logbook(paper, clock, boot, self._log_trouble, thread, self._shipper.news)
        self.law = Lawbook(law, self.book, self._policy_changed, self._alarms_changed, thread)
        self._counts = Counts(clock, self.seats, floor_server=floor_server)
        self._glass = Glass(clock, self._others_changed)
        self._hands = Hands(self.book, clock, hand_lasts, self._flush_soon, self._hand_taken, replay=replay)
        self._petitions = Petitions(clock, self.seats, self._others_changed)
        self._rounds = Rounds(clock, self.law, self.book, self.seats, still, thread)
        self._caretaker = Caretaker(care, clock, self.book, self._alarms_changed, thread)
        self._thread = thread
        self._shelf = shelf
        self._patience = patience or Patience()
        self._facts = facts or FactRules()
        self._quality = quality or LineLimits()
        self._readers = thread or ThreadPoolExecutor(1, thread_name_prefix="log-reader")
        self._orphans = Orphans(installation, self.book, (), ())
        self._onlookers = Onlookers(installation, self.book, self.spawn)
        self._outcomes: Outcomes | None = None
        if calls is not None and not replay:
            self._outcomes = Outcomes(calls, self.book, clock, self.spawn)
        self._tasks: set[asyncio.Task[None]] = set()
        self._flushing = False
        self._scoring = asyncio.Lock()

    def connect(self, pbx: Pbx, plug: Plug, tags_variable: str = "", heeds: Heeds = HEEDS_NOTHING) -> Line:
        """Add a PBX; `start` connects it.

        Args:
            tags_variable: the channel variable that holds a call's tags, "": none does.
            heeds: what of the site's own events the floor takes note of.
        """
        line = self.lines[pbx] = Line(
            pbx, plug, self.clock, self._heard, self._turned, tags_variable, heeds, partial(self._sent, pbx)
        )
        line.watch_variables(self.law.variables)
        return line

    def admit(
        self,
        subject: Subject,
        rules: PhoneRules,
        *,
        enforced: bool = False,
        banners: tuple[Banner, ...] = (),
        entries: Mapping[Pbx, Entries] | None = None,
        known: Known | None = None,
        decline_key: str = "",
        pause_reasons: Collection[str] = (),
        cues: Sequence[str] = (),
        scorecard: Scorecard | None = None,
        booth: Booth | None = None,
    ) -> Seat:
        """Let a supervisor in; the arguments are those of `Seat`."""
        said = self._petitions, self._glass, self._hands, self._caretaker, self._shelf, self._readers, self._shipper
        more = self._patience, self._facts, self._quality, self._scoring
        shared = Shared(self.lines, self.book, self.clock, self.law, self._counts, *said, *more)
        seat = Seat(
            shared,
            subject,
            rules,
            enforced=enforced,
            banners=banners,
            replay=self.replay,
            entries=entries,
            known=known,
            decline_key=decline_key,
            pause_reasons=pause_reasons,
            cues=cues,
            scorecard=scorecard,
            booth=booth,
        )
        self.seats.append(seat)
        seat.decide_again()
        return seat

    async def start(self) -> None:
        """Begin; returns at once.

        Raises:
            WhisperError: the session log cannot be written; nothing was connected.
        """
        self._orphans = Orphans(self.installation, self.book, self._paper.open_sessions(), self._paper.open_legs())
        await self.book.write(self.book.record(Kind.STARTED))
        self.law.begin()
        self.spawn(self._remember())
        self.spawn(self._rounds.keep())
        self.spawn(self._rounds.keep_people())
        self.spawn(self._shipper.keep())
        self.spawn(self._look_after())
        for line in self.lines.values():
            self.spawn(line.wire.run())
            self.spawn(line.keep_in_step())
            self.spawn(line.keep_read())

    async def close(self) -> int:
        """End every leg, close the log's open rows, drop the links; return how many rows of the log could not be written."""
        for left in await asyncio.gather(*(seat.close() for seat in self.seats), return_exceptions=True):
            if isinstance(left, BaseException):  # the others, the log and the links are closed all the same
                report = {"message": "a seat did not close", "exception": left}
                asyncio.get_running_loop().call_exception_handler(report)
        self._petitions.close()
        self._hands.close()
        self.book.write_soon(self.book.record(Kind.STOPPED))
        await asyncio.gather(*(line.wire.close() for line in self.lines.values()))
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._outcomes is not None:
            await self._outcomes.close()
        await self._caretaker.close()
        self._readers.shutdown(wait=False, cancel_futures=True)
        lost = await self.book.close()
        await self._shipper.close()
        return lost

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
        if self._outcomes is not None:
            self._outcomes.observe(line, event)
        if line.changes:
            self._flush_soon()

    def _flush_soon(self) -> None:
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    def _flush(self) -> None:
        """After every batch of events, one look at what they changed."""
        self._flushing = False
        for line in self.lines.values():
            changes = line.take_changes()
            if changes:
                line.read_soon(changes.calls)
                for phone in changes.hands:
                    self._hands.look(line, phone)
                calls = line.touched(changes)
                for seat in self.seats:
                    seat.floor_changed(line, changes, calls)
                for uniqueid in changes.calls - line.floor.calls.keys():
                    self._petitions.forget(CallKey(line.pbx, uniqueid))
                self._petitions.look()

    async def _look_after(self) -> None:
        """Whether a file of the log may be deleted, the database that has its rows is asked before, if it answers soon."""
        with suppress(TimeoutError):
            async with self.clock.timeout(PATIENCE):
                await self._shipper.tried.wait()
        await self._caretaker.keep()

    async def _remember(self) -> None:
        """Take from the log what people have done in the past."""
        since = self.clock.wall() - LONGEST
        kinds = (Kind.LEFT, Kind.GLASS_BROKEN, Kind.GLASS_READ)
        loop = asyncio.get_running_loop()
        try:
            rows = await loop.run_in_executor(self._thread, lambda: self._paper.records(kinds, since))
        except WhisperError as trouble:
            self._counts.trouble = trouble
            self._alarms_changed()
            return
        self._counts.read(row for row in rows if row.kind is Kind.LEFT)
        self._glass.read(rows)

    def _policy_changed(self) -> None:
        for line in self.lines.values():
            line.watch_variables(self.law.variables)
        self._everywhere(Seat.policy_changed)
        self._petitions.decide_again()

    def _hand_taken(self, line: Line, hand: Hand) -> None:
        self._everywhere(lambda seat: seat.hand_taken(line, hand))

    def _others_changed(self) -> None:
        self._everywhere(Seat.others_changed)

    def _alarms_changed(self) -> None:
        self._everywhere(Seat.alarms_changed)

    def _everywhere(self, does: Callable[[Seat], None]) -> None:
        """At every seat, whatever befalls one of them."""
        for seat in self.seats:
            try:
                does(seat)
            except Exception as error:  # noqa: BLE001  reported, not hidden: the others have to be decided too
                report = {"message": "a seat could not take a change", "exception": error}
                asyncio.get_running_loop().call_exception_handler(report)

    def _sent(self, pbx: Pbx, action: Action) -> Finish:
        """An action is sent: who may look is told of it, and of what becomes of it."""
        told = [each for seat in self.seats if (each := seat.sent(pbx, action)) is not None]

        def finish(reply: Reply | None, seconds: float) -> None:
            for each in told:
                each(reply, seconds)

        return finish

    def _turned(self, line: Line) -> None:
        if line.state is LinkState.LIVE:
            self._link_row(Kind.LINK_UP, line)
            held = {seat.handset.leg.uniqueid for seat in self.seats if seat.handset.leg is not None}
            self.spawn(self._orphans.end(line, held))
        elif line.state in (LinkState.LOST, LinkState.REFUSED):
            self._link_row(Kind.LINK_DOWN, line)
        if self._outcomes is not None:
            self._outcomes.link_turned(line)
        for seat in self.seats:
            seat.link_turned(line)

    def _link_row(self, kind: Kind, line: Line) -> None:
        record = self.book.record(kind)
        detail = f"{line.pbx} {line.notice.code if line.notice else line.wire.asterisk}"
        self.book.write_soon(structs.replace(record, detail=detail))

    def _log_trouble(self, trouble: WhisperError | None) -> None:
        for seat in self.seats:
            seat.log_trouble(trouble)
