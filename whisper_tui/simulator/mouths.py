"""Channels whose sound somebody else makes: AudioSocket, as chan_audiosocket.c dials it (measured on 22.10.1)."""

from __future__ import annotations

import asyncio
import contextlib
from uuid import UUID

from whisper_tui.ami.audiosocket import HANGUP, IDENT, SOUND, Malformed, Messages, message
from whisper_tui.simulator.leg import UP, Ending, SimulatedLeg
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import snapshot

TECHNOLOGY = "AudioSocket"
UNREACHABLE = 8
"""Reason in OriginateResponse where nobody listens at the address."""
PATIENCE = 3.0
"""Seconds in which a connection must be up."""


def is_mouth(device: str) -> bool:
    """Whether this is dialled at an address, and is nobody's phone."""
    return device.startswith(f"{TECHNOLOGY}/")


async def connect(leg: SimulatedLeg) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
    """Connect and say who it is, as Asterisk does before there is a channel; None: nobody is there."""
    _, address, ident, *_ = [*leg.order.device.split("/"), "", "", ""]
    host, _, port = address.rpartition(":")
    try:
        who = UUID(ident)
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection(host, int(port))
    except (ValueError, OSError):
        return None
    writer.write(message(IDENT, who.bytes))
    return reader, writer


def answered(pbx: SimulatedPbx, leg: SimulatedLeg) -> None:
    """It is up at once: nothing rings."""
    leg.channel.name = "/".join(leg.order.device.split("/")[:2]) + "-" + leg.order.device.split("/")[2]
    pbx.event("Newchannel", snapshot(leg.channel))
    leg.channel.state = UP
    pbx.event("Newstate", snapshot(leg.channel))


async def listen(leg: SimulatedLeg, reader: asyncio.StreamReader) -> None:
    """Take the sound until whoever makes it hangs up, or is gone; that ends the leg."""
    messages = Messages()
    with contextlib.suppress(OSError, Malformed):
        while data := await reader.read(4096):
            for kind, payload in messages.feed(data):
                if kind == HANGUP:
                    leg.end(Ending())
                    return
                if kind == SOUND and any(payload):
                    leg.sounds += 1
    leg.end(Ending())
