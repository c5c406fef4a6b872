"""Plays a story onto the simulated PBX: in scaled time, with pause and seek, again and again with fresh names.

What the recorded console asked and was told is left out: responses and lists are answered from the floor, by `answers.py`.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from heapq import merge
from itertools import chain

from whisper_tui.ami.events import Fact, Listed
from whisper_tui.ami.stream import Recorded
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Changes, Floor
from whisper_tui.floor.seed import SEEDS
from whisper_tui.simulator.interludes import Cue, cues
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.renaming import Renaming, times_of_day
from whisper_tui.simulator.stories import Story, StoryUnreadable, Told
from whisper_tui.simulator.turns import turn
from whisper_tui.simulator.wire import READS, is_for
from whisper_tui.simulator.yielding import heard
from whisper_tui.terms import Uniqueid

OPENING = 2.0
"""Seconds within which the recorded console had asked for its first lists."""
BREATH = 0.05
"""Seconds, stretched like the recording's, between two calls while one loop turns into the next."""
AT_ONCE = 500
"""Messages of a seek that are taken before others get their turn."""
FASTEST = 100.0

_EVENT = b"Event: "
_ACTION_ID = b"\r\nActionID: "


class Player:
    """A `Playback`.

    Args:
        on_seek: is awaited when the floor is about to jump: whoever watches must look at it anew.
        on_cue: performs an interlude; None: they are left out. A seek passes them over.
    """

    def __init__(
        self,
        story: Story,
        pbx: SimulatedPbx,
        speed: float,
        loops: int | None,
        on_seek: Callable[[], Awaitable[None]],
        on_cue: Callable[[Cue], None] | None = None,
    ) -> None:
        self.trouble: StoryUnreadable | None = None
        """Why it stopped: the recording is damaged from there on."""
        self.loop = 0
        """Loops that are over."""
        self.ended = asyncio.Event()
        """Set at the end of the last loop; a seek clears it."""
        self.ready = asyncio.Event()
        """Set while the floor is whole: not before `start`, nor during a seek."""
        self._story = story
        self._pbx = pbx
        self._speed = _checked(speed)
        self._loops = loops
        self._on_seek = on_seek
        self._perform = on_cue or _leave_out
        self._cues = cues(story.interludes, story.seconds)
        self._turned = asyncio.Event()
        """The speed was changed."""
        self._seeking = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._rest: Iterator[Told | Cue] = iter(())
        self._reached, self._since = 0.0, pbx.clock.monotonic()
        """The recording's second, and when it was reached."""
        self._following = 0.0
        self._base = _recorded_at(story)
        self._renaming = self._fresh_names()

    @property
    def speed(self) -> float:
        return self._speed

    @property
    def position(self) -> tuple[float, float]:
        gone = max(0.0, self._pbx.clock.monotonic() - self._since) * self._speed
        reached = min(self._reached + gone, max(self._reached, self._following))
        return min(reached, self._story.seconds), self._story.seconds

    def set_speed(self, speed: float) -> None:
        """Play `speed` times as fast as recorded; 0 pauses.

        Raises:
            ValueError: it is negative, not a number, or above FASTEST.
        """
        now, _ = self.position
        self._speed = _checked(speed)
        self._reached, self._since = now, self._pbx.clock.monotonic()
        self._turned.set()

    async def seek(self, second: float) -> None:
        """Go to `second` of the recording, at once; calls that are up there have the ages they had."""
        second = min(max(0.0, second if math.isfinite(second) else 0.0), self._story.seconds)
        async with self._seeking:
            await self._halt()
            self.ready.clear()
            self.ended.clear()
            await self._on_seek()
            self._pbx.reset()
            try:
                self._open(self._pbx.floor, second / (self._speed or 1.0))
                await self._skip_to(second)
            except StoryUnreadable as damage:
                self.trouble = damage
            self._go()

    def start(self) -> None:
        """Take the recording's first lists, and begin to play. Returns at once, with a whole floor."""
        self._open(self._pbx.floor)
        self._go()

    async def close(self) -> None:
        async with self._seeking:
            await self._halt()
            self.ready.clear()

    def _go(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run())
        self.ready.set()

    async def _halt(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _run(self) -> None:
        try:
            await self._play_on()
        except StoryUnreadable as damage:
            self.trouble = damage

    async def _play_on(self) -> None:
        while True:
            for told in self._rest:
                await self._until(told.second)
                if isinstance(told, Cue):
                    self._perform(told)
                else:
                    self._play(told)
            await self._until(self._story.seconds)
            if self._loops is not None and self.loop + 1 >= self._loops:
                self.ended.set()
                return
            await self._turn()
            self.loop += 1

    # --- how a playing begins

    def _open(self, floor: Floor, age: float = 0.0) -> None:
        """Take the opening into `floor`, `age` seconds ago; what comes after it is left in `_rest`."""
        now = self._pbx.clock.monotonic()
        missing = set(SEEDS)

        def take(fact: Fact) -> None:
            apply(floor, fact, now - age, Changes())
            if isinstance(fact, Listed):
                missing.discard(fact.action)

        stream = Recorded(take, _ignore_answer, _raise)
        messages = self._story.messages()
        self._renaming = self._fresh_names()
        self._rest = iter(())
        for told in messages:
            if told.second > OPENING or (not missing and is_live(told.raw)):
                self._rest = merge(chain((told,), messages), self._cues, key=_second)
                break
            self._learn(told.raw)
            stream.feed(self._renaming(told.raw))
            self._reached = told.second
        self._since = now

    def _fresh_names(self) -> Renaming:
        shift = int(self._pbx.clock.wall() - self._base) if self._base else 0
        return Renaming(self._pbx.numbers, shift, lambda: self._speed, self._story.queues)

    def _learn(self, raw: bytes) -> None:
        """What only responses tell: the version, and the system's name."""
        if raw.startswith(b"Response: "):
            version = _header(raw, b"AsteriskVersion")
            if version:
                self._pbx.version = version.decode("utf-8", "replace")
                self._pbx.system_name = _header(raw, b"SystemName").decode("utf-8", "replace")

    async def _turn(self) -> None:
        there = Floor(self._pbx.floor.pbx)
        self._open(there)
        self._pbx.astray.clear()
        for _ in turn(self._pbx, there):
            self._reached, self._since = self._story.seconds, self._pbx.clock.monotonic()
            await self._until(self._story.seconds + BREATH)
        self._reached, self._since = 0.0, self._pbx.clock.monotonic()

    # --- message by message

    def _play(self, told: Told) -> None:
        raw = told.raw
        if is_live(raw):
            said = heard(self._pbx, self._renaming(raw))
            if said is not None:
                self._pbx.say(said)
        elif raw.startswith(b"Event: QueueEntry\r\n"):
            row = self._renaming(raw)
            priority, uniqueid = (
                _header(row, b"Priority"),
                Uniqueid(_header(row, b"Uniqueid").decode("utf-8", "replace")),
            )
            if priority.isdigit() and uniqueid not in self._pbx.astray.raised:
                self._pbx.priorities[uniqueid] = int(priority)

    async def _skip_to(self, second: float) -> None:
        speed = self._speed or 1.0
        stream = Recorded(lambda fact: self._pbx.take(fact, age), _ignore_answer, _raise)
        for count, told in enumerate(self._rest, 1):
            if told.second > second:
                self._rest = chain((told,), self._rest)
                break
            if isinstance(told, Cue):
                continue
            age = (second - told.second) / speed
            if is_live(told.raw):
                stream.feed(self._renaming(told.raw))
            if count % AT_ONCE == 0:
                await asyncio.sleep(0)
        self._reached, self._since = second, self._pbx.clock.monotonic()

    async def _until(self, second: float) -> None:
        """Return when the recording has come to `second`; a silence longer than the story allows is cut short."""
        clock = self._pbx.clock
        self._following = second
        while True:
            if self._speed <= 0:
                due = math.inf
            else:
                wait = (second - self._reached) / self._speed
                due = self._since + (min(wait, self._story.silence) if self._story.silence else wait)
            if due <= clock.monotonic():
                break
            self._turned.clear()
            try:
                if due == math.inf:
                    await self._turned.wait()
                else:
                    async with clock.timeout(due - clock.monotonic()):
                        await self._turned.wait()
            except TimeoutError:
                continue
        self._reached, self._since = second, due


def _second(one: Told | Cue) -> float:
    return one.second


def _leave_out(cue: Cue) -> None:
    """A replay shows what was recorded."""


def is_live(raw: bytes) -> bool:
    """Whether Asterisk said it by itself, to an account such as ours: no answer, no row of a list, no other class."""
    if not raw.startswith(_EVENT) or _ACTION_ID in raw or raw.startswith(b"Event: FullyBooted\r\n"):
        return False
    return is_for(raw, READS)


def _recorded_at(story: Story) -> int:
    """When the recording began, seconds since 1970, from the newest Uniqueid near its beginning; 0 where none tells."""
    newest = 0
    for told in story.messages():
        if told.raw.startswith((b"Event: CoreShowChannel\r\n", b"Event: Newchannel\r\n")):
            newest = max(newest, *times_of_day(told.raw), 0)
        if newest and told.second > 0 and is_live(told.raw):
            return newest - int(told.second)
    return newest


def _header(raw: bytes, name: bytes) -> bytes:
    start = raw.find(b"\r\n" + name + b": ")
    if start < 0:
        return b""
    start += len(name) + 4
    return raw[start : raw.find(b"\r\n", start)]


def _checked(speed: float) -> float:
    if not 0 <= speed <= FASTEST:
        raise ValueError(f"a speed is between 0 and {FASTEST:g}, not {speed}")
    return speed


def _ignore_answer(answer: object) -> None:
    """The recorded console's answers are nobody's here."""


def _raise(trouble: Exception) -> None:
    raise trouble
