"""Where files live."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from whisper_tui.config import paths
from whisper_tui.errors import UsageError


def test_the_settings_are_where_people_look_for_them(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.config_file() == home / ".config/whisper-tui/config.toml"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/etc/xdg-of-mine")
    assert paths.config_file() == Path("/etc/xdg-of-mine/whisper-tui/config.toml")


def test_the_state_folder_is_made_for_its_owner_alone() -> None:
    assert stat.S_IMODE(paths.state_dir().stat().st_mode) == 0o700


def test_the_installation_has_one_id_that_stays() -> None:
    made = paths.installation_id()
    assert len(made) == 8
    assert int(made, 16) >= 0
    assert paths.installation_id() == made
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in paths.state_dir().iterdir()] == [
        ("installation", 0o600)
    ]


def test_a_damaged_id_is_said_and_not_used() -> None:
    (paths.state_dir() / "installation").write_bytes(b"\xff\x00 wt")
    with pytest.raises(UsageError, match="does not hold 8 hex digits"):
        paths.installation_id()


def test_a_state_folder_that_cannot_be_made_is_said(home: Path) -> None:
    (home / ".local").write_text("a file is in the way")
    with pytest.raises(UsageError, match="state/whisper-tui: not a directory"):
        paths.installation_id()


def test_what_is_shipped_is_found_and_what_is_not_is_said() -> None:
    assert paths.shipped("fixtures", "config/good.toml").is_file()
    with pytest.raises(UsageError, match="install whisper-tui again"):
        paths.shipped("themes", "no-such.toml")
