"""keys.toml, and the presets that it can name."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from whisper_tui.errors import UsageError
from whisper_tui.ui import keyfile, keynames
from whisper_tui.ui.deeds import DEEDS, Kind
from whisper_tui.ui.keymap import DEFAULT, Keymap
from whisper_tui.ui.presets import PRESETS

FIXTURES = Path(__file__).parents[3] / "fixtures" / "keys"
BAD = sorted(file.name for file in FIXTURES.glob("bad-*.toml"))


def own_copy(name: str, folder: Path) -> Path:
    copy = folder / name
    shutil.copyfile(FIXTURES / name, copy)
    copy.chmod(0o600)
    return copy


def does(keymap: Keymap, key: str) -> str:
    deed = keymap.by_key.get(key)
    return "" if deed is None else deed.name


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_file_is_refused_in_the_words_on_its_first_line(name: str, tmp_path: Path) -> None:
    path = own_copy(name, tmp_path)
    expected = path.read_text().split("\n")[0].removeprefix("# expect: ")
    with pytest.raises(UsageError) as refused:
        keyfile.load(path)
    assert expected in str(refused.value)
    assert str(refused.value).startswith(f"{path}:")


def test_a_clash_is_pointed_at_where_somebody_made_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"bad-clash.toml:3: .*give `whisper` another key too"):
        keyfile.load(own_copy("bad-clash.toml", tmp_path))


def test_no_file_means_the_usual_keys_and_one_that_others_may_write_is_refused(tmp_path: Path) -> None:
    assert keyfile.load(tmp_path / "keys.toml") is DEFAULT
    path = own_copy("good.toml", tmp_path)
    path.chmod(0o666)
    with pytest.raises(UsageError, match="can be written by others"):
        keyfile.load(path)


def test_a_deed_has_the_keys_that_were_chosen_for_it_and_no_others(tmp_path: Path) -> None:
    mine = keyfile.load(own_copy("good.toml", tmp_path))
    assert [does(mine, key) for key in ("L", "4", "ctrl+l", "l")] == ["listen", "listen", "listen", ""]
    assert [does(mine, key) for key in ("f12", "alt+f", "semicolon 7", "ctrl+n", "C 1")] == [
        "redraw",
        "follow-agent",
        "cue",
        "down",
        "",
    ]
    assert does(mine, "backslash") == "filter"
    assert mine.key_of("listen") == "L"
    assert mine.prefixes == {"v", "semicolon", "S"}
    assert [deed.name for deed in mine.deeds] == [deed.name for deed in DEEDS]


@pytest.mark.parametrize("preset", PRESETS)
def test_every_preset_holds_together_and_moves_nothing_that_speaks(preset: str) -> None:
    chosen = keyfile.chosen({"preset": preset})
    for deed in DEEDS:
        mine = next(each for each in chosen.deeds if each.name == deed.name)
        assert deed.kind not in (Kind.SPEAK, Kind.QUIET) or set(deed.keys) <= set(mine.keys)


def test_vim_goes_to_the_top_with_two_keys_and_htop_has_its_function_keys() -> None:
    vim, htop = keyfile.chosen({"preset": "vim"}), keyfile.chosen({"preset": "htop"})
    assert [does(vim, key) for key in ("g", "g g", "G", "ctrl+f", "ctrl+b", "Z Z")] == [
        "",
        "first",
        "last",
        "page-down",
        "page-up",
        "quit",
    ]
    keys = ("f1", "f3", "f4", "f5", "f6", "f9", "f10")
    assert [does(htop, key) for key in keys] == ["keys", "filter", "filter", "tree", "sort", "hangup", "quit"]


def test_function_keys_are_twins_only() -> None:
    for deed in DEEDS:
        assert not re.fullmatch(r"f\d+", deed.keys[0])


def test_every_key_of_the_registry_is_read_as_it_is_shown() -> None:
    for key in DEFAULT.by_key:
        assert keynames.read(keynames.shown(key)) == key
        assert keynames.read(key) == key


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("ctrl-d", "ctrl+d"),
        ("Ctrl-D", "ctrl+d"),
        ("C-d", "ctrl+d"),
        ("M-x", "alt+x"),
        ("shift-tab", "shift+tab"),
        ("shift+F5", "shift+f5"),
        ("f5", "f5"),
        ("PgDn", "pagedown"),
        ("Page-Down", "pagedown"),
        ("SPACE", "space"),
        ("-", "minus"),
        ("+", "plus"),
        ("ctrl--", "ctrl+minus"),
        ("full_stop", "full_stop"),
        ("g  g", "g g"),
        ("é", "é"),
    ],
)
def test_keys_are_written_as_people_write_them(written: str, key: str) -> None:
    assert keynames.read(written) == key


@pytest.mark.parametrize("written", ["", "   ", "ctrl-", "shift-a", "ctrl-m", "\x07", "F25", "a\nb c"])
def test_what_no_terminal_sends_is_no_key(written: str) -> None:
    with pytest.raises(keynames.NoKey):
        keynames.read(written)
