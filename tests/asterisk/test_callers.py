"""Callers who wait on a real Asterisk are moved, raised and withdrawn, and calls are hung up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.asterisk.console import PBX, RIGHTS, Console, console_on
from tests.asterisk.kit import Bench, Party
from tests.asterisk.ledger import rows_of
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.parties import Entries
from whisper_tui.supervision.acts import HangUp, MoveCaller, Raise, Withdraw
from whisper_tui.supervision.intents import Listen, Refused
from whisper_tui.terms import CallKey, Right, Uniqueid

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

MORE = {Right.CALLER_MOVE, Right.HANGUP}
ENTRIES = Entries(queues={"sales": "internal,610", "support": "internal,9999"})
FABIO = "PJSIP/1006"


@pytest.fixture
async def manning(bench: Bench, trail: Path) -> AsyncIterator[Console]:
    """A console on a floor where nobody answers retention."""
    await bench.witness.ask("QueuePause", Interface=FABIO, Paused="true")
    async with console_on(bench.lab.ports.ami, trail, rights=RIGHTS | MORE, entries=ENTRIES) as console:
        yield console
    await bench.witness.ask("QueuePause", Interface=FABIO, Paused="false")


def key(party: Party) -> CallKey:
    return CallKey(PBX, Uniqueid(party.uniqueid))


async def waits(console: Console, *parties: Party, queue: str = "retention") -> None:
    """Return once these wait there, in this order."""
    keys = [key(party) for party in parties]
    await console.until(lambda view: line(console, queue) == keys)


async def two_wait(bench: Bench, console: Console) -> tuple[Party, Party]:
    """One who waits in retention, and one behind them."""
    one = await bench.ring("5550120")
    await waits(console, one)  # of two that ring at once either may be the first
    two = await bench.ring("5550120")
    await waits(console, one, two)
    return one, two


def line(console: Console, queue: str) -> list[CallKey]:
    rows = [row for row in console.seat.view().calls.values() if row.queue == queue and row.position is not None]
    return [row.key for row in sorted(rows, key=lambda row: row.position or 0)]


async def entries(bench: Bench) -> list[tuple[str, str]]:
    """(Uniqueid, priority) of who waits in retention, in order."""
    rows = await bench.witness.rows("QueueStatus", Queue="retention")
    return [(row["Uniqueid"], row["Priority"]) for row in rows if row["Event"] == "QueueEntry"]


async def test_a_caller_is_moved_to_another_queue_and_answered_there(
    bench: Bench, manning: Console, trail: Path
) -> None:
    one, two = await two_wait(bench, manning)
    answer = await manning.ask(MoveCaller(key(one), "support"))
    assert isinstance(answer, Refused)
    assert answer.why.code == "caller.no_extension", "Asterisk would have hung them up"
    await manning.does(MoveCaller(key(one), "sales"))
    await bench.answered(one)
    await manning.until(lambda view: view.calls[key(one)].queue == "sales" and view.calls[key(one)].agent_device != "")
    await waits(manning, two)
    (row,) = [row for row in rows_of(trail) if row.kind is Kind.ACTED]
    assert (row.deed, row.detail, row.cause) == ("move-caller", "to sales by internal,610", "")


async def test_a_caller_is_raised_and_what_comes_of_it_is_said(bench: Bench, manning: Console) -> None:
    one, two = await two_wait(bench, manning)
    await manning.does(Raise(key(two), 10))
    row = manning.seat.view().calls[key(two)]
    if bench.lab.version[0] > 16:
        assert await entries(bench) == [(two.uniqueid, "10"), (one.uniqueid, "0")]
        assert (row.position, row.priority) == (1, 10)
        assert manning.told[-1].code == "raise.done"
        await waits(manning, two, one)
    else:
        assert await entries(bench) == [(one.uniqueid, "0"), (two.uniqueid, "10")]
        assert (row.position, row.priority) == (2, 10)
        assert manning.told[-1].code == "raise.stays"


async def test_a_caller_is_withdrawn_and_goes_on_in_the_dialplan(bench: Bench, manning: Console) -> None:
    one, two = await two_wait(bench, manning)
    await manning.does(Withdraw(key(one)))
    await waits(manning, two)
    await manning.until(lambda view: key(one) not in view.calls)
    gone = await bench.witness.sees(lambda m: m.name == "Hangup" and m["Uniqueid"] == one.uniqueid)
    left = bench.witness.seen("QueueCallerLeave", Uniqueid=one.uniqueid)
    assert [event["Queue"] for event in left] == ["retention"]
    assert gone["Priority"] == "2", "behind Queue() this dialplan has nothing"


async def test_a_call_is_hung_up_and_the_session_on_it_goes_quiet(bench: Bench, manning: Console) -> None:
    call = await bench.call("5550161")
    heard = await manning.sees(call)
    await manning.does(Listen(heard))
    await manning.does(HangUp(heard))
    for party in (call.customer, call.agent):
        await bench.witness.sees(lambda m, party=party: m.name == "Hangup" and m["Uniqueid"] == party.uniqueid)  # type: ignore[misc]
    await manning.until(lambda view: heard not in view.calls and view.strip.phase is Phase.IDLE)


async def test_a_caller_who_waits_is_hung_up(bench: Bench, manning: Console) -> None:
    one, two = await two_wait(bench, manning)
    await manning.does(HangUp(key(one)))
    await waits(manning, two)
    await bench.witness.sees(lambda m: m.name == "Hangup" and m["Uniqueid"] == one.uniqueid)
