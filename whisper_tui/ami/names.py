"""Names and values as they may stand in an action: each can be one thing and nothing else."""

from __future__ import annotations

import re

from whisper_tui.errors import WhisperError

LEG_ID = re.compile(r"wt-[0-9a-f]{8}-[0-9a-f]{16}")
CUE_ID = re.compile(r"wt-[0-9a-f]{8}-cue-[0-9a-f]{12}")
"""Of a leg that speaks a cue card and hears nobody."""
MOUTH = re.compile(
    r"AudioSocket/[A-Za-z0-9_.-]{1,253}:[0-9]{1,5}/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/c\(slin\)"
    r"|UnicastRTP/[A-Za-z0-9_.-]{1,253}:[0-9]{1,5}/c\(ulaw\)"
)
"""A channel whose sound is fetched from this program."""
PHONE = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.+@-]{1,80}")
CHANNEL = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.+@-]{1,100}-[0-9a-f]{8}(;[12])?")
"""A whole channel name (channel.c): its number at the end makes sure that it begins no other's."""
MEMBER = re.compile(r"[A-Za-z0-9]+/[A-Za-z0-9_.+@/-]{1,120}")
"""A queue member's interface: a phone, or `Local/1001@from-queue/n` (FreePBX)."""
QUEUE = re.compile(r"[A-Za-z0-9_.+@-]{1,79}")
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
"""A word of the site's own list, such as why somebody is paused."""
DIALPLAN = re.compile(r"[A-Za-z0-9_.*#+-]{1,79}")
VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
"""A channel variable as it is read: no function, which may do anything, and without the `_` that has it inherited (pbx.c)."""
_ID = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:@+-]{0,149}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")  # surrogates cannot be sent as UTF-8


class UnsafeAction(WhisperError):
    """A value that must not reach the PBX; nothing was sent."""


def is_safe(value: str) -> bool:
    """Whether `value` can stand in one header line and be nothing else."""
    return _CONTROL.search(value) is None


def channel_id(value: str) -> str:
    """`value` if it can be nothing but one id: no pattern, no list, no path."""
    if not _ID.fullmatch(value):
        raise UnsafeAction("not a channel or bridge id", value)
    return value


def channel_name(value: str) -> str:
    """`value` if it is the whole name of one channel."""
    if not CHANNEL.fullmatch(value):
        raise UnsafeAction("not the whole name of a channel", value)
    return value


def dialplan(value: str) -> str:
    """`value` if it can name a context or an extension."""
    if not DIALPLAN.fullmatch(value):
        raise UnsafeAction("not a place in the dialplan", value)
    return value


def variable(value: str) -> str:
    """`value` if it can be nothing but the name of a channel variable."""
    if not VARIABLE.fullmatch(value):
        raise UnsafeAction("not the name of a channel variable", value)
    return value


def leg_id(value: str) -> str:
    if not LEG_ID.fullmatch(value):
        raise UnsafeAction("not the id of a leg", value)
    return value


def cue_id(value: str) -> str:
    if not CUE_ID.fullmatch(value):
        raise UnsafeAction("not the id of a cue's leg", value)
    return value


def mouth(value: str) -> str:
    if not MOUTH.fullmatch(value):
        raise UnsafeAction("not a channel that fetches sound here", value, "[cues] reach = HOST:PORT")
    return value


def device(value: str) -> str:
    if not PHONE.fullmatch(value):
        raise UnsafeAction("not a phone", value, "write it as PJSIP/2001")
    return value


def member(value: str) -> str:
    if not MEMBER.fullmatch(value):
        raise UnsafeAction("not the interface of a queue member", value)
    return value


def queue_name(value: str) -> str:
    if not QUEUE.fullmatch(value):
        raise UnsafeAction("not the name of a queue", value)
    return value


def is_code(value: str) -> bool:
    """Whether `value` is a word of letters, digits, - and _."""
    return CODE.fullmatch(value) is not None


def code(value: str) -> str:
    if not is_code(value):
        raise UnsafeAction("not a word of letters, digits, - and _", value)
    return value


def one_of(value: str, allowed: frozenset[str]) -> str:
    if value not in allowed:
        raise UnsafeAction("not among the values that this program sends", value)
    return value
