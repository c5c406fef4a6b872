"""How one header becomes one value, and the readings that events and list rows share."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias, TypeVar

from whisper_tui.ami import events as e
from whisper_tui.ami.events import Fact
from whisper_tui.ami.message import Reading, Values
from whisper_tui.ami.text import clean_id, clean_name, clean_number, clean_text

T = TypeVar("T")
_Field: TypeAlias = tuple[str, Mapping[bytes, object]]
Read: TypeAlias = Callable[[bytes], "Fact | None"]
"""Reads a message; any bytes give a fact, `Malformed`, or None for what is of no interest."""

_INTEGER = re.compile(rb"-?[0-9]{1,18}")
_DECIMAL = re.compile(rb"[0-9]{1,9}(?:\.[0-9]{1,9})?")
_CLOCK = re.compile(rb"([0-9]{1,6}):([0-9]{2}):([0-9]{2})")


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


def member(kind: type[Reading], who: str, interface: str) -> Reading:
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
        wrapup=integer("Wrapuptime"),
    )


def device(kind: type[Reading]) -> Reading:
    return kind(e.DeviceChanged, ("Device", "State"), device=ident("Device"), state=ident("State"))


def of_channel(fact: type[Fact]) -> Reading:
    """A fact that says nothing but which channel it happened to."""
    return Reading(fact, ("Uniqueid",), uniqueid=ident("Uniqueid"))
