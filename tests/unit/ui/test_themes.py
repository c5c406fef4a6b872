"""Themes: legible on every ground, and refused in words where they are wrong."""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import pytest

from whisper_tui.errors import UsageError
from whisper_tui.ui import themes
from whisper_tui.ui.inks import Ground, Ink, Tint

NAMES = ["colour-blind", "dark", "high-contrast", "light", "mono"]
LEAST = {"high-contrast": 7.0}
"""What AAA asks for (1.4.6)."""
LEGIBLE = 4.5
"""Contrast of text that WCAG 2.1 (1.4.3, AA) asks for."""


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ground", list(Ground))
def test_every_ink_can_be_read_on_every_ground(name: str, ground: Ground) -> None:
    palette = themes.load(name)
    for ink in Ink:
        if ink is Ink.RULE:
            continue  # lines between panes carry no words
        style = palette.style(ink, ground)
        assert style.color is not None and style.bgcolor is not None
        one, two = (luminance(tuple(colour.get_truecolor())) for colour in (style.color, style.bgcolor))
        contrast = (max(one, two) + 0.05) / (min(one, two) + 0.05)
        assert contrast >= LEAST.get(name, LEGIBLE), f"{ink} on {ground}: {contrast:.1f}"


def test_a_theme_without_colours_has_none() -> None:
    palette = themes.load("mono")
    for ink, ground in itertools.product(Ink, Ground):
        style = palette.style(ink, ground)
        for colour in (style.color, style.bgcolor):
            assert colour is not None
            assert len(set(colour.get_truecolor())) == 1


SEEN = {
    "protanopia": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "deuteranopia": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "tritanopia": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
"""How colours look to whoever lacks one kind of cone (Machado, Oliveira and Fernandes 2009, severity 1), in linear RGB."""
APART = 14.0
"""Distance in CIELAB (1976) that two colours have at least; the dark theme's nearest are 0.6 apart to a protanope."""


def lab(colour: tuple[int, int, int], eyes: str) -> tuple[float, float, float]:
    """CIELAB of what those eyes see."""
    linear = [each / 255 / 12.92 if each <= 10 else ((each / 255 + 0.055) / 1.055) ** 2.4 for each in colour]
    seen = [min(1.0, max(0.0, sum(m * v for m, v in zip(row, linear, strict=True)))) for row in SEEN[eyes]]
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(m * v for m, v in zip(row, seen, strict=True)) for row in to_xyz]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (each / white for each, white in zip(xyz, (0.9505, 1.0, 1.089), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("eyes", list(SEEN))
@pytest.mark.parametrize(
    "inks",
    [
        (Ink.SILENT, Ink.WHISPER, Ink.BARGE, Ink.THIRD, Ink.TAKEOVER),
        (Ink.TALKING, Ink.HELD, Ink.RINGING, Ink.LATE, Ink.PAUSED),
    ],
    ids=["modes", "states"],
)
def test_modes_and_states_are_told_apart_by_every_kind_of_eyes(eyes: str, inks: tuple[Ink, ...]) -> None:
    palette = themes.load("colour-blind")
    colours = {ink: palette.style(ink, Ground.PAGE).color for ink in inks}
    seen = {ink: lab(tuple(colour.get_truecolor()), eyes) for ink, colour in colours.items() if colour is not None}
    for one, two in itertools.combinations(inks, 2):
        assert math.dist(seen[one], seen[two]) >= APART, f"{one.value} and {two.value}"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("ground", list(Ground))
@pytest.mark.parametrize("colour", ["#000000", "#ffffff", "#c00000", "#00c000", "#0000ff", "#808080"])
def test_the_colour_of_a_pbx_can_be_read_on_every_ground(name: str, ground: Ground, colour: str) -> None:
    style = themes.load(name).style(Tint(colour), ground)
    assert style.color is not None and style.bgcolor is not None
    one, two = (luminance(tuple(each.get_truecolor())) for each in (style.color, style.bgcolor))
    assert (max(one, two) + 0.05) / (min(one, two) + 0.05) >= LEAST.get(name, LEGIBLE)
    if name == "mono":
        assert len(set(style.color.get_truecolor())) == 1


def test_a_theme_that_is_not_there_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError, match="did you mean 'light'"):
        themes.load("ligth")
    with pytest.raises(UsageError, match="there are: colour-blind, dark, high-contrast, light, mono"):
        themes.load("../../etc/passwd")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("dark = ", "Invalid value"),
        ("dark = true", "textual"),
        ('dark = true\n[textual]\nbackgruond = "#000000"', "backgruond"),
    ],
)
def test_a_wrong_theme_is_refused_with_file_and_key(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "dark.toml").write_text(text)
    monkeypatch.setattr(themes, "shipped", lambda _kind, name: tmp_path / name)
    with pytest.raises(UsageError, match=said) as refused:
        themes.load("dark")
    assert str(tmp_path / "dark.toml") in str(refused.value)


def test_a_colour_that_is_none_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = themes.shipped("themes", "dark.toml").read_text()
    (tmp_path / "dark.toml").write_text(good.replace("#d0a8ff", "violet"))
    monkeypatch.setattr(themes, "shipped", lambda _kind, name: tmp_path / name)
    with pytest.raises(UsageError, match="whisper = 'violet' is not a colour"):
        themes.load("dark")
