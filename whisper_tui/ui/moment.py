"""The moment that durations are shown for: now, or where there is no news, when they ceased to be known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from whisper_tui.terms import Pbx


class Moment(NamedTuple):
    """`now`, and since when PBXs are silent (monotonic seconds both)."""

    now: float
    silent_since: Mapping[Pbx, float]

    def known(self, pbx: Pbx) -> float:
        """Return the moment up to which durations of `pbx` are known: what is old does not go on counting."""
        return self.silent_since.get(pbx, self.now)
