"""Who sits at a seat, and what the policy in force gives them and asks of them."""

from __future__ import annotations

from msgspec import structs
from msgspec.structs import replace

from whisper_tui.audit.records import Who
from whisper_tui.engine.backend import Person
from whisper_tui.engine.counts import Claim, Place
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.scribe import who_is
from whisper_tui.engine.shared import Shared
from whisper_tui.engine.views import Sight
from whisper_tui.permissions.conditions import Conditions
from whisper_tui.permissions.policy import CallFacts
from whisper_tui.permissions.state import State
from whisper_tui.scorecard import Scorecard
from whisper_tui.terms import Right, Subject


class Standing:
    """Of one person.

    Args:
        enforced: False: direct mode, the profile is advice.
        cues: phrases that can be sent to an agent.
        scorecard: what points are given for.
    """

    def __init__(
        self,
        shared: Shared,
        subject: Subject,
        rules: PhoneRules,
        *,
        enforced: bool,
        cues: tuple[str, ...],
        scorecard: Scorecard | None = None,
    ) -> None:
        self._shared = shared
        self.subject = subject
        self.sight = Sight(shared.grants_of(subject), shared.clock, rules.installation, shared.patience, shared.facts)
        self.person = Person(
            subject.user, self.sight.profiles, rules.device, enforced, cues, scorecard, shared.facts.names
        )

    @property
    def conditions(self) -> Conditions | None:
        """What the policy asks of them, None without a policy."""
        return self.sight.grants.conditions if self.sight.grants is not None else None

    def who(self) -> Who:
        """The person as the log names them now."""
        policy = self._shared.law.policy
        digest = policy.digest if policy is not None else ""
        return structs.replace(who_is(self.subject), profile=self.sight.profiles, policy=digest)

    def renew(self, subject: Subject) -> None:
        """The person, or the policy, is another."""
        self.subject = subject
        self.sight.grants = self._shared.grants_of(subject)
        self.sight.revealed.clear()  # who may see a number is another question now
        self.person = replace(self.person, user=subject.user, profile=self.sight.profiles)

    def so_far(self, place: Place, right: Right, facts: CallFacts, claim: Claim) -> State:
        """What the person has done so far; where no rule asks for it, nothing is counted."""
        conditions = self.conditions
        if conditions is None or facts.key is None or not (conditions.asks_for(right) or claim.breaks or claim.broken):
            return self._shared.counts.uncounted
        agent, periods, zone = facts.agent or "", conditions.periods, conditions.zone
        return self._shared.counts.state(place, facts.key, agent, right, periods, zone, claim)

    def next_turn(self) -> float | None:
        """When answers may turn though nothing happens, in UTC seconds; None: never."""
        grants = self.sight.grants
        return grants.next_change(self.sight.now) if grants is not None else None
