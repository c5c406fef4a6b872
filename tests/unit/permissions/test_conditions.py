"""What has to be true besides rights and scopes: the limits of a profile."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from whisper_tui.permissions.decide import Grants, grants_of
from whisper_tui.permissions.limits import FourEyes, Limits
from whisper_tui.permissions.policy import RINGS, Allowed, CallFacts, Denied, Policy, Profile, Scope
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.permissions.state import FIRST, UNCOUNTED, Approval, State
from whisper_tui.terms import CallKey, Pbx, Right, Subject, Uniqueid

NOW = datetime(2026, 11, 23, 10, 20, tzinfo=UTC)
MOMENT = NOW.timestamp()
ANA = Subject("ana", 1000, login_uid=1000)
BEN = Subject("ben", 1001, frozenset({"wt-managers"}), login_uid=1001)
KEY = CallKey(Pbx("main"), Uniqueid("1.1"))
CALL = CallFacts("main", "support", "PJSIP/1001", key=KEY)
LEAVE = Approval(BEN, Right.BARGE, KEY, "PJSIP/1001", MOMENT - 30)
PER_HOUR = Rate(600, Period.HOUR, "10m/h")
PER_MONTH = Rate(4, Period.MONTH, "4/month")


def profile(name: str = "red", limits: Limits | None = None, **more: object) -> Profile:
    everything = frozenset(Right)
    return replace(
        Profile(name, everything, os_users=frozenset({"ana"}), limits=limits or Limits(), line=5),
        **more,  # type: ignore[arg-type]
    )


def grants(*held: Limits, **general: object) -> Grants:
    profiles = tuple(profile(f"p{n}", each) for n, each in enumerate(held))
    return grants_of(ANA, replace(Policy(profiles, "", "policy.toml"), **general))  # type: ignore[arg-type]


def ask(
    held: Grants, state: State, right: Right = Right.BARGE, call: CallFacts = CALL, now: datetime = NOW
) -> Allowed | Denied:
    return held.decide(right, call, now, state=state)


def refused(answer: Allowed | Denied) -> tuple[str, Mapping[str, str]]:
    assert isinstance(answer, Denied)
    return answer.rule, answer.more


def test_without_limits_nobody_has_to_count() -> None:
    assert ask(grants(Limits()), UNCOUNTED) == Allowed("p0")


LIMITED = [
    Limits(listen_first={Right.BARGE: 10}),
    Limits(reason_required=frozenset({Right.BARGE})),
    Limits(longest={Right.BARGE: 300}),
    Limits(sessions=1),
    Limits(coach_budget=PER_HOUR),
    Limits(listens=PER_MONTH),
    Limits(random_pick=True),
    Limits(four_eyes={Right.BARGE: FourEyes(("@wt-managers",), 120)}),
]


@pytest.mark.parametrize("limits", LIMITED)
def test_what_nobody_counted_is_denied_where_a_rule_asks_for_it(limits: Limits) -> None:
    assert isinstance(ask(grants(limits), UNCOUNTED), Denied)
    assert isinstance(grants(limits).decide(Right.BARGE, None, NOW), Allowed)
    assert isinstance(ask(grants(limits), UNCOUNTED, Right.FLOOR_VIEW), Allowed)


def test_what_is_not_counted_is_said_with_its_key() -> None:
    assert refused(ask(grants(Limits(sessions=1)), UNCOUNTED)) == ("uncounted", {"key": "max.sessions"})
    assert refused(ask(grants(Limits(), max_session=60.0), UNCOUNTED)) == ("uncounted", {"key": "max_session"})
    budget = grants(Limits(coach_budget=PER_HOUR))
    assert refused(ask(budget, State(coached={Period.DAY: 0}))) == ("uncounted", {"key": "coach_budget.per_agent"})


@pytest.mark.parametrize(("heard", "lacking"), [(0, "10"), (4.2, "6"), (9.999, "1"), (-5, "10"), (math.nan, "10")])
def test_who_has_not_listened_long_enough_is_told_how_long_is_lacking(heard: float, lacking: str) -> None:
    held = grants(Limits(listen_first={Right.WHISPER: 5, Right.BARGE: 10}))
    answer = ask(held, State(heard=heard))
    assert refused(answer) == ("listen-first", {"seconds": lacking})
    assert isinstance(answer, Denied)
    assert (answer.profile, answer.where, answer.hidden) == ("p0", "policy.toml:5", False)
    assert ask(held, State(heard=10)) == Allowed("p0")
    assert ask(held, State(heard=5), Right.WHISPER) == Allowed("p0")
    assert ask(held, UNCOUNTED, Right.LISTEN) == Allowed("p0")


def test_a_reason_is_one_of_the_codes_where_there_are_some() -> None:
    free = grants(Limits(reason_required=frozenset({Right.BARGE})))
    coded = grants(Limits(reason_required=frozenset({Right.BARGE})), reasons=("training", "quality"))
    assert refused(ask(free, State(reason=" "))) == ("reason", {"codes": ""})
    assert refused(ask(coded, State(reason="curious"))) == ("reason", {"codes": "training, quality"})
    assert ask(free, State(reason="curious")) == Allowed("p0")
    assert ask(coded, State(reason="quality")) == Allowed("p0")
    assert ask(coded, UNCOUNTED, Right.WHISPER) == Allowed("p0")


def test_a_mode_ends_when_its_seconds_on_the_call_are_over() -> None:
    held = grants(Limits(longest={Right.BARGE: 300}), Limits(longest={Right.BARGE: 200, Right.WHISPER: 90}))
    assert ask(held, State(spent={Right.BARGE: 199})) == Allowed("p0", until=MOMENT + 1)
    assert ask(held, State(spent={Right.WHISPER: 999})) == Allowed("p0", until=MOMENT + 200)
    answer = ask(held, State(spent={Right.BARGE: 200}))
    assert refused(answer) == ("max", {"limit": "3 min 20 s"})
    assert isinstance(answer, Denied)
    assert answer.profile == "p1"
    assert isinstance(ask(held, State(spent={Right.BARGE: math.nan})), Denied)


def test_a_session_ends_when_it_has_lasted_as_long_as_any_may() -> None:
    held = grants(Limits(), max_session=1800.0, lines={"max_session": 3})
    assert ask(held, State(session=1700), Right.LISTEN) == Allowed("p0", until=MOMENT + 100)
    over = ask(held, State(session=1800), Right.LISTEN)
    assert over == Denied("max-session", "", "call.listen", where="policy.toml:3", more={"limit": "30 min"})


def test_no_more_sessions_are_up_at_once_than_the_strictest_profile_lets() -> None:
    held = grants(Limits(sessions=3), Limits(sessions=2))
    assert ask(held, State(sessions=1)) == Allowed("p0")
    assert refused(ask(held, State(sessions=2))) == ("sessions", {"limit": "2"})


def test_an_agent_is_not_coached_for_longer_than_the_budget() -> None:
    held = grants(Limits(coach_budget=PER_HOUR), Limits(coach_budget=Rate(1200, Period.DAY, "20m/day")))
    state = State(coached={Period.HOUR: 540, Period.DAY: 900})
    assert ask(held, state) == Allowed("p0", until=MOMENT + 60)
    answer = ask(held, State(coached={Period.HOUR: 600, Period.DAY: 600}))
    assert refused(answer) == ("coach-budget", {"limit": "10m/h", "opens": "Mon 11:00"})
    assert isinstance(answer, Denied)
    assert answer.until == MOMENT + 40 * 60
    assert refused(ask(held, State(coached={Period.HOUR: 0, Period.DAY: 1200})))[1]["limit"] == "20m/day"
    for right in (Right.LISTEN, Right.TAKEOVER):
        assert isinstance(ask(held, UNCOUNTED, right), Allowed)


def test_an_agent_is_not_listened_to_more_often_than_the_quota() -> None:
    held = grants(Limits(listens=PER_MONTH), zone=ZoneInfo("Europe/Paris"))
    for right in RINGS:
        assert isinstance(ask(held, State(listens={Period.MONTH: 3}), right), Allowed)
        answer = ask(held, State(listens={Period.MONTH: 4}), right)
        assert refused(answer) == ("quota", {"limit": "4/month", "opens": "Tue 00:00"})
        assert isinstance(answer, Denied)
        assert answer.until == datetime(2026, 12, 1, tzinfo=ZoneInfo("Europe/Paris")).timestamp()


def test_who_may_not_choose_hears_only_whom_chance_chose() -> None:
    held = grants(Limits(), Limits(random_pick=True))
    assert refused(ask(held, FIRST, Right.LISTEN))[0] == "pick"
    assert ask(held, State(picked=True), Right.LISTEN) == Allowed("p0")


def test_the_clock_is_looked_at_again_when_a_period_ends() -> None:
    assert grants(Limits(coach_budget=PER_HOUR, listens=PER_MONTH)).next_change(NOW) == MOMENT + 40 * 60
    assert grants(Limits(longest={Right.BARGE: 3})).next_change(NOW) is None


# --- four eyes

EYES = Limits(four_eyes={Right.BARGE: FourEyes(("@wt-managers", "eva"), 120)})
ASKED = State(floor_server=True, approval=LEAVE)


def test_with_the_approval_of_another_person_a_right_may_be_used() -> None:
    assert ask(grants(EYES), ASKED) == Allowed("p0")
    by_name = replace(LEAVE, by=Subject("eva", 1002, login_uid=1002))
    assert ask(grants(EYES), replace(ASKED, approval=by_name)) == Allowed("p0")
    assert ask(grants(EYES), UNCOUNTED, Right.WHISPER) == Allowed("p0")


@pytest.mark.parametrize(
    "approval",
    [
        None,
        replace(LEAVE, right=Right.TAKEOVER),
        replace(LEAVE, call=CallKey(Pbx("main"), Uniqueid("1.2"))),
        replace(LEAVE, agent="PJSIP/1002"),
        replace(LEAVE, at=MOMENT - 121),
        replace(LEAVE, at=MOMENT + 1),
        replace(LEAVE, at=math.nan),
        replace(LEAVE, by=replace(BEN, groups=frozenset())),
        replace(LEAVE, by=replace(BEN, login_uid=1000)),
        replace(LEAVE, by=replace(BEN, login_uid=None)),
        replace(LEAVE, by=replace(BEN, uid=1000)),
        replace(LEAVE, by=replace(BEN, user="ana")),
    ],
)
def test_an_approval_is_by_somebody_else_for_this_right_and_call_and_fresh(approval: Approval | None) -> None:
    answer = ask(grants(EYES), replace(ASKED, approval=approval))
    assert refused(answer) == ("four-eyes", {"approvers": "@wt-managers, eva", "limit": "2 min"})


def test_an_approval_of_no_call_in_particular_is_none() -> None:
    assert refused(ask(grants(EYES), ASKED, call=replace(CALL, key=None)))[0] == "four-eyes"


def test_who_logged_in_as_nobody_can_be_approved_by_nobody() -> None:
    nobody = Subject("ana", 1000)
    held = grants_of(nobody, Policy((profile("p0", EYES),), ""))
    assert refused(ask(held, ASKED))[0] == "four-eyes"


def test_what_was_approved_goes_on_when_the_approval_has_grown_old() -> None:
    begun = replace(ASKED, began=MOMENT)
    assert ask(grants(EYES), begun, now=NOW + timedelta(hours=1)) == Allowed("p0")
    assert refused(ask(grants(EYES), ASKED, now=NOW + timedelta(hours=1)))[0] == "four-eyes"


def test_without_a_floor_server_there_is_nobody_to_ask() -> None:
    assert refused(ask(grants(EYES), replace(ASKED, floor_server=False)))[0] == "needs-server"


# --- breaking glass

GLASS = Limits(break_glass=True, glass_notify=("@wt-dpo",))
BROKEN = replace(FIRST, breaks=True, reason="emergency")


def emergency(**more: object) -> Grants:
    """Sees everything, may listen in `sales` alone, whatever else is said."""
    sees = Profile("all", frozenset({Right.FLOOR_VIEW}), os_users=frozenset({"ana"}))
    limited = profile("red", scope=Scope(queue=("sales",)), **{"limits": GLASS, **more})
    return grants_of(ANA, Policy((sees, limited), "", "policy.toml"))


def test_in_an_emergency_a_scope_can_be_gone_past_and_the_rule_is_kept() -> None:
    held = emergency()
    first = ask(held, FIRST)
    assert isinstance(first, Denied)
    assert (first.rule, first.breakable) == ("out-of-scope", True)
    assert ask(held, BROKEN) == Allowed("red", glass=("out-of-scope",))
    assert held.glass_notify == {"@wt-dpo"}


def test_glass_is_broken_for_a_reason_and_where_people_can_be_told() -> None:
    assert refused(ask(emergency(), replace(BROKEN, reason="")))[0] == "reason"
    assert refused(ask(emergency(), replace(BROKEN, floor_server=False)))[0] == "needs-server"


@pytest.mark.parametrize(
    ("call", "more", "rule"),
    [
        (replace(CALL, tags=frozenset({"pci"})), {}, "curtain"),
        (CALL, {"deny": Scope(agent=("PJSIP/1001",))}, "denied-scope"),
        (CALL, {"rights": frozenset({Right.LISTEN})}, "no-right"),
        (CALL, {"phones": frozenset({"PJSIP/2001"})}, "phone"),
        (CALL, {"limits": replace(GLASS, sessions=1)}, "sessions"),
        (CALL, {"limits": Limits()}, "out-of-scope"),
    ],
)
def test_what_no_glass_is_in_front_of_stays_as_it_is(call: CallFacts, more: dict[str, object], rule: str) -> None:
    assert refused(ask(emergency(**more), replace(BROKEN, sessions=1), call=call))[0] == rule


def test_what_glass_was_broken_for_stays_open_and_nothing_else_does() -> None:
    held = grants_of(ANA, Policy((profile("a", Limits(listen_first={Right.BARGE: 10})), profile("b", GLASS)), ""))
    was = replace(BROKEN, breaks=False, broken=frozenset({"listen-first"}))
    assert ask(held, was) == Allowed("b", glass=("listen-first",))
    eyes = Limits(listen_first={Right.BARGE: 10}, four_eyes={Right.BARGE: FourEyes(("eva",), 60)})
    more = grants_of(ANA, Policy((profile("a", eyes), profile("b", GLASS)), ""))
    assert refused(ask(more, was))[0] == "listen-first", "four eyes were not gone past"
    assert ask(more, BROKEN) == Allowed("b", glass=("listen-first", "four-eyes"))


def test_nobody_breaks_glass_for_a_call_that_is_not_seen() -> None:
    blind = grants_of(ANA, Policy((profile(limits=GLASS, scope=Scope(queue=("sales",))),), ""))
    answer = ask(blind, BROKEN)
    assert isinstance(answer, Denied)
    assert (answer.rule, answer.hidden, answer.breakable) == ("out-of-scope", True, False)


@pytest.mark.parametrize(
    ("limits", "rule"),
    [
        (Limits(listen_first={Right.BARGE: 10}), "listen-first"),
        (Limits(random_pick=True), "pick"),
        (Limits(listens=Rate(0, Period.MONTH, "0/month")), "quota"),
        (Limits(coach_budget=Rate(0, Period.HOUR, "0m/h")), "coach-budget"),
        (Limits(four_eyes={Right.BARGE: FourEyes(("eva",), 60)}), "four-eyes"),
    ],
)
def test_a_limit_that_glass_is_in_front_of_can_be_gone_past(limits: Limits, rule: str) -> None:
    held = grants_of(ANA, Policy((profile("a", limits), profile("b", GLASS)), "", "policy.toml"))
    assert refused(ask(held, FIRST))[0] == rule
    answer = ask(held, BROKEN)
    assert isinstance(answer, Allowed)
    assert (answer.profile, answer.glass) == ("b", (rule,))
