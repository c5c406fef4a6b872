"""From a list row's bytes to a typed fact. A row belongs to an action of ours that is in flight, see `stream`."""

from __future__ import annotations

import msgspec

from whisper_tui.ami.events import Fact, Malformed
from whisper_tui.ami.fields import Read, decimal, device, ident, integer, member, name, number, seconds
from whisper_tui.ami.list_rows import BridgeMemberRow, ChannelRow, QueueRow, StatusRow, WaitingRow
from whisper_tui.ami.message import RowReading, Values, headers_of

_NO_VARIABLE = "(null)"

_STATUS = RowReading(
    StatusRow,
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
        QueueRow,
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
        WaitingRow,
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
        ChannelRow,
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
        BridgeMemberRow,
        ("Uniqueid",),
        uniqueid=ident("Uniqueid"),
        linkedid=ident("Linkedid"),
        channel=ident("Channel"),
    ),
}


def _status(message: bytes) -> Fact | None:
    row = _STATUS.read(message)
    if not isinstance(row, StatusRow):
        return row
    pairs = []
    for header, value in headers_of(message):
        if header == b"Variable":
            variable, _, held = value.decode("utf-8", "replace").partition("=")
            pairs.append((variable, "" if held == _NO_VARIABLE else held))
    if len({variable for variable, _ in pairs}) != len(pairs):
        return Malformed("a variable stands twice")
    return msgspec.structs.replace(row, variables=tuple(pairs))


ROWS: dict[bytes, Read] = {
    **{f"Event: {event}".encode(): reading.read for event, reading in _ROWS.items()},
    b"Event: QueueMember": member(RowReading, "Name", "Location").read,
    b"Event: DeviceStateChange": device(RowReading).read,
    b"Event: Status": _status,
}
"""How the rows of lists are read, by their first line. A row belongs to an action of ours that is in flight."""
