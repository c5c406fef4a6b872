"""Chance in the place of a supervisor, where the profile leaves it to chance whom they hear."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping

from whisper_tui.engine.counts import Claim
from whisper_tui.engine.line import Line
from whisper_tui.engine.target import not_audible
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.permissions.draw import draw
from whisper_tui.permissions.policy import CallFacts, Denied
from whisper_tui.permissions.state import State
from whisper_tui.terms import CallKey, Notice, Pbx, Right

_CHANCE = random.SystemRandom()


class Lot:
    """For one supervisor and one phone.

    Args:
        so_far: what the person has done so far.
    """

    def __init__(
        self,
        lines: Mapping[Pbx, Line],
        sight: Sight,
        device: str,
        so_far: Callable[[Right, CallFacts, Claim], State],
    ) -> None:
        self._lines = lines
        self._sight = sight
        self._device = device
        self._so_far = so_far

    def why_not(self, reason: str) -> Notice | Denied | None:
        """Why nothing is drawn: the person chooses, or has not said why."""
        grants = self._sight.grants
        if grants is None:
            return Denied("no-policy")
        if not grants.conditions.random_pick:
            return Notice("draw.chosen")
        return grants.conditions.reason_wanted(Right.LISTEN, reason)

    def draw(self, reason: str, but: CallKey | None) -> CallKey | None:
        """Return a call that may be listened to, None if there is none.

        Args:
            but: the one that is heard already.
        """
        grants = self._sight.grants
        if grants is None:
            return None
        claim = Claim(reason, picked=True)
        calls = [(facts, self._so_far(Right.LISTEN, facts, claim)) for facts in self._audible() if facts.key != but]
        drawn = draw(grants, calls, self._sight.now, self._device, _CHANCE.random())
        return drawn.key if drawn is not None else None

    def _audible(self) -> Iterator[CallFacts]:
        for line in self._lines.values():
            if line.live and not line.missing:
                for call in line.floor.calls.values():
                    if not_audible(call) is None and self._sight.sees_call(line, call):
                        yield facts_of(line, call)
