"""The floor against the lists: the first of each kind after a connect seeds it, later ones repair it and count what they had to.

A list is atomic in the stream but two lists are not the same instant, and events that were queued before a list may come after
it (AMI.md Q6): so whatever a list says is taken over as of now, and late events find it already so.
"""

from __future__ import annotations

from itertools import pairwise

from whisper_tui.ami.events import DeviceChanged, Fact, Listed, MemberChanged
from whisper_tui.ami.list_rows import ChannelRow, QueueRow, StatusRow, WaitingRow
from whisper_tui.ami.text import clean
from whisper_tui.floor.adoption import find_calls, was_up
from whisper_tui.floor.bridges import enter, leave, regroup
from whisper_tui.floor.calls import (
    CONNECTED,
    detach,
    leave_line,
    move_to_queue,
    waits,
)
from whisper_tui.floor.channels import add_channel, drop_channel, record, see_caller
from whisper_tui.floor.facts import hold_facts
from whisper_tui.floor.members import device_says, member_says, queue_named, remove_member
from whisper_tui.floor.model import Changes, Channel, Floor, Queue, Waiting
from whisper_tui.floor.queues import join
from whisper_tui.floor.spies import SPYING, doubt_spies, see_groups, see_spy
from whisper_tui.floor.tags import hold_tags
from whisper_tui.floor.trace import device_of, is_half, reachable
from whisper_tui.floor.variables import hold_variables, note_read
from whisper_tui.terms import Recording, Uniqueid

LONGEST_FILE = 1_000
"""Cells of a recording's name that are kept."""

SEEDS = frozenset({"QueueStatus", "CoreShowChannels", "DeviceStateList"})
"""Lists without which the floor is not known. (`Status` adds what is recorded.)"""


def begin_seed(floor: Floor) -> None:
    """The link was lost, or is up again: until the lists are taken, what stands here may be old news.

    What was known stays: calls that outlive the gap keep their clocks, and what is not in the lists goes with the first.
    """
    floor.seeded = False
    floor.to_seed = set(SEEDS)
    floor.repairs = 0
    doubt_spies(floor)


def on_listed(floor: Floor, fact: Listed, now: float, changes: Changes) -> None:
    """Bring the floor in step with one whole list. Order of asking: QueueStatus, CoreShowChannels, Status, DeviceStateList."""
    repairs = 0
    talking = {call.key: call.talking_since for call in floor.calls.values()}
    if fact.action == "QueueStatus":
        repairs = _queues(floor, fact.rows, now, changes)
    elif fact.action == "CoreShowChannels":
        repairs = _channels(floor, fact.rows, now, changes)
    elif fact.action == "Status":
        repairs = _status(floor, fact.rows, now, changes)
    elif fact.action == "DeviceStateList":
        repairs = sum(device_says(floor, row, changes) for row in fact.rows if type(row) is DeviceChanged)
    else:
        return
    for call in floor.calls.values():
        if call.talking_since is not None and call.talking_since != talking.get(call.key):
            was_up(floor, call, now, changes)
    if not floor.to_seed.intersection((fact.action, "CoreShowChannels")):
        floor.repairs += repairs
    floor.to_seed.discard(fact.action)
    floor.seeded = not floor.to_seed


# --- QueueStatus


def _queues(floor: Floor, rows: tuple[Fact, ...], now: float, changes: Changes) -> int:
    repairs = 0
    members: set[tuple[str, str]] = set()
    callers: dict[Uniqueid, WaitingRow] = {}
    named: set[str] = set()
    for row in rows:
        if type(row) is QueueRow:
            named.add(row.queue)
            repairs += _queue_says(floor, row, changes)
        elif type(row) is MemberChanged:
            members.add((row.queue, row.interface))
            repairs += member_says(floor, row, now, changes)
        elif type(row) is WaitingRow and row.uniqueid:
            callers[row.uniqueid] = row
    for queue in list(floor.queues.values()):
        for interface in [name for name in queue.members if (queue.name, name) not in members]:
            remove_member(floor, queue, interface, changes)
            repairs += 1
        for uniqueid in [key for key in queue.waiting if key not in callers or callers[key].queue != queue.name]:
            leave_line(floor, floor.calls[uniqueid], now, changes)
            repairs += 1
    for caller in sorted(callers.values(), key=lambda row: row.position):
        repairs += _caller_says(floor, caller, now, changes)
    for name in named:
        _see_order(floor.queues[name])
    find_calls(floor, now, changes)
    for queue in [queue for queue in floor.queues.values() if queue.name not in named]:
        _remove_queue(floor, queue, now, changes)  # also one that a channel was just found to run and that is no more
        repairs += 1
    return repairs


