"""Actions that do something to queues: to members, and to who waits. Words and order as measured on Asterisk 22.10.1."""

from __future__ import annotations

import re

from msgspec.structs import replace

from whisper_tui.floor.model import Member, Queue, Waiting
from whisper_tui.simulator.astray import Kept
from whisper_tui.simulator.known import FREE, Known, Reply, succeed
from whisper_tui.simulator.orders import Refusal
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.simulator.wire import Request

TRUE = frozenset({"true", "yes", "1", "on", "y", "t"})
"""What ast_true takes, in small letters."""
_FIGURE = re.compile(r"-?\d+")


class QueueDeeds:
    """Of one PBX."""

    def __init__(self, pbx: SimulatedPbx, transfers: Transfers) -> None:
        self._pbx = pbx
        self._transfers = transfers

    def known(self) -> tuple[Known, ...]:
        """What is answered here."""
        change = "Change priority of a caller on queue."
        withdraw = "Request to withdraw a caller from the queue back to the dialplan."
        agent, pause = "agent,all", "Makes a queue member temporarily unavailable."
        return (
            Known("QueueAdd", "Add interface to queue.", agent, self.add, acts=True),
            Known("QueueChangePriorityCaller", change, FREE, self.change_priority, acts=True),
            Known("QueuePause", pause, agent, self.pause, acts=True),
            Known("QueuePenalty", "Set the penalty for a queue member.", agent, self.penalty, acts=True),
            Known("QueueRemove", "Remove interface from queue.", agent, self.remove, acts=True),
            Known("QueueWithdrawCaller", withdraw, FREE, self.withdraw, acts=True),
        )

    def pause(self, request: Request, reply: Reply) -> None:
        """Of one member in one queue, or in all; words as app_queue.c has them."""
        members = self._members(request, "Interface not found")
        paused = request.get("Paused").lower() in TRUE
        succeed(request, reply, f"Interface {'paused' if paused else 'unpaused'} successfully")
        for member in members:
            member.paused, member.reason = paused, request.get("Reason") if paused else ""
            member.last_pause = int(self._pbx.clock.wall()) if paused else member.last_pause
            self._pbx.astray.kept_of(member.queue, member.interface).pause = (paused, member.reason, member.last_pause)
            self._pbx.member(member, "Pause")

    def add(self, request: Request, reply: Reply) -> None:
        """A dynamic member, in the state that the phone is in."""
        name, interface = _wanted(request, "Queue", "Interface")
        queue = self._pbx.floor.queues.get(name)
        if queue is None:
            raise Refusal("Unable to add interface to queue: No such queue")
        if interface in queue.members:
            raise Refusal("Unable to add interface: Already there")
        state = request.get("StateInterface") or interface
        agent = self._pbx.floor.agents.get(state)
        elsewhere = [self._pbx.floor.queues[q].members[i] for q, i in agent.queues.items()] if agent is not None else []
        paused, now = request.get("Paused").lower() in TRUE, int(self._pbx.clock.wall())
        member = Member(
            name,
            interface,
            state,
            request.get("MemberName") or interface,
            state,
            dynamic=True,
            penalty=_figure(request.get("Penalty")),
            last_pause=now if paused else 0,
            login_time=now,
            status=elsewhere[0].status if elsewhere else 1,
            paused=paused,
            reason=request.get("Reason") if paused else "",
        )
        pause = (paused, member.reason, member.last_pause)
        self._pbx.astray.members[name, interface] = Kept(there=True, pause=pause, penalty=member.penalty)
        self._pbx.member(member, "Added")
        succeed(request, reply, "Added interface to queue")

    def remove(self, request: Request, reply: Reply) -> None:
        name, interface = _wanted(request, "Queue", "Interface")
        queue = self._pbx.floor.queues.get(name)
        if queue is None:
            raise Refusal("Unable to remove interface from queue: No such queue")
        member = queue.members.get(interface)
        if member is None:
            raise Refusal("Unable to remove interface: Not there")
        if not member.dynamic:
            raise Refusal("Member not dynamic")
        self._pbx.astray.members[name, interface] = Kept(there=False)
        self._pbx.member(member, "Removed")
        succeed(request, reply, "Removed interface from queue")

    def penalty(self, request: Request, reply: Reply) -> None:
        members = self._members(request, "Invalid interface, queuename or penalty")
        penalty = _figure(request.get("Penalty"))
        if penalty < 0:
            raise Refusal("Invalid interface, queuename or penalty")
        for member in members:
            self._pbx.astray.kept_of(member.queue, member.interface).penalty = penalty
            self._pbx.member(replace(member, penalty=penalty), "Penalty")
        succeed(request, reply, "Interface penalty set successfully")

    def change_priority(self, request: Request, reply: Reply) -> None:
        """No event tells of it; with `Immediate` the caller stands in front of the first who has a smaller one."""
        name, caller, figure = _wanted(request, "Queue", "Caller", "Priority")
        if not _FIGURE.fullmatch(figure):
            raise Refusal("'Priority' need integer.")
        queue, waiting = self._waiting(name, caller, "Unable to change priority caller on queue")
        priority = int(figure)
        self._pbx.priorities[waiting.uniqueid] = waiting.priority = priority
        self._pbx.astray.raised.add(waiting.uniqueid)
        if request.get("Immediate").lower() in TRUE:
            others = [one for one in queue.waiting.values() if one is not waiting]
            at = next((at for at, one in enumerate(others) if self._priority(one) < priority), len(others))
            others.insert(at, waiting)
            for place, one in enumerate(others, 1):
                one.position = place
            queue.waiting = {one.uniqueid: one for one in others}
        succeed(request, reply, "Priority change for caller on queue")

    def withdraw(self, request: Request, reply: Reply) -> None:
        name, caller = _wanted(request, "Queue", "Caller")
        _queue, waiting = self._waiting(name, caller, "Unable to request withdraw from queue")
        succeed(request, reply, "Withdraw requested successfully")
        self._transfers.withdraw(self._pbx.floor.calls[waiting.uniqueid])

    def _priority(self, waiting: Waiting) -> int:
        return self._pbx.priorities.get(waiting.uniqueid, 0) if waiting.priority is None else waiting.priority

    def _waiting(self, name: str, caller: str, refusal: str) -> tuple[Queue, Waiting]:
        """Who waits there by the name of their channel: a Uniqueid is no such caller."""
        queue = self._pbx.floor.queues.get(name)
        if queue is None:
            raise Refusal(f"{refusal}: No such queue")
        channels = self._pbx.floor.channels
        found = next((one for one in queue.waiting.values() if channels[one.uniqueid].name == caller), None)
        if found is None:
            raise Refusal(f"{refusal}: No such caller")
        return queue, found

    def _members(self, request: Request, refusal: str) -> list[Member]:
        queue, interface = request.get("Queue"), request.get("Interface")
        queues = [each for each in self._pbx.floor.queues.values() if queue in ("", each.name)]
        members = [each.members[interface] for each in queues if interface in each.members]
        if not members:
            raise Refusal(refusal)
        return members


def _wanted(request: Request, *names: str) -> list[str]:
    for name in names:
        if not request.get(name):
            raise Refusal(f"'{name}' not specified.")
    return [request.get(name) for name in names]


def _figure(text: str) -> int:
    """As sscanf reads it; what is none is 0."""
    return int(text) if _FIGURE.fullmatch(text) else 0
