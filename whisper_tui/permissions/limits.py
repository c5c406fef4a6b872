"""The limits of a profile, as data. They hold wherever the profile reaches, or not: of a person's profiles the strictest wins."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from whisper_tui.permissions.spans import Rate
from whisper_tui.terms import Right


class FourEyes(Struct, frozen=True):
    """Whose approval is needed (names, and groups as `@name`), and for how many seconds it is good."""

    approvers: tuple[str, ...]
    within: float


class Limits(Struct, frozen=True):
    """None, or nothing: no limit.

    Args:
        listen_first: seconds that a call must have been heard before a right may be used on it.
        reason_required: rights that are used for a reason that is given.
        longest: seconds on one call in each mode, by its right.
        sessions: how many sessions may be up at once.
        coach_budget: seconds that one agent may be spoken to in a period.
        nudge_talk: seconds of talk without a break after which the supervisor is told of it.
        listens: how often one agent may be listened to in a period.
        random_pick: chance chooses whom, never the supervisor.
        four_eyes: rights that need another person's approval.
        break_glass: in an emergency these people may go past some of the rules.
        glass_notify: who is told then (names, and groups as `@name`).
    """

    listen_first: Mapping[Right, float] = field(default_factory=dict)
    reason_required: frozenset[Right] = frozenset()
    longest: Mapping[Right, float] = field(default_factory=dict)
    sessions: int | None = None
    coach_budget: Rate | None = None
    nudge_talk: float | None = None
    listens: Rate | None = None
    random_pick: bool = False
    four_eyes: Mapping[Right, FourEyes] = field(default_factory=dict)
    break_glass: bool = False
    glass_notify: tuple[str, ...] = ()
