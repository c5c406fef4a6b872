"""How long and how many, at a moment: pure measures of calls and queues. Moments are seconds of the clock given to `apply`."""

from __future__ import annotations

from msgspec import Struct

from whisper_tui.floor.model import Call, Queue, Waiting

FREE_STATUS = frozenset({0, 1})
"""Device states a queue rings: not in use, and not known (app_queue.c counts both as available)."""

UNREACHABLE_STATUS = frozenset({4, 5})
"""Invalid, unavailable: no phone is registered."""


class Staff(Struct, frozen=True):
    """The members of a queue, each counted once."""

    free: int
    """Could be rung now: not paused, phone idle. (Wrap-up is in no event or list, AMI.md Q6.)"""
    busy: int
    """On the phone, ringing or on hold, for this queue or for anything else."""
    paused: int
    away: int
    """No phone is registered."""


def waited(call: Call, now: float) -> float | None:
    """Seconds in the queue, so far or in all; None where the call was in none, or came out of it before we looked."""
    if call.waited is not None:
        return call.waited
    return None if call.waiting_since is None else now - call.waiting_since


def talked(call: Call, now: float) -> float | None:
    """Seconds since the customer was connected, holds included; None before. `talk_known` False: at least so many."""
    return None if call.talking_since is None else now - call.talking_since


def held(call: Call, now: float) -> float:
    """Seconds on hold in the whole call, the running hold included."""
    return call.held if call.held_since is None else call.held + now - call.held_since


def longest_waiting(queue: Queue) -> Waiting | None:
    """Who has waited longest: not always the first in line, where callers have priorities."""
    return min(queue.waiting.values(), key=lambda place: place.since, default=None)


def staff(queue: Queue) -> Staff:
    """Return how many of the queue's members could take a call."""
    free = busy = paused = away = 0
    for member in queue.members.values():
        if member.paused:
            paused += 1
        elif member.status in FREE_STATUS:
            free += 1
        elif member.status in UNREACHABLE_STATUS:
            away += 1
        else:
            busy += 1
    return Staff(free, busy, paused, away)


def service_level(queue: Queue) -> float | None:
    """Percent of completed calls that were answered within `queue.service_level` seconds, as Asterisk counts them; None
    while there is nothing to count."""
    return queue.performance if queue.completed else None
