"""Bytes in, whole AMI messages out. No sockets, no clock, no text: bytes are split before anything is decoded.

Digits that callers type never leave this module (SECURITY: the account reads class `dtmf`, which brings the PINs and card
digits of everyone's calls), so nothing behind it can keep them: no model, recording, log or replay. The keys of supervision legs
pass, of other installations' too: they alone tell in which mode a leg is (AMI.md Q2). Of the agreed key on an agent's phone only
passes that it was pressed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from whisper_tui.ami.names import LEG_ID
from whisper_tui.errors import OutOfReach

EOL = b"\r\n"
END = b"\r\n\r\n"
BANNER = b"Asterisk Call Manager/"

MAX_MESSAGE = 1 << 20
"""Bytes held while a message is unfinished; a peer that never ends one is cut off."""

MAX_BANNER = 256
"""Bytes within which the first line must end."""

PRESSED = b"Agreed key"
"""The first line of a message that is made here, of a DTMFEnd; the channel's Uniqueid is all that it says. What comes with this
line from outside is held back, and a tap is given nothing that does not begin as Asterisk's messages do."""

NO_KEYS: Mapping[bytes, bytes] = MappingProxyType({})

_HELD_BACK = (b"Event: DTMF", b"Event: VarSet\r", b"Event: AGIExec", b"Event: AsyncAGI", PRESSED)
# VarSet and the AGI events carry what Read() and AGI programs collected: typed digits under another name.

_DIGIT = b"Event: DTMFEnd\r\n"
_UNIQUEID = b"\r\nUniqueid: "
_KEY = b"\r\nDigit: "
_DIRECTION = b"\r\nDirection: "
_LEG = re.compile(LEG_ID.pattern.encode())


class PeerAtFault(OutOfReach):
    """The other side does not speak AMI as Asterisk does; the connection is of no further use."""


class Framer:
    """Splits what is received into messages. Reads split at any places give the same messages.

    Args:
        keys: Uniqueids of agents' channels, and the one key of each that is told of, as `PRESSED`; the same.
    """

    def __init__(self, keys: Mapping[bytes, bytes] = NO_KEYS) -> None:
        self.banner = ""
        """The first line, once it is there: `Asterisk Call Manager/11.0.0`."""
        self.fault: PeerAtFault | None = None
        """Set when the peer broke the protocol. Messages before it were given out, nothing after it will be."""
        self._keys = keys
        self._tail = bytearray()
        self._begun = False

    def feed(self, data: bytes) -> list[bytes]:
        """Return the messages that `data` ends, without the blank lines between them.

        Linear in the bytes fed, however they are cut: an unfinished message is searched only where it is new.
        """
        if self.fault is not None:
            return []
        if not self._begun:
            data = self._begin(data)
            if not data:
                return []
        tail = self._tail
        if tail:
            searched = max(len(tail) - len(END) + 1, 0)
            tail += data
            if tail.find(END, searched) < 0:
                self._check(tail)
                return []
            data = bytes(tail)
            tail.clear()
        messages = data.split(END)
        tail += messages.pop()
        self._check(tail)
        if len(data) > MAX_MESSAGE:
            messages = self._cut_at_the_first_too_long(messages)
        return [m for m in map(self._let_out, messages) if m]

    def _begin(self, data: bytes) -> bytes:
        """Take the banner, and return what comes after it; b"" while it is unfinished."""
        tail = self._tail
        tail += data
        end = tail.find(EOL, 0, MAX_BANNER)
        if end < 0:
            if len(tail) >= MAX_BANNER or not _may_become_banner(tail):
                self._fail("its first line is not Asterisk's")
            return b""
        first = bytes(tail[:end])
        if first.startswith(BANNER):
            self.banner = first.decode("ascii", "replace")
            del tail[: end + len(EOL)]
        elif not first.startswith((b"Event: ", b"Response: ")):  # a recording may begin without one
            self._fail("its first line is not Asterisk's")
            return b""
        self._begun = True
        rest = bytes(tail)
        tail.clear()
        return rest

    def _check(self, tail: bytearray) -> None:
        # The last bytes may be all but one of END, which are not the message's own.
        if len(tail) > MAX_MESSAGE + len(END) - 1:
            self._fail("it sent a message that does not end")

    def _cut_at_the_first_too_long(self, messages: list[bytes]) -> list[bytes]:
        for place, message in enumerate(messages):
            if len(message) > MAX_MESSAGE:
                self._fail("it sent a message that does not end")
                return messages[:place]
        return messages

    def _fail(self, what: str) -> None:
        self.fault = PeerAtFault(what, hint="is it the AMI port of an Asterisk?")
        self._tail.clear()

    def _let_out(self, message: bytes) -> bytes:
        """What of `message` may leave, without the blank lines before it; b"" if nothing."""
        if message[:2] == EOL:
            message = message.lstrip(EOL)
        if not message.startswith(_HELD_BACK):
            return message
        uniqueid = _only(message, _UNIQUEID)
        if not message.startswith(_DIGIT) or not uniqueid:
            return b""
        if _LEG.fullmatch(uniqueid) is not None:
            return message
        agreed = self._keys.get(uniqueid)
        if agreed is None or _only(message, _KEY) != agreed or _only(message, _DIRECTION) != b"Received":
            return b""
        return PRESSED + _UNIQUEID + uniqueid


def _only(message: bytes, header: bytes) -> bytes:
    """The value of a header that stands once, else b""."""
    start = message.find(header)
    if start < 0 or message.rfind(header) != start:
        return b""
    start += len(header)
    end = message.find(EOL, start)
    return message[start : end if end >= 0 else None]


def _may_become_banner(start: bytearray) -> bool:
    return any(known.startswith(start[: len(known)]) for known in (BANNER, b"Event: ", b"Response: "))
