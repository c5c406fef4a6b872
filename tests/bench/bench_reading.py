"""AMI bytes to floor, beside bare panoramisk, in one run: `python -m tests.bench.bench_reading [MEGABYTES]`.

Both are handed the same recorded traffic in the same reads of 64 kB through `data_received`, so that what is measured is reading,
decoding and, for ours, the floor as well; the socket costs both the same and is left out. A benchmark, never a test of time.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator

from panoramisk import Manager
from panoramisk.ami_protocol import AMIProtocol

from whisper_tui.ami.events import Fact
from whisper_tui.ami.stream import Stream
from whisper_tui.config.paths import shipped
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Changes, Floor
from whisper_tui.terms import Pbx

READ = 65536
ROUNDS = 3


def traffic(megabytes: int) -> list[bytes]:
    """Live events of the busiest recording (no banner, no lists), over and over, cut into reads."""
    recorded = shipped("fixtures", "captures").rglob("b-busy.ami")
    messages = next(iter(recorded)).read_bytes().split(b"\r\n\r\n")
    live = [each for each in messages if each.startswith(b"Event: ") and b"\r\nActionID: " not in each]
    once = b"\r\n\r\n".join(live) + b"\r\n\r\n"
    whole = once * max(1, megabytes * 1_000_000 // len(once))
    return [whole[start : start + READ] for start in range(0, len(whole), READ)]


def bare_panoramisk() -> Callable[[bytes], None]:
    """Stock protocol, one callback for every event."""
    manager = Manager(loop=asyncio.get_running_loop())
    manager.callbacks.clear()
    manager.patterns.clear()
    seen = itertools.count()
    manager.register_event("*", lambda manager, message: next(seen) and None)
    protocol = AMIProtocol()
    protocol.connection_made(None)
    protocol.factory, protocol.encoding, protocol.version = manager, "utf8", "11.0.0"
    return protocol.data_received


def ours(with_floor: bool) -> Callable[[bytes], None]:
    """The stream, and behind it a floor."""
    floor, changes = Floor(Pbx("bench")), Changes()
    now = itertools.count()

    def to_floor(fact: Fact) -> None:
        apply(floor, fact, float(next(now)), changes)

    def nowhere(fact: Fact) -> None:
        return None

    def trouble(error: Exception) -> None:
        raise error

    stream = Stream(to_floor if with_floor else nowhere, lambda answer: None, trouble)
    stream.feed(b"Asterisk Call Manager/11.0.0\r\n")

    def feed(data: bytes) -> None:
        stream.feed(data)
        changes.calls.clear()
        changes.queues.clear()
        changes.agents.clear()
        changes.spies.clear()

    return feed


def spent(feed: Callable[[bytes], None], reads: list[bytes]) -> tuple[float, list[float]]:
    """CPU seconds for all reads, and the milliseconds that each held the loop."""
    gc.collect()
    began, held = time.process_time(), []
    for data in reads:
        before = time.perf_counter()
        feed(data)
        held.append((time.perf_counter() - before) * 1000)
    return time.process_time() - began, held


def rows(reads: list[bytes]) -> Iterator[tuple[str, float, list[float]]]:
    peers = {
        "panoramisk 1.4, one * callback": bare_panoramisk,
        "ours, to typed facts": lambda: ours(with_floor=False),
        "ours, to the floor": lambda: ours(with_floor=True),
    }
    for name, make in peers.items():
        best = min((spent(make(), reads) for _ in range(ROUNDS)), key=lambda each: each[0])
        yield name, *best


async def main(megabytes: int) -> None:
    reads = traffic(megabytes)
    events = b"".join(reads).count(b"\r\n\r\n")
    size = sum(map(len, reads))
    print(f"{events} events, {size / 1e6:.0f} MB, best of {ROUNDS}, reads of {READ // 1024} kB")
    print(f"{'':34}{'events/s of CPU':>16}{'x panoramisk':>14}{'held p95 ms':>13}")
    base = 0.0
    for name, cpu, held in rows(reads):
        base = base or cpu
        p95 = statistics.quantiles(held, n=20)[-1]
        print(f"{name:34}{events / cpu:>16,.0f}{base / cpu:>14.1f}{p95:>13.1f}")
    feed = ours(with_floor=True)
    for data in reads[: len(reads) // 4]:
        feed(data)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in reads:
        feed(data)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(f"memory growth of ours over {size / 1e6:.0f} MB: {grown / 1024:.1f} MB")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
