"""A theme that is saved while somebody works, and the colour of a PBX."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.rows import ANA, PBX, floor
from tests.ui.work import Work, at_work
from whisper_tui.config.paths import shipped

DARK = shipped("themes", "dark.toml").read_text()


def colours_of(work: Work, words: str) -> set[str]:
    """In which colours `words` stand on the screen."""
    found = set()
    for strip in work.console.screen._compositor.render_strips():
        for segment in strip:
            if words in segment.text and segment.style is not None and segment.style.color is not None:
                found.add(segment.style.color.get_truecolor().hex)
    return found


def own_theme(folder: Path) -> Path:
    themes = folder / "themes"
    themes.mkdir()
    (themes / "mine.toml").write_text(DARK)
    return themes


async def test_a_theme_that_is_saved_is_worn_within_a_second_and_a_wrong_one_is_said_and_not(tmp_path: Path) -> None:
    own = own_theme(tmp_path)
    async with at_work(floor([ANA]), size=(120, 40), theme="mine", own_themes=own) as work:
        assert colours_of(work, "Ana Ruiz") == {"#ced6e0"}
        (own / "mine.toml").write_text(DARK.replace('foreground = "#ced6e0"', 'foreground = "#ffffff"'))
        await work.wind(1.0)
        assert colours_of(work, "Ana Ruiz") == {"#ffffff"}
        assert "the theme mine was read anew" in work.last_line
        (own / "mine.toml").write_text(DARK.replace("whisper  =", "wisper ="))
        await work.wind(1.0)
        assert "themes/mine.toml: unknown key `wisper` in [ours]" in work.lines[1]
        await work.wind(20.0)
        assert "unknown key `wisper`" in work.lines[1]
        assert colours_of(work, "Ana Ruiz") == {"#ffffff"}
        (own / "mine.toml").write_text(DARK)
        await work.wind(1.0)
        assert "wisper" not in work.text
        assert colours_of(work, "Ana Ruiz") == {"#ced6e0"}


async def test_a_pbx_has_its_own_colour_beside_its_word_and_none_where_there_are_no_colours() -> None:
    async with at_work(floor([ANA]), colours={PBX: "#c00000"}) as work:
        assert f"● {PBX} " in work.lines[0]
        (shown,) = colours_of(work, str(PBX))
        red, green, blue = (int(shown[at : at + 2], 16) for at in (1, 3, 5))
        assert red > green == blue
    async with at_work(floor([ANA]), theme="mono", colours={PBX: "#c00000"}) as work:
        assert f"● {PBX} " in work.lines[0]
        assert colours_of(work, str(PBX)) == {"#d8d8d8"}


async def test_a_theme_of_ones_own_is_put_on_by_its_name(tmp_path: Path) -> None:
    own = own_theme(tmp_path)
    (own / "mine.toml").write_text(DARK.replace('foreground = "#ced6e0"', 'foreground = "#ffffff"'))
    async with at_work(floor([ANA]), own_themes=own) as work:
        await work.press("colon", *"theme mine", "enter")
        assert colours_of(work, "Ana Ruiz") == {"#ffffff"}
        (own / "mine.toml").write_text(DARK)
        await work.wind(1.0)
        assert colours_of(work, "Ana Ruiz") == {"#ced6e0"}
