"""From a message's bytes to a typed fact: one dictionary by the first line, one table of which header becomes which field.

Total: whatever the bytes, the answer is a fact, `Malformed`, or None for what nobody reads. Header names and their meaning: AMI.md
Q1, Q4, Q5, Q6, measured on Asterisk 16.28 and 22.10.1, which differ in nothing that is read here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

import msgspec

from whisper_tui.ami import events as e
from whisper_tui.ami.events import Fact, Malformed
from whisper_tui.ami.message import Malformation, Reading, RowReading, Values, headers_of, only
from whisper_tui.ami.text import clean_id, clean_name, clean_number, clean_text
from whisper_tui.terms import Uniqueid

T = TypeVar("T")
_Field: TypeAlias = tuple[str, Mapping[bytes, object]]

_INTEGER = re.compile(rb"-?[0-9]{1,18}")
_DECIMAL = re.compile(rb"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_CLOCK = re.compile(rb"([0-9]{1,6}):([0-9]{2}):([0-9]{2})")
_NO_VARIABLE = "(null)"


def _integer(raw: bytes) -> int:
    return int(raw) if _INTEGER.fullmatch(raw) else 0


def _decimal(raw: bytes) -> float:
    return float(raw) if _DECIMAL.fullmatch(raw) else 0.0


def _seconds(raw: bytes) -> int:
    found = _CLOCK.fullmatch(raw)
    return int(found[1]) * 3600 + int(found[2]) * 60 + int(found[3]) if found else 0


def _kind(convert: Callable[[bytes], T], absent: T) -> Callable[[str], _Field]:
    values = Values(convert, absent)
    return lambda header: (header, values)


ident = _kind(clean_id, "")
name = _kind(clean_name, "")
number = _kind(clean_number, "")
text = _kind(clean_text, "")
integer = _kind(_integer, 0)
decimal = _kind(_decimal, 0.0)
seconds = _kind(_seconds, 0)
flag = _kind(lambda raw: raw == b"1", False)
success = _kind(lambda raw: raw == b"Success", False)
dynamic = _kind(lambda raw: raw == b"dynamic", False)


def _member(kind: type[Reading], who: str, interface: str) -> Reading:
    """A member's state. Events say MemberName and Interface where lists say Name and Location (AMI.md Q6)."""
    return kind(
        e.MemberChanged,
        ("Queue", interface),
        queue=ident("Queue"),
        interface=ident(interface),
        state_interface=ident("StateInterface"),
        name=text(who),
        dynamic=dynamic("Membership"),
        penalty=integer("Penalty"),
        calls_taken=integer("CallsTaken"),
        last_call=integer("LastCall"),
        last_pause=integer("LastPause"),
        login_time=integer("LoginTime"),
        in_call=flag("InCall"),
        status=integer("Status"),
        paused=flag("Paused"),
        reason=text("PausedReason"),
    )


def _device(kind: type[Reading]) -> Reading:
    return kind(e.DeviceChanged, ("Device", "State"), device=ident("Device"), state=ident("State"))


def _of_channel(fact: type[Fact]) -> Reading:
    """A fact that says nothing but which channel it happened to."""
    return Reading(fact, ("Uniqueid",), uniqueid=ident("Uniqueid"))


_MEMBER = _member(Reading, "MemberName", "Interface")

