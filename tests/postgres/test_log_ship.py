"""`whisper-tui log ship`, and what its tables are made with."""

from __future__ import annotations

import pytest

from tests.postgres.place import Place
from tests.postgres.server import PASSWORD, ROLE, Server
from tests.unit.cli.logs import NUMBER, log, session, write
from tests.unit.cli.test_log_ship import settings
from whisper_tui.config import paths

pytestmark = pytest.mark.postgresql


@pytest.fixture
def there(place: Place) -> Place:
    """The log of whoever runs the tests, and the database of their settings."""
    settings(place.to, 'stream = "lyon"')
    place.path = write(*session("aa11"), *session("bb22"))
    return place


def test_it_ships_what_is_not_there_and_says_how_much_that_was(there: Place) -> None:
    shown = log("ship")
    assert shown.exit_code == 0, shown.output
    where = f"postgresql://127.0.0.1:{there.server.port}/{there.database}"
    assert shown.output == f"{there.path}: 6 rows shipped to {where}\n"
    assert there.there() == there.here()
    write(*session("cc33")[:1])
    assert log("ship").stdout.endswith(f": 1 row shipped to {where}\n")
    assert there.select("SELECT name FROM whisper_tui.names") == [("lyon",)]


def test_another_log_is_shipped_where_it_is_named(there: Place) -> None:
    log("list")
    beside = paths.trail_file().with_name("access.db")
    assert log("--file", str(beside), "ship").exit_code == 0
    assert there.there(beside) == there.here(beside) != []


def test_other_rows_in_the_database_are_exit_code_1(there: Place) -> None:
    log("ship")
    there.do("ALTER TABLE whisper_tui.log DISABLE TRIGGER log_stays", "UPDATE whisper_tui.log SET hash = sha256('x')")
    shown = log("ship")
    assert shown.exit_code == 1
    assert "row 6 is there with another hash - keep both" in shown.stderr


def test_a_wrong_password_is_exit_code_4_and_never_said(there: Place) -> None:
    there.server.passwords(there.path.parent / "wrong", "canary-wrong")
    shown = log("ship", env={"PGPASSFILE": str(there.path.parent / "wrong")})
    assert shown.exit_code == 4
    assert "password authentication failed" in shown.stderr
    assert "canary" not in shown.output


def test_tables_that_are_missing_are_made_with_what_it_prints(there: Place, server: Server) -> None:
    there.database = server.database("template1")
    settings(there.to)
    shown = log("ship")
    assert shown.exit_code == 1
    assert "log ship --init" in shown.stderr
    there.do(log("ship", "--init").stdout)
    assert log("ship").exit_code == 0
    assert there.there() == there.here()


def test_a_role_that_may_change_rows_is_warned_of(there: Place) -> None:
    there.do(f"GRANT UPDATE ON whisper_tui.log TO {ROLE}")
    shown = log("ship")
    assert shown.exit_code == 0
    assert "may UPDATE rows" in shown.stderr
    assert PASSWORD not in shown.output
    assert NUMBER not in shown.output
