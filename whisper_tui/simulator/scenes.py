"""How a call begins and how it ends, event by event, as Asterisk tells it.

A recording stops in the middle of everything: `end` clears what is still up, `begin` brings about what its first lists found
already there. Order and headers are those of queue calls in `fixtures/captures`.
"""

from __future__ import annotations

from msgspec.structs import replace

from whisper_tui.floor.model import Call, Channel, Floor, Member
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import Headers, bridge_snapshot, snapshot
from whisper_tui.terms import CallState, Uniqueid

DOWN, RING, RINGING, UP = 0, 4, 5, 6
"""ChannelState (channelstate.h)."""

FREE, IN_USE, RINGS, ON_HOLD = (1, "NOT_INUSE"), (2, "INUSE"), (6, "RINGING"), (8, "ONHOLD")
"""A member's Status, and the same as DeviceStateChange words it."""

CLEARED, BUSY = (16, "Normal Clearing"), (17, "User busy")
"""Causes of a Hangup (Q.850) and their words."""


def end(pbx: SimulatedPbx, call: Call) -> None:
    """The customer hangs up; whoever rings for the call, or talks in it, is free again."""
    floor = pbx.floor
    customer = floor.channels[call.key]
    phones = _phones(floor, call)
    pbx.event("HangupRequest", snapshot(customer))
    _settle(pbx, customer)
    _stop_ringing(pbx, call)
    agent = floor.channels.get(call.agent_channel) if call.agent_channel else None
    if not _leave_line(pbx, call) and _is_owed(pbx, call):
        completed(pbx, call, customer, agent)
    bridge = customer.bridge
    members = [floor.channels[one] for one in floor.bridges[bridge].channels] if bridge in floor.bridges else []
    for channel in [one for one in members if not one.leg]:
        leave_bridge(pbx, channel)
    for channel in members:
        if channel.uniqueid in floor.channels and channel.uniqueid != call.key and not channel.leg:
            hang_up(pbx, channel)
    hang_up(pbx, customer)
    for phone in phones:
        free(pbx, phone, call.queue if phone == call.agent and call.talking_since is not None else "")


def give_up(pbx: SimulatedPbx, call: Call) -> None:
    """Who waits leaves the queue and is still there; whoever rings for them is free again."""
    phones = _phones(pbx.floor, call)
    _stop_ringing(pbx, call)
    _leave_line(pbx, call)
    for phone in phones:
        free(pbx, phone, "")


def _stop_ringing(pbx: SimulatedPbx, call: Call) -> None:
    floor = pbx.floor
    customer = floor.channels[call.key]
    for ringing in [floor.channels[one] for one in call.ringing if one in floor.channels]:
        said = [*snapshot(customer), *snapshot(ringing, "Dest"), ("DialStatus", "CANCEL")]
        pbx.event("DialEnd", said)
        hang_up(pbx, ringing)


def _leave_line(pbx: SimulatedPbx, call: Call) -> bool:
    """As one who gives up, if they wait at all."""
    customer, queue = pbx.floor.channels[call.key], pbx.floor.queues.get(call.queue)
    waiting = queue.waiting.get(call.key) if queue is not None else None
    if queue is None or waiting is None:
        return False
    held = int(pbx.clock.monotonic() - waiting.since)
    where = [("Queue", queue.name), ("Position", str(waiting.position))]
    pbx.event("MusicOnHoldStop", snapshot(customer))
    abandoned = [*snapshot(customer), *where, ("OriginalPosition", str(waiting.position)), ("HoldTime", str(held))]
    pbx.event("QueueCallerAbandon", abandoned, "agent")
    left = [*snapshot(customer), *where, ("Count", str(len(queue.waiting) - 1))]
    pbx.event("QueueCallerLeave", left, "agent")
    return True


