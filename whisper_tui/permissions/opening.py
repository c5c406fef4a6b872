"""Which of a person's profiles are open: found out once for as long as it stays so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from math import inf

from msgspec import Struct

from whisper_tui.permissions.hours import Spell, said, spell
from whisper_tui.permissions.policy import Profile


class Clock(Struct, frozen=True):
    """What is open from `since` to `until` (UTC seconds).

    Args:
        open: the profiles that are, as a number (see `reach`).
        timed: of those that have hours, how it is with each, by number.
        opening: when each of them that is closed opens, in words.
    """

    since: float
    until: float
    open: int
    timed: Mapping[int, Spell]
    opening: Mapping[int, str]

    @property
    def turns(self) -> float | None:
        """When something opens or closes, None: never."""
        return self.until if self.timed else None

    def closes(self, profiles: int) -> float | None:
        """When the last of `profiles`, all of them open, closes; None: one of them never does."""
        if not self.timed:
            return None
        held = [(1 << n, each.until) for n, each in self.timed.items() if 1 << n & profiles]
        return max(until for _, until in held) if held and sum(bit for bit, _ in held) == profiles else None

    def opens(self, profiles: int) -> tuple[int, float, str]:
        """Which of `profiles`, all of them closed, opens first, when, and that moment in words."""
        until, n = min((each.until, n) for n, each in self.timed.items() if 1 << n & profiles)
        return n, until, self.opening[n]


NO_CLOCK = Clock(0.0, 0.0, 0, {}, {})
"""Before anybody looked."""


def clock_at(profiles: Sequence[Profile], now: datetime) -> Clock:
    """Return what is open at `now`."""
    hours = {n: each.hours for n, each in enumerate(profiles) if each.hours is not None}
    timed = {n: spell(each, now) for n, each in hours.items()}
    closed = {n: said(each.until, hours[n].zone) for n, each in timed.items() if not each.open}
    return Clock(
        now.timestamp() if timed else -inf,
        min((each.until for each in timed.values()), default=inf),
        ~sum(1 << n for n in closed),
        timed,
        closed,
    )
