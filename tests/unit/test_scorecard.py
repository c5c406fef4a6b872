"""What points come to."""

from __future__ import annotations

from fractions import Fraction
from math import floor

from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.scorecard import Grade, Item, Points, Result, Scorecard, result

GREETS = Item("greets", "Greets")
VERIFIES = Item("verifies", "Verifies", weight=2, critical=True)
LISTENS = Item("listens", "Listens", weight=3, most=5)
CARD = Scorecard("Care", "d1", (GREETS, VERIFIES, LISTENS), (Grade("good", 75), Grade("fair", 50)))


def test_each_item_counts_by_its_weight_however_many_points_it_has() -> None:
    assert result(CARD, {"greets": 1, "verifies": 1, "listens": 4}) == Result(90, "good", (), 3)
    assert result(CARD, {"greets": 0, "verifies": 1, "listens": 2}) == Result(53, "fair", (), 3)
    assert result(CARD, {"greets": 0, "verifies": 1, "listens": 0}) == Result(33, "", (), 3)


def test_a_running_result_is_of_what_was_given_so_far_and_leaves_out_what_does_not_apply() -> None:
    assert result(CARD, {}) == Result(None, "", (), 0)
    assert result(CARD, {"listens": 4}).percent == 80
    assert result(CARD, {"listens": 4, "greets": None}) == Result(80, "good", (), 2)
    assert result(CARD, {"greets": None}) == Result(None, "", (), 1)


def test_a_critical_item_without_points_fails_the_whole() -> None:
    assert result(CARD, {"greets": 1, "verifies": 0, "listens": 5}) == Result(0, "", (VERIFIES,), 3)
    assert result(CARD, {"greets": 1, "verifies": None, "listens": 5}) == Result(100, "good", (), 3)


def test_a_half_is_rounded_upwards() -> None:
    card = Scorecard("Care", "d1", (Item("a", "a", weight=1, most=8), Item("b", "b", weight=24)))
    assert result(card, {"a": 1, "b": 0}).percent == 1  # 0.5 %


items = st.lists(
    st.builds(Item, st.uuids().map(str), st.just("words"), st.integers(1, 100), st.integers(1, 9), st.booleans()),
    min_size=1,
    max_size=40,
)


@st.composite
def given_points(draw: st.DrawFn) -> tuple[Scorecard, Points]:
    card = Scorecard("Care", "d1", tuple(draw(items)))
    return card, {item.ident: draw(st.none() | st.integers(0, item.most)) for item in card.items if draw(st.booleans())}


@given(given_points())
def test_the_percent_are_those_of_exact_fractions_and_only_failing_makes_them_nothing(
    what: tuple[Scorecard, Points],
) -> None:
    card, points = what
    found = result(card, points)
    counted = [(item, points[item.ident] or 0) for item in card.items if points.get(item.ident) is not None]
    assert found.answered == len(points)
    if not counted:
        assert found.percent is None
        return
    reached = sum(Fraction(item.weight * given, item.most) for item, given in counted)
    exact = 100 * reached / sum(item.weight for item, _given in counted)
    assert found.failed == tuple(item for item, given in counted if item.critical and not given)
    assert found.percent == (0 if found.failed else floor(exact + Fraction(1, 2)))
