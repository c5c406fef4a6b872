"""The one decision: may this person do this, to this call, now.

Deny by default; deny overrides; the most restrictive limit wins, whichever of a person's profiles sets it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple, TypeAlias

from whisper_tui.permissions.belonging import Belonging
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied, Notify, Numbers, Policy, Profile, Scope
from whisper_tui.permissions.reach import Dimension, Reached, Remembered, any_of
from whisper_tui.terms import Right, Subject

Decision: TypeAlias = Allowed | Denied
RINGS = frozenset({Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN})
"""Rights whose use has the supervisor's phone rung."""

CURTAIN = "pci"
"""The tag of a call in which a payment is taken: whatever the policy says, nobody is let in."""

STRICTEST = (Numbers.NONE, Numbers.LAST4, Numbers.FULL)
SOONEST = (Notify.LIVE, Notify.AFTER, Notify.OFF)


def grants_of(subject: Subject, policy: Policy) -> Grants:
    """Return what `policy` gives `subject`, ready to be asked often; make it anew when either changes."""
    found = [each for each in policy.profiles if subject.user in each.os_users or subject.groups & each.os_groups]
    return Grants(tuple(sorted(found, key=lambda each: each.name)), policy)


def decide(
    subject: Subject, right: Right, call: CallFacts | None, now: datetime, policy: Policy, phone: str = ""
) -> Decision:
    """`grants_of` and `Grants.decide` in one, for a single question."""
    return grants_of(subject, policy).decide(right, call, now, phone)


class Grants:
    """The profiles of one person. A set of profiles is a number: bit n stands for `profiles[n]`.

    Args:
        profiles: those that name the person, sorted by name, so that their order in the file changes no answer.
        policy: what holds for everybody.
    """

    def __init__(self, profiles: tuple[Profile, ...], policy: Policy) -> None:
        self.profiles = profiles
        self._path = policy.path
        self._belonging = Belonging(policy.attributes)
        self._exempt = any_of(policy.exempt_agents) if policy.exempt_agents else None
        self._granting = {
            right: sum(1 << n for n, profile in enumerate(profiles) if right in profile.rights) for right in Right
        }
        self._queue = _dimension(profiles, lambda scope: scope.queue)
        self._campaign = _dimension(profiles, lambda scope: scope.campaign)
        self._department = _dimension(profiles, lambda scope: scope.department)
        self._agent = _dimension(profiles, lambda scope: scope.agent)
        self._team = _dimension(profiles, lambda scope: scope.team)
        self._location = _dimension(profiles, lambda scope: scope.location)
        self._tag = _dimension(profiles, lambda scope: scope.tags)
        self._queues = Remembered(self._find_queue)
        self._agents = Remembered(self._find_agent)
        self._tags = Remembered(self._find_tags)
        self._nobody = self._agent.denying_all | self._team.denying_all | self._location.denying_all
        self._phones = [(each.phones, n) for n, each in enumerate(profiles) if each.phones]
        stated = {each.numbers for each in profiles}
        self.numbers = next((each for each in STRICTEST if each in stated), Numbers.LAST4)
        """How much of callers' numbers this person sees; where no profile says, the last four digits."""
        self.notify = next((each for each in SOONEST if any(each is held.notify for held in profiles)), Notify.OFF)
        """When agents are told of this person: the strictest of the profiles holds, wherever it reaches."""
        self.agent_may_decline = any(each.agent_may_decline for each in profiles)
        """Whether agents may end this person's coaching for a call."""

    def decide(self, right: Right, call: CallFacts | None, now: datetime, phone: str = "") -> Decision:
        """Return whether `right` may be used on `call`, with the profile that grants it or the rule that does not.

        Args:
            call: None asks for the right in general.
            now: the moment it is asked for. No rule that this version holds depends on it.
            phone: the phone that would ring. For a right that rings one, on a call, "" is a phone on nobody's list.
        """
        if not self.profiles:
            return Denied("no-profile", hidden=call is not None)
        granting = self._granting[right]
        if call is None:
            return self._verdict(right, granting, 0, self._barred(right, phone) if phone else 0, phone)
        there = self._place_of(call)
        reaching = granting & there.scope
        if reaching and right in RINGS and (there.curtain or there.exempt):
            verdict: Decision = Denied("curtain" if there.curtain else "exempt", detail=right.value)
        else:
            denying = there.unseen if right is Right.FLOOR_VIEW else there.deny
            verdict = self._verdict(right, reaching, denying, self._barred(right, phone), phone)
        if isinstance(verdict, Denied):
            seen = self._granting[Right.FLOOR_VIEW] & there.scope and not there.unseen
            return replace(verdict, hidden=not seen)
        return verdict

    def sees_queue(self, queue: str) -> bool:
        """Whether the row of a queue may be shown: rules about agents say nothing about a queue as a whole."""
        there = self._queues.of(queue)
        tagged = self._tags.of(there.tags)
        reaching = self._granting[Right.FLOOR_VIEW] & there.scope & tagged.scope
        return bool(reaching) and not there.deny | tagged.deny

    def _verdict(self, right: Right, reaching: int, denying: int, barred: int, phone: str) -> Decision:
        """Of profiles that grant and reach, that deny, and that do not let the phone be rung."""
        if reaching and not denying:
            if not barred:
                return Allowed(self.profiles[_first(reaching)].name)
            return self._denied("phone", barred, phone)
        if denying:
            return self._denied("denied-scope", denying, right.value)
        if granting := self._granting[right]:
            return self._denied("out-of-scope", granting, right.value)
        return Denied("no-right", detail=right.value)

    def _place_of(self, call: CallFacts) -> _CallPlace:
        queue, agent = self._queues.of(call.queue), self._agents.of(call.agent)
        scope, deny, tags = queue.scope & agent.scope, agent.deny, call.tags | queue.tags | agent.tags
        exempt = agent.exempt
        if call.peer:
            peer = self._agents.of(call.peer)
            scope, deny, tags = scope & peer.scope, deny | peer.deny, tags | peer.tags
            exempt = exempt or peer.exempt
        tagged = self._tags.of(tags)
        elsewhere = queue.deny | tagged.deny
        # Where nobody has been rung yet there is no agent who could be the denied one; the row may be seen.
        nobody_yet = call.waiting and not call.agent and not call.peer
        unseen = elsewhere | (self._nobody if nobody_yet else deny)
        return _CallPlace(scope & tagged.scope, elsewhere | deny, unseen, tagged.curtain, exempt)

    def _find_queue(self, name: str | None) -> _Place:
        if not name:
            return _untold(self._queue, self._campaign, self._department)
        kin = self._belonging.queue(name)
        return _together(
            (self._queue.of(name), self._campaign.of(kin.campaign), self._department.of(kin.department)), kin.tags
        )

    def _find_agent(self, device: str | None) -> _Place:
        if not device:
            untold = _untold(self._agent, self._team, self._location)
            return untold._replace(exempt=self._exempt is not None)
        kin = self._belonging.agent(device)
        met = (self._agent.of(device), self._team.of(kin.team), self._location.of(kin.location))
        exempt = self._exempt is not None and self._exempt.match(device) is not None
        return _together(met, kin.tags)._replace(exempt=exempt)

    def _find_tags(self, tags: frozenset[str]) -> _TagPlace:
        return _TagPlace(*self._tag.of_any(sorted(tags) or ("",)), any(each.casefold() == CURTAIN for each in tags))

    def _barred(self, right: Right, phone: str) -> int:
        """The profiles whose list of phones lacks this one."""
        return sum(1 << n for phones, n in self._phones if phone not in phones) if right in RINGS else 0

    def _denied(self, rule: str, profiles: int, detail: str) -> Denied:
        profile = self.profiles[_first(profiles)]
        where = f"{self._path}:{profile.line}" if self._path and profile.line else self._path
        return Denied(rule, profile.name, detail, where=where)


