"""What happens to channels: born, rung, answered, recorded, hung up."""

from __future__ import annotations

from whisper_tui.ami.events import (
    ChannelCaller,
    ChannelGone,
    ChannelNew,
    ChannelStateChanged,
    DialBegun,
    DialEnded,
    RecordingMuted,
    RecordingStarted,
    RecordingStopped,
)
from whisper_tui.floor.bridges import leave
from whisper_tui.floor.callers import see_number
from whisper_tui.floor.calls import (
    CONNECTED,
    connect,
    detach,
    move_to_queue,
    open_call,
    ring,
    see_recording,
    set_agent,
    stop_ringing,
    waits,
)
from whisper_tui.floor.members import learn_phone
from whisper_tui.floor.model import Call, Changes, Channel, Floor
from whisper_tui.floor.trace import answers_to, device_of, is_cue, is_half, is_leg, origin, other_half
from whisper_tui.terms import Recording, Uniqueid


def on_new(floor: Floor, fact: ChannelNew, now: float, changes: Changes) -> None:
    if not fact.uniqueid or fact.uniqueid in floor.channels:
        return
    channel = add_channel(floor, fact.uniqueid, fact.linkedid, fact.channel, now)
    channel.state = fact.state
    channel.number = fact.number
    channel.caller_name = fact.name
    channel.context = fact.context
    channel.exten = fact.exten
    channel.recording = Recording.OFF


def add_channel(floor: Floor, uniqueid: Uniqueid, linkedid: Uniqueid, name: str, born: float) -> Channel:
    channel = Channel(uniqueid, linkedid or uniqueid, name, device_of(name), born=born)
    channel.leg = uniqueid in floor.spies or is_leg(uniqueid) or is_cue(uniqueid)
    floor.channels[uniqueid] = channel
    if is_half(name):
        floor.halves[name] = uniqueid
    return channel


def drop_channel(floor: Floor, channel: Channel, now: float, changes: Changes) -> None:
    """Hung up: nothing refers to it any more."""
    uniqueid = channel.uniqueid
    if channel.bridge:
        leave(floor, channel, now, changes)
    detach(floor, channel, now, changes)
    if floor.spies:
        if floor.spies.pop(uniqueid, None) is not None:
            changes.spies.add(uniqueid)
        for spy in floor.spies.values():
            if spy.spyee == uniqueid:
                spy.spyee = Uniqueid("")
                changes.spies.add(spy.spyer)
    if floor.halves.get(channel.name) == uniqueid:
        del floor.halves[channel.name]
    del floor.channels[uniqueid]


def on_gone(floor: Floor, fact: ChannelGone, now: float, changes: Changes) -> None:
    channel = floor.channels.get(fact.uniqueid)
    if channel is not None:
        drop_channel(floor, channel, now, changes)
    elif floor.spies.pop(fact.uniqueid, None) is not None:
        changes.spies.add(fact.uniqueid)


def on_state(floor: Floor, fact: ChannelStateChanged, now: float, changes: Changes) -> None:
    channel = floor.channels.get(fact.uniqueid)
    if channel is None:
        return
    channel.state = fact.state
    channel.connected_number = fact.connected_number
    channel.connected_name = fact.connected_name
    see_caller(floor, channel, fact.number, fact.name, changes)


def on_caller(floor: Floor, fact: ChannelCaller, now: float, changes: Changes) -> None:
    channel = floor.channels.get(fact.uniqueid)
    if channel is not None:
        see_caller(floor, channel, fact.number, fact.name, changes)


def see_caller(floor: Floor, channel: Channel, number: str, name: str, changes: Changes) -> None:
    """The channel's caller id; if it is a customer's, the call's too."""
    if channel.number == number and channel.caller_name == name:
        return
    channel.number, channel.caller_name = number, name
    if channel.call == channel.uniqueid:
        call = floor.calls[channel.call]
        call.number, call.name = number or call.number, name
        see_number(floor, call)
        changes.calls.add(call.key)


# --- dialling


