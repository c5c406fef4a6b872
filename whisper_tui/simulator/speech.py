"""What talk detection tells of a leg into which somebody speaks now and then (func_talkdetect.c; measured on 22.10.1 and 16.28)."""

from __future__ import annotations

from whisper_tui.simulator.leg import SimulatedLeg
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import snapshot

SPEAKS, LISTENS = 4.0, 5.0
"""Seconds that a supervisor speaks, and then does not."""


async def speak(pbx: SimulatedPbx, leg: SimulatedLeg, silence: float) -> None:
    """Tell it until the leg ends. Of a voice that is dropped nothing is detected, neither its beginning nor its end.

    Args:
        silence: seconds after which the end of it is told.
    """
    clock, since = pbx.clock, None
    while leg.ending is None:
        begun = clock.monotonic()
        if since is None and leg.answered and not leg.muted:
            since = begun
            pbx.event("ChannelTalkingStart", snapshot(leg.channel))
        await clock.until(begun + SPEAKS + silence)
        if since is not None and leg.ending is None and not leg.muted:
            spoken = clock.monotonic() - silence - since
            since = None
            pbx.event("ChannelTalkingStop", [*snapshot(leg.channel), ("Duration", str(int(spoken * 1000)))])
        await clock.until(begun + SPEAKS + LISTENS)
