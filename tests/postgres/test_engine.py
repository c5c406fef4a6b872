"""The program and a real database: what it writes arrives, and a database that hangs keeps nobody waiting."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import pytest

from tests.fakes.law import Law
from tests.fakes.pbx import FakePbx
from tests.postgres.place import Place
from tests.postgres.test_store import silent
from tests.unit.audit.rows import record
from tests.unit.engine.desk import ANA, EVERYTHING, INSTALLATION, PBX
from whisper_tui.audit import anchors
from whisper_tui.audit.keeping import Keeping
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.store import Batch, Store
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify
from whisper_tui.clock import SystemClock
from whisper_tui.engine import shipper
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.ui.words import said

pytestmark = pytest.mark.postgresql


@asynccontextmanager
async def running(path: Path, store: Store) -> AsyncIterator[Engine]:
    """The engine of a console whose log is shipped, on the clock of the machine."""
    clock = SystemClock()
    with Trail.open(path, clock) as trail:
        shipment = Shipment(path, store, "lyon", clock)
        care = Keeping(trail, anchors.beside(path), None, clock, shipment=shipment)
        engine = Engine(
            trail,
            clock,
            installation=INSTALLATION,
            law=Law(EVERYTHING),
            care=care,
            shipping=shipment,
            calls=trail.calls(),
        )
        engine.connect(PBX, FakePbx().plug)
        engine.admit(ANA, PhoneRules("PJSIP/2001", INSTALLATION))
        await engine.start()
        try:
            yield engine
        finally:
            await engine.close()


async def test_what_the_program_writes_is_in_the_database_when_it_ends_to_its_last_row(place: Place) -> None:
    async with running(place.path, place.store()) as engine:
        for _ in range(20):
            await engine.book.write(record())
    assert len(place.here()) > 21
    assert place.there() == place.here()


async def test_a_server_that_says_nothing_keeps_neither_the_log_nor_the_end_waiting(place: Place) -> None:
    with silent() as to:
        async with running(place.path, Store(to)) as engine:
            slowest = 0.0
            for _ in range(50):
                began = time.monotonic()
                await engine.book.write(record())
                slowest = max(slowest, time.monotonic() - began)
            began = time.monotonic()
    assert time.monotonic() - began < shipper.AT_THE_END + 1
    assert slowest < 1
    assert verify(place.path).whole
    assert place.ship() == len(place.here())


class Told(Store):
    """Says when rows have arrived."""

    def __init__(self, to: str, arrived: Callable[[], None]) -> None:
        super().__init__(to)
        self._arrived = arrived

    def put(self, stream: str, batch: Batch) -> int:
        count = super().put(stream, batch)
        self._arrived()
        return count


async def test_a_server_that_comes_to_a_halt_under_way_keeps_nobody_waiting_either(place: Place) -> None:
    loop, arrived = asyncio.get_running_loop(), asyncio.Event()
    store = Told(place.to, lambda: loop.call_soon_threadsafe(arrived.set))
    with ExitStack() as stack:
        async with running(place.path, store) as engine:
            await asyncio.wait_for(arrived.wait(), 10)
            stack.enter_context(place.server.halted())
            await engine.book.write(record())
            began = time.monotonic()
        assert time.monotonic() - began < shipper.AT_THE_END + 1
    assert place.ship() > 0
    assert place.there() == place.here()


RUN = """
import asyncio, sys
from pathlib import Path
from tests.postgres.test_engine import running
from whisper_tui.audit.store import Store

async def main():
    async with running(Path(sys.argv[1]), Store(sys.argv[2])):
        pass

asyncio.run(main())
"""


def test_the_program_ends_though_a_server_says_nothing(place: Place) -> None:
    with silent() as to:
        began = time.monotonic()
        subprocess.run([sys.executable, "-c", RUN, str(place.path), to], check=True, timeout=60, cwd=Path.cwd())
    assert time.monotonic() - began < shipper.AT_THE_END + 8  # imports and the start of the interpreter among it
    assert verify(place.path).whole


async def test_a_wrong_password_is_one_line_on_the_screen_without_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shipper, "PATIENCE", 0.0)
    monkeypatch.setattr(shipper, "EVERY", 0.05)
    place.server.passwords(place.path.with_name("pgpass"), "canary-wrong")
    async with running(place.path, place.store()) as engine:
        (seat,) = engine.seats
        told = asyncio.Event()
        seat.subscribe(lambda changes: told.set() if changes.banners else None)
        await asyncio.wait_for(told.wait(), 10)
        (words,) = [said(each.notice) for each in seat.view().banners if each.alarm]
        assert "password authentication failed for user" in words
        assert "canary" not in words
