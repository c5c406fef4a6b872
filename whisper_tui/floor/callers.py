"""Who calls again: numbers and when they called, as far as this floor has seen it since it was begun.

Kept in memory alone, and no more of it than is needed to count.
"""

from __future__ import annotations

from whisper_tui.floor.model import Call, Floor

MOST_NUMBERS = 10_000
"""Numbers that are kept; of more the one that called longest ago goes."""

MOST_CALLS = 10
"""Calls that are kept of a number, the last ones."""


def see_number(floor: Floor, call: Call) -> None:
    """A call has a number: count the calls that it made before.

    Agents who call each other are not counted, and no words in its place: "anonymous" is everybody who withholds theirs.
    """
    within = floor.heeds.repeat_within
    if not within or call.peer or not any(sign.isdecimal() for sign in call.number):
        return
    past = [each for each in floor.callers.pop(call.number, ()) if call.began - each[1] <= within]
    earlier = [each for each in past if each[0] != call.key]
    call.before = len(earlier)
    floor.callers[call.number] = [*earlier, (call.key, call.began)][-MOST_CALLS:]
    if len(floor.callers) > MOST_NUMBERS:
        del floor.callers[next(iter(floor.callers))]
