"""Why an answer is what it is: everything that a person's profiles say about a question, each with its place in the file."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import Enum

from msgspec import Struct

from whisper_tui.permissions.decide import Decision, Grants
from whisper_tui.permissions.hours import spell
from whisper_tui.permissions.policy import CallFacts, Denied, Profile, where
from whisper_tui.terms import Right


class Says(Enum):
    """What a line of a policy does to a question."""

    GRANTS = "grants"
    GRANTS_NOT = "grants not"
    REACHES = "reaches"
    REACHES_NOT = "reaches not"
    DENIES = "denies"
    OPEN = "open"
    CLOSED = "closed"


class Line(Struct, frozen=True):
    """One line: in whose profile, about which key, what it was held against. `where`: file and line."""

    says: Says
    profile: str
    where: str
    key: str
    value: str = ""


class Trace(Struct, frozen=True):
    """An answer and where it comes from.

    Args:
        answer: whatever limits ask.
        lines: by profile.
        conditions: what limits ask, or how far they let it go.
    """

    answer: Decision
    lines: tuple[Line, ...]
    conditions: tuple[Denied, ...]


def trace(grants: Grants, right: Right, call: CallFacts, now: datetime, phone: str) -> Trace:
    """Return the answer to whether `right` may be used on `call`, and every line that it comes from."""
    return Trace(
        grants.reaches(right, call, now, phone),
        tuple(_lines(grants, right, call, now)),
        grants.conditions_of(right, call, now) if any(right in each.rights for each in grants.profiles) else (),
    )


def _lines(grants: Grants, right: Right, call: CallFacts, now: datetime) -> Iterator[Line]:
    met = list(grants.places.by_dimension(call))
    for n, profile in enumerate(grants.profiles):

        def line(says: Says, at: int, key: str, value: str = "", profile: Profile = profile) -> Line:
            return Line(says, profile.name, where(grants.path, at), key, value)

        if right in profile.rights:
            yield line(Says.GRANTS, profile.granted.get(right, profile.line), right.value)
            for key, had, reached in met:
                patterns = getattr(profile.scope, key)
                if patterns and "*" not in patterns:
                    says = Says.REACHES if reached.scope & 1 << n else Says.REACHES_NOT
                    yield line(says, profile.line_of(f"scope.{key}"), f"scope.{key}", ", ".join(had))
            if profile.hours is not None:
                says = Says.OPEN if spell(profile.hours, now).open else Says.CLOSED
                yield line(says, profile.line_of("when"), "when")
        else:
            yield line(Says.GRANTS_NOT, profile.line_of("roles"), right.value)
        for key, had, reached in met:
            if reached.deny & 1 << n:
                yield line(Says.DENIES, profile.line_of(f"deny.{key}"), f"deny.{key}", ", ".join(had))
