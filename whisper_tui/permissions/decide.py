"""The one decision: may this person do this, to this call, now.

Deny by default; deny overrides; the most restrictive limit wins, whichever of a person's profiles sets it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TypeAlias

from msgspec.structs import replace

from whisper_tui.permissions.conditions import Conditions, Question
from whisper_tui.permissions.opening import NO_CLOCK, Clock, clock_at
from whisper_tui.permissions.places import CallPlace, Places
from whisper_tui.permissions.policy import (
    BREAKABLE,
    COACHES,
    OF_CALLERS,
    RINGS,
    Allowed,
    CallFacts,
    Denied,
    Notify,
    Numbers,
    Policy,
    Profile,
    where,
)
from whisper_tui.permissions.state import SPENT, UNCOUNTED, State
from whisper_tui.terms import Right, Subject

Decision: TypeAlias = Allowed | Denied
STRICTEST = (Numbers.NONE, Numbers.LAST4, Numbers.FULL)
SOONEST = (Notify.LIVE, Notify.AFTER, Notify.OFF)


def grants_of(subject: Subject, policy: Policy) -> Grants:
    """Return what `policy` gives `subject`, ready to be asked often; make it anew when either changes."""
    found = [each for each in policy.profiles if subject.user in each.os_users or subject.groups & each.os_groups]
    return Grants(tuple(sorted(found, key=lambda each: each.name)), policy, subject)


def decide(
    subject: Subject,
    right: Right,
    call: CallFacts | None,
    now: datetime,
    policy: Policy,
    phone: str = "",
    state: State = UNCOUNTED,
) -> Decision:
    """`grants_of` and `Grants.decide` in one, for a single question."""
    return grants_of(subject, policy).decide(right, call, now, phone, state)


class Grants:
    """The profiles of one person. A set of profiles is a number: bit n stands for `profiles[n]`.

    Args:
        profiles: those that name the person, sorted by name, so that their order in the file changes no answer.
        policy: what holds for everybody.
        subject: the person.
    """

    def __init__(self, profiles: tuple[Profile, ...], policy: Policy, subject: Subject) -> None:
        self.profiles = profiles
        self.places = Places(profiles, policy)
        self.conditions = Conditions(profiles, policy, subject)
        self.path = policy.path
        self._for_all = {
            "exempt": where(policy.path, policy.lines.get("exempt_agents", 0)),
            "not-announced": where(policy.path, policy.lines.get("require_announced", 0)),
        }
        self._granting = {
            right: sum(1 << n for n, profile in enumerate(profiles) if right in profile.rights) for right in Right
        }
        self._glass = sum(1 << n for n, each in enumerate(profiles) if each.limits.break_glass)
        self._phones = [(each.phones, n) for n, each in enumerate(profiles) if each.phones]
        self._clock = NO_CLOCK
        self.variables = frozenset(each.name for each in policy.attributes.variable)
        """The channel variables that rules look at."""
        stated = {each.numbers for each in profiles}
        self.numbers = next((each for each in STRICTEST if each in stated), Numbers.LAST4)
        """How much of callers' numbers this person sees; where no profile says, the last four digits."""
        self.notify = next((each for each in SOONEST if any(each is held.notify for held in profiles)), Notify.OFF)
        """When agents are told of this person: the strictest of the profiles holds, wherever it reaches."""
        self.agent_may_decline = any(each.agent_may_decline for each in profiles)
        """Whether agents may end this person's coaching for a call."""
        self.glass_notify = frozenset(name for each in profiles for name in each.limits.glass_notify)
        """Who is told when this person breaks glass: names, and groups as `@name`."""

    def decide(
        self, right: Right, call: CallFacts | None, now: datetime, phone: str = "", state: State = UNCOUNTED
    ) -> Decision:
        """Return whether `right` may be used on `call`, with the profile that grants it or the rule that does not.

        Args:
            call: None asks for the right in general, whatever its conditions.
            now: the moment it is asked for, aware.
            phone: the phone that would ring. For a right that rings one, on a call, "" is a phone on nobody's list.
            state: what the person has done so far.
        """
        return self._decide(right, call, now, phone, state)

    def reaches(self, right: Right, call: CallFacts, now: datetime, phone: str = "") -> Decision:
        """The same, whatever limits ask of the person (`conditions_of`): for whoever looks at a policy. Whatever is done to a call
        includes listening to it."""
        answers = (self._decide(each, call, now, phone, None) for each in included(right))
        return next((each for each in answers if isinstance(each, Denied)), self._decide(right, call, now, phone, None))

    def whole(self, right: Right, call: CallFacts, now: datetime, phone: str, state: State) -> Decision:
        """As `decide`, with the listening that `right` includes."""
        answers = (self._decide(each, call, now, phone, state) for each in included(right))
        return next(
            (each for each in answers if isinstance(each, Denied)), self._decide(right, call, now, phone, state)
        )

    def conditions_of(self, right: Right, call: CallFacts, now: datetime) -> tuple[Denied, ...]:
        """All that limits ask for before `right` may be used on `call`, or after how much of it, each with its place."""
        return tuple(self.conditions.unmet(Question(right, call, now, SPENT)))

    @property
    def own_phone(self) -> str:
        """A phone that every list of this person has, "" if any will do, or none."""
        return min(frozenset.intersection(*(phones for phones, _ in self._phones)), default="") if self._phones else ""

    def _decide(self, right: Right, call: CallFacts | None, now: datetime, phone: str, state: State | None) -> Decision:
        if not self.profiles:
            return Denied("no-profile", hidden=call is not None)
        now = _aware(now)
        granting, clock = self._granting[right], self._clock_at(now)
        if call is None:
            return self._general(right, granting, clock, phone)
        there = self.places.of(call)
        reaching = granting & there.scope & clock.open
        denying = there.unseen if right in OF_CALLERS else there.deny
        asked = Question(right, call, now, state or UNCOUNTED)
        let_in = reaching and not denying and not (there.shut and right in RINGS) and not self._barred(right, phone)
        if let_in and call.declined and self.agent_may_decline and right in COACHES:
            refusal = Denied("declined", detail=right.value)
        elif let_in:
            limited = state is not None and self.conditions.asks_for(right)
            unmet = next(self.conditions.unmet(asked), None) if limited else None
            if unmet is None:
                return self._allowed(reaching, clock, asked)
            refusal = unmet
        else:
            refusal = self._refusal(right, there, clock, phone)
        seen = self._granting[Right.FLOOR_VIEW] & there.scope & clock.open and not there.unseen
        if not seen:
            return replace(refusal, hidden=True)
        if granting & self._glass and refusal.rule in BREAKABLE and right in RINGS:
            return self._past_glass(refusal, there, clock, phone, asked)
        return refusal

    def sees_queue(self, queue: str, now: datetime, right: Right = Right.FLOOR_VIEW) -> bool:
        """Whether the row of a queue may be shown at `now`, or what else `right` lets be done with it as a whole."""
        there, clock = self.places.of_queue(queue), self._clock_at(_aware(now))
        return bool(self._granting[right] & there.scope & clock.open) and not there.deny

    def next_change(self, now: datetime) -> float | None:
        """The moment (UTC seconds) after `now` at which answers may turn though nothing on the floor does; None: never."""
        now = _aware(now)
        turns = [each for each in (self._clock_at(now).turns, self.conditions.turns(now)) if each is not None]
        return min(turns, default=None)

    def _clock_at(self, now: datetime) -> Clock:
        """What is open at `now`; found out again only when it turns, or when the clock was put back."""
        if not self._clock.since <= now.timestamp() < self._clock.until:
            self._clock = clock_at(self.profiles, now)
        return self._clock

    def _allowed(self, profiles: int, clock: Clock, asked: Question, glass: tuple[str, ...] = ()) -> Allowed:
        closes = clock.closes(profiles) if not glass else None
        ends = self.conditions.ends(asked) if self.conditions.asks_for(asked.right) else None
        until = closes if ends is None else ends if closes is None else min(closes, ends)
        return Allowed(self.profiles[_first(profiles)].name, until, glass)

    def _general(self, right: Right, granting: int, clock: Clock, phone: str) -> Decision:
        """Whether a person has a right, wherever it is."""
        if not granting:
            return Denied("no-right", detail=right.value)
        granted = granting & clock.open
        if not granted:
            return self._closed(granting, right, clock)
        if phone and (barred := self._barred(right, phone)):
            return self._denied("phone", barred, phone, "phone")
        return Allowed(self.profiles[_first(granted)].name, clock.closes(granted))

    def _refusal(self, right: Right, there: CallPlace, clock: Clock, phone: str) -> Denied:
        """Of all that stands against it, what no other leave would help with comes first."""
        granting = self._granting[right]
        reaching = granting & there.scope
        denying = there.unseen if right in OF_CALLERS else there.deny
        if reaching and there.shut and right in RINGS:
            return self._shut(there.shut, right)
        if denying:
            return self._denied("denied-scope", denying, right.value, "deny")
        if not granting:
            return Denied("no-right", detail=right.value)
        if not reaching:
            return self._denied("out-of-scope", granting, right.value, "scope")
        if not reaching & clock.open:
            return self._closed(reaching, right, clock)
        return self._denied("phone", self._barred(right, phone), phone, "phone")

    def _past_glass(self, refusal: Denied, there: CallPlace, clock: Clock, phone: str, asked: Question) -> Decision:
        """What becomes of `refusal`, of a call that is seen and not denied, where the person may break glass."""
        right, state = asked.right, asked.state
        profiles = self._granting[right] & self._glass
        if there.shut:
            return self._shut(there.shut, right)
        unmet = list(self.conditions.unmet(asked))
        past = dict.fromkeys([refusal.rule, *(each.rule for each in unmet if each.rule in BREAKABLE)])
        if refusal.rule == "out-of-scope" and not profiles & clock.open:
            past["hours"] = None
        if not state.breaks and not past.keys() <= state.broken:
            if not state.floor_server:  # nobody could be told
                return refusal
            told = ", ".join(sorted(self.glass_notify))
            return replace(refusal, breakable=True, more={**refusal.more, "glass": told})
        if not state.floor_server:
            return self._denied("needs-server", profiles, right.value, "break_glass")
        if not self.conditions.reason_fits(state.reason):
            return replace(self._denied("reason", profiles, right.value, "break_glass"), more=self.conditions.codes)
        if barred := self._barred(right, phone):
            return self._denied("phone", barred, phone, "phone")
        beyond = next((each for each in unmet if each.rule not in BREAKABLE), None)
        return beyond if beyond is not None else self._allowed(profiles, clock, asked, glass=tuple(past))

    def _shut(self, rule: str, right: Right) -> Denied:
        return Denied(rule, detail=right.value, where=self._for_all.get(rule, ""))

    def _closed(self, profiles: int, right: Right, clock: Clock) -> Denied:
        """Of profiles that are closed the one that opens first."""
        n, opens, words = clock.opens(profiles)
        refusal = self._denied("hours", 1 << n, right.value, "when")
        return replace(refusal, until=opens, more={"opens": words})

    def _barred(self, right: Right, phone: str) -> int:
        """The profiles whose list of phones lacks this one."""
        return sum(1 << n for phones, n in self._phones if phone not in phones) if right in RINGS else 0

    def _denied(self, rule: str, profiles: int, detail: str, key: str) -> Denied:
        profile = self.profiles[_first(profiles)]
        return Denied(rule, profile.name, detail, where=where(self.path, profile.line_of(key)))


def included(right: Right) -> tuple[Right, ...]:
    """The rights that are needed to use `right` on a call: into every call the way is by listening."""
    return tuple(dict.fromkeys((Right.LISTEN, right))) if right in RINGS else (right,)


def _aware(now: datetime) -> datetime:
    """A moment without a zone is meant in UTC: an answer is better than none."""
    return now if now.tzinfo is not None else now.replace(tzinfo=UTC)


def _first(profiles: int) -> int:
    """The first profile of a set that is not empty."""
    return (profiles & -profiles).bit_length() - 1