class _Place(NamedTuple):
    """What the name of a queue, or of an agent, means to the profiles."""

    scope: int
    deny: int
    tags: frozenset[str]
    exempt: bool = False
    """An agent whom nobody may listen to, or who cannot be told apart from one."""


class _CallPlace(NamedTuple):
    """A call as the profiles have it. `unseen`: those that do not let its row be shown."""

    scope: int
    deny: int
    unseen: int
    curtain: bool
    exempt: bool


class _TagPlace(NamedTuple):
    """What tags mean to the profiles, and whether one of them keeps everybody out."""

    scope: int
    deny: int
    curtain: bool


def _dimension(profiles: Iterable[Profile], patterns: Callable[[Scope], tuple[str, ...]]) -> Dimension:
    profiles = list(profiles)
    return Dimension([patterns(each.scope) for each in profiles], [patterns(each.deny) for each in profiles])


def _untold(*dimensions: Dimension) -> _Place:
    """What cannot be told: it is in no scope but that of "none", and cannot be told apart from what is denied."""
    met = [Reached(each.of("").scope, each.denying) for each in dimensions]
    return _together(met, frozenset())


def _together(met: Iterable[Reached], tags: frozenset[str]) -> _Place:
    scope, deny = -1, 0
    for each in met:
        scope, deny = scope & each.scope, deny | each.deny
    return _Place(scope, deny, tags)


def _first(profiles: int) -> int:
    """The first profile of a set that is not empty."""
    return (profiles & -profiles).bit_length() - 1
