"""The log is shipped off everybody's way; a database that is away is asked seldom, and said in one line."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from concurrent.futures import Executor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from tests.fakes.clock import WoundClock, settle
from tests.fakes.law import Law
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import ANA, EVERYTHING, INSTALLATION, PBX, AtOnce, Paper, Slow
from tests.unit.engine.test_caretaker import Care, at, banners
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.engine.shipper import AT_LEAST, EVERY, LONGEST, PATIENCE, Shipper
from whisper_tui.errors import OutOfReach, WhisperError
from whisper_tui.terms import Notice
from whisper_tui.ui.words import said


class Final(WhisperError):
    is_final = True


AWAY = OutOfReach("connection refused", "postgresql://db/log")
OTHER = Final("row 7 is there with another hash", "postgresql://db/log")


@dataclass
class Database:
    """Takes what stands on `paper`, unless something is wrong."""

    paper: Paper
    clock: WoundClock
    wrong: Exception | None = None
    rows: int = 0
    tries: list[float] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)

    def ship(self) -> int:
        self.tries.append(self.clock.monotonic())
        if self.wrong is not None:
            raise self.wrong
        before, self.rows = self.rows, len(self.paper.rows)
        return self.rows - before

    def cut(self) -> None:
        self.ended.append("cut")

    def close(self) -> None:
        self.ended.append("close")


@asynccontextmanager
async def shipping(
    wrong: Exception | None = None, clock: WoundClock | None = None, care: Care | None = None
) -> AsyncIterator[tuple[Database, WoundClock, Seat]]:
    clock, paper = clock or at(10, 31), care.paper if care is not None else Paper()
    database = Database(paper, clock, wrong)
    engine = Engine(
        paper,
        clock,
        installation=INSTALLATION,
        law=Law(EVERYTHING),
        boot="boot",
        care=care,
        thread=AtOnce(),
        shipping=database,
    )
    engine.connect(PBX, FakePbx().plug)
    seat = engine.admit(ANA, PhoneRules("PJSIP/2001", INSTALLATION))
    await engine.start()
    await settle()
    try:
        yield database, clock, seat
    finally:
        await engine.close()


async def test_rows_go_soon_after_they_are_written_and_the_last_ones_at_the_end() -> None:
    async with shipping() as (database, clock, _):
        await clock.wind(EVERY)
        assert database.rows == len(database.paper.rows) > 0
        tries = len(database.tries)
        await clock.wind(AT_LEAST - 2 * EVERY)
        assert len(database.tries) == tries  # nothing was written
        await clock.wind(2 * EVERY)
        assert len(database.tries) == tries + 1  # there may be calls
    assert database.rows == len(database.paper.rows)
    assert database.ended == ["close"]


async def test_a_database_that_is_away_is_said_after_a_minute_and_until_it_is_back() -> None:
    async with shipping(AWAY) as (database, clock, seat):
        await clock.wind(PATIENCE - 2)
        assert banners(seat) == []
        await clock.wind(4)
        (banner,) = [each for each in seat.view().banners if each.alarm]
        words = "session log: not shipped to the database since 10:31 (connection refused); rows wait in the log"
        assert said(banner.notice) == words
        database.wrong = None
        await clock.wind(LONGEST)
        assert banners(seat) == []
        assert database.rows == len(database.paper.rows)


async def test_since_when_has_its_day_when_that_is_another() -> None:
    async with shipping(AWAY) as (_, clock, seat):
        await clock.wind(86400, step=LONGEST)
        (banner,) = [each for each in seat.view().banners if each.alarm]
        assert banner.notice.values["since"] == "2026-11-25 10:31"


async def test_a_week_without_a_database_is_a_warning_and_a_try_every_few_minutes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG, "whisper_tui.engine.shipper")
    async with shipping(AWAY) as (database, clock, _):
        await clock.wind(120, step=0.25)
        pauses = [after - before for before, after in zip(database.tries, database.tries[1:], strict=False)]
        doubled = [2.0**n for n in range(len(pauses))]
        assert len(pauses) >= 6
        for pause, most in zip(pauses, doubled, strict=True):
            assert most / 2 <= pause <= most + 0.5
        begun = len(database.tries)
        await clock.wind(7 * 86400, step=60)
        seldom = len(database.tries) - begun
        assert 7 * 86400 / (LONGEST + 60) <= seldom <= 7 * 86400 / (LONGEST / 2)
    levels = [record.levelno for record in caplog.records]
    assert levels.count(logging.WARNING) == 1
    assert levels.count(logging.DEBUG) == len(database.tries) - 1


async def test_a_database_with_other_rows_is_said_at_once_and_asked_no_more() -> None:
    async with shipping(OTHER) as (database, clock, seat):
        await clock.wind(1)
        assert banners(seat) == ["log.diverged"]
        await clock.wind(3600, step=30)
        assert len(database.tries) == 1
        assert banners(seat) == ["log.diverged"]
    assert len(database.tries) == 1


async def test_a_fault_of_the_program_is_reported_and_does_not_end_the_shipping() -> None:
    reported: list[object] = []
    async with shipping(RuntimeError("a fault")) as (database, clock, seat):
        asyncio.get_running_loop().set_exception_handler(lambda _, context: reported.append(context.get("exception")))
        await clock.wind(PATIENCE + 2)
        assert isinstance(reported[0], RuntimeError)
        assert banners(seat) == ["log.unshipped"]
        database.wrong = None
        await clock.wind(LONGEST)
        assert banners(seat) == []


async def test_what_is_deleted_by_age_waits_until_the_database_was_asked() -> None:
    clock, paper = at(10), Paper()
    care = Care(paper)
    async with shipping(clock=clock, care=care) as (database, _, _seat):
        assert (len(database.tries), care.deeds) == (1, ["tend"])


async def test_what_could_not_be_seen_to_is_tried_again_in_a_minute() -> None:
    clock, paper = at(10), Paper()
    care = Care(paper, failing={"tend"})
    async with shipping(clock=clock, care=care) as (_, _clock, seat):
        await clock.wind(2)
        assert banners(seat) == ["log.unkept"]
        care.failing = set()
        await clock.wind(61)
        assert banners(seat) == []


def shipper(database: Database, thread: Executor) -> tuple[Shipper, list[Notice | None]]:
    told: list[Notice | None] = []
    made = Shipper(database, database.clock, lambda: told.append(made.trouble), thread)
    return made, told


async def test_a_database_that_hangs_at_the_end_is_cut_off_in_two_seconds() -> None:
    clock, slow = WoundClock(), Slow()
    database = Database(Paper(), clock)
    made, _ = shipper(database, slow)
    closing = asyncio.create_task(made.close())
    await clock.wind(1.5)
    assert not closing.done()
    await clock.wind(1)
    assert closing.done()
    assert database.ended == ["cut"]
    await closing
    slow.go_on()


async def test_what_runs_at_the_end_is_waited_for_and_then_the_last_rows_go() -> None:
    clock, slow = WoundClock(), Slow()
    database = Database(Paper(), clock)
    made, _ = shipper(database, slow)
    keeping = asyncio.create_task(made.keep())
    await settle()
    keeping.cancel()
    closing = asyncio.create_task(made.close())
    await settle()
    slow.go_on()
    await settle()
    assert not closing.done()
    slow.go_on()
    await closing
    assert len(database.tries) == 2
    assert database.ended == ["close"]
