"""What is left of what a recording says, where clients have moved the floor another way: the recording yields."""

from __future__ import annotations

import re
from collections.abc import Collection

from whisper_tui.floor.trace import device_of
from whisper_tui.simulator import scenes
from whisper_tui.simulator.astray import Kept
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.terms import Uniqueid

_HEADER = re.compile(rb"\r\n(?P<name>\w+): (?P<value>[^\r\n]*)")
_DEST = re.compile(rb"Dest\w+: [^\r\n]*\r\n")


class Words:
    """An event's bytes, as far as they are looked at here."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.event = raw[len("Event: ") : raw.find(b"\r\n")].decode("ascii", "replace")
        self._headers = {one["name"]: one["value"] for one in _HEADER.finditer(raw)}

    def __getitem__(self, name: str) -> str:
        return self._headers.get(name.encode(), b"").decode("utf-8", "replace")

    @property
    def own(self) -> Uniqueid:
        """Of the channel that it is about."""
        return Uniqueid(self["Uniqueid"])

    def names(self, *channels: Collection[Uniqueid]) -> bool:
        """Whether it names one of these channels."""
        ids = [value for name, value in self._headers.items() if name.endswith((b"Uniqueid", b"Linkedid"))]
        return any(Uniqueid(one.decode("utf-8", "replace")) in some for one in ids for some in channels)

    def without_dest(self) -> bytes:
        return _DEST.sub(b"", self.raw)

    def having(self, **values: str | int) -> bytes:
        """The same with these values in the headers of those names, of which those count that it has."""
        held = {name.encode(): str(value).encode() for name, value in values.items()}
        return _HEADER.sub(lambda one: b"\r\n%b: %b" % (one["name"], held.get(one["name"], one["value"])), self.raw)

    def as_kept(self, held: Kept) -> Words:
        """The same of a member who is paused and weighed as clients have set it."""
        values: dict[str, str | int] = {}
        if held.pause is not None:
            paused, reason, since = held.pause
            values.update(Paused=int(paused), PausedReason=reason, LastPause=since)
        if held.penalty is not None:
            values["Penalty"] = held.penalty
        return Words(self.having(**values))


def heard(pbx: SimulatedPbx, raw: bytes) -> bytes | None:
    """What is left of `raw`, an event of the recording; None: it did not happen."""
    if not pbx.astray:
        return raw
    words = Words(raw)
    if words.event == "DeviceStateChange":
        return None if pbx.astray.is_away(words["Device"]) else raw
    if words.event.startswith("QueueMember"):
        return _of_member(pbx, words)
    if words.event.startswith("Bridge"):
        return _of_bridge(pbx, words)
    return _of_call(pbx, words)


def _of_call(pbx: SimulatedPbx, words: Words) -> bytes | None:
    astray = pbx.astray
    if words.event == "Newchannel" and (phone := device_of(words["Channel"])) in astray.held:
        astray.phones[words.own] = phone
        return None
    if (
        words.event == "DialEnd"
        and words["DialStatus"] == "ANSWER"
        and Uniqueid(words["DestUniqueid"]) in astray.phones
    ):
        astray.customers[words.own] = None
        astray.displaced(words.own, astray.phones[Uniqueid(words["DestUniqueid"])])
        return None
    if words.event == "Hangup" and astray.phones.pop(words.own, None) is not None:
        return None
    if not words.names(astray.customers, astray.phones):
        return _in_line(pbx, words) if words.event.startswith("QueueCaller") else words.raw
    channel = pbx.floor.channels.get(words.own)
    if channel is None or not astray.customers.get(channel.uniqueid):
        return None
    if words.event == "Hangup":
        scenes.leave_bridge(pbx, channel)
        return words.raw
    if words.event == "AgentComplete":
        return words.without_dest() if channel.uniqueid not in astray.completed else None
    return words.raw if words.event == "HangupRequest" else None


def _in_line(pbx: SimulatedPbx, words: Words) -> bytes:
    """Who joins or leaves has the place that the line has for them: others may stand in it than stood in the recorded one."""
    queue = pbx.floor.queues.get(words["Queue"])
    line = queue.waiting if queue is not None else {}
    if words.event == "QueueCallerJoin":
        place, count = words["Position"], len(line) + 1
        goes_ahead = place.isdecimal() and place != words["Count"]
        return words.having(Position=min(int(place), count) if goes_ahead else count, Count=count)
    waiting = line.get(words.own)
    return words.having(Position=waiting.position, Count=len(line) - 1) if waiting is not None else words.raw


def _of_member(pbx: SimulatedPbx, words: Words) -> bytes | None:
    """What clients have set stands, and the recording does not set it; the phone's state is another."""
    queue = pbx.floor.queues.get(words["Queue"])
    member = queue.members.get(words["Interface"]) if queue is not None else None
    held = pbx.astray.members.get((words["Queue"], words["Interface"]))
    if held is not None:
        if _is_moot(words.event, held) or (member is None and words.event != "QueueMemberAdded"):
            return None
        words = words.as_kept(held)
    if member is None or not pbx.astray.is_away(words["StateInterface"]):
        return words.raw
    return (
        words.having(Status=member.status, InCall=int(member.in_call)) if words.event != "QueueMemberStatus" else None
    )


def _is_moot(event: str, held: Kept) -> bool:
    """Whether it would change what clients have set."""
    match event:
        case "QueueMemberAdded" | "QueueMemberRemoved":
            return held.there is not None
        case "QueueMemberPause":
            return held.pause is not None
        case "QueueMemberPenalty":
            return held.penalty is not None
        case _:
            return False


def _of_bridge(pbx: SimulatedPbx, words: Words) -> bytes | None:
    astray, ident = pbx.astray, words["BridgeUniqueid"]
    if words.names(astray.customers, astray.phones) or ident in astray.dissolved:
        return None
    if ident not in astray.joined or ident not in pbx.floor.bridges:
        return words.raw
    moved = {"BridgeEnter": 1, "BridgeLeave": -1}.get(words.event, 0)
    return words.having(BridgeNumChannels=len(pbx.floor.bridges[ident].channels) + moved)
