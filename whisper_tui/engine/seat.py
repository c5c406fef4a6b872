"""One supervisor in the engine: asks the policy, has it written down, moves the handset, and shows what the profile lets be seen.

The loud direction is on disk before anything is sent; the quiet direction goes on the wire first and is written right after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar, assert_never

from whisper_tui.audit.records import Who
from whisper_tui.clock import Clock
from whisper_tui.engine.alarms import alarms
from whisper_tui.engine.backend import Banner, CallRow, FloorView, Person, QueueRow, StripView, ViewChanges
from whisper_tui.engine.gate import MODE, THREE, Gate, Loud, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.engine.loud import LoudDeeds, name_of, ref_of
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.strip import strip_of
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import Changes
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Intent,
    Leave,
    Listen,
    Mute,
    Panic,
    Refused,
    Release,
    Unmute,
    Whisper,
)
from whisper_tui.supervision.session import Session, State
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, Uniqueid

Key = TypeVar("Key")
Row = TypeVar("Row")
DIM_AGAIN = 10.0
"""Seconds in which the same dim key on the same call is not written down twice."""


class Seat:
    """A Backend on the engine in this process."""

    def __init__(
        self,
        lines: dict[Pbx, Line],
        book: Logbook,
        sight: Sight,
        clock: Clock,
        rules: PhoneRules,
        person: Person,
        who: Who,
        *,
        banners: tuple[Banner, ...] = (),
        replay: bool = False,
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._gate = Gate(lines, sight, rules.device)
        self._clock = clock
        self._person = person
        self._replay = replay
        self._standing = banners
        self._trouble: WhisperError | None = None
        self._scribe = Scribe(book, who, rules.device, "enforced" if person.enforced else "advisory")
        self.handset = Handset(rules, clock, self._scribe, self._strip_changed, self._say, self._keypad)
        self._deeds = LoudDeeds(
            lines, self._gate, self.handset, self._scribe, clock, person.profile, self._why_not_enter, self._look_again
        )
        self._listeners: list[Callable[[ViewChanges], None]] = []
        self._calls: dict[CallKey, CallRow] = {}
        self._queues: dict[tuple[Pbx, str], QueueRow] = {}
        self._loud: asyncio.Task[Answer] | None = None
        self._quiet = asyncio.Lock()
        self._chores: set[asyncio.Task[None]] = set()
        self._dimmed: dict[tuple[str, CallKey | None], float] = {}

    # --- Backend

    @property
    def person(self) -> Person:
        return self._person

    def view(self) -> FloorView:
        return FloorView(
            dict(self._calls),
            dict(self._queues),
            {pbx: line.row(replay=self._replay) for pbx, line in self._lines.items()},
            self._strip(),
            self._banners(),
        )

    def subscribe(self, listener: Callable[[ViewChanges], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def why_not(self, intent: Intent) -> Notice | None:
        match intent:
            case Listen(call=call) if self.handset.hears(call):
                return None
            case Listen() | Whisper() | Barge():
                why = self._why_not_enter(intent)
                return words_of(why) if why is not None else None
            case Mute() | Unmute() | Release() | Leave() | Panic():
                return None if self.handset.leg is not None else Notice("session.none")
            case _:
                assert_never(intent)

    async def ask(self, intent: Intent) -> Answer:
        try:
            match intent:
                case Listen(call=call) if self.handset.hears(call):
                    await self._quietly(lambda: self.handset.to(Mode.SILENT))
                case Listen() | Whisper() | Barge():
                    return await self._loudly(self._deeds.enter(intent))
                case Unmute():
                    return await self._loudly(self._deeds.unmute())
                case Mute():
                    if self.handset.leg is None or not self.handset.leg.born:
                        return Refused(Notice("session.none"))
                    await self._quietly(self.handset.mute)
                case Release():
                    await self._quietly(self.handset.release)
                case Leave():
                    await self._stop_loud()
                    await self.handset.leave(self._leaving())
                case Panic():
                    await self._stop_loud()
                    await self.handset.panic()
                case _:
                    assert_never(intent)
        except DeedFailed as failed:
            return Refused(failed.notice)
        except WhisperError as broken:
            self.handset.abort(broken.what)
            return Refused(Notice("leg.failed", {"step": name_of(intent), "error": broken.what}))
        return Done()

    def note_dim(self, intent: Intent, why: Notice) -> None:
        denied = self._why_not_enter(intent) if isinstance(intent, Loud) else None
        if not isinstance(denied, Denied) or not isinstance(intent, Loud):
            return
        now, key = self._clock.monotonic(), (denied.rule, intent.call)
        if now - self._dimmed.get(key, -DIM_AGAIN) >= DIM_AGAIN:
            self._dimmed[key] = now
            self._scribe.denied(name_of(intent), denied.rule, ref_of(intent.call))

    # --- fed by the engine

    def floor_changed(self, line: Line, changes: Changes, touched: set[Uniqueid]) -> None:
        """Show what changed (`touched`: the calls to draw anew), and end what may no longer be."""
        self._watch(line, changes)
        mine = self.handset.leg.ident if self.handset.leg is not None else None
        calls: dict[CallKey, CallRow | None] = {}
        for uniqueid in touched:
            key, call = CallKey(line.pbx, uniqueid), line.floor.calls.get(uniqueid)
            row = self._sight.call(line, call, mine) if call is not None else None
            if row != self._calls.get(key):
                calls[key] = row
        queues: dict[tuple[Pbx, str], QueueRow | None] = {}
        for name in changes.queues:
            seen = self._sight.queue(line, name)
            if seen != self._queues.get((line.pbx, name)):
                queues[line.pbx, name] = seen
        _merge(self._calls, calls)
        _merge(self._queues, queues)
        if calls or queues:
            self._tell(ViewChanges(calls=calls, queues=queues))

    def link_turned(self, line: Line) -> None:
        if line.live:
            self.handset.link_live(line)
        elif line.lost:
            self.handset.link_lost(line)
        self._tell(ViewChanges(links={line.pbx: line.row(replay=self._replay)}, banners=self._banners()))

    def log_trouble(self, trouble: WhisperError | None) -> None:
        self._trouble = trouble
        self._tell(ViewChanges(banners=self._banners()))

    async def close(self) -> None:
        """Leave, whatever is going on."""
        await self._stop_loud()
        if self.handset.leg is not None:
            try:
                await self.handset.panic()
            except DeedFailed as failed:
                self._say(failed.notice)
        self.handset.close()
        for chore in list(self._chores):
            chore.cancel()

    # --- the loud direction

    async def _loudly(self, deed: Coroutine[object, object, Answer]) -> Answer:
        if self._loud is not None or self._quiet.locked():
            deed.close()
            return Refused(Notice("busy.asking"))
        self._loud = task = asyncio.get_running_loop().create_task(deed)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            self._loud = None
        return Refused(self.handset.ended or Notice("leg.cancelled")) if task.cancelled() else task.result()

    def _why_not_enter(self, intent: Loud) -> Notice | Denied | None:
        if self._replay:
            return Notice("mode.replay")
        if self.handset.state in (State.UNKNOWN, State.LEAVING):
            return Notice("busy.asking")
        if self.handset.hears(intent.call) and self.handset.mode is MODE[type(intent)]:
            return Notice("session.already", {"mode": MODE[type(intent)].value})
        return self._gate.why_not(intent.call, MODE[type(intent)])

    # --- the quiet direction

    async def _quietly(self, deed: Callable[[], Awaitable[None]]) -> None:
        """At once; a louder deed on its way is given up, an aim (heard by nobody) is waited for."""
        if self.handset.mode is not None:
            await self._stop_loud()
        elif self._loud is not None and self.handset.state is State.AIMING:
            await asyncio.wait({self._loud})
        async with self._quiet:
            await deed()

    async def _stop_loud(self) -> None:
        if self._loud is not None:
            self._loud.cancel()
            await asyncio.wait({self._loud})

    def _leaving(self) -> Notice:
        ringing = self.handset.state in (State.DIALLING, State.RINGING)
        return Notice("leg.cancelled" if ringing else "leg.left")

    def _watch(self, line: Line, changes: Changes) -> None:
        session = self.handset.session
        if session is not None and session.call.pbx == line.pbx and session.call.uniqueid in changes.calls:
            self._look_again(session)

    def _look_again(self, session: Session) -> None:
        """A session whose agent has another customer now, or that the policy no longer allows, ends by itself."""
        mode, line = self.handset.mode, self._lines[session.call.pbx]
        if mode is None or self.handset.session is not session:
            return
        call = line.floor.calls.get(session.call.uniqueid)
        if call is None or call.agent_channel != session.target:
            why = Notice("session.agent_changed" if call else "call.gone", {"agent": session.member})
            self._end_by_rule(session, self.handset.release, why)
            return
        facts = facts_of(line, call)
        if (denied := self._gate.denies(facts, Mode.SILENT)) is not None:
            self._end_by_rule(session, self.handset.release, explain(denied))
        elif (denied := self._gate.denies(facts, mode)) is not None or (mode is Mode.BARGE and facts.parties > 2):
            why = explain(denied) if denied else THREE
            self._end_by_rule(session, lambda: self.handset.to(Mode.SILENT), why)

    def _keypad(self) -> None:
        """A key of the phone itself has switched: beyond the profile it is answered with silence at once."""
        if self.handset.session is not None:
            self._look_again(self.handset.session)

    def _end_by_rule(self, session: Session, deed: Callable[[], Awaitable[None]], why: Notice) -> None:
        async def only_this() -> None:
            if self.handset.session is session:
                await deed()

        async def end() -> None:
            try:
                await self._quietly(only_this)
            except DeedFailed as failed:
                self._say(failed.notice)
            except WhisperError as broken:
                self.handset.abort(broken.what)

        self._say(why)
        task = asyncio.get_running_loop().create_task(end())
        self._chores.add(task)
        task.add_done_callback(self._chores.discard)

    # --- what is shown

    def _strip(self) -> StripView:
        return strip_of(self.handset, self._calls)

    def _strip_changed(self) -> None:
        self._tell(ViewChanges(strip=self._strip()))

    def _say(self, notice: Notice) -> None:
        self._tell(ViewChanges(notices=(notice,)))

    def _banners(self) -> tuple[Banner, ...]:
        return (*self._standing, *alarms(self._sight, self._trouble, self._lines.values(), replay=self._replay))

    def _tell(self, changes: ViewChanges) -> None:
        for listener in list(self._listeners):
            try:
                listener(changes)
            except Exception as error:  # noqa: BLE001  a fault of the screen must not keep the wire waiting: it is reported, not hidden
                loop = asyncio.get_running_loop()
                loop.call_exception_handler({"message": "a listener of the floor failed", "exception": error})


def _merge(rows: dict[Key, Row], changes: dict[Key, Row | None]) -> None:
    for key, row in changes.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
