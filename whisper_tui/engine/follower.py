"""Goes where the call, or the agent, that was heard has gone: proposes each hop, asks for it like a key, and says what came of it.

A hop begins from an idle leg: what was heard before is released first, so nobody hears anything on the way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping

from msgspec.structs import replace

from whisper_tui.engine.handset import Handset
from whisper_tui.engine.line import Line
from whisper_tui.floor.model import Call
from whisper_tui.permissions.explain import NO_SUCH_CALL
from whisper_tui.supervision import follow
from whisper_tui.supervision.follow import Following
from whisper_tui.supervision.intents import Answer, Done, Listen, Refused, Whom
from whisper_tui.supervision.session import Session, State
from whisper_tui.terms import CallKey, Notice, Pbx, SessionId

PASSING = frozenset({"busy.asking", "call.changed", "call.waiting", "call.gone", "call.no_agent_channel", "link.stale"})
"""Refusals that may be over with the next change on the floor; after any other one the same hop is not asked for again."""


class Follower:
    """Of one supervisor.

    Args:
        enter: asks for a call as its key would, with the session that it continues.
        say: called with what a person should be told once.
        changed: called whenever what is followed has changed.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        handset: Handset,
        enter: Callable[[Listen, SessionId], Awaitable[Answer]],
        say: Callable[[Notice], None],
        changed: Callable[[], None],
    ) -> None:
        self._lines = lines
        self._handset = handset
        self._enter = enter
        self._say = say
        self._changed = changed
        self._following: Following | None = None
        self._last = SessionId("")
        self._along = False
        """Not asked for by a person: it ends with the first hop."""
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def whom(self) -> Whom | None:
        """What a person has asked to follow."""
        return self._following.whom if self._following is not None and not self._along else None

    def begin(self, whom: Whom, session: Session) -> None:
        """Follow the call, or the agent, of `session` from now on."""
        self._start(whom, session, along=False)

    def go_along(self, session: Session) -> None:
        """The agent's channel has another customer: go to that call, unless a person's own following says where to go."""
        if self._following is None:
            self._start(Whom.AGENT, session, along=True)

    def end(self) -> None:
        """Follow nothing any more."""
        if self._following is not None:
            self._following, self._handset.follows, self._along = None, False, False
            self._changed()

    def news(self) -> None:
        """Something changed on the floor or at the phone."""
        if self._following is None:
            return
        if self._handset.leg is None:
            self.end()
        elif self._handset.session is not None:
            self._last = self._handset.session.ident
        self._news.set()

    def close(self) -> None:
        self.end()
        if self._task is not None:
            self._task.cancel()

    def _start(self, whom: Whom, session: Session, *, along: bool) -> None:
        self._following, self._last, self._along = follow.begin(whom, session), session.ident, along
        self._handset.follows = True
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())
            self._task.add_done_callback(lambda _: self.end())  # whatever ends it, nothing is said to be followed then
        self._changed()

    async def _run(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            following = self._following
            if following is None or self._handset.state is not State.IDLE:
                continue
            floor = self._lines[following.pbx].floor
            if follow.over(following, floor):
                self._say(Notice("follow.over", {"agent": following.agent}))
                self.end()
            elif (call := follow.hop(following, floor)) is not None:
                await self._hop(following, call)

    async def _hop(self, following: Following, call: Call) -> None:
        assert call.agent_channel is not None  # `follow.hop` proposes no other
        there = replace(following, call=call.key, agent=call.agent, heard=call.agent_channel)
        answer = await self._enter(Listen(CallKey(following.pbx, call.key)), self._last)
        if self._following is not following:
            return
        match answer:
            case Done():
                session = self._handset.session
                self._say(Notice("follow.hopped", {"agent": session.member if session else call.agent}))
            case Refused(why=why) if why.code in PASSING:
                return
            case Refused(why=why, denied=denied):
                hidden = denied and why == NO_SUCH_CALL  # the person knows the call, and not where it went
                self._say(Notice("follow.denied") if hidden else why)
        self._following = there
        if self._along:
            self.end()
