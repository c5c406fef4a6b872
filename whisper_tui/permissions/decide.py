"""The one decision: may this person do this, to this call, now.

Deny by default; deny overrides; the most restrictive limit wins, whichever of a person's profiles sets it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

from whisper_tui.permissions.places import Places
from whisper_tui.permissions.policy import (
    Allowed,
    CallFacts,
    Denied,
    Notify,
    Numbers,
    Policy,
    Profile,
    where,
)
from whisper_tui.terms import Right, Subject

Decision: TypeAlias = Allowed | Denied
RINGS = frozenset({Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN})
"""Rights whose use has the supervisor's phone rung."""

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
        self.places = Places(profiles, policy)
        self._path = policy.path
        self._for_all = {
            "exempt": where(policy.path, policy.lines.get("exempt_agents", 0)),
            "not-announced": where(policy.path, policy.lines.get("require_announced", 0)),
        }
        self._granting = {
            right: sum(1 << n for n, profile in enumerate(profiles) if right in profile.rights) for right in Right
        }
        self._phones = [(each.phones, n) for n, each in enumerate(profiles) if each.phones]
        self.variables = frozenset(each.name for each in policy.attributes.variable)
        """The channel variables that rules look at."""
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
            return self._general(right, granting, phone)
        there = self.places.of(call)
        reaching = granting & there.scope
        denying = there.unseen if right is Right.FLOOR_VIEW else there.deny
        if reaching and not denying and not (there.shut and right in RINGS) and not self._barred(right, phone):
            return Allowed(self.profiles[_first(reaching)].name)
        seen = self._granting[Right.FLOOR_VIEW] & there.scope and not there.unseen
        return replace(self._refusal(right, call, reaching, denying, there.shut, phone), hidden=not seen)

    def sees_queue(self, queue: str) -> bool:
        """Whether the row of a queue may be shown."""
        there = self.places.of_queue(queue)
        return bool(self._granting[Right.FLOOR_VIEW] & there.scope) and not there.deny

    def _general(self, right: Right, granting: int, phone: str) -> Decision:
        if not granting:
            return Denied("no-right", detail=right.value)
        barred = self._barred(right, phone) if phone else 0
        return (
            self._denied("phone", barred, phone, "phone") if barred else Allowed(self.profiles[_first(granting)].name)
        )

    def _refusal(self, right: Right, call: CallFacts, reaching: int, denying: int, shut: str, phone: str) -> Denied:
        """Why not, of all that stands against it the first."""
        if reaching and shut and right in RINGS:
            return Denied(shut, detail=right.value, where=self._for_all.get(shut, ""))
        if denying:
            return self._denied("denied-scope", denying, right.value, self._deny_key(denying, right, call))
        if reaching:
            return self._denied("phone", self._barred(right, phone), phone, "phone")
        if granting := self._granting[right]:
            return self._denied("out-of-scope", granting, right.value, "scope")
        return Denied("no-right", detail=right.value)

    def _deny_key(self, profiles: int, right: Right, call: CallFacts) -> str:
        """The key that denies a call. What hides a row is told to nobody, so it is not looked for."""
        if right is Right.FLOOR_VIEW:
            return "deny"
        met = self.places.by_dimension(call)
        return next((f"deny.{key}" for key, each in met if each.deny & profiles & -profiles), "deny")

    def _barred(self, right: Right, phone: str) -> int:
        """The profiles whose list of phones lacks this one."""
        return sum(1 << n for phones, n in self._phones if phone not in phones) if right in RINGS else 0

    def _denied(self, rule: str, profiles: int, detail: str, key: str) -> Denied:
        profile = self.profiles[_first(profiles)]
        return Denied(rule, profile.name, detail, where=where(self._path, profile.line_of(key)))


def _first(profiles: int) -> int:
    """The first profile of a set that is not empty."""
    return (profiles & -profiles).bit_length() - 1
