"""Who hears whom, by the tone that each phone sends: nobody a listener, only the agent a whisper, both a barge."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from tests.asterisk.console import Console
from tests.asterisk.hearing import Hearing
from tests.asterisk.kit import OTHER_CUSTOMER_TONE, SUPERVISOR, Bench, Call, Party
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.supervision.intents import Barge, Leave, Listen, Mute, Release, Unmute, Whisper
from whisper_tui.terms import LegKind, Microphone, Mode

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]

LOCKED = LegKind.LOCKED.value

ASK = {Mode.SILENT: Listen, Mode.WHISPER: Whisper, Mode.BARGE: Barge}


def parties(call: Call, mode: Mode | None, *, muted: bool = False) -> Mapping[Party, set[Party]]:
    """Who hears whom while the supervisor is on `call` in `mode`; None: idle."""
    customer, agent = call.customer, call.agent
    if mode is None:
        return {customer: {agent}, agent: {customer}, SUPERVISOR: set()}
    coach = set() if muted else {SUPERVISOR}
    return {
        customer: {agent} | (coach if mode is Mode.BARGE else set()),
        agent: {customer} | (coach if mode is not Mode.SILENT else set()),
        SUPERVISOR: {customer, agent},
    }


async def test_each_mode_is_heard_by_exactly_the_right_parties(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550100")
    key = await console.sees(call)
    await console.does(Listen(key))
    assert console.strip.kind is LegKind.LOCKED
    for mode in (Mode.SILENT, Mode.WHISPER, Mode.BARGE, Mode.SILENT):
        if console.strip.mode is not mode:
            await console.does(ASK[mode](key))
        assert (console.strip.phase, console.strip.mode) == (Phase.ON, mode)
        await hearing.hears(bench, LOCKED, mode.value, parties(call, mode))
        hears = (console.strip.agent_hears, console.strip.customer_hears)
        assert hears == (Hears(_word(mode is not Mode.SILENT)), Hears(_word(mode is Mode.BARGE)))
    await console.does(Leave())
    await hearing.hears(bench, "-", "left", {call.customer: {call.agent}, call.agent: {call.customer}})


def _word(yes: bool) -> str:
    return "yes" if yes else "no"


async def test_a_muted_supervisor_is_heard_by_nobody_and_hears_on(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    for mode in (Mode.WHISPER, Mode.BARGE):
        await console.does(Listen(key))
        await console.does(ASK[mode](key))
        await console.does(Mute())
        assert console.strip.microphone is Microphone.MUTED
        await hearing.hears(bench, LOCKED, f"{mode.value}, microphone off", parties(call, mode, muted=True))
        await console.does(Unmute())
        await hearing.hears(bench, LOCKED, mode.value, parties(call, mode))


async def test_a_whisper_from_nothing_starts_with_a_closed_microphone(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550161")
    await console.does(Whisper(await console.sees(call)))
    await hearing.hears(bench, LOCKED, "whisper, from nothing", parties(call, Mode.WHISPER, muted=True))
    await console.does(Unmute())
    await hearing.hears(bench, LOCKED, "whisper", parties(call, Mode.WHISPER))


async def test_after_release_the_supervisor_hears_nothing_and_the_phone_stays_up(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Barge(key))
    await console.does(Release())
    assert console.strip.phase is Phase.IDLE
    await hearing.hears(bench, LOCKED, "idle", parties(call, None))
    await console.does(Listen(key))
    await hearing.hears(bench, LOCKED, "silent", parties(call, Mode.SILENT))
    assert len(bench.witness.seen("Newchannel", Uniqueid=console.strip.leg or "")) == 1, "the phone rang again"


async def test_in_silence_and_whisper_the_customer_gets_not_one_packet_of_the_supervisor(
    bench: Bench, console: Console
) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await bench.watch([call.customer])
    await console.does(Listen(key))
    for mode in (Mode.WHISPER, Mode.SILENT) * 4:
        await console.does(ASK[mode](key))
        await bench.hear(parties(call, mode))
    await console.does(Leave())
    heard = await bench.so_far(call.customer)
    assert heard[SUPERVISOR.tone] == 0
    assert heard[call.agent.tone] > 100


async def test_twenty_switches_in_any_order_are_heard_as_they_are_shown(
    bench: Bench, console: Console, hearing: Hearing
) -> None:
    first = await bench.call("5550161")
    second = await bench.call("5550110", tone=OTHER_CUSTOMER_TONE)
    calls = {await console.sees(call): call for call in (first, second)}
    order = random.Random(20)
    key, mode = None, None
    for _ in range(20):
        wanted = order.choice([(k, m) for k in calls for m in ASK if (k, m) != (key, mode)])
        if key != wanted[0]:
            await console.does(Listen(wanted[0]))
        if console.strip.mode is not wanted[1]:
            await console.does(ASK[wanted[1]](wanted[0]))
        key, mode = wanted
        assert (console.strip.call, console.strip.mode, console.strip.microphone) == (key, mode, Microphone.OPEN)
        other = next(call for k, call in calls.items() if k != key)
        heard = await bench.hear({**parties(other, None), **parties(calls[key], mode)})
        of_the_call = {who: heard[who].voices for who in parties(calls[key], mode)}
        hearing.record(bench.lab.version_text, LOCKED, f"{mode.value}, with another call beside", of_the_call)


@pytest.mark.parametrize("number", ["5550170", "5550171"], ids=["the pair stays", "the pair is optimised away"])
async def test_behind_a_local_channel_a_whisper_still_reaches_the_agent_alone(
    bench: Bench, console: Console, hearing: Hearing, request: pytest.FixtureRequest, number: str
) -> None:
    call = await bench.call(number)
    key = await console.sees(call)
    await bench.watch([call.customer])
    await console.does(Listen(key))
    assert console.seat.view().calls[key].agent_device == f"PJSIP/{call.agent.leg}"
    behind = "behind a Local channel, " + request.node.callspec.id
    await hearing.hears(bench, LOCKED, f"silent, {behind}", parties(call, Mode.SILENT))
    await console.does(Whisper(key))
    await hearing.hears(bench, LOCKED, f"whisper, {behind}", parties(call, Mode.WHISPER))
    heard = await bench.so_far(call.customer)
    assert heard[SUPERVISOR.tone] == 0
    assert heard[call.agent.tone] > 20
    await console.does(Barge(key))
    await hearing.hears(bench, LOCKED, f"barge, {behind}", parties(call, Mode.BARGE))
