"""What became of the calls of queues, as it is kept and counted."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from whisper_tui.audit.calls import AGAIN_WITHIN, By, Calls, PastCall, days
from whisper_tui.audit.tables import CALLS_DDL, TrailUnreadable, TrailUnwritable
from whisper_tui.audit.trail import Trail

AT = 1_795_000_000.0
DAY = 86400.0
CALL = PastCall(
    pbx="lab",
    uniqueid="1.1",
    queue="support",
    agent="PJSIP/1001",
    number="+33 1 55-55 0142",
    joined=AT,
    waited=10.0,
    answered=AT + 10,
    talked=100.0,
    held=5.0,
    holds=1,
    transfers=0,
    outcome="answered",
    ended=AT + 110,
)
GIVEN_UP = replace(
    CALL, agent="", answered=None, talked=None, held=0.0, holds=0, waited=40.0, outcome="abandoned", ended=AT + 40
)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    opened = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    for statement in CALLS_DDL:
        opened.execute(statement)
    yield opened
    opened.close()


@pytest.fixture
def calls(connection: sqlite3.Connection, tmp_path: Path) -> Calls:
    return Calls(lambda: connection, threading.Lock(), tmp_path / "log.db")


def rows(connection: sqlite3.Connection, what: str = "*") -> list[tuple[object, ...]]:
    return connection.execute(f"SELECT {what} FROM calls ORDER BY ended").fetchall()


def other(n: int, later: float = 0.0, call: PastCall = CALL) -> PastCall:
    """Another call, `later` seconds after."""
    answered = None if call.answered is None else call.answered + later
    return replace(call, uniqueid=f"1.{n}", joined=call.joined + later, answered=answered, ended=call.ended + later)


def test_a_call_is_kept_once_however_often_it_is_told(calls: Calls, connection: sqlite3.Connection) -> None:
    calls.keep([CALL])
    calls.keep([CALL, replace(CALL, transfers=1)])
    assert rows(connection, "uniqueid, transfers") == [("1.1", 1)]


def test_a_number_is_in_no_row_and_the_same_digits_are_the_same_caller(
    calls: Calls, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    calls.keep(
        [CALL, other(2, DAY, replace(CALL, number="33155550142")), other(3, 2 * DAY, replace(CALL, number="0142"))]
    )
    first, second, third = (bytes(row[0]) for row in rows(connection, "caller"))  # type: ignore[call-overload]
    assert first == second != third
    assert len(first) == 32
    assert b"0142" not in (tmp_path / "log.db").read_bytes()


def test_the_key_of_the_hashes_is_made_once_and_differs_from_log_to_log(
    calls: Calls, connection: sqlite3.Connection, tmp_path: Path
) -> None:
    calls.keep([CALL])
    key = connection.execute("SELECT value FROM secrets").fetchall()
    Calls(lambda: connection, threading.Lock(), tmp_path).keep([other(2)])
    assert connection.execute("SELECT value FROM secrets").fetchall() == key
    assert len(key[0][0]) == 16


@pytest.mark.parametrize("number", ["", "anonymous", "<unknown>"])
def test_without_a_number_nobody_is_a_repeat_caller(calls: Calls, connection: sqlite3.Connection, number: str) -> None:
    calls.keep([replace(CALL, number=number), other(2, 3600, replace(CALL, number=number))])
    assert rows(connection, "caller, repeat") == [(None, 0), (None, 0)]


def test_repeats_are_earlier_calls_of_the_seven_days_before_in_any_queue(
    calls: Calls, connection: sqlite3.Connection
) -> None:
    calls.keep([CALL, other(2, 3 * DAY, replace(CALL, queue="sales")), other(3, 6 * DAY), other(4, AGAIN_WITHIN + 111)])
    assert rows(connection, "uniqueid, repeat") == [("1.1", 0), ("1.2", 1), ("1.3", 2), ("1.4", 2)]


def test_two_queues_of_one_call_are_no_repeat(calls: Calls, connection: sqlite3.Connection) -> None:
    overflow = replace(CALL, queue="sales", joined=CALL.ended, answered=CALL.ended, ended=CALL.ended + 50)
    calls.keep([CALL, overflow, other(3, DAY)])
    assert rows(connection, "queue, repeat") == [("support", 0), ("sales", 0), ("support", 1)]


def test_what_an_earlier_run_did_not_know_of_a_visit_is_replaced(calls: Calls, connection: sqlite3.Connection) -> None:
    stopped = replace(CALL, outcome="unknown", talked=30.0, ended=AT + 40)
    calls.keep([stopped])
    calls.keep([replace(CALL, joined=AT + 0.8)])
    assert rows(connection, "outcome, talked") == [("answered", 100.0)]


def test_an_unknown_visit_of_before_stays_beside_a_later_one(calls: Calls, connection: sqlite3.Connection) -> None:
    lost = replace(GIVEN_UP, outcome="unknown")
    calls.keep([lost])
    calls.keep([replace(CALL, joined=AT + 60, answered=AT + 70)])
    assert rows(connection, "outcome") == [("unknown",), ("answered",)]


def test_a_batch_is_kept_whole_or_not_at_all(calls: Calls, connection: sqlite3.Connection) -> None:
    with pytest.raises(TrailUnwritable):
        calls.keep([CALL, replace(CALL, uniqueid="1.2", ended=float("nan"))])  # SQLite has NULL for it
    assert rows(connection) == []
    calls.keep([CALL])
    assert len(rows(connection)) == 1


# --- counted


def fill(calls: Calls) -> None:
    calls.keep(
        [
            CALL,
            other(2, 60, replace(CALL, waited=30.0, talked=200.0, held=0.0, transfers=1, number="1")),
            other(3, 120, replace(CALL, agent="PJSIP/1002", queue="sales", number="2")),
            other(4, 180, replace(GIVEN_UP, number="3")),
            other(5, 240, replace(GIVEN_UP, outcome="timed-out", waited=60.0, number="")),
            other(6, 300, replace(GIVEN_UP, outcome="left", number="5")),
            other(7, 360, replace(CALL, outcome="unknown", number="6")),
            other(8, 2 * DAY, CALL),
        ]
    )


def test_calls_are_counted_by_queue(calls: Calls) -> None:
    fill(calls)
    sales, support = calls.tally([By.QUEUE], AT, AT + DAY)
    assert (sales.queue, sales.calls, sales.answered) == ("sales", 1, 1)
    assert (support.queue, support.agent, support.calls) == ("support", "", 6)
    assert (support.answered, support.abandoned, support.timed_out, support.left, support.unknown) == (2, 1, 1, 1, 1)
    assert (support.in_time, support.waited, support.longest_wait, support.gave_up_after) == (1, 20.0, 60.0, 50.0)
    assert (support.talked, support.held, support.transferred) == (150.0, 2.5, 1)
    assert (support.known, support.repeated) == (5, 0)


def test_calls_are_counted_by_queue_and_agent(calls: Calls) -> None:
    fill(calls)
    found = {(each.queue, each.agent): each.calls for each in calls.tally([By.QUEUE, By.AGENT], AT, AT + DAY)}
    assert found == {("sales", "PJSIP/1002"): 1, ("support", "PJSIP/1001"): 3}
    assert [(each.agent, each.calls) for each in calls.tally([By.AGENT], AT, AT + 3 * DAY)] == [
        ("PJSIP/1001", 4),
        ("PJSIP/1002", 1),
    ]


def test_all_in_one(calls: Calls) -> None:
    fill(calls)
    (whole,) = calls.tally([], AT, AT + 3 * DAY)
    assert (whole.queue, whole.calls, whole.repeated) == ("", 8, 1)


def test_nothing_is_counted_where_nothing_was(calls: Calls) -> None:
    assert calls.tally([By.QUEUE], AT, AT + DAY) == []
    assert calls.came_back([By.QUEUE], AT, AT + DAY) == {}


def test_a_span_has_its_beginning_and_not_its_end(calls: Calls) -> None:
    calls.keep([CALL])
    assert len(calls.tally([By.QUEUE], CALL.ended, CALL.ended + 1)) == 1
    assert calls.tally([By.QUEUE], CALL.ended - 1, CALL.ended) == []


def test_who_came_back_is_counted_for_whoever_answered_before(calls: Calls) -> None:
    fill(calls)
    assert calls.came_back([By.AGENT], AT, AT + DAY) == {("", "PJSIP/1001"): (2, 1), ("", "PJSIP/1002"): (1, 0)}
    assert calls.came_back([By.QUEUE], AT, AT + DAY) == {("support", ""): (2, 1), ("sales", ""): (1, 0)}


def test_a_day_is_as_long_as_its_zone_has_it() -> None:
    spring = list(days(date(2026, 3, 28), date(2026, 3, 30), ZoneInfo("Europe/Paris")))
    assert [day for day, _, _ in spring] == [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    assert [end - begin for _, begin, end in spring] == [DAY, DAY - 3600, DAY]
    assert spring[0][2] == spring[1][1]


# --- forgotten


def test_a_number_is_forgotten_and_its_calls_stay(calls: Calls, connection: sqlite3.Connection) -> None:
    calls.keep([CALL, other(2, 60), other(3, 120, replace(CALL, number="2"))])
    assert calls.forget("33155550142") == 2
    assert [row[0] is None for row in rows(connection, "caller")] == [True, True, False]
    assert calls.forget("33155550142") == 0
    assert calls.forget("") == 0


def test_old_calls_age_out_a_few_at_a_time(calls: Calls, connection: sqlite3.Connection) -> None:
    calls.keep([other(n, n * DAY) for n in range(5)])
    assert calls.age_out(AT + 3 * DAY, limit=2) == 2
    assert calls.age_out(AT + 3 * DAY, limit=2) == 1
    assert calls.age_out(AT + 3 * DAY, limit=2) == 0
    assert len(rows(connection)) == 2


# --- trouble


def test_a_full_disk_is_named(calls: Calls, connection: sqlite3.Connection) -> None:
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(TrailUnwritable) as raised:
        calls.keep([other(n) for n in range(1000)])
    assert raised.value.cause == "full"
    assert rows(connection) == []


def test_a_closed_log_takes_and_gives_nothing(calls: Calls, connection: sqlite3.Connection) -> None:
    connection.close()
    with pytest.raises(TrailUnwritable):
        calls.keep([CALL])
    with pytest.raises(TrailUnreadable):
        calls.tally([By.QUEUE], AT, AT + DAY)


def test_a_log_has_its_calls_in_the_file_that_is_written(tmp_path: Path) -> None:
    with Trail.open(tmp_path / "log.db") as trail:
        kept = trail.calls()
        assert kept is not None
        kept.keep([CALL])
        trail.carry()
        kept.keep([other(2)])
        (all_,) = kept.tally([], AT, AT + DAY)
        assert all_.calls == 2, "a new file begins with the last days"
