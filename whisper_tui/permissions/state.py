"""What a person has done so far, where rules ask for it: counted by whoever asks for a decision, never in here."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from math import inf

from msgspec import Struct

from whisper_tui.permissions.spans import Period
from whisper_tui.terms import CallKey, Right, Subject


class Approval(Struct, frozen=True):
    """Another person's leave for one right on one call of one agent (the phone). `at`: UTC seconds."""

    by: Subject
    right: Right
    call: CallKey
    agent: str
    at: float


class State(Struct, frozen=True):
    """About one person and one call. None: nobody counted, and then what a rule limits is denied.

    Args:
        heard: seconds that the person has heard this call, in whatever mode.
        spent: seconds on this call in each mode, by its right; one that is not there: none.
        session: seconds that the person has been in this call, in all their sessions.
        sessions: other sessions of the person that are up.
        coached: seconds that the person has spoken to this agent (whispered, barged, joined) in each period.
        listens: other calls of this agent that the person has heard in each period.
        picked: chance chose this call for the person.
        reason: what the person gave as the reason, "" for none.
        approval: another person's leave.
        began: UTC seconds at which the right in question began to be used on this call, None before.
        floor_server: there is one, so that other people can be asked and told.
        breaks: the person takes now what the profile does not give, and answers for it.
        broken: the rules that they went past on this call, for the right in question, and that are written down.
    """

    heard: float = 0.0
    spent: Mapping[Right, float] | None = None
    session: float | None = None
    sessions: int | None = None
    coached: Mapping[Period, float] | None = None
    listens: Mapping[Period, int] | None = None
    picked: bool = False
    reason: str = ""
    approval: Approval | None = None
    began: float | None = None
    floor_server: bool = False
    breaks: bool = False
    broken: frozenset[str] = frozenset()


UNCOUNTED = State()
"""Nothing is known: never allows more than what is."""

FIRST = State(
    spent={},
    session=0.0,
    sessions=0,
    coached=dict.fromkeys(Period, 0.0),
    listens=dict.fromkeys(Period, 0),
    floor_server=True,
)
"""Somebody who has done nothing yet, on a floor server."""

SPENT = State(
    spent=dict.fromkeys(Right, inf),
    session=inf,
    sessions=sys.maxsize,
    coached=dict.fromkeys(Period, inf),
    listens=dict.fromkeys(Period, sys.maxsize),
    floor_server=True,
)
"""Somebody who has done everything that limits are for, and nothing that they ask for."""
