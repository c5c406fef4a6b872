"""How long it takes, printed at the end of the run beside what PERFORMANCE asks for; too slow is no failure here."""

from __future__ import annotations

import asyncio
import statistics
import time
from math import ceil

import pytest

from tests.asterisk.console import Console
from tests.asterisk.kit import Bench
from tests.asterisk.test_hearing import ASK
from whisper_tui.supervision.intents import Leave, Listen
from whisper_tui.terms import Mode

PACE = 0.1
"""Seconds between two keys of a quick person. Asterisk puts a key off that comes within 45 ms of the last (channel.c)."""

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]


def summary(what: str, seconds: list[float], asked: str) -> str:
    ms = sorted(1000 * second for second in seconds)
    late = ms[ceil(len(ms) * 0.95) - 1]  # nearest rank: of twenty the nineteenth, not the worst
    return (
        f"{what}: median {statistics.median(ms):.1f} ms, p95 {late:.1f}, max {ms[-1]:.1f}, n={len(ms)} (asked: {asked})"
    )


async def test_times_from_a_key_to_what_is_confirmed(bench: Bench, console: Console, note: list[str]) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    dialled: list[float] = []
    for _ in range(20):
        began = time.monotonic()
        await console.does(Listen(key))
        dialled.append(time.monotonic() - began)
        await console.does(Leave())
    await console.does(Listen(key))
    switched: list[float] = []
    for _ in range(20):
        for mode in (Mode.WHISPER, Mode.BARGE, Mode.SILENT):
            await asyncio.sleep(PACE)
            began = time.monotonic()
            await console.does(ASK[mode](key))
            switched.append(time.monotonic() - began)
    await console.does(Leave())
    note.append(summary("ask to confirmed listening (answered, proved, aimed, ChanSpyStart)", dialled, "<= 150 ms"))
    note.append(summary("ask to confirmed mode", switched, "<= 25 ms"))
    assert len(dialled) == 20
    assert len(switched) == 60
