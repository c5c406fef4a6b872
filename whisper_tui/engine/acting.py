"""What a supervisor does to the floor: pauses agents and ends their pauses. Allowed queue by queue, and on disk before it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import assert_never

from whisper_tui.ami.actions import Outcome, QueuePause, Reply
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.audit.records import Kind, Whom
from whisper_tui.engine.denials import Attempt, Denials
from whisper_tui.engine.gate import words_of
from whisper_tui.engine.line import Line
from whisper_tui.engine.scribe import Scribe
from whisper_tui.engine.views import Sight
from whisper_tui.floor.model import Member
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied
from whisper_tui.supervision.intents import Act, Answer, Done, Pause, Refused, Unpause
from whisper_tui.terms import Notice, Pbx, Right


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be done: in these of the agent's queues."""

    line: Line
    agent: str
    name: str
    members: tuple[Member, ...]


class Acting:
    """Of one supervisor.

    Args:
        reasons: the codes of which a pause has one.
        replay: nothing can be done to a recording.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        scribe: Scribe,
        denials: Denials,
        reasons: Collection[str],
        *,
        replay: bool,
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._scribe = scribe
        self._denials = denials
        self._reasons = tuple(reasons)
        self._replay = replay

    def why_not(self, intent: Act) -> Notice | Denied | None:
        """Why it would be refused now, or None. `pause.reason`: say why first, as one of `codes`; it would be in `queues`."""
        plan = self._plan(intent)
        return None if isinstance(plan, Plan) else plan

    def note_dim(self, intent: Act) -> None:
        """It was tried; where a rule forbids it, that is written down."""
        if isinstance(denied := self._plan(intent), Denied):
            self._denials.note(Attempt(_deed(intent), denied.rule, whom=Whom(intent.agent)))

    async def do(self, intent: Act) -> Answer:
        """Do it, queue by queue; returns once the PBX has answered for each, or for the first that it did not do.

        Raises:
            WhisperError: it is not on disk; that much was not done.
        """
        plan = self._plan(intent)
        if not isinstance(plan, Plan):
            self.note_dim(intent)
            return Refused(words_of(plan), denied=isinstance(plan, Denied))
        reason = intent.reason if isinstance(intent, Pause) else ""
        for member in plan.members:
            whom = Whom(plan.agent, plan.name, member.queue)
            await self._scribe.about(Kind.ACTED, deed=_deed(intent), whom=whom, reason=reason)
            if (why := self._bars(intent, plan, member)) is not None:  # the disk, and the PBX before, took their time
                self._not_done(intent, whom, f"denied.{why.rule}" if isinstance(why, Denied) else why.code, "")
                return Refused(words_of(why), denied=isinstance(why, Denied))
            reply = await self._send(plan.line, member, intent, reason)
            if reply.outcome is not Outcome.DONE:
                cause = "acted.unknown" if reply.outcome is Outcome.UNKNOWN else "acted.failed"
                self._not_done(intent, whom, cause, reply.message)
                return Refused(Notice(cause, {"agent": plan.name, "queue": member.queue, "error": reply.message}))
        return Done()

    def _not_done(self, intent: Act, whom: Whom, cause: str, why: str) -> None:
        self._scribe.about_soon(Kind.ACTED, deed=_deed(intent), whom=whom, cause=cause, detail=why)

    async def _send(self, line: Line, member: Member, intent: Act, reason: str) -> Reply:
        paused = isinstance(intent, Pause)
        try:
            return await line.wire.send(QueuePause(member.queue, member.interface, paused, reason))
        except UnsafeAction as unsafe:  # a queue with a name that no action of ours may carry
            return Reply(Outcome.FAILED, f"{unsafe.what}: {unsafe.where}")

    def _bars(self, intent: Act, plan: Plan, member: Member) -> Notice | Denied | None:
        """Why it must not be done in this queue now."""
        queue = plan.line.floor.queues.get(member.queue)
        if queue is None or queue.members.get(member.interface) is not member:
            return Notice("agent.gone")
        if not plan.line.live:
            return Notice("link.stale", {"pbx": plan.line.pbx})
        answer = self._may(plan.line, member.queue, intent.agent)
        return answer if isinstance(answer, Denied) else None

    def _may(self, line: Line, queue: str, agent: str) -> Allowed | Denied:
        return self._sight.decide(Right.AGENT_PAUSE, CallFacts(line.pbx, queue, agent))

    def _plan(self, intent: Act) -> Plan | Notice | Denied:
        line = self._lines.get(intent.pbx)
        row = self._sight.agent(line, intent.agent) if line is not None else None
        if line is None or row is None:
            return Notice("agent.gone")
        if self._replay:
            return Notice("mode.replay")
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        floor, denied, wanted = line.floor, None, []
        for each in row.members:
            answer = self._may(line, each.queue, intent.agent)
            if isinstance(answer, Denied):
                denied = answer
            elif each.paused is not isinstance(intent, Pause):
                interface = floor.agents[intent.agent].queues[each.queue]
                wanted.append(floor.queues[each.queue].members[interface])
        match intent:
            case Pause() if not wanted:
                return denied or Notice("pause.already", {"agent": row.name})
            case Pause(reason=reason) if reason not in self._reasons:
                queues = " ".join(member.queue for member in wanted)
                return Notice("pause.reason", {"codes": ", ".join(self._reasons), "queues": queues})
            case Unpause() if not wanted:
                return denied or Notice("pause.none", {"agent": row.name})
            case Pause() | Unpause():
                return Plan(line, intent.agent, row.name, tuple(wanted))
            case _:
                assert_never(intent)


def _deed(intent: Act) -> str:
    return "pause" if isinstance(intent, Pause) else "unpause"
