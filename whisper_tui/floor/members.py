"""Members of queues, and the people behind them: one agent across queues, known by the phone."""

from __future__ import annotations

from whisper_tui.ami.events import DeviceChanged, MemberChanged, MemberRemoved
from whisper_tui.floor import hands
from whisper_tui.floor.model import Agent, Changes, Floor, Member, Queue
from whisper_tui.floor.trace import member_phone
from whisper_tui.terms import Uniqueid


def queue_named(floor: Floor, name: str) -> Queue:
    queue = floor.queues.get(name)
    if queue is None:
        queue = floor.queues[name] = Queue(name)
    return queue


def agent_of(floor: Floor, device: str) -> Agent:
    """The agent at that phone; a new one if nobody was known there."""
    agent = floor.agents.get(device)
    if agent is None:
        agent = floor.agents[device] = Agent(device, device, state=floor.devices.get(device, ""))
    return agent


def phone_of(floor: Floor, queue: str, interface: str) -> str:
    """The phone of who is a member of `queue` by `interface`, also where nothing is known of such a member."""
    found = floor.queues.get(queue)
    member = found.members.get(interface) if found is not None else None
    return member.device if member is not None else member_phone(interface, "", floor.phones)


def take_call(floor: Floor, device: str, key: Uniqueid, changes: Changes) -> None:
    agent_of(floor, device).calls[key] = None
    changes.agents.add(device)


def drop_call(floor: Floor, device: str, key: Uniqueid, changes: Changes) -> None:
    agent = floor.agents.get(device)
    if agent is not None:
        agent.calls.pop(key, None)
        changes.agents.add(device)
        _drop_if_nobody(floor, agent, changes)


def on_member(floor: Floor, fact: MemberChanged, now: float, changes: Changes) -> None:
    member_says(floor, fact, now, changes)


def member_says(floor: Floor, fact: MemberChanged, now: float, changes: Changes) -> bool:
    """Take over what an event or a list says of a member; return whether it was new or stood otherwise here.

    Counters that Asterisk moves without an event (calls taken, last call, in call) are taken over and not reported.
    """
    queue = queue_named(floor, fact.queue)
    device = member_phone(fact.interface, fact.state_interface, floor.phones)
    member = queue.members.get(fact.interface)
    if member is None:
        member = queue.members[fact.interface] = Member(fact.queue, fact.interface, device, fact.name)
        differs = True
    else:
        differs = (member.status, member.paused, member.penalty) != (fact.status, fact.paused, fact.penalty)
        if member.device != device:
            _leave_queue(floor, member, changes)
            member.device = device
    member.name = fact.name
    member.state_interface = fact.state_interface
    member.dynamic = fact.dynamic
    member.penalty = fact.penalty
    member.calls_taken = fact.calls_taken
    member.last_call = fact.last_call
    member.last_pause = fact.last_pause
    member.login_time = fact.login_time
    member.in_call = fact.in_call
    member.status = fact.status
    member.paused = fact.paused
    member.reason = fact.reason
    member.wrapup = fact.wrapup
    agent = agent_of(floor, device)
    agent.queues[fact.queue] = fact.interface
    if next(iter(agent.queues)) == fact.queue and fact.name not in ("", fact.interface):
        agent.name = fact.name  # queues may call the same person differently: the first that was seen is believed
    hands.see_pause(floor, device, now, changes)
    changes.agents.add(device)
    changes.queues.add(fact.queue)
    return differs


def on_member_removed(floor: Floor, fact: MemberRemoved, now: float, changes: Changes) -> None:
    queue = floor.queues.get(fact.queue)
    if queue is not None:
        remove_member(floor, queue, fact.interface, changes)


def remove_member(floor: Floor, queue: Queue, interface: str, changes: Changes) -> None:
    member = queue.members.pop(interface, None)
    if member is not None:
        _leave_queue(floor, member, changes)
        changes.queues.add(queue.name)


def learn_phone(floor: Floor, interface: str, device: str, changes: Changes) -> None:
    """`device` was seen ringing behind the member `interface` (`Local/...`): from now on it is that agent's phone."""
    if floor.phones.get(interface) == device:
        return
    floor.phones[interface] = device
    for queue in floor.queues.values():
        member = queue.members.get(interface)
        if member is None or member.device == device:
            continue
        former, agent = floor.agents.get(member.device), agent_of(floor, device)
        if former is not None:
            hands.see_phone(floor, former, agent, changes)
        _leave_queue(floor, member, changes)
        member.device = device
        agent.queues[queue.name] = interface
        if former is not None and agent.name == device:
            agent.name = former.name
        changes.agents.add(device)
        changes.queues.add(queue.name)


def on_device(floor: Floor, fact: DeviceChanged, now: float, changes: Changes) -> None:
    device_says(floor, fact, changes)


def device_says(floor: Floor, fact: DeviceChanged, changes: Changes) -> bool:
    """Return whether that is news. Queues are devices too (`Queue:support_avail`) and nobody's phone."""
    if fact.device.startswith("Queue:") or floor.devices.get(fact.device) == fact.state:
        return False
    floor.devices[fact.device] = fact.state
    agent = floor.agents.get(fact.device)
    if agent is not None:
        agent.state = fact.state
        changes.agents.add(fact.device)
    return True


def _leave_queue(floor: Floor, member: Member, changes: Changes) -> None:
    agent = floor.agents.get(member.device)
    if agent is None:
        return
    if agent.queues.get(member.queue) == member.interface:
        twins = (other for other in floor.queues[member.queue].members.values() if other.device == member.device)
        twin = next((other.interface for other in twins if other is not member), None)
        if twin is None:
            del agent.queues[member.queue]
        else:
            agent.queues[member.queue] = twin  # the same phone is a member under another interface too
    hands.see_left(floor, agent, changes)
    changes.agents.add(agent.device)
    _drop_if_nobody(floor, agent, changes)


def _drop_if_nobody(floor: Floor, agent: Agent, changes: Changes) -> None:
    """Nobody is an agent who is in no queue and in no call."""
    if not agent.queues and not agent.calls:
        del floor.agents[agent.device]
        hands.lower(floor, agent.device, changes)
