"""The only actions that can be sent, as values. `encode` is the one choke point that every name and value passes.

Channels are addressed by Uniqueid: `ast_channel_get_by_name` takes it wherever a name goes (measured on 22.10.1: PlayDTMF,
Setvar, Getvar, AbsoluteTimeout, Status, Hangup), and unlike a name it is never used again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import ClassVar, TypeAlias

from msgspec import Struct

from whisper_tui.ami.events import Fact
from whisper_tui.ami.names import (
    UnsafeAction,
    channel_id,
    channel_name,
    device,
    dialplan,
    is_safe,
    leg_id,
    one_of,
)
from whisper_tui.terms import LegId, Mode, Uniqueid


class Outcome(Enum):
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """No answer within the limit, or the link was lost first: it may or may not have happened."""


class Reply(Struct, frozen=True):
    """What became of an action. `value` is Getvar's, `rows` a list's."""

    outcome: Outcome
    message: str = ""
    value: str = ""
    rows: tuple[Fact, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()


class Action(Struct, frozen=True):
    """Something that can be asked of Asterisk."""

    name: ClassVar[str]
    is_list: ClassVar[bool] = False
    limit: ClassVar[float] = 5.0
    """Seconds after which the outcome is UNKNOWN."""

    def headers(self) -> list[tuple[str, str]]:
        return []


class Ping(Action, frozen=True):
    name: ClassVar[str] = "Ping"


class CoreSettings(Action, frozen=True):
    """AsteriskVersion and SystemName."""

    name: ClassVar[str] = "CoreSettings"


class ListCommands(Action, frozen=True):
    """What this account may run: one header a command, `(Priv: ...)` in its value."""

    name: ClassVar[str] = "ListCommands"


class QueueStatus(Action, frozen=True):
    name: ClassVar[str] = "QueueStatus"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0


class CoreShowChannels(Action, frozen=True):
    name: ClassVar[str] = "CoreShowChannels"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0


class DeviceStateList(Action, frozen=True):
    name: ClassVar[str] = "DeviceStateList"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0


class Status(Action, frozen=True):
    """Of one channel, or of all."""

    name: ClassVar[str] = "Status"
    is_list: ClassVar[bool] = True
    limit: ClassVar[float] = 15.0
    channel: Uniqueid | None = None
    variables: Sequence[str] = ()

    def headers(self) -> list[tuple[str, str]]:
        out = [("Channel", channel_id(self.channel))] if self.channel is not None else []
        return [*out, ("Variables", ",".join(self.variables))] if self.variables else out


class BridgeInfo(Action, frozen=True):
    """Who is in a bridge."""

    name: ClassVar[str] = "BridgeInfo"
    is_list: ClassVar[bool] = True
    bridge: str

    def headers(self) -> list[tuple[str, str]]:
        return [("BridgeUniqueid", channel_id(self.bridge))]


class Getvar(Action, frozen=True):
    name: ClassVar[str] = "Getvar"
    channel: Uniqueid
    variable: str

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel)), ("Variable", one_of(self.variable, READABLE))]


class Setvar(Action, frozen=True):
    name: ClassVar[str] = "Setvar"
    channel: Uniqueid
    variable: str
    value: str

    def headers(self) -> list[tuple[str, str]]:
        return [
            ("Channel", channel_id(self.channel)),
            ("Variable", one_of(self.variable, WRITABLE)),
            ("Value", self.value),
        ]


class PlayDtmf(Action, frozen=True):
    """A key that the leg itself receives, as if its phone had pressed it (`Receive: true`)."""

    name: ClassVar[str] = "PlayDTMF"
    channel: Uniqueid
    digit: str

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel)), ("Digit", one_of(self.digit, KEYS)), ("Receive", "true")]


class AbsoluteTimeout(Action, frozen=True):
    """Hang the channel up `seconds` from now unless renewed; it cannot be lifted so, see `Setvar`."""

    name: ClassVar[str] = "AbsoluteTimeout"
    channel: Uniqueid
    seconds: int

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel)), ("Timeout", str(int(self.seconds)))]


class Hangup(Action, frozen=True):
    """Of one channel. (AMI takes `/regex/` here: `channel_id` refuses it.)"""

    name: ClassVar[str] = "Hangup"
    channel: Uniqueid

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel", channel_id(self.channel))]


class Bridge(Action, frozen=True):
    """Take `second` out of wherever it talks and let it talk with `leg`; whoever is left alone there is hung up (AMI.md Q3).

    Args:
        leg: Channel1: the supervisor must be first, or the customer may be dropped (measured on 16.28).
        second: the channel's whole name: AMI takes a Uniqueid here too, but by prefix, and one Uniqueid may begin another.
    """

    name: ClassVar[str] = "Bridge"
    leg: LegId
    second: str

    def headers(self) -> list[tuple[str, str]]:
        return [("Channel1", leg_id(self.leg)), ("Channel2", channel_name(self.second)), ("Tone", "no")]


class ShowDialPlan(Action, frozen=True):
    """Whether there is such an extension; FAILED where there is not, or where the account lacks class `reporting`."""

    name: ClassVar[str] = "ShowDialPlan"
    is_list: ClassVar[bool] = True
    context: str
    exten: str

    def headers(self) -> list[tuple[str, str]]:
        return [("Context", dialplan(self.context)), ("Extension", dialplan(self.exten))]


class BlindTransfer(Action, frozen=True):
    """Send whoever talks with `channel` on to an extension of the dialplan; `channel` is hung up.

    To one that there is not, Asterisk says Success too, and hangs the customer up (measured): ask `ShowDialPlan` first.
    """

    name: ClassVar[str] = "BlindTransfer"
    channel: Uniqueid
    context: str
    exten: str

    def headers(self) -> list[tuple[str, str]]:
        place = [("Context", dialplan(self.context)), ("Exten", dialplan(self.exten))]
        return [("Channel", channel_id(self.channel)), *place]


class Redirect(Action, frozen=True):
    """Send one channel to an extension of the dialplan, wherever it is (write class `call`).

    A caller in Queue() leaves it as if they had given up: QueueCallerAbandon, QueueCallerLeave, and in another queue
    QueueCallerJoin, 2 ms in all (measured on 22.10.1 and 16.28). To an extension that there is not, Asterisk says Success
    too, and hangs the caller up (measured): ask `ShowDialPlan` first.
    """

    name: ClassVar[str] = "Redirect"
    channel: Uniqueid
    context: str
    exten: str

    def headers(self) -> list[tuple[str, str]]:
        place = [("Context", dialplan(self.context)), ("Exten", dialplan(self.exten)), ("Priority", "1")]
        return [("Channel", channel_id(self.channel)), *place]


class MessageSend(Action, frozen=True):
    """A text to a phone, out of any call (SIP MESSAGE; write class `message`, AUDIO.md F9).

    Args:
        phone: the device, `PJSIP/1001`.
        body: words of this program's own, or of the site's cue cards, never a person's: they stand in one header line.
    """

    name: ClassVar[str] = "MessageSend"
    phone: str
    body: str

    def headers(self) -> list[tuple[str, str]]:
        technology, _, endpoint = device(self.phone).partition("/")
        return [
            ("To", f"{technology.lower()}:{endpoint}"),
            ("From", "<sip:whisper-tui@localhost>"),
            ("Body", self.body),
        ]


class Originate(Action, frozen=True):
    """Ring the supervisor's phone; what it is for, say the classes below.

    Args:
        phone: the device, `PJSIP/2001`.
        leg: becomes ChannelId and Uniqueid.
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

    def application(self) -> tuple[str, str]:
        """What the phone is connected to: the application and its data."""
        raise NotImplementedError

    def dropped(self) -> str:
        """What FRAME_DROP(RX) drops from the first frame on: one kind, for AMI splits `Variable` at commas; "": nothing."""
        return "DTMF_END"

    def headers(self) -> list[tuple[str, str]]:
        application, data = self.application()
        if not re.fullmatch(r"[0-9*#+]{0,24}", self.caller_number) or not re.fullmatch(
            r"[^\"<>\\]{0,40}", self.caller_name
        ):
            raise UnsafeAction("not a caller id", f"{self.caller_name} {self.caller_number}")
        variables = [f"FRAME_DROP(RX)={dropped}"] if (dropped := self.dropped()) else []
        variables += [f"TIMEOUT(absolute)={int(self.lease_seconds)}"]
        for header, value in self.headers_added:
            if not re.fullmatch(r"[A-Za-z][A-Za-z0-9-]{0,40}", header) or "," in value:
                raise UnsafeAction("not a SIP header for auto-answer", f"{header}: {value}", "a comma would split it")
            variables.append(f"PJSIP_HEADER(add,{header})={value}")
        return [
            ("Channel", device(self.phone)),
            ("Application", application),
            ("Data", data),
            ("CallerID", f'"{self.caller_name}" <{self.caller_number}>'),
            ("Timeout", str(int(self.ring_seconds * 1000))),
            ("ChannelId", leg_id(self.leg)),
            ("Async", "true"),
            *(("Variable", v) for v in variables),
        ]


