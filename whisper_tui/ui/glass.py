"""Breaking glass: what was refused a moment ago may be taken in an emergency, for a reason, and others are told. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from whisper_tui.supervision.intents import Barge, Intent, Join, Listen, Loud, TakeOver, Whisper
from whisper_tui.terms import Notice
from whisper_tui.ui import asking, surf
from whisper_tui.ui.asking import Means, Sight
from whisper_tui.ui.reasons import codes_of
from whisper_tui.ui.typed import Why

STANDS = 30.0
"""Seconds for which what was refused can be taken."""

TOLD = "glass"
"""The value of a refusal that glass may be broken for: who is told."""

NOTHING = Notice("glass.nothing")

Asks = TypeVar("Asks", bound=Intent)


class Pane(NamedTuple):
    """What glass may be broken for.

    Args:
        told: the people who are told, "" if nobody is.
        until: the moment (monotonic) after which it is too late.
    """

    intent: Loud
    told: str
    until: float


def pane(intent: Intent, why: Notice, now: float) -> Pane | None:
    """Return what `why`, the refusal of `intent`, lets glass be broken for, None where it does not."""
    if not isinstance(intent, Loud) or TOLD not in why.values:
        return None
    return Pane(replace(intent, reason="", glass=False), why.values[TOLD], now + STANDS)


def unbreakable(why: Notice) -> Notice:
    """Return `why` where it is about no one call: there is nothing to break glass for."""
    return Notice(why.code, {name: value for name, value in why.values.items() if name != TOLD})


def through(refused: Pane) -> Loud:
    """Return what is asked for when glass is broken; it still lacks its reason."""
    return replace(refused.intent, glass=True)


def again(refused: Pane) -> Means:
    """Return what was refused as its key would mean it on its call, wherever the cursor stands by now."""
    intent = refused.intent
    key: Means
    match intent:
        case Listen():
            key = surf.hear(intent.call)
        case Whisper():
            key = asking.whisper
        case Barge() | Join():
            key = asking.barge
        case TakeOver():
            key = asking.take_over

    def meant(sight: Sight) -> asking.Meant:
        found = key(sight._replace(row=sight.rows.get(intent.call), gone=None, moved=None))
        if isinstance(found, Notice):
            return found
        first = asking.first(found)
        same = isinstance(first, Loud) and type(first) is type(intent) and first.call == intent.call
        return found if same else NOTHING

    return meant


def ask_why(refused: Pane, wanted: Notice | None) -> Callable[[Sight], Why | Notice]:
    """Return what asks for the reason, one of those that `wanted` names."""
    means, codes = again(refused), codes_of(wanted)

    def question(sight: Sight) -> Why | Notice:
        meant = means(sight)
        if isinstance(meant, Notice):
            return meant
        return Why(refused.intent, codes, asking.about(refused.intent.call, sight), refused.told)

    return question


def broken(means: Means, reason: str) -> Means:
    """Return `means`, for `reason` and whatever the profile says."""

    def with_it(sight: Sight) -> asking.Meant:
        return asking.each(means(sight), lambda intent: _through(intent, reason))

    return with_it


def _through(intent: Asks, reason: str) -> Asks:
    return replace(intent, reason=reason, glass=True) if isinstance(intent, Loud) else intent
