"""AMI as Asterisk writes and reads it: events with their channel snapshots, responses, lists, and the actions of a client.

Header names and their order are those of Asterisk 22.10.1 (`fixtures/captures`), so that a client cannot tell the difference.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from msgspec import Struct

from whisper_tui.floor.model import Channel, Member

Headers: TypeAlias = list[tuple[str, str]]

MAX_LINE = 1024
"""Bytes of a line of an action; Asterisk dumps the rest (manager.c, `inbuf[1025]`)."""
MAX_HEADERS = 128
"""Lines of an action (manager.h, AST_MAX_MANHEADERS)."""

READS = frozenset({"system", "call", "agent", "dtmf", "user"})
"""What the simulated account may read, unless a test says otherwise: events of all other classes never reach a client."""
WRITES = frozenset({"call", "originate", "reporting", "agent", "message"})
"""What it may ask for."""

STATES = ("Down", "Rsrvd", "OffHook", "Dialing", "Ring", "Ringing", "Up", "Busy", "Dialing Offhook", "Pre-ring")
"""Words of ChannelStateDesc by ChannelState (channel.c, ast_state2str)."""

_ESCAPED = re.compile(r"[\\'\"?]")
_PRIVILEGE = b"\r\nPrivilege: "
_BREAK = re.compile(r"[\r\n\x00]")


def message(headers: Iterable[tuple[str, str]]) -> bytes:
    """The bytes of one message. A line break inside a value cannot end its line."""
    lines = [f"{name}: {_BREAK.sub(' ', value)}\r\n" for name, value in headers]
    return ("".join(lines) + "\r\n").encode()


def event(name: str, system_name: str, headers: Iterable[tuple[str, str]], privilege: str = "call") -> bytes:
    """A live event; `system_name` is asterisk.conf's systemname, "" for none."""
    said = [("Event", name), ("Privilege", f"{privilege},all")]
    if system_name:
        said.append(("SystemName", system_name))
    return message([*said, *headers])


def response(action_id: str, outcome: str, headers: Iterable[tuple[str, str]] = ()) -> bytes:
    """A reply; `outcome` is Success, Error or Goodbye."""
    return message([("Response", outcome), *_echo(action_id), *headers])


def listing(action_id: str, opening: str, complete: str, rows: list[Headers], closing: Headers | None = None) -> bytes:
    """A list: its Response, its rows, and the event `complete` that ends it. A list is one piece in the stream (AMI.md Q6)."""
    said = [response(action_id, "Success", [("EventList", "start"), ("Message", opening)])]
    said.extend(message(row) for row in rows)
    end = [("EventList", "Complete"), ("ListItems", str(len(rows))), *(closing or [])]
    said.append(message([("Event", complete), *_echo(action_id), *end]))
    return b"".join(said)


def snapshot(channel: Channel, prefix: str = "") -> Headers:
    """What every event says of a channel; with a prefix (`Dest`, `Spyer`) where it says it of a second one."""
    return [
        (prefix + name, value)
        for name, value in (
            ("Channel", channel.name),
            ("ChannelState", str(channel.state)),
            ("ChannelStateDesc", state_word(channel.state)),
            ("CallerIDNum", known(channel.number)),
            ("CallerIDName", known(escaped(channel.caller_name))),
            ("ConnectedLineNum", known(channel.connected_number)),
            ("ConnectedLineName", known(escaped(channel.connected_name))),
            ("Language", "en"),
            ("AccountCode", ""),
            ("Context", channel.context),
            ("Exten", channel.exten),
            ("Priority", "1"),
            ("Uniqueid", channel.uniqueid),
            ("Linkedid", channel.linkedid),
        )
    ]


def bridge_snapshot(ident: str, channels: int) -> Headers:
    """What every bridge event says of the bridge."""
    return [
        ("BridgeUniqueid", ident),
        ("BridgeType", "basic"),
        ("BridgeTechnology", "simple_bridge"),
        ("BridgeCreator", "<unknown>"),
        ("BridgeName", "<unknown>"),
        ("BridgeNumChannels", str(channels)),
        ("BridgeVideoSourceMode", "none"),
    ]