class OriginateSpy(Originate, frozen=True):
    """Into a ChanSpy that can hear only channels with `leg` in their SPYGROUP.

    Args:
        fixed: None: the leg's keys switch its mode. Else the one mode that it is in for good; where that is heard by
            somebody, the microphone is closed from the first frame on.
    """

    fixed: Mode | None = None

    def application(self) -> tuple[str, str]:
        return "ChanSpy", f",qg({leg_id(self.leg)}){FIXED[self.fixed]}"

    def dropped(self) -> str:
        if self.fixed is None:
            return "DTMF_END"
        return "" if self.fixed is Mode.SILENT else "VOICE"  # its keys do nothing; `*` must reach it


class OriginateThird(Originate, frozen=True, kw_only=True):
    """Into the bridge that a channel is in, as a party of the call.

    Args:
        beside: that channel's whole name: BridgeAdd takes the first channel whose name begins so (features.c).
    """

    beside: str

    def application(self) -> tuple[str, str]:
        return "BridgeAdd", channel_name(self.beside)


FIXED = {None: "d", Mode.SILENT: "", Mode.WHISPER: "w", Mode.BARGE: "B"}
"""ChanSpy's options for a leg of one mode; `d` lets its keys choose (app_chanspy.c)."""
READABLE = frozenset({"SPYGROUP", "CHANNEL(rtcp,all)", "UNICASTRTP_LOCAL_PORT"})
WRITABLE = frozenset({"SPYGROUP", "FRAME_DROP(RX)", "MUTEAUDIO(in)", "TIMEOUT(absolute)", "TALK_DETECT(set)"})
KEYS = frozenset("4567*")
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
