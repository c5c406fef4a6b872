"""A policy file becomes a policy, or every mistake in it is named."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import FourEyes, Limits
from whisper_tui.permissions.mistakes import PolicyRefused
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import AgentEntry, Attributes, Notify, Numbers, Policy, QueueEntry
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.terms import Right

FIXTURES = Path(__file__).parents[3] / "fixtures" / "policy"
BAD = sorted(FIXTURES.glob("bad-*.toml"))
TRAINER = {Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.CUE_SEND, Right.REPORT_OWN}


def read(text: str) -> Policy:
    return parse(tomli.loads(text), "digest", "policy.toml", text)


def refusal(text: str) -> str:
    with pytest.raises(PolicyRefused) as refused:
        read(text)
    assert refused.value.exit_code == 2
    return str(refused.value)


def profile(line: str) -> str:
    return f'[roles.lead]\ncan = ["floor.view"]\n[[profile]]\nname = "red"\nos_users = ["ana"]\n{line}\n'


def test_a_good_file_becomes_profiles_with_what_their_roles_add_up_to() -> None:
    policy = read((FIXTURES / "good.toml").read_text())
    trainers, leads, no_vip = policy.profiles
    assert trainers.rights == TRAINER
    assert leads.rights == TRAINER | {Right.BARGE, Right.AGENT_PAUSE, Right.LOG_VIEW}
    assert leads.os_users == {"ana"}
    assert leads.os_groups == {"wt-red"}
    assert leads.scope.queue == ("sales-*", "support", "none")
    assert leads.deny.agent == ("PJSIP/1099",)
    assert leads.phones == {"PJSIP/2001"}
    assert [each.numbers for each in policy.profiles] == [None, Numbers.LAST4, Numbers.NONE]
    assert [each.notify for each in policy.profiles] == [Notify.OFF, Notify.LIVE, Notify.OFF]
    assert [each.agent_may_decline for each in policy.profiles] == [False, True, False]
    assert no_vip.rights == frozenset()
    assert policy.digest == "digest"
    assert policy.exempt_agents == ("PJSIP/1098",)


def test_a_profile_knows_its_line() -> None:
    text = (FIXTURES / "good.toml").read_text()
    lines = text.splitlines()
    for each in read(text).profiles:
        assert lines[each.line - 1 : each.line + 1] == ["[[profile]]", f'name = "{each.name}"']


def test_a_mistake_at_the_end_of_fifty_thousand_lines_is_said_with_its_line() -> None:
    agents = "".join(f'  {{ match = "PJSIP/{n}", team = "team-{n % 90}" }},\n' for n in range(50_000))
    said = refusal(f"[attributes]\nagent = [\n{agents}]\n[[profile]]\nname = 'red'\nos_user = ['ana']\n")
    assert "line 50006: profile[red].os_user: unknown key - did you mean `os_users`?" in said


def test_what_only_looks_like_a_header_misleads_nobody() -> None:
    inside_a_text = "[attributes]\nqueue = [{ match = '''x\n[[profile]]\nx''' }]\n"
    assert [each.line for each in read(inside_a_text + profile("")).profiles] == [7]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_bad_file_is_refused_with_every_mistake_in_it(path: Path) -> None:
    text = path.read_text()
    expected = [line.removeprefix("# expect: ") for line in text.splitlines() if line.startswith("# expect: ")]
    said = refusal(text)
    for each in expected:
        assert each in said
    with pytest.raises(PolicyRefused) as refused:
        read(text)
    assert len(refused.value.mistakes) == len(expected)


def test_one_mistake_is_said_with_its_line_in_front() -> None:
    assert refusal(profile('rols = ["lead"]')) == (
        "policy.toml:6: profile[red].rols: unknown key - did you mean `roles`?"
    )


def test_the_whole_of_a_policy_becomes_data() -> None:
    policy = read((FIXTURES / "whole.toml").read_text())
    (leads,) = policy.profiles
    assert policy.max_session == 1800
    assert policy.require_announced
    assert policy.reasons[:2] == ("training", "quality")
    assert policy.zone == ZoneInfo("Europe/Paris")
    assert policy.lines["max_session"] == 4
    assert leads.hours == Hours(frozenset(range(5)), 420, 1260, ZoneInfo("Europe/Paris"))
    assert leads.limits == Limits(
        {Right.WHISPER: 5, Right.BARGE: 10},
        frozenset({Right.BARGE, Right.TAKEOVER}),
        {Right.LISTEN: 1800, Right.WHISPER: 600, Right.BARGE: 300},
        1,
        Rate(600, Period.HOUR, "10m/h"),
        30,
        Rate(4, Period.MONTH, "4/month"),
        four_eyes={Right.TAKEOVER: FourEyes(("@wt-managers",), 120)},
        break_glass=True,
        glass_notify=("@wt-dpo",),
    )


@pytest.mark.parametrize(
    "line",
    ['scope = { team = ["*"], queue = ["*"] }', "deny = { queue = [], tags = [] }", 'notify_agent = "off"', "max = {}"],
)
def test_a_key_that_asks_for_nothing_is_taken(line: str) -> None:
    assert read(profile(line)).profiles[0].name == "red"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('max = { "call.listen" = "30s\\n" }', "is not a span"),
        ('coach_budget = { per_agent = "10m/h\\n" }', "is not a rate"),
        ('quota = { listens_per_agent = "4/month\\n" }', "is not a rate"),
        ('when = { hours = "07:00-21:00\\n" }', "is not hours"),
    ],
)
def test_a_length_or_hours_with_a_line_end_behind_them_are_none(line: str, said: str) -> None:
    assert said in refusal(profile(line))


@pytest.mark.parametrize("names", [[f"V{n}" for n in range(81)], ["V" * 80 + chr(n) for n in range(65, 75)]])
def test_more_variables_than_can_be_read_are_refused(names: list[str]) -> None:
    def table(some: list[str]) -> str:
        rows = ", ".join(f'{{ name = "{name[-80:]}", is = "team" }}' for name in some)
        return f"[attributes]\nvariable = [{rows}]\n{profile('')}"

    assert len(read(table(names[:9])).attributes.variable) == 9
    assert "too many variables" in refusal(table(names))


def test_a_name_written_in_another_form_of_unicode_still_matches_the_pbx() -> None:
    policy = read(profile('deny = { queue = ["vip-e\\u0301lite"] }'))
    assert policy.profiles[0].deny.queue == ("vip-\N{LATIN SMALL LETTER E WITH ACUTE}lite",)


def test_attributes_are_read_in_the_order_of_the_file() -> None:
    queue = '[attributes]\nqueue = [{ match = "vip-*", tags = ["pci"] }, { match = "*", announced = false }]\n'
    agent = 'agent = [{ match = "PJSIP/10??", team = "e\\u0301quipe", location = "lyon" }]\n'
    assert read(queue + agent).attributes == Attributes(
        (QueueEntry("vip-*", tags=frozenset({"pci"})), QueueEntry("*", announced=False)),
        (AgentEntry("PJSIP/10??", "\N{LATIN SMALL LETTER E WITH ACUTE}quipe", "lyon"),),
    )


@pytest.mark.parametrize(
    ("when", "days", "begins", "ends"),
    [
        ('hours = "07:00-21:00"', {0, 1, 2, 3, 4, 5, 6}, 420, 1260),
        ('days = ["mon-wed", "sat"]', {0, 1, 2, 5}, 0, 1440),
        ('days = ["fri-mon"], hours = "22:00-06:00"', {4, 5, 6, 0}, 1320, 1800),
        ('hours = "00:00-24:00"', {0, 1, 2, 3, 4, 5, 6}, 0, 1440),
    ],
)
def test_hours_are_read_with_ranges_of_days_and_over_midnight(
    when: str, days: set[int], begins: int, ends: int
) -> None:
    held = Hours(frozenset(days), begins, ends, ZoneInfo("Europe/Paris"))
    assert read(profile(f'when = {{ {when}, tz = "Europe/Paris" }}')).profiles[0].hours == held
    with_a_zone_for_all = 'policy.tz = "Europe/Paris"\n' + profile(f"when = {{ {when} }}")
    assert read(with_a_zone_for_all).profiles[0].hours == held


def test_a_file_without_profiles_is_a_policy_that_allows_nobody() -> None:
    assert read("schema = 1").profiles == ()


toml_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["schema", "policy", "reasons", "attributes", "roles", "profile", "name", "os_users", "scope", "deny", "queue"]
tables = st.dictionaries(st.sampled_from(KEYS), toml_values, max_size=4)
keyed = st.dictionaries(st.sampled_from(KEYS), toml_values | st.lists(tables, max_size=3), max_size=4)


@settings(max_examples=60, deadline=None)
@given(keyed)
def test_no_table_does_worse_than_to_be_refused(table: dict[str, object]) -> None:
    try:
        assert isinstance(parse(table, "", "policy.toml"), Policy)
    except PolicyRefused as refused:
        assert refused.mistakes
