"""What Asterisk says, as typed values. `decode.py` makes them, `floor` and `supervision` read them.

One is made for every event on the wire, and a frozen dataclass would cost five times as much to make. Text is cleaned
(see `text.clean`), numbers are numbers, empty and `<unknown>` are "".
Field facts: AMI.md Q6, Q5, Q1, measured on Asterisk 22.10.1 and 16.28.
"""

from __future__ import annotations

from typing import TypeAlias

import msgspec

from whisper_tui.terms import Uniqueid


class Fact(msgspec.Struct, frozen=True, gc=False):
    """Anything that AMI reports."""


# --- the link


class Booted(Fact, frozen=True, gc=False):
    """FullyBooted."""


class Reloaded(Fact, frozen=True, gc=False):
    """Reload: a module was reloaded; lists may have changed without an event."""

    module: str


class Malformed(Fact, frozen=True, gc=False):
    """Bytes that no Asterisk sends: dropped and counted; the floor must be read again from the lists."""

    why: str


# --- channels and bridges


class ChannelNew(Fact, frozen=True, gc=False):
    """Newchannel."""

    uniqueid: Uniqueid
    linkedid: Uniqueid
    channel: str
    state: int
    number: str
    name: str
    context: str
    exten: str


class ChannelStateChanged(Fact, frozen=True, gc=False):
    """Newstate. `state`: 0 down, 3 dialing, 4 ring, 5 ringing, 6 up, 7 busy (channelstate.h)."""

    uniqueid: Uniqueid
    state: int
    number: str
    name: str
    connected_number: str
    connected_name: str


class ChannelCaller(Fact, frozen=True, gc=False):
    """NewCallerid."""

    uniqueid: Uniqueid
    number: str
    name: str


class ChannelGone(Fact, frozen=True, gc=False):
    """Hangup. `cause` is Q.850; `tech_cause` is the SIP status (22 only), 0 where absent."""

    uniqueid: Uniqueid
    channel: str
    cause: int
    cause_text: str
    tech_cause: int


class BridgeEntered(Fact, frozen=True, gc=False):
    """BridgeEnter. `swap` is the Uniqueid of the channel whose place is taken, or ""."""

    bridge: str
    uniqueid: Uniqueid
    linkedid: Uniqueid
    swap: Uniqueid


class BridgeLeft(Fact, frozen=True, gc=False):
    """BridgeLeave."""

    bridge: str
    uniqueid: Uniqueid


class BridgeGone(Fact, frozen=True, gc=False):
    """BridgeDestroy."""

    bridge: str


class DialBegun(Fact, frozen=True, gc=False):
    """DialBegin. `uniqueid` is "" for an Originate, which has no caller."""

    uniqueid: Uniqueid
    dest_uniqueid: Uniqueid
    dest_channel: str


class DialEnded(Fact, frozen=True, gc=False):
    """DialEnd. `status`: ANSWER, BUSY, NOANSWER, CANCEL, CONGESTION, CHANUNAVAIL."""

    uniqueid: Uniqueid
    dest_uniqueid: Uniqueid
    status: str


class Held(Fact, frozen=True, gc=False):
    """Hold: this channel put its peer on hold."""

    uniqueid: Uniqueid


class Unheld(Fact, frozen=True, gc=False):
    """Unhold. A blind transfer sends a stray one."""

    uniqueid: Uniqueid


class RecordingStarted(Fact, frozen=True, gc=False):
    """MixMonitorStart."""

    uniqueid: Uniqueid


class RecordingStopped(Fact, frozen=True, gc=False):
    """MixMonitorStop; absent when the channel simply hangs up."""

    uniqueid: Uniqueid


class RecordingMuted(Fact, frozen=True, gc=False):
    """MixMonitorMute."""

    uniqueid: Uniqueid
    muted: bool


class BlindTransferred(Fact, frozen=True, gc=False):
    """BlindTransfer."""

    transferer: Uniqueid
    transferee: Uniqueid
    exten: str
    succeeded: bool


class AttendedTransferred(Fact, frozen=True, gc=False):
    """AttendedTransfer."""

    transferer: Uniqueid
    transferee: Uniqueid
    target: Uniqueid
    succeeded: bool


# --- queues


class QueueJoined(Fact, frozen=True, gc=False):
    """QueueCallerJoin. Its `Priority` header is the dialplan step and is not read."""

    queue: str
    uniqueid: Uniqueid
    linkedid: Uniqueid
    channel: str
    number: str
    name: str
    position: int
    count: int


class QueueLeft(Fact, frozen=True, gc=False):
    """QueueCallerLeave: answered, abandoned or thrown out; alone it does not tell which."""

    queue: str
    uniqueid: Uniqueid
    position: int
    count: int


class QueueAbandoned(Fact, frozen=True, gc=False):
    """QueueCallerAbandon; QueueCallerLeave follows it."""

    queue: str
    uniqueid: Uniqueid
    hold_time: int


class AgentCalled(Fact, frozen=True, gc=False):
    """AgentCalled: a member's device is rung for a caller. `interface` may be Local/..., and then so is the channel."""

    queue: str
    interface: str
    member: str
    uniqueid: Uniqueid
    dest_uniqueid: Uniqueid
    dest_channel: str


