"""The customer is taken over, handed back, and spoken to as a third party: nobody is lost, and nobody hears what they must not."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.asterisk.console import ChildConsole, Console, console_on
from tests.asterisk.hearing import Hearing
from tests.asterisk.kit import SUPERVISOR, Bench, Call, Party, is_gone
from tests.asterisk.ledger import closed_rows
from tests.asterisk.test_hearing import ASK
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Certainty, Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.parties import Entries
from whisper_tui.supervision.intents import HandBack, Join, Leave, Listen, Mute, Refused, TakeOver, Unmute
from whisper_tui.terms import Mode, Notice

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

LEASE = 5.0
TAKEOVERS = 20
ENTRIES = Entries("internal,{number}", {"sales": "internal,610", "gone": "internal,9999"})


def own(call: Call) -> dict[Party, set[Party]]:
    return {call.customer: {SUPERVISOR}, SUPERVISOR: {call.customer}}


async def taken(bench: Bench, console: Console, to: str = "5550100") -> Call:
    call = await bench.call(to)
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(TakeOver(key))
    assert console.strip.mode is Mode.TAKEOVER
    return call


async def test_twenty_customers_are_taken_over_and_none_is_lost(
    bench: Bench, console: Console, hearing: Hearing, note: list[str]
) -> None:
    gaps = []
    for round_ in range(TAKEOVERS):
        call = await bench.call("5550100" if round_ % 2 else "5550161")
        key = await console.sees(call)
        mode = list(ASK)[round_ % 3]
        await console.does(Listen(key))
        if mode is not Mode.SILENT:
            await console.does(ASK[mode](key))
        await bench.watch([call.customer])
        await console.does(TakeOver(key))
        await hearing.hears(bench, "-", f"takeover from {mode.value}", own(call))
        gaps.append(await bench.gap(call.customer))
        await bench.witness.sees(is_gone(call.agent.uniqueid))
        await console.does(Leave())
        await bench.phones.hang_up(call.customer.leg)
    note.append(
        f"takeover, Asterisk {bench.lab.version_text}: the customer's longest silence {max(gaps):.0f} ms, "
        f"n={TAKEOVERS} (asked: <= 50 ms)"
    )


async def test_in_a_call_of_ones_own_the_microphone_and_the_keypad_are_the_supervisors(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Mute())  # it is opened for the customer, or it would stay closed for good
    await console.does(TakeOver(key))
    await hearing.hears(bench, "-", "takeover from a closed microphone", own(call))
    await console.does(Mute())
    await hearing.hears(bench, "-", "takeover, microphone off", {call.customer: (), SUPERVISOR: {call.customer}})
    await console.does(Unmute())
    await bench.hear(own(call))
    pressed = bench.witness.expect(lambda m: m.name == "DTMFEnd" and m["Digit"] == "9" and m["Direction"] == "Sent")
    await bench.phones.press(SUPERVISOR.leg, "9")
    async with asyncio.timeout(5):
        assert (await pressed)["Uniqueid"] == call.customer.uniqueid
    await console.does(Leave())


async def test_a_call_of_ones_own_outlives_its_lease_and_its_console(
    bench: Bench, trail: Path, hearing: Hearing
) -> None:
    child = await ChildConsole().start(bench.lab.ports.ami, trail)
    call = await bench.call("5550100")
    assert await child.do("listen", call) == "Done()"
    assert await child.do("takeover", call) == "Done()"
    await child.kill()
    await asyncio.sleep(LEASE + 1.5)  # nothing happens then: that is what is tested
    await hearing.hears(bench, "-", "takeover, console killed 6 s ago", own(call))
    async with console_on(bench.lab.ports.ami, trail) as console:
        await hearing.hears(bench, "-", "takeover, next console up", own(call))
        with History.open(trail) as history:
            assert len(history.open_sessions()) == 1
        await bench.phones.hang_up(call.customer.leg)
        await bench.phones.wait(SUPERVISOR.leg, "gone")
        await console.soon(lambda floor: not any(each.startswith("wt-") for each in floor.channels))
    (left,) = [row for row in closed_rows(trail) if row.kind is Kind.LEFT]
    assert (left.cause, left.end_certainty) == ("takeover.ended", Certainty.EXACT)


async def test_the_customer_is_handed_back_to_the_agent_and_to_a_queue(
    bench: Bench, trail: Path, hearing: Hearing
) -> None:
    async with console_on(bench.lab.ports.ami, trail, entries=ENTRIES) as console:
        call = await taken(bench, console, "5550161")
        await hearing.hears(bench, "-", "takeover", own(call))
        answer = await console.ask(HandBack("elsewhere"))
        assert answer == Refused(Notice("handback.no_entry", {"to": "elsewhere"}))
        before = len(bench.witness.events)
        await console.does(HandBack())
        back = await bench.answered(call.customer, before)
        await hearing.hears(bench, "-", "handed back to the agent", {call.customer: {back}, back: {call.customer}})
        assert back.leg == call.agent.leg
        await bench.phones.hang_up(call.customer.leg)
        call = await taken(bench, console)
        before = len(bench.witness.events)
        await console.does(HandBack("sales"))
        back = await bench.answered(call.customer, before)
        await hearing.hears(bench, "-", "handed back to a queue", {call.customer: {back}, back: {call.customer}})


async def test_a_hand_back_to_nowhere_leaves_the_customer_with_the_supervisor(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, entries=ENTRIES) as console:
        call = await taken(bench, console)
        assert isinstance(await console.ask(HandBack("gone")), Refused)
        await bench.hear(own(call))
        assert console.strip.mode is Mode.TAKEOVER
        await console.does(Leave())


async def test_a_third_party_is_heard_by_all_and_mutes_and_leaves_the_others_alone(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550161")
    third = await bench.third(call, "1009")
    key = await console.sees(call)
    await console.until(lambda view: view.calls[key].parties == 3)
    await console.does(Join(key))
    everybody = [call.customer, call.agent, third, SUPERVISOR]
    all_hear_all = {who: {whom for whom in everybody if whom is not who} for who in everybody}
    await hearing.hears(bench, "third", "third party in a call of three", all_hear_all)
    await console.does(Mute())
    await hearing.hears(
        bench, "third", "third party, microphone off",
        {who: {whom for whom in whom_all if whom is not SUPERVISOR} for who, whom_all in all_hear_all.items()},
    )  # fmt: skip
    await console.does(Leave())
    rest = {who: {whom for whom in everybody[:3] if whom is not who} for who in everybody[:3]}
    await hearing.hears(bench, "-", "third party left", rest)


async def test_when_the_customer_hangs_up_the_supervisors_own_call_ends_and_the_log_says_so(
    bench: Bench, console: Console, trail: Path
) -> None:
    call = await taken(bench, console)
    await bench.phones.hang_up(call.customer.leg)
    await console.until(lambda view: view.strip.phase is Phase.NONE)
    assert console.strip.ended == Notice("takeover.customer_left")
