"""A theme that is saved while it is worn."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whisper_tui.config.paths import shipped
from whisper_tui.errors import UsageError
from whisper_tui.terms import Notice
from whisper_tui.ui import themes
from whisper_tui.ui.themes import Palette
from whisper_tui.ui.wardrobe import Wardrobe

DARK = shipped("themes", "dark.toml").read_text()


@pytest.fixture
def own(tmp_path: Path) -> Path:
    folder = tmp_path / "themes"
    folder.mkdir()
    (folder / "mine.toml").write_text(DARK)
    return folder


def save(own: Path, text: str) -> None:
    """As editors do: a new file in the place of the old one."""
    made = own / "mine.toml.new"
    made.write_text(text)
    made.replace(own / "mine.toml")


def test_ones_own_theme_is_worn_and_goes_before_one_that_came_with_the_program(own: Path) -> None:
    assert themes.load("mine", own).path == own / "mine.toml"
    assert themes.load("light", own).path == shipped("themes", "light.toml")
    (own / "light.toml").write_text(DARK)
    assert themes.load("light", own).file.dark


def test_what_is_saved_is_worn_and_what_is_not_is_not_read_again(own: Path) -> None:
    wardrobe = Wardrobe("mine", own)
    assert wardrobe.look() is None
    save(own, DARK.replace("#d0a8ff", "#ffffff"))
    worn = wardrobe.look()
    assert isinstance(worn, Palette)
    assert worn.file.ours.whisper == "#ffffff"
    assert wardrobe.look() is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (DARK.replace("#d0a8ff", "violet"), "ours.whisper = 'violet' is not a colour"),
        (DARK.replace("whisper  =", "wisper ="), "unknown key `wisper` in [ours]"),
        (DARK.replace('late     = "#ff7b72"\n', ""), "[ours] lacks the key `late`"),
        (DARK.replace("dark = true", "dark = 1"), "dark: Expected `bool`, got `int`"),
        (DARK.replace("#d0a8ff", "#11161e"), "ours.whisper can hardly be seen on textual.background (contrast 1.0)"),
        (f"contrast = 0.5\n{DARK}", "contrast = 0.5 is not 1 to 21"),
        ("dark = ", "not TOML: Invalid value"),
        ("# " + "x" * themes.MOST, "too long for a theme"),
        pytest.param(f"{DARK}\n# " + "é" * (themes.MOST // 2), "too long for a theme", id="long in bytes"),
        ("dark = " + "[" * 5000, "not TOML that anybody writes"),
    ],
)
def test_what_is_wrong_is_said_with_file_and_key_and_the_colours_stay(own: Path, text: str, said: str) -> None:
    wardrobe = Wardrobe("mine", own)
    before = wardrobe.palette
    save(own, text)
    looked = wardrobe.look()
    assert isinstance(looked, Notice)
    assert (looked.code, looked.values["where"]) == ("theme.wrong", "themes/mine.toml")
    assert looked.values["why"].startswith(said)
    assert wardrobe.palette == before
    with pytest.raises(UsageError):
        themes.load("mine", own)
    save(own, DARK)
    assert wardrobe.look() == before


def test_bytes_that_are_no_text_are_refused(own: Path) -> None:
    wardrobe = Wardrobe("mine", own)
    (own / "mine.toml").write_bytes(b"\xff\xfe")
    assert wardrobe.look() == Notice("theme.wrong", {"where": "themes/mine.toml", "why": "not UTF-8 text"})


def test_a_file_that_goes_is_said_once_and_its_colours_stay(own: Path) -> None:
    wardrobe = Wardrobe("mine", own)
    (own / "mine.toml").unlink()
    assert wardrobe.look() == Notice("theme.gone", {"theme": "mine"})
    assert wardrobe.look() is None


def test_a_pipe_of_that_name_holds_nothing_up(own: Path) -> None:
    wardrobe = Wardrobe("mine", own)
    (own / "mine.toml").unlink()
    os.mkfifo(own / "mine.toml")
    assert wardrobe.look() == Notice("theme.gone", {"theme": "mine"})
