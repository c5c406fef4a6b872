"""The database itself: what the role that ships may do, what it refuses from everybody, and in which words it is out of reach."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
import pytest

from tests.postgres.place import Place
from tests.postgres.server import PASSWORD, ROLE, Server
from tests.unit.audit.rows import CALLER, record
from whisper_tui.audit import chain, store_tables
from whisper_tui.audit.records import Kind
from whisper_tui.audit.store import Batch, Diverged, Store, StoreAway, StoreRefuses
from whisper_tui.errors import UsageError, WhisperError

pytestmark = pytest.mark.postgresql
STREAM = "ab" * 16


def rows(count: int, first: int = 1, before: bytes = b"", **fields: object) -> Batch:
    """Rows as they follow `before`, or begin a log, each with a caller's number."""
    head, found, personal = before or chain.genesis(STREAM), [], []
    for seq in range(first, first + count):
        sealed = chain.seal(record(Kind.REQUESTED, **fields))
        head = chain.link(head, sealed.body)
        found.append((seq, *sealed.columns, sealed.body, head))
        personal += [(seq, *each) for each in sealed.personal]
    personal = [(seq, field, salt, str(value).encode()) for seq, field, salt, value in personal]
    return Batch(found, personal)


def as_role(place: Place) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(place.to, autocommit=True)


@pytest.fixture
def store(place: Place) -> Iterator[Store]:
    with closing(place.store()) as store:
        yield store


def test_rows_are_there_as_they_were_told(place: Place, store: Store) -> None:
    assert store.end(STREAM).seq == 0
    batch = rows(3)
    assert store.put(STREAM, batch) == 3
    assert store.end(STREAM) == (3, batch.rows[-1][-1])
    names = ", ".join(f'"{each}"' for each in store_tables.COLUMNS)
    assert place.select(f"SELECT {names} FROM whisper_tui.log ORDER BY seq") == list(batch.rows)
    found = place.select("SELECT seq, field, salt, value FROM whisper_tui.personal ORDER BY seq")
    assert found == list(batch.personal)


def test_rows_that_are_there_are_not_put_twice(place: Place, store: Store) -> None:
    batch = rows(3)
    store.put(STREAM, Batch(batch.rows[:2], batch.personal[:2]))
    assert store.put(STREAM, batch) == 1
    assert place.select("SELECT count(*), count(DISTINCT seq) FROM whisper_tui.log") == [(3, 3)]
    assert place.select("SELECT count(*) FROM whisper_tui.personal") == [(3,)]


