"""Personal data that is gone, and rows that say so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.clock import WoundClock
from tests.unit.audit.rows import CALLER, behind_its_back, record
from whisper_tui.audit.erasing import erase
from whisper_tui.audit.records import Kind
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.unsaid import Said, unsaid
from whisper_tui.audit.verify import verify


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "trail.db"


def filled(path: Path) -> Trail:
    """Two files, three rows with a number in each: 1 to 3; 4 says that it is carried on; 5 to 7."""
    trail = Trail.open(path, WoundClock())
    for _ in range(3):
        trail.append(record())
    trail.carry()
    for _ in range(3):
        trail.append(record())
    return trail


def counted(path: Path) -> tuple[int, int]:
    found = verify(path)
    assert found.broken == ()
    return len(found.erased), found.unsaid


def test_an_erasure_tells_how_many_rows_of_which_file_and_never_which(path: Path) -> None:
    with filled(path) as trail:
        erase(trail, CALLER, record(Kind.LOG_ERASED, call=None))
        last = trail.last()
    assert last is not None
    assert last.record.erased == {"1": 3, "4": 3}
    assert counted(path) == (6, 0)


def test_what_is_erased_by_hand_is_told_whenever_it_was(path: Path) -> None:
    with filled(path) as trail:
        trail.append(record(call=None))
    behind_its_back(path, "DELETE FROM personal WHERE seq = 6")
    assert counted(path) == (1, 1)
    with Trail.open(path) as trail:
        erase(trail, CALLER, record(Kind.LOG_ERASED, call=None))
        trail.append(record())
    assert counted(path) == (6, 1)
    behind_its_back(path, "DELETE FROM personal")
    assert counted(path) == (7, 2)


def test_what_was_erased_in_one_file_excuses_nothing_in_another(path: Path) -> None:
    with filled(path) as trail:
        erase(trail, CALLER, record(Kind.LOG_ERASED, call=None))
        trail.age(2e9)
        assert not path.with_name("trail.0001.db").exists()
        trail.append(record())
        erase(trail, CALLER, record(Kind.LOG_ERASED, call=None))
        for _ in range(2):
            trail.append(record())
    behind_its_back(path, "DELETE FROM personal")
    assert counted(path) == (6, 2)


def test_a_row_of_a_program_before_this_one_has_its_count_in_words(path: Path) -> None:
    with filled(path) as trail:
        trail.append(record(Kind.LOG_ERASED, call=None, detail="2 rows, ticket GDPR-7"))
        trail.append(record())
    behind_its_back(path, "DELETE FROM personal WHERE seq IN (6, 7)")
    assert counted(path) == (2, 0)
    behind_its_back(path, "DELETE FROM personal WHERE seq = 9")
    assert counted(path) == (3, 1)
    behind_its_back(path, "DELETE FROM personal WHERE seq = 5")
    assert counted(path) == (4, 2)


def test_a_row_says_nothing_of_what_came_after_it() -> None:
    assert unsaid({1: [1, 2, 9]}, [Said(5, {1: 3})]) == 1
    assert unsaid({1: [1, 2], 6: [7]}, [Said(5, {1: 2}), Said(8, {6: 1})]) == 0
    assert unsaid({1: [1, 2], 6: [7]}, [Said(8, {6: 3})]) == 2
    assert unsaid({1: [1], 6: [7]}, [Said(8, {0: 2})]) == 0
    assert unsaid({}, [Said(8, {1: 2})]) == 0