class AgentConnected(Fact, frozen=True, gc=False):
    """AgentConnect; times in seconds."""

    queue: str
    interface: str
    member: str
    uniqueid: Uniqueid
    dest_uniqueid: Uniqueid
    dest_channel: str
    hold_time: int
    ring_time: int


class AgentCompleted(Fact, frozen=True, gc=False):
    """AgentComplete; `reason`: caller, agent, transfer; times in seconds. `dest_uniqueid` may be ""."""

    queue: str
    interface: str
    uniqueid: Uniqueid
    dest_uniqueid: Uniqueid
    reason: str
    hold_time: int
    talk_time: int


class AgentRangOut(Fact, frozen=True, gc=False):
    """AgentRingNoAnswer; `ring_time` in milliseconds."""

    queue: str
    interface: str
    uniqueid: Uniqueid
    dest_uniqueid: Uniqueid
    ring_time: int


class MemberChanged(Fact, frozen=True, gc=False):
    """QueueMember (list), QueueMemberAdded, -Status, -Pause, -Penalty, -Ringinuse.

    `status` is the device state: 1 free, 2 in use, 3 busy, 5 unavailable, 6 ringing, 7 ringing and in use, 8 on hold.
    `in_call` is true only for a call of that queue. `last_call`, `last_pause`, `login_time`: seconds since 1970, 0 never.
    """

    queue: str
    interface: str
    state_interface: str
    name: str
    dynamic: bool
    penalty: int
    calls_taken: int
    last_call: int
    last_pause: int
    login_time: int
    in_call: bool
    status: int
    paused: bool
    reason: str
    wrapup: int = 0
    """Seconds, the member's own; the queue's is in no event or list (AMI.md Q6)."""


class MemberRemoved(Fact, frozen=True, gc=False):
    """QueueMemberRemoved."""

    queue: str
    interface: str


class DeviceChanged(Fact, frozen=True, gc=False):
    """DeviceStateChange: NOT_INUSE, INUSE, BUSY, INVALID, UNAVAILABLE, RINGING, RINGINUSE, ONHOLD, UNKNOWN."""

    device: str
    state: str


# --- spying, and the supervision leg


class SpyStarted(Fact, frozen=True, gc=False):
    """ChanSpyStart."""

    spyer: Uniqueid
    spyer_channel: str
    spyee: Uniqueid
    spyee_channel: str


class SpyStopped(Fact, frozen=True, gc=False):
    """ChanSpyStop; before 16.16 / 18.2 without the spyee, who is then ""."""

    spyer: Uniqueid
    spyer_channel: str
    spyee: Uniqueid


class DigitEnded(Fact, frozen=True, gc=False):
    """DTMFEnd, Direction Received, of a supervision leg, anybody's; of all other channels nothing leaves framing."""

    uniqueid: Uniqueid
    digit: str


class AgentKeyPressed(Fact, frozen=True, gc=False):
    """The agreed key was pressed on an agent's phone; which it was, and what else was typed there, nobody here is told.

    One press may be told twice: a key that follows another within 45 ms is put off, and read again (measured on 22.10.1).
    """

    uniqueid: Uniqueid


class TalkBegun(Fact, frozen=True, gc=False):
    """ChannelTalkingStart: talk detection, where it was set, hears this channel speak."""

    uniqueid: Uniqueid


class TalkEnded(Fact, frozen=True, gc=False):
    """ChannelTalkingStop. `duration`: ms that it spoke, without the silence after which that is told (measured)."""

    uniqueid: Uniqueid
    duration: int


class OriginateAnswered(Fact, frozen=True, gc=False):
    """OriginateResponse. `reason`: 0 failed or busy, 3 no answer, 4 answered, 5 busy, 8 congestion (measured: 0 for busy)."""

    action_id: str
    uniqueid: Uniqueid
    succeeded: bool
    reason: int


# --- privacy


class Tagged(Fact, frozen=True, gc=False):
    """UserEvent WhisperTag, as the dialplan says it of a channel: it has the tag, or (`on` false) has it no more."""

    uniqueid: Uniqueid
    tag: str
    on: bool


# --- what the site tells


class UserSaid(Fact, frozen=True, gc=False):
    """Any other UserEvent: of a channel's dialplan, or of a program, which names the channel itself. Anybody's, so a hint.

    Args:
        event: its name in small letters.
        channel: the channel's name, "" where none is named; so are the ids.
        said: all its headers, names in small letters; "" for one that stands twice with two values.
    """

    event: str
    uniqueid: Uniqueid
    linkedid: Uniqueid
    channel: str
    said: tuple[tuple[str, str], ...]


# --- lists


class Listed(Fact, frozen=True, gc=False):
    """A whole list, at its place in the stream (a list is atomic there, AMI.md Q6): `action` is the AMI action's name."""

    action: str
    action_id: str
    rows: tuple[Fact, ...]


Event: TypeAlias = Fact
"""Anything that `Floor.apply` takes."""
