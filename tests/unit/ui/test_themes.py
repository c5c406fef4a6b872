"""Themes: legible on every ground, and refused in words where they are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from whisper_tui.errors import UsageError
from whisper_tui.ui import themes
from whisper_tui.ui.inks import Ground, Ink

LEGIBLE = 4.5
"""Contrast of text that WCAG 2.1 (1.4.3, AA) asks for."""


def luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance (WCAG 2.1)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("name", ["dark", "light"])
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
        assert contrast >= LEGIBLE, f"{ink} on {ground}: {contrast:.1f}"


def test_a_theme_that_is_not_there_is_refused_with_the_one_that_was_meant() -> None:
    with pytest.raises(UsageError, match="did you mean 'light'"):
        themes.load("ligth")
    with pytest.raises(UsageError, match="there are: dark, light"):
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
