"""What is typed behind `/` in the log: `user=ana queue=vip* day=yesterday mode=barge longer>5m denied`, and words. Pure.

What has a name is asked of the log; words, and `!` before them, choose among what it has answered.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

import msgspec

from whisper_tui.audit import moments
from whisper_tui.audit.sessions import Acted, Attempt, Raised, Session, Spying
from whisper_tui.engine.reading import LISTS, Entry, Filter
from whisper_tui.terms import Mode, Notice

_READ: dict[str, Callable[[str], object]] = {
    "user": str,
    "agent": str,
    "queue": str,
    "mode": Mode,
    "day": moments.day,
    "since": moments.moment,
    "until": moments.moment,
    "longer": moments.span,
}
"""What has a name, and what its value is."""
_EXAMPLES = {
    "mode": ", ".join(mode.value for mode in Mode),
    "day": "2026-11-26, today, yesterday",
    "since": "2026-11-26T09:00",
    "until": "2026-11-26T17:30",
    "longer": "30s, 5m, 1h",
}


class Query(NamedTuple):
    """What is looked for.

    Args:
        words: what an entry must say, and whether it must not.
        wrong: why it cannot be looked for, None: it can.
    """

    text: str
    chosen: Filter
    words: tuple[tuple[str, bool], ...] = ()
    wrong: Notice | None = None

    def passes(self, entry: Entry) -> bool:
        """Tell whether the words let `entry` through."""
        said = " ".join(_said(entry)).casefold()
        return all((word in said) is wanted for word, wanted in self.words)


NOTHING = Query("", Filter())


def parse(text: str) -> Query:
    """Return what `text` looks for."""
    fields: dict[str, object] = {}
    words: list[tuple[str, bool]] = []
    for term in text.split():
        name, sign, value = term.replace(">", "=", 1).partition("=")
        if name.lower() in _READ and sign:
            try:
                fields[name.lower()] = _READ[name.lower()](value)
            except ValueError:
                return Query(text, Filter(), wrong=_wrong(term, name.lower()))
        elif term.lower() in LISTS:
            fields[term.lower()] = True
        elif word := term.lstrip("!").casefold():
            words.append((word, not term.startswith("!")))
    chosen = msgspec.structs.replace(Filter(), **fields)
    return Query(text, chosen, tuple(words), _at_odds(chosen))


def of_agent(agent: str, at: float) -> str:
    """Return the text that looks for everything of `agent` on the day of `at` (seconds since 1970 UTC)."""
    return f"agent={agent} day={date.fromtimestamp(at).isoformat()}"


def _wrong(term: str, name: str) -> Notice:
    return Notice("log.wrong", {"term": term, "example": _EXAMPLES[name]})


def _at_odds(chosen: Filter) -> Notice | None:
    if len(chosen.lists) > 1:
        return Notice("log.two_lists")
    if chosen.day is not None and (chosen.since is not None or chosen.until is not None):
        return Notice("log.two_times")
    if chosen.acts and (chosen.mode is not None or chosen.longer is not None):
        return Notice("log.no_mode")
    if chosen.hands and chosen.mode is not None:
        return Notice("log.no_hand_mode")
    return Notice("log.no_length") if chosen.denied and chosen.longer is not None else None


def _said(entry: Entry) -> tuple[str, ...]:
    match entry:
        case Session():
            return entry.user, entry.member, entry.agent, entry.queue, entry.caller, entry.ended, entry.ident
        case Attempt():
            return entry.user, entry.deed, entry.rule, entry.call, entry.detail
        case Raised():
            return entry.member, entry.agent, entry.queue, entry.answered_by, entry.ended
        case Acted():
            whom = entry.member, entry.agent, entry.queue, entry.caller
            return entry.user, entry.deed, *whom, entry.reason, entry.detail, entry.ended, entry.call
        case Spying():
            return entry.phone, entry.mode, entry.member, entry.agent, entry.queue, entry.caller, entry.detail