def drop(pbx: SimulatedPbx, call: Call, cause: tuple[int, str] = CLEARED) -> None:
    """The customer, who talks with nobody, is at the end of the dialplan: hung up by Asterisk (measured on 22.10.1)."""
    customer = pbx.floor.channels[call.key]
    pbx.event("SoftHangupRequest", [*snapshot(customer), ("Cause", str(CLEARED[0]))])
    _settle(pbx, customer)
    if _is_owed(pbx, call):
        completed(pbx, call, customer, None)
    hang_up(pbx, customer, cause)


def _settle(pbx: SimulatedPbx, customer: Channel) -> None:
    """Queues that a supervisor took the customer out of tell their AgentComplete only now (measured on 22.10.1)."""
    for past in pbx.astray.owed.pop(customer.uniqueid, []):
        completed(pbx, past, customer, None)


def _is_owed(pbx: SimulatedPbx, call: Call) -> bool:
    """Whether a queue still has an AgentComplete to tell."""
    return bool(call.queue and interface_of(pbx.floor, call)) and call.key not in pbx.astray.completed


def completed(pbx: SimulatedPbx, call: Call, customer: Channel, agent: Channel | None, reason: str = "caller") -> None:
    """AgentComplete; an agent whose channel is gone is left out (AMI.md Q3).

    Args:
        reason: who hung up, `caller` or `agent`, or `transfer`.
    """
    now = pbx.clock.monotonic()
    interface = interface_of(pbx.floor, call)
    said: Headers = [
        *snapshot(customer),
        *(snapshot(agent, "Dest") if agent is not None else []),
        ("Queue", call.queue),
        ("Interface", interface),
        ("MemberName", _name(pbx, call.queue, interface)),
        ("HoldTime", str(int(call.waited or 0))),
        ("TalkTime", str(int(now - call.talking_since) if call.talking_since is not None else 0)),
        ("Reason", reason),
    ]
    pbx.event("AgentComplete", said, "agent")


def leave_bridge(pbx: SimulatedPbx, channel: Channel) -> None:
    """BridgeLeave, and BridgeDestroy once it is empty."""
    ident = channel.bridge
    bridge = pbx.floor.bridges.get(ident)
    if bridge is None:
        return
    left = len(bridge.channels) - 1
    pbx.event("BridgeLeave", [*bridge_snapshot(ident, left), *snapshot(channel)])
    if not left:
        if ident in pbx.astray.joined:
            pbx.astray.dissolved.add(ident)
        pbx.event("BridgeDestroy", bridge_snapshot(ident, 0))


def hang_up(pbx: SimulatedPbx, channel: Channel, cause: tuple[int, str] = CLEARED) -> None:
    """Hangup."""
    pbx.event("Hangup", [*snapshot(channel), ("Cause", str(cause[0])), ("Cause-txt", cause[1])])


def free(pbx: SimulatedPbx, phone: str, served: str) -> None:
    """A phone is free again; `served` is the queue of the call that its agent has just ended, "" for none."""
    pbx.device(phone, FREE[1])
    for member in _memberships(pbx.floor, phone):
        now = replace(member, status=FREE[0], in_call=False)
        if member.queue == served:
            now.calls_taken += 1
            now.last_call = int(pbx.clock.wall())
        if now != member:
            pbx.member(now)


def begin(pbx: SimulatedPbx, there: Floor, call: Call) -> None:
    """Bring about on the floor a call that `there` has, with its ids, as far as it has come there."""
    customer = replace(there.channels[call.key], state=RING, bridge="", call=None)
    agent = there.channels.get(call.agent_channel) if call.agent_channel else None
    connected = call.state in (CallState.TALKING, CallState.HELD)
    if not call.queue and agent is not None:
        _dial(pbx, customer, agent, call)
    else:
        pbx.event("Newchannel", snapshot(customer))
        queue = there.queues.get(call.queue)
        if connected or (queue is not None and call.key in queue.waiting):
            join(pbx, customer, call.queue)
        for ident, interface in call.ringing.items():
            if ident in there.channels:
                ring(pbx, customer, there.channels[ident], call.queue, interface)
        if agent is not None and call.agent_channel not in call.ringing:
            ring(pbx, customer, agent, call.queue, interface_of(pbx.floor, call))
        if connected:
            connect(pbx, customer, agent, call.queue, interface_of(pbx.floor, call), int(call.waited or 0))
    if there.channels[call.key].state == UP:
        pbx.event("Newstate", snapshot(_up(customer)))
    if connected:
        if agent is not None:
            show(pbx, call.agent, IN_USE, call.queue)
        _bridge(pbx, there, customer, call)
    if agent is not None and call.state is CallState.HELD:
        pbx.event("Hold", [*snapshot(_up(agent)), ("MusicClass", "default")])
        pbx.event("MusicOnHoldStart", [*snapshot(_up(customer)), ("Class", "default")])
        show(pbx, call.agent, ON_HOLD, call.queue)


