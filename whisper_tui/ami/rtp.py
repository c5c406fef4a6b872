"""UnicastRTP: the sound of one channel as plain RTP over UDP, where Asterisk has no AudioSocket (chan_rtp.c; measured on 16.28).

Nothing comes back that is of use, and nothing tells that a channel is gone but AMI.
"""

from __future__ import annotations

import asyncio
import secrets
import socket
import struct

from whisper_tui.clock import Clock
from whisper_tui.errors import OutOfReach

FRAME = 160
"""Samples in a packet: 20 ms of G.711 mu-law."""
_BIAS, _CLIP = 132, 32635


LOOKUP = 3.0
"""Seconds that the address of a host may take."""


async def address(host: str, clock: Clock, family: int = socket.AF_UNSPEC) -> str:
    """The address of a host, looked up beside the loop.

    Raises:
        OutOfReach: it has none of that family, or nobody told it within LOOKUP.
    """
    try:
        async with clock.timeout(LOOKUP):
            found = await asyncio.get_running_loop().getaddrinfo(host, None, family=family, type=socket.SOCK_DGRAM)
    except TimeoutError as slow:
        raise OutOfReach(f"its address was not told within {LOOKUP:.0f} s", host) from slow
    except OSError as error:
        raise OutOfReach(error.strerror or "has no address", host) from error
    return str(found[0][4][0])


class Mouth:
    """Sends the sound of one channel, from any port that is free: Asterisk sends nothing there that is of use.

    Args:
        host: the address to send from.

    Raises:
        OutOfReach: nothing can be sent from there.
    """

    def __init__(self, host: str) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        self._socket.setblocking(False)
        try:
            self._socket.bind((host, 0))
        except OSError as error:
            self._socket.close()
            raise OutOfReach(error.strerror or "cannot be sent from", host) from error
        self.port: int = self._socket.getsockname()[1]
        self.family = family
        self._to: tuple[str, int] | None = None
        self._source, self._sequence = secrets.randbits(32), secrets.randbits(15)
        self._time = secrets.randbits(31)
        self._first = True

    def speak_to(self, address: str, port: int) -> None:
        """Where Asterisk listens for this channel (UNICASTRTP_LOCAL_PORT); a name would be looked up for each packet."""
        self._to = address, port

    def say(self, sound: bytes) -> bool:
        """Send 20 ms of sound (slin at 8 kHz); return whether it could be."""
        if self._to is None:
            return False
        kind = 0x80 if self._first else 0  # the marker: speech begins
        head = struct.pack("!BBHII", 0x80, kind, self._sequence & 0xFFFF, self._time & 0xFFFFFFFF, self._source)
        self._first, self._sequence, self._time = False, self._sequence + 1, self._time + FRAME
        try:
            self._socket.sendto(head + mu_law(sound), self._to)
        except OSError:
            return False  # nobody listens there any more
        return True

    def close(self) -> None:
        self._socket.close()


def mu_law(sound: bytes) -> bytes:
    """G.711 mu-law of slin."""
    return bytes(map(_to_mu_law, struct.unpack(f"<{len(sound) // 2}h", sound)))


def _to_mu_law(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(_CLIP, abs(sample)) + _BIAS
    exponent = max(0, size.bit_length() - 8)
    return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 0x0F)) & 0xFF
