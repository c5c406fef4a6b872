"""When the console dies nobody goes on listening or talking: Asterisk itself ends the leg within its lease."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.asterisk.console import ChildConsole, console_on
from tests.asterisk.kit import SUPERVISOR, Bench, is_gone
from tests.asterisk.ledger import closed_rows
from tests.asterisk.test_hearing import parties
from whisper_tui.audit.records import Certainty, Kind
from whisper_tui.supervision.intents import Leave, Listen
from whisper_tui.terms import Mode

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]

LEASE = 5.0
"""Seconds, in direct mode (DESIGN section 2)."""
SLACK = 0.7
"""Seconds in which the news of it reach us."""


@pytest.fixture
async def child(bench: Bench, trail: Path) -> AsyncIterator[ChildConsole]:
    child = await ChildConsole().start(bench.lab.ports.ami, trail)
    yield child
    await child.kill()
    # What the dead console could not write is written at the next start, and not before its leg is known to be gone.
    async with console_on(bench.lab.ports.ami, trail):
        pass
    closed_rows(trail)


async def ends_within_its_lease(bench: Bench, since: float) -> None:
    leg = next(m["Uniqueid"] for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-"))
    gone = await bench.witness.sees(is_gone(leg), LEASE + 5)
    lived = gone.at - since
    assert lived <= LEASE + SLACK, f"the leg lived {lived:.1f} s after its console"
    assert (await bench.phones.wait(SUPERVISOR.leg, "gone"))["state"] == "gone"


async def test_killed_while_whispering(bench: Bench, child: ChildConsole, trail: Path) -> None:
    call = await bench.call("5550161")
    assert await child.do("listen", call) == "Done()"
    assert await child.do("whisper", call) == "Done()"
    await bench.hear(parties(call, Mode.WHISPER))
    await child.kill()
    await ends_within_its_lease(bench, time.time())
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
    async with console_on(bench.lab.ports.ami, trail):
        pass
    (left,) = [row for row in closed_rows(trail) if row.kind is Kind.LEFT]
    assert left.end_certainty is Certainty.BOUNDED


async def test_killed_while_idle(bench: Bench, child: ChildConsole) -> None:
    call = await bench.call("5550161")
    assert await child.do("listen", call) == "Done()"
    assert await child.do("release", call) == "Done()"
    await bench.hear(parties(call, None))
    await child.kill()
    await ends_within_its_lease(bench, time.time())


async def test_killed_while_the_phone_rings(bench: Bench, child: ChildConsole) -> None:
    call = await bench.call("5550161")
    await bench.phones.manners("2001", "ring")
    child.begin("listen", call)
    await bench.witness.sees(lambda m: m["Uniqueid"].startswith("wt-") and m["ChannelStateDesc"] == "Ringing")
    await child.kill()
    await ends_within_its_lease(bench, time.time())


async def test_stopped_while_barging(bench: Bench, child: ChildConsole) -> None:
    call = await bench.call("5550161")
    assert await child.do("listen", call) == "Done()"
    assert await child.do("barge", call) == "Done()"
    child.stop()
    await ends_within_its_lease(bench, time.time())
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})


async def test_the_next_start_ends_a_leg_that_is_still_up(bench: Bench, child: ChildConsole, trail: Path) -> None:
    call = await bench.call("5550161")
    assert await child.do("listen", call) == "Done()"
    assert await child.do("barge", call) == "Done()"
    await child.kill()
    killed = time.time()
    async with console_on(bench.lab.ports.ami, trail):
        leg = next(m["Uniqueid"] for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-"))
        gone = await bench.witness.sees(is_gone(leg))
        assert gone.at - killed < 3.0, "the lease ended it, not the new console"
    (left,) = [row for row in closed_rows(trail) if row.kind is Kind.LEFT]
    assert left.end_certainty is Certainty.BOUNDED


async def test_a_leg_of_a_console_that_lives_outlives_its_lease(bench: Bench, trail: Path) -> None:
    call = await bench.call("5550161")
    async with console_on(bench.lab.ports.ami, trail) as console:
        await console.does(Listen(await console.sees(call)))
        await asyncio.sleep(LEASE * 1.5)
        await bench.hear(parties(call, Mode.SILENT))
        await console.does(Leave())
