"""UnicastRTP: packets of G.711 with one marker, in order."""

from __future__ import annotations

import socket
import struct

import pytest

from tests.asterisk.tones import _to_linear
from whisper_tui.ami.rtp import Mouth, mu_law
from whisper_tui.errors import OutOfReach


def test_packets_go_where_they_are_told_to_and_are_numbered() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(2)
        mouth = Mouth("127.0.0.1")
        assert not mouth.say(bytes(320)), "nobody said where to"
        mouth.speak_to("127.0.0.1", ear.getsockname()[1])
        assert mouth.say(bytes(320))
        assert mouth.say(bytes(320))
        heads = []
        for _ in range(2):
            packet = ear.recv(2000)
            assert packet[12:] == b"\xff" * 160
            heads.append(struct.unpack("!BBHII", packet[:12]))
        mouth.close()
    (_, first, number, began, source), (_, second, next_number, later, same) = heads
    assert (first, second) == (0x80, 0)
    assert (next_number, later, same) == ((number + 1) & 0xFFFF, (began + 160) & 0xFFFFFFFF, source)


def test_mu_law_is_what_a_phone_makes_of_it() -> None:
    samples = [-32768, -6000, -100, 0, 100, 6000, 32767]
    heard = [_to_linear(byte) for byte in mu_law(struct.pack("<7h", *samples))]
    assert all(abs(said - ear) <= max(20, abs(said) * 0.04) for said, ear in zip(samples, heard, strict=True))


def test_an_address_that_is_not_ours_is_said() -> None:
    with pytest.raises(OutOfReach, match=r"192\.0\.2\.1"):
        Mouth("192.0.2.1")
