"""What a simulated phone's line is like: as CHANNEL(rtcp,all) says it on Asterisk 22, with a phone that reports how it hears."""

from __future__ import annotations

from zlib import crc32

from whisper_tui.floor.model import Channel

PACKETS = 50
"""A second."""

BAD_ONE_IN = 6
"""So many phones are one whose line is bad."""


def rtcp_of(channel: Channel, now: float) -> str:
    """The line of `channel` at `now` (seconds of the monotonic clock), the same for the same phone."""
    chance = crc32(channel.device.encode())
    is_bad = chance % BAD_ONE_IN == 0
    packets = int(now) * PACKETS
    lost = packets * (9 if is_bad else 0) // 100
    jitter, round_trip = (0.048, 0.180) if is_bad else (0.002 + chance % 7 / 1000, 0.020 + chance % 40 / 1000)
    mes = 46.0 if is_bad else 87.0
    return (
        f"ssrc={chance};themssrc={chance ^ 0xFFFF};lp={lost // 3};rxjitter={jitter:.6f};rxcount={packets};"
        f"txjitter={jitter / 2:.6f};txcount={packets};rlp={lost};rtt={round_trip:.6f};rxmes={mes:.6f};txmes={mes:.6f}"
    )
