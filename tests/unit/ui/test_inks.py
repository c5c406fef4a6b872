"""Spans: text put into cells exactly, whatever the text is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ui.inks import (
    Ground,
    Ink,
    Line,
    Linked,
    changed,
    crop,
    fit,
    fit_right,
    linked,
    spread,
    taken,
    width_of,
    wrap,
)

TEXTS = st.text(alphabet=st.sampled_from("ab 12é…●田中\u0301ｶ🙂"), max_size=12)
SPANS = st.lists(st.tuples(TEXTS, st.sampled_from([Ink.TEXT, Ink.LATE])), max_size=6).map(tuple)


@given(TEXTS, st.integers(0, 20))
def test_text_takes_exactly_the_cells_it_is_given(text: str, width: int) -> None:
    assert width_of(fit(text, width)) == width
    assert width_of(fit_right(text, width)) == width


def test_a_name_that_is_cut_shows_that_it_is() -> None:
    assert fit("Chloe Martin", 8) == "Chloe M…"
    assert fit("田中恵子", 6) == "田中 …"


@given(SPANS, SPANS, st.integers(0, 40))
def test_two_sides_never_take_more_than_the_line(left: tuple, right: tuple, width: int) -> None:  # type: ignore[type-arg]
    assert taken(spread(left, right, width)) <= width


@given(SPANS, st.integers(0, 30))
def test_a_cropped_line_fits(spans: tuple, width: int) -> None:  # type: ignore[type-arg]
    assert taken(crop(spans, width)) <= width


def cells(line: Line) -> list[tuple[str, Ink, Ground]]:
    found = []
    for text, ink in line.spans:
        for sign in text:
            found += [(sign, ink, line.ground)] + [("", ink, line.ground)] * (width_of(sign) - 1)
    return found


@given(
    st.lists(st.tuples(st.text("ab1 ", max_size=5), st.sampled_from([Ink.TEXT, Ink.LATE])), max_size=5).map(tuple),
    st.lists(st.tuples(st.text("ab1 ", max_size=5), st.sampled_from([Ink.TEXT, Ink.LATE])), max_size=5).map(tuple),
    st.sampled_from(Ground),
)
def test_what_changed_is_inside_the_cells_that_are_drawn_again(old: tuple, new: tuple, ground: Ground) -> None:  # type: ignore[type-arg]
    before, after = Line(old), Line(new, ground)
    extent = changed(before, after)
    drawn = range(*extent) if extent else range(0)
    was, now = cells(before), cells(after)
    for at in range(max(len(was), len(now))):
        same = at < len(was) and at < len(now) and was[at] == now[at]
        assert same or at in drawn


def test_one_second_more_changes_the_cells_of_the_duration_alone() -> None:
    head, tail = ("● talk Ana  ", Ink.TEXT), (" rec", Ink.MUTED)
    before = Line((head, ("06:31", Ink.TEXT), tail))
    assert changed(before, Line((head, ("06:32", Ink.TEXT), tail))) == (12, 17)


def test_words_are_put_into_lines_by_the_cells_they_take() -> None:
    assert wrap(["one", "two", "three"], 7) == ["one two", "three"]
    assert wrap(["株式会社", "x"], 6, "   ") == ["株式 …", "x"]
    assert wrap([], 6) == []
    assert all(width_of(line) <= 5 for line in wrap(["🙂" * 9, "ab", "cd"], 5))


def test_a_link_goes_with_its_text_where_that_is_cut_and_is_another_text_than_without() -> None:
    there = linked("a long value", "https://crm.example.com/1")
    ((cut, _ink),) = crop(((there, Ink.TEXT),), 6)
    assert isinstance(cut, Linked)
    assert (str(cut), cut.link) == ("a lon…", "https://crm.example.com/1")
    assert there != "a long value"
    assert there != linked("a long value", "https://crm.example.com/2")
    assert changed(Line((("a long value", Ink.TEXT),)), Line(((there, Ink.TEXT),))) == (0, 12)


@pytest.mark.parametrize("link", ["", "javascript:x", "https://", "https://a\x1b]8;;", "https://a b", "https://é"])
def test_what_is_no_address_of_the_web_leads_nowhere(link: str) -> None:
    assert not isinstance(linked("x", link), Linked)
