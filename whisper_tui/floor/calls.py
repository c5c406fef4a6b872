"""Calls: a customer, the agent they talk to or who rings for them, and the state between the two.

A call is its customer's channel, through every transfer. `bridges.py`, `channels.py` and `queues.py` see what happens to
channels and move calls through what is here; every way in keeps both ends of every reference.
"""

from __future__ import annotations

from whisper_tui.ami.events import AgentKeyPressed
from whisper_tui.floor.callers import see_number
from whisper_tui.floor.members import drop_call, phone_of, queue_named, take_call
from whisper_tui.floor.model import Call, Changes, Channel, Floor, Waiting
from whisper_tui.floor.talk import see_silence
from whisper_tui.floor.trace import is_half
from whisper_tui.terms import CallState, Recording, Step, Uniqueid

CONNECTED = frozenset({CallState.TALKING, CallState.HELD})

MOST_STEPS = 32
"""Steps that are kept of a call, however long it is."""

BLINK = 0.5
"""Seconds: what a call was for less than these is none of its steps."""

_WEIGHT = {Recording.OFF: 0, Recording.UNKNOWN: 1, Recording.PAUSED: 2, Recording.ON: 3}


def open_call(floor: Floor, customer: Channel, queue: str, changes: Changes) -> Call:
    """Begin a call with `customer`, a channel that belongs to none; it is ELSEWHERE until something happens."""
    call = Call(
        key=customer.uniqueid,
        queue=queue,
        state=CallState.ELSEWHERE,
        number=customer.number,
        name=customer.caller_name,
        began=customer.born,
        recording=customer.recording,
        tags=customer.tags,
        bridge=customer.bridge,
    )
    if queue:
        queue_named(floor, queue)
    if floor.seeded:  # else nobody saw what it was before
        call.steps = (Step(customer.born, CallState.ELSEWHERE),)
    floor.calls[call.key] = call
    customer.call = call.key
    if customer.device in floor.agents:
        call.peer = customer.device
        take_call(floor, call.peer, call.key, changes)
    see_number(floor, call)
    changes.calls.add(call.key)
    return call


