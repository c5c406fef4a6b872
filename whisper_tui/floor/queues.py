"""What happens in queues: callers join, agents are rung, answer, give up."""

from __future__ import annotations

from whisper_tui.ami.events import (
    AgentCalled,
    AgentCompleted,
    AgentConnected,
    AgentRangOut,
    BlindTransferred,
    QueueAbandoned,
    QueueJoined,
    QueueLeft,
)
from whisper_tui.floor.bridges import leave, regroup
from whisper_tui.floor.calls import (
    connect,
    detach,
    leave_line,
    move_to_queue,
    open_call,
    ring,
    stand_in_line,
    stop_ringing,
    waits,
)
from whisper_tui.floor.channels import add_channel, see_caller
from whisper_tui.floor.members import agent_of, phone_of
from whisper_tui.floor.model import Call, Changes, Channel, Floor, Waiting
from whisper_tui.floor.trace import behind, is_half
from whisper_tui.terms import Uniqueid


def on_joined(floor: Floor, fact: QueueJoined, now: float, changes: Changes) -> None:
    if not fact.uniqueid:
        return
    caller = floor.channels.get(fact.uniqueid)
    if caller is None:
        caller = add_channel(floor, fact.uniqueid, fact.linkedid, fact.channel, now)
    see_caller(floor, caller, fact.number, fact.name, changes)
    queue = floor.queues.get(fact.queue)
    if queue is not None and fact.uniqueid in queue.waiting:
        return  # a list was quicker
    before = len(queue.waiting) if queue is not None else 0
    last = queue.waiting[next(reversed(queue.waiting))] if queue is not None and queue.waiting else None
    place = Waiting(fact.uniqueid, fact.queue, max(1, fact.position), now)
    moved = join(floor, caller, place, now, changes)
    # Behind somebody who has a priority may stand anybody: with the same one, a smaller one, or none; no event tells it.
    if floor.seeded and (moved or fact.count != before + 1 or (last is not None and last.priority)):
        changes.reread = True


def join(floor: Floor, caller: Channel, place: Waiting, now: float, changes: Changes) -> bool:
    """Put `caller` into a queue's line at `place`; return whether others had to make room. Legs never wait."""
    if caller.leg:
        return False
    if caller.bridge:
        leave(floor, caller, now, changes)  # whoever waits in a queue is in no bridge
    if caller.call != caller.uniqueid:
        detach(floor, caller, now, changes)
    call = floor.calls.get(caller.uniqueid) or open_call(floor, caller, place.queue, changes)
    return stand_in_line(floor, call, place, now, changes)


def on_left(floor: Floor, fact: QueueLeft, now: float, changes: Changes) -> None:
    """Answered, abandoned or thrown out: what comes next tells."""
    call = floor.calls.get(fact.uniqueid)
    if call is None or call.queue != fact.queue:
        return
    place = waits(floor, call)
    if place is not None and floor.seeded and place.position != fact.position:
        changes.reread = True
    leave_line(floor, call, now, changes)


def on_abandoned(floor: Floor, fact: QueueAbandoned, now: float, changes: Changes) -> None:
    queue = floor.queues.get(fact.queue)
    if queue is not None:
        queue.abandoned += 1
        changes.queues.add(queue.name)


def on_called(floor: Floor, fact: AgentCalled, now: float, changes: Changes) -> None:
    call = floor.calls.get(fact.uniqueid)
    if call is None or waits(floor, call) is None:
        changes.reread |= floor.seeded
        return
    dest = _rung(floor, call, fact.dest_uniqueid, fact.dest_channel, now)
    if dest is not None:
        ring(floor, call, dest, fact.interface, now, changes)
        if dest.uniqueid in call.ringing:
            call.ringing[dest.uniqueid] = fact.interface


def on_connected(floor: Floor, fact: AgentConnected, now: float, changes: Changes) -> None:
    call = floor.calls.get(fact.uniqueid)
    if call is None:
        caller = floor.channels.get(fact.uniqueid)
        if caller is None or caller.leg:
            changes.reread |= floor.seeded
            return
        detach(floor, caller, now, changes)
        call = open_call(floor, caller, fact.queue, changes)
    dest = _rung(floor, call, fact.dest_uniqueid, fact.dest_channel, now)
    move_to_queue(floor, call, fact.queue, now, changes)
    if call.waited is None:
        call.waited = float(fact.hold_time)
    device = phone_of(floor, fact.queue, fact.interface)
    agent = agent_of(floor, device)
    if agent.name == device and fact.member:
        agent.name = fact.member
    call.interface, call.answered_by = fact.interface, fact.dest_uniqueid
    connect(floor, call, device, _phone(floor, call, dest, device), now, changes)
    regroup(floor, call, now, changes)


def on_rang_out(floor: Floor, fact: AgentRangOut, now: float, changes: Changes) -> None:
    call = floor.calls.get(fact.uniqueid)
    if call is not None:
        stop_ringing(floor, call, fact.dest_uniqueid, now, changes)


def on_completed(floor: Floor, fact: AgentCompleted, now: float, changes: Changes) -> None:
    """Counts only: the bridge has told, or will tell, that the talk is over. Who was answered in time counts in the service
    level, as in update_queue() of app_queue.c; the next QueueStatus has the PBX's own figure."""
    queue = floor.queues.get(fact.queue)
    if queue is not None:
        in_time = 100.0 if fact.hold_time <= queue.service_level else 0.0
        queue.performance += (in_time - queue.performance) / (queue.completed + 1)
        queue.completed += 1
        changes.queues.add(queue.name)


def on_transferred(floor: Floor, fact: BlindTransferred, now: float, changes: Changes) -> None:
    """A blind transfer takes the customer out of Queue(); into another one, QueueCallerJoin tells (AMI.md Q4)."""
    call = floor.calls.get(fact.transferee)
    if call is not None and fact.succeeded and waits(floor, call) is None:
        move_to_queue(floor, call, "", now, changes)


def _rung(floor: Floor, call: Call, uniqueid: Uniqueid, name: str, now: float) -> Channel | None:
    if not uniqueid or uniqueid == call.key:
        return None
    return floor.channels.get(uniqueid) or add_channel(floor, uniqueid, call.key, name, now)


def _phone(floor: Floor, call: Call, dest: Channel | None, device: str) -> Channel | None:
    """The phone's own channel of the agent who answered: `dest`, or behind it the one of that device (AUDIO.md F12)."""
    if dest is None or dest.leg:
        return None
    if not is_half(dest.name):
        return dest if dest.device == device else None
    rung = [floor.channels[uniqueid] for uniqueid in call.ringing]
    phones = [channel for channel in rung if channel.device == device and not is_half(channel.name)]
    if len(phones) == 1:
        return phones[0]
    there = behind(floor, dest)
    return there if there is not None and there.device == device and there.uniqueid != call.key else None