def _dial(pbx: SimulatedPbx, customer: Channel, agent: Channel, call: Call) -> None:
    """Outside queues: one end rings the other."""
    phone = replace(agent, bridge="", holding=False, call=None)
    caller, dest = (phone, customer) if call.outbound else (customer, phone)
    caller.state, dest.state = RING, DOWN
    pbx.event("Newchannel", snapshot(caller))
    pbx.event("Newchannel", snapshot(dest))
    dialled = dest.device.partition("/")[2]
    pbx.event("DialBegin", [*snapshot(caller), *snapshot(dest, "Dest"), ("DialString", dialled)])
    dest.state = RINGING
    pbx.event("Newstate", snapshot(dest))
    show(pbx, agent.device, RINGS, "")
    if call.state in (CallState.TALKING, CallState.HELD):
        dest.state = UP
        pbx.event("Newstate", snapshot(dest))
        pbx.event("DialEnd", [*snapshot(caller), *snapshot(dest, "Dest"), ("DialStatus", "ANSWER")])
        pbx.event("Newstate", snapshot(_up(caller)))


def join(pbx: SimulatedPbx, customer: Channel, queue: str) -> None:
    """At the end of the line: whoever was before this caller has come before. Not for a call outside queues."""
    if not queue:
        return
    there = pbx.floor.queues.get(queue)
    position = str(len(there.waiting) + 1 if there else 1)
    pbx.event(
        "QueueCallerJoin", [*snapshot(customer), ("Queue", queue), ("Position", position), ("Count", position)], "agent"
    )
    pbx.event("MusicOnHoldStart", [*snapshot(customer), ("Class", "default")])


def ring(pbx: SimulatedPbx, customer: Channel, phone: Channel, queue: str, interface: str) -> None:
    """A phone rings for a customer; `queue` and `interface`: as that member of it, or "" for a phone that was dialled."""
    new = replace(phone, state=DOWN, bridge="", holding=False, call=None)
    pbx.event("Newchannel", snapshot(new))
    if queue:
        said = [*snapshot(customer), *snapshot(new, "Dest"), ("Queue", queue), ("Interface", interface)]
        pbx.event("AgentCalled", [*said, ("MemberName", _name(pbx, queue, interface))], "agent")
    dialled = phone.device.partition("/")[2]
    pbx.event("DialBegin", [*snapshot(customer), *snapshot(new, "Dest"), ("DialString", dialled)])
    new.state = RINGING
    pbx.event("Newstate", snapshot(new))
    show(pbx, phone.device, RINGS, "")