def close_call(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """The customer is gone, or turned out to be none."""
    leave_line(floor, call, now, changes)
    let_ring_out(floor, call)
    set_agent(floor, call, "", None, now, changes)
    become(floor, call, CallState.ELSEWHERE, now, changes)
    if call.peer:
        drop_call(floor, call.peer, call.key, changes)
    floor.channels[call.key].call = None
    del floor.calls[call.key]
    changes.calls.add(call.key)


# --- ringing


def ring(floor: Floor, call: Call, channel: Channel, interface: str, now: float, changes: Changes) -> None:
    """`channel` rings for the call. `interface`: the member's, or outside queues the phone."""
    if channel.leg or channel.uniqueid in call.ringing or (channel.uniqueid == call.key and not call.outbound):
        return
    if channel.call != call.key:
        detach(floor, channel, now, changes)
        channel.call = call.key
    call.ringing[channel.uniqueid] = interface
    if call.state not in CONNECTED:
        show_ringing(floor, call, now, changes)


def stop_ringing(floor: Floor, call: Call, uniqueid: Uniqueid, now: float, changes: Changes) -> None:
    """That channel rings no more and did not answer."""
    if call.ringing.pop(uniqueid, None) is None:
        return
    if uniqueid not in (call.agent_channel, call.key):
        floor.channels[uniqueid].call = None
    if call.state is CallState.RINGING:
        if uniqueid != call.key and call.agent_channel in (uniqueid, None):
            set_agent(floor, call, "", None, now, changes)
        rest(floor, call, now, changes)


def show_ringing(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """RINGING; the agent is the first known phone that rings."""
    become(floor, call, CallState.RINGING, now, changes)
    if call.key in call.ringing or call.agent_channel is not None:
        return  # an agent calls out, or is found already
    for uniqueid, interface in call.ringing.items():
        channel = floor.channels[uniqueid]
        device = phone_of(floor, call.queue, interface)
        if device not in floor.agents:
            continue
        if device == channel.device and not is_half(channel.name):
            set_agent(floor, call, device, channel, now, changes)
            return
        if not call.agent:
            set_agent(floor, call, device, None, now, changes)


def let_ring_out(floor: Floor, call: Call) -> None:
    """Nothing rings for the call any more."""
    for uniqueid in call.ringing:
        if uniqueid not in (call.agent_channel, call.key):
            floor.channels[uniqueid].call = None
    call.ringing.clear()


def connect(floor: Floor, call: Call, device: str, channel: Channel | None, now: float, changes: Changes) -> None:
    """Somebody answered; the bridge follows. `device` is "" for a phone that is no agent's."""
    let_ring_out(floor, call)
    set_agent(floor, call, device, channel, now, changes)
    become(floor, call, CallState.TALKING, now, changes)


# --- the agent


def set_agent(floor: Floor, call: Call, device: str, channel: Channel | None, now: float, changes: Changes) -> None:
    """`device` is the agent of the call from now on and `channel` the phone's own channel; "" and None: nobody."""
    uniqueid = channel.uniqueid if channel is not None else None
    if device == call.agent and uniqueid == call.agent_channel:
        return
    former, before = call.agent, call.agent_channel
    call.agent, call.agent_channel = device, uniqueid
    if before is not None and before != uniqueid and before not in call.ringing:
        floor.channels[before].call = None
    if device != former:
        if device:
            take_call(floor, device, call.key, changes)
        if former and former != call.peer:
            drop_call(floor, former, call.key, changes)
    if channel is not None and channel.call != call.key:
        detach(floor, channel, now, changes)
        channel.call = call.key
    if call.state in CONNECTED and device not in ("", former):
        _note_step(call, now)
    see_recording(floor, call, changes)
    see_tags(floor, call, changes)
    see_silence(floor, call, changes)
    changes.calls.add(call.key)


def on_declined(floor: Floor, fact: AgentKeyPressed, now: float, changes: Changes) -> None:
    """The agent pressed the key that ends coaching for the call."""
    channel = floor.channels.get(fact.uniqueid)
    call = floor.calls.get(channel.call) if channel is not None and channel.call is not None else None
    if call is not None and call.agent_channel == fact.uniqueid:
        call.declined_by = call.agent
        changes.calls.add(call.key)


def detach(floor: Floor, channel: Channel, now: float, changes: Changes) -> None:
    """Take a channel out of the call that it belongs to, if it does: it hung up, or is now somewhere else."""
    if channel.call is None:
        return
    call = floor.calls[channel.call]
    if call.key == channel.uniqueid:
        close_call(floor, call, now, changes)
        return
    stop_ringing(floor, call, channel.uniqueid, now, changes)
    if call.agent_channel == channel.uniqueid:
        set_agent(floor, call, "", None, now, changes)
        if not floor.channels[call.key].bridge:
            rest(floor, call, now, changes)
    channel.call = None


def see_recording(floor: Floor, call: Call, changes: Changes) -> None:
    """A call is recorded if either channel is (AMI.md Q5: queues and dialplans record the customer's, AMI any)."""
    told = floor.channels[call.key].recording
    if call.agent_channel is not None:
        told = max(told, floor.channels[call.agent_channel].recording, key=_WEIGHT.__getitem__)
    if told is not call.recording:
        call.recording = told
        changes.calls.add(call.key)


def see_tags(floor: Floor, call: Call, changes: Changes) -> None:
    """A call has the tags of both its channels."""
    tags = floor.channels[call.key].tags
    if call.agent_channel is not None:
        tags |= floor.channels[call.agent_channel].tags
    if tags != call.tags:
        call.tags = tags
        changes.calls.add(call.key)


# --- the line of a queue


def waits(floor: Floor, call: Call) -> Waiting | None:
    """The caller's place in the queue, if they wait in one."""
    queue = floor.queues.get(call.queue)
    return queue.waiting.get(call.key) if queue is not None else None


def stand_in_line(floor: Floor, call: Call, place: Waiting, now: float, changes: Changes) -> bool:
    """The caller waits, at `place.position`: whoever they talked to before is no longer theirs.

    Returns:
        Whether others had to make room: then priorities exist, and nobody announces whose (AMI.md Q6).
    """
    move_to_queue(floor, call, place.queue, now, changes)
    let_ring_out(floor, call)
    set_agent(floor, call, "", None, now, changes)
    call.interface = call.answered_by = ""
    call.waiting_since, call.waited = place.since, None
    queue = queue_named(floor, place.queue)
    line = queue.waiting
    last = line[next(reversed(line))].position if line else 0
    moved = place.position <= last
    if moved:
        behind = {other.uniqueid: other for other in line.values() if other.position >= place.position}
        for other in behind.values():
            other.position += 1
            del line[other.uniqueid]
        line[call.key] = place
        line.update(behind)
        changes.calls.update(behind)
    else:
        line[call.key] = place
    become(floor, call, CallState.WAITING, now, changes)
    changes.calls.add(call.key)
    changes.queues.add(queue.name)
    return moved


def leave_line(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """Take the caller out of the line, if in one; those behind move up (no event says so, AMI.md Q6)."""
    queue = floor.queues.get(call.queue)
    place = queue.waiting.pop(call.key, None) if queue is not None else None
    if queue is None or place is None:
        return
    call.waited = now - place.since
    for other in queue.waiting.values():
        if other.position > place.position:
            other.position -= 1
            changes.calls.add(other.uniqueid)
    changes.calls.add(call.key)
    changes.queues.add(queue.name)
    if call.state is CallState.WAITING:
        rest(floor, call, now, changes)


def move_to_queue(floor: Floor, call: Call, queue: str, now: float, changes: Changes) -> None:
    """The call belongs to `queue` from now on; "" is none."""
    if call.queue == queue:
        leave_line(floor, call, now, changes)
        return
    leave_line(floor, call, now, changes)
    connected = call.state in CONNECTED
    for name, step in ((call.queue, -connected), (queue, connected)):
        if name:
            queue_named(floor, name).talking += step
            changes.queues.add(name)
    call.queue = queue
    changes.calls.add(call.key)


# --- states


def become(floor: Floor, call: Call, state: CallState, now: float, changes: Changes) -> None:
    """Move the call to `state`, and with it its clocks and the queue's count of calls talking."""
    if call.state is state:
        return
    if call.state is CallState.HELD and call.held_since is not None:
        call.held += now - call.held_since
        call.held_since = None
    if state is CallState.HELD:
        call.holds += 1
        call.held_since = now
    was, is_now = call.state in CONNECTED, state in CONNECTED
    if was != is_now:
        call.talking_since = now if is_now else None
        call.talk_known = True
        queue = floor.queues.get(call.queue)
        if queue is not None:
            queue.talking += is_now - was
            changes.queues.add(queue.name)
    call.state = state
    waits_since = call.waiting_since if state is CallState.WAITING and not call.steps else None
    _note_step(call, now if waits_since is None else waits_since)
    changes.calls.add(call.key)


def _note_step(call: Call, now: float) -> None:
    """Keep what the call has become; what lasted no longer than a blink, as between two bridges of a transfer, is no step."""
    agent = call.agent if call.state in CONNECTED else ""
    handed = bool(agent and call.talked_with and agent != call.talked_with)
    call.talked_with = agent or call.talked_with
    steps = call.steps
    while steps and now - steps[-1].at < BLINK:
        handed |= steps[-1].handed
        steps = steps[:-1]
    if not steps or handed or steps[-1].state is not call.state:
        steps = (*steps[1 - MOST_STEPS :], Step(now, call.state, handed))
    call.steps = steps


def rest(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """Neither in a bridge nor answered: ringing, waiting, or elsewhere."""
    if call.ringing:
        show_ringing(floor, call, now, changes)
    else:
        waiting = waits(floor, call) is not None
        become(floor, call, CallState.WAITING if waiting else CallState.ELSEWHERE, now, changes)
