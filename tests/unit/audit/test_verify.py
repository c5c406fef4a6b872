"""Every change to the log shows, with its place."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.unit.audit.rows import behind_its_back, record
from whisper_tui.audit import around, chain
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.tables import About, TrailUnreadable, TrailUnwritable
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import Broken, Verdict, Why, verify

PAGE = 4096
FIRST_VERSION = Path(__file__).parents[3] / "fixtures" / "audit" / "first.sql"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A log of six rows: a session from request to leave, and the leg's end."""
    path = tmp_path / "log.db"
    with Trail.open(path) as trail:
        for kind in (Kind.REQUESTED, Kind.RINGING, Kind.JOINED, Kind.AIMED, Kind.LEFT, Kind.LEG_ENDED):
            trail.append(record(kind))
    return path


def places(verdict: Verdict) -> list[tuple[int, Why]]:
    return [(each.seq, each.why) for each in verdict.broken]


def test_an_untouched_log_is_whole(path: Path) -> None:
    verdict = verify(path)
    assert verdict.whole
    assert (verdict.rows, verdict.last, verdict.erased) == (6, 6, ())
    with History.open(path) as history:
        last = history.last()
    assert last is not None
    assert verdict.head == last.hash


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    Trail.open(tmp_path / "log.db").close()
    assert verify(tmp_path / "log.db").whole


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ("UPDATE log SET body = CAST(replace(body, 'silent', 'barged') AS BLOB) WHERE seq = 3", [(3, Why.HASH)]),
        ("UPDATE log SET hash = zeroblob(32) WHERE seq = 3", [(3, Why.HASH), (4, Why.HASH)]),
        ("UPDATE log SET hash = 'no hash' WHERE seq = 6", [(6, Why.HASH)]),
        ("UPDATE log SET body = CAST(body AS TEXT) WHERE seq = 3", [(3, Why.HASH), (3, Why.BYTES)]),
        ("UPDATE log SET body = x'00ff' WHERE seq = 3", [(3, Why.HASH), (3, Why.BYTES)]),
        ("DELETE FROM log WHERE seq = 3", [(3, Why.GAP), (3, Why.COMMITMENT)]),
        ("DELETE FROM log WHERE seq = 1", [(1, Why.GAP), (1, Why.COMMITMENT)]),
        ("UPDATE log SET user = 'ben' WHERE seq = 2", [(2, Why.COLUMN)]),
        ("UPDATE log SET at = at + 1 WHERE seq = 2", [(2, Why.COLUMN)]),
        ("UPDATE personal SET value = '+33155550143' WHERE seq = 2", [(2, Why.COMMITMENT)]),
        ("UPDATE personal SET salt = zeroblob(16) WHERE seq = 2", [(2, Why.COMMITMENT)]),
        ("UPDATE personal SET field = 'call.agent' WHERE seq = 2", [(2, Why.COMMITMENT)]),
        ("INSERT INTO personal VALUES (9, 'call.caller', x'00', '112')", [(9, Why.COMMITMENT)]),
        ("INSERT INTO personal VALUES ('three', 'call.caller', x'00', '112')", [(0, Why.COMMITMENT)]),
        ("INSERT INTO personal VALUES (3, 'call.agent', x'00', '112')", [(3, Why.COMMITMENT)]),
        ("UPDATE log SET kind = 'joined' WHERE seq = 2", [(2, Why.COLUMN)]),
        ("UPDATE log SET agent = CAST(agent AS BLOB) WHERE seq = 2", [(2, Why.COLUMN)]),
        ("UPDATE log SET queue = 'sales' WHERE seq = 6", [(6, Why.COLUMN)]),
        ("UPDATE log SET linkedid = '' WHERE seq = 1", [(1, Why.COLUMN)]),
        ("INSERT INTO unclosed VALUES ('session', 'session-1', 1)", [(0, Why.COLUMN)]),
        ("UPDATE about SET log_id = 'another'", [(1, Why.HASH)]),
        ("CREATE TRIGGER quiet AFTER INSERT ON log BEGIN DELETE FROM personal; END", [(0, Why.SCHEMA)]),
    ],
)
def test_a_change_is_found_where_it_is(path: Path, change: str, found: list[tuple[int, Why]]) -> None:
    behind_its_back(path, change)
    assert places(verify(path)) == found


