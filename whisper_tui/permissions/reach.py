"""Which profiles reach a queue, an agent or a tag. A set of profiles is a number: bit n stands for the n-th profile.

Names come again and again, so what they mean is remembered; strangers can invent names, so there is an end to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from fnmatch import translate
from typing import Generic, NamedTuple, TypeVar

from msgspec import Struct

Name = TypeVar("Name", bound=Hashable)
Meaning = TypeVar("Meaning")

GLOB = frozenset("*?[")
"""What makes a pattern of a name."""

UNRESOLVED = "none"
"""The pattern for what could not be told, or is not there: a call outside any queue, an agent without a team."""

REMEMBERED = 1 << 14
"""Names whose meaning is kept: several times the agents of a large floor."""


class Reached(NamedTuple):
    """The profiles whose `scope` lets a name in, and those whose `deny` has it."""

    scope: int
    deny: int


class Remembered(Generic[Name, Meaning]):
    """What names mean, found out once each."""

    def __init__(self, find: Callable[[Name], Meaning]) -> None:
        self._find = find
        self._known: dict[Name, Meaning] = {}

    def of(self, name: Name) -> Meaning:
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = self._known[name] = self._find(name)
        return known

    def __len__(self) -> int:
        return len(self._known)


class _Patterns(Struct, frozen=True):
    """One profile's patterns in one dimension. `missing`: whether what is not there matches."""

    pattern: re.Pattern[str] | None
    """None: anything."""
    missing: bool

    def match(self, value: str) -> bool:
        if not value:
            return self.missing
        return self.pattern is None or self.pattern.match(value) is not None


class Dimension:
    """The patterns of all profiles in one dimension, those of `scope` and those of `deny`."""

    def __init__(self, scope: Sequence[tuple[str, ...]], deny: Sequence[tuple[str, ...]]) -> None:
        self._scope = [(1 << n, _compiled(each)) for n, each in enumerate(scope) if each and "*" not in each]
        self._deny = [(1 << n, _compiled(each)) for n, each in enumerate(deny) if each]
        self._everyone = (1 << len(scope)) - 1
        self.denying = sum(bit for bit, _ in self._deny)
        """The profiles that deny anything here: what cannot be told counts as denied by them."""
        self.denying_all = sum(1 << n for n, each in enumerate(deny) if "*" in each)

    def of(self, value: str) -> Reached:
        """`value` "" is there no more than a call outside queues: it matches "none", and what does not restrict."""
        return self.of_any((value,))

    def of_any(self, values: Sequence[str]) -> Reached:
        """Of several values, as tags are, one is enough to match."""
        outside = sum(bit for bit, each in self._scope if not any(map(each.match, values)))
        denied = sum(bit for bit, each in self._deny if any(map(each.match, values)))
        return Reached(self._everyone & ~outside, denied)

    def of_all(self, values: Sequence[str]) -> Reached:
        """Where several things are said of one, all of them must be in a scope, and one that is denied is enough."""
        return both(self.of(value) for value in values or ("",))

    @property
    def untold(self) -> Reached:
        """Of what cannot be told: in no scope but that of "none", and not to be told apart from what is denied."""
        return Reached(self.of("").scope, self.denying)


def both(met: Iterable[Reached]) -> Reached:
    """What is in every scope and in any deny."""
    scope, deny = -1, 0
    for each in met:
        scope, deny = scope & each.scope, deny | each.deny
    return Reached(scope, deny)


def _compiled(patterns: tuple[str, ...]) -> _Patterns:
    if "*" in patterns:
        return _Patterns(None, missing=True)
    return _Patterns(any_of([each for each in patterns if each != UNRESOLVED]), missing=UNRESOLVED in patterns)


def any_of(patterns: Sequence[str]) -> re.Pattern[str]:
    """What matches where one of `patterns` (globs) does."""
    return re.compile("|".join(map(translate, patterns)) if patterns else "(?!)")
