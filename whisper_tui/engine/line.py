"""One PBX as the engine holds it: its wire, its floor, and how the two are brought in step again."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress

from whisper_tui.ami.actions import (
    Action,
    CoreShowChannels,
    DeviceStateList,
    Outcome,
    QueueStatus,
    Status,
    encode,
)
from whisper_tui.ami.events import Event, Malformed
from whisper_tui.ami.names import UnsafeAction, variable
from whisper_tui.clock import Clock
from whisper_tui.engine.rows import LinkRow
from whisper_tui.engine.traced import OnSend, Traced
from whisper_tui.engine.wire import Plug, Wire
from whisper_tui.floor import find
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import HEEDS_NOTHING, Changes, Floor, Heeds
from whisper_tui.floor.seed import begin_seed
from whisper_tui.floor.variables import unread, watch
from whisper_tui.terms import LinkState, Notice, Pbx, Uniqueid

RECONCILE = 20.0
"""Seconds between two looks at the lists (SECURITY.md section 1: 15 to 30)."""

REREAD_AT_MOST = 2.0
"""Seconds between two looks that the floor itself asked for."""

READ_AT_ONCE = 4
"""Calls whose channels are asked for beside each other between two lists."""

AGAIN = 2.0
"""Seconds until the lists of a PBX that is still booting are asked for once more."""

READ = ("MIXMONITOR_FILENAME", "SPYGROUP")
"""Variables that are read of every channel."""

LISTS: tuple[Action, ...] = (QueueStatus(), CoreShowChannels(), Status(variables=READ), DeviceStateList())

MOST_READ = 100
"""Variables of which Status tells; it takes all that come after for one name (manager.c, measured on 22.10.1 and 16.28)."""

NEEDED = frozenset(
    {
        "AbsoluteTimeout",
        "CoreShowChannels",
        "Getvar",
        "Hangup",
        "Originate",
        "PlayDTMF",
        "QueueStatus",
        "Setvar",
        "Status",
    }
)
"""Actions without which there is no floor or no leg (SECURITY.md section 3)."""


class Line:
    """The engine's end of one PBX.

    Args:
        heard: called with every event, after the floor has it.
        turned: called when the link's state changed, after it is noted here.
        tags_variable: the channel variable in which the dialplan keeps a call's tags, "" for none.
        heeds: what of the site's own events the floor takes note of.
        on_send: is told of every action as it is sent.

    Raises:
        UnsafeAction: that is not the name of a variable.
    """

    def __init__(
        self,
        pbx: Pbx,
        plug: Plug,
        clock: Clock,
        heard: Callable[[Line, Event], None],
        turned: Callable[[Line], None],
        tags_variable: str = "",
        heeds: Heeds = HEEDS_NOTHING,
        on_send: OnSend | None = None,
    ) -> None:
        self.pbx = pbx
        self.floor = Floor(pbx, tags_variable=tags_variable, heeds=heeds)
        self._lists = lists_with(tags_variable, frozenset(heeds.fact_variables))
        self.changes = Changes()
        self.state = LinkState.CONNECTING
        self.notice: Notice | None = None
        self.since = clock.monotonic()
        self.malformed = 0
        self.in_hand: set[str] = set()
        """Callers and agents to whom somebody, at whatever desk, is just doing something."""
        self._clock = clock
        self._heard = heard
        self._turned = turned
        self._heard_calls: dict[Uniqueid, tuple[Uniqueid, ...]] = {}
        self._up = asyncio.Event()
        self._reread = asyncio.Event()
        self._anew = asyncio.Event()
        """The link came up since lists were last asked for."""
        self._is_live = asyncio.Event()
        self._to_read: asyncio.Queue[Uniqueid] = asyncio.Queue()
        self._queued: set[Uniqueid] = set()
        self._key_watchers: Counter[Uniqueid] = Counter()
        self.wire: Wire = plug(self._on_event, self._on_state)
        if on_send is not None:
            self.wire = Traced(self.wire, on_send, clock)

    @property
    def live(self) -> bool:
        return self.state is LinkState.LIVE

    @property
    def lost(self) -> bool:
        """Nothing is known any more: neither live nor on the way up with lists being read."""
        return self.state not in (LinkState.LIVE, LinkState.SEEDING)

    @property
    def missing(self) -> frozenset[str]:
        """Actions that this program needs and the account may not run."""
        allowed = self.wire.allowed
        return NEEDED - allowed if allowed is not None else frozenset()

    @property
    def rights_missing(self) -> Notice:
        return Notice("link.refused.rights", {"pbx": self.pbx, "missing": ", ".join(sorted(self.missing))})

    def take_changes(self) -> Changes:
        """What changed since the last time."""
        changes, self.changes = self.changes, Changes()
        return changes

    def touched(self, changes: Changes) -> set[Uniqueid]:
        """The calls that must be drawn anew: those that changed, and those whose listeners did."""
        calls = set(changes.calls)
        for spyer in changes.spies:
            spy = self.floor.spies.get(spyer)
            calls.update(self._heard_calls.pop(spyer, ()))
            if spy is not None and (call := find.call_of(self.floor, spy.spyee)) is not None:
                self._heard_calls[spyer] = (call.key,)
                calls.add(call.key)
        return calls

    def look_again(self) -> None:
        """Something did not fit what the floor shows: take the lists soon."""
        self._reread.set()

    def watch_variables(self, names: frozenset[str]) -> None:
        """Have these variables of every channel told by the lists from now on, for rules look at them, and no others.

        Raises:
            UnsafeAction: one is not the name of a variable, or they are too many to be asked for; nothing has changed.
        """
        if names == self.floor.watched:
            return
        self._lists = lists_with(self.floor.tags_variable, names | self.floor.heeds.fact_variables.keys())
        grew = not names <= self.floor.watched
        watch(self.floor, names)
        if grew:
            self.look_again()

    def read_soon(self, calls: Iterable[Uniqueid]) -> None:
        """These calls have changed: read the variables of those that have come since the lists did, or have got an agent since."""
        for call in calls:
            if call not in self._queued and unread(self.floor, call):
                self._queued.add(call)
                self._to_read.put_nowait(call)

    def row(self, *, replay: bool) -> LinkRow:
        return LinkRow(
            self.pbx, self.state, self.wire.asterisk, self.since, self.notice, repairs=self.floor.repairs, replay=replay
        )

    async def keep_in_step(self) -> None:
        """Take the lists when the link comes up, and again every RECONCILE seconds or when the floor asks for it."""
        while True:
            await self._up.wait()
            asked_at = self._clock.monotonic()
            self._reread.clear()
            self._anew.clear()
            taken = await self._take_lists()
            if taken and self.state is LinkState.SEEDING:
                self.wire.seeded()
            with suppress(TimeoutError):
                async with self._clock.timeout(RECONCILE if taken else AGAIN):
                    await self._reread.wait()
            await self._pause(asked_at + REREAD_AT_MOST - self._clock.monotonic())

    async def _pause(self, seconds: float) -> None:
        """Let that long pass between two times the lists are asked for; a link that came up anew does not wait for it."""
        if seconds > 0:
            with suppress(TimeoutError):
                async with self._clock.timeout(seconds):
                    await self._anew.wait()

    async def keep_read(self) -> None:
        """Read what rules look at of calls that came between two lists: a few at a time, and not before lists were taken."""
        while True:
            calls = [await self._to_read.get()]
            await self._is_live.wait()
            while len(calls) < READ_AT_ONCE and not self._to_read.empty():
                calls.append(self._to_read.get_nowait())
            self._queued.difference_update(calls)
            channels = [channel for call in calls for channel in unread(self.floor, call)]
            await asyncio.gather(*map(self._read, channels))

    async def _read(self, channel: Uniqueid) -> None:
        with suppress(UnsafeAction):  # no Asterisk makes such an id; the lists tell of it without being asked for it
            await self.wire.send(self.status(channel))

    def _on_event(self, event: Event) -> None:
        apply(self.floor, event, self._clock.monotonic(), self.changes)
        if type(event) is Malformed:
            self.malformed += 1
        if self.changes.reread:
            self.changes.reread = False
            self._reread.set()
        self._heard(self, event)

    def _on_state(self, state: LinkState, notice: Notice | None) -> None:
        if state is LinkState.SEEDING:
            begin_seed(self.floor)
            self.changes.spies.update(self.floor.spies)  # what their modes are is not known any more
            self._up.set()
            self._reread.set()
            self._anew.set()
        elif state is not LinkState.LIVE:
            self._up.clear()
        if state is LinkState.LIVE:
            self._is_live.set()
        else:
            self._is_live.clear()
        self.state, self.notice, self.since = state, notice, self._clock.monotonic()
        self._turned(self)

    async def _take_lists(self) -> bool:
        for action in self._lists:
            if (await self.wire.send(action)).outcome is not Outcome.DONE:
                return False
        return True

    def watch_key(self, channel: Uniqueid, key: str) -> None:
        """Have it told when `key` is pressed on this channel's phone, until as many have asked for it no more."""
        self._key_watchers[channel] += 1
        self.wire.watch_key(channel, key)

    def unwatch_key(self, channel: Uniqueid) -> None:
        self._key_watchers[channel] -= 1
        if self._key_watchers[channel] <= 0:
            del self._key_watchers[channel]
            self.wire.unwatch_key(channel)

    def status(self, channel: Uniqueid) -> Status:
        """Ask for one channel, with the variables that the floor is made of: it has them by the time of the answer."""
        every = next(each for each in self._lists if isinstance(each, Status))
        return Status(channel, every.variables)


def lists_with(tags_variable: str, watched: frozenset[str] = frozenset()) -> tuple[Action, ...]:
    """The lists of a floor, with more variables of every channel: that of tags, "" for none, and those that rules look at.

    Raises:
        UnsafeAction: one is not the name of a variable (a function may do anything), or Asterisk does not take so many.
    """
    more = (*([tags_variable] if tags_variable else ()), *sorted(watched))
    names = dict.fromkeys((*READ, *map(variable, more)))
    if len(names) == len(READ):
        return LISTS
    if len(names) > MOST_READ:
        raise UnsafeAction("too many channel variables", f"{len(names)} of them", f"Status tells {MOST_READ}")
    status = Status(variables=tuple(names))
    encode(status)
    return tuple(status if type(each) is Status else each for each in LISTS)