def _queue_says(floor: Floor, row: QueueRow, changes: Changes) -> bool:
    """Return whether the queue is new. Its counts are no repair: `queue reset stats` moves them, and no event tells."""
    new = row.queue not in floor.queues
    queue = queue_named(floor, row.queue)
    queue.strategy = row.strategy
    queue.hold_time = row.hold_time
    queue.talk_time = row.talk_time
    queue.completed = row.completed
    queue.abandoned = row.abandoned
    queue.service_level = row.service_level
    queue.performance = row.performance
    queue.weight = row.weight
    changes.queues.add(queue.name)
    return new


def _caller_says(floor: Floor, row: WaitingRow, now: float, changes: Changes) -> bool:
    channel = floor.channels.get(row.uniqueid)
    if channel is None:
        channel = add_channel(floor, row.uniqueid, row.uniqueid, row.channel, now - row.wait)
    see_caller(floor, channel, row.number, row.name, changes)
    call = floor.calls.get(row.uniqueid)
    place = waits(floor, call) if call is not None else None
    position = max(1, row.position)
    differs = place is None
    if place is None:
        place = Waiting(row.uniqueid, row.queue, position, now - row.wait)
        join(floor, channel, place, now, changes)
    if (place.position, place.priority) != (position, row.priority):
        differs |= place.position != position
        place.position, place.priority = position, row.priority
        changes.calls.add(row.uniqueid)
        changes.queues.add(row.queue)
    return differs


def _see_order(queue: Queue) -> None:
    line = sorted(queue.waiting.values(), key=lambda place: place.position)
    for before, place in pairwise(line):
        place.position = max(place.position, before.position + 1)
    queue.waiting = {place.uniqueid: place for place in line}


def _remove_queue(floor: Floor, queue: Queue, now: float, changes: Changes) -> None:
    for call in [call for call in floor.calls.values() if call.queue == queue.name]:
        move_to_queue(floor, call, "", now, changes)
    for interface in list(queue.members):
        remove_member(floor, queue, interface, changes)
    del floor.queues[queue.name]
    changes.queues.add(queue.name)


# --- CoreShowChannels and Status


def _channels(floor: Floor, rows: tuple[Fact, ...], now: float, changes: Changes) -> int:
    repairs = 0
    listed: dict[Uniqueid, ChannelRow] = {row.uniqueid: row for row in rows if type(row) is ChannelRow and row.uniqueid}
    for gone in [channel for key, channel in floor.channels.items() if key not in listed]:
        drop_channel(floor, gone, now, changes)
        repairs += 1
    for spyer in [key for key in floor.spies if key not in listed]:
        del floor.spies[spyer]
        changes.spies.add(spyer)
    for row in listed.values():
        channel = floor.channels.get(row.uniqueid)
        if channel is None:
            channel = add_channel(floor, row.uniqueid, row.linkedid, row.channel, now - row.duration)
            repairs += 1
        else:
            repairs += _channel_says(floor, channel, row, now, changes)
        channel.state, channel.context, channel.exten = row.state, row.context, row.exten
        channel.connected_number, channel.connected_name = row.connected_number, row.connected_name
        see_caller(floor, channel, row.number, row.name, changes)
        _runs(floor, channel, row.application, row.application_data, now, changes)
    for row in listed.values():
        repairs += _sits(floor, floor.channels[row.uniqueid], row.bridge, now, changes)
    for row in listed.values():
        repairs += _belongs(floor, row, now, changes)
    find_calls(floor, now, changes)
    return repairs


