"""Where the next key press goes: the next call that this person may hear, or the one that most needs somebody. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.rows import CallRow
from whisper_tui.supervision.intents import Draw, Listen
from whisper_tui.terms import CallKey, Notice
from whisper_tui.ui import asking, present
from whisper_tui.ui.needs import need, points
from whisper_tui.ui.sheet import Sheet

_STILL = frozenset({Phase.NONE, Phase.IDLE, Phase.ON})
"""Phases from which a leg goes elsewhere at once; in the others something is on its way."""

WhyNot = Callable[[Listen], Notice | None]


class Found(NamedTuple):
    """Where to go. `why`: in words, where it is not the next one that was asked for."""

    call: CallKey
    why: Notice | None = None


class Place(NamedTuple):
    """Where the person is.

    Args:
        why_not: why a call may not be heard now.
        weights: of what makes a call need somebody.
    """

    sheet: Sheet
    strip: StripView
    now: float
    why_not: WhyNot
    weights: NeedSettings = NeedSettings()


def standstill(strip: StripView) -> Notice | None:
    """Return why nobody goes anywhere now, or None."""
    if asking.own_call(strip):
        return Notice("takeover.own_call")
    return None if strip.phase in _STILL else Notice("busy.asking")


def hear(call: CallKey) -> asking.Means:
    """Return what it means to hear `call` wherever the cursor stands, and whatever is heard now."""

    def meant(sight: asking.Sight) -> asking.Meant:
        row = sight.rows.get(call)
        if row is None:
            return Notice("denied.no-such-call")
        return Listen(call) if row.can_be_heard else Notice("call.no_agent_channel")

    return meant


CHOSEN = "draw.chosen"
"""Why no call is drawn by chance where the profile leaves the choice to the person."""


def draw(sight: asking.Sight) -> asking.Meant:
    """`*` where the profile leaves it to chance who is heard."""
    return standstill(sight.strip) or Draw()


def next_call(place: Place) -> Found | Notice:
    """`*`: in the order of the sheet, round from the call that is heard, else from the cursor."""
    heard = place.strip.call
    rows = place.sheet.round_from(heard if heard is not None and place.sheet.shows(heard) else place.sheet.cursor)
    row = _first(rows, place)
    return row if isinstance(row, Notice) else Found(row.key)


def needed(place: Place) -> Found | Notice:
    """`.`: of the calls shown the one that needs somebody most, and why."""
    rows = list(place.sheet.round_from(None))
    row = _first(sorted(rows, key=lambda row: -points(row, place.now, place.weights)), place)
    if isinstance(row, Notice):
        return row
    why = need(row, place.now, place.weights).words
    return Found(row.key, Notice("surf.needs", {"agent": present.head(row), "why": why}) if why else None)


def _first(rows: Iterable[CallRow], place: Place) -> CallRow | Notice:
    """The first that may be heard and is not heard already, or why there is none."""
    if (why := standstill(place.strip)) is not None:
        return why
    heard, refusals = False, set[str]()
    refusal: Notice | None = None
    for row in rows:
        if not row.can_be_heard:
            continue
        if row.key == place.strip.call:
            heard = True
        elif (refusal := place.why_not(Listen(row.key))) is None:
            return row
        else:
            refusals.add(refusal.code)
    if heard:
        return Notice("surf.only")
    return refusal if refusal is not None and len(refusals) == 1 else Notice("surf.none")
