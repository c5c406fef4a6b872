"""The log is looked after by the clock, off everybody's way."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

from tests.fakes.clock import WoundClock, settle
from tests.fakes.law import Law
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import ANA, EVERYTHING, INSTALLATION, PBX, AtOnce, Paper
from whisper_tui.audit.records import Kind, Record
from whisper_tui.clock import Clock, SystemClock
from whisper_tui.engine.caretaker import EVERY, FINISH, PATIENCE
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.errors import WhisperError


@dataclass
class Care:
    """Notes what is done, with the newest row at that moment; what is in `failing` fails."""

    paper: Paper
    done: list[tuple[str, int]] = field(default_factory=list)
    failing: set[str] = field(default_factory=set)

    where = "trail.anchors"

    def anchor(self) -> None:
        self._do("anchor")

    def anchor_news(self) -> None:
        self._do("news")

    def tend(self) -> None:
        self._do("tend")

    def close(self) -> None:
        self._do("close")

    def _do(self, deed: str) -> None:
        self.done.append((deed, len(self.paper.rows)))
        if deed in self.failing:
            raise WhisperError("no space left on device", "trail.anchors", "make room")

    @property
    def deeds(self) -> list[str]:
        return [deed for deed, _ in self.done]


@dataclass
class SlowPaper(Paper):
    """A session log whose disk waits for `held`."""

    def __init__(self, held: threading.Event) -> None:
        super().__init__()
        self._held = held

    def append(self, record: Record) -> int:
        self._held.wait()
        return super().append(record)


@asynccontextmanager
async def looked_after(clock: WoundClock) -> AsyncIterator[tuple[Care, Paper, Seat]]:
    paper = Paper()
    care = Care(paper)
    engine = Engine(
        paper, clock, installation=INSTALLATION, law=Law(EVERYTHING), boot="boot", care=care, thread=AtOnce()
    )
    engine.connect(PBX, FakePbx().plug)
    seat = engine.admit(ANA, PhoneRules("PJSIP/2001", INSTALLATION))
    await engine.start()
    await settle()
    try:
        yield care, paper, seat
    finally:
        await engine.close()


def banners(seat: Seat) -> list[str]:
    return [banner.notice.code for banner in seat.view().banners if banner.alarm]


def at(hour: int, minute: int = 0) -> WoundClock:
    """A clock that shows this on this machine."""
    return WoundClock(wall=datetime(2026, 11, 25, hour, minute).timestamp())


async def test_anchors_every_quarter_of_an_hour_and_at_the_end_after_the_last_row() -> None:
    clock = at(10)
    async with looked_after(clock) as (care, paper, _):
        assert care.deeds == ["tend"]
        await clock.wind(EVERY + 1, step=15)
        assert care.deeds == ["tend", "news"]
        await clock.wind(2 * EVERY, step=15)
        assert care.deeds == ["tend", "news", "news", "news"]
    assert care.deeds[-2:] == ["anchor", "close"]
    assert paper.rows[-1].kind is Kind.STOPPED
    assert care.done[-1] == ("close", len(paper.rows))


async def test_the_last_anchor_is_of_the_last_row_however_long_its_disk_takes() -> None:
    held = threading.Event()
    paper, clock = SlowPaper(held), at(10)
    care = Care(paper)
    engine = Engine(paper, clock, installation=INSTALLATION, law=Law(EVERYTHING), boot="boot", care=care)
    held.set()
    await engine.start()
    held.clear()
    asyncio.get_running_loop().call_later(0.05, held.set)  # the disk's own time, no promise's
    await engine.close()
    assert paper.rows[-1].kind is Kind.STOPPED
    assert care.done[-2] == ("anchor", len(paper.rows))


async def test_at_midnight_there_is_an_anchor_and_old_files_are_seen_to() -> None:
    clock = at(23, 58)
    async with looked_after(clock) as (care, _, _seat):
        await clock.wind(60, step=15)
        assert care.deeds == ["tend"]
        await clock.wind(120, step=15)
        assert care.deeds == ["tend", "anchor", "tend"]


async def test_an_anchor_that_fails_is_a_banner_and_one_row_and_gone_when_it_succeeds() -> None:
    clock = at(10)
    async with looked_after(clock) as (care, paper, seat):
        care.failing = {"news"}
        await clock.wind(2 * EVERY + 1, step=15)
        assert banners(seat) == ["log.unkept"]
        (row,) = paper.of(Kind.ANCHOR_FAILED)
        assert row.detail == "trail.anchors: no space left on device"
        care.failing = set()
        await clock.wind(EVERY, step=15)
        assert banners(seat) == []


async def test_old_files_that_cannot_be_seen_to_are_a_banner_until_they_can() -> None:
    clock = at(23, 58)
    async with looked_after(clock) as (care, paper, seat):
        care.failing = {"tend"}
        await clock.wind(180, step=15)
        assert banners(seat) == ["log.unkept"]
        assert paper.of(Kind.ANCHOR_FAILED) == []
        await clock.wind(EVERY, step=15)
        assert banners(seat) == ["log.unkept"]  # an anchor that succeeds does not hide it
        care.failing = {"anchor"}
    assert care.deeds[-2:] == ["anchor", "close"]


@dataclass
class HungCare(Care):
    """Its anchors come to a halt until `go_on`."""

    begun: threading.Event = field(default_factory=threading.Event)
    go_on: threading.Event = field(default_factory=threading.Event)

    def anchor(self) -> None:
        self.begun.set()
        assert self.go_on.wait(30)
        super().anchor()

    anchor_news = anchor


@asynccontextmanager
async def hung(clock: Clock) -> AsyncIterator[tuple[HungCare, Engine, Seat]]:
    """With the threads that there really are."""
    paper = Paper()
    care = HungCare(paper)
    engine = Engine(paper, clock, installation=INSTALLATION, law=Law(EVERYTHING), boot="boot", care=care)
    engine.connect(PBX, FakePbx().plug)
    seat = engine.admit(ANA, PhoneRules("PJSIP/2001", INSTALLATION))
    await engine.start()
    await settle()
    await engine.book.beside(lambda: None)  # old files have been seen to
    await settle()
    try:
        yield care, engine, seat
    finally:
        care.go_on.set()


async def test_anchors_that_come_to_a_halt_hold_up_no_row_and_are_a_banner_until_they_go_on() -> None:
    clock = at(10)
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(30), hung(clock) as (care, engine, seat):
        await clock.wind(EVERY + 1, step=15)
        assert await loop.run_in_executor(None, care.begun.wait, 30)
        await engine.book.write(engine.book.record(Kind.REQUESTED))
        assert banners(seat) == []
        await clock.wind(PATIENCE + 1)
        assert banners(seat) == ["log.unkept"]
        await engine.book.write(engine.book.record(Kind.REQUESTED))
        (row,) = care.paper.of(Kind.ANCHOR_FAILED)
        assert row.detail == "trail.anchors: an anchor of the session log is not written after 10 s"
        changed = asyncio.Event()
        seat.subscribe(lambda changes: changed.set())
        care.go_on.set()
        await changed.wait()
        assert banners(seat) == []
        await engine.close()


async def test_the_end_waits_for_no_anchor_that_has_come_to_a_halt() -> None:
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(30), hung(SystemClock()) as (care, engine, _):
        began = loop.time()
        assert await engine.close() == 0
        assert FINISH <= loop.time() - began < FINISH + 2
        assert not care.go_on.is_set()
    assert [row.kind for row in care.paper.rows][-2:] == [Kind.STOPPED, Kind.ANCHOR_FAILED]
