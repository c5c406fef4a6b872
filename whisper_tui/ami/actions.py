"""The only actions that can be sent, as values. `encode` is the one choke point that every name and value passes.

Channels are addressed by Uniqueid: `ast_channel_get_by_name` takes it wherever a name goes (measured on 22.10.1: PlayDTMF,
Setvar, Getvar, AbsoluteTimeout, Status, Hangup), and unlike a name it is never used again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, TypeAlias

from whisper_tui.ami.events import Fact
from whisper_tui.errors import WhisperError
from whisper_tui.terms import LegId, Uniqueid


class UnsafeAction(WhisperError):
    """A value that must not reach the PBX; nothing was sent."""


class Outcome(Enum):
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No answer within the limit, or the link was lost first: it may or may not have happened."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of an action. `value` is Getvar's, `rows` a list's."""

    outcome: Outcome
    message: str = ""
    value: str = ""
    rows: tuple[Fact, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be asked of Asterisk."""

    name: ClassVar[str]
    is_list: ClassVar[bool] = False
    limit: ClassVar[float] = 5.0
    """Seconds after which the outcome is UNKNOWN."""

    def headers(self) -> list[tuple[str, str]]:
        return []


@dataclass(frozen=True, slots=True)
class Ping(Action):
    name: ClassVar[str] = "Ping"


@dataclass(frozen=True, slots=True)
class CoreSettings(Action):
    """AsteriskVersion and SystemName."""

    name: ClassVar[str] = "CoreSettings"


@dataclass(frozen=True, slots=True)
class ListCommands(Action):
    """What this account may run: one header a command, `(Priv: ...)` in its value."""

    name: ClassVar[str] = "ListCommands"


@dataclass(frozen=True, slots=True)
class QueueStatus(Action):
    name: ClassVar[str] = "QueueStatus"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0


@dataclass(frozen=True, slots=True)
class CoreShowChannels(Action):
    name: ClassVar[str] = "CoreShowChannels"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0


@dataclass(frozen=True, slots=True)
class DeviceStateList(Action):
    name: ClassVar[str] = "DeviceStateList"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0


@dataclass(frozen=True, slots=True)
class Status(Action):
    """Of one channel, or of all."""

    name: ClassVar[str] = "Status"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0
    channel: Uniqueid | None = None
    variables: Sequence[str] = ()

    def headers(self) -> list[tuple[str, str]]:
        out = [("Channel", channel_id(self.channel))] if self.channel is not None else []
        return [*out, ("Variables", ",".join(self.variables))] if self.variables else out


@dataclass(frozen=True, slots=True)
class BridgeInfo(Action):
    """Who is in a bridge."""

    name: ClassVar[str] = "BridgeInfo"
    is_list: ClassVar[bool] = True
    bridge: str

    def headers(self) -> list[tuple[str, str]]:
        return [("BridgeUniqueid", channel_id(self.bridge))]


@dataclass(frozen=True, slots=True)
class Getvar(Action):
    name: ClassVar[str] = "Getvar"
    channel: Uniqueid
    variable: str

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel)), ("Variable", _one_of(self.variable, READABLE))]


@dataclass(frozen=True, slots=True)
class Setvar(Action):
    name: ClassVar[str] = "Setvar"
    channel: Uniqueid
    variable: str
    value: str

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("Channel", channel_id(self.channel)),
            ("Variable", _one_of(self.variable, WRITABLE)),
            ("Value", self.value),
        ]


@dataclass(frozen=True, slots=True)
class PlayDtmf(Action):
    """A key that the leg itself receives, as if its phone had pressed it (`Receive: true`)."""

    name: ClassVar[str] = "PlayDTMF"
    channel: Uniqueid
    digit: str

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel)), ("Digit", _one_of(self.digit, KEYS)), ("Receive", "true")]


@dataclass(frozen=True, slots=True)
class AbsoluteTimeout(Action):
    """Hang the channel up `seconds` from now unless renewed; 0 lifts it."""

    name: ClassVar[str] = "AbsoluteTimeout"
    channel: Uniqueid
    seconds: int

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel)), ("Timeout", str(int(self.seconds)))]


@dataclass(frozen=True, slots=True)
class Hangup(Action):
    """Of one channel. (AMI takes `/regex/` here: `channel_id` refuses it.)"""

    name: ClassVar[str] = "Hangup"
    channel: Uniqueid

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel))]


@dataclass(frozen=True, slots=True)
class OriginateSpy(Action):
    """Ring the supervisor's phone into a ChanSpy that can hear only channels with `leg` in their SPYGROUP.

    Args:
        phone: the device, `PJSIP/2001`.
        leg: becomes ChannelId, Uniqueid and spy group.
        ring_seconds: how long the phone may ring.
        lease_seconds: Asterisk hangs the leg up after these, ringing included, unless they are renewed.
        caller_name, caller_number: what the phone shows.
        headers_added: SIP headers for auto-answer, e.g. ("Call-Info", "<sip:pbx>;answer-after=0").
    """

    name: ClassVar[str] = "Originate"
    phone: str
    leg: LegId
    ring_seconds: float
    lease_seconds: int
    caller_name: str
    caller_number: str
    headers_added: Sequence[tuple[str, str]] = ()

    def headers(self) -> list[tuple[str, str]]:
        if not LEG_ID.fullmatch(self.leg):
            raise UnsafeAction("not the id of a leg", self.leg)
        if not PHONE.fullmatch(self.phone):
            raise UnsafeAction("not a phone", self.phone, "write it as PJSIP/2001")
        if not re.fullmatch(r"[0-9*#+]{0,24}", self.caller_number) or not re.fullmatch(
            r"[^\"<>\\]{0,40}", self.caller_name
        ):
            raise UnsafeAction("not a caller id", f"{self.caller_name} {self.caller_number}")
        variables = ["FRAME_DROP(RX)=DTMF_END", f"TIMEOUT(absolute)={int(self.lease_seconds)}"]
        for header, value in self.headers_added:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,40}", header) or "," in value:
                raise UnsafeAction("not a SIP header for auto-answer", f"{header}: {value}", "a comma would split it")
            variables.append(f"PJSIP_HEADER(add,{header})={value}")
        return [
            ("Channel", self.phone),
            ("Application", "ChanSpy"),
            ("Data", f",qg({self.leg})d"),
            ("CallerID", f'"{self.caller_name}" <{self.caller_number}>'),
            ("Timeout", str(int(self.ring_seconds * 1000))),
            ("ChannelId", self.leg),
            ("Async", "true"),
            *(("Variable", v) for v in variables),
        ]


READABLE = frozenset({"SPYGROUP"})
WRITABLE = frozenset({"SPYGROUP", "FRAME_DROP(RX)"})
KEYS = frozenset("4567*")
LEG_ID = re.compile(r"wt-[0-9a-f]{8}-[0-9a-f]{16}")
PHONE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.+@-]{1,80}")
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,149}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # surrogates cannot be sent as UTF-8
MAX_LINE = 1000
"""Bytes of a header line; Asterisk discards a message with a line of more than 1024 (manager.c, `get_input`)."""

Headers: TypeAlias = list[tuple[str, str]]


def encode(action: Action) -> Headers:
    """Return the headers of `action`, `Action` first, ActionID left to the link.

    Raises:
        UnsafeAction: a value holds a control character or is not what its field takes.
    """
    headers = [("Action", action.name), *action.headers()]
    for name, value in headers:
        if not is_safe(value):
            raise UnsafeAction("a control character in a value", f"{action.name} {name}")
        if len(name) + len(value.encode()) > MAX_LINE:
            raise UnsafeAction("a value is too long for Asterisk", f"{action.name} {name}")
    return headers


def is_safe(value: str) -> bool:
    """Whether `value` can stand in one header line and be nothing else."""
    return _CONTROL.search(value) is None


def channel_id(value: str) -> str:
    """`value` if it can be nothing but one id: no pattern, no list, no path."""
    if not _ID.fullmatch(value):
        raise UnsafeAction("not a channel or bridge id", value)
    return value


def _one_of(value: str, allowed: frozenset[str]) -> str:
    if value not in allowed:
        raise UnsafeAction("not among the values that this program sends", value)
    return value
