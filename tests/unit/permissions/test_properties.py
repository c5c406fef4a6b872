"""What holds for every policy and every question."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple, replace

from tests.unit.permissions.strategies import Asked, few, limits, policies, questions, rights, scopes, states
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.policy import RULES, Allowed, Denied, Policy, Profile, Scope
from whisper_tui.permissions.state import UNCOUNTED
from whisper_tui.terms import Subject


def changed(policy: Policy, place: int, **more: object) -> Policy:
    held = list(policy.profiles)
    held[place] = replace(held[place], **more)  # type: ignore[arg-type]
    return replace(policy, profiles=tuple(held))


def chosen(policy: Policy, data: st.DataObject) -> tuple[int, Profile]:
    place = data.draw(st.integers(0, len(policy.profiles) - 1))
    return place, policy.profiles[place]


@few
@given(policies, questions)
def test_no_question_makes_it_raise_and_every_refusal_has_a_rule(policy: Policy, asked: Asked) -> None:
    answer = asked.of(policy)
    if isinstance(answer, Denied):
        assert answer.rule in RULES
        explain(answer)
    grants = grants_of(Subject("ana", 1000), policy)
    turns = grants.next_change(asked.now)
    assert turns is None or asked.now.tzinfo is None or turns >= asked.now.timestamp()
    assert grants.sees_queue("support", asked.now) in (True, False)


@few
@given(policies, questions, st.data())
def test_adding_a_deny_never_allows_more(policy: Policy, asked: Asked, data: st.DataObject) -> None:
    if isinstance(asked.of(policy), Denied) and policy.profiles:
        place, held = chosen(policy, data)
        before, added = astuple(held.deny), astuple(data.draw(scopes))
        more = Scope(*(there + here for there, here in zip(before, added, strict=True)))
        assert isinstance(asked.of(changed(policy, place, deny=more)), Denied)


@few
@given(policies, questions, st.data())
def test_taking_a_right_away_never_allows_more(policy: Policy, asked: Asked, data: st.DataObject) -> None:
    if isinstance(asked.of(policy), Denied) and policy.profiles:
        place, held = chosen(policy, data)
        fewer = held.rights - data.draw(st.frozensets(rights))
        assert isinstance(asked.of(changed(policy, place, rights=fewer)), Denied)


@few
@given(policies, questions, st.data())
def test_a_wider_scope_or_longer_hours_never_allow_less(policy: Policy, asked: Asked, data: st.DataObject) -> None:
    if isinstance(asked.of(policy), Allowed):
        place, held = chosen(policy, data)
        before, added = astuple(held.scope), astuple(data.draw(scopes))
        wider = Scope(*(there and there + here for there, here in zip(before, added, strict=True)))
        assert isinstance(asked.of(changed(policy, place, scope=wider)), Allowed)
        assert isinstance(asked.of(changed(policy, place, hours=None)), Allowed)


@few
@given(policies, questions, st.data())
def test_adding_a_limit_never_allows_more(policy: Policy, asked: Asked, data: st.DataObject) -> None:
    if isinstance(asked.of(policy), Denied) and policy.profiles:
        place, held = chosen(policy, data)
        added, usual = data.draw(limits), Limits()
        unset = {
            each: getattr(added, each)
            for each in Limits.__struct_fields__
            if getattr(held.limits, each) == getattr(usual, each) and each != "break_glass"
        }
        assert isinstance(asked.of(changed(policy, place, limits=replace(held.limits, **unset))), Denied)


@few
@given(policies, questions, st.sampled_from(["exempt", "announced", "session"]))
def test_a_rule_for_everybody_never_allows_more(policy: Policy, asked: Asked, rule: str) -> None:
    if isinstance(asked.of(policy), Denied):
        stricter = {
            "exempt": replace(policy, exempt_agents=(*policy.exempt_agents, "PJSIP/10*")),
            "announced": replace(policy, require_announced=True),
            "session": replace(policy, max_session=min(policy.max_session or 60.0, 60.0)),
        }
        assert isinstance(asked.of(stricter[rule]), Denied)


@few
@given(policies, questions, states)
def test_where_nothing_is_known_of_a_person_no_more_is_allowed_than_whatever_is_so(
    policy: Policy, asked: Asked, state: object
) -> None:
    unknown = replace(asked, state=UNCOUNTED)
    if isinstance(unknown.of(policy), Allowed):
        assert isinstance(replace(asked, state=state).of(policy), Allowed)


@few
@given(policies, questions, st.integers())
def test_the_order_of_profiles_does_not_change_the_answer(policy: Policy, asked: Asked, seed: int) -> None:
    held = list(policy.profiles)
    random.Random(seed).shuffle(held)
    assert asked.of(replace(policy, profiles=tuple(held))) == asked.of(policy)


@few
@given(policies, questions)
def test_what_is_asked_again_is_answered_the_same(policy: Policy, asked: Asked) -> None:
    grants = grants_of(Subject("ana", 1000, frozenset({"wt-red"}), login_uid=1000), policy)
    first = grants.decide(asked.right, asked.call, asked.now, asked.phone, asked.state)
    assert grants.decide(asked.right, asked.call, asked.now, asked.phone, asked.state) == first == asked.of(policy)
