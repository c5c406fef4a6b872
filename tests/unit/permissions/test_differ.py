"""What a new policy changes."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.permissions.strategies import policies
from tests.unit.permissions.test_parse import FIXTURES, read
from whisper_tui.permissions.differ import Change, changes
from whisper_tui.permissions.policy import Policy
from whisper_tui.permissions.reach import any_of
from whisper_tui.permissions.samples import instance, instances, samples

TEXT = (FIXTURES / "two-teams.toml").read_text()


def changed(*swaps: tuple[str, str], members: dict[str, frozenset[str]] | None = None) -> list[Change]:
    text = TEXT
    for old, new in swaps:
        assert old in text
        text = text.replace(old, new)
    return list(changes(read(TEXT), read(text), members or {}))


def test_the_same_policy_with_other_lines_changes_nothing() -> None:
    assert changed(("schema = 1\n", "\n\n\nschema = 1\n")) == []


def test_who_loses_a_right_is_named_with_the_calls() -> None:
    assert changed(('"call.whisper", "call.barge"', '"call.whisper"')) == [
        Change("@wt-blue", False, "call.barge", "queue sales-*, sales-vip, support, agent PJSIP/11??"),
        Change("@wt-red", False, "call.barge", "queue sales-*, support, agent PJSIP/10??"),
    ]


def test_of_a_group_that_is_known_its_people_are_named() -> None:
    found = changed(
        ('"call.whisper", "call.barge"', '"call.whisper"'),
        members={"wt-red": frozenset({"rosa", "ruth"}), "wt-blue": frozenset({"bill"})},
    )
    assert [each.person for each in found] == ["bill", "rosa", "ruth"]


def test_a_wider_scope_is_a_gain_on_the_calls_that_it_adds_as_far_as_other_rules_let_it() -> None:
    wider = ('queue = ["sales-*", "support"]', 'queue = ["sales-*", "support", "none"]')
    told = ('match = "support"', 'match = "none", announced = true }, { match = "support"')
    assert changed(wider) == [Change("quinn", True, "floor.view", "queue none")]
    assert [each.what for each in changed(wider, told) if each.person == "quinn"] == ["floor.view", "call.listen"]


def test_limits_are_compared_in_words() -> None:
    assert changed(
        (
            'numbers = "none"',
            'numbers = "last4"\nmax = { "call.listen" = "10m" }\nwhen = { hours = "22:00-06:00", tz = "UTC" }',
        ),
        ("require_announced = true", 'require_announced = true\nmax_session = "30m"'),
    ) == [
        Change("everybody", None, "max_session", "- -> 30 min"),
        Change("quinn", None, "max.call.listen", "- -> 10 min"),
        Change("quinn", None, "numbers", "none -> last4"),
        Change("quinn", None, "when[quality]", "- -> mon,tue,wed,thu,fri,sat,sun 22:00-06:00 UTC"),
    ]


def test_an_attribute_moves_calls_from_one_team_to_the_other() -> None:
    found = changed(('match = "PJSIP/11??", team = "blue"', 'match = "PJSIP/11??", team = "red"'))
    assert {(each.person, each.gains) for each in found} == {("@wt-blue", False), ("@wt-red", True)}


@settings(max_examples=25, deadline=None)
@given(policies)
def test_no_policy_differs_from_itself(policy: Policy) -> None:
    assert list(changes(policy, policy, {})) == []


@settings(max_examples=15, deadline=None)
@given(policies, policies)
def test_any_two_policies_can_be_compared(old: Policy, new: Policy) -> None:
    there, back = list(changes(old, new, {})), list(changes(new, old, {}))
    assert {(each.person, each.gains) for each in there if each.gains is not None} == {
        (each.person, not each.gains) for each in back if each.gains is not None
    }


@pytest.mark.parametrize(
    "pattern", ["sales-*", "*", "PJSIP/10??", "[abc]x", "[!a]?", "[[]", "[]x]", "a[", "plain", "", "[!]]"]
)
def test_a_sample_of_a_pattern_is_matched_by_it(pattern: str) -> None:
    for name in instances(pattern):
        assert any_of([pattern]).match(name)


@given(st.text("ab*?[]!-", max_size=8))
def test_a_sample_of_any_pattern_is_matched_by_it(pattern: str) -> None:
    matched = any_of([pattern]).match(instance(pattern)) is not None
    assert matched or "[" in pattern  # a class of signs that has no sign in it matches nothing


def test_what_nothing_tells_apart_is_one_sample() -> None:
    policy = read(
        TEXT.replace("agent = [\n", "agent = [\n" + "".join(f'{{match = "SIP/{n}", team = "x"}},' for n in range(500)))
    )
    assert len(samples(policy, read(TEXT)).agents) < 10
