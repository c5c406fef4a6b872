"""What a queue and an agent belong to: the one place where `[attributes]` is looked up.

Of several entries that match a name the first that says something about a dimension holds; tags add up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import translate
from typing import Generic, TypeVar

from whisper_tui.permissions.policy import AgentEntry, Attributes, QueueEntry

Entry = TypeVar("Entry", AgentEntry, QueueEntry)
GLOB = frozenset("*?[")


@dataclass(frozen=True, slots=True)
class QueueKin:
    """ "" : it belongs to none. `announced`: whether its callers are told, None if nothing says so."""

    campaign: str = ""
    department: str = ""
    announced: bool | None = None
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class AgentKin:
    """ "" : belongs to none."""

    team: str = ""
    location: str = ""
    tags: frozenset[str] = frozenset()


class Belonging:
    """`[attributes]`, ready to be asked by name."""

    def __init__(self, attributes: Attributes) -> None:
        self._queue = _Entries(attributes.queue)
        self._agent = _Entries(attributes.agent)

    def queue(self, name: str) -> QueueKin:
        """What the queue `name` belongs to."""
        found = list(self._queue.of(name))
        return QueueKin(
            _first(each.campaign for each in found),
            _first(each.department for each in found),
            next((each.announced for each in found if each.announced is not None), None),
            frozenset().union(*(each.tags for each in found)),
        )

    def agent(self, device: str) -> AgentKin:
        """What the agent at `device` belongs to."""
        found = list(self._agent.of(device))
        return AgentKin(
            _first(each.team for each in found),
            _first(each.location for each in found),
            frozenset().union(*(each.tags for each in found)),
        )


class _Entries(Generic[Entry]):
    """Entries in the order of the file; those that name one queue or agent are not searched, for there can be thousands."""

    def __init__(self, entries: tuple[Entry, ...]) -> None:
        self._exact: dict[str, list[tuple[int, Entry]]] = {}
        self._globs: list[tuple[int, re.Pattern[str], Entry]] = []
        for place, each in enumerate(entries):
            if GLOB & set(each.match):
                self._globs.append((place, re.compile(translate(each.match)), each))
            else:
                self._exact.setdefault(each.match, []).append((place, each))

    def of(self, name: str) -> Iterator[Entry]:
        """Those that match `name`, the first of the file first."""
        matching = [(place, each) for place, pattern, each in self._globs if pattern.match(name)]
        matching += self._exact.get(name, [])
        for _, each in sorted(matching, key=lambda found: found[0]):
            yield each


def _first(words: Iterable[str]) -> str:
    return next((word for word in words if word), "")
