"""Who may do what to which call."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from whisper_tui.permissions.decide import Grants, decide, grants_of
from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.policy import (
    RINGS,
    AgentEntry,
    Allowed,
    Attributes,
    CallFacts,
    Denied,
    Notify,
    Numbers,
    Policy,
    Profile,
    QueueEntry,
    Scope,
    VariableEntry,
)
from whisper_tui.permissions.reach import REMEMBERED
from whisper_tui.terms import Right, Subject

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ANA = Subject("ana", 1000, frozenset({"wt-red"}))
COACH = frozenset({Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER})
LEAD = COACH | {Right.BARGE}
SUPPORT = CallFacts("main", "support", "PJSIP/1001")
DIRECT = CallFacts("main", None, "PJSIP/1001")
NOTHING = Attributes()
RED = Attributes(
    (QueueEntry("support", campaign="spring", department="care", tags=frozenset({"vip"})),),
    (AgentEntry("PJSIP/10??", team="red", location="lyon"),),
)
WAITING = CallFacts("main", "support", None, waiting=True)


def profile(name: str = "red", rights: frozenset[Right] = COACH, **limits: object) -> Profile:
    return replace(Profile(name, rights, os_users=frozenset({"ana"})), **limits)  # type: ignore[arg-type]


def ask(
    *profiles: Profile,
    right: Right = Right.LISTEN,
    call: CallFacts | None = SUPPORT,
    phone: str = "",
    attributes: Attributes = NOTHING,
    exempt: tuple[str, ...] = (),
) -> object:
    return decide(ANA, right, call, NOW, Policy(profiles, "digest", "policy.toml", attributes, exempt), phone)


def rule(answer: object) -> str:
    assert isinstance(answer, Denied)
    return answer.rule


def test_a_coach_may_whisper_but_not_barge() -> None:
    assert ask(profile(), right=Right.WHISPER) == Allowed("red")
    assert ask(profile(), right=Right.BARGE) == Denied("no-right", detail="call.barge")


def test_whom_no_profile_names_may_nothing() -> None:
    stranger = replace(profile(), os_users=frozenset({"ben"}))
    assert rule(ask(stranger)) == "no-profile"
    assert rule(ask()) == "no-profile"
    assert rule(ask(right=Right.FLOOR_VIEW, call=None)) == "no-profile"


def test_a_group_counts_like_a_name() -> None:
    assert ask(replace(profile(), os_users=frozenset(), os_groups=frozenset({"wt-red"}))) == Allowed("red")


def test_who_is_no_longer_in_the_group_may_nothing_any_more() -> None:
    policy = Policy((replace(profile(), os_users=frozenset(), os_groups=frozenset({"wt-red"})),), "")
    assert decide(ANA, Right.LISTEN, SUPPORT, NOW, policy) == Allowed("red")
    assert rule(decide(replace(ANA, groups=frozenset()), Right.LISTEN, SUPPORT, NOW, policy)) == "no-profile"


def test_a_name_with_signs_of_patterns_in_it_is_only_a_name() -> None:
    odd = replace(SUPPORT, queue="sales[1]*")
    assert ask(profile(scope=Scope(queue=("sales[[]1][*]",))), call=odd) == Allowed("red")
    assert rule(ask(profile(scope=Scope(queue=("sales[1]",))), call=odd)) == "out-of-scope"
    assert rule(ask(profile(scope=Scope(queue=("sales1",))), call=replace(SUPPORT, queue="sales*"))) == "out-of-scope"


def test_an_agent_who_may_not_be_heard_is_not_heard_at_the_other_end_of_a_colleagues_call_either() -> None:
    consulting = replace(DIRECT, peer="PJSIP/1099")
    assert rule(ask(profile(deny=Scope(agent=("PJSIP/1099",))), call=consulting)) == "denied-scope"
    assert rule(ask(profile(scope=Scope(agent=("PJSIP/100?",))), call=consulting)) == "out-of-scope"
    assert ask(profile(scope=Scope(agent=("PJSIP/10??",))), call=consulting) == Allowed("red")


def test_a_call_of_another_queue_is_out_of_scope() -> None:
    sales = profile(scope=Scope(queue=("sales-*",)))
    assert rule(ask(sales)) == "out-of-scope"
    assert ask(sales, call=replace(SUPPORT, queue="sales-north")) == Allowed("red")
    assert rule(ask(sales, call=replace(SUPPORT, queue="Sales-north"))) == "out-of-scope"


def test_every_dimension_of_a_scope_must_match() -> None:
    both = profile(scope=Scope(queue=("support",), agent=("PJSIP/10??",)))
    assert ask(both) == Allowed("red")
    assert rule(ask(both, call=replace(SUPPORT, agent="PJSIP/2001"))) == "out-of-scope"


@pytest.mark.parametrize("queue", [None, ""])
def test_a_call_outside_queues_matches_no_pattern_but_none(queue: str | None) -> None:
    call = replace(SUPPORT, queue=queue)
    assert rule(ask(profile(scope=Scope(queue=("s*", "?*"))), call=call)) == "out-of-scope"
    assert ask(profile(scope=Scope(queue=("support", "none"))), call=call) == Allowed("red")
    assert ask(profile(scope=Scope(queue=("*",))), call=call) == Allowed("red")


def test_a_queue_called_none_is_not_what_none_means() -> None:
    assert rule(ask(profile(scope=Scope(queue=("none",))), call=replace(SUPPORT, queue="none"))) == "out-of-scope"


def test_a_deny_of_one_profile_overrides_the_grant_of_another() -> None:
    no_vip = profile("no-vip", frozenset(), deny=Scope(queue=("vip-*",)))
    assert ask(profile(), no_vip) == Allowed("red")
    assert rule(ask(profile(), no_vip, call=replace(SUPPORT, queue="vip-gold"))) == "denied-scope"


def test_what_cannot_be_told_apart_from_a_denied_call_is_denied() -> None:
    assert rule(ask(profile(deny=Scope(queue=("vip-*",))), call=DIRECT)) == "denied-scope"
    assert rule(ask(profile(deny=Scope(agent=("PJSIP/1099",))), call=replace(SUPPORT, agent=None))) == "denied-scope"


def test_a_caller_nobody_was_rung_for_is_seen_though_one_agent_is_denied() -> None:
    careful = profile(deny=Scope(agent=("PJSIP/1099",)))
    assert ask(careful, right=Right.FLOOR_VIEW, call=WAITING) == Allowed("red")
    assert rule(ask(careful, right=Right.LISTEN, call=WAITING)) == "denied-scope"
    assert rule(ask(profile(deny=Scope(agent=("*",))), right=Right.FLOOR_VIEW, call=WAITING)) == "denied-scope"


def test_only_the_phones_of_every_list_may_ring() -> None:
    own, red = profile(phones=frozenset({"PJSIP/2001"})), profile("blue", phones=frozenset({"PJSIP/2001", "PJSIP/2"}))
    assert ask(own, red, phone="PJSIP/2001") == Allowed("blue")
    assert ask(own, red, phone="PJSIP/2") == Denied("phone", "red", "PJSIP/2", where="policy.toml")
    assert rule(ask(own)) == "phone"
    third = profile("third", frozenset({Right.JOIN}), phones=frozenset({"PJSIP/1"}))
    assert rule(ask(third, right=Right.JOIN)) == "phone"
    assert ask(own, call=None) == Allowed("red")
    assert ask(own, right=Right.FLOOR_VIEW) == Allowed("red")


def test_the_strictest_word_on_numbers_holds_and_without_one_four_digits_show() -> None:
    def numbers(*said: Numbers | None) -> Numbers:
        return grants_of(ANA, Policy(tuple(profile(str(n), numbers=each) for n, each in enumerate(said)), "")).numbers

    assert numbers(Numbers.FULL, None) is Numbers.FULL
    assert numbers(Numbers.FULL, Numbers.LAST4) is Numbers.LAST4
    assert numbers(Numbers.NONE, Numbers.FULL) is Numbers.NONE
    assert numbers(None) is Numbers.LAST4
    assert numbers() is Numbers.LAST4


def test_agents_are_told_as_soon_as_any_profile_wants_it_and_may_decline_if_one_says_so() -> None:
    def grants(*held: Profile) -> Grants:
        return grants_of(ANA, Policy(held, ""))

    after, live = profile("after", notify=Notify.AFTER), profile("live", notify=Notify.LIVE)
    assert grants(profile(), after).notify is Notify.AFTER
    assert grants(after, live, profile()).notify is Notify.LIVE
    assert grants(profile()).notify is Notify.OFF
    assert grants().notify is Notify.OFF
    assert grants(profile(), profile("b", agent_may_decline=True)).agent_may_decline
    assert not grants(profile()).agent_may_decline


def test_a_call_that_may_not_be_seen_is_marked_as_hidden() -> None:
    wide, narrow = profile("wide", frozenset({Right.FLOOR_VIEW})), profile("narrow", scope=Scope(queue=("sales",)))
    seen, unseen = ask(wide, narrow), ask(narrow)
    assert isinstance(seen, Denied)
    assert isinstance(unseen, Denied)
    assert not seen.hidden
    assert unseen.hidden


def test_a_queue_is_seen_whichever_agents_are_in_scope() -> None:
    grants = grants_of(ANA, Policy((profile(scope=Scope(queue=("support",), agent=("PJSIP/1001",))),), ""))
    assert grants.sees_queue("support", NOW)
    assert not grants.sees_queue("sales", NOW)


def test_a_queue_and_an_agent_bring_what_they_belong_to() -> None:
    lyon = profile(scope=Scope(team=("red",), location=("ly*",), campaign=("spring",), department=("care", "sales")))
    assert ask(lyon, attributes=RED) == Allowed("red")
    assert rule(ask(lyon, attributes=RED, call=replace(SUPPORT, agent="PJSIP/2001"))) == "out-of-scope"
    assert rule(ask(lyon, attributes=RED, call=replace(SUPPORT, queue="sales-north"))) == "out-of-scope"
    assert rule(ask(lyon)) == "out-of-scope"


@pytest.mark.parametrize("dimension", ["team", "location", "campaign", "department", "tags"])
def test_what_belongs_nowhere_is_in_no_scope_but_that_of_none_and_in_no_deny(dimension: str) -> None:
    assert rule(ask(profile(scope=Scope(**{dimension: ("x", "?*")})))) == "out-of-scope"
    assert ask(profile(scope=Scope(**{dimension: ("x", "none")}))) == Allowed("red")
    assert ask(profile(scope=Scope(**{dimension: ("*",)}))) == Allowed("red")
    assert ask(profile(deny=Scope(**{dimension: ("x", "?*")}))) == Allowed("red")
    assert rule(ask(profile(deny=Scope(**{dimension: ("x", "none")})))) == "denied-scope"
    assert rule(ask(profile(deny=Scope(**{dimension: ("*",)})))) == "denied-scope"


def test_of_an_unknown_agent_or_a_call_outside_queues_no_deny_can_be_ruled_out() -> None:
    nobody = replace(SUPPORT, agent=None)
    for dimension in ("team", "location"):
        assert rule(ask(profile(deny=Scope(**{dimension: ("blue",)})), call=nobody)) == "denied-scope"
    for dimension in ("campaign", "department"):
        assert rule(ask(profile(deny=Scope(**{dimension: ("autumn",)})), call=DIRECT)) == "denied-scope"
    assert ask(profile(deny=Scope(tags=("pci",))), call=nobody) == Allowed("red")


def test_the_first_entry_that_says_something_holds_and_tags_add_up() -> None:
    entries = (
        QueueEntry("support", tags=frozenset({"a"})),
        QueueEntry("s*", campaign="spring", tags=frozenset({"b"})),
        QueueEntry("*", campaign="autumn", department="care"),
        QueueEntry("support", department="sales"),
    )
    attributes = Attributes(entries)
    held = profile(scope=Scope(campaign=("spring",), department=("care",), tags=("a",)))
    assert ask(held, attributes=attributes) == Allowed("red")
    assert rule(ask(held, profile("b", deny=Scope(tags=("b",))), attributes=attributes)) == "denied-scope"


def test_the_tags_of_call_queue_agent_and_the_agent_at_the_other_end_all_count() -> None:
    careful = profile(deny=Scope(tags=("works-*",)))
    tagged = Attributes(
        (QueueEntry("council", tags=frozenset({"works-council"})),),
        (AgentEntry("PJSIP/1099", tags=frozenset({"works-council"})),),
    )
    assert ask(careful, attributes=tagged) == Allowed("red")
    for call in (
        replace(SUPPORT, tags=frozenset({"vip", "works-council"})),
        replace(SUPPORT, queue="council"),
        replace(SUPPORT, agent="PJSIP/1099"),
        replace(DIRECT, peer="PJSIP/1099"),
    ):
        assert rule(ask(careful, attributes=tagged, call=call)) == "denied-scope"


@pytest.mark.parametrize("right", sorted(RINGS, key=str))
def test_nobody_is_let_into_a_call_in_which_a_payment_is_taken(right: Right) -> None:
    everything = profile(rights=frozenset(Right), scope=Scope(tags=("pci", "none")))
    paying = Attributes((QueueEntry("card-pay*", tags=frozenset({"pci"})),))
    assert ask(everything, right=right, attributes=paying) == Allowed("red")
    for call in (replace(SUPPORT, queue="card-pay-1"), replace(SUPPORT, tags=frozenset({"PCI", "pci"}))):
        assert ask(everything, right=right, call=call, attributes=paying) == Denied("curtain", detail=right.value)
    seen = ask(everything, right=Right.FLOOR_VIEW, call=replace(SUPPORT, queue="card-pay-1"), attributes=paying)
    assert seen == Allowed("red")


def test_the_curtain_is_not_told_of_a_call_that_may_not_be_seen() -> None:
    paying = replace(SUPPORT, tags=frozenset({"pci"}))
    unseen = ask(profile(rights=frozenset({Right.LISTEN})), call=paying)
    assert isinstance(unseen, Denied)
    assert unseen.hidden
    assert rule(ask(profile(), right=Right.BARGE, call=paying)) == "no-right"


@pytest.mark.parametrize("right", sorted(RINGS, key=str))
def test_nobody_is_let_into_a_call_of_an_exempt_agent_but_its_row_is_seen(right: Right) -> None:
    everything, exempt = profile(rights=frozenset(Right)), ("PJSIP/1099", "SIP/7*")
    assert ask(everything, right=right, exempt=exempt) == Allowed("red")
    for call in (
        replace(SUPPORT, agent="PJSIP/1099"),
        replace(DIRECT, peer="SIP/71"),
        replace(SUPPORT, agent=None),
        WAITING,
    ):
        assert rule(ask(everything, right=right, call=call, exempt=exempt)) == "exempt"
        assert ask(everything, right=Right.FLOOR_VIEW, call=call, exempt=exempt) == Allowed("red")
        assert ask(everything, right=Right.AGENT_PAUSE, call=call, exempt=exempt) == Allowed("red")
    assert ask(everything, right=right, call=WAITING) == Allowed("red")


def test_nobody_listens_where_callers_are_not_told_that_calls_may_be_monitored() -> None:
    everything = profile(rights=frozenset(Right))
    told = Attributes(
        (
            QueueEntry("quiet-*", announced=False),
            QueueEntry("none", announced=True),
            QueueEntry("*support", announced=True),
        )
    )
    law = Policy((everything,), "", "policy.toml", told, require_announced=True, lines={"require_announced": 3})
    for right in RINGS:
        for queue in ("support", None, ""):
            assert decide(ANA, right, replace(SUPPORT, queue=queue), NOW, law) == Allowed("red")
        for queue in ("quiet-support", "sales", "none"):
            answer = decide(ANA, right, replace(SUPPORT, queue=queue), NOW, law)
            assert answer == Denied("not-announced", detail=right.value, where="policy.toml:3")
    assert decide(ANA, Right.FLOOR_VIEW, replace(SUPPORT, queue="sales"), NOW, law) == Allowed("red")


def test_what_a_call_outside_queues_belongs_to_can_be_said() -> None:
    outbound = Attributes((QueueEntry("none", campaign="spring"), QueueEntry("*", campaign="autumn")))
    spring = profile(scope=Scope(campaign=("spring",)))
    assert ask(spring, call=DIRECT, attributes=outbound) == Allowed("red")
    assert rule(ask(spring, call=replace(SUPPORT, queue="none"), attributes=outbound)) == "out-of-scope"
    assert ask(profile(deny=Scope(campaign=("autumn",))), call=DIRECT, attributes=outbound) == Allowed("red")


def test_a_channel_variable_on_the_list_tells_what_a_call_belongs_to() -> None:
    listed = Attributes(
        (QueueEntry("sales", campaign="spring"),),
        variable=(VariableEntry("CAMP", "campaign"), VariableEntry("T", "tags")),
    )
    spring = profile(scope=Scope(campaign=("spring", "summer")), deny=Scope(tags=("secret",)))
    said = replace(SUPPORT, variables=(("CAMP", " spring "), ("OTHER", "x")))
    assert ask(spring, call=said, attributes=listed) == Allowed("red")
    assert rule(ask(spring, attributes=listed)) == "out-of-scope"
    assert rule(ask(spring, call=said)) == "out-of-scope"
    sales = replace(SUPPORT, queue="sales")
    assert ask(spring, call=replace(sales, variables=(("CAMP", "summer"),)), attributes=listed) == Allowed("red")
    assert rule(ask(spring, call=replace(sales, variables=(("CAMP", "x"),)), attributes=listed)) == "out-of-scope"
    assert (
        rule(ask(spring, call=replace(sales, variables=(("T", "vip, secret"),)), attributes=listed)) == "denied-scope"
    )
    assert rule(ask(spring, call=replace(sales, variables=(("T", "pci"),)), attributes=listed)) == "curtain"
    assert grants_of(ANA, Policy((spring,), "", attributes=listed)).variables == {"CAMP", "T"}
    twice = Attributes(variable=(VariableEntry("CAMP", "tags"), VariableEntry("CAMP", "campaign")))
    assert ask(spring, call=said, attributes=twice) == Allowed("red")
    assert rule(ask(spring, call=replace(said, variables=(("CAMP", "secret"),)), attributes=twice)) == "denied-scope"


def test_a_denial_names_the_line_of_the_key_that_denies() -> None:
    lines = {"deny": 8, "scope": 7, "phone": 11}
    held = profile(deny=Scope(tags=("vip",)), scope=Scope(queue=("s*",)), phones=frozenset({"x"}), line=5, lines=lines)

    def where(call: CallFacts, attributes: Attributes = NOTHING) -> str:
        answer = ask(held, call=call, attributes=attributes)
        assert isinstance(answer, Denied)
        return answer.where

    assert where(SUPPORT, RED) == "policy.toml:8"
    assert where(replace(SUPPORT, queue="vip")) == "policy.toml:7"
    assert where(SUPPORT) == "policy.toml:11"


OFFICE = Hours(frozenset(range(5)), 7 * 60, 21 * 60, ZoneInfo("Europe/Paris"))
NIGHT, MORNING = datetime(2026, 11, 23, 21, 0, tzinfo=UTC), datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def test_outside_its_hours_a_profile_grants_nothing_and_shows_nothing() -> None:
    day = grants_of(ANA, Policy((profile(hours=OFFICE, lines={"when": 9}),), "", "policy.toml"))
    opens = MORNING.timestamp()
    assert day.decide(Right.LISTEN, SUPPORT, NOW) == Allowed("red", until=NIGHT.timestamp() - 3600)
    assert day.sees_queue("support", NOW)
    assert not day.sees_queue("support", NIGHT)
    assert day.decide(Right.LISTEN, SUPPORT, NIGHT) == Denied(
        "hours", "red", "call.listen", opens, "policy.toml:9", hidden=True, more={"opens": "Tue 07:00"}
    )
    assert rule(day.decide(Right.FLOOR_VIEW, None, NIGHT)) == "hours"
    assert day.next_change(NIGHT) == opens
    assert day.decide(Right.LISTEN, SUPPORT, NOW) == Allowed("red", until=NIGHT.timestamp() - 3600)


def test_another_profile_may_be_open_longer_and_what_a_closed_one_denies_stays_denied() -> None:
    day = profile("day", LEAD, hours=OFFICE, deny=Scope(queue=("vip",)))
    grants = grants_of(ANA, Policy((day, profile("night", COACH)), ""))
    assert grants.decide(Right.WHISPER, SUPPORT, NOW) == Allowed("day")
    assert grants.decide(Right.WHISPER, SUPPORT, NIGHT) == Allowed("night")
    closed = grants.decide(Right.BARGE, SUPPORT, NIGHT)
    assert isinstance(closed, Denied)
    assert (closed.rule, closed.hidden) == ("hours", False)
    assert rule(grants.decide(Right.LISTEN, replace(SUPPORT, queue="vip"), NIGHT)) == "denied-scope"
    assert grants_of(ANA, Policy((profile(),), "")).next_change(NOW) is None


def test_a_queue_is_not_shown_where_its_campaign_or_its_tags_are_denied() -> None:
    for deny in (Scope(campaign=("spring",)), Scope(department=("c*",)), Scope(tags=("vip",))):
        grants = grants_of(ANA, Policy((profile(deny=deny),), "", attributes=RED))
        assert not grants.sees_queue("support", NOW)
        assert grants.sees_queue("sales", NOW)


def test_invented_names_do_not_pile_up() -> None:
    grants = grants_of(ANA, Policy((profile(scope=Scope(queue=("support",))),), ""))
    for n in range(REMEMBERED * 2):
        grants.decide(Right.LISTEN, replace(SUPPORT, queue=f"invented-{n}"), NOW)
    assert isinstance(grants.decide(Right.LISTEN, SUPPORT, NOW), Allowed)
    assert len(grants.places) <= REMEMBERED * 2