def connect(
    pbx: SimulatedPbx, customer: Channel, agent: Channel | None, queue: str, interface: str, waited: int
) -> None:
    """A phone is answered; `agent` is None where nobody knows it, `queue` and `interface` are as for `ring`."""
    if agent is not None:
        answered = _up(agent)
        pbx.event("Newstate", snapshot(answered))
        pbx.event("DialEnd", [*snapshot(customer), *snapshot(answered, "Dest"), ("DialStatus", "ANSWER")])
    line = pbx.floor.queues.get(queue)
    if line is not None and (waiting := line.waiting.get(customer.uniqueid)) is not None:
        pbx.event("MusicOnHoldStop", snapshot(customer))
        left = [("Queue", queue), ("Position", str(waiting.position)), ("Count", str(len(line.waiting) - 1))]
        pbx.event("QueueCallerLeave", [*snapshot(customer), *left], "agent")
    if agent is not None and line is not None and interface:
        said = [
            *snapshot(customer),
            *snapshot(_up(agent), "Dest"),
            ("Queue", queue),
            ("Interface", interface),
            ("MemberName", _name(pbx, queue, interface)),
            ("HoldTime", str(waited)),
            ("RingTime", "0"),
        ]
        pbx.event("AgentConnect", said, "agent")


def bridge(pbx: SimulatedPbx, agent: Channel, customer: Channel) -> None:
    """Both come into a bridge of their own."""
    ident = pbx.numbers.bridge()
    pbx.event("BridgeCreate", bridge_snapshot(ident, 0))
    for count, channel in enumerate((agent, customer), 1):
        pbx.event("BridgeEnter", [*bridge_snapshot(ident, count), *snapshot(channel)])


def _bridge(pbx: SimulatedPbx, there: Floor, customer: Channel, call: Call) -> None:
    """Everybody who is with the customer enters, the customer last; a party that the call does not name comes up first."""
    ident = there.channels[call.key].bridge
    if ident not in there.bridges:
        return
    pbx.event("BridgeCreate", bridge_snapshot(ident, 0))
    others = [there.channels[one] for one in there.bridges[ident].channels if one != call.key]
    for count, channel in enumerate([*others, customer], 1):
        if channel.uniqueid not in pbx.floor.channels:
            pbx.event("Newchannel", snapshot(replace(channel, bridge="", call=None)))
        pbx.event("BridgeEnter", [*bridge_snapshot(ident, count), *snapshot(_up(channel))])


def show(pbx: SimulatedPbx, phone: str, state: tuple[int, str], busy_in: str) -> None:
    """A phone's state, as the device and as each of its queues sees it; `busy_in` is the queue of its call."""
    pbx.device(phone, state[1])
    for member in _memberships(pbx.floor, phone):
        now = replace(member, status=state[0], in_call=bool(busy_in) and member.queue == busy_in)
        if now != member:
            pbx.member(now)


def idle(member: Member, now: Member | None = None) -> Member:
    """`member` before any of its calls, or as it is `now` but paused and weighted as there."""
    if now is None:
        return replace(member, status=FREE[0], in_call=False)
    return replace(member, status=now.status, in_call=now.in_call)


def with_status(member: Member, status: int, in_call: bool) -> Member:
    return replace(member, status=status, in_call=in_call)


def _up(channel: Channel) -> Channel:
    return replace(channel, state=UP)


def _phones(floor: Floor, call: Call) -> list[str]:
    """Phones of members that the call holds, each once."""
    idents: list[Uniqueid] = [*call.ringing, *([call.agent_channel] if call.agent_channel else [])]
    devices = [floor.channels[one].device for one in idents if one in floor.channels]
    return [one for one in dict.fromkeys([*devices, call.agent, call.peer]) if one in floor.agents]


def _member(floor: Floor, queue: str, phone: str) -> Member | None:
    return next((one for one in _memberships(floor, phone) if one.queue == queue), None)


def _name(pbx: SimulatedPbx, queue: str, interface: str) -> str:
    """A member's name."""
    line = pbx.floor.queues.get(queue)
    member = line.members.get(interface) if line is not None else None
    return member.name if member is not None else ""


def interface_of(floor: Floor, call: Call) -> str:
    """The agent's interface in the call's queue, also where the call was up before anybody looked."""
    member = _member(floor, call.queue, call.agent)
    return call.interface or (member.interface if member is not None else "")


def _memberships(floor: Floor, phone: str) -> list[Member]:
    agent = floor.agents.get(phone)
    if agent is None:
        return []
    return [floor.queues[queue].members[interface] for queue, interface in agent.queues.items()]
