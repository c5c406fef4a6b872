"""Colours that can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ui.contrast import contrast, is_colour, is_grey, legible

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1.0


@given(COLOURS, COLOURS)
def test_whatever_colour_a_site_has_it_can_be_read_on_whatever_ground(colour: str, ground: str) -> None:
    shown = legible(colour, ground)
    assert is_colour(shown)
    assert contrast(shown, ground) >= 4.5


@given(COLOURS)
def test_a_colour_that_can_be_read_stays_as_it_is(colour: str) -> None:
    ground = "#000000" if contrast(colour, "#000000") >= 4.5 else "#ffffff"
    assert legible(colour, ground) == colour


def test_a_colour_keeps_its_hue_as_far_as_that_goes() -> None:
    red, green, blue = (int(legible("#c00000", "#11161d")[at : at + 2], 16) for at in (1, 3, 5))
    assert red > green == blue


def test_grey_is_told_from_colour() -> None:
    assert is_grey("#d8d8d8")
    assert not is_grey("#d8d8d9")
    assert not is_colour("red")
