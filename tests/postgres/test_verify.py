"""`whisper-tui log verify --from postgresql`: what was changed in the database shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import cast

import pytest

from tests.postgres.place import Place
from tests.postgres.test_shipping import HOSTILE, erase
from tests.unit.audit.rows import record
from tests.unit.cli.logs import log
from tests.unit.cli.test_log_ship import settings
from whisper_tui.audit import anchors
from whisper_tui.audit.anchors import Anchor
from whisper_tui.audit.records import CallRef, Kind, Who, Whom
from whisper_tui.audit.trail import Trail
from whisper_tui.config import paths

pytestmark = pytest.mark.postgresql


@pytest.fixture
def there(place: Place) -> Place:
    """The log of these settings, of three files, rows 1 to 5, 6 to 11, 12 to 14; shipped."""
    settings(place.to)
    place.path = paths.trail_file()
    place.write(5)
    place.carry()
    place.write(5)
    place.carry()
    place.write(2)
    place.ship()
    return place


def verified(*words: str) -> tuple[int, list[dict[str, object]]]:
    done = log("verify", "--from", "postgresql", "--json", *words)
    return done.exit_code, [json.loads(line) for line in done.stdout.splitlines()]


def broken(found: dict[str, object]) -> list[tuple[object, object]]:
    places = found["broken"]
    assert isinstance(places, list)
    return [(each["seq"], each["why"]) for each in places]


def test_logs_that_arrived_whole_are_whole_there(there: Place, tmp_path: Path) -> None:
    other = tmp_path / "other" / "trail.db"
    with Trail.open(other, there.clock) as trail:
        call = CallRef(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
        who, whom = Who(HOSTILE, 1), Whom(HOSTILE, HOSTILE, HOSTILE)
        trail.append(record(Kind.NOTE, who=who, whom=whom, call=call, leg=HOSTILE, session=HOSTILE))
    there.ship(path=other)
    code, found = verified()
    assert code == 0
    assert sorted((each["answer"], each["rows"]) for each in found) == [("whole", 1), ("whole", 14)]  # type: ignore[type-var]
    done = log("verify", "--from", "postgresql")
    assert f" 14 rows, whole, last {there.here()[-1][2].hex()}" in done.stdout  # type: ignore[attr-defined]


def test_erased_numbers_break_nothing(there: Place) -> None:
    erase(there)
    there.ship()
    code, (found,) = verified()
    assert (code, found["answer"], found["erased"]) == (0, "whole", 12)


@pytest.mark.parametrize(
    ("deed", "places"),
    [
        ("UPDATE whisper_tui.log SET body = convert_to(replace(convert_from(body, 'UTF8'), 'listen', 'lister'), 'UTF8')"
         " WHERE seq = 3", [(3, "hash")]),
        ("UPDATE whisper_tui.log SET \"user\" = 'nobody' WHERE seq = 8", [(8, "column")]),
        ("UPDATE whisper_tui.log SET hash = sha256('x') WHERE seq = 8", [(8, "hash"), (9, "hash")]),
        ("UPDATE whisper_tui.log SET hash = sha256('x') WHERE seq = 11", [(11, "hash"), (12, "hash")]),
        ("UPDATE whisper_tui.log SET body = 'x' WHERE seq = 2", [(2, "hash"), (2, "bytes")]),
        ("DELETE FROM whisper_tui.log WHERE seq = 3", [(3, "gap")]),
        ("DELETE FROM whisper_tui.log WHERE seq = 1", [(1, "gap")]),
        ("DELETE FROM whisper_tui.log WHERE seq BETWEEN 6 AND 11", [(6, "gap")]),
        ("DELETE FROM whisper_tui.log WHERE seq BETWEEN 1 AND 5", [(1, "gap")]),
        ("UPDATE whisper_tui.personal SET value = 'x' WHERE seq = 4", [(4, "commitment")]),
    ],
)  # fmt: skip
def test_whatever_was_changed_there_shows(there: Place, deed: str, places: list[tuple[int, str]]) -> None:
    there.do(
        "ALTER TABLE whisper_tui.log DISABLE TRIGGER USER",
        "ALTER TABLE whisper_tui.personal DISABLE TRIGGER USER",
        "ALTER TABLE whisper_tui.personal DROP CONSTRAINT personal_stream_seq_fkey",
        deed,
    )
    code, (found,) = verified()
    assert broken(found) == places
    assert code == 1


def test_what_aged_out_before_it_was_shipped_is_not_missing(there: Place) -> None:
    there.write(3)
    there.carry()
    there.write(1)
    with Trail.open(there.path, there.clock) as trail:
        trail.age(there.clock.wall() + 1)
    there.ship()
    code, (found,) = verified()
    assert (code, found["rows"], broken(found)) == (0, len(there.there()), [])
    (gone,) = cast(list[dict[str, int]], found["gone"])
    assert gone["last"] - gone["first"] + 1 + len(there.there()) == there.here()[-1][0]
    said = f"rows {gone['first']} to {gone['last']} are not there; the log says that they aged out where it is written"
    assert said in log("verify", "--from", "postgresql").stdout


def test_anchors_hold_for_what_is_there(there: Place) -> None:
    with Trail.open(there.path, there.clock) as trail:
        ident, end = trail.about.log_id, trail.end
    file = anchors.beside(there.path)
    anchors.append(file, Anchor(end.last, end.head.hex(), ident, 1.0))
    anchors.append(file, Anchor(end.last + 9, "ab" * 32, ident, 1.0))
    code, (found,) = verified()
    assert (code, found["anchors"]) == (0, {"agreed": 1, "ahead": 1, "gone": 0})
    anchors.append(file, Anchor(3, "ab" * 32, ident, 1.0))
    code, (found,) = verified()
    assert (code, found["answer"]) == (2, "cut")


def test_a_log_that_has_anchors_and_nothing_there_is_missed(there: Place) -> None:
    anchors.append(anchors.beside(there.path), Anchor(3, "ab" * 32, "cd" * 16, 1.0))
    code, found = verified()
    assert code == 2
    assert [(each["log_id"], each["answer"]) for each in found][1:] == [("cd" * 16, "cut")]
    done = log("verify", "--from", "postgresql")
    assert f"nothing of log {'cd' * 16}, of which" in done.stdout


def test_a_database_that_is_away_says_nothing_about_the_log(there: Place) -> None:
    there.server.stop()
    try:
        done = log("verify", "--from", "postgresql")
    finally:
        there.server.start()
    assert done.exit_code == 3
    assert "connection refused" in done.stderr
