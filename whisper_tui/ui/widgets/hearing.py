"""Who hears the supervisor, in as much room as there is: fewer words where there is less, and never half of one.

Half a line would be worse than none: `customer` without its YES could be read as a NO.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from whisper_tui.engine.backend import Hears, Phase, StripView
from whisper_tui.terms import Mode
from whisper_tui.ui import present
from whisper_tui.ui.asking import own_call
from whisper_tui.ui.inks import Ink, Span, taken, width_of
from whisper_tui.ui.words import _

SIGNS: dict[Hears, str] = {Hears.YES: "●", Hears.NO: "○", Hears.UNKNOWN: "▲"}

_LOUDEST = (Hears.UNKNOWN, Hears.YES, Hears.NO)


_SHORT = 3
"""Of the forms of a party the first that is no more than its sign and a letter."""


class Party(NamedTuple):
    """Somebody in the call, and whether they hear; `hears` None: they are gone."""

    who: str
    hears: Hears | None
    loud: Ink

    @property
    def ink(self) -> Ink:
        """Whoever hears, or may hear, stands out."""
        if self.hears is Hears.UNKNOWN:
            return Ink.ALARM_BLOCK
        return self.loud if self.hears is Hears.YES else Ink.MUTED

    def forms(self) -> tuple[str, ...]:
        """Return `● agent YES`, `YES agent`, `YES a`, `●a` and `●`."""
        if self.hears is None:
            return f"○ {self.who}", "○"
        said, sign = _(present.HEARS[self.hears]), SIGNS[self.hears]
        first = self.who[:1]
        return f"{sign} {self.who} {said}", f"{said} {self.who}", f"{said} {first}", f"{sign}{first}", sign


def parties(strip: StripView) -> tuple[Party, ...]:
    """Return everybody in the call."""
    customer = Party(_("customer"), strip.customer_hears, Ink.BARGE)
    if own_call(strip):
        return Party(_("agent gone"), None, Ink.MUTED), customer
    agent = Party(_("agent"), strip.agent_hears, Ink.WHISPER)
    if strip.phase is Phase.ON and strip.mode is Mode.THIRD:
        return agent, customer, Party(_("all others"), strip.customer_hears, Ink.THIRD)
    return agent, customer


def loudest(strip: StripView) -> Hears:
    """Return whether anybody hears, the worst of it first."""
    heard = {party.hears for party in parties(strip)}
    return next((each for each in _LOUDEST if each in heard), Hears.NO)


def in_a_line(strip: StripView, room: int) -> tuple[Span, ...]:
    """Return it in one line of at most `room` cells."""
    label: Span = (f"{_('HEARS YOU')}  ", Ink.MUTED)
    for spans in _lines(strip):
        for before in ((label,), ()):
            if taken((*before, *spans)) <= room:
                return (*before, *spans)
    return (_sign(strip),)


def in_lines(strip: StripView, width: int, height: int) -> list[tuple[Span, ...]]:
    """Return it in at most `height` lines of `width` cells: a line for each of them, or one for all."""
    there = parties(strip)
    if len(there) > height:
        return [_in_one(strip, width)][:height]
    return [((next((form for form in party.forms() if width_of(form) <= width), ""), party.ink),) for party in there]


def _in_one(strip: StripView, width: int) -> tuple[Span, ...]:
    return next((spans for spans in _lines(strip) if taken(spans) <= width), (_sign(strip),))


def _lines(strip: StripView) -> Iterator[tuple[Span, ...]]:
    """Yield a line for all of them, the longest first. What is said of one cannot be read as of the next: a sign begins each."""
    there = parties(strip)
    for form, gap in ((0, "   "), (0, " "), (_SHORT, " "), (_SHORT + 1, "")):
        spans: list[Span] = []
        for party in there:
            forms = party.forms()
            spans += [*([(gap, Ink.TEXT)] if spans and gap else []), (forms[min(form, len(forms) - 1)], party.ink)]
        yield tuple(spans)


def _sign(strip: StripView) -> Span:
    """The worst of it in one cell."""
    worst = loudest(strip)
    return SIGNS[worst], Ink.MUTED if worst is Hears.NO else Ink.ALARM_BLOCK
