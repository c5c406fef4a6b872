"""What the console refuses, because it would not be kept."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.permissions.test_parse import FIXTURES, profile, read
from whisper_tui.permissions.held import held
from whisper_tui.permissions.mistakes import PolicyRefused


def test_a_policy_that_the_console_holds_is_taken() -> None:
    policy = read((FIXTURES / "good.toml").read_text())
    assert held(policy) is policy


@pytest.mark.parametrize(
    "line",
    [
        'when = { tz = "UTC" }',
        'listen_first = { "call.whisper" = "5s" }',
        'reason_required = ["call.barge"]',
        'max = { "call.listen" = "30m", sessions = 1 }',
        'coach_budget = { per_agent = "10m/h" }',
        'quota = { listens_per_agent = "4/month", pick = "random" }',
        'four_eyes = { "call.takeover" = { approvers = ["@m"], within = "2m" } }',
        'break_glass = { enabled = true, notify = ["ben"] }',
    ],
)
def test_every_limit_is_held(line: str) -> None:
    policy = read(profile(line))
    assert held(policy) is policy


def test_every_key_that_it_cannot_hold_is_named_with_its_line() -> None:
    text = profile('coach_budget = { nudge_talk = "30s" }')
    with pytest.raises(PolicyRefused) as refused:
        held(read(text))
    assert [(each.line, each.key) for each in refused.value.mistakes] == [
        (6, "profile[red].coach_budget.nudge_talk"),
    ]
    assert "this version cannot hold this yet" in str(refused.value)
    assert held(replace(read(profile("")), path="")).profiles[0].name == "red"
