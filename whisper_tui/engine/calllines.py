"""How good the lines of the call in hand are: the agent's and the supervisor's own, read at aim and then at a slow beat.

Of no other call is anything asked. RTCP events (class `reporting`) are not read: most of their bytes are about other calls.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from typing import NamedTuple

from whisper_tui.ami import rtcp
from whisper_tui.ami.actions import Getvar, Outcome
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.ami.rtcp import Rtcp
from whisper_tui.clock import Clock
from whisper_tui.engine.chores import Chores
from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.supervision.quality import NOT_TOLD, LineLimits, Quality, figures, kept, quality_of
from whisper_tui.supervision.session import SPYING, Session
from whisper_tui.terms import Notice, Pbx, Uniqueid

BEAT = 5.0
"""Seconds between two readings: as often as phones and Asterisk report to each other."""


class Heard(NamedTuple):
    """The lines of one session."""

    agent: Quality = NOT_TOLD
    own: Quality = NOT_TOLD


UNHEARD = Heard()


class CallLines:
    """Of one supervisor.

    Args:
        limits: from where on a line is bad.
        changed: called when another thing is known of them.
        say: called with what a person should be told once.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        handset: Handset,
        clock: Clock,
        limits: LineLimits,
        changed: Callable[[], None],
        say: Callable[[Notice], None],
    ) -> None:
        self.heard = UNHEARD
        self._lines = lines
        self._handset = handset
        self._clock = clock
        self._limits = limits
        self._changed = changed
        self._say = say
        self._of: Session | None = None
        self._told: Session | None = None
        """The last one whose agent's line was said to be bad."""
        self._chores = Chores()

    def look(self) -> None:
        """Another session may be up, or none."""
        session = self._handset.session if self._handset.state in SPYING else None
        if session is self._of:
            return
        self._of, self.heard = session, UNHEARD
        self._chores.close()  # a session that was in a takeover may be back before the next beat
        if session is not None:
            self._chores.begin(self._keep(session))

    def close(self) -> None:
        self._chores.close()

    async def _keep(self, session: Session) -> None:
        line = self._lines[session.call.pbx]
        agent: tuple[Rtcp, ...] = ()
        own: tuple[Rtcp, ...] = ()
        before = began = self._clock.monotonic()
        while True:
            answers = await asyncio.gather(_read(line, session.target), _read(line, session.leg))
            if own and answers[1] is not None:
                self._mind(own[-1], answers[1], before)
            agent, own = (kept(so_far, new) if new else () for so_far, new in zip((agent, own), answers, strict=True))
            self._know(Heard(quality_of(agent, self._limits), quality_of(own, self._limits)))
            if self.heard.agent.faults and self._told is not session:
                self._told = session
                self._say(Notice("quality.bad", {"agent": session.member, **_wrong(self.heard.agent)}))
            before = began
            await self._clock.until(began + BEAT)
            began = self._clock.monotonic()

    def _know(self, heard: Heard) -> None:
        if heard != self.heard:
            self.heard = heard
            self._changed()

    def _mind(self, before: Rtcp, now: Rtcp, since: float) -> None:
        """A phone that sends no packets at all is silent, and talk detection never says so (AMI.md Q9)."""
        if now.received == before.received:
            self._handset.sends_nothing(since)
        else:
            self._handset.sends_again()


def _wrong(quality: Quality) -> dict[str, str]:
    """What is wrong with a line, as values of a notice."""
    known = figures(quality)
    return {fault.value: known[fault] for fault in quality.faults}


async def _read(line: Line, channel: str) -> Rtcp | None:
    try:
        reply = await line.wire.send(Getvar(Uniqueid(channel), rtcp.VARIABLE))
    except UnsafeAction:  # an id that no action of ours may carry
        return None
    return rtcp.read(reply.value) if reply.outcome is Outcome.DONE else None
