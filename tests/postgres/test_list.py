"""`whisper-tui log list --from postgresql`: all logs together, under the same rights and masks, and noted."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

import pytest
from msgspec import structs

from tests.postgres.place import Place
from tests.unit.cli.logs import ANA, AT, MINE, NUMBER, accesses, log, policy, row, session, write
from tests.unit.cli.test_log_ship import settings
from whisper_tui.audit.records import CallRef, Kind, Record, Whom
from whisper_tui.audit.sessions import STARTED, STOPPED

pytestmark = pytest.mark.postgresql
LIST = ("list", "--from", "postgresql")
SUPPORT = Whom("PJSIP/1003", "Cleo", "support")


def spy(deed: str, after: float) -> Record:
    return row(Kind.FOREIGN_SPY, after=after, who=None, leg="9.9", deed=deed, phone="SIP/99")


@pytest.fixture
def two(place: Place, tmp_path: Path) -> Place:
    """The logs of lyon (that of these settings) and nantes, shipped."""
    settings(place.to, 'stream = "lyon"')
    place.path = write(*session("aa11"), *session("bb22", 200, {"silent": 5.0, "barge": 60.0}), spy(STARTED, 300))
    other = write(
        *session("cc33", 100, whom=SUPPORT, who=MINE),
        row(Kind.DENIED, after=150, deed="barge", rule="scope", times=2),
        spy(STARTED, 310),
        spy(STOPPED, 320),
        path=tmp_path / "nantes" / "trail.db",
    )
    for path, name in ((place.path, "lyon"), (other, "nantes")):
        shipment = place.shipment(path=path, name=name)
        shipment.ship()
        shipment.close()
    return place


def shown(*words: str) -> list[dict[str, object]]:
    done = log(*LIST, *words, "--json")
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_sessions_of_all_logs_stand_together_newest_first_each_with_its_name(two: Place) -> None:
    done = log(*LIST)
    assert done.exit_code == 0, done.output
    title, *lines = done.stdout.splitlines()
    assert title.split()[:3] == ["stream", "session", "began"]
    assert [line.split()[:2] for line in lines] == [["lyon", "bb22"], ["nantes", "cc33"], ["lyon", "aa11"]]
    assert NUMBER not in done.stdout
    assert NUMBER[-4:] in done.stdout


def test_they_are_what_the_logs_themselves_list(two: Place) -> None:
    here = [json.loads(line) for line in log("list", "--json").stdout.splitlines()]
    there = [
        {name: value for name, value in each.items() if name != "stream"}
        for each in shown()
        if each["stream"] == "lyon"
    ]
    assert there == here


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ((), ["bb22", "cc33", "aa11"]),
        (("--user", "ana"), ["bb22", "aa11"]),
        (("--user", "a[!x]?"), ["bb22", "aa11"]),
        (("--user", "a.."), []),
        (("--queue", "supp*"), ["cc33"]),
        (("--agent", "PJSIP/100[2-9]", "--limit", "2"), ["bb22", "cc33"]),
        (("--mode", "barge"), ["bb22"]),
        (("--longer", "30s"), ["bb22"]),
        (("--since", datetime.fromtimestamp(AT + 50).isoformat()), ["bb22", "cc33"]),
        (("--until", datetime.fromtimestamp(AT + 50).isoformat()), ["aa11"]),
    ],
)
def test_filters_are_those_of_a_log(two: Place, words: tuple[str, ...], found: list[str]) -> None:
    assert [each["session"] for each in shown(*words)] == found


def test_more_than_a_page_of_sessions(place: Place) -> None:
    settings(place.to)
    place.path = write(*(each for n in range(300) for each in session(f"{n:04}", 7.0 * n)[:2]))
    place.ship()
    assert [each["session"] for each in shown("--limit", "1000")] == [f"{n:04}" for n in reversed(range(300))]


def test_attempts_and_spies(two: Place) -> None:
    (attempt,) = shown("--denied")
    assert (attempt["stream"], attempt["deed"], attempt["times"]) == ("nantes", "barge", 2)
    # Both consoles have seen the same spy, and one of them saw it stop.
    spies = shown("--foreign")
    assert [(each["stream"], each["ended"] is None) for each in spies] == [("nantes", False), ("lyon", True)]


def test_the_reading_is_noted_here(two: Place) -> None:
    shown("--user", "ana")
    noted = accesses()[-1]
    assert (noted.kind, noted.detail) == (Kind.LOG_READ, "trail.db list --user ana --from postgresql --json: 2")


def test_where_it_cannot_be_noted_nothing_is_shown(two: Place) -> None:
    two.path.with_name("access.db").write_bytes(b"no log")
    done = log(*LIST)
    assert done.exit_code == 1
    assert done.stdout == ""


def test_without_the_right_nobody_sees_anything_not_even_what_may_be_their_own(two: Place) -> None:
    policy("'call.listen'")
    done = log(*LIST)
    assert done.exit_code == 3
    assert done.stdout == ""
    assert accesses()[-1].kind is Kind.DENIED


def test_a_scope_holds_for_every_log_and_a_name_on_another_machine_is_nobodys_own(two: Place) -> None:
    policy("'log.view'", scope="queue = ['sales']")
    assert [each["session"] for each in shown()] == ["bb22", "aa11"]  # cc33 is of somebody with this name and number


@pytest.mark.parametrize(("numbers", "seen"), [("none", "…"), ("full", NUMBER)])
def test_numbers_are_masked_as_the_profile_says(two: Place, numbers: str, seen: str) -> None:
    policy("'log.view', 'number.full'", f"numbers = '{numbers}'")
    assert {each["caller"] for each in shown()} == {seen}


def test_what_was_erased_is_not_shown(two: Place) -> None:
    policy("'log.view', 'log.erase', 'number.full'", "numbers = 'full'")
    assert log("erase", "--subject", NUMBER, "--ticket", "1", "--yes").exit_code == 0
    assert {(each["stream"], each["caller"]) for each in shown()} == {("lyon", ""), ("nantes", NUMBER)}


def test_damaged_rows_are_left_out_and_named(two: Place) -> None:
    two.do(
        "ALTER TABLE whisper_tui.log DISABLE TRIGGER log_stays",
        "UPDATE whisper_tui.log SET body = 'x' WHERE session = 'aa11' AND kind = 'requested'",
    )
    done = log(*LIST, "--json")
    assert done.exit_code == 1
    assert "damaged, and left out: row lyon 1" in done.stderr


@pytest.mark.parametrize(
    "body",
    [
        b'{"kind":"requested","at":1e300,"monotonic":1,"boot":"","session":"ee55"}',
        b'{"kind":"requested","at":1,"monotonic":1,"boot":"","session":"ee55","x":' + b"[" * 9999 + b"]" * 9999 + b"}",
        b"\xff",
        b"",
    ],
)
def test_what_another_machine_has_made_up_keeps_nobody_from_reading_the_rest(two: Place, body: bytes) -> None:
    with two.server.owner(two.database) as connection:
        connection.execute(
            """INSERT INTO whisper_tui.log VALUES
            ('x', 1, 'requested', 1, 'ana', '', 'ee55', '', '', '', %s, sha256('x'), now()),
            ('x', 2, 'log-carried', 1, 'ana', '', 'ee55', '', '', '', %s, sha256(sha256('x') || %s), now())""",
            (body, body, body),
        )
    done = log(*LIST, "--json")
    assert [json.loads(line)["session"] for line in done.stdout.splitlines()] == ["bb22", "cc33", "aa11"]
    assert done.exit_code == 1
    assert "damaged, and left out: row x 1, x 2" in done.stderr
    checked = log("verify", "--from", "postgresql")
    assert checked.exit_code == 1
    assert "x: row 1: hash" in checked.stdout
    assert "lyon: 7 rows, whole" in checked.stdout


def test_a_database_that_is_away_is_exit_code_4(two: Place) -> None:
    two.server.stop()
    try:
        assert log(*LIST).exit_code == 4
    finally:
        two.server.start()


def test_names_with_signs_that_move_the_cursor_do_not(place: Place) -> None:
    settings(place.to)
    call = structs.replace(CallRef("lyon", "1.1", "1.1", "1.2", NUMBER), pbx="\x1b[2J")
    place.path = write(*session("aa11", call=call, who=structs.replace(ANA, user="a\x1b[2Jna\0")))
    shipment = place.shipment(name="ly\x1b[2Jon")
    shipment.ship()
    shipment.close()
    done = log(*LIST)
    assert "\x1b" not in done.stdout
    assert "ly\\x1b[2Jon" in done.stdout
