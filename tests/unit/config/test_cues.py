"""cues.toml."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.supervision.test_sound import wav
from whisper_tui.cli.speech import sounds_of
from whisper_tui.config import cues, paths
from whisper_tui.config.cues import Card
from whisper_tui.errors import UsageError


def written(folder: Path, text: str) -> Path:
    path = folder / "cues.toml"
    path.write_text(text)
    path.chmod(0o600)
    return path


def test_cards_are_read_in_their_order_and_no_file_means_none(tmp_path: Path) -> None:
    assert cues.load(tmp_path / "cues.toml") == ()
    read = cues.load(written(tmp_path, 'schema = 1\ncues = [" slow down ", "¿pedido?"]'))
    assert [card.text for card in read] == ["slow down", "¿pedido?"]


def test_a_card_may_have_a_sound_that_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "slow.wav").write_bytes(b"RIFF")
    text = 'schema = 1\ncues = ["a", { text = "slow down", sound = "slow.wav" }, { text = "b" }]'
    assert cues.load(written(tmp_path, text)) == (
        Card("a"),
        Card("slow down", b"RIFF", tmp_path / "slow.wav"),
        Card("b"),
    )
    with pytest.raises(UsageError, match=r"gone\.wav"):
        cues.load(written(tmp_path, 'schema = 1\ncues = [{ text = "a", sound = "gone.wav" }]'))


def test_a_sound_that_cannot_be_spoken_is_said_with_its_card_and_file(tmp_path: Path) -> None:
    file = tmp_path / "a.wav"
    with pytest.raises(UsageError, match=r"a\.wav: cue 2: it is no WAV"):
        sounds_of((Card("a"), Card("b", b"ID3", file)))
    assert sounds_of((Card("a"), Card("b", wav(), file))) == {2: wav()[44:]}


def test_the_cards_of_the_demo_are_good() -> None:
    cards = cues.load(paths.shipped("fixtures", "demo/cues.toml"))
    assert len(cards) == 4
    assert sounds_of(cards).keys() == {1, 4}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("cues = [", ":1: not TOML"),
        ('cues = ["a"]', "the file lacks the key `schema` - for instance schema = 1"),
        ("schema = 1", "the file lacks the key `cues` - for instance cues = ["),
        ('schema = 2\ncues = ["a"]', ":1: the file is of schema 2"),
        ('schema = 1\ncuez = ["a"]', ":2: unknown key `cuez` in the file - did you mean `cues`?"),
        ('schema = 1\ncues = [{ txt = "a" }]', ":2: unknown key `txt` in `cues.0` - did you mean `text`?"),
        ("schema = 1\ncues = [3]", '`cues.0` must be text in "quotes" or a table, found a whole number'),
        ('schema = 1\ncues = [{ text = "a", sound = "~nosuchuser/a.wav" }]', ":2: '~nosuchuser/a.wav' cannot be"),
        ('schema = 1\ncues = [{ text = "a", sound = "a\\u0000" }]', r":2: 'a\x00' cannot be a file"),
        ('schema = 1\ncues = ["a",\n""]', ":3: cue 2 is empty"),
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
