"""scorecard.toml: what is read, what is refused, and in which words."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from whisper_tui.config import paths, scorecard
from whisper_tui.errors import UsageError
from whisper_tui.scorecard import Grade, Item

FIXTURES = paths.shipped("fixtures", "scorecard")
BAD = sorted(file.name for file in FIXTURES.glob("bad-*.toml"))


def own_copy(path: Path, folder: Path) -> Path:
    """The fixture as a file that only we can write, whatever the umask of the checkout was."""
    copy = folder / path.name
    shutil.copyfile(path, copy)
    copy.chmod(0o600)
    return copy


@pytest.mark.parametrize("name", BAD)
def test_a_wrong_card_is_refused_in_the_words_on_its_first_line(name: str, tmp_path: Path) -> None:
    path = own_copy(FIXTURES / name, tmp_path)
    expected = path.read_text("utf-8").partition("\n")[0].removeprefix("# expect: ")
    with pytest.raises(UsageError) as refused:
        scorecard.load(path)
    assert expected in str(refused.value)
    assert str(refused.value).startswith(str(path))


def test_a_card_is_read_with_what_is_left_out_and_the_digest_of_its_file(tmp_path: Path) -> None:
    path = own_copy(FIXTURES / "good.toml", tmp_path)
    card = scorecard.load(path)
    assert card is not None
    assert (card.title, card.grades) == ("¿Calidad? 90s", (Grade("muy bien", 80),))
    assert card.items == (
        Item("greeting", "Greets with name", weight=1, most=1),
        Item("verified", "Verifies who calls", weight=3, most=9, critical=True, section="Safety"),
    )
    assert card.digest == hashlib.sha256(path.read_bytes()).hexdigest()


def test_there_need_not_be_one(tmp_path: Path) -> None:
    assert scorecard.load(tmp_path / "scorecard.toml") is None


def test_a_card_that_others_may_write_is_not_believed(tmp_path: Path) -> None:
    path = own_copy(FIXTURES / "good.toml", tmp_path)
    path.chmod(0o666)
    with pytest.raises(UsageError, match="can be written by others"):
        scorecard.load(path)


def test_too_many_items_are_refused_at_the_first_that_is_too_many(tmp_path: Path) -> None:
    items = "".join(f'[[item]]\nid = "a{n}"\nwords = "a"\n' for n in range(41))
    path = tmp_path / "scorecard.toml"
    path.write_text(f'schema = 1\ntitle = "Care"\n{items}')
    path.chmod(0o600)
    with pytest.raises(UsageError, match=r":123: 41 items are more than 40"):
        scorecard.load(path)


def test_the_card_of_the_demo_is_one(tmp_path: Path) -> None:
    card = scorecard.load(own_copy(paths.shipped("fixtures", "demo/scorecard.toml"), tmp_path))
    assert card is not None
    assert [item.critical for item in card.items].count(True) == 1
