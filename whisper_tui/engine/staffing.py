"""What is done to agents in their queues: pauses, memberships, penalties. Allowed queue by queue."""

from __future__ import annotations

from collections.abc import Collection
from typing import assert_never

from whisper_tui.ami.names import is_code
from whisper_tui.ami.queue_actions import MOST, QueueAdd, QueuePause, QueuePenalty, QueueRemove
from whisper_tui.audit.records import CallRef, Whom
from whisper_tui.engine.carrying import Plan, Step
from whisper_tui.engine.line import Line
from whisper_tui.engine.rows import AgentRow
from whisper_tui.engine.views import Sight
from whisper_tui.floor.model import Member
from whisper_tui.permissions.policy import CallFacts, Denied
from whisper_tui.supervision.acts import LogOut, MoveAgent, Pause, SetPenalty, StaffAct, Unpause
from whisper_tui.terms import Notice, Right


class Staffing:
    """Of one supervisor.

    Args:
        reasons: the codes of which a pause has one.
    """

    def __init__(self, sight: Sight, reasons: Collection[str]) -> None:
        self._sight = sight
        self._reasons = tuple(reasons)

    def plan(self, line: Line, intent: StaffAct) -> Plan | Notice | Denied:
        """What would be done, or why nothing would be."""
        row = self._sight.agent(line, intent.agent)
        if row is None:
            return Denied("no-such-agent", hidden=True)
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        match intent:
            case Pause() | Unpause():
                return self._pause(line, row, intent)
            case LogOut():
                return self._log_out(line, row, intent)
            case MoveAgent():
                return self._move(line, row, intent)
            case SetPenalty():
                return self._set_penalty(line, row, intent)
            case _:
                assert_never(intent)

    # --- pauses

    def _pause(self, line: Line, row: AgentRow, intent: Pause | Unpause) -> Plan | Notice | Denied:
        denied, wanted = None, []
        for each in row.members:
            answer = self._denies(Right.AGENT_PAUSE, line, each.queue, row.device)
            if answer is not None:
                denied = answer
            elif each.paused is not isinstance(intent, Pause):
                wanted.append(member_of(line, row.device, each.queue))
        if not wanted:
            code = "pause.already" if isinstance(intent, Pause) else "pause.none"
            return denied or Notice(code, {"agent": row.name})
        if isinstance(intent, Pause) and intent.reason not in self._reasons:
            queues = " ".join(member.queue for member in wanted)
            return Notice("pause.reason", {"codes": ", ".join(self._reasons), "queues": queues})
        return Plan(line, tuple(self._pause_step(line, row, member, intent) for member in wanted))

    def _pause_step(self, line: Line, row: AgentRow, member: Member, intent: Pause | Unpause) -> Step:
        paused, reason = isinstance(intent, Pause), intent.reason if isinstance(intent, Pause) else ""
        return Step(
            "pause" if paused else "unpause",
            QueuePause(member.queue, member.interface, paused, reason),
            lambda: self._bars(Right.AGENT_PAUSE, line, member, row.device),
            _whom(row, member.queue),
            CallRef(line.pbx),
            reason=reason,
            values={"agent": row.name, "queue": member.queue},
            stopped="acted.stopped",
        )

    # --- memberships

    def _log_out(self, line: Line, row: AgentRow, intent: LogOut) -> Plan | Notice | Denied:
        member = self._leaving(line, row, intent.queue)
        if not isinstance(member, Member):
            return member
        step = Step(
            "logout",
            QueueRemove(member.queue, member.interface),
            lambda: self._bars(Right.AGENT_QUEUE, line, member, row.device),
            _whom(row, member.queue),
            CallRef(line.pbx),
            done=lambda: not is_member(line, member),
            values={"agent": row.name, "queue": member.queue},
        )
        return Plan(line, (step,))

    def _move(self, line: Line, row: AgentRow, intent: MoveAgent) -> Plan | Notice | Denied:
        """Into the new queue first, then out of the old one: whatever fails, they are in one of the two."""
        member, to = self._leaving(line, row, intent.queue), intent.to
        if not isinstance(member, Member):
            return member
        if self._sight.queue(line, to) is None:
            return Denied("no-such-queue", hidden=True, more={"to": to})
        if (denied := self._denies(Right.AGENT_QUEUE, line, to, row.device)) is not None:
            return denied
        values = {"agent": row.name, "queue": member.queue, "to": to}
        if self._is_in(line, member, to):
            return Notice("move.member", values)

        def bars_in() -> Notice | Denied | None:
            if self._is_in(line, member, to):
                return Notice("move.member", values)
            barred = self._bars(Right.AGENT_QUEUE, line, member, row.device)
            return barred or self._denies(Right.AGENT_QUEUE, line, to, row.device)

        into = Step(
            "move-in",
            QueueAdd(
                to,
                member.interface,
                member.name,
                member.penalty,
                member.state_interface,
                member.paused,
                member.reason if member.paused and is_code(member.reason) else "",
            ),
            bars_in,
            _whom(row, to),
            CallRef(line.pbx),
            detail=f"from {member.queue}",
            done=lambda: to in line.floor.queues and member.interface in line.floor.queues[to].members,
            says="move_in",
            values=values,
        )
        out_of = Step(
            "move-out",
            QueueRemove(member.queue, member.interface),
            lambda: self._bars(Right.AGENT_QUEUE, line, member, row.device),
            _whom(row, member.queue),
            CallRef(line.pbx),
            detail=f"to {to}",
            done=lambda: not is_member(line, member),
            says="move_out",
            values=values,
            stopped="move_out.stopped",
        )
        return Plan(line, (into, out_of))

    def _leaving(self, line: Line, row: AgentRow, queue: str) -> Member | Notice | Denied:
        """The membership that would be ended, or why it cannot be."""
        if queue not in (each.queue for each in row.members):
            return Notice("agent.not_in", {"agent": row.name, "queue": queue})
        if (denied := self._denies(Right.AGENT_QUEUE, line, queue, row.device)) is not None:
            return denied
        member = member_of(line, row.device, queue)
        return member if member.dynamic else Notice("agent.static", {"agent": row.name, "queue": queue})

    # --- penalties

    def _set_penalty(self, line: Line, row: AgentRow, intent: SetPenalty) -> Plan | Notice | Denied:
        queue, penalty = intent.queue, intent.penalty
        if queue not in (each.queue for each in row.members):
            return Notice("agent.not_in", {"agent": row.name, "queue": queue})
        if (denied := self._denies(Right.AGENT_QUEUE, line, queue, row.device)) is not None:
            return denied
        member = member_of(line, row.device, queue)
        values = {"agent": row.name, "queue": queue, "penalty": str(member.penalty), "most": str(MOST)}
        if penalty is None or not 0 <= penalty <= MOST:
            return Notice("penalty.how", values)
        if penalty == member.penalty:
            return Notice("penalty.already", values)
        step = Step(
            "penalty",
            QueuePenalty(queue, member.interface, penalty),
            lambda: self._bars(Right.AGENT_QUEUE, line, member, row.device),
            _whom(row, queue),
            CallRef(line.pbx),
            detail=f"penalty {penalty}, was {member.penalty}",
            done=lambda: member.penalty == penalty,
            values=values,
        )
        return Plan(line, (step,))

    # --- all of them

    def _bars(self, right: Right, line: Line, member: Member, agent: str) -> Notice | Denied | None:
        """Why nothing must be done with this membership now."""
        if not is_member(line, member):
            return Notice("agent.gone")
        if not line.live:
            return Notice("link.stale", {"pbx": line.pbx})
        return self._denies(right, line, member.queue, agent)

    def _denies(self, right: Right, line: Line, queue: str, agent: str) -> Denied | None:
        answer = self._sight.decide(right, CallFacts(line.pbx, queue, agent))
        return answer if isinstance(answer, Denied) else None

    @staticmethod
    def _is_in(line: Line, member: Member, queue: str) -> bool:
        """Whether who is this member is one of that queue too, by this interface or by the phone."""
        agent, there = line.floor.agents.get(member.device), line.floor.queues.get(queue)
        by_phone = agent is not None and queue in agent.queues
        return by_phone or (there is not None and member.interface in there.members)


def member_of(line: Line, agent: str, queue: str) -> Member:
    """Raises:
    KeyError: nobody at that phone is a member of that queue.
    """
    return line.floor.queues[queue].members[line.floor.agents[agent].queues[queue]]


def is_member(line: Line, member: Member) -> bool:
    """Whether it is still the same membership."""
    queue = line.floor.queues.get(member.queue)
    return queue is not None and queue.members.get(member.interface) is member


def _whom(row: AgentRow, queue: str) -> Whom:
    return Whom(row.device, row.name, queue)
