"""`python -m tests.bench.bench_shipping [ROWS]`: how fast a log that waited goes to the database, what a look costs,
and what a durable row costs meanwhile.

ROWS (50,000) are those of sessions with a caller's number, the database is a PostgreSQL of this machine that does not wait for
its disk. A benchmark, never a test of time.
"""

from __future__ import annotations

import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path

from tests.bench.bench_log import best, filled, row
from tests.postgres.server import Server
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.store import Store
from whisper_tui.audit.trail import Trail
from whisper_tui.clock import SystemClock


def main(rows: int) -> None:
    server = Server()
    try:
        with tempfile.TemporaryDirectory(prefix="whisper-tui-bench-", dir=".") as name:
            folder = Path(name)
            os.environ["PGPASSFILE"] = str(server.passwords(folder / "pgpass"))
            filled(folder / "trail.db", rows, 10.0)
            measured(folder / "trail.db", server, rows)
            written_meanwhile(folder / "trail.db", server)
    finally:
        server.remove()


def measured(path: Path, server: Server, rows: int) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with closing(Shipment(path, Store(server.address(server.database())), "bench", SystemClock())) as shipment:
        began = time.perf_counter()
        shipped = shipment.ship()
        taken = time.perf_counter() - began
        assert shipped == rows
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(
            f"shipped {rows:>9,}   {taken:.2f} s, {rows / taken:,.0f} rows/s, memory +{(after - before) / 1024:.0f} MB"
        )
        print(f"a look, no news     {best(shipment.ship, 20) * 1e3:.2f} ms")
        shipment.close()
        print(f"a new connection    {best(lambda: again(shipment)) * 1e3:.0f} ms")


def written_meanwhile(path: Path, server: Server) -> None:
    """Rows are appended while the log that waited goes to another database, and without that."""
    with Trail.open(path) as trail:
        print(f"append, alone       {appended(trail)}")
        with closing(Shipment(path, Store(server.address(server.database())), "bench", SystemClock())) as shipment:
            thread = threading.Thread(target=shipment.ship)
            thread.start()
            print(f"append, meanwhile   {appended(trail)}{'' if thread.is_alive() else ', but it had ended'}")
            thread.join()


def appended(trail: Trail, rows: int = 500) -> str:
    taken = []
    for n in range(rows):
        record = row(n, 1.0)
        began = time.perf_counter()
        trail.append(record)
        taken.append((time.perf_counter() - began) * 1e3)
    cuts = statistics.quantiles(taken, n=100)
    return f"p50 {cuts[49]:.2f} ms, p95 {cuts[94]:.2f} ms, p99 {cuts[98]:.2f} ms"


def again(shipment: Shipment) -> None:
    shipment.ship()
    shipment.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
