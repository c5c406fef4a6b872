"""Takes the steps of one leg: sends each action once, waits for the event that confirms it, and gives up at its limit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar

from whisper_tui.ami.actions import Outcome, Reply
from whisper_tui.clock import Clock
from whisper_tui.engine.line import Line
from whisper_tui.supervision.leg import CONFIRM, Leg, LegGone, Step, Steps, Unconfirmed

Result = TypeVar("Result")

NO_SUCH_CHANNEL = ("No such channel", "Channel not found")
"""What Asterisk answers to an action on a channel that is gone; the second is PlayDTMF's (manager.c, measured on 22.10.1)."""


class Driver:
    """One leg on one line. Whoever tells the leg of an event calls `wake` afterwards."""

    def __init__(self, leg: Leg, line: Line, clock: Clock) -> None:
        self.leg = leg
        self.line = line
        self._clock = clock
        self._waiting: list[asyncio.Future[None]] = []
        self._given_up = False

    async def run(self, todo: Steps[Result]) -> Result:
        """Take every step of `todo` and return its result.

        Raises:
            Unconfirmed: a step was not confirmed within its limit; what it changed is unknown.
            LegGone: the leg ended.
            WhisperError: as `todo` itself raises.
        """
        try:
            taken = next(todo)
            while True:
                taken = todo.send(await self._take(taken))
        except StopIteration as done:
            result: Result = done.value
            return result

    async def until(self, happened: Callable[[], bool]) -> None:
        """Return once `happened()`, looking again after every event.

        Raises:
            LegGone: the leg ended first.
            Unconfirmed: everything was given up.
        """
        while not happened():
            if self.leg.over:
                raise LegGone("the leg ended", self.leg.ident)
            if self._given_up:
                raise Unconfirmed("link")
            news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append(news)
            await news

    async def ended(self, seconds: float) -> bool:
        """Wait for the leg's end; return whether it was seen within `seconds`."""
        try:
            async with self._clock.timeout(seconds):
                while not self.leg.over:
                    news: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                    self._waiting.append(news)
                    await news
        except TimeoutError:
            return False
        return True

    def wake(self) -> None:
        waiting, self._waiting = self._waiting, []
        for news in waiting:
            if not news.done():
                news.set_result(None)

    def give_up(self) -> None:
        """Nothing more will be confirmed: every step that waits fails."""
        self._given_up = True
        self.wake()

    def take_up(self) -> None:
        """The link is back, and what the leg is in is known again."""
        self._given_up = False

    async def _take(self, taken: Step) -> Reply:
        reply = Reply(Outcome.DONE)
        if taken.after:
            await self._clock.until(self._clock.monotonic() + taken.after)
        try:
            async with self._clock.timeout(taken.limit):
                if taken.action is not None:
                    reply = await self.line.wire.send(taken.action)
                if reply.outcome is Outcome.DONE and taken.until is not None:
                    await self.until(taken.until)
        except TimeoutError:
            if not (taken.silent and reply.outcome is Outcome.DONE):
                raise Unconfirmed(taken.name) from None
            reply = Reply(Outcome.UNKNOWN)
        if self._given_up:
            raise Unconfirmed("link")
        if self.leg.over:
            raise LegGone("the leg ended", self.leg.ident)
        if reply.outcome is Outcome.FAILED and not taken.optional and reply.message.startswith(NO_SUCH_CHANNEL):
            # The Hangup may stand behind the answer in the stream.
            await self.ended(CONFIRM)
            raise LegGone("the leg ended", self.leg.ident)
        if (reply.outcome is Outcome.UNKNOWN and not taken.silent) or (
            reply.outcome is Outcome.FAILED and not taken.optional
        ):
            raise Unconfirmed(taken.name, hint=reply.message)
        return reply


async def sweep(line: Line, todo: Steps[None]) -> None:
    """Take steps that tidy up behind a leg that is gone: each action is sent, whatever became of the one before."""
    try:
        taken = next(todo)
        while True:
            taken = todo.send(await line.wire.send(taken.action) if taken.action is not None else Reply(Outcome.DONE))
    except StopIteration:
        return
