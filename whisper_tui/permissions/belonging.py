"""What a call belongs to, by its queue, its agent and its channel variables: the one place where `[attributes]` is looked up.

Of several entries that match a name the first that says something about a dimension holds; tags add up. What a channel variable
says is added to that: where two things are said, both must be in a scope, and one that is denied is enough.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import translate
from typing import Generic, TypeVar

from msgspec import Struct

from whisper_tui.permissions.policy import AgentEntry, Attributes, QueueEntry
from whisper_tui.permissions.reach import GLOB, UNRESOLVED

Entry = TypeVar("Entry", AgentEntry, QueueEntry)
Variables = tuple[tuple[str, str], ...]
"""Names and values of channel variables."""


class QueueKin(Struct, frozen=True):
    """Empty: it belongs to none. `announced`: whether its callers are told, None if nothing says so."""

    campaign: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    announced: bool | None = None
    tags: frozenset[str] = frozenset()


class AgentKin(Struct, frozen=True):
    """Empty: the agent belongs to none."""

    team: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    tags: frozenset[str] = frozenset()


class Belonging:
    """`[attributes]`, ready to be asked by name."""

    def __init__(self, attributes: Attributes) -> None:
        self._queue = _Entries(attributes.queue)
        self._agent = _Entries(attributes.agent)
        self._means = {(each.name, each.means) for each in attributes.variable}

    def queue(self, name: str, variables: Variables = ()) -> QueueKin:
        """What a call in the queue `name` belongs to; "": a call outside any queue."""
        found = list(self._queue.of(name))
        return QueueKin(
            self._said([each.campaign for each in found], "campaign", variables),
            self._said([each.department for each in found], "department", variables),
            next((each.announced for each in found if each.announced is not None), None),
            frozenset().union(*(each.tags for each in found), self._marks(variables)),
        )

    def agent(self, device: str, variables: Variables = ()) -> AgentKin:
        """What the agent at `device` belongs to; "": it cannot be told who it is."""
        found = list(self._agent.of(device)) if device else []
        return AgentKin(
            self._said([each.team for each in found], "team", variables),
            self._said([each.location for each in found], "location", variables),
            frozenset().union(*(each.tags for each in found)),
        )

    def _said(self, words: list[str], dimension: str, variables: Variables) -> tuple[str, ...]:
        first = next((word for word in words if word), "")
        told = (value.strip() for name, value in variables if (name, dimension) in self._means)
        return tuple(dict.fromkeys(word for word in (first, *told) if word))

    def _marks(self, variables: Variables) -> Iterator[str]:
        for name, value in variables:
            if (name, "tags") in self._means:
                yield from value.replace(",", " ").split()


class _Entries(Generic[Entry]):
    """Entries in the order of the file; those that name one queue or agent are not searched, for there can be thousands."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._exact: dict[str, list[tuple[int, Entry]]] = {}
        self._globs: list[tuple[int, re.Pattern[str], Entry]] = []
        for place, each in enumerate(entries):
            if GLOB & set(each.match):
                self._globs.append((place, re.compile(translate(each.match)), each))
            else:
                name = "" if each.match == UNRESOLVED else each.match
                self._exact.setdefault(name, []).append((place, each))

    def of(self, name: str) -> Iterator[Entry]:
        """Those that match `name`, the first of the file first; "" is matched by "none" alone."""
        matching = [(place, each) for place, pattern, each in self._globs if name and pattern.match(name)]
        matching += self._exact.get(name, [])
        for _, each in sorted(matching, key=lambda found: found[0]):
            yield each