def member_snapshot(member: Member) -> Headers:
    """What QueueMemberStatus, -Added, -Removed, -Pause and -Penalty say of a member; the list words it differently."""
    return [
        ("Queue", member.queue),
        ("MemberName", member.name),
        ("Interface", member.interface),
        ("StateInterface", member.state_interface or member.device),
        *member_figures(member),
        ("Ringinuse", "0"),
        ("Wrapuptime", "0"),
    ]


def member_figures(member: Member) -> Headers:
    """The part that list and events share."""
    return [
        ("Membership", "dynamic" if member.dynamic else "static"),
        ("Penalty", str(member.penalty)),
        ("CallsTaken", str(member.calls_taken)),
        ("LastCall", str(member.last_call)),
        ("LastPause", str(member.last_pause)),
        ("LoginTime", str(member.login_time)),
        ("InCall", str(int(member.in_call))),
        ("Status", str(member.status)),
        ("Paused", str(int(member.paused))),
        ("PausedReason", member.reason),
    ]


def is_for(raw: bytes, reads: frozenset[str]) -> bool:
    """Whether an account that reads these classes is told of an event; one without Privilege is for everybody."""
    start = raw.find(_PRIVILEGE)
    if start < 0:
        return True
    start += len(_PRIVILEGE)
    return not reads.isdisjoint(raw[start : raw.find(b"\r\n", start)].decode("ascii", "replace").split(","))


def state_word(state: int) -> str:
    return STATES[state] if 0 <= state < len(STATES) else "Unknown"


def known(value: str) -> str:
    """A number or a name as the events write it."""
    return value or "<unknown>"


def escaped(name: str) -> str:
    """A name as snapshots write it (ast_escape_c)."""
    return _ESCAPED.sub(r"\\\g<0>", name)


def _echo(action_id: str) -> Headers:
    return [("ActionID", action_id)] if action_id else []


class Request(Struct, frozen=True):
    """One action of a client. Names of headers are compared without case, as manager.c does."""

    headers: tuple[tuple[str, str], ...]
    fault: str = ""
    """Why it cannot be read, in Asterisk's words."""

    def get(self, name: str) -> str:
        """The first header of that name, "" if there is none."""
        return next(self.all(name), "")

    def all(self, name: str) -> Iterator[str]:
        lowered = name.lower()
        return (value for header, value in self.headers if header.lower() == lowered)

    @property
    def action(self) -> str:
        return self.get("Action")

    @property
    def action_id(self) -> str:
        return self.get("ActionID")


class Requests:
    """Bytes of a client to actions: any split, any line end; never holds more than a line and MAX_HEADERS of them."""

    def __init__(self) -> None:
        self._line = bytearray()
        self._headers: list[tuple[str, str]] = []
        self._fault = ""

    def feed(self, data: bytes) -> Iterator[Request]:
        """Yield every action that `data` completes."""
        *whole, rest = data.split(b"\n")
        for line in whole:
            self._take(line)
            text = bytes(self._line).removesuffix(b"\r").decode("utf-8", "replace")
            self._line.clear()
            if text:
                self._header(text)
            else:
                yield self._ended()
        self._take(rest)

    def _take(self, part: bytes) -> None:
        room = MAX_LINE - len(self._line)
        if len(part) > room:
            self._fault = "Failed to parse message: line too long"
        self._line += part[: max(room, 0)]

    def _header(self, text: str) -> None:
        if len(self._headers) >= MAX_HEADERS:
            self._fault = "Too many lines in message or allocation failure"
            return
        name, _, value = text.partition(":")
        self._headers.append((name, value.strip()))

    def _ended(self) -> Request:
        request = Request(tuple(self._headers), self._fault)
        self._headers.clear()
        self._fault = ""
        return request