def test_what_stands_around_the_rows_is_looked_at_though_the_file_has_another_name_by_now(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    behind_its_back(path, "INSERT INTO unclosed VALUES ('session', 'session-1', 1)")
    with Trail.open(path.with_name("other.db")) as other:
        assert around.look_apart(path, other.about, None) is None
    assert around.look_apart(path.with_name("none.db"), About(2, ""), None) is None
    monkeypatch.setattr(around, "look_apart", lambda *given: None)
    assert places(verify(path)) == [(0, Why.COLUMN)]


def test_a_row_whose_hash_was_made_anew_breaks_the_next(path: Path) -> None:
    with History.open(path) as history:
        rows = {row.seq: row for row in history.rows()}
    body = chain.seal(record(Kind.JOINED, detail="nothing happened", call=None)).body
    forged = chain.link(rows[2].hash, body)
    behind_its_back(
        path, f"UPDATE log SET body = x'{body.hex()}', linkedid = '', hash = x'{forged.hex()}' WHERE seq = 3",
        "DELETE FROM personal WHERE seq = 3",
    )  # fmt: skip
    assert places(verify(path)) == [(4, Why.HASH)]


def test_rows_that_change_places_are_found(path: Path) -> None:
    behind_its_back(path, *(f"UPDATE log SET seq = {to} WHERE seq = {of}" for of, to in ((2, 99), (3, 2), (99, 3))))
    assert {(2, Why.HASH), (3, Why.HASH)} <= set(places(verify(path)))


def test_a_row_taken_out_is_found_though_the_others_are_numbered_anew(path: Path) -> None:
    behind_its_back(
        path,
        "DELETE FROM log WHERE seq = 3",
        "DELETE FROM personal",
        "UPDATE log SET seq = seq - 1 WHERE seq > 3",
    )
    assert places(verify(path)) == [(3, Why.HASH), (6, Why.TAIL)]


def test_rows_cut_off_at_the_end_are_found(path: Path) -> None:
    behind_its_back(path, "DELETE FROM personal WHERE seq > 4", "DELETE FROM log WHERE seq > 4")
    assert (5, Why.TAIL) in places(verify(path))
    behind_its_back(path, "DELETE FROM personal", "DELETE FROM log")
    assert places(verify(path)) == [(1, Why.TAIL)]


def test_a_trigger_that_was_taken_away_is_named(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER log_stays")
    connection.close()
    assert verify(path).broken == (Broken(0, Why.SCHEMA, "trigger log_stays"),)


def test_a_table_that_is_gone_is_broken_and_no_crash(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE log")
    connection.close()
    assert (1, Why.UNREADABLE) in places(verify(path))


@pytest.mark.parametrize("page", [2, 4, 6, 8, 11])
def test_a_damaged_page_is_told_and_no_crash(tmp_path: Path, page: int) -> None:
    path = tmp_path / "log.db"
    with Trail.open(path) as trail:
        for _ in range(20):
            trail.append(record())
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        assert file.read(PAGE)
        file.seek(page * PAGE)
        file.write(b"\xff" * PAGE)
    assert Why.UNREADABLE in {why for _, why in places(verify(path))}


def test_erased_personal_data_leaves_the_log_whole(path: Path) -> None:
    behind_its_back(path, "DELETE FROM personal WHERE seq IN (2, 4)")
    verdict = verify(path)
    assert verdict.whole
    assert verdict.erased == (2, 4)


def test_a_log_that_was_tampered_with_is_not_written_on(path: Path) -> None:
    behind_its_back(path, "UPDATE log SET session = 'another' WHERE seq = 5")
    with pytest.raises(TrailUnwritable, match=r"row 5, column.*log verify") as refused:
        Trail.open(path)
    assert refused.value.cause == "broken"


def test_a_log_without_its_triggers_is_not_written_on(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TRIGGER log_is_kept")
    connection.close()
    with pytest.raises(TrailUnwritable, match="its tables were changed"):
        Trail.open(path)


def test_only_the_end_is_checked_at_the_start(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with Trail.open(path) as trail:
        for _ in range(80):
            trail.append(record())
    behind_its_back(path, "UPDATE log SET user = 'ben' WHERE seq = 3")
    Trail.open(path).close()
    assert places(verify(path)) == [(3, Why.COLUMN)]


def test_what_is_no_log_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    with pytest.raises(TrailUnreadable, match="there is none"):
        verify(path)
    path.write_bytes(b"not a database, whatever its name" * 40)
    with pytest.raises(TrailUnreadable, match="not a database"):
        verify(path)
    path.unlink()
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE something_else (a)")
    connection.close()
    with pytest.raises(TrailUnreadable, match="not a session log"):
        verify(path)


def test_a_log_of_the_first_version_is_still_whole(tmp_path: Path) -> None:
    """Whatever changes in records or tables: a site's old log must go on being proof."""
    path = tmp_path / "log.db"
    connection = sqlite3.connect(path)
    connection.executescript(FIRST_VERSION.read_text())
    connection.close()
    verdict = verify(path)
    assert verdict.whole
    assert verdict.rows == 6
    assert verdict.erased == (6,)
    assert verdict.head.hex() == FIRST_VERSION.read_text().splitlines()[0].removeprefix("-- head: ")
    with History.open(path) as history:
        assert [row.record.kind for row in history.rows(session="session-1")][-1] is Kind.REQUESTED
