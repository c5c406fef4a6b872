"""`whisper-tui log erase` where the log is shipped."""

from __future__ import annotations

import pytest

from tests.postgres.place import Place
from tests.unit.cli.logs import NUMBER, log, row, session, write
from tests.unit.cli.test_log_ship import settings
from whisper_tui.audit.records import CallRef, Kind
from whisper_tui.audit.trail import Trail

pytestmark = pytest.mark.postgresql
ERASE = ("erase", "--subject", NUMBER, "--ticket", "GDPR-7", "--yes")


@pytest.fixture
def there(place: Place) -> Place:
    settings(place.to)
    other = CallRef("lyon", "2.1", "2.1", "2.2", "+33155550199")
    place.path = write(*session("aa11"), *session("bb22", call=other), *session("cc33"))
    assert log("ship").exit_code == 0
    assert len(place.hidden_there()) == 9
    return place


def test_a_number_goes_here_and_there_and_others_stay(there: Place) -> None:
    shown = log(*ERASE)
    assert shown.exit_code == 0, shown.output
    assert "erased from 6 rows and 6 in the database, ticket GDPR-7" in shown.stdout
    assert there.hidden_there() == there.hidden_here()
    assert len(there.hidden_there()) == 3
    assert NUMBER not in str(there.select("SELECT convert_from(body, 'UTF8') FROM whisper_tui.log"))
    assert log("ship").exit_code == 0
    assert there.there() == there.here()


def test_rows_whose_files_have_aged_out_here_are_erased_there(there: Place) -> None:
    with Trail.open(there.path) as trail:
        trail.carry()
        trail.age(2e9)
    shown = log(*ERASE)
    assert shown.exit_code == 0, shown.output
    assert "erased from 0 rows and 6 in the database" in shown.stdout
    assert len(there.hidden_there()) == 3


def test_a_database_that_is_away_is_said_and_made_up_for(there: Place) -> None:
    there.server.stop()
    try:
        shown = log(*ERASE)
        assert shown.exit_code == 4
        assert "erased here, and not in the database yet: connection refused" in shown.stderr
        again = log(*ERASE)
        assert again.exit_code == 4
        assert "no row has this number here; connection refused" in again.stderr
    finally:
        there.server.start()
    assert len(there.hidden_here()) == 3
    assert log("ship").exit_code == 0
    assert there.hidden_there() == there.hidden_here()


def test_a_number_in_somebodys_words_is_named_as_far_as_can_be_told(there: Place) -> None:
    write(row(Kind.NOTE, "cc33", 3000, call=None, detail=f"calls back from {NUMBER}"))
    assert log("ship").exit_code == 0
    (number,) = (seq for seq, body, *_ in there.here() if NUMBER in str(body))
    there.server.stop()
    try:
        shown = log(*ERASE)
        assert shown.exit_code == 1
        assert f"it stands in words of row {number}; and not in the database yet: connection refused" in shown.stderr
    finally:
        there.server.start()
    with Trail.open(there.path) as trail:
        trail.carry()
        trail.age(2e9)
    shown = log(*ERASE)
    assert shown.exit_code == 1
    assert f"in the database it stands in words of row {number}" in shown.stderr
    assert len(there.hidden_there()) == 3


def test_where_nobody_has_the_number_that_is_said(there: Place) -> None:
    log(*ERASE)
    shown = log(*ERASE)
    assert shown.exit_code == 1
    assert "no row has this number" in shown.stderr
