"""Tones in mu-law, and which of them are in what was heard.

All are multiples of 50 Hz, so a frame of 20 ms holds whole periods of each and none is mistaken for another.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import lru_cache
from operator import mul

RATE = 8000
FRAME = 160
"""Samples in a packet."""
PACKET = FRAME / RATE
"""Seconds in it."""

LOUD = 6000
"""Amplitude that is sent, of 32767."""
SILENCE = b"\xff" * FRAME
"""A packet with nothing in it, in mu-law."""
AUDIBLE = 500
"""Amplitude from which a tone counts as heard; silence measured below 1."""


def agent_tone(number: str) -> int:
    """Hz: 450 for 1001, 500 for 1002, ..."""
    return 400 + 50 * int(number[2:])


def supervisor_tone(number: str) -> int:
    """Hz: 1100 for 2001, 1200 for 2002."""
    return 1000 + 100 * int(number[3:])


CUSTOMER_TONE = 2000


def default_tone(user: str) -> int:
    if len(user) == 4 and user.startswith("10"):
        return agent_tone(user)
    return supervisor_tone(user) if len(user) == 4 and user.startswith("20") else CUSTOMER_TONE


_SIZES = bytes(~byte & 0x7F for byte in range(256))


def loudest(payload: bytes) -> int:
    """The size of the loudest sample of one packet, 0 where there is nothing at all in it."""
    return abs(_to_linear(~max(payload.translate(_SIZES), default=0) & 0xFF))


@lru_cache
def frames(tone: int) -> list[bytes]:
    """One second of `tone` as packets."""
    second = bytes(_to_ulaw(int(LOUD * math.sin(2 * math.pi * tone * n / RATE))) for n in range(RATE))
    return [second[at : at + FRAME] for at in range(0, RATE, FRAME)]


def heard(payload: bytes, tones: Iterable[int]) -> frozenset[int]:
    """Those of `tones` that are in one packet."""
    if len(payload) != FRAME:
        return frozenset()
    samples = [_LINEAR[byte] for byte in payload]
    return frozenset(tone for tone in tones if _amplitude(samples, tone) > AUDIBLE)


def _amplitude(samples: list[int], tone: int) -> float:
    cosine, sine = _waves(tone)
    return math.hypot(sum(map(mul, samples, cosine)), sum(map(mul, samples, sine))) * 2 / FRAME


@lru_cache
def _waves(tone: int) -> tuple[list[float], list[float]]:
    turns = [2 * math.pi * tone * n / RATE for n in range(FRAME)]
    return [math.cos(turn) for turn in turns], [math.sin(turn) for turn in turns]


def _to_ulaw(sample: int) -> int:
    sign = 0x80 if sample < 0 else 0
    size = min(32635, abs(sample)) + 132
    exponent = max(0, size.bit_length() - 8)
    return ~(sign | (exponent << 4) | ((size >> (exponent + 3)) & 0x0F)) & 0xFF


def _to_linear(byte: int) -> int:
    byte = ~byte & 0xFF
    size = (((byte & 0x0F) << 3) + 132) << ((byte >> 4) & 7)
    return 132 - size if byte & 0x80 else size - 132


_LINEAR = [_to_linear(byte) for byte in range(256)]
