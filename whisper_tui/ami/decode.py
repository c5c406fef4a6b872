"""From an event's bytes to a typed fact: one dictionary by the first line, one table of which header becomes which field.

Total: whatever the bytes, the answer is a fact, `Malformed`, or None for what nobody reads. Header names and their meaning: AMI.md
Q1, Q4, Q5, Q6, measured on Asterisk 16.28 and 22.10.1, which differ in nothing that is read here.
"""

from __future__ import annotations

from whisper_tui.ami import events as e
from whisper_tui.ami.events import Fact, Malformed
from whisper_tui.ami.fields import Read, device, flag, ident, integer, member, name, number, of_channel, success, text
from whisper_tui.ami.framing import EOL, PRESSED
from whisper_tui.ami.message import Malformation, Reading, headers_of, only
from whisper_tui.ami.text import clean_id, clean_tag, clean_text
from whisper_tui.terms import Uniqueid

_MEMBER = member(Reading, "MemberName", "Interface")

_USER_EVENT = b"Event: UserEvent\r\nPrivilege: "
_WHISPER_TAG = b"\r\nuserevent: whispertag"

MOST_SAID = 100
"""Lines that are read of a UserEvent of the site's own."""

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
    "Hold": of_channel(e.Held),
    "Unhold": of_channel(e.Unheld),
    "MixMonitorStart": of_channel(e.RecordingStarted),
    "MixMonitorStop": of_channel(e.RecordingStopped),
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
    "DeviceStateChange": device(Reading),
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
    "ChannelTalkingStart": of_channel(e.TalkBegun),
    "ChannelTalkingStop": Reading(e.TalkEnded, ("Uniqueid",), uniqueid=ident("Uniqueid"), duration=integer("Duration")),
    "OriginateResponse": Reading(
        e.OriginateAnswered,
        ("Response",),  # another program's Originate may have no ActionID
        action_id=ident("ActionID"),
        uniqueid=ident("Uniqueid"),
        succeeded=success("Response"),
        reason=integer("Reason"),
    ),
}


def _digit(message: bytes) -> Fact | None:
    """DTMFEnd of a leg; what the channel sends (Direction Sent) is nobody's key."""
    headers = headers_of(message)
    try:
        if headers[1:2] and headers[1][0] != b"Privilege":
            raise Malformation("no Privilege after Event")
        if only(headers, b"Direction") != b"Received":
            return None
        return e.DigitEnded(Uniqueid(clean_id(only(headers, b"Uniqueid"))), clean_id(only(headers, b"Digit")))
    except Malformation as wrong:
        return Malformed(str(wrong))


def _user_event(message: bytes) -> Fact | None:
    """A UserEvent is anybody's. Of one that is no tag nothing is judged: what cannot be told is ""."""
    if not message.startswith(_USER_EVENT):
        return Malformed("no Privilege after Event")
    return _tagged(message) if _WHISPER_TAG in message.lower() else _user_said(message)


def _tagged(message: bytes) -> Fact | None:
    """Headers' names and `off` count in any case; whatever else State says, or nothing, is on: the careful side."""
    headers = headers_of(message)
    lowered = [(name.lower(), value.strip()) for name, value in headers]
    try:
        only(headers, b"Event")
        if only(lowered, b"userevent").lower() != b"whispertag":
            return None
        # The dialplan's event has the channel's Uniqueid already, and its author may have said it once more.
        channels = {value for name, value in lowered if name == b"uniqueid"}
        if len(channels) != 1:
            raise Malformation("no Uniqueid" if not channels else "Uniqueid stands twice")
        tag = clean_tag(only(lowered, b"tag").decode("utf-8", "replace"))
        states = [value.lower() for name, value in lowered if name == b"state"]
        return e.Tagged(Uniqueid(clean_id(channels.pop())), tag, states != [b"off"]) if tag else None
    except Malformation as wrong:
        return Malformed(str(wrong))


def _user_said(message: bytes) -> Fact | None:
    """Of its lines no more than MOST_SAID are read."""
    headers = headers_of(EOL.join(message.split(EOL, MOST_SAID)[:MOST_SAID]))[2:]  # behind Event and Privilege
    raw: dict[bytes, bytes] = {}
    for header, line in headers:
        lowered, value = header.lower(), line.strip()
        raw[lowered] = value if raw.get(lowered, value) == value else b""
    event = clean_text(raw.get(b"userevent", b"")).lower()
    if not event:
        return None
    uniqueid, linkedid, channel = (clean_id(raw.get(each, b"")) for each in (b"uniqueid", b"linkedid", b"channel"))
    said = tuple((clean_text(header), clean_text(value)) for header, value in raw.items())
    return e.UserSaid(event, Uniqueid(uniqueid), Uniqueid(linkedid), channel, said)


def _agreed_key(message: bytes) -> Fact | None:
    """Made by framing of a DTMFEnd whose headers it has judged."""
    return e.AgentKeyPressed(Uniqueid(clean_id(message.partition(b": ")[2])))


LIVE: dict[bytes, Read] = {
    **{f"Event: {event}".encode(): reading.read for event, reading in _EVENTS.items()},
    b"Event: DTMFEnd": _digit,
    PRESSED: _agreed_key,
    b"Event: UserEvent": _user_event,
}
"""How events are read, by their first line."""
