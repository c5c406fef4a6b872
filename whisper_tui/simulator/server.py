"""The simulated PBX behind a socket: an AMI server on loopback that plays a story and answers every key.

The demo and `replay` run the whole program against it; nothing in the program knows that it is not an Asterisk.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path

from whisper_tui.clock import Clock, SystemClock
from whisper_tui.floor.model import Floor
from whisper_tui.simulator.answers import Answers
from whisper_tui.simulator.call_deeds import Originated, Text
from whisper_tui.simulator.leg import BUSY, Ending
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.phones import PhoneBehaviour
from whisper_tui.simulator.playing import Player
from whisper_tui.simulator.session import USER, Session
from whisper_tui.simulator.stage import Stage
from whisper_tui.simulator.stories import Story, load
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.terms import Uniqueid

HOST = "127.0.0.1"
HUNG_UP = Ending(requested=True)
"""By the phone itself: a HangupRequest, then the Hangup (measured: without a cause)."""


class Simulator:
    """A running one; `start` and `replay` make it."""

    def __init__(
        self,
        story: Story,
        pbx: SimulatedPbx,
        legs: Legs,
        transfers: Transfers,
        answers: Answers,
        stage: Stage | None,
        speed: float,
        loops: int | None,
        refuses_after: float,
    ) -> None:
        self.host = HOST
        self.port = 0
        self.user = USER
        self.secret = secrets.token_urlsafe(24)
        """Random for each start; never in a log or a repr."""
        self._stage = stage
        perform = stage.perform if stage is not None else None
        self.playback = Player(story, pbx, speed, loops, self._look_away, perform)
        self._story = story
        self._pbx = pbx
        self._legs = legs
        self._transfers = transfers
        self._answers = answers
        self._refuses_after = refuses_after
        self._sessions: set[Session] = set()
        self._serving: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Simulator:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def floor(self) -> Floor:
        """What is true on this PBX: look, do not touch."""
        return self._pbx.floor

    @property
    def originated(self) -> tuple[Originated, ...]:
        """Every Originate that was accepted, in order."""
        return tuple(self._answers.originated)

    @property
    def texts(self) -> tuple[Text, ...]:
        """Every text that a phone was sent, in order."""
        return tuple(self._answers.texts)

    @property
    def heard(self) -> frozenset[tuple[Uniqueid, Uniqueid]]:
        """(leg, channel) of everybody who could hear a leg at any time so far."""
        return frozenset(self._legs.heard)

    def ears(self) -> Mapping[Uniqueid, frozenset[Uniqueid]]:
        """Who hears each leg at this moment, by leg: the truth that the console's words are measured against."""
        return self._legs.ears()

    def press(self, leg: str, digit: str) -> None:
        """Somebody presses a key of the supervisor's phone."""
        found = self._legs.find(leg)
        if found is not None:
            self._legs.press(found, digit)

    def hang_up_phone(self, leg: str) -> None:
        """Somebody hangs up the supervisor's phone; while it rings: declines."""
        found = self._legs.find(leg)
        if found is not None:
            found.end(HUNG_UP if found.answered else BUSY)

    def say(self, event: bytes) -> None:
        """Let an event happen that no recording holds; `event` with the blank line that ends it."""
        self._pbx.say(event)

    def cut_connections(self) -> None:
        """Drop every client, as an Asterisk that is restarted does."""
        for session in list(self._sessions):
            session.close()

    async def _look_away(self) -> None:
        if self._stage is not None:
            self._stage.lower_hands()
        self.cut_connections()
        await self._end_all()

    async def _end_all(self) -> None:
        """Everything that does not come out of the recording."""
        await self._legs.close()
        await self._transfers.close()
        if self._stage is not None:
            await self._stage.close()

    async def listen(self, port: int) -> None:
        """Begin to play and to serve.

        Raises:
            OSError: the port is taken.
        """
        self.playback.start()
        self._server = await asyncio.start_server(self._serve, self.host, port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop everything; every connection is cut and every leg ended."""
        if self._server is not None:
            self._server.close()
        self.cut_connections()
        await self.playback.close()
        await self._end_all()
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()
        self._story.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        session = Session(self._pbx, self._answers, self.secret, self._refuses_after, reader, writer)
        self._sessions.add(session)
        try:
            await self.playback.ready.wait()
            await session.run()
        finally:
            session.close()
            self._sessions.discard(session)
            self._serving.discard(task)


async def start(
    story: Path,
    *,
    speed: float | None = None,
    loop: bool = True,
    port: int = 0,
    answers: PhoneBehaviour | None = None,
    refuses_after: float = 1.0,
    clock: Clock | None = None,
) -> Simulator:
    """Start a PBX that plays `story` and can be acted on; close it when done.

    Args:
        story: a capture's `.ami`, or a `.toml` that names one.
        speed: times as recorded, None for the story's own.
        loop: begin again at the end, with fresh names.
        port: 0 for a free one; `Simulator.port` tells which.
        answers: how phones behave, and what the account may do.
        refuses_after: seconds until a wrong secret is answered.

    Raises:
        StoryUnreadable: the story is not there or is none.
        ValueError: the speed is out of range.
    """
    return await _run(load(story), speed, None if loop else 1, port, answers, refuses_after, clock, acts=True)


async def replay(story: Path, *, speed: float | None = None, port: int = 0, clock: Clock | None = None) -> Simulator:
    """Start a PBX that plays a recording once, and refuses whatever would change it ("Permission denied").

    Raises:
        StoryUnreadable: the recording is not there or is none.
        ValueError: the speed is out of range.
    """
    return await _run(load(story), speed, 1, port, None, 1.0, clock, acts=False)


async def _run(
    story: Story,
    speed: float | None,
    loops: int | None,
    port: int,
    behaviour: PhoneBehaviour | None,
    refuses_after: float,
    clock: Clock | None,
    *,
    acts: bool,
) -> Simulator:
    behaviour = behaviour or PhoneBehaviour()
    pbx = SimulatedPbx(clock or SystemClock(), behaviour.reads)
    pbx.banner = story.banner or pbx.banner
    pbx.said_variables = story.variables
    async with AsyncExitStack() as undo:
        undo.callback(story.close)
        legs = Legs(pbx, behaviour)
        transfers = Transfers(pbx, behaviour)
        answers = Answers(pbx, legs, transfers, acts=acts)
        pace = story.speed if speed is None else speed
        stage = Stage(pbx, legs, transfers) if acts else None
        simulator = Simulator(story, pbx, legs, transfers, answers, stage, pace, loops, refuses_after)
        undo.push_async_callback(simulator.close)
        await simulator.listen(port)
        undo.pop_all()
    return simulator
