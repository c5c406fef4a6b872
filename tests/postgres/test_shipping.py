"""A log arrives whole in the database, whatever stops it on its way, and what does not belong there does not."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.postgres.place import Place
from tests.unit.audit.rows import CALLER, behind_its_back, record
from whisper_tui.audit import erasing, store_verify
from whisper_tui.audit.calls import PastCall
from whisper_tui.audit.records import CallRef, Kind, Who, Whom
from whisper_tui.audit.shipping import DAY, SETTLED
from whisper_tui.audit.store import Batch, Diverged, Store, StoreAway
from whisper_tui.audit.tables import TrailUnreadable
from whisper_tui.audit.trail import Trail, Unshipped
from whisper_tui.audit.verify import verify
from whisper_tui.errors import WhisperError

pytestmark = pytest.mark.postgresql


def test_every_row_arrives_as_it_was_written_from_all_files_of_the_log(place: Place) -> None:
    for _ in range(3):
        place.write(40)
        place.carry()
    assert place.ship(rows=7) == 123
    assert place.there() == place.here()
    assert place.hidden_there() == place.hidden_here()
    columns = 'seq, kind, at, "user", leg, session, agent, queue, linkedid'
    there = place.select(f"SELECT {columns} FROM whisper_tui.log WHERE seq = 50")
    assert there == [(50, "requested", place.clock.wall(), "ana", "leg-1", "s50", "PJSIP/1001", "support", "1795.1")]
    assert place.ship() == 0


def test_while_it_is_written_only_what_is_new_goes(place: Place) -> None:
    with Trail.open(place.path, place.clock) as trail, closing(place.shipment()) as shipment:
        assert shipment.ship() == 0
        for n in range(1, 4):
            trail.append(record())
            assert shipment.ship() == 1
            assert shipment.shipped == n
        trail.carry()  # which nobody who reads it keeps it from
        trail.append(record())
        assert shipment.ship() == 2
        assert place.there() == place.here()


class Broken(Store):
    """Breaks off at one of its steps: before rows are put, or when they are there and nobody was told."""

    def __init__(self, to: str, step: int) -> None:
        super().__init__(to)
        self._left = step

    def put(self, stream: str, batch: Batch) -> int:
        self._step()
        count = super().put(stream, batch)
        self._step()
        return count

    def _step(self) -> None:
        self._left -= 1
        if self._left == 0:
            raise StoreAway("broken off", self.where)


@pytest.mark.parametrize("step", range(1, 9))
def test_broken_off_at_any_step_nothing_is_missing_and_nothing_twice(place: Place, step: int) -> None:
    place.write(10)
    place.carry()
    place.write(9)
    with closing(place.shipment(rows=5, store=Broken(place.to, step))) as shipment, pytest.raises(StoreAway):
        shipment.ship()
    place.ship()
    assert place.there() == place.here()
    assert place.hidden_there() == place.hidden_here()


SHIP = """
import sys
from pathlib import Path
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.store import Store
from whisper_tui.clock import SystemClock

class Told(Store):
    def put(self, stream, batch):
        count = super().put(stream, batch)
        print(count, flush=True)
        return count

