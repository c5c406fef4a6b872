"""Whom chance chooses."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from whisper_tui.permissions.decide import Grants, grants_of
from whisper_tui.permissions.draw import draw
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.policy import CallFacts, Policy, Profile, Scope
from whisper_tui.permissions.spans import Period, Rate
from whisper_tui.permissions.state import FIRST, State
from whisper_tui.terms import Right, Subject

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
BY_CHANCE = Limits(random_pick=True, listens=Rate(4, Period.MONTH, "4/month"))
CALLS = [CallFacts("main", "support", f"PJSIP/{n}") for n in (1001, 1002, 1002, 1002, 1003)]


def reviewer(**more: object) -> Grants:
    held = Profile(
        "quality", frozenset({Right.FLOOR_VIEW, Right.LISTEN}), os_users=frozenset({"quinn"}), limits=BY_CHANCE
    )
    return grants_of(Subject("quinn", 1000), Policy((replace(held, **more),), ""))  # type: ignore[arg-type]


def drawn(grants: Grants, lot: float, states: dict[str, State] | None = None) -> CallFacts | None:
    known = states or {}
    return draw(grants, [(call, known.get(call.agent or "", FIRST)) for call in CALLS], NOW, "", lot)


def test_every_agent_has_the_same_chance_however_many_calls_they_are_in() -> None:
    found = [drawn(reviewer(), lot / 300) for lot in range(300)]
    assert Counter(call.agent for call in found if call) == {"PJSIP/1001": 100, "PJSIP/1002": 100, "PJSIP/1003": 100}


def test_whom_the_profile_does_not_reach_and_whose_quota_is_used_up_is_never_drawn() -> None:
    used_up = {"PJSIP/1001": replace(FIRST, listens={Period.MONTH: 4})}
    scope = Scope(agent=("PJSIP/1001", "PJSIP/1003"))
    assert {drawn(reviewer(scope=scope), lot / 10, used_up) for lot in range(10)} == {CALLS[-1]}
    assert drawn(reviewer(scope=Scope(agent=("PJSIP/9",))), 0.5) is None


@given(st.floats(0, 1))
def test_any_lot_draws_one_of_the_calls(lot: float) -> None:
    assert drawn(reviewer(), lot) in CALLS
