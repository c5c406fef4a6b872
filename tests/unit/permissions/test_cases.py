"""What a site expects of its policy."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import tomli
from hypothesis import given, settings

from tests.unit.permissions.test_parse import FIXTURES, keyed, profile, read
from whisper_tui.permissions.cases import Case, outcomes, read_cases
from whisper_tui.permissions.mistakes import PolicyRefused
from whisper_tui.permissions.policy import Policy

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def cases(text: str) -> tuple[Case, ...]:
    return read_cases(tomli.loads(text), "cases.toml", text)


def answered(policy: Policy, text: str) -> list[bool]:
    return [each.met for each in outcomes(cases(text), policy, NOW)]


def file(name: str) -> str:
    return (FIXTURES / name).read_text()


def test_a_policy_for_two_teams_and_a_reviewer_does_what_is_expected_of_it() -> None:
    found = list(outcomes(cases(file("two-teams.cases.toml")), read(file("two-teams.toml")), NOW))
    assert len(found) == 19
    assert [each.case.name for each in found if not each.met] == []


def test_every_right_of_a_case_is_an_expectation_of_its_own() -> None:
    policy = read(profile('roles = ["lead"]'))
    assert answered(policy, '[[case]]\nuser = "ana"\nmay = ["floor.view", "call.barge"]\nmay_not = ["floor.view"]') == [
        True,
        False,
        False,
    ]


def test_the_rule_of_a_denial_can_be_part_of_what_is_expected() -> None:
    policy = read(profile('roles = ["lead"]'))
    text = '[[case]]\nuser = "ana"\nmay_not = ["call.barge"]\nrule = "{}"'
    assert answered(policy, text.format("no-right")) == [True]
    assert answered(policy, text.format("phone")) == [False]


def test_what_somebody_has_done_already_can_be_part_of_a_case() -> None:
    limits = 'listen_first = { "call.barge" = "10s" }\nmax = { "call.barge" = "5m" }\nreason_required = ["call.barge"]'
    text = profile(f'roles = ["lead"]\n{limits}').replace('"floor.view"', '"floor.view", "call.listen", "call.barge"')
    case = '[[case]]\nuser = "ana"\nqueue = "support"\nagent = "PJSIP/1001"\n{}\nmay = ["call.barge"]'
    assert answered(read(text), case.format('heard = "10s"\nreason = "x"\nspent = { "call.barge" = "4m" }')) == [True]
    for less in (
        'heard = "9s"\nreason = "x"',
        'heard = "10s"',
        'heard = "1m"\nreason = "x"\nspent = { "call.barge" = "5m" }',
    ):
        assert answered(read(text), case.format(less)) == [False]


def test_a_case_has_its_own_moment() -> None:
    policy = read(profile('roles = ["lead"]\nwhen = { hours = "07:00-21:00", tz = "Europe/Paris" }'))
    case = '[[case]]\nuser = "ana"\nmay = ["floor.view"]\n{}'
    assert answered(policy, case.format("")) == [True]
    assert answered(policy, case.format("at = 2026-11-23T20:30:00Z")) == [False]


def test_the_line_of_a_case_is_known() -> None:
    assert cases('# a\n\n[[case]]\nuser = "ana"\nmay = ["call.listen"]')[0].line == 3


def test_every_mistake_in_a_file_of_cases_is_named_with_its_line() -> None:
    text = """[[case]]
name = "first"
user = "ana"
may = ["call.lisen"]
rule = "no-rigth"
[[case]]
quue = "support"
at = 2026-11-23T10:00:00
"""
    with pytest.raises(PolicyRefused) as refused:
        cases(text)
    assert [f"{each.line}: {each}" for each in refused.value.mistakes] == [
        "4: case[first].may: there is no right 'call.lisen' - did you mean `call.listen`?",
        "5: case[first].rule: there is no rule 'no-rigth' - did you mean `no-right`?",
        '6: case[2]: is about nobody - user = "ana", or groups = ["wt-red"]',
        '6: case[2]: expects nothing - may = ["call.listen"], or may_not = [...]',
        "7: case[2].quue: unknown key - did you mean `queue`?",
        "8: case[2].at: has no time zone - 2026-11-23T10:00:00+01:00",
    ]


def test_a_file_without_cases_proves_nothing_and_is_refused() -> None:
    with pytest.raises(PolicyRefused, match="has no case"):
        cases("# nothing\n")


@settings(max_examples=60, deadline=None)
@given(keyed)
def test_no_table_does_worse_than_to_be_refused(table: dict[str, object]) -> None:
    try:
        assert read_cases({"case": table.get("profile", []), **table}, "cases.toml", "")
    except PolicyRefused as refused:
        assert refused.mistakes
