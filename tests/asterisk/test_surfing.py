"""One leg, rung once, from call to call and from mode to mode."""

from __future__ import annotations

import random
import statistics
import time

import pytest

from tests.asterisk.console import Console
from tests.asterisk.kit import OTHER_CUSTOMER_TONE, Bench
from tests.asterisk.test_hearing import ASK, parties
from whisper_tui.supervision.intents import Listen
from whisper_tui.terms import Microphone, Mode

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]


async def test_forty_times_to_another_call_and_into_a_mode_none_is_wrong(
    bench: Bench, console: Console, note: list[str]
) -> None:
    calls = {}
    for number, tone in (("5550161", None), ("5550110", OTHER_CUSTOMER_TONE), ("5550120", None)):
        call = await (bench.call(number, tone=tone) if tone else bench.call(number))
        calls[await console.sees(call)] = call
    order, key, took = random.Random(40), None, []
    for _ in range(40):
        key = order.choice([each for each in calls if each != key])
        mode = order.choice(list(ASK))
        began = time.monotonic()
        await console.does(Listen(key))
        took.append((time.monotonic() - began) * 1000)
        if mode is not Mode.SILENT:
            await console.does(ASK[mode](key))
        assert (console.strip.call, console.strip.mode, console.strip.microphone) == (key, mode, Microphone.OPEN)
        await bench.hear(parties(calls[key], mode))
    assert len(bench.witness.seen("Newchannel", Uniqueid=console.strip.leg or "")) == 1, "the phone rang again"
    took = sorted(took[1:])  # the first one rang
    note.append(
        f"re-aim, from the key to confirmed silence on another call: median {statistics.median(took):.0f} ms, "
        f"p95 {took[int(len(took) * 0.95)]:.0f}, max {took[-1]:.0f}, n={len(took)} (asked: <= 200 ms)"
    )
