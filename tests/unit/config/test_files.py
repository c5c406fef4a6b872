"""Files are written whole or not at all."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from whisper_tui.config import files
from whisper_tui.errors import UsageError


def test_a_new_file_is_whole_and_private(tmp_path: Path) -> None:
    files.write_new({tmp_path / "a": "one\n", tmp_path / "b": "two\n"})
    assert (tmp_path / "a").read_text() == "one\n"
    assert {file.name for file in tmp_path.iterdir()} == {"a", "b"}
    assert stat.S_IMODE((tmp_path / "b").stat().st_mode) == 0o600


def test_nothing_is_written_where_one_of_the_files_is_there(tmp_path: Path) -> None:
    (tmp_path / "b").write_text("mine")
    with pytest.raises(UsageError, match="b: is there already - --force"):
        files.write_new({tmp_path / "a": "one", tmp_path / "b": "two"})
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"b": "mine"}


def test_a_full_disk_leaves_the_old_file_and_no_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text("old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UsageError, match="a: no space left on device - nothing was changed"):
        files.write_over(tmp_path / "a", "new")
    with pytest.raises(UsageError, match="no space left on device"):
        files.write_new({tmp_path / "b": "new"})
    assert {file.name: file.read_text() for file in tmp_path.iterdir()} == {"a": "old"}


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("theirs")
    (tmp_path / "a").symlink_to(tmp_path / "elsewhere")
    files.write_over(tmp_path / "a", "mine")
    assert (tmp_path / "elsewhere").read_text() == "theirs"
    assert (tmp_path / "a").read_text() == "mine"
