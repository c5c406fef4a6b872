"""The supervisor's phone: how it is rung, and what it means when its leg is over."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from whisper_tui.ami.actions import OriginateSpy, OriginateThird
from whisper_tui.supervision.leg import Leg
from whisper_tui.terms import LegId, Mode, Notice


class DeedFailed(Exception):
    """It is not so; `notice` says why."""

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice.code)
        self.notice = notice


class Lasts(Enum):
    """How long a leg stays up."""

    SHIFT = "shift"
    """From call to call, and idle in between for a while."""
    SESSION = "session"
    """For one session, or for as long as something is followed."""


class PhoneRules(Struct, frozen=True):
    """The supervisor's phone, and how long things may last (seconds)."""

    device: str
    installation: str
    ring_seconds: float = 30.0
    lease_seconds: int = 5
    idle_seconds: float = 300.0
    lasts: Lasts = Lasts.SHIFT
    caller_name: str = "Supervision"
    caller_number: str = ""
    answer_headers: tuple[tuple[str, str], ...] = ()

    def spy(self, ident: LegId, fixed: Mode | None) -> OriginateSpy:
        """The action that rings this phone to hear calls; `fixed`: in one mode for good."""
        return OriginateSpy(
            self.device,
            ident,
            self.ring_seconds,
            self.lease_seconds,
            self.caller_name,
            self.caller_number,
            self.answer_headers,
            fixed,
        )

    def third(self, ident: LegId, beside: str) -> OriginateThird:
        """The action that rings this phone into a call; `beside`: the name of a channel in it."""
        return OriginateThird(
            self.device,
            ident,
            self.ring_seconds,
            self.lease_seconds,
            self.caller_name,
            self.caller_number,
            self.answer_headers,
            beside=beside,
        )


def how_it_ended(leg: Leg, rules: PhoneRules, unrenewed: float) -> Notice:
    """Why a leg ended that nobody here ended. `unrenewed`: seconds since its lease was last renewed."""
    phone = {"phone": leg.phone}
    if not leg.answered:
        if leg.gone is not None and leg.gone.cause in (17, 21):  # Q.850: user busy, call rejected
            return Notice("leg.busy" if leg.gone.cause == 17 else "leg.declined", phone)
        # 3 is OriginateResponse's "nobody answered in time" (AMI.md Q1); the Hangup may be told before it (seen on 16.28).
        if leg.refused == 3 or leg.ringing:
            return Notice("leg.no_answer", {**phone, "seconds": f"{rules.ring_seconds:.0f}"})
        return Notice("leg.unreachable", phone)
    if unrenewed >= rules.lease_seconds - 0.2:
        return Notice("leg.lease_ended", phone)  # its Hangup looks like any other (cause 0, measured on 22.10.1)
    return Notice("leg.phone_hung_up", phone)
