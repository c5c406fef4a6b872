"""What makes a call need somebody: more of anything never makes it need them less."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, NOW
from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.rows import CallRow, FactRow, HandRow
from whisper_tui.ui.needs import MOST_MINUTES, SAID, need

SPAN = st.floats(0.0, 20_000.0)
POINTS = st.floats(0.0, 1000.0)
WEIGHTS = st.builds(
    NeedSettings, *([POINTS] * 10), vip_queues=st.just(("vip-*",)), new_agents=st.just(("PJSIP/10?9",))
)  # fmt: skip
ROWS = st.builds(
    lambda queue, device, waited, talked, held, holds, silent, before, hand: replace(
        ANA,
        queue=queue,
        agent_device=device,
        waited=waited,
        talking_since=NOW - talked,
        held=held,
        holds=holds,
        silent_since=None if silent is None else NOW - silent,
        before=before,
        hand=None if hand is None else HandRow(NOW - hand),
    ),
    st.sampled_from(["support", "vip-gold"]),
    st.sampled_from(["PJSIP/1001", "PJSIP/1009"]),
    SPAN, SPAN, SPAN, st.integers(0, 50), st.none() | SPAN, st.integers(0, 50), st.none() | SPAN,
)  # fmt: skip
MORE = {
    "waited": lambda row, by: replace(row, waited=(row.waited or 0.0) + by),
    "talked": lambda row, by: replace(row, talking_since=(row.talking_since or NOW) - by),
    "held": lambda row, by: replace(row, held=row.held + by),
    "on hold": lambda row, by: replace(row, held_since=NOW - by),
    "holds": lambda row, by: replace(row, holds=row.holds + 1),
    "silent": lambda row, by: replace(row, silent_since=(NOW if row.silent_since is None else row.silent_since) - by),
    "before": lambda row, by: replace(row, before=row.before + 1),
    "hand": lambda row, by: replace(row, hand=row.hand or HandRow(NOW - by)),
    "alarm": lambda row, by: replace(row, facts=(*row.facts, FactRow("mood", "mood", "angry", alarm=True))),
    "vip": lambda row, by: replace(row, queue="vip-gold"),
    "new agent": lambda row, by: replace(row, agent_device="PJSIP/1009"),
}


@pytest.mark.parametrize("factor", sorted(MORE))
@given(row=ROWS, weights=WEIGHTS, by=SPAN)
def test_more_of_anything_never_needs_less(factor: str, row: CallRow, weights: NeedSettings, by: float) -> None:
    assert need(MORE[factor](row, by), NOW, weights).points >= need(row, NOW, weights).points


@given(row=ROWS, weights=WEIGHTS)
def test_reasons_are_of_what_counts_and_name_no_number(row: CallRow, weights: NeedSettings) -> None:
    found = need(replace(row, caller="…0142", caller_name="M. Dubois"), NOW, weights)
    assert bool(found.points) == bool(found.reasons)
    assert found.words.count(";") < SAID
    assert "0142" not in found.words
    assert "Dubois" not in found.words
    assert need(row, NOW, NeedSettings(*[0.0] * 10)).points == 0.0


def test_a_call_of_hours_does_not_hide_an_agent_who_asks_for_help() -> None:
    old = replace(ANA, talking_since=NOW - 40_000)
    assert need(replace(BEN, hand=HandRow(NOW)), NOW, NeedSettings()).points > need(old, NOW, NeedSettings()).points
    assert need(old, NOW, NeedSettings(wait=0.0)).points == pytest.approx(0.2 * MOST_MINUTES)


def test_what_was_taken_is_no_reason_and_what_is_not_known_neither() -> None:
    taken = replace(ANA, hand=HandRow(NOW - 60, answered_by="eva"))
    assert need(taken, NOW, NeedSettings()) == need(ANA, NOW, NeedSettings())
    assert need(replace(CALLER, waiting_since=None, priority=None), NOW, NeedSettings()).reasons == ()


def test_an_alarm_is_said_with_what_it_is_and_what_is_none_is_not() -> None:
    known = (FactRow("tier", "customer", "gold"), FactRow("mood", "mood", "angry", alarm=True))
    assert need(replace(ANA, facts=known), NOW, NeedSettings()).reasons[0] == "mood: angry"


def test_reasons_in_words() -> None:
    row = replace(
        BEN, queue="vip-gold", agent_device="PJSIP/1009", before=1, silent_since=NOW - 61, hand=HandRow(NOW - 5)
    )
    weights = NeedSettings(vip_queues=("vip-*",), new_agents=("PJSIP/1009",))
    assert need(row, NOW, weights).reasons == (
        "hand raised for 00:05", "VIP queue", "silent for 01:01", "new agent", "called once before", "on hold 00:20",
        "talks for 03:02", "held once", "waited 00:12",
    )  # fmt: skip
    assert "called 3 times before" in need(replace(row, before=3, holds=0), NOW, weights).reasons
    assert "on hold 00:20, 02:30 in all" in need(replace(row, held=130.0), NOW, weights).reasons
    over = replace(row, held_since=None, held=130.0, holds=2)
    assert {"on hold 02:10 before", "held 2 times"} <= set(need(over, NOW, weights).reasons)
