"""Fresh names for what a recording names: no Uniqueid, channel number or bridge is ever used twice, however often it is played.

Times of day are moved to now, durations that a message states are stretched with the speed at which it is played, and queues
have the names that the story gives them.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Iterator, Mapping

_UNIQUEID = re.compile(rb"(?P<before>(?:.*-)?)(?P<epoch>\d{9,10})\.\d+")
_LEG = re.compile(rb"wt-[0-9a-f]{8}-[0-9a-f]{16}")
_NUMBERED = re.compile(rb"(?P<device>.*-)(?P<number>[0-9a-f]{8})(?P<half>(?:;[12])?)")
_HEADERS = re.compile(
    rb"^(?:(?P<id>\w*Unique[Ii][Dd]|\w*Linkedid|BridgeI[dD])|(?P<channel>\w*Channel)"
    rb"|(?P<time>LastCall|LastPause|LoginTime)|(?P<span>HoldTime|TalkTime|RingTime)): (?P<value>[^\r\n]+)",
    re.MULTILINE,
)


class Numbers:
    """The counters of one simulated Asterisk: they never go back."""

    def __init__(self) -> None:
        self._next = 0

    def fresh(self) -> int:
        self._next += 1
        return self._next

    @staticmethod
    def bridge() -> str:
        return str(uuid.uuid4())


class Renaming:
    """One playing of a recording. Create another for the next loop, with the same `numbers`.

    Args:
        numbers: where fresh numbers come from.
        shift: seconds to add to recorded times of day, so that the recording's start is now.
        speed: returns how fast it is played at the moment; 0 (paused) leaves durations as they are.
        queues: another name for a queue, by the recording's.
    """

    def __init__(
        self, numbers: Numbers, shift: int, speed: Callable[[], float], queues: Mapping[str, str] | None = None
    ) -> None:
        self._numbers = numbers
        self._shift = shift
        self._speed = speed
        self._ids: dict[bytes, bytes] = {}
        self._channels: dict[bytes, bytes] = {}
        self._queues = {old.encode(): new.encode() for old, new in (queues or {}).items()}
        self._of_queues = _of_queues(self._queues) if self._queues else None

    def __call__(self, raw: bytes) -> bytes:
        """`raw`, one message, under this playing's names."""
        fresh = _HEADERS.sub(self._renamed, raw)
        if self._of_queues is not None:
            fresh = self._of_queues.sub(lambda header: header["before"] + self._queues[header["queue"]], fresh)
        return fresh

    def _renamed(self, header: re.Match[bytes]) -> bytes:
        value = header["value"]
        if header["id"] is not None:
            fresh = self._ids.get(value) or self._fresh_id(value)
        elif header["channel"] is not None:
            fresh = self._fresh_channel(value)
        elif header["time"] is not None:
            fresh = b"%d" % (int(value) + self._shift) if value.isdigit() and int(value) else value
        else:
            speed = self._speed()
            fresh = b"%d" % round(int(value) / speed) if value.isdigit() and speed > 0 else value
        return header[0][: header.start("value") - header.start()] + fresh

    def _fresh_id(self, value: bytes) -> bytes:
        if match := _UNIQUEID.fullmatch(value):
            fresh = b"%s%d.%d" % (match["before"], int(match["epoch"]) + self._shift, self._numbers.fresh())
        elif _LEG.fullmatch(value):
            fresh = value[:12] + b"%016x" % self._numbers.fresh()
        elif value.startswith(b"<"):
            fresh = value
        else:  # a bridge's, or a ChannelId that somebody chose
            fresh = self._numbers.bridge().encode()
        self._ids[value] = fresh
        return fresh

    def _fresh_channel(self, value: bytes) -> bytes:
        match = _NUMBERED.fullmatch(value)
        if match is None:
            return value
        number = self._channels.get(match["number"])
        if number is None:
            number = self._channels[match["number"]] = b"%08x" % self._numbers.fresh()
        return match["device"] + number + match["half"]


def _of_queues(queues: Mapping[bytes, bytes]) -> re.Pattern[bytes]:
    """Headers that name one of `queues`: by itself, as the first argument of Queue(), or as a device of app_queue."""
    names = b"|".join(re.escape(name) for name in sorted(queues, key=len, reverse=True))
    headers = rb"(?:Queue|ApplicationData|AppData|LastData|Data): |Device: Queue:"
    return re.compile(rb"^(?P<before>" + headers + rb")(?P<queue>" + names + rb")(?=[,_\r])", re.MULTILINE)


def times_of_day(raw: bytes) -> Iterator[int]:
    """The seconds since 1970 inside the Uniqueids of `raw`: when its channels were made (Asterisk puts that into them)."""
    for header in _HEADERS.finditer(raw):
        if header["id"] is not None and (match := _UNIQUEID.fullmatch(header["value"])):
            yield int(match["epoch"])