_EVENTS: dict[str, Reading] = {
    "FullyBooted": Reading(e.Booted),
    "Reload": Reading(e.Reloaded, module=text("Module")),
    "Newchannel": Reading(
        e.ChannelNew,
        ("Uniqueid", "Linkedid", "Channel"),
        uniqueid=ident("Uniqueid"),
        linkedid=ident("Linkedid"),
        channel=ident("Channel"),
        state=integer("ChannelState"),
        number=number("CallerIDNum"),
        name=name("CallerIDName"),
        context=ident("Context"),
        exten=ident("Exten"),
    ),
    "Newstate": Reading(
        e.ChannelStateChanged,
        ("Uniqueid", "ChannelState"),
        uniqueid=ident("Uniqueid"),
        state=integer("ChannelState"),
        number=number("CallerIDNum"),
        name=name("CallerIDName"),
        connected_number=number("ConnectedLineNum"),
        connected_name=name("ConnectedLineName"),
    ),
    "NewCallerid": Reading(
        e.ChannelCaller,
        ("Uniqueid",),
        uniqueid=ident("Uniqueid"),
        number=number("CallerIDNum"),
        name=name("CallerIDName"),
    ),
    "Hangup": Reading(
        e.ChannelGone,
        ("Uniqueid",),
        uniqueid=ident("Uniqueid"),
        channel=ident("Channel"),
        cause=integer("Cause"),
        cause_text=text("Cause-txt"),
        tech_cause=integer("TechCause"),
    ),
    "BridgeEnter": Reading(
        e.BridgeEntered,
        ("BridgeUniqueid", "Uniqueid"),
        bridge=ident("BridgeUniqueid"),
        uniqueid=ident("Uniqueid"),
        linkedid=ident("Linkedid"),
        swap=ident("SwapUniqueid"),
    ),
    "BridgeLeave": Reading(
        e.BridgeLeft,
        ("BridgeUniqueid", "Uniqueid"),
        bridge=ident("BridgeUniqueid"),
        uniqueid=ident("Uniqueid"),
    ),
    "BridgeDestroy": Reading(e.BridgeGone, ("BridgeUniqueid",), bridge=ident("BridgeUniqueid")),
    "DialBegin": Reading(
        e.DialBegun,
        ("DestUniqueid",),
        uniqueid=ident("Uniqueid"),
        dest_uniqueid=ident("DestUniqueid"),
        dest_channel=ident("DestChannel"),
    ),
    "DialEnd": Reading(
        e.DialEnded,
        ("DestUniqueid", "DialStatus"),
        uniqueid=ident("Uniqueid"),
        dest_uniqueid=ident("DestUniqueid"),
        status=ident("DialStatus"),
    ),
    "Hold": _of_channel(e.Held),
    "Unhold": _of_channel(e.Unheld),
    "MixMonitorStart": _of_channel(e.RecordingStarted),
    "MixMonitorStop": _of_channel(e.RecordingStopped),
    "MixMonitorMute": Reading(e.RecordingMuted, ("Uniqueid", "State"), uniqueid=ident("Uniqueid"), muted=flag("State")),
    "BlindTransfer": Reading(
        e.BlindTransferred,
        ("Result", "TransfererUniqueid"),
        transferer=ident("TransfererUniqueid"),
        transferee=ident("TransfereeUniqueid"),
        exten=ident("Extension"),
        succeeded=success("Result"),
    ),
    "AttendedTransfer": Reading(
        e.AttendedTransferred,
        ("Result", "OrigTransfererUniqueid"),
        transferer=ident("OrigTransfererUniqueid"),
        transferee=ident("TransfereeUniqueid"),
        target=ident("TransferTargetUniqueid"),
        succeeded=success("Result"),
    ),
    "QueueCallerJoin": Reading(
        e.QueueJoined,
        ("Queue", "Uniqueid"),
        queue=ident("Queue"),
        uniqueid=ident("Uniqueid"),
        linkedid=ident("Linkedid"),
        channel=ident("Channel"),
        number=number("CallerIDNum"),
        name=name("CallerIDName"),
        position=integer("Position"),
        count=integer("Count"),
    ),
    "QueueCallerLeave": Reading(
        e.QueueLeft,
        ("Queue", "Uniqueid"),
        queue=ident("Queue"),
        uniqueid=ident("Uniqueid"),
        position=integer("Position"),
        count=integer("Count"),
    ),
    "QueueCallerAbandon": Reading(
        e.QueueAbandoned,
        ("Queue", "Uniqueid"),
        queue=ident("Queue"),
        uniqueid=ident("Uniqueid"),
        hold_time=integer("HoldTime"),
    ),
    "AgentCalled": Reading(
        e.AgentCalled,
        ("Queue", "Interface", "Uniqueid"),
        queue=ident("Queue"),
        interface=ident("Interface"),
        member=text("MemberName"),
        uniqueid=ident("Uniqueid"),
        dest_uniqueid=ident("DestUniqueid"),
        dest_channel=ident("DestChannel"),
    ),
    "AgentConnect": Reading(
        e.AgentConnected,
        ("Queue", "Interface", "Uniqueid"),
        queue=ident("Queue"),
        interface=ident("Interface"),
        member=text("MemberName"),
        uniqueid=ident("Uniqueid"),
        dest_uniqueid=ident("DestUniqueid"),
        dest_channel=ident("DestChannel"),
        hold_time=integer("HoldTime"),
        ring_time=integer("RingTime"),
    ),
    # Either channel may be gone by then, and its headers with it (seen in captures/b-busy).
    "AgentComplete": Reading(
        e.AgentCompleted,
        ("Queue", "Interface"),
        queue=ident("Queue"),
        interface=ident("Interface"),
        uniqueid=ident("Uniqueid"),
        dest_uniqueid=ident("DestUniqueid"),
        reason=ident("Reason"),
        hold_time=integer("HoldTime"),
        talk_time=integer("TalkTime"),
    ),
    "AgentRingNoAnswer": Reading(
        e.AgentRangOut,
        ("Queue", "Interface"),
        queue=ident("Queue"),
        interface=ident("Interface"),
        uniqueid=ident("Uniqueid"),
        dest_uniqueid=ident("DestUniqueid"),
        ring_time=integer("RingTime"),
    ),
    "QueueMemberAdded": _MEMBER,
    "QueueMemberStatus": _MEMBER,
    "QueueMemberPause": _MEMBER,
    "QueueMemberPenalty": _MEMBER,
    "QueueMemberRinginuse": _MEMBER,
    "QueueMemberRemoved": Reading(
        e.MemberRemoved, ("Queue", "Interface"), queue=ident("Queue"), interface=ident("Interface")
    ),
    "DeviceStateChange": _device(Reading),
    "ChanSpyStart": Reading(
        e.SpyStarted,
        ("SpyerUniqueid",),
        spyer=ident("SpyerUniqueid"),
        spyer_channel=ident("SpyerChannel"),
        spyee=ident("SpyeeUniqueid"),
        spyee_channel=ident("SpyeeChannel"),
    ),
    "ChanSpyStop": Reading(
        e.SpyStopped,
        ("SpyerUniqueid",),
        spyer=ident("SpyerUniqueid"),
        spyer_channel=ident("SpyerChannel"),
        spyee=ident("SpyeeUniqueid"),
    ),
    "OriginateResponse": Reading(
        e.OriginateAnswered,
        ("ActionID", "Response"),
        action_id=ident("ActionID"),
        uniqueid=ident("Uniqueid"),
        succeeded=success("Response"),
        reason=integer("Reason"),
    ),
}

