"""Where a call stands for the profiles of one person: who reaches it, who denies it, what keeps everybody out.

A set of profiles is a number, see `reach`. What a queue, an agent or a set of tags means is found out once each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from whisper_tui.permissions.belonging import AgentKin, Belonging, QueueKin, Variables
from whisper_tui.permissions.policy import CallFacts, Policy, Profile, Scope
from whisper_tui.permissions.reach import Dimension, Reached, Remembered, any_of, both

CURTAIN = "pci"
"""The tag of a call in which a payment is taken: whatever the policy says, nobody is let in."""


class CallPlace(NamedTuple):
    """A call as the profiles have it.

    Args:
        scope: the profiles that reach it.
        deny: those that deny it.
        unseen: those that do not let its row be shown.
        shut: the rule that keeps everybody out, "" if none does.
    """

    scope: int
    deny: int
    unseen: int
    shut: str


class _QueuePlace(NamedTuple):
    """What a queue means. `announced`: its callers are told that calls may be monitored, or need not be."""

    scope: int
    deny: int
    tags: frozenset[str]
    announced: bool


class _AgentPlace(NamedTuple):
    """What an agent means. `exempt`: nobody may listen to this one, or to one who cannot be told apart."""

    scope: int
    deny: int
    tags: frozenset[str]
    exempt: bool


class _TagPlace(NamedTuple):
    scope: int
    deny: int
    curtain: bool


class Places:
    """For the profiles of one person."""

    def __init__(self, profiles: Sequence[Profile], policy: Policy) -> None:
        self._belonging = Belonging(policy.attributes)
        self._announced_only = policy.require_announced
        self._exempt = any_of(policy.exempt_agents) if policy.exempt_agents else None
        self._queue = _dimension(profiles, lambda scope: scope.queue)
        self._campaign = _dimension(profiles, lambda scope: scope.campaign)
        self._department = _dimension(profiles, lambda scope: scope.department)
        self._agent = _dimension(profiles, lambda scope: scope.agent)
        self._team = _dimension(profiles, lambda scope: scope.team)
        self._location = _dimension(profiles, lambda scope: scope.location)
        self._tag = _dimension(profiles, lambda scope: scope.tags)
        self._nobody = self._agent.denying_all | self._team.denying_all | self._location.denying_all
        self._queues = Remembered(self._find_queue)
        self._agents = Remembered(self._find_agent)
        self._tags = Remembered(self._find_tags)

    def of(self, call: CallFacts) -> CallPlace:
        """Where `call` stands."""
        said = call.variables
        queue, agent = self._queues.of((call.queue or "", said)), self._agents.of((call.agent or "", said))
        scope, deny, tags, exempt = queue.scope & agent.scope, agent.deny, queue.tags | agent.tags, agent.exempt
        if call.peer:
            peer = self._agents.of((call.peer, said))
            scope, deny, tags, exempt = scope & peer.scope, deny | peer.deny, tags | peer.tags, exempt or peer.exempt
        tagged = self._tags.of(tags | call.tags)
        elsewhere = queue.deny | tagged.deny
        # Where nobody has been rung yet there is no agent who could be the denied one; the row may be seen.
        nobody_yet = call.waiting and not call.agent and not call.peer
        unseen = elsewhere | (self._nobody if nobody_yet else deny)
        shut = "curtain" if tagged.curtain else "exempt" if exempt else "" if queue.announced else "not-announced"
        return CallPlace(scope & tagged.scope, elsewhere | deny, unseen, shut)

    def kin(self, call: CallFacts) -> tuple[QueueKin, AgentKin]:
        """What `call` belongs to, by its queue and by its agent."""
        said = call.variables
        return self._belonging.queue(call.queue or "", said), self._belonging.agent(call.agent or "", said)

    def of_queue(self, name: str) -> Reached:
        """Where a queue as a whole stands: rules about agents say nothing about it."""
        queue = self._queues.of((name, ()))
        tagged = self._tags.of(queue.tags)
        return Reached(queue.scope & tagged.scope, queue.deny | tagged.deny)

    def by_dimension(self, call: CallFacts) -> Iterator[tuple[str, tuple[str, ...], Reached]]:
        """Every dimension of `call` by itself, with what the call has there, for explanations; of two agents each."""
        name, said = call.queue or "", call.variables
        queue = self._belonging.queue(name, said)
        had = {"queue": (name,) if name else (), "campaign": queue.campaign, "department": queue.department}
        for key, met in self._met_queue(name, queue).items():
            yield key, had[key], met
        tags = call.tags | queue.tags
        for device in (call.agent or "", call.peer) if call.peer else (call.agent or "",):
            agent = self._belonging.agent(device, said)
            had = {"agent": (device,) if device else (), "team": agent.team, "location": agent.location}
            for key, met in self._met_agent(device, agent).items():
                yield key, had[key], met
            tags |= agent.tags
        tagged = self._tags.of(tags)
        yield "tags", tuple(sorted(tags)), Reached(tagged.scope, tagged.deny)

    def __len__(self) -> int:
        """How many names are remembered."""
        return len(self._queues) + len(self._agents) + len(self._tags)

    def _find_queue(self, key: tuple[str, Variables]) -> _QueuePlace:
        kin = self._belonging.queue(*key)
        met = both(self._met_queue(key[0], kin).values())
        return _QueuePlace(met.scope, met.deny, kin.tags, kin.announced is True or not self._announced_only)

    def _find_agent(self, key: tuple[str, Variables]) -> _AgentPlace:
        device, kin = key[0], self._belonging.agent(*key)
        met = both(self._met_agent(device, kin).values())
        exempt = self._exempt is not None and (not device or self._exempt.match(device) is not None)
        return _AgentPlace(met.scope, met.deny, kin.tags, exempt)

    def _find_tags(self, tags: frozenset[str]) -> _TagPlace:
        return _TagPlace(*self._tag.of_any(sorted(tags) or ("",)), any(each.casefold() == CURTAIN for each in tags))

    def _met_queue(self, name: str, kin: QueueKin) -> dict[str, Reached]:
        return {
            "queue": self._queue.of(name) if name else self._queue.untold,
            "campaign": _belongs(self._campaign, kin.campaign, name),
            "department": _belongs(self._department, kin.department, name),
        }

    def _met_agent(self, device: str, kin: AgentKin) -> dict[str, Reached]:
        return {
            "agent": self._agent.of(device) if device else self._agent.untold,
            "team": _belongs(self._team, kin.team, device),
            "location": _belongs(self._location, kin.location, device),
        }


def _dimension(profiles: Sequence[Profile], patterns: Callable[[Scope], tuple[str, ...]]) -> Dimension:
    return Dimension([patterns(each.scope) for each in profiles], [patterns(each.deny) for each in profiles])


def _belongs(dimension: Dimension, values: tuple[str, ...], name: str) -> Reached:
    return dimension.of_all(values) if values or name else dimension.untold
