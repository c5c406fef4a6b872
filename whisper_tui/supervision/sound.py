"""Sound as a channel takes it: 8 kHz, one ear, 16 bit. Read from a WAV, cut into frames of 20 ms."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from whisper_tui.errors import WhisperError

RATE = 8000
FRAME = 320
"""Bytes of 20 ms."""
FRAME_SECONDS = 0.02
SILENCE = bytes(FRAME)
LONGEST = 15.0
"""Seconds of one cue."""
_RATES = range(RATE, 48_001)


class NoSound(WhisperError):
    """It cannot be spoken."""


def sound_of(wav: bytes) -> bytes:
    """Return the sound in a WAV: one ear, 16 bit, 8 to 48 kHz, no longer than LONGEST. A program that writes one as it speaks
    does not know its length yet: what is there counts.

    Raises:
        NoSound: it is none, or another kind.
    """
    if wav[:4] != b"RIFF" or wav[8:12] != b"WAVE":
        raise NoSound("it is no WAV")
    rate = 0
    for name, body in _chunks(wav):
        if name == b"fmt ":
            if len(body) < 16:
                raise NoSound("it is no WAV")
            form, ears, rate, _, _, bits = struct.unpack("<HHIIHH", body[:16])
            if form not in (1, 0xFFFE) or ears != 1 or bits != 16 or rate not in _RATES:
                raise NoSound(f"{ears} channels, {bits} bit, {rate} Hz", hint="one channel, 16 bit, 8000 Hz")
        elif name == b"data":
            if not rate:
                break
            body = body[: len(body) // 2 * 2]
            if not body:
                raise NoSound("there is nothing in it")
            if len(body) > LONGEST * rate * 2:
                raise NoSound(f"it is longer than {LONGEST:.0f} s")
            return resampled(body, rate)
    raise NoSound("it is no WAV")


def resampled(sound: bytes, rate: int) -> bytes:
    """The same at 8 kHz: each sample the mean of those that it stands for, which is what keeps higher tones out."""
    if rate == RATE:
        return sound
    samples = struct.unpack(f"<{len(sound) // 2}h", sound)
    step = rate / RATE
    made = []
    for at in range(int(len(samples) / step)):
        begin = int(at * step)
        those = samples[begin : max(begin + 1, int((at + 1) * step))]
        made.append(sum(those) // len(those))
    return struct.pack(f"<{len(made)}h", *made)


def frames(sound: bytes) -> list[bytes]:
    """Cut into pieces of 20 ms, the last one filled up with silence."""
    return [sound[at : at + FRAME].ljust(FRAME, b"\0") for at in range(0, len(sound), FRAME)]


def seconds_of(sound: bytes) -> float:
    """How long it lasts."""
    return len(sound) / 2 / RATE


def _chunks(wav: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(wav):
        name, length = wav[at : at + 4], int.from_bytes(wav[at + 4 : at + 8], "little")
        yield name, wav[at + 8 : at + 8 + length]
        at += 8 + length + length % 2