def on_dial(floor: Floor, fact: DialBegun, now: float, changes: Changes) -> None:
    caller = floor.channels.get(fact.uniqueid)
    if caller is None or not fact.dest_uniqueid:
        return
    dest = floor.channels.get(fact.dest_uniqueid)
    if dest is None:
        dest = add_channel(floor, fact.dest_uniqueid, caller.linkedid, fact.dest_channel, now)
    dial(floor, caller, dest, now, changes)


def dial(floor: Floor, caller: Channel, dest: Channel, now: float, changes: Changes) -> None:
    """`caller` rings `dest`: for the caller's call, or as a call of its own where a known agent is at either end."""
    if caller is dest:
        return
    dest.dialled_by = caller.uniqueid
    source = origin(floor, caller)
    if source is None or source is dest or source.leg or dest.leg:
        return
    call = floor.calls[source.call] if source.call is not None else None
    if call is not None:
        if call.key != source.uniqueid:
            return  # an agent's phone that dials on in mid-call: the bridge will tell
        if source is caller and not source.bridge and waits(floor, call) is None:
            move_to_queue(floor, call, "", now, changes)
        if not is_half(dest.name):
            _learn_behind(floor, call, caller, dest, changes)
        ring(floor, call, dest, dest.device, now, changes)
    elif is_half(dest.name):
        return
    elif dest.device in floor.agents:
        ring(floor, open_call(floor, source, "", changes), dest, dest.device, now, changes)
    elif source.device in floor.agents and dest.call is None:
        call = open_call(floor, dest, "", changes)
        call.outbound = True
        call.number = dest.number or source.exten
        set_agent(floor, call, source.device, source, now, changes)
        ring(floor, call, dest, dest.device, now, changes)


def on_dial_end(floor: Floor, fact: DialEnded, now: float, changes: Changes) -> None:
    dest = floor.channels.get(fact.dest_uniqueid)
    if dest is None or dest.call is None:
        return
    call = floor.calls[dest.call]
    if fact.status != "ANSWER":
        stop_ringing(floor, call, dest.uniqueid, now, changes)
    elif dest.uniqueid in call.ringing and call.state not in CONNECTED and waits(floor, call) is None:
        _answered(floor, call, dest, now, changes)


def _answered(floor: Floor, call: Call, dest: Channel, now: float, changes: Changes) -> None:
    if dest.uniqueid == call.key:
        connect(floor, call, call.agent, _channel(floor, call.agent_channel), now, changes)
    elif call.queue == "" and not is_half(dest.name):
        known = dest.device in floor.agents
        connect(floor, call, dest.device if known else "", dest if known else None, now, changes)
    # else: AgentConnect or the bridge will tell


def _learn_behind(floor: Floor, call: Call, caller: Channel, dest: Channel, changes: Changes) -> None:
    """`dest` rings behind a member `Local/...` that rings for the call: it may be that member's phone."""
    front = other_half(floor, caller) if is_half(caller.name) else None
    interface = call.ringing.get(front.uniqueid) if front is not None else None
    if interface is not None and interface.startswith("Local/") and answers_to(interface, dest.device):
        learn_phone(floor, interface, dest.device, changes)


def _channel(floor: Floor, uniqueid: Uniqueid | None) -> Channel | None:
    return floor.channels[uniqueid] if uniqueid is not None else None


# --- recording


def on_recording(floor: Floor, fact: RecordingStarted, now: float, changes: Changes) -> None:
    record(floor, fact.uniqueid, Recording.ON, changes)


def on_recording_stopped(floor: Floor, fact: RecordingStopped, now: float, changes: Changes) -> None:
    record(floor, fact.uniqueid, Recording.OFF, changes)


def on_recording_muted(floor: Floor, fact: RecordingMuted, now: float, changes: Changes) -> None:
    record(floor, fact.uniqueid, Recording.PAUSED if fact.muted else Recording.ON, changes)


def record(floor: Floor, uniqueid: Uniqueid, recording: Recording, changes: Changes) -> None:
    channel = floor.channels.get(uniqueid)
    if channel is None or channel.recording is recording:
        return
    channel.recording_ended = channel.recording is not Recording.UNKNOWN and recording is Recording.OFF
    channel.recording = recording
    if channel.call is not None:
        see_recording(floor, floor.calls[channel.call], changes)
