"""Sound as a channel takes it: what a WAV holds, at 8 kHz."""

from __future__ import annotations

import io
import itertools
import math
import struct
import wave

import pytest

from whisper_tui.supervision.sound import FRAME, LONGEST, NoSound, frames, resampled, seconds_of, sound_of


def wav(seconds: float = 0.1, rate: int = 8000, ears: int = 1, width: int = 2, tone: int = 400) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(ears)
        file.setsampwidth(width)
        file.setframerate(rate)
        one = [int(8000 * math.sin(2 * math.pi * tone * n / rate)) for n in range(int(seconds * rate))]
        file.writeframes(b"".join(struct.pack("<h", each)[:width] * ears for each in one))
    return out.getvalue()


def test_a_wav_as_it_should_be_is_taken_as_it_is() -> None:
    made = wav(0.1)
    assert sound_of(made) == made[44:]
    assert seconds_of(sound_of(made)) == pytest.approx(0.1)


def test_a_voice_that_writes_as_it_speaks_does_not_know_its_length_and_is_heard() -> None:
    made = wav(0.1)
    assert sound_of(made[:40] + struct.pack("<I", 0x7FFFF000) + made[44:]) == made[44:]


@pytest.mark.parametrize("rate", [16000, 22050, 44100, 48000])
def test_another_rate_is_the_same_tone_of_the_same_length(rate: int) -> None:
    sound = sound_of(wav(0.5, rate))
    assert seconds_of(sound) == pytest.approx(0.5, abs=0.001)
    samples = struct.unpack(f"<{len(sound) // 2}h", sound)
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    assert abs(crossings - 200) <= 2, "400 Hz"
    assert max(samples) > 7000


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (b"", "no WAV"),
        (b"RIFF1234WAVE", "no WAV"),
        (b"ID3" + bytes(100), "no WAV"),
        (wav(ears=2), "2 channels, 16 bit, 8000 Hz"),
        (wav(width=1), "1 channels, 8 bit"),
        (wav(rate=4000), "4000 Hz"),
        (wav(0.0), "nothing in it"),
        (wav(LONGEST + 1), "longer than 15 s"),
        (wav()[:30], "no WAV"),
    ],
)
def test_what_cannot_be_spoken_is_refused_in_words(made: bytes, why: str) -> None:
    with pytest.raises(NoSound, match=why):
        sound_of(made)


def test_frames_are_of_twenty_milliseconds_and_the_last_is_filled_up() -> None:
    cut = frames(b"\1" * (FRAME + 2))
    assert [len(each) for each in cut] == [FRAME, FRAME]
    assert cut[1] == b"\1\1" + bytes(FRAME - 2)
    assert resampled(b"\1\0", 8000) == b"\1\0"
