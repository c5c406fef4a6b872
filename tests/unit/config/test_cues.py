"""cues.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from whisper_tui.config import cues, paths
from whisper_tui.errors import UsageError


def written(folder: Path, text: str) -> Path:
    path = folder / "cues.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_cards_are_read_in_their_order_and_no_file_means_none(tmp_path: Path) -> None:
    assert cues.load(tmp_path / "cues.toml") == ()
    assert cues.load(written(tmp_path, 'schema = 1\ncues = [" slow down ", "¿pedido?"]')) == ("slow down", "¿pedido?")


def test_the_cards_of_the_demo_are_good() -> None:
    assert len(cues.load(paths.shipped("fixtures", "demo/cues.toml"))) == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cues = [", "Invalid"),
        ('cues = ["a"]', "schema"),
        ("schema = 1", "cues"),
        ('schema = 2\ncues = ["a"]', "schema = 2 is not known"),
        ('schema = 1\ncues = ["a"]\ncue = 1', "cue"),
        ('schema = 1\ncues = ["a", ""]', "cue 2 is empty"),
        ('schema = 1\ncues = ["a\\r\\nAction: Logoff"]', "cue 1 is empty, longer than 160 characters, or has signs"),
        (f'schema = 1\ncues = ["{"x" * 161}"]', "cue 1"),
        (f"schema = 1\ncues = {'[' * 5000}", ""),
        (f"schema = 1\ncues = {['a'] * 10}", "10 cues, and there are keys for 9"),
    ],
)
def test_a_wrong_file_is_refused_in_words(text: str, said: str, tmp_path: Path) -> None:
    path = written(tmp_path, text)
    with pytest.raises(UsageError) as refused:
        cues.load(path)
    assert said in str(refused.value)
    assert str(path) in str(refused.value)


def test_a_file_that_others_may_write_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, 'schema = 1\ncues = ["a"]')
    path.chmod(0o666)
    with pytest.raises(UsageError, match="can be written by others"):
        cues.load(path)
