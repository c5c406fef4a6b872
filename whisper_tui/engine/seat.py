"""One supervisor in the engine: asks the policy, has it written down, moves the handset, and shows what the profile lets be seen.

The loud direction is on disk before anything is sent; the quiet direction goes on the wire first and is written right after.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from typing import TypeVar, assert_never

from whisper_tui.audit.records import CallRef, Certainty, Who
from whisper_tui.clock import Clock
from whisper_tui.engine.alarms import alarms
from whisper_tui.engine.backend import Banner, CallRow, FloorView, Person, QueueRow, StripView, ViewChanges
from whisper_tui.engine.gate import MODE, THREE, Gate, Loud, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.strip import strip_of
from whisper_tui.engine.target import Target
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
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, SessionId, Uniqueid

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
            case Listen(call=call) if self._hears(call):
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
                case Listen(call=call) if self._hears(call):
                    await self._quietly(lambda: self.handset.to(Mode.SILENT))
                case Listen() | Whisper() | Barge():
                    return await self._loudly(self._enter(intent))
                case Unmute():
                    return await self._loudly(self._unmute())
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
            return Refused(Notice("leg.failed", {"step": _name(intent), "error": broken.what}))
        return Done()

    def note_dim(self, intent: Intent, why: Notice) -> None:
        denied = self._why_not_enter(intent) if isinstance(intent, Loud) else None
        if not isinstance(denied, Denied) or not isinstance(intent, Loud):
            return
        now, key = self._clock.monotonic(), (denied.rule, intent.call)
        if now - self._dimmed.get(key, -DIM_AGAIN) >= DIM_AGAIN:
            self._dimmed[key] = now
            self._scribe.denied(_name(intent), denied.rule, _ref(intent.call))

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

    async def _enter(self, intent: Loud) -> Answer:
        """Listen, whisper or barge: from nothing, from an idle leg, from another call or from another mode."""
        mode, key = MODE[type(intent)], intent.call
        target = self._why_not_enter(intent) or await self._gate.permitted(key, mode)
        if not isinstance(target, Target):
            return self._refuse(intent, target)
        line = self._lines[key.pbx]
        if self._hears(key) and self.handset.session is not None:
            return await self._switch(self.handset.session, mode, target)
        follows = self.handset.session.ident if self.handset.session is not None else None
        if self.handset.leg is not None and self.handset.line is not line:
            await self.handset.leave(Notice("leg.left"))
        session = Session(
            SessionId(secrets.token_hex(8)),
            self.handset.leg.ident if self.handset.leg is not None else self.handset.new_id(),
            key,
            target.channel,
            target.agent,
            target.member,
            target.queue or "",
            target.caller,
            target.linkedid,
            intent.reason,
            follows,
            self._clock.monotonic(),
        )
        with self.handset.kept():
            return await self._begin(line, session, intent)

    async def _begin(self, line: Line, session: Session, intent: Loud) -> Answer:
        """Have it written, ring if need be, aim. Whatever stops it closes the session, and a leg that was never dialled."""
        mode, cause, dialled = MODE[type(intent)], "leg.cancelled", self.handset.leg is not None
        try:
            if (unwritten := await self._written(session, mode)) is not None:
                cause, dialled = "", True
                return unwritten
            if self.handset.leg is None:
                if dialled:  # it was up, and ended while the intent was written
                    cause = (self.handset.ended or Notice("leg.left")).code
                    return Refused(self.handset.ended or Notice("leg.left"))
                dialled = True
                await self.handset.dial(line, session.leg)
                # The phone may have rung for long: the call may be over, elsewhere, or no longer permitted.
                again = await self._gate.permitted(session.call, mode)
                if not isinstance(again, Target) or again.channel != session.target:
                    why = Notice("call.changed") if isinstance(again, Target) else again
                    cause = words_of(why).code
                    return self._refuse(intent, why)
            await self.handset.hear(session)
            cause = ""
            self._look_again(session)
            if mode is not Mode.SILENT:
                await self.handset.mute()
                await self.handset.to(mode)
                self._look_again(session)
        except DeedFailed as failed:
            cause = cause and failed.notice.code
            return Refused(failed.notice)
        finally:
            if cause:
                self._scribe.left(session, cause, Certainty.EXACT)
            if not dialled:
                self._scribe.leg_ended(session.leg, cause, Certainty.EXACT)
        return Done()

    async def _switch(self, session: Session, mode: Mode, target: Target) -> Answer:
        if target.channel != session.target:
            return Refused(Notice("call.changed"))
        if (unwritten := await self._written(session, mode)) is not None:
            return unwritten
        try:
            await self.handset.to(mode)
        except DeedFailed as failed:
            return Refused(failed.notice)
        self._look_again(session)
        return Done()

    async def _unmute(self) -> Answer:
        session, mode = self.handset.session, self.handset.mode
        if session is None or mode is None:
            return Refused(Notice("session.none"))
        if (unwritten := await self._written(session, None)) is not None:
            return unwritten
        try:
            await self.handset.unmute()
        except DeedFailed as failed:
            return Refused(failed.notice)
        self._look_again(session)
        return Done()

    async def _written(self, session: Session, asked: Mode | None) -> Refused | None:
        """Have the intent on disk, or say why not."""
        deed = {None: "unmute", Mode.SILENT: "listen", Mode.WHISPER: "whisper", Mode.BARGE: "barge"}[asked]
        try:
            await self._scribe.requested(session, deed, asked, self._person.profile)
        except WhisperError as trouble:
            return Refused(Notice("log.unwritable", {"where": trouble.where, "why": trouble.what}))
        return None

    def _why_not_enter(self, intent: Loud) -> Notice | Denied | None:
        if self._replay:
            return Notice("mode.replay")
        if self.handset.state in (State.UNKNOWN, State.LEAVING):
            return Notice("busy.asking")
        if self._hears(intent.call) and self.handset.mode is MODE[type(intent)]:
            return Notice("session.already", {"mode": MODE[type(intent)].value})
        return self._gate.why_not(intent.call, MODE[type(intent)])

    def _refuse(self, intent: Loud, why: Notice | Denied) -> Refused:
        if isinstance(why, Denied):
            self._scribe.denied(_name(intent), why.rule, _ref(intent.call))
        return Refused(words_of(why), denied=isinstance(why, Denied))

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

    def _hears(self, call: CallKey) -> bool:
        return self.handset.session is not None and self.handset.session.call == call and self.handset.mode is not None


def _name(intent: Intent) -> str:
    return type(intent).__name__.lower()


def _ref(call: CallKey | None) -> CallRef | None:
    return CallRef(pbx=call.pbx, customer=call.uniqueid) if call is not None else None


def _merge(rows: dict[Key, Row], changes: dict[Key, Row | None]) -> None:
    for key, row in changes.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
