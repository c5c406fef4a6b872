"""One supervisor in the engine: asks the policy, has it written down, moves the handset, and shows what the profile lets be seen.

The loud direction is on disk before anything is sent; the quiet direction goes on the wire first and is written right after.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import replace
from typing import assert_never

from whisper_tui.ami.events import Event
from whisper_tui.audit.records import Who
from whisper_tui.clock import Clock
from whisper_tui.engine.agents import AgentsSay
from whisper_tui.engine.alarms import alarms
from whisper_tui.engine.backend import (
    Banner,
    FloorView,
    Person,
    StripView,
    ViewChanges,
)
from whisper_tui.engine.follower import Follower
from whisper_tui.engine.gate import MODE, Gate, words_of
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.known import Known
from whisper_tui.engine.line import Line
from whisper_tui.engine.logbook import Logbook
from whisper_tui.engine.loud import LoudDeeds, Tools, name_of, ref_of
from whisper_tui.engine.parties import Entries, Parties
from whisper_tui.engine.phone import DeedFailed, PhoneRules
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.shown import Shown
from whisper_tui.engine.strip import strip_of
from whisper_tui.engine.views import Sight
from whisper_tui.engine.watch import Watch
from whisper_tui.errors import WhisperError
from whisper_tui.floor.model import Changes
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Follow,
    HandBack,
    Intent,
    Join,
    Leave,
    Listen,
    Loud,
    Mute,
    Panic,
    Refused,
    Release,
    TakeOver,
    Unfollow,
    Unmute,
    Whisper,
)
from whisper_tui.supervision.session import SPYING, Session, State
from whisper_tui.terms import CallKey, Mode, Notice, Pbx, SessionId, Uniqueid

DIM_AGAIN = 10.0
"""Seconds in which the same dim key on the same call is not written down twice."""


class Seat:
    """A Backend on the engine in this process.

    Args:
        entries: where each PBX takes a customer who is handed back.
        known: what legs have shown of each PBX.
        decline_key: the key on an agent's phone that ends coaching for the call; "": there is none.
    """

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
        entries: Mapping[Pbx, Entries] | None = None,
        known: Known | None = None,
        decline_key: str = "",
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
        self.handset = Handset(rules, clock, self._scribe, self._strip_changed, self._say, self._left, self._keypad)
        self._agents = AgentsSay(lines, self._gate, self.handset, self._scribe, decline_key)
        self.follower = Follower(lines, self.handset, self._hop, self._say, self._strip_changed)
        self._watch = Watch(lines, self._gate, self.handset, self._scribe, self.follower, self._quietly, self._say)
        tools = Tools(
            lines,
            self._gate,
            self.handset,
            self._scribe,
            clock,
            person.profile,
            known or Known(),
            self._why_not_loud,
            self._watch.look,
            self._say,
        )
        self._deeds = LoudDeeds(tools)
        self._parties = Parties(tools, entries or {})
        self._listeners: list[Callable[[ViewChanges], None]] = []
        self._shown = Shown(sight)
        self._loud: asyncio.Task[Answer] | None = None
        self._quiet = asyncio.Lock()
        self._dimmed: dict[tuple[str, CallKey | None], float] = {}

    # --- Backend

    @property
    def person(self) -> Person:
        return self._person

    def view(self) -> FloorView:
        return FloorView(
            dict(self._shown.calls),
            dict(self._shown.queues),
            {pbx: line.row(replay=self._replay) for pbx, line in self._lines.items()},
            self._strip(),
            self._banners(),
            dict(self._shown.spies),
        )

    def subscribe(self, listener: Callable[[ViewChanges], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def beat(self) -> None:
        self.handset.beat()

    def why_not(self, intent: Intent) -> Notice | None:
        match intent:
            case Listen(call=call) if self.handset.hears(call):
                return None
            case Listen() | Whisper() | Barge() | Join() | TakeOver():
                why = self._why_not_loud(intent)
                return words_of(why) if why is not None else None
            case HandBack(queue=queue):
                way = self._parties.way_back(queue)
                return way if isinstance(way, Notice) else None
            case Follow():
                return None if self.handset.state in SPYING else Notice("follow.only_heard")
            case Unfollow():
                return None if self.follower.whom is not None else Notice("follow.none")
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
                    self._goes_elsewhere(intent.call)
                    return await self._loudly(self._deeds.enter(intent))
                case Join():
                    return await self._loudly(self._parties.join(intent))
                case TakeOver():
                    return await self._loudly(self._parties.take_over(intent))
                case HandBack():
                    return await self._loudly(self._parties.hand_back(intent))
                case Unmute():
                    return await self._loudly(self._deeds.unmute())
                case Follow(whom=whom):
                    if self.handset.session is None or self.handset.state not in SPYING:
                        return Refused(Notice("follow.only_heard"))
                    self.follower.begin(whom, self.handset.session)
                case Unfollow():
                    self.follower.end()
                case Mute():
                    if self.handset.leg is None or not self.handset.leg.born:
                        return Refused(Notice("session.none"))
                    await self._quietly(self.handset.mute)
                case Release():
                    if self.handset.own_call:
                        return Refused(Notice("takeover.own_call"))
                    if self._loud is not None and self.handset.mode is None:
                        return Refused(Notice("busy.asking"))
                    self.follower.end()
                    await self._quietly(self.handset.release)
                case Leave():
                    self.follower.end()
                    taking = self.handset.state is State.TAKING
                    await self._stop_loud()
                    if taking and self.handset.own_call:  # it was asked for while there was an agent
                        return Refused(Notice("takeover.own_call"))
                    await self.handset.leave(self._leaving())
                case Panic():
                    self.follower.end()
                    await self._stop_loud()
                    await self.handset.panic()
                case _:
                    assert_never(intent)
        except DeedFailed as failed:
            return Refused(failed.notice)
        except WhisperError as broken:
            return self._broke(name_of(intent), broken)
        return Done()

    def note_dim(self, intent: Intent, why: Notice) -> None:
        if not isinstance(intent, Loud):
            return
        denied = self._why_not_loud(intent)
        if not isinstance(denied, Denied):
            return
        now, key = self._clock.monotonic(), (denied.rule, intent.call)
        if now - self._dimmed.get(key, -DIM_AGAIN) >= DIM_AGAIN:
            self._dimmed[key] = now
            self._scribe.denied(name_of(intent), denied.rule, ref_of(intent.call))

    # --- fed by the engine

    def observe(self, line: Line, event: Event) -> None:
        """An event of `line`, after the floor has it."""
        self.handset.observe(line, event)

    def floor_changed(self, line: Line, changes: Changes, touched: set[Uniqueid]) -> None:
        """Show what changed (`touched`: the calls to draw anew), and end what may no longer be."""
        self._watch.floor_changed(line, changes)
        changed = self._shown.changed(line, changes, touched, self._mine)
        if changed is not None:
            mine = self.handset.session
            heard = mine is not None and mine.call in changed.calls  # whether it is recorded, say
            self._tell(replace(changed, strip=self._strip()) if heard else changed)
        self.follower.news()

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
        """Leave, whatever is going on; a call of one's own goes on without us."""
        self.follower.close()
        await self._stop_loud()
        if self.handset.leg is not None and not self.handset.own_call:
            try:
                await self.handset.panic()
            except DeedFailed as failed:
                self._say(failed.notice)
        self.handset.close()
        self._watch.close()
        self._agents.close()

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
            self.follower.news()
        if not task.cancelled():
            return task.result()
        return Refused(Notice("deed.given_up") if self.handset.mode else self.handset.ended or Notice("leg.cancelled"))

    async def _hop(self, intent: Listen, follows: SessionId) -> Answer:
        """Where a call that is followed has gone: asked for like a key."""
        try:
            return await self._loudly(self._deeds.enter(intent, follows))
        except WhisperError as broken:
            return self._broke("follow", broken)

    def _broke(self, deed: str, broken: WhisperError) -> Refused:
        """A fault in the middle of a deed: whatever leg there is, it ends."""
        self.handset.abort(broken.what)
        return Refused(Notice("leg.failed", {"step": deed, "error": broken.what}))

    def _goes_elsewhere(self, call: CallKey) -> None:
        """A person's own choice of another call ends what was followed."""
        if not self.handset.hears(call):
            self.follower.end()

    def _why_not_loud(self, intent: Loud) -> Notice | Denied | None:
        handset, mode = self.handset, MODE[type(intent)]
        if self._replay:
            return Notice("mode.replay")
        if handset.state in (State.UNKNOWN, State.LEAVING):
            return Notice("busy.asking")
        if handset.hears(intent.call) and handset.mode is mode:
            return Notice("session.already", {"mode": mode.value})
        if handset.own_call:
            return Notice("takeover.own_call")
        why = self._gate.why_not(intent.call, mode, self._mine)
        if why is None and mode is Mode.TAKEOVER and not handset.hears(intent.call):
            return Notice("takeover.listen_first")
        return why

    # --- the quiet direction

    async def _quietly(self, deed: Callable[[], Awaitable[None]]) -> None:
        """At once; a louder deed on its way is given up, an aim (heard by nobody) is waited for."""
        if self.handset.mode is not None or self.handset.state is State.TAKING:
            await self._stop_loud()
        elif self._loud is not None and self.handset.state is State.AIMING:
            await asyncio.wait({self._loud})
        async with self._quiet:
            await deed()
        self.follower.news()

    async def _stop_loud(self) -> None:
        if self._loud is not None:
            if self.handset.state is not State.TAKING:  # on the way to the customer there is no way back
                self._loud.cancel()
            await asyncio.wait({self._loud})

    def _leaving(self) -> Notice:
        ringing = self.handset.state in (State.DIALLING, State.RINGING)
        return Notice("leg.cancelled" if ringing else "takeover.left" if self.handset.own_call else "leg.left")

    def _left(self, session: Session) -> None:
        self._agents.left(session)

    def _keypad(self) -> None:
        """A key of the phone itself has switched: beyond the profile it is answered with silence at once."""
        if self.handset.session is not None:
            self._watch.look(self.handset.session)

    # --- what is shown

    @property
    def _mine(self) -> Uniqueid | None:
        return self.handset.leg.uniqueid if self.handset.leg is not None else None

    def _strip(self) -> StripView:
        return strip_of(self.handset, self._shown.calls, self.follower.whom)

    def _strip_changed(self) -> None:
        self._agents.look()
        self._tell(ViewChanges(strip=self._strip()))
        self.follower.news()

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
