"""What a new policy changes: who gains and who loses what, on which calls, and whose limits are others.

The calls are samples of everything that either policy tells apart. Hours are compared as written; the rest as if all were open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

from msgspec import Struct
from msgspec.structs import replace

from whisper_tui.permissions.decide import Grants, grants_of
from whisper_tui.permissions.described import of_everybody, of_person
from whisper_tui.permissions.people import stand_ins
from whisper_tui.permissions.policy import Allowed, Policy
from whisper_tui.permissions.samples import Sample, Samples, samples
from whisper_tui.terms import Right

EVERYBODY = "everybody"
WHENEVER = datetime(2026, 1, 1, tzinfo=UTC)
"""Any moment does: hours are left out."""


class Change(Struct, frozen=True):
    """For one person. `gains` None: no right, another limit, whose old and new words are in `detail`."""

    person: str
    gains: bool | None
    what: str
    detail: str


def changes(old: Policy, new: Policy, members: Mapping[str, frozenset[str]]) -> Iterator[Change]:
    """Yield what `new` changes. `members`: of the groups that are known, who is in them."""
    yield from _limits(EVERYBODY, of_everybody(old), of_everybody(new))
    told_apart = samples(old, new)
    before, after = _bare(old), _bare(new)
    same_for_all = replace(before, profiles=(), digest="", path="") == replace(after, profiles=(), digest="", path="")
    for person, subject in (stand_ins(old, members) | stand_ins(new, members)).items():
        had, has = grants_of(subject, before), grants_of(subject, after)
        if not same_for_all or had.profiles != has.profiles:
            yield from _rights(person, had, has, told_apart)
        yield from _limits(
            person, of_person(grants_of(subject, old).profiles), of_person(grants_of(subject, new).profiles)
        )


def _bare(policy: Policy) -> Policy:
    """`policy` without hours, and without lines, which differ for no reason."""
    profiles = (replace(each, hours=None, line=0, lines={}, granted={}) for each in policy.profiles)
    return replace(policy, profiles=tuple(profiles), lines={})


def _rights(person: str, had: Grants, has: Grants, told_apart: Samples) -> Iterator[Change]:
    asked = [right for right in Right if any(right in each.rights for each in (*had.profiles, *has.profiles))]
    for right in asked:
        turned: dict[bool, list[tuple[Sample, Sample, Sample]]] = {True: [], False: []}
        for queue, agent, tag, call in told_apart.calls():
            could, can = (
                isinstance(each.reaches(right, call, WHENEVER, each.own_phone), Allowed) for each in (had, has)
            )
            if could is not can:
                turned[can].append((queue, agent, tag))
        for gains, where in turned.items():
            if where:
                yield Change(person, gains, right.value, _in_words(where, told_apart))


def _in_words(where: list[tuple[Sample, Sample, Sample]], told_apart: Samples) -> str:
    """Which calls, in as few words as say it."""
    by_call: dict[tuple[Sample, Sample], list[Sample]] = {}
    for queue, agent, tag in where:
        by_call.setdefault((queue, agent), []).append(tag)
    by_tags: dict[tuple[Sample, ...], dict[Sample, list[Sample]]] = {}
    for (queue, agent), tags in by_call.items():
        by_tags.setdefault(tuple(tags), {}).setdefault(queue, []).append(agent)
    return "; ".join(
        said + _tagged(tags, told_apart) for tags, by_queue in by_tags.items() for said in _calls(by_queue, told_apart)
    )


def _calls(by_queue: Mapping[Sample, list[Sample]], told_apart: Samples) -> Iterator[str]:
    by_agents: dict[tuple[Sample, ...], list[Sample]] = {}
    for queue, agents in by_queue.items():
        by_agents.setdefault(tuple(agents), []).append(queue)
    for with_these, queues in by_agents.items():
        of = "all calls" if len(queues) == len(told_apart.queues) else f"queue {_listed(queues)}"
        yield of if len(with_these) == len(told_apart.agents) else f"{of}, agent {_listed(with_these)}"


def _tagged(tags: tuple[Sample, ...], told_apart: Samples) -> str:
    if len(tags) == len(told_apart.tags):
        return ""
    if all(each.name for each in tags):
        return f", tagged {_listed(tags)}"
    return f", not tagged {_listed([each for each in told_apart.tags if each not in tags])}"


def _listed(found: Sequence[Sample], most: int = 6) -> str:
    patterns = ["any other" if pattern == "*" else pattern for each in found for pattern in each.patterns]
    more = f" and {len(patterns) - most} more" if len(patterns) > most else ""
    return ", ".join(patterns[:most]) + more


def _limits(person: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Change]:
    for key in sorted({*old, *new}):
        if old.get(key) != new.get(key):
            yield Change(person, None, key, f"{old.get(key, '-')} -> {new.get(key, '-')}")
