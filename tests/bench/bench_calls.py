"""History: 100,000 outcomes in, a day's report out of 1,000,000 rows: `python -m tests.bench.bench_calls [ROWS]`.

Outcomes are written as the engine writes them, in batches that each wait for the disk. A benchmark, never a test of time.
"""

from __future__ import annotations

import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from tests.fakes.recordings import load, new_floor, replay
from whisper_tui.ami.events import Fact
from whisper_tui.audit import tables
from whisper_tui.audit.calls import By, Calls, PastCall
from whisper_tui.audit.tables import CALLS_DDL
from whisper_tui.engine.outcomes import AT_ONCE
from whisper_tui.floor.visits import Visits

WRITTEN = 100_000
DAY = 86_400.0
SINCE = 1_790_000_000.0
DAYS = 90
"""Over which the rows are spread."""
ROUNDS = 5


def made(count: int) -> Iterator[PastCall]:
    """Calls of 20 queues, 300 agents and 50,000 callers, in the order of their ends."""
    chance = random.Random(1)
    for n in range(count):
        joined, waited = SINCE + n * DAYS * DAY / count, chance.expovariate(1 / 30)
        answered = chance.random() < 0.85
        talked = chance.expovariate(1 / 240) if answered else 0.0
        yield PastCall(
            pbx="bench",
            uniqueid=f"bench-{int(joined)}.{n}",
            queue=f"queue-{chance.randrange(20)}",
            agent=f"PJSIP/{1000 + chance.randrange(300)}" if answered else "",
            number=f"+33155{chance.randrange(50_000):06}",
            joined=joined,
            waited=waited,
            answered=joined + waited if answered else None,
            talked=talked if answered else None,
            held=talked / 10,
            holds=int(talked > 300),
            transfers=int(chance.random() < 0.1),
            outcome="answered" if answered else "abandoned",
            ended=joined + waited + talked,
        )


def kept(path: Path) -> tuple[sqlite3.Connection, Calls]:
    """A new log's table, on a connection that is set up as the log's is."""
    path.touch()
    connection = tables.connect(path, "rw")
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    for statement in CALLS_DDL:
        connection.execute(statement)
    return connection, Calls(lambda: connection, threading.Lock(), path)


def write(calls: Calls, source: Iterator[PastCall], at_once: int) -> list[float]:
    """Milliseconds that each batch took."""
    took = []
    while batch := tuple(islice(source, at_once)):
        before = time.perf_counter()
        calls.keep(batch)
        took.append((time.perf_counter() - before) * 1000)
    return took


def timed(ask: Callable[[], object]) -> str:
    took = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        ask()
        took.append((time.perf_counter() - before) * 1000)
    return f"{statistics.median(took):8.1f} ms median, {max(took):.1f} worst of {ROUNDS}"


def recognising() -> str:
    recording = load("22.10/b-busy")
    floor = new_floor()
    visits = Visits(floor)
    spent, facts = 0.0, 0

    def take(now: float, fact: Fact | None) -> None:
        nonlocal spent, facts
        if fact is not None:
            before = time.perf_counter()
            visits.observe(fact, now)
            spent += time.perf_counter() - before
            facts += 1

    replay(recording.chunks(), floor, take)
    return f"{spent / facts * 1e6:8.2f} us an event of {facts} on a busy floor"


def main(rows: int) -> None:
    print("recognise       ", recognising())
    with tempfile.TemporaryDirectory(dir=".") as folder:
        connection, calls = kept(Path(folder) / "calls.db")
        source = made(rows)
        began = time.perf_counter()
        write(calls, islice(source, rows - WRITTEN), 20_000)
        print(f"fill             {rows - WRITTEN} rows in {time.perf_counter() - began:.1f} s")
        began = time.perf_counter()
        took = write(calls, source, AT_ONCE)
        spent = time.perf_counter() - began
        p95 = statistics.quantiles(took, n=20)[-1]
        print(
            f"write            {WRITTEN} in {spent:.1f} s, {WRITTEN / spent:,.0f}/s; {AT_ONCE} at once: {p95:.1f} ms p95"
        )
        size = Path(folder, "calls.db").stat().st_size
        print(f"file             {size / 1e6:.0f} MB, {size / rows:.0f} bytes a row")
        day = SINCE + (DAYS - 2) * DAY
        both = (By.QUEUE, By.AGENT)
        print("a day, by both  ", timed(lambda: calls.tally(both, day, day + DAY)))
        print("a day, by queue ", timed(lambda: calls.tally([By.QUEUE], day, day + DAY)))
        print("who came back   ", timed(lambda: calls.came_back([By.AGENT], day - 8 * DAY, day - 7 * DAY)))
        print("30 days, by both", timed(lambda: calls.tally(both, day - 30 * DAY, day)))
        connection.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
