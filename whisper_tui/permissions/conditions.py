"""What has to be true besides rights and scopes: the limits of a person, rule by rule, held against what they have done.

Every limit of every profile of a person counts, wherever the profile reaches, so that taking something away from one profile
never allows more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from math import ceil
from typing import NamedTuple, TypeAlias

from whisper_tui.permissions.hours import said
from whisper_tui.permissions.limits import FourEyes
from whisper_tui.permissions.policy import COACHES, RINGS, CallFacts, Denied, Policy, Profile, where
from whisper_tui.permissions.spans import Period, Rate, bounds, in_words
from whisper_tui.permissions.state import Approval, State
from whisper_tui.terms import Right, Subject


class Question(NamedTuple):
    """What is asked. `now`: aware."""

    right: Right
    call: CallFacts
    now: datetime
    state: State


Check: TypeAlias = Callable[[Question], Denied | None]


class Conditions:
    """For the profiles of one person."""

    def __init__(self, profiles: Sequence[Profile], policy: Policy, subject: Subject) -> None:
        self._profiles = profiles
        self._subject = subject
        self._path = policy.path
        self.zone = policy.zone or UTC
        """By whose calendar hours, days, weeks and months are counted."""
        self._reasons = policy.reasons
        self._longest = {right: _strictest(profiles, lambda each: each.limits.longest, right, min) for right in Right}
        self._session = policy.max_session
        self._session_place = where(policy.path, policy.lines.get("max_session", 0))
        self._budgets = _rates(profiles, lambda each: each.limits.coach_budget)
        self._quotas = _rates(profiles, lambda each: each.limits.listens)
        self._eyes = {
            right: [(each.limits.four_eyes[right], each) for each in profiles if right in each.limits.four_eyes]
            for right in Right
        }
        self.random_pick = any(each.limits.random_pick for each in profiles)
        """Chance, never the person, chooses whom they hear."""
        self.nudge = min(
            (each.limits.nudge_talk for each in profiles if each.limits.nudge_talk is not None), default=None
        )
        """Seconds for which somebody may speak to an agent on end before they are told of it, None: as long as they like."""
        self.periods = frozenset({*self._budgets, *self._quotas})
        """In which something is counted."""
        self._checks = {right: tuple(self._checks_of(right, profiles)) for right in Right}

    def unmet(self, question: Question) -> Iterator[Denied]:
        """Yield what is not so, in the order in which a person would see to it."""
        return (denied for check in self._checks[question.right] if (denied := check(question)) is not None)

    def asks_for(self, right: Right) -> bool:
        """Whether anything is asked for `right` at all."""
        return bool(self._checks[right])

    def ends(self, question: Question) -> float | None:
        """When a limit is reached, in UTC seconds, if the right is used from now on without a break; None: never."""
        right, _, now, state = question
        left = []
        if (longest := self._longest[right]) is not None and state.spent is not None:
            left.append(longest[0] - state.spent.get(right, 0.0))
        if self._session is not None and right in RINGS and state.session is not None:
            left.append(self._session - state.session)
        if right in COACHES and state.coached is not None:
            left += [rate.most - state.coached.get(period, 0.0) for period, (rate, _) in self._budgets.items()]
        return now.timestamp() + max(0.0, min(left)) if left else None

    def turns(self, now: datetime) -> float | None:
        """When a period that something is counted in ends, in UTC seconds."""
        return min((bounds(each, now, self.zone)[1] for each in self.periods), default=None)

    def reason_fits(self, reason: str) -> bool:
        """Whether `reason` is one: of the policy's codes, where it has some."""
        return reason in self._reasons if self._reasons else bool(reason.strip())

    def reason_wanted(self, right: Right, reason: str) -> Denied | None:
        """Why `reason` will not do for `right`, on whatever call; None: it does, or none is wanted."""
        asking = next((each for each in self._profiles if right in each.limits.reason_required), None)
        if asking is None or self.reason_fits(reason):
            return None
        place = where(self._path, asking.line_of("reason_required"))
        return Denied("reason", asking.name, right.value, where=place, more=self.codes)

    def may_approve(self, by: Subject, right: Right) -> bool:
        """Whether `by` is somebody who may allow this person `right`: named by every rule, and another person by login."""
        return bool(self._eyes[right]) and all(self._another(by, eyes) for eyes, _ in self._eyes[right])

    def asks_eyes(self, right: Right) -> bool:
        """Whether `right` needs the leave of others at all."""
        return bool(self._eyes[right])

    def approval_lasts(self, right: Right) -> float:
        """Seconds for which an approval is good."""
        return min(eyes.within for eyes, _ in self._eyes[right])

    def _checks_of(self, right: Right, profiles: Sequence[Profile]) -> Iterator[Check]:
        if right in RINGS:
            if (most := _strictest(profiles, lambda each: {right: each.limits.sessions}, right, min)) is not None:
                yield partial(self._at_once, *most)
            for period, (rate, profile) in self._quotas.items():
                yield partial(self._quota, period, rate, profile)
            if (chooser := next((each for each in profiles if each.limits.random_pick), None)) is not None:
                yield partial(self._pick, chooser)
        if (first := _strictest(profiles, lambda each: each.limits.listen_first, right, max)) is not None:
            yield partial(self._listen_first, *first)
        if any(right in each.limits.reason_required for each in profiles):
            yield self._reason
        if (longest := self._longest[right]) is not None:
            yield partial(self._too_long, *longest)
        if right in RINGS and self._session is not None:
            yield partial(self._session_over, self._session)
        if right in COACHES:
            for period, (rate, profile) in self._budgets.items():
                yield partial(self._budget, period, rate, profile)
        for eyes, profile in self._eyes[right]:
            yield partial(self._four_eyes, eyes, profile)

    def _at_once(self, most: float, profile: Profile, question: Question) -> Denied | None:
        more = {"limit": f"{most:g}"}
        return self._counted(
            question, question.state.sessions, most, Denied("sessions", more=more), profile, "max.sessions"
        )

    def _quota(self, period: Period, rate: Rate, profile: Profile, question: Question) -> Denied | None:
        used = question.state.listens.get(period) if question.state.listens is not None else None
        over = self._again("quota", period, rate, question)
        return self._counted(question, used, rate.most, over, profile, "quota.listens_per_agent")

    def _pick(self, profile: Profile, question: Question) -> Denied | None:
        return None if question.state.picked else self._denied(Denied("pick"), question, profile, "quota.pick")

    def _listen_first(self, span: float, profile: Profile, question: Question) -> Denied | None:
        heard = question.state.heard
        if heard >= span:
            return None
        lacking = span - heard if heard > 0 else span
        refusal = Denied("listen-first", more={"seconds": str(ceil(lacking))})
        return self._denied(refusal, question, profile, f"listen_first.{question.right.value}")

    def _reason(self, question: Question) -> Denied | None:
        return self.reason_wanted(question.right, question.state.reason)

    @property
    def codes(self) -> Mapping[str, str]:
        """The codes of which a reason is one, as words want them."""
        return {"codes": ", ".join(self._reasons)}

    def _too_long(self, longest: float, profile: Profile, question: Question) -> Denied | None:
        spent = question.state.spent
        used = spent.get(question.right, 0.0) if spent is not None else None
        over = Denied("max", more={"limit": in_words(longest)})
        return self._counted(question, used, longest, over, profile, f"max.{question.right.value}")

    def _session_over(self, longest: float, question: Question) -> Denied | None:
        used = question.state.session
        if used is not None and used < longest:
            return None
        rule, more = (
            ("max-session", {"limit": in_words(longest)}) if used is not None else ("uncounted", {"key": "max_session"})
        )
        return Denied(rule, detail=question.right.value, where=self._session_place, more=more)

    def _budget(self, period: Period, rate: Rate, profile: Profile, question: Question) -> Denied | None:
        used = question.state.coached.get(period) if question.state.coached is not None else None
        over = self._again("coach-budget", period, rate, question)
        return self._counted(question, used, rate.most, over, profile, "coach_budget.per_agent")

    def _four_eyes(self, eyes: FourEyes, profile: Profile, question: Question) -> Denied | None:
        state = question.state
        if not state.floor_server:
            return self._denied(Denied("needs-server"), question, profile, f"four_eyes.{question.right.value}")
        if state.approval is not None and self._approves(state.approval, eyes, question):
            return None
        more = {"approvers": ", ".join(eyes.approvers), "limit": in_words(eyes.within)}
        return self._denied(Denied("four-eyes", more=more), question, profile, f"four_eyes.{question.right.value}")

    def _approves(self, approval: Approval, eyes: FourEyes, question: Question) -> bool:
        """For this right on this call with this agent, by somebody who may, and not too long ago."""
        used = question.state.began if question.state.began is not None else question.now.timestamp()
        return (
            self._another(approval.by, eyes)
            and approval.right is question.right
            and (approval.call, approval.agent) == (question.call.key, question.call.agent)
            and 0 <= used - approval.at <= eyes.within
        )

    def _another(self, by: Subject, eyes: FourEyes) -> bool:
        """Whether it is another person, known by another login, whom the rule names."""
        me = self._subject
        other = None not in (by.login_uid, me.login_uid) and by.login_uid != me.login_uid
        named = by.user in eyes.approvers or any(f"@{group}" in eyes.approvers for group in by.groups)
        return other and by.uid != me.uid and by.user != me.user and named

    def _again(self, rule: str, period: Period, rate: Rate, question: Question) -> Denied:
        _, ends = bounds(period, question.now, self.zone)
        return Denied(rule, until=ends, more={"limit": rate.said, "opens": said(ends, self.zone)})

    def _counted(
        self, question: Question, used: float | None, most: float, over: Denied, profile: Profile, key: str
    ) -> Denied | None:
        if used is None:
            over = Denied("uncounted", more={"key": key})
        elif used < most:
            return None
        return self._denied(over, question, profile, key)

    def _denied(self, refusal: Denied, question: Question, profile: Profile, key: str) -> Denied:
        place = where(self._path, profile.line_of(key))
        return Denied(refusal.rule, profile.name, question.right.value, refusal.until, place, more=refusal.more)


def _strictest(
    profiles: Sequence[Profile],
    limit: Callable[[Profile], Mapping[Right, float | None]],
    right: Right,
    which: Callable[[Sequence[float]], float],
) -> tuple[float, Profile] | None:
    """The strictest of what profiles say about `right`, and the first that says it."""
    stated = [(value, each) for each in profiles if (value := limit(each).get(right)) is not None]
    if not stated:
        return None
    strictest = which([value for value, _ in stated])
    return next(each for each in stated if each[0] == strictest)


def _rates(profiles: Sequence[Profile], rate: Callable[[Profile], Rate | None]) -> dict[Period, tuple[Rate, Profile]]:
    """Of each period the lowest rate: rates of different periods hold beside each other."""
    found: dict[Period, tuple[Rate, Profile]] = {}
    for each in profiles:
        stated = rate(each)
        if stated is not None and (stated.period not in found or stated.most < found[stated.period][0].most):
            found[stated.period] = (stated, each)
    return found
