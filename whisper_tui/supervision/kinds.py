"""The three kinds of leg, and which one is needed. Found out by `steps.prove`, never guessed from a version."""

from __future__ import annotations

from msgspec import Struct

from whisper_tui.supervision.leg import Leg
from whisper_tui.terms import LegKind, Mode


class Findings(Struct, frozen=True):
    """What legs have shown of one PBX at one version; None: not yet known.

    Args:
        locks: the keypad of a phone can be locked.
        keys: keys that we press are seen to be read (PlayDTMF Receive, and read class `dtmf`).
    """

    locks: bool | None = None
    keys: bool | None = None


def fixed_in(findings: Findings, mode: Mode, *, every_mode: bool) -> Mode | None:
    """The one mode that the next leg must be in for good; None: its keys may switch it.

    Args:
        mode: that it is rung for.
        every_mode: the profile holds silence, whisper and barge on this call: the phone's keys can do no more than that.
    """
    if findings.keys is False or (findings.locks is False and not every_mode):
        return mode
    return None


def fits(leg: Leg, mode: Mode, *, every_mode: bool) -> bool:
    """Whether this leg can be used for `mode` on a call, or another one must be rung."""
    match leg.kind:
        case LegKind.LOCKED:
            return True
        case LegKind.OPEN:
            return every_mode
        case LegKind.FIXED:
            return leg.fixed is mode
        case None:
            return False
