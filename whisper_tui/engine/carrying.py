"""What is done to the floor, one action after another: each on disk before it, decided again after that, and none sent twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct, field

from whisper_tui.ami.actions import Action, Outcome, Reply
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.audit.records import CallRef, Kind, Whom
from whisper_tui.clock import Clock
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe
from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Denied
from whisper_tui.supervision.intents import Answer, Done, Refused
from whisper_tui.terms import Notice

SOON = 3.0
"""Seconds within which the PBX tells what it has answered that it has done."""


class Step(Struct, frozen=True):
    """One action.

    Args:
        deed, whom, call, reason, detail: what the log says of it.
        bars: why it must not be done now; asked once what is about to be done is on disk.
        done: what the floor shows once it is done; None: the PBX's answer is all there is.
        says: what is said where it is not done is `.failed` and `.unknown` behind this, with `values`; and `.unwritten` where
            something was done before it, and it is not on disk itself.
        stopped: what is said where `bars` stops it and something was done before it; "": what `bars` says.
    """

    deed: str
    action: Action
    bars: Callable[[], Notice | Denied | None]
    whom: Whom | None = None
    call: CallRef | None = None
    reason: str = ""
    detail: str = ""
    done: Callable[[], bool] | None = None
    says: str = "acted"
    values: Mapping[str, str] = field(default_factory=dict)
    stopped: str = ""


class Plan(Struct, frozen=True):
    """What would be done.

    Args:
        look: asks the PBX for the facts before anything is written; returns what stands against it. What is done is then planned
            anew.
        then: asked once all is done, for what has come of it.
    """

    line: Line
    steps: tuple[Step, ...]
    look: Callable[[], Awaitable[Notice | Denied | None]] | None = None
    then: Callable[[], Awaitable[Answer]] | None = None


class Carrying:
    """Of one supervisor."""

    def __init__(self, scribe: Scribe, clock: Clock) -> None:
        self._scribe = scribe
        self._clock = clock
        self._waiting: set[asyncio.Event] = set()

    def news(self) -> None:
        """The floor has changed."""
        for each in self._waiting:
            each.set()

    async def carry_out(self, plan: Plan) -> Answer:
        """Do it step by step, up to the first that is not done.

        Raises:
            WhisperError: the first step is not on disk; nothing was done.
        """
        for at, step in enumerate(plan.steps):
            try:
                refused = await self._do(plan.line, step, is_first=at == 0)
            except WhisperError as trouble:
                if at == 0:
                    raise
                values = {**step.values, "where": trouble.where, "why": trouble.what}
                return Refused(Notice(f"{step.says}.unwritten", values))
            if refused is not None:
                return refused
        return Done() if plan.then is None else await plan.then()

    async def until(self, so: Callable[[], bool], seconds: float = SOON) -> bool:
        """Whether it is so on the floor within that time."""
        news = asyncio.Event()
        self._waiting.add(news)
        try:
            async with self._clock.timeout(seconds):
                while not so():
                    news.clear()
                    await news.wait()
        except TimeoutError:
            return so()
        finally:
            self._waiting.discard(news)
        return True

    async def _do(self, line: Line, step: Step, *, is_first: bool) -> Refused | None:
        await self._scribe.about(
            Kind.ACTED, deed=step.deed, whom=step.whom, call=step.call, reason=step.reason, detail=step.detail
        )
        if (why := step.bars()) is not None:  # the disk, and the PBX before, took their time
            self.not_done(step, f"denied.{why.rule}" if isinstance(why, Denied) else why.code, "")
            if step.stopped and not is_first:
                return Refused(Notice(step.stopped, step.values))
            return Refused(words_of(why), denied=isinstance(why, Denied))
        reply = await send(line, step.action)
        if reply.outcome is Outcome.DONE and step.done is not None and not await self.until(step.done):
            reply = Reply(Outcome.UNKNOWN)
        if reply.outcome is Outcome.DONE:
            return None
        cause = f"{step.says}.{'unknown' if reply.outcome is Outcome.UNKNOWN else 'failed'}"
        self.not_done(step, cause, reply.message)
        return Refused(Notice(cause, {**step.values, "error": reply.message}))

    def not_done(self, step: Step, cause: str, why: str) -> None:
        """Write down what has come of a step that is on disk."""
        detail = ": ".join(part for part in (step.detail, why) if part)
        self._scribe.about_soon(
            Kind.ACTED,
            deed=step.deed,
            whom=step.whom,
            call=step.call,
            reason=step.reason,
            cause=cause,
            detail=detail,
        )


async def send(line: Line, action: Action) -> Reply:
    """What becomes of `action`; one that no action of ours may carry, such as a queue of an odd name, fails."""
    try:
        return await line.wire.send(action)
    except UnsafeAction as unsafe:
        return Reply(Outcome.FAILED, f"{unsafe.what}: {unsafe.where}")
