"""The filter behind `/`: words, `queue=vip`, `agent=`, `caller=`, `state=`, `talk>5m`, `wait<30s`, and `!` before any of them.

It looks at rows as the profile shows them, so a masked number cannot be found out by filtering for it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from whisper_tui.engine.rows import CallRow
from whisper_tui.ui import hands, present
from whisper_tui.ui.words import _

FIELDS = ("queue", "agent", "caller", "state")
_COMPARE = re.compile(r"(talk|wait)([<>])(.*)", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,6})(s|m|h)?", re.IGNORECASE)
_UNIT = {"s": 1, "m": 60, "h": 3600}


class Word(NamedTuple):
    """`text` stands in `field`, or in any of them where `field` is ""."""

    field: str
    text: str
    wanted: bool


class Lasting(NamedTuple):
    """Talk or wait time is over (or under) so many seconds."""

    which: str
    over: bool
    seconds: float
    wanted: bool


class Filter(NamedTuple):
    """A row passes when every term holds."""

    text: str
    terms: tuple[Word | Lasting, ...]
    unread: tuple[str, ...]
    """Terms that could not be read (`talk>soon`); they hold for every row and are shown."""

    @property
    def timed(self) -> bool:
        """Whether what passes changes with time alone."""
        return any(isinstance(term, Lasting) for term in self.terms)

    def passes(self, row: CallRow, now: float) -> bool:
        """Tell whether `row` is shown at `now` (monotonic)."""
        return all(_holds(term, row, now) is term.wanted for term in self.terms)


def parse(text: str) -> Filter:
    """Return the filter that `text` says; every text is one, so that it can be used while it is typed."""
    terms: list[Word | Lasting] = []
    unread: list[str] = []
    for written in text.split():
        wanted = not written.startswith("!")
        term = written.lstrip("!")
        if compare := _COMPARE.fullmatch(term):
            seconds = _seconds(compare[3])
            if seconds is None:
                unread.append(written)
            else:
                terms.append(Lasting(compare[1].lower(), compare[2] == ">", seconds, wanted))
            continue
        name, equals, value = term.partition("=")
        if equals and name.lower() in FIELDS:
            if value:
                terms.append(Word(name.lower(), value.casefold(), wanted))
        elif term:
            terms.append(Word("", term.casefold(), wanted))
    return Filter(text, tuple(terms), tuple(unread))


def _seconds(text: str) -> float | None:
    match = _SPAN.fullmatch(text)
    return None if match is None else float(int(match[1]) * _UNIT[(match[2] or "s").lower()])


def _holds(term: Word | Lasting, row: CallRow, now: float) -> bool:
    if isinstance(term, Lasting):
        if term.which == "talk":
            lasted = None if row.talking_since is None else now - row.talking_since
        else:
            lasted = present.waited(row, now)
        return lasted is not None and (lasted > term.seconds) is term.over
    values = _values(row)
    texts = (values[term.field],) if term.field else tuple(values.values())
    return any(term.text in text for text in texts)


def _values(row: CallRow) -> dict[str, str]:
    word = present.STATES[row.state][1]
    return {
        "queue": present.queue_name(row).casefold(),
        "agent": f"{row.agent} {row.agent_device}".casefold(),
        "caller": f"{row.caller} {row.caller_name}".casefold(),
        "state": f"{_(word)} {row.state.value} {hands.word(row.hand) if row.hand is not None else ''}".casefold(),
    }