def _status(floor: Floor, rows: tuple[Fact, ...], now: float, changes: Changes) -> int:
    """Of one channel or of all, with or without variables: only what the rows say."""
    repairs = 0
    groups: dict[Uniqueid, str] = {}
    wanted, read = floor.variables_read, list[Channel]()
    for row in rows:
        if type(row) is not StatusRow or (channel := floor.channels.get(row.uniqueid)) is None:
            continue
        told = dict(row.variables)
        repairs += _channel_says(floor, channel, row, now, changes)
        _runs(floor, channel, row.application, row.application_data, now, changes)
        repairs += _sits(floor, channel, row.bridge, now, changes)
        if (file := told.get("MIXMONITOR_FILENAME")) is not None:
            repairs += _recorded(floor, channel, file, changes)
        if (group := told.get("SPYGROUP")) is not None:
            groups[row.uniqueid] = group
        if (tags := told.get(floor.tags_variable)) is not None:
            hold_tags(floor, channel, tags, changes)
        hold_variables(floor, channel, told, changes)
        hold_facts(floor, channel, told, changes)
        if wanted and wanted <= told.keys():
            read.append(channel)
    see_groups(floor, groups, now, changes)
    for channel in read:  # not before all rows have told who talks with whom
        note_read(floor, channel, changes)
    return repairs


def _recorded(floor: Floor, channel: Channel, file: str, changes: Changes) -> bool:
    """Take over what MIXMONITOR_FILENAME tells. It outlives StopMixMonitor: one that was stopped before we looked reads as ON."""
    channel.recording_file = clean(file, LONGEST_FILE) or channel.recording_file
    if file and not channel.recording_ended and channel.recording in (Recording.UNKNOWN, Recording.OFF):
        missed = channel.recording is Recording.OFF
        record(floor, channel.uniqueid, Recording.ON, changes)
        return missed
    if not file and channel.recording is Recording.UNKNOWN:
        record(floor, channel.uniqueid, Recording.OFF, changes)
    return False


def _channel_says(floor: Floor, channel: Channel, row: ChannelRow | StatusRow, now: float, changes: Changes) -> bool:
    differs = (channel.name, channel.linkedid, channel.state) != (row.channel, row.linkedid, row.state)
    channel.linkedid, channel.state = row.linkedid, row.state
    if channel.name != row.channel:
        _rename(floor, channel, row.channel, now, changes)
    return differs


def _rename(floor: Floor, channel: Channel, name: str, now: float, changes: Changes) -> None:
    """A masquerade gave the channel another's name, and so another phone (channel.c; no event of ours says so)."""
    if channel.call != channel.uniqueid:
        detach(floor, channel, now, changes)
    if floor.halves.get(channel.name) == channel.uniqueid:
        del floor.halves[channel.name]
    channel.name, channel.device = name, device_of(name)
    if is_half(name):
        floor.halves[name] = channel.uniqueid
    if channel.bridge:
        for talker in reachable(floor, channel.bridge):
            if talker.call == talker.uniqueid:
                regroup(floor, floor.calls[talker.call], now, changes)


def _runs(floor: Floor, channel: Channel, application: str, data: str, now: float, changes: Changes) -> None:
    channel.application, channel.application_data = application, data
    if application in SPYING:
        see_spy(floor, channel, data, now, changes)


def _sits(floor: Floor, channel: Channel, bridge: str, now: float, changes: Changes) -> bool:
    if channel.bridge == bridge:
        return False
    if bridge:
        enter(floor, channel, bridge, now, changes)
    else:
        leave(floor, channel, now, changes)
    return True


def _belongs(floor: Floor, row: ChannelRow, now: float, changes: Changes) -> bool:
    """The queue that a call is in, by what its customer's channel runs."""
    call = floor.calls.get(row.uniqueid)
    if call is None or waits(floor, call) is not None:
        return False
    if row.application == "Queue" and call.state in CONNECTED:
        queue = row.application_data.partition(",")[0]
    elif row.application in ("Dial", "AppDial"):
        queue = ""
    else:
        return False
    if call.queue == queue:
        return False
    move_to_queue(floor, call, queue, now, changes)
    return True