def test_two_who_put_the_same_rows_at_once_put_them_once(place: Place) -> None:
    batch, at_once = rows(400), threading.Barrier(2)
    put: list[int] = []

    def ship() -> None:
        with closing(place.store()) as store:
            store.end(STREAM)
            at_once.wait(10)
            put.append(store.put(STREAM, batch))

    both = [threading.Thread(target=ship) for _ in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join(30)
    assert sum(put) == 400
    assert place.select("SELECT count(*) FROM whisper_tui.log") == [(400,)]
    assert place.select("SELECT count(*) FROM whisper_tui.personal") == [(400,)]


@pytest.mark.parametrize(
    "batch",
    [
        pytest.param(rows(1, deed="whisper"), id="another row in the place of one"),
        pytest.param(rows(1, first=4, before=b"\0" * 32), id="after another row"),
        pytest.param(rows(1, first=6), id="after rows that are missing"),
    ],
)
def test_what_does_not_follow_is_refused_and_nothing_of_it_stays(place: Place, store: Store, batch: Batch) -> None:
    store.put(STREAM, rows(3))
    before = place.select("SELECT seq, hash FROM whisper_tui.log ORDER BY seq")
    with pytest.raises(Diverged):
        store.put(STREAM, batch)
    assert place.select("SELECT seq, hash FROM whisper_tui.log ORDER BY seq") == before
    assert place.select("SELECT count(*) FROM whisper_tui.personal") == [(3,)]


def test_where_rows_aged_out_the_next_file_may_come_and_a_log_may_begin_late(place: Place, store: Store) -> None:
    store.put(STREAM, rows(2, first=11))
    carried = rows(1, first=20, before=b"\1" * 32)
    (values,) = carried.rows
    store.put(STREAM, Batch([(values[0], "log-carried", *values[2:])], ()))
    assert store.end(STREAM).seq == 20


@pytest.mark.parametrize(
    "deed",
    [
        "UPDATE whisper_tui.log SET kind = 'x'",
        "DELETE FROM whisper_tui.log",
        "TRUNCATE whisper_tui.log CASCADE",
        "UPDATE whisper_tui.personal SET value = 'x'",
        "DELETE FROM whisper_tui.personal",
        "TRUNCATE whisper_tui.personal",
        "DELETE FROM whisper_tui.calls",
        "UPDATE whisper_tui.names SET name = 'x'",
        "DROP TABLE whisper_tui.log CASCADE",
        "ALTER TABLE whisper_tui.log DISABLE TRIGGER ALL",
        "DROP FUNCTION whisper_tui.erase(text, bigint[])",
        "CREATE TABLE whisper_tui.more ()",
        "SET session_replication_role = replica",
        "SET ROLE postgres",
        "INSERT INTO whisper_tui.log SELECT * FROM whisper_tui.log ON CONFLICT (stream, seq) DO UPDATE SET kind = 'x'",
    ],
)
def test_the_role_may_only_read_and_insert(place: Place, store: Store, deed: str) -> None:
    store.put(STREAM, rows(2))
    with as_role(place) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(deed.encode())
    assert store.surplus() == ()


@pytest.mark.parametrize(
    "deed",
    ["UPDATE whisper_tui.log SET kind = 'x'", "DELETE FROM whisper_tui.log", "TRUNCATE whisper_tui.log CASCADE"],
)
def test_not_even_the_owner_changes_rows_in_passing(place: Place, store: Store, deed: str) -> None:
    store.put(STREAM, rows(2))
    with pytest.raises(psycopg.Error, match="append-only"):
        place.do(deed)


def test_personal_data_can_be_erased_and_never_comes_back(place: Place, store: Store) -> None:
    batch = rows(3)
    store.put(STREAM, batch)
    assert store.holding(STREAM, [CALLER]) == [1, 2, 3]
    assert store.holding("another", [CALLER]) == []
    store.erase("another", [1, 2, 3])
    store.erase(STREAM, [1, 3])
    assert store.hidden(STREAM, 0, 9) == {2}
    with as_role(place) as connection, pytest.raises(psycopg.Error, match="append-only"):
        connection.execute("INSERT INTO whisper_tui.personal VALUES (%s, 1, 'call.caller', 's', 'v')", (STREAM,))
    store.put(STREAM, batch)
    assert store.hidden(STREAM, 0, 9) == {2}


def test_a_role_that_may_more_than_it_should_is_seen(place: Place) -> None:
    place.do(f"GRANT UPDATE, DELETE ON whisper_tui.log TO {ROLE}")
    with closing(place.store()) as store:
        assert store.surplus() == ("UPDATE", "DELETE")


@pytest.fixture
def another(place: Place) -> Iterator[str]:
    """The address for the role of another machine, made with what it prints when the tables are there."""
    place.do(store_tables.script("other machine"), f"ALTER ROLE \"other machine\" PASSWORD '{PASSWORD}'")
    passwords = place.path.with_name("pgpass")
    passwords.write_text(passwords.read_text() + f"127.0.0.1:{place.server.port}:*:other machine:{PASSWORD}\n")
    yield place.server.address(place.database, "other%20machine")
    place.do('DROP OWNED BY "other machine"', 'DROP ROLE "other machine"')


def test_the_role_of_another_machine_reads_a_log_and_does_nothing_to_it(
    place: Place, store: Store, another: str
) -> None:
    store.put(STREAM, rows(3))
    store.call_it(STREAM, "lyon")
    with closing(Store(another)) as other:
        assert other.end(STREAM).seq == 3
        for deed in (
            lambda: other.put(STREAM, rows(1, first=4, before=store.end(STREAM).hash)),
            lambda: other.call_it(STREAM, "mine"),
            lambda: other.put_calls(STREAM, [("p", "1.1", "q", "a", 1.0, 1.0, 1.0, 1.0, 0.0, 0, 0, "left", 2.0, 0)]),
        ):
            with pytest.raises(StoreRefuses, match="shipped by another role"):
                deed()
        other.erase(STREAM, [1, 2, 3])
        assert other.put("cd" * 16, rows(1)) == 1
    assert store.hidden(STREAM, 0, 9) == {1, 2, 3}
    with psycopg.connect(another, autocommit=True) as connection:
        for claim in (
            "INSERT INTO whisper_tui.streams VALUES ('x', 'ship')",
            "UPDATE whisper_tui.streams SET role = 'x'",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(claim.encode())


def test_the_owner_may_let_another_role_go_on(place: Place, store: Store, another: str) -> None:
    store.put(STREAM, rows(3))
    place.do("UPDATE whisper_tui.streams SET role = 'other machine'")
    with closing(Store(another)) as other:
        assert other.put(STREAM, rows(1, first=4, before=store.end(STREAM).hash)) == 1
    with pytest.raises(StoreRefuses, match="another role"):
        store.put(STREAM, rows(1, first=5, before=store.end(STREAM).hash))


def test_any_role_may_be_named(server: Server) -> None:
    name = server.database("template1")
    odd = "$role$; DROP TABLE x; --\"'"
    with server.owner(name) as connection:
        connection.execute(store_tables.script(odd).encode())
        found = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (odd,)).fetchall()
        assert found == [(1,)]
        connection.execute(f"DROP OWNED BY {psycopg.sql.Identifier(odd).as_string(connection)}".encode())
        connection.execute(f"DROP ROLE {psycopg.sql.Identifier(odd).as_string(connection)}".encode())


def refused(to: str, limit: float = 30.0) -> WhisperError:
    """What is said when something is asked there."""
    with closing(Store(to, limit)) as store, pytest.raises(WhisperError) as error:
        store.end(STREAM)
    assert PASSWORD not in str(error.value) + repr(error.value) + repr(store) + repr(vars(store))
    assert ROLE not in error.value.where
    return error.value


def test_nobody_there_is_said_in_few_words(place: Place) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        error = refused(f"postgresql://{ROLE}@127.0.0.1:{free.getsockname()[1]}/log?application_name=x")
    assert isinstance(error, StoreAway)
    assert error.exit_code == 4
    assert error.what == "connection refused"
    assert error.where.endswith("/log")


def test_a_wrong_password_is_said_with_where_it_comes_from(place: Place) -> None:
    place.server.passwords(place.path.with_name("pgpass"), "canary-wrong")
    error = refused(place.to)
    assert isinstance(error, StoreAway)
    assert error.what == f'password authentication failed for user "{ROLE}"'
    assert "~/.pgpass" in error.hint
    place.path.with_name("pgpass").unlink()
    assert "no password supplied" in refused(place.to).what


def test_a_file_of_passwords_that_others_may_read_is_said_in_words_of_ours(
    place: Place, capfd: pytest.CaptureFixture[str]
) -> None:
    place.path.with_name("pgpass").chmod(0o640)
    with closing(place.store()) as store, pytest.raises(StoreRefuses, match="may be read by others") as error:
        store.end(STREAM)
    assert error.value.where == str(place.path.with_name("pgpass"))
    assert capfd.readouterr() == ("", "")


def test_a_password_in_the_address_is_refused_here_too(place: Place) -> None:
    with pytest.raises(UsageError, match="does not belong") as error:
        Store(f"postgresql://{ROLE}:canary-7c1d@127.0.0.1/log").end(STREAM)
    assert "canary" not in str(error.value)


def test_an_address_that_postgresql_does_not_understand_is_a_wrong_setting(place: Place) -> None:
    error = refused(f"{place.to}?ssl_mode=require")
    assert isinstance(error, UsageError)
    assert error.what == 'invalid URI query parameter: "ssl_mode"'


def test_a_database_that_is_not_there(place: Place) -> None:
    assert refused(place.server.address("nowhere")).what == 'database "nowhere" does not exist'


def test_tables_that_are_missing_are_said_with_what_makes_them(server: Server, place: Place) -> None:
    error = refused(server.address(server.database("template1")))
    assert isinstance(error, StoreRefuses)
    assert error.exit_code == 1
    assert "are not there" in error.what
    assert "log ship --init" in error.hint


def test_tables_of_another_version_are_left_alone(place: Place) -> None:
    place.do("COMMENT ON SCHEMA whisper_tui IS 'session logs of whisper-tui, tables 9'")
    assert "others" in refused(place.to).what


def test_rights_that_are_missing_are_said(place: Place) -> None:
    place.do(f"REVOKE INSERT ON whisper_tui.log FROM {ROLE}")
    with closing(place.store()) as store, pytest.raises(StoreRefuses, match="permission denied for table log"):
        store.put(STREAM, rows(1))


def test_a_server_that_takes_no_rows_is_out_of_reach(place: Place) -> None:
    place.do(f"ALTER ROLE {ROLE} SET default_transaction_read_only = on")
    try:
        with closing(place.store()) as store, pytest.raises(StoreAway, match="read-only"):
            store.put(STREAM, rows(1))
    finally:
        place.do(f"ALTER ROLE {ROLE} RESET default_transaction_read_only")


def test_a_database_that_cannot_hold_every_letter_is_refused(server: Server, place: Place) -> None:
    error = refused(server.address(server.database("template0", "LATIN1")))
    assert error.what == "its encoding is LATIN1"


@contextmanager
def silent() -> Iterator[str]:
    """A server that takes connections and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"postgresql://{ROLE}@127.0.0.1:{server.getsockname()[1]}/log"


def test_a_server_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("whisper_tui.audit.store.CONNECT", 2)
    with silent() as to:
        assert isinstance(refused(to), StoreAway)


def test_a_server_that_comes_to_a_halt_is_given_up_in_time(place: Place) -> None:
    with closing(place.store(limit=0.5)) as store:
        store.end(STREAM)
        with place.server.halted(), pytest.raises(StoreAway, match="no answer within"):
            store.end(STREAM)
        store.end(STREAM)


def test_whoever_waits_can_be_cut_off_by_somebody_else(place: Place) -> None:
    with closing(place.store()) as store:
        store.end(STREAM)
        with place.server.halted():
            cutter = threading.Timer(0.2, store.cut)
            cutter.start()
            with pytest.raises(StoreAway, match="given up"):
                store.end(STREAM)
            cutter.join()
        with pytest.raises(StoreAway, match="given up"):
            store.end(STREAM)


def test_a_server_that_was_started_anew_is_connected_to_anew(place: Place, store: Store) -> None:
    store.put(STREAM, rows(2))
    place.server.stop()
    with pytest.raises(StoreAway):
        store.end(STREAM)
    with pytest.raises(StoreAway, match="refused"):
        store.end(STREAM)
    place.server.start()
    assert store.end(STREAM).seq == 2


def test_a_stream_is_called_what_it_was_called_last(place: Place, store: Store) -> None:
    for name in ("lyon", "lyon", "nantes", "ly\0on"):
        store.call_it(STREAM, name)
        store.call_it(STREAM, name)
    found = [name for (name,) in place.select("SELECT name FROM whisper_tui.names ORDER BY at")]
    assert found == ["lyon", "nantes", "ly\ufffdon"]
