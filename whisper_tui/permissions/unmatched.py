"""Patterns of a policy that match no queue and no agent that there is. What there is, whoever calls this has asked of the PBX."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from whisper_tui.config.locate import KeyPath, positions
from whisper_tui.permissions.mistakes import Finding, findings
from whisper_tui.permissions.policy import Policy
from whisper_tui.permissions.reach import GLOB, UNRESOLVED, any_of
from whisper_tui.permissions.read import Mistake, did_you_mean, tables_at

WORDS = {"queue": "queue", "agent": "queue member"}
"""Dimension -> what a PBX calls it."""

MOST_MEANT = 50
"""Patterns for which the nearest name is looked for: thousands against thousands of names would take minutes."""


def unmatched(
    policy: Policy, table: Mapping[str, object], text: str, queues: Collection[str], agents: Collection[str]
) -> tuple[Finding, ...]:
    """Return the patterns of queues and agents that match none of those that there are.

    Args:
        table, text: the file of `policy`.
        queues: names of queues.
        agents: members' phones, such as `PJSIP/1001`.
    """
    there = {"queue": frozenset(queues), "agent": frozenset(agents)}
    sorted_names = {dimension: sorted(names) for dimension, names in there.items()}
    found: list[Mistake] = []
    for way, dimension, pattern in _patterns(policy):
        if not _matches(pattern, there[dimension]):
            hint = did_you_mean(pattern, sorted_names[dimension]) if len(found) < MOST_MEANT else ""
            found.append(Mistake(way, f"{pattern!r} matches no {WORDS[dimension]} that there is now", hint))
    return findings(found, tables_at(table, "profile"), positions(text))


def _patterns(policy: Policy) -> Iterator[tuple[KeyPath, str, str]]:
    """Every pattern of a queue or an agent: where it stands, its dimension, and itself."""
    for place, pattern in enumerate(policy.exempt_agents):
        yield ("policy", "exempt_agents", place), "agent", pattern
    for place, queue in enumerate(policy.attributes.queue):
        yield ("attributes", "queue", place, "match"), "queue", queue.match
    for place, agent in enumerate(policy.attributes.agent):
        yield ("attributes", "agent", place, "match"), "agent", agent.match
    for place, profile in enumerate(policy.profiles):
        for name, scope in (("scope", profile.scope), ("deny", profile.deny)):
            for dimension, patterns in (("queue", scope.queue), ("agent", scope.agent)):
                for inside, pattern in enumerate(patterns):
                    yield ("profile", place, name, dimension, inside), dimension, pattern


def _matches(pattern: str, names: frozenset[str]) -> bool:
    """Whether `pattern` matches one of `names`; what stands for everything, or for what is not there, is never in vain."""
    if pattern in ("*", UNRESOLVED):
        return True
    return any(map(any_of([pattern]).match, names)) if GLOB & set(pattern) else pattern in names
