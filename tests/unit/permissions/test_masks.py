"""Masks show what the profile lets be seen and no digit more."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.permissions.masks import mask, mask_name
from whisper_tui.permissions.policy import Numbers


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+33155550142", "…0142"),
        ("5550142", "…0142"),
        ("10142", "…42"),
        ("1001", "…1"),
        ("112", "…"),
        ("anonymous", "…"),
        ("sip:ana@example.com", "…"),
        ("", ""),
    ],
)
def test_four_digits_show_and_three_stay_hidden(number: str, shown: str) -> None:
    assert mask(number, Numbers.LAST4) == shown


def test_full_shows_everything_and_none_that_there_is_one() -> None:
    assert mask("+33155550142", Numbers.FULL) == "+33155550142"
    assert mask("+33155550142", Numbers.NONE) == "…"
    assert mask("", Numbers.NONE) == ""


def test_a_name_shows_unless_it_is_the_number_again() -> None:
    assert mask_name("Ana Ruiz 2", Numbers.LAST4) == "Ana Ruiz 2"
    assert mask_name("+33 1 55 55 01 42", Numbers.LAST4) == "…0142"
    assert mask_name("Ana Ruiz", Numbers.NONE) == "…"
    assert mask_name("+33155550142", Numbers.FULL) == "+33155550142"


@given(st.text() | st.text("0123456789+- ٠١٢٣²½", max_size=15))
def test_no_digit_leaks(number: str) -> None:
    digits = [each for each in number if each.isdecimal()]
    shown = mask(number, Numbers.LAST4).removeprefix("…")
    assert len(shown) <= min(4, max(0, len(digits) - 3))
    assert "".join(digits).endswith(shown)
    assert mask(number, Numbers.NONE) in ("", "…")
    assert len([each for each in mask_name(number, Numbers.LAST4) if each.isdecimal()]) <= 4