Shipment(Path(sys.argv[2]), Told(sys.argv[1]), "lyon", SystemClock(), 20).ship()
"""


def test_killed_in_the_middle_it_goes_on_where_it_was(place: Place) -> None:
    place.write(2000)
    shipped = 0
    for batches in (1, 3, 10):
        with subprocess.Popen(
            [sys.executable, "-c", SHIP, place.to, str(place.path)], stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            for _ in range(batches):
                assert process.stdout.readline() == b"20\n"
            process.send_signal(signal.SIGKILL)
        there = place.there()
        assert there == place.here()[: len(there)]
        assert len(there) >= shipped + 20 * batches
        shipped = len(there)
    assert place.ship() == 2000 - shipped
    assert place.there() == place.here()
    assert place.hidden_there() == place.hidden_here()


def test_a_database_that_is_away_for_a_week_gets_everything_then(place: Place) -> None:
    place.write(10)
    with closing(place.shipment()) as shipment:
        shipment.ship()
        place.server.stop()
        try:
            for _ in range(7):
                place.write(500)
                place.clock.set_wall(DAY)
                with pytest.raises(StoreAway):
                    shipment.ship()
                assert shipment.shipped == 10
            place.carry()
            place.write(500)
        finally:
            place.server.start()
        assert shipment.ship() == 4001
    assert place.there() == place.here()


def test_two_logs_have_a_stream_each_and_a_name_each(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "other" / "trail.db"
    place.write(5)
    place.write(7, path=other)
    place.ship()
    with closing(place.shipment(path=other, name="nantes")) as shipment:
        assert shipment.ship() == 7
    assert place.there() == place.here()
    assert place.there(other) == place.here(other)
    assert place.select("SELECT name FROM whisper_tui.names ORDER BY name") == [("lyon",), ("nantes",)]


def rewritten_there(place: Place) -> None:
    place.do(
        "ALTER TABLE whisper_tui.log DISABLE TRIGGER log_stays",
        "UPDATE whisper_tui.log SET hash = sha256('x') WHERE seq = 5",
    )


def rewritten_here(place: Place) -> None:
    """Somebody makes the end of the log anew, so that its chain holds."""
    ident = place.select("SELECT DISTINCT stream FROM whisper_tui.log")[0][0]
    place.path.unlink()
    with Trail.open(place.path, place.clock):
        pass
    behind_its_back(place.path, f"UPDATE about SET log_id = '{ident}'")
    place.write(9, deed="whisper")


def cut_here(place: Place) -> None:
    behind_its_back(
        place.path, "DELETE FROM log WHERE seq > 3", "UPDATE sqlite_sequence SET seq = 3 WHERE name = 'log'"
    )


@pytest.mark.parametrize("changed", [rewritten_there, rewritten_here, cut_here])
def test_where_log_and_database_are_not_one_nothing_is_shipped_and_nothing_changed(
    place: Place, changed: Callable[[Place], None]
) -> None:
    place.write(5)
    place.ship()
    changed(place)
    before = place.there()
    with pytest.raises(Diverged, match="row 5"):
        place.ship()
    assert place.there() == before


def test_rows_after_the_one_that_differs_are_not_shipped_either(place: Place) -> None:
    place.write(5)
    place.carry()
    place.ship()
    place.do(
        "ALTER TABLE whisper_tui.log DISABLE TRIGGER log_stays",
        "UPDATE whisper_tui.log SET hash = sha256('x') WHERE seq = 6",
    )
    place.carry()  # now the last row that is there is the last of a closed file
    with pytest.raises(Diverged, match="row 6"):
        place.ship()
    assert len(place.there()) == 6


def test_a_row_that_was_changed_here_is_not_shipped_and_those_before_it_are(place: Place) -> None:
    place.write(20)
    behind_its_back(place.path, "UPDATE log SET body = replace(body, 'listen', 'lister') WHERE seq = 12")
    with pytest.raises(TrailUnreadable, match="row 12 is broken"):
        place.ship()
    assert [row[0] for row in place.there()] == [*range(1, 12)]


def test_columns_that_were_changed_here_arrive_as_the_bytes_say_them(place: Place) -> None:
    place.write(2)
    behind_its_back(place.path, "UPDATE log SET user = 'nobody', at = 'x' WHERE seq = 2")
    place.ship()
    found = place.select('SELECT "user", at FROM whisper_tui.log WHERE seq = 2')
    assert found == [("ana", place.clock.wall())]


def test_a_file_of_the_log_that_is_missing_is_waited_for(place: Place) -> None:
    place.write(5)
    place.ship()
    place.write(5)
    place.carry()
    place.write(5)
    place.carry()
    closed = place.path.with_name("trail.0001.db")
    closed.rename(closed.with_name("elsewhere"))
    with pytest.raises(TrailUnreadable, match="rows 6 to 10 are missing"):
        place.ship()
    closed.with_name("elsewhere").rename(closed)
    place.ship()
    assert place.there() == place.here()


def test_a_cut_end_of_a_closed_file_is_waited_for(place: Place) -> None:
    place.write(5)
    place.carry()
    behind_its_back(place.path.with_name("trail.0001.db"), "DELETE FROM log WHERE seq > 3")
    with pytest.raises(TrailUnreadable, match="row 4 is missing"):
        place.ship()


@pytest.mark.parametrize("first", [0, 5])
def test_what_aged_out_before_anybody_shipped_is_left_out_because_the_log_says_so(place: Place, first: int) -> None:
    place.write(5)
    if first:
        place.ship()
    place.write(5)
    place.carry()
    place.write(3)
    with Trail.open(place.path, place.clock) as trail:
        trail.age(place.clock.wall() + 1)
    place.ship()
    assert [row[0] for row in place.there()] == [*range(1, first + 1), *range(11, 16)]
    assert place.there()[first:] == place.here()


HOSTILE = "a\0b'\"\\{},$$\u202e\U0001f600\ud800\n;DROP TABLE x;--"


def test_whatever_stands_in_a_row_arrives(place: Place) -> None:
    who, whom = Who(HOSTILE, 1), Whom(HOSTILE, HOSTILE, HOSTILE)
    call = CallRef(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    with Trail.open(place.path, place.clock) as trail:
        row = record(Kind.NOTE, who=who, whom=whom, call=call, leg=HOSTILE, session=HOSTILE, detail=HOSTILE * 999)
        trail.append(row)
        trail.append(record(Kind.NOTE, call=None, whom=None, who=None))
    place.ship()
    assert place.there() == place.here()
    shown = HOSTILE.replace("\0", "\ufffd").replace("\ud800", r"\ud800")
    found = place.select('SELECT "user", agent, queue, leg, session, linkedid FROM whisper_tui.log WHERE seq = 1')
    assert found == [(shown,) * 6]
    with closing(sqlite3.connect(place.path)) as connection:
        salted = connection.execute("SELECT salt, CAST(value AS BLOB) FROM personal").fetchall()
    assert place.select("SELECT salt, value FROM whisper_tui.personal") == salted


def test_many_bytes_are_not_taken_at_once(place: Place) -> None:
    place.write(12, detail="x" * 400_000)
    puts: list[int] = []

    class Counted(Store):
        def put(self, stream: str, batch: Batch) -> int:
            puts.append(len(batch.rows))
            return super().put(stream, batch)

    with closing(place.shipment(store=Counted(place.to))) as shipment:
        assert shipment.ship() == 12
    assert puts == [3, 3, 3, 3]
    assert place.there() == place.here()


# --- erasing


def erase(place: Place, number: str = CALLER) -> None:
    with Trail.open(place.path, place.clock) as trail:
        erasing.erase(trail, number, record(Kind.LOG_ERASED, call=None))


def test_what_is_erased_here_is_erased_there_and_nothing_else(place: Place) -> None:
    place.write(5)
    place.write(5, call=CallRef("main", caller="+33155550199"))
    place.carry()
    place.write(5)
    place.ship()
    assert len(place.hidden_there()) == 15
    erase(place)
    place.ship()
    assert place.hidden_there() == place.hidden_here()
    assert [seq for seq, *_ in place.hidden_there()] == [6, 7, 8, 9, 10]
    assert place.there() == place.here()


def test_what_is_erased_while_the_database_is_away_is_erased_there_when_it_is_back(place: Place) -> None:
    place.write(5)
    with closing(place.shipment()) as shipment:
        shipment.ship()
        place.server.stop()
        try:
            erase(place)
            with pytest.raises(StoreAway):
                shipment.ship()
        finally:
            place.server.start()
        shipment.ship()
    assert place.hidden_there() == []
    assert place.there() == place.here()


def test_a_log_that_was_cut_erases_nothing_there(place: Place) -> None:
    place.write(9)
    place.ship()
    behind_its_back(place.path, "DELETE FROM log WHERE seq > 3", "DELETE FROM personal WHERE seq > 3")
    with pytest.raises(Diverged):
        place.ship()
    assert len(place.hidden_there()) == 9


def test_rows_that_are_missing_here_are_not_taken_for_erased(place: Place) -> None:
    place.write(9)
    place.ship()
    behind_its_back(place.path, "DELETE FROM log WHERE seq = 3", "DELETE FROM personal WHERE seq IN (3, 5)")
    place.ship()
    assert [seq for seq, *_ in place.hidden_there()] == [1, 2, 3, 4, 6, 7, 8, 9]


def test_an_erasure_that_is_broken_off_there_is_made_up_for(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.write(5)
    place.ship()
    erase(place)
    with closing(place.shipment()) as shipment:
        with monkeypatch.context() as broken:

            def away(*_: object) -> None:
                raise StoreAway("broken off", "")

            broken.setattr(Store, "erase", away)
            with pytest.raises(StoreAway):
                shipment.ship()
        assert len(place.hidden_there()) == 5
        shipment.ship()
    assert place.hidden_there() == []


def test_what_is_erased_while_rows_are_put_behind_some_that_aged_out_is_erased_there(place: Place) -> None:
    class Late(Store):
        def put(self, stream: str, batch: Batch) -> int:
            if batch.personal:
                erase(place)
            return super().put(stream, batch)

    place.write(9)
    place.carry()
    with Trail.open(place.path, place.clock) as trail:
        trail.age(place.clock.wall() + 1)
    place.write(3)
    with closing(place.shipment(store=Late(place.to))) as shipment:
        shipment.ship()
    assert place.hidden_there() == place.hidden_here() == []


def test_what_aged_out_here_keeps_its_personal_data_there(place: Place) -> None:
    place.write(5)
    place.carry()
    place.write(5)
    place.ship()
    with Trail.open(place.path, place.clock) as trail:
        trail.age(place.clock.wall() + 1)
    place.ship()
    assert [seq for seq, *_ in place.hidden_there()] == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11]


# --- calls


def call(place: Place, n: int, ended: float, **fields: object) -> PastCall:
    told: dict[str, object] = {
        "pbx": "lyon", "uniqueid": f"1.{n}", "queue": "sales", "agent": "PJSIP/1001", "number": CALLER,
        "joined": ended - 30, "waited": 5.0, "answered": ended - 25, "talked": 25.0, "held": 0.0, "holds": 0,
        "transfers": 0, "outcome": "answered", "ended": ended, **fields,
    }  # fmt: skip
    return PastCall(**told)  # type: ignore[arg-type]


def keep(place: Place, *calls: PastCall) -> None:
    with Trail.open(place.path, place.clock) as trail:
        kept = trail.calls()
        assert kept is not None
        kept.keep(calls)


def calls_there(place: Place, table: str = "calls") -> list[object]:
    return [
        uniqueid for (uniqueid,) in place.select(f"SELECT uniqueid FROM whisper_tui.{table} ORDER BY ended, joined")
    ]


def test_calls_arrive_a_minute_after_they_ended_and_once(place: Place) -> None:
    now = place.clock.wall()
    keep(place, *(call(place, n, now - 200 + n) for n in range(20)), call(place, 99, now - 1))
    with closing(place.shipment(rows=3)) as shipment:
        shipment.ship()
        assert calls_there(place) == [f"1.{n}" for n in range(20)]
        place.clock.set_wall(SETTLED - 2)
        shipment.ship()
        assert len(calls_there(place)) == 20
        place.clock.set_wall(SETTLED)
        shipment.ship()
        assert calls_there(place)[-1] == "1.99"
    place.ship()
    assert len(calls_there(place)) == 21
    found = place.select("SELECT agent, waited, talked, outcome, ended, repeat FROM whisper_tui.calls LIMIT 1")
    assert found == [("PJSIP/1001", 5.0, 25.0, "answered", now - 200, 0)]


def test_no_number_of_a_call_is_shipped_not_even_its_hash(place: Place) -> None:
    keep(place, call(place, 1, place.clock.wall() - 100))
    place.ship()
    columns = [name for (name,) in place.select(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'calls'"
    )]  # fmt: skip
    assert "caller" not in columns
    assert place.select("SELECT count(*) FROM whisper_tui.calls") == [(1,)]


def test_a_visit_of_which_more_became_known_is_one_visit(place: Place) -> None:
    now = place.clock.wall()
    keep(place, call(place, 1, now - 300, outcome="unknown", answered=None, talked=None, joined=now - 400))
    keep(place, call(place, 2, now - 290))
    place.ship()
    keep(place, call(place, 1, now - 100, joined=now - 401))
    place.clock.set_wall(60)
    place.ship()
    assert calls_there(place) == ["1.1", "1.2", "1.1"]
    assert calls_there(place, "visits") == ["1.2", "1.1"]


def test_calls_of_closed_files_arrive_too(place: Place) -> None:
    for n in range(3):
        keep(place, call(place, n, place.clock.wall() - 100))
        place.clock.set_wall(20 * DAY)
        place.carry()
    keep(place, call(place, 3, place.clock.wall() - 100))
    place.ship()
    assert calls_there(place) == ["1.0", "1.1", "1.2", "1.3"]


def test_a_clock_that_is_put_back_keeps_no_call_from_the_database(place: Place) -> None:
    with closing(place.shipment()) as shipment:
        keep(place, call(place, 1, place.clock.wall() - 100))
        shipment.ship()
        place.clock.set_wall(-DAY / 2)
        keep(place, call(place, 2, place.clock.wall() - 100))
        shipment.ship()
    assert calls_there(place) == ["1.2", "1.1"]
    place.clock.set_wall(-3 * 3600)
    keep(place, call(place, 3, place.clock.wall() - 100))
    place.ship()
    assert sorted(calls_there(place)) == ["1.1", "1.2", "1.3"]  # type: ignore[type-var]


def test_nothing_that_is_said_of_a_failure_has_a_number_or_a_password(place: Place) -> None:
    place.write(3)
    place.do("ALTER TABLE whisper_tui.personal ADD CHECK (field <> 'call.caller')")
    with pytest.raises(WhisperError) as error:
        place.ship()
    assert CALLER not in str(error.value)
    assert "canary" not in str(error.value)


# --- all of it, in any order


@pytest.mark.parametrize("seed", range(8))
def test_whatever_happens_in_whatever_order_log_and_database_are_one_at_the_end(place: Place, seed: int) -> None:
    chance = random.Random(seed)
    other = CallRef("main", caller="+33155550199")
    place.write(3)
    shipped = 0

    def break_off() -> None:
        nonlocal shipped
        with closing(place.shipment(rows=4, store=Broken(place.to, chance.randint(1, 6)))) as shipment:
            with suppress(StoreAway):
                shipment.ship()
            shipped = max(shipped, shipment.shipped)

    def age() -> None:
        with Trail.open(place.path, place.clock) as trail, suppress(Unshipped):
            trail.age(place.clock.wall() + 1, shipped)

    deeds: list[Callable[[], object]] = [
        lambda: place.write(chance.randint(1, 9)),
        lambda: place.write(chance.randint(1, 3), call=other),
        place.carry,
        break_off,
        age,
        lambda: erase(place, chance.choice((CALLER, "+33155550199"))),
    ]
    for _ in range(25):
        chance.choice(deeds)()
    place.ship()
    here, there = place.here(), place.there()
    assert [row[0] for row in there] == [*range(1, len(there) + 1)]  # what aged out here was there before
    assert there[-len(here) :] == here
    first = here[0][0]
    assert [row for row in place.hidden_there() if row[0] >= first] == place.hidden_here()  # type: ignore[operator]
    assert verify(place.path).whole
    (stream,) = store_verify.streams(store := place.store())
    with closing(store):
        assert store_verify.verify(store, stream).broken == ()
