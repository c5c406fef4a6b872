"""`python -m tests.bench.bench_log [ROWS [LONG]]`: what the session log costs: a durable row, checking it, a day out of many.

Checked are ROWS rows (200,000), a day is read out of LONG rows (1,000,000) that cover a year. Rows are those
of a session with a caller's number. The best of three is shown; a benchmark, never a test of time.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from msgspec import structs

from tests.unit.audit.rows import PLAIN
from whisper_tui.audit import chain, tables
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.trail import Trail
from whisper_tui.audit.verify import verify

APPENDED = 2000
DAY = 86400.0
SESSION = (Kind.REQUESTED, Kind.RINGING, Kind.JOINED, Kind.AIMED, Kind.LEFT, Kind.LEG_ENDED)


def row(n: int, seconds: float) -> Record:
    """Row `n` of a log that has one every so many seconds."""
    ident = f"{n // len(SESSION):016x}"
    kind = SESSION[n % len(SESSION)]
    return structs.replace(PLAIN, kind=kind, at=PLAIN.at + n * seconds, leg=f"wt-00000000-{ident}", session=ident)


def filled(path: Path, rows: int, seconds: float) -> None:
    """Make a log of so many rows, without waiting for the disk at each."""
    Trail.open(path).close()
    connection = tables.connect(path, "rw")
    said = tables.about(connection)
    assert said is not None
    head = said.genesis
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("BEGIN")
    for n in range(rows):
        sealed = chain.seal(row(n, seconds))
        head = chain.link(head, sealed.body)
        tables.insert(connection, n + 1, sealed, head)
    connection.execute("COMMIT")
    connection.close()


def best(deed: Callable[[], object], rounds: int = 3) -> float:
    """Seconds of `deed`, at best."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        deed()
        taken.append(time.perf_counter() - began)
    return min(taken)


def appended(path: Path) -> str:
    taken = []
    with Trail.open(path) as trail:
        for n in range(APPENDED):
            record = row(n, 1.0)
            began = time.perf_counter()
            trail.append(record)
            taken.append((time.perf_counter() - began) * 1e3)
    cuts = statistics.quantiles(taken, n=100)
    return f"p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms"


def day(path: Path, rows: int, seconds: float, kinds: tuple[Kind, ...]) -> str:
    since = PLAIN.at + rows * seconds / 2
    with History.open(path) as history:

        def look() -> int:
            return len(history.rows(kinds=kinds, since=since, until=since + DAY, limit=100_000))

        found = look()
        return f"{best(look) * 1e3:.0f} ms for {found} rows"


def main(rows: int, long: int) -> None:
    with tempfile.TemporaryDirectory(prefix="whisper-tui-bench-", dir=".") as name:
        folder = Path(name)
        print(f"append, durable     {appended(folder / 'appended.db')}")
        filled(folder / "checked.db", rows, 10.0)
        print(f"verify {rows:>9,}    {best(lambda: verify(folder / 'checked.db')):.2f} s")
        seconds = 365 * DAY / long
        filled(folder / "long.db", long, seconds)
        print(f"a day of {long:>9,}  {day(folder / 'long.db', long, seconds, ())}")
        print(f"its sessions        {day(folder / 'long.db', long, seconds, (Kind.REQUESTED, Kind.LEFT))}")
        print(f"carried on          {best(lambda: carried(folder / 'long.db'), 1):.2f} s")


def carried(path: Path) -> None:
    with Trail.open(path) as trail:
        trail.carry()


if __name__ == "__main__":
    given = [int(each) for each in sys.argv[1:3]]
    main(*given, *(200_000, 1_000_000)[len(given) :])