_STATUS = RowReading(
    e.StatusRow,
    ("Uniqueid",),
    uniqueid=ident("Uniqueid"),
    linkedid=ident("Linkedid"),
    channel=ident("Channel"),
    state=integer("ChannelState"),
    bridge=ident("BridgeID"),
    application=ident("Application"),
    application_data=ident("Data"),
    seconds=integer("Seconds"),
    variables=("", Values(lambda _: (), ())),  # they repeat: `_status` adds them
)

_ROWS: dict[str, RowReading] = {
    "QueueParams": RowReading(
        e.QueueRow,
        ("Queue",),
        queue=ident("Queue"),
        strategy=ident("Strategy"),
        calls=integer("Calls"),
        hold_time=integer("Holdtime"),
        talk_time=integer("TalkTime"),
        completed=integer("Completed"),
        abandoned=integer("Abandoned"),
        service_level=integer("ServiceLevel"),
        performance=decimal("ServicelevelPerf"),
        weight=integer("Weight"),
    ),
    "QueueEntry": RowReading(
        e.WaitingRow,
        ("Queue", "Uniqueid"),
        queue=ident("Queue"),
        uniqueid=ident("Uniqueid"),
        channel=ident("Channel"),
        position=integer("Position"),
        number=number("CallerIDNum"),
        name=number("CallerIDName"),  # app_queue.c does not escape it here (seen: a raw tab)
        wait=integer("Wait"),
        priority=integer("Priority"),
    ),
    "CoreShowChannel": RowReading(
        e.ChannelRow,
        ("Uniqueid",),
        uniqueid=ident("Uniqueid"),
        linkedid=ident("Linkedid"),
        channel=ident("Channel"),
        state=integer("ChannelState"),
        number=number("CallerIDNum"),
        name=name("CallerIDName"),
        connected_number=number("ConnectedLineNum"),
        connected_name=name("ConnectedLineName"),
        context=ident("Context"),
        exten=ident("Exten"),
        application=ident("Application"),
        application_data=ident("ApplicationData"),
        duration=seconds("Duration"),
        bridge=ident("BridgeId"),
    ),
    "BridgeInfoChannel": RowReading(
        e.BridgeMemberRow,
        ("Uniqueid",),
        uniqueid=ident("Uniqueid"),
        linkedid=ident("Linkedid"),
        channel=ident("Channel"),
    ),
}


def _digit(message: bytes) -> Fact | None:
    """DTMFEnd of a watched channel; what the channel sends (Direction Sent) is nobody's key."""
    headers = headers_of(message)
    try:
        if headers[1:2] and headers[1][0] != b"Privilege":
            raise Malformation("no Privilege after Event")
        if only(headers, b"Direction") != b"Received":
            return None
        return e.DigitEnded(Uniqueid(clean_id(only(headers, b"Uniqueid"))), clean_id(only(headers, b"Digit")))
    except Malformation as wrong:
        return Malformed(str(wrong))


def _status(message: bytes) -> Fact | None:
    row = _STATUS.read(message)
    if not isinstance(row, e.StatusRow):
        return row
    pairs = []
    for header, value in headers_of(message):
        if header == b"Variable":
            variable, _, held = value.decode("utf-8", "replace").partition("=")
            pairs.append((variable, "" if held == _NO_VARIABLE else held))
    if len({variable for variable, _ in pairs}) != len(pairs):
        return Malformed("a variable stands twice")
    return msgspec.structs.replace(row, variables=tuple(pairs))


Read: TypeAlias = Callable[[bytes], "Fact | None"]

LIVE: dict[bytes, Read] = {
    **{f"Event: {event}".encode(): reading.read for event, reading in _EVENTS.items()},
    b"Event: DTMFEnd": _digit,
}
"""How events are read, by their first line."""

ROWS: dict[bytes, Read] = {
    **{f"Event: {event}".encode(): reading.read for event, reading in _ROWS.items()},
    b"Event: QueueMember": _member(RowReading, "Name", "Location").read,
    b"Event: DeviceStateChange": _device(RowReading).read,
    b"Event: Status": _status,
}
"""How the rows of lists are read, by their first line. A row belongs to an action of ours that is in flight."""
