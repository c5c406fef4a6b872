"""The over-coaching meter on the real Asterisk: what it counts is what the phone really sent while the agent could hear it."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import pytest

from tests.asterisk.console import console_on
from tests.asterisk.kit import Bench
from tests.asterisk.ledger import rows_of
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import FloorView
from whisper_tui.supervision.intents import Leave, Listen, Mute, Unmute, Whisper

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

HALF = 1.5
"""Seconds of speech, and then of silence."""


class Mouth:
    """The supervisor's: it knows for how long it has spoken."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self.spoke = 0.0

    async def is_still(self) -> None:
        await self._bench.phones.do("still", leg="2001", on=True)

    async def speaks(self, seconds: float) -> None:
        await self._bench.phones.do("still", leg="2001", on=False)
        began = time.monotonic()
        await asyncio.sleep(seconds)
        await self.is_still()
        self.spoke += time.monotonic() - began


def said(view: FloorView) -> float:
    """Seconds that are counted, of those that are over."""
    return view.strip.talk.said if view.strip.talk is not None else -1.0


async def test_a_phone_that_speaks_half_of_the_time_is_counted_so_and_what_nobody_hears_is_not(
    bench: Bench, trail: Path, note: list[str]
) -> None:
    async with console_on(bench.lab.ports.ami, trail) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        mouth = Mouth(bench)
        await mouth.is_still()
        await console.does(Whisper(key))
        began = time.monotonic()
        for _ in range(2):
            await mouth.speaks(HALF)
            await asyncio.sleep(HALF)
        lasted = time.monotonic() - began
        counted = said(console.seat.view())
        talk = console.strip.talk
        assert talk is not None
        assert abs(counted - mouth.spoke) < 0.25, "two packets and a loaded machine"
        assert abs(talk.spoken(time.monotonic()) / lasted - 0.5) < 0.1
        spoke = mouth.spoke
        await console.does(Mute())
        await mouth.speaks(0.5)
        await asyncio.sleep(1.2)
        await console.does(Unmute())
        await asyncio.sleep(1.2)
        assert said(console.seat.view()) == counted, "what the microphone dropped"
        await mouth.speaks(0.5)
        await console.until(lambda view: said(view) > counted)
        assert abs(said(console.seat.view()) - counted - 0.5) < 0.25
        await console.does(Leave())
    (left,) = (row for row in rows_of(trail) if row.kind is Kind.LEFT)
    assert left.spoken is not None
    assert left.longest_talk is not None
    assert abs(left.longest_talk - 3 * HALF) < 0.3, "both, and the silence between, which is shorter than a break"
    note.append(
        f"talk, Asterisk {bench.lab.version_text}: spoke {spoke:.2f} s of {lasted:.2f} s, {counted:.2f} s were counted"
    )
