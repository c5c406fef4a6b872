"""How good the line of a phone is, from readings one after the other, and what is wrong with it by the site's own limits."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum

from msgspec import Struct

from whisper_tui.ami.rtcp import Rtcp, Side

READINGS = 5
"""As many are kept: what was lost long ago says nothing of the line now."""


class Fault(Enum):
    """What is wrong with a line."""

    LOSS = "loss"
    JITTER = "jitter"
    ROUND_TRIP = "round_trip"
    MES = "mes"


class LineLimits(Struct, frozen=True):
    """From where on a line is bad. `loss`: a part of all packets; `jitter`, `round_trip`: seconds; `mes`: 0 to 100."""

    loss: float = 0.03
    jitter: float = 0.03
    round_trip: float = 0.3
    mes: float = 70.0


class Quality(Struct, frozen=True):
    """A line, the worse of its two directions; None for what is not told.

    Args:
        loss: the part of all packets, 0 to 1.
        reported: the phone reports how it hears; otherwise all that is known is what comes from it.
        faults: what is wrong, nothing where it is fine as far as it is told.
    """

    loss: float | None = None
    jitter: float | None = None
    round_trip: float | None = None
    mes: float | None = None
    reported: bool = False
    faults: tuple[Fault, ...] = ()

    @property
    def told(self) -> bool:
        """Whether anything is known of it."""
        return self.loss is not None


NOT_TOLD = Quality()


def quality_of(readings: Sequence[Rtcp], limits: LineLimits) -> Quality:
    """What the last readings of one line, oldest first, say of it.

    Loss is that between the first and the last of them, and in a single one that since the line is up.
    """
    if not readings:
        return NOT_TOLD
    first, last = readings[0], readings[-1]
    sides = [side for side in (last.from_phone, last.at_phone) if side is not None]
    if not sides:
        return NOT_TOLD
    before = first if len(readings) > 1 else None
    came = _lost(last.from_phone, before.from_phone if before is not None else None)
    there = _lost(last.at_phone, before.at_phone if before is not None else None)
    parts = []
    if last.from_phone is not None:
        parts.append(_part(came, came + last.received - (before.received if before is not None else 0)))
    if last.at_phone is not None:
        parts.append(_part(there, last.sent - (before.sent if before is not None else 0)))
    loss = max(parts)
    jitter = max((side.jitter for side in sides if side.jitter is not None), default=None)
    mes = min((side.mes for side in sides if side.mes is not None), default=None)
    faults = (
        (Fault.LOSS, loss >= limits.loss),
        (Fault.JITTER, jitter is not None and jitter >= limits.jitter),
        (Fault.ROUND_TRIP, last.round_trip is not None and last.round_trip >= limits.round_trip),
        (Fault.MES, mes is not None and mes <= limits.mes),
    )
    reported = last.at_phone is not None
    return Quality(loss, jitter, last.round_trip, mes, reported, tuple(fault for fault, so in faults if so))


def figures(quality: Quality) -> dict[Fault, str]:
    """Return what is measured of a line, as it is shown: loss in percent, times in ms, MES as it is."""
    measured = (
        (Fault.LOSS, quality.loss, 100.0, 1),
        (Fault.JITTER, quality.jitter, 1000.0, 0),
        (Fault.ROUND_TRIP, quality.round_trip, 1000.0, 0),
        (Fault.MES, quality.mes, 1.0, 0),
    )
    return {fault: f"{times * value:.{places}f}" for fault, value, times, places in measured if value is not None}


def kept(readings: Sequence[Rtcp], new: Rtcp) -> tuple[Rtcp, ...]:
    """The readings with one more; where it counts anew (another stream of the phone's) it stands alone."""
    if readings and (new.received < readings[-1].received or new.sent < readings[-1].sent):
        return (new,)
    return (*readings, new)[-READINGS:]


def _lost(now: Side | None, before: Side | None) -> int:
    return max(0, now.lost - (before.lost if before is not None else 0)) if now is not None else 0


def _part(lost: int, of: int) -> float:
    return min(1.0, lost / of) if of > 0 else 0.0
