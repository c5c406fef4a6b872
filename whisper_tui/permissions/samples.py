"""Calls made from policies themselves: one for everything that any of them tells apart, to compare what they say."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Iterator

from msgspec import Struct

from whisper_tui.permissions.belonging import Belonging
from whisper_tui.permissions.policy import CallFacts, Policy, Scope
from whisper_tui.permissions.reach import UNRESOLVED, any_of

_PART = re.compile(r"\[(!?)(.)[^]]*\]|([*?])|(.)", re.DOTALL)


class Sample(Struct, frozen=True):
    """A queue, agent or tag; `patterns`: those of the policies that it stands for. `name` "": none."""

    name: str
    patterns: tuple[str, ...]


class Samples(Struct, frozen=True):
    """What the policies tell apart in each dimension. A call outside queues, and one without a tag, is among them."""

    queues: tuple[Sample, ...]
    agents: tuple[Sample, ...]
    tags: tuple[Sample, ...]

    def calls(self) -> Iterator[tuple[Sample, Sample, Sample, CallFacts]]:
        """Every combination."""
        for queue in self.queues:
            for agent in self.agents:
                for tag in self.tags:
                    tags = frozenset({tag.name} - {""})
                    yield queue, agent, tag, CallFacts("", queue.name or None, agent.name or None, tags=tags)


def samples(*policies: Policy) -> Samples:
    """Return what any of `policies` tells apart, by its patterns and its attributes."""
    kin = [Belonging(each.attributes) for each in policies]
    queues, agents, tags = (
        _lists(policies, patterns) for patterns in (lambda s: s.queue, lambda s: s.agent, lambda s: s.tags)
    )
    agents |= {each.exempt_agents for each in policies}
    known_queues = {entry.match for each in policies for entry in each.attributes.queue}
    known_agents = {entry.match for each in policies for entry in each.attributes.agent}
    return Samples(
        (
            Sample("", (UNRESOLVED,)),
            *_apart(known_queues, queues, lambda name: tuple(each.queue(name) for each in kin)),
        ),
        tuple(_apart(known_agents, agents, lambda name: tuple(each.agent(name) for each in kin))),
        (Sample("", ()), *(_apart(set(), tags, lambda _: ()) if any(tags) else ())),
    )


def _lists(policies: Iterable[Policy], patterns: Callable[[Scope], tuple[str, ...]]) -> set[tuple[str, ...]]:
    profiles = [profile for each in policies for profile in each.profiles]
    return {patterns(scope) for each in profiles for scope in (each.scope, each.deny)}


def _apart(
    known: set[str], lists: set[tuple[str, ...]], kin: Callable[[str], tuple[Hashable, ...]]
) -> Iterator[Sample]:
    """One sample for all that nothing tells apart: it belongs to the same, and the same lists of patterns match it."""
    matching = [any_of(each) for each in sorted(lists)]
    found: dict[Hashable, tuple[str, list[str]]] = {}
    for each in [*sorted((known | {pattern for held in lists for pattern in held}) - {UNRESOLVED, "*"}), "*"]:
        name = instance(each)
        alike = (kin(name), tuple(pattern.match(name) is not None for pattern in matching))
        found.setdefault(alike, (name, []))[1].append(each)
    for name, held in found.values():
        yield Sample(name, tuple(held))


def instance(pattern: str) -> str:
    """Return a name that `pattern` matches and that little else does."""
    return instances(pattern)[0]


def instances(pattern: str) -> tuple[str, ...]:
    """Return several names that `pattern` matches, unlike in what it leaves open."""
    return tuple(
        "".join(
            (outside if part[1] else part[2]) if part[2] else (many if part[3] == "*" else one) if part[3] else part[4]
            for part in _PART.finditer(pattern)
        )
        for many, one, outside in (("~", "0", "~"), ("", "~", "^"), ("a-1", "a", "~"))
    )
