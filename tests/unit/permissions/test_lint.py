"""What is written in vain, or may not mean what it says."""

from __future__ import annotations

import pytest
import tomli

from tests.unit.permissions.test_parse import FIXTURES
from whisper_tui.permissions import lint
from whisper_tui.permissions.lint import covers
from whisper_tui.permissions.parse import parse

ROLES = """
[roles.coach]
can = ["floor.view", "call.listen", "call.whisper"]
"""
RED = '[[profile]]\nname = "red"\nos_users = ["ana"]\nroles = ["coach"]\n'


def warned(text: str) -> list[str]:
    table = tomli.loads(text)
    policy = parse(table, "", "policy.toml", text)
    return [f"{each.line}: {each}" for each in lint.warnings(policy, table, text)]


def noted(text: str) -> list[str]:
    table = tomli.loads(text)
    return [f"{each.line}: {each}" for each in lint.notes(parse(table, "", "policy.toml", text), table, text)]


def test_a_policy_in_which_everything_counts_is_not_found_fault_with() -> None:
    text = (FIXTURES / "two-teams.toml").read_text()
    assert warned(text) == []
    assert noted(text) == []


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("[roles.spare]\ncan = ['log.view']", "9: roles.spare: no profile has this role"),
        ('scope = { team = ["blue"] }', "9: profile[red].scope.team[1]: 'blue' matches nothing"),
        ('scope = { queue = ["s*", "sales"] }', "9: profile[red].scope.queue[2]: 'sales' is in 's*' already"),
        ('scope = { queue = ["a", "a"] }', "9: profile[red].scope.queue[2]: 'a' is in the list already"),
        (
            'scope = { queue = ["s1"] }\ndeny = { queue = ["s?"] }',
            "9: profile[red].scope.queue: all of it is in deny.queue",
        ),
        ('deny = { agent = ["*"] }', "5: profile[red].scope.agent: all of it is in deny.agent - ana may do nothing"),
        ('listen_first = { "call.barge" = "5s" }', "9: profile[red].listen_first.call.barge: nobody may call.barge"),
        ('reason_required = ["call.barge"]', "9: profile[red].reason_required.call.barge: nobody may call.barge"),
        (
            'four_eyes = { "call.listen" = { approvers = ["ana"], within = "2m" } }',
            "9: profile[red].four_eyes.call.listen: the only approver is the one who asks",
        ),
    ],
)
def test_what_is_in_vain_is_said_with_its_line(more: str, said: str) -> None:
    found = warned(f"{ROLES}\n{RED}{more}\n")
    assert len(found) == 1
    assert found[0].startswith(said)


def test_people_with_nothing_and_rights_that_are_of_no_use_alone_are_named() -> None:
    text = """
[roles.blind]
can = ["call.barge"]
[roles.nothing]
[[profile]]
name = "a"
os_users = ["ana"]
roles = ["blind"]
[[profile]]
name = "b"
os_groups = ["wt-b"]
roles = ["nothing"]
deny = { queue = ["vip"] }
[[profile]]
name = "c"
os_users = ["ben"]
"""
    assert warned(text) == [
        "4: roles.nothing: grants nothing",
        "8: profile[a].roles: call.barge without call.listen grants nothing: every way in is listening",
        "8: profile[a].roles: call.barge without floor.view: ana sees no call",
        "9: profile[b]: @wt-b may do nothing: no profile grants anything",
        "14: profile[c]: grants nothing and restricts nothing - roles = [...]",
        "14: profile[c]: ben may do nothing: no profile grants anything",
    ]


def test_another_profile_of_the_same_person_can_put_one_in_the_shade() -> None:
    vip = '[[profile]]\nname = "vip"\nos_users = ["ana"]\nroles = ["coach"]\nscope = { queue = ["vip-*"] }\n'
    text = f"{ROLES}{RED}deny = {{ queue = ['vip-*'] }}\n{vip}"
    assert warned(text) == [
        "13: profile[vip].scope.queue: all of it is in deny.queue of profile[red] - ana may do nothing by this profile"
    ]


def test_entries_that_earlier_ones_leave_nothing_to_say_are_named() -> None:
    text = f"""
[attributes]
queue = [
  {{ match = "s*", department = "sales" }},
  {{ match = "sales", department = "care" }},
  {{ match = "sales", campaign = "spring" }},
  {{ match = "sales", department = "care", tags = ["vip"] }},
]
{ROLES}{RED}"""
    assert warned(text) == [
        "5: attributes.queue[2]: 'sales' is never looked at: entries before it say as much"
        " - the first entry that says something holds"
    ]


def test_where_nobody_is_told_nobody_may_listen_and_that_is_said() -> None:
    text = f"policy.require_announced = true\n{ROLES}{RED}scope = {{ queue = ['sales-*', 'none'] }}\n"
    assert [each.partition(" - ")[0] for each in warned(text)] == [
        "9: profile[red].scope.queue[1]: nobody may listen in 'sales-*': [attributes] does not say that its callers are told",
        "9: profile[red].scope.queue[2]: nobody may listen in 'none': [attributes] does not say that its callers are told",
    ]


def test_reasons_that_nobody_is_asked_for_are_named() -> None:
    assert warned(f"reasons.codes = ['training']\n{ROLES}{RED}") == [
        '1: reasons.codes: nobody is asked for a reason - reason_required = ["call.barge"]'
    ]


def test_a_phone_of_other_people_and_lists_without_a_common_phone_are_named() -> None:
    other = '[[profile]]\nname = "{}"\nos_users = ["{}"]\nroles = ["coach"]\nphone = ["{}"]\n'
    mine = f"{ROLES}{RED}phone = ['PJSIP/2001']\n"
    assert "PJSIP/2001 is a phone of profile[blue] too, which is for other people" in " ".join(
        warned(mine + other.format("blue", "ben", "PJSIP/2001"))
    )
    assert warned(mine + other.format("b", "ana", "PJSIP/2002")) == [
        "13: profile[b].phone: no phone may be rung for ana: its profiles have none in common"
    ]


def test_what_rests_on_something_else_is_noted() -> None:
    text = f'{ROLES}{RED}notify_agent = "live"\nbreak_glass = {{ enabled = true, notify = ["@wt-dpo"] }}\n'
    assert [each.partition(": ")[2] for each in noted(text)] == [
        'profile[red].notify_agent: with "live", these people may be heard only where the AMI account may write class message',
        "profile[red].break_glass: tells people, so it is denied without the floor server",
    ]


@pytest.mark.parametrize(
    ("wider", "pattern", "covered"),
    [
        ("*", "anything", True),
        ("s*", "sales-*", True),
        ("sales-*", "s*", False),
        ("sales-?", "sales-*", False),
        ("PJSIP/10??", "PJSIP/1001", True),
        ("PJSIP/10??", "PJSIP/10*", False),
        ("[!a]*", "?*", False),
        ("none", "none", True),
        ("n*", "none", False),
    ],
)
def test_a_pattern_covers_another_if_it_matches_all_that_the_other_does(
    wider: str, pattern: str, covered: bool
) -> None:
    assert covers(wider, pattern) is covered


def test_a_large_policy_is_looked_through_without_comparing_all_with_all() -> None:
    agents = "".join(f'  {{ match = "PJSIP/{n}", team = "team-{n % 90}" }},\n' for n in range(20_000))
    names = ", ".join(f'"PJSIP/{n}"' for n in range(20_000))
    text = f"[attributes]\nagent = [\n{agents}]\n{ROLES}{RED}scope = {{ agent = [{names}] }}\n"
    assert warned(text) == []
