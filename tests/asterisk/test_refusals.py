"""A phone that cannot or will not, and a call that is over: said in its own words, with nothing left up."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.asterisk.console import RIGHTS, Console, console_on
from tests.asterisk.kit import SUPERVISOR, Bench
from tests.asterisk.lab import can_lock
from tests.asterisk.ledger import rows_of
from tests.asterisk.test_hearing import parties
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.supervision.intents import Barge, Leave, Listen, Refused, Whisper
from whisper_tui.terms import LegKind, Mode, Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]


async def refusal(console: Console, intent: Listen | Whisper | Barge) -> str:
    """The code of the answer; afterwards no leg is up."""
    answer = await console.ask(intent)
    assert isinstance(answer, Refused), answer
    assert console.strip.phase is Phase.NONE
    return answer.why.code


async def test_a_busy_phone_is_said_to_be_busy(bench: Bench, console: Console) -> None:
    key = await console.sees(await bench.call("5550161"))
    await bench.phones.manners("2001", "busy")
    assert await refusal(console, Listen(key)) == "leg.busy"


async def test_a_phone_that_declines_is_said_to_have_declined(bench: Bench, console: Console) -> None:
    key = await console.sees(await bench.call("5550161"))
    await bench.phones.manners("2001", "decline")
    assert await refusal(console, Listen(key)) == "leg.declined"


async def test_a_phone_that_nobody_answers_rings_as_long_as_it_may(bench: Bench, trail: Path) -> None:
    await bench.phones.manners("2001", "ring")
    async with console_on(bench.lab.ports.ami, trail, ring_seconds=1.5) as console:
        key = await console.sees(await bench.call("5550161"))
        asking = asyncio.create_task(refusal(console, Listen(key)))
        ringing = await bench.phones.ringing("2001")
        assert console.strip.phase is Phase.RINGING
        assert await asking == "leg.no_answer"
        await bench.phones.wait(ringing, "gone")


async def test_a_phone_that_is_not_registered_is_said_to_be_unreachable(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, device="PJSIP/2009") as console:
        key = await console.sees(await bench.call("5550161"))
        assert await refusal(console, Listen(key)) == "leg.unreachable"


async def test_a_phone_that_nobody_configured_is_said_to_be_unreachable(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, device="PJSIP/nobody") as console:
        key = await console.sees(await bench.call("5550161"))
        assert await refusal(console, Listen(key)) == "leg.unreachable"


async def test_a_leg_is_locked_or_said_to_be_open(bench: Bench, console: Console) -> None:
    await console.does(Listen(await console.sees(await bench.call("5550161"))))
    assert console.strip.kind is (LegKind.LOCKED if can_lock(bench.lab.version) else LegKind.OPEN)


@pytest.mark.needs_lock
async def test_a_call_that_ends_while_the_phone_rings_is_not_replaced_by_another(
    bench: Bench, console: Console
) -> None:
    call, other = await bench.call("5550161"), await bench.call("5550162")
    key = await console.sees(call)
    await bench.phones.manners("2001", "ring")
    asking = asyncio.create_task(console.ask(Listen(key)))
    ringing = await bench.phones.ringing("2001")
    await bench.phones.hang_up(call.customer.leg)
    await console.until(lambda view: key not in view.calls)
    await bench.phones.do("answer", leg=ringing)
    answer = await asking
    assert isinstance(answer, Refused)
    assert answer.why.code in ("call.gone", "denied.no-such-call")
    await bench.hear({**parties(other, None)})
    assert bench.witness.seen("ChanSpyStart") == []


@pytest.mark.needs_lock
async def test_a_supervisor_who_hangs_up_by_hand_has_left_and_the_call_goes_on(bench: Bench, console: Console) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Barge(key))
    await bench.phones.hang_up(SUPERVISOR.leg)
    await console.until(lambda view: view.strip.phase is Phase.NONE)
    assert console.strip.ended is not None
    assert console.strip.ended.code == "leg.phone_hung_up"
    await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})


@pytest.mark.needs_lock
async def test_when_the_call_ends_the_leg_stays_and_hears_nobody(bench: Bench, console: Console) -> None:
    call, other = await bench.call("5550161"), await bench.call("5550162")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Barge(key))
    await bench.phones.hang_up(call.customer.leg)
    await console.until(lambda view: view.strip.phase is Phase.IDLE)
    await bench.hear({**parties(other, None)})
    await console.does(Listen(await console.sees(other)))
    await bench.hear(parties(other, Mode.SILENT))


async def test_leaving_while_the_phone_rings_stops_the_ringing(bench: Bench, console: Console) -> None:
    key = await console.sees(await bench.call("5550161"))
    await bench.phones.manners("2001", "ring")
    asking = asyncio.create_task(console.ask(Listen(key)))
    ringing = await bench.phones.ringing("2001")
    await console.does(Leave())
    answer = await asking
    assert isinstance(answer, Refused)
    assert answer.why.code == "leg.cancelled"
    await bench.phones.wait(ringing, "gone")


async def test_an_account_that_may_not_ring_is_told_what_it_lacks(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, account="viewer") as console:
        key = await console.sees(await bench.call("5550161"))
        answer = await console.ask(Listen(key))
        assert isinstance(answer, Refused)
        assert answer.why.code == "link.refused.rights"
        assert "Originate" in answer.why.values["missing"]
        assert [m for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-")] == []


async def test_what_the_profile_lacks_rings_nobody_and_is_logged(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=RIGHTS - {Right.BARGE}) as console:
        key = await console.sees(await bench.call("5550161"))
        answer = await console.ask(Barge(key))
        assert isinstance(answer, Refused)
        assert answer.denied
    assert [row.deed for row in rows_of(trail) if row.kind is Kind.DENIED] == ["barge"]
    assert [m for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-")] == []
