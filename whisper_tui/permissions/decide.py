"""The one decision: may this person do this, to this call, now.

Deny by default; deny overrides; the most restrictive limit wins, whichever of a person's profiles sets it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import translate
from typing import TypeAlias

from whisper_tui.permissions.policy import Allowed, CallFacts, Denied, Numbers, Policy, Profile, Scope
from whisper_tui.terms import Right, Subject

Decision: TypeAlias = Allowed | Denied
RINGS = frozenset({Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN})
"""Rights whose use has the supervisor's phone rung."""

UNRESOLVED = "none"
"""The pattern in `scope` for what could not be told: a call outside any queue, an agent nobody knows."""

REMEMBERED = 4096
"""Names of queues or agents whose matches are kept; strangers can invent names, so there is an end."""

STRICTEST = (Numbers.NONE, Numbers.LAST4, Numbers.FULL)


def grants_of(subject: Subject, policy: Policy) -> Grants:
    """Return what `policy` gives `subject`, ready to be asked often; make it anew when either changes."""
    found = [each for each in policy.profiles if subject.user in each.os_users or subject.groups & each.os_groups]
    return Grants(tuple(sorted(found, key=lambda each: each.name)), policy.path)


def decide(
    subject: Subject, right: Right, call: CallFacts | None, now: datetime, policy: Policy, phone: str = ""
) -> Decision:
    """`grants_of` and `Grants.decide` in one, for a single question."""
    return grants_of(subject, policy).decide(right, call, now, phone)


class Grants:
    """The profiles of one person. A set of profiles is a number: bit n stands for `profiles[n]`.

    Args:
        profiles: those that name the person, sorted by name, so that their order in the file changes no answer.
        path: the policy's file.
    """

    def __init__(self, profiles: tuple[Profile, ...], path: str = "") -> None:
        self.profiles = profiles
        self._path = path
        self._granting = {
            right: sum(1 << n for n, profile in enumerate(profiles) if right in profile.rights) for right in Right
        }
        self._queue_scope = _Reach(tuple(each.scope.queue for each in profiles), _in_scope)
        self._agent_scope = _Reach(tuple(each.scope.agent for each in profiles), _in_scope)
        self._queue_denied = _Reach(tuple(each.deny.queue for each in profiles), _in_deny)
        self._agent_denied = _Reach(tuple(each.deny.agent for each in profiles), _in_deny)
        # What `parse` refuses until it can be held: a scope that cannot be told reaches nothing, such a deny denies.
        self._reachable = sum(1 << n for n, each in enumerate(profiles) if not _unheld(each.scope) - {("*",)})
        self._unheld_deny = sum(1 << n for n, each in enumerate(profiles) if _unheld(each.deny))
        self._phones = [(each.phones, n) for n, each in enumerate(profiles) if each.phones]
        stated = {each.numbers for each in profiles}
        self.numbers = next((each for each in STRICTEST if each in stated), Numbers.LAST4)
        """How much of callers' numbers this person sees; where no profile says, the last four digits."""

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
        reaching = granting if call is None else granting & self._scope(call)
        denying = 0 if call is None else self._denying(right, call)
        if reaching and not denying:
            if not (barred := self._barred(right, call, phone)):
                return Allowed(self.profiles[_first(reaching)].name)
            refusal = self._denied("phone", barred, phone)
        elif denying:
            refusal = self._denied("denied-scope", denying, right.value)
        elif granting:
            refusal = self._denied("out-of-scope", granting, right.value)
        else:
            refusal = Denied("no-right", detail=right.value)
        return replace(refusal, hidden=call is not None and not self._sees(call))

    def sees_queue(self, queue: str) -> bool:
        """Whether the row of a queue may be shown: rules about agents say nothing about a queue as a whole."""
        reaching = self._granting[Right.FLOOR_VIEW] & self._reachable & self._queue_scope.of(queue)
        return bool(reaching) and not self._unheld_deny | self._queue_denied.of(queue)

    def _sees(self, call: CallFacts) -> bool:
        reaching = self._granting[Right.FLOOR_VIEW] & self._scope(call)
        return bool(reaching) and not self._denying(Right.FLOOR_VIEW, call)

    def _scope(self, call: CallFacts) -> int:
        reached = self._reachable & self._queue_scope.of(call.queue) & self._agent_scope.of(call.agent)
        return reached & self._agent_scope.of(call.peer) if call.peer else reached

    def _denying(self, right: Right, call: CallFacts) -> int:
        # Where nobody has been rung yet there is no agent who could be the denied one; the row may be seen.
        nobody_yet = right is Right.FLOOR_VIEW and call.waiting and not call.agent
        agent = self._agent_denied.every if nobody_yet else self._agent_denied.of(call.agent)
        peer = self._agent_denied.of(call.peer) if call.peer else 0
        return self._unheld_deny | self._queue_denied.of(call.queue) | agent | peer

    def _barred(self, right: Right, call: CallFacts | None, phone: str) -> int:
        """The profiles whose list of phones lacks this one."""
        if right not in RINGS or (call is None and not phone):
            return 0
        return sum(1 << n for phones, n in self._phones if phone not in phones)

    def _denied(self, rule: str, profiles: int, detail: str) -> Denied:
        profile = self.profiles[_first(profiles)]
        where = f"{self._path}:{profile.line}" if self._path and profile.line else self._path
        return Denied(rule, profile.name, detail, where=where)


@dataclass(frozen=True, slots=True)
class _Matches:
    """One profile's patterns in one dimension, compiled. `unresolved`: what cannot be told counts as a match."""

    pattern: re.Pattern[str] | None
    """None: anything."""
    unresolved: bool

    def match(self, name: str | None) -> bool:
        if not name:
            return self.unresolved
        return self.pattern is None or self.pattern.match(name) is not None


class _Reach:
    """Which profiles' patterns match a name in one dimension; names come again and again, so answers are kept."""

    def __init__(
        self, patterns: tuple[tuple[str, ...], ...], compiled: Callable[[tuple[str, ...]], _Matches | None]
    ) -> None:
        self._matches = [compiled(each) for each in patterns]
        self._known: dict[str | None, int] = {}
        self.every = sum(1 << n for n, each in enumerate(patterns) if "*" in each)
        """The profiles with the pattern for everything."""

    def of(self, name: str | None) -> int:
        known = self._known.get(name)
        if known is None:
            if len(self._known) >= REMEMBERED:
                self._known.clear()
            known = sum(1 << n for n, each in enumerate(self._matches) if each is not None and each.match(name))
            self._known[name] = known
        return known


def _in_scope(patterns: tuple[str, ...]) -> _Matches | None:
    if not patterns or "*" in patterns:
        return _Matches(None, unresolved=True)
    named = tuple(each for each in patterns if each != UNRESOLVED)
    return _Matches(_compiled(named), unresolved=UNRESOLVED in patterns)


def _in_deny(patterns: tuple[str, ...]) -> _Matches | None:
    # What cannot be told apart from a denied one counts as denied, so one pattern is enough for the unresolved.
    return _Matches(_compiled(patterns), unresolved=True) if patterns else None


def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(translate(each) for each in patterns) if patterns else "(?!)")


def _unheld(scope: Scope) -> set[tuple[str, ...]]:
    """The patterns of `scope` in dimensions that no fact of a call resolves yet."""
    return {scope.team, scope.campaign, scope.department, scope.location, scope.tags} - {()}


def _first(profiles: int) -> int:
    """The first profile of a set that is not empty."""
    return (profiles & -profiles).bit_length() - 1
