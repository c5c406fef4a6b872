"""A cue card that is spoken, on the real Asterisk: over AudioSocket on 22, over UnicastRTP on 16. Only the agent hears it."""

from __future__ import annotations

import asyncio
import math
import shutil
import struct
import sys
import time
from pathlib import Path

import pytest

from tests.asterisk.console import PBX, RIGHTS, Console, console_on
from tests.asterisk.kit import LIMIT, SUPERVISOR, VOICES, Bench, Call, Party
from tests.asterisk.ledger import rows_of
from tests.asterisk.test_hearing import parties
from tests.asterisk.tones import LOUD, RATE
from whisper_tui.audit.records import Kind
from whisper_tui.clock import SystemClock
from whisper_tui.config.schema import CueSettings
from whisper_tui.engine.booth import Booth, Reach
from whisper_tui.supervision.intents import Done, Leave, Listen, Panic, Refused, Say, Whisper
from whisper_tui.supervision.sound import seconds_of
from whisper_tui.terms import Mode, Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

TONE = 3000
CARD = Party("the card", "-", TONE)
HERE = Reach("127.0.0.1", 0, hosts={PBX: "127.0.0.1"})
HUMS = (
    sys.executable,
    "-c",
    "import sys, wave\n"
    "with wave.open(sys.stdout.buffer, 'wb') as out:\n"
    "    out.setnchannels(1), out.setsampwidth(2), out.setframerate(16000)\n"
    "    out.writeframes((b'\\0\\20' * 20 + b'\\0\\360' * 20) * 40 * len(sys.stdin.read().split()))",
)
"""A voice for where espeak-ng is not installed."""
WITH_CUES = RIGHTS | {Right.CUE_SEND}


def sound(seconds: float) -> bytes:
    samples = (int(LOUD * math.sin(2 * math.pi * TONE * n / RATE)) for n in range(int(seconds * RATE)))
    return b"".join(struct.pack("<h", each) for each in samples)


def booth(seconds: float = 1.0, reach: Reach = HERE) -> Booth:
    return Booth(SystemClock(), reach, {1: sound(seconds)}, ())


async def watch(bench: Bench, call: Call) -> None:
    legs = [call.agent.leg, call.customer.leg, SUPERVISOR.leg]
    await bench.phones.do("watch", legs=legs, tones=[*VOICES, TONE], anew=True)


async def is_still(bench: Bench, *who: Party) -> None:
    """These send packets with nothing in them."""
    for party in who:
        await bench.phones.do("still", leg=party.leg, on=True)


async def legs_are_gone(console: Console) -> None:
    await console.soon(lambda floor: not any("-cue-" in each for each in floor.channels))


def cues(trail: Path) -> list[tuple[str, str]]:
    return [(row.deed, row.cause) for row in rows_of(trail) if row.kind is Kind.CUE]


async def test_the_agent_hears_it_and_the_customer_not_one_sample(bench: Bench, trail: Path, note: list[str]) -> None:
    async with console_on(bench.lab.ports.ami, trail, rights=WITH_CUES, cues=("well done",), booth=booth()) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        await is_still(bench, call.agent, call.customer, SUPERVISOR)
        await bench.hear({call.customer: [], call.agent: []})
        firsts, lasted, whole = [], [], []
        for _ in range(3):
            await watch(bench, call)
            asked = time.time()
            await console.does(Say(1))
            await console.soon(lambda _: [each.code for each in console.told][-1:] == ["cue.spoken"])
            lasted.append(time.time() - asked)
            await legs_are_gone(console)
            agent = await bench.phones.do("ear", leg=call.agent.leg)
            customer = await bench.phones.do("ear", leg=call.customer.leg)
            firsts.append(dict(agent["began"])[TONE] - asked)
            heard = await bench.phones.do("heard", legs=[call.agent.leg, call.customer.leg, SUPERVISOR.leg])
            frames = {leg: dict(said["by_tone"])[TONE] for leg, said in heard["heard"].items()}
            whole.append(frames[call.agent.leg])
            assert abs(agent["loudest"] - LOUD) < LOUD * 0.05
            assert (frames[call.customer.leg], frames[SUPERVISOR.leg]) == (0, 0)
            assert heard["heard"][call.customer.leg]["packets"] > 40
            assert customer["loudest"] == 0
            console.told.clear()
        assert min(whole) >= 45, "of 50 frames, on a machine that is kept from sending now and then"
        assert max(firsts) < 0.5
        assert max(lasted) < 2.0
        await console.does(Leave())
    assert cues(trail) == [("say", "")] * 3
    note.append(
        f"spoken cue, Asterisk {bench.lab.version_text}: asked to first sample in the agent's ear "
        f"{', '.join(f'{1000 * each:.0f}' for each in firsts)} ms; {whole} of 50 frames, leg gone after "
        f"{', '.join(f'{each:.2f}' for each in lasted)} s; customer's loudest sample 0"
    )


async def test_while_everybody_talks_it_is_heard_by_the_agent_beside_them_and_ends_with_the_session(
    bench: Bench, trail: Path
) -> None:
    made = booth(8.0)
    async with console_on(bench.lab.ports.ami, trail, rights=WITH_CUES, cues=("well done",), booth=made) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        await watch(bench, call)
        await console.does(Say(1))
        with_card = {**parties(call, Mode.SILENT), call.agent: {call.customer, CARD}}
        await bench.hear(with_card)
        await console.does(Panic())
        cut = time.monotonic()
        await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
        assert time.monotonic() - cut < 1.0, "0.4 s of which are the packets that make it sure"
        await legs_are_gone(console)
        assert dict((await bench.phones.do("ear", leg=call.customer.leg))["began"]).get(TONE) is None
        assert console.seat.why_not(Say(1)) is not None
    assert cues(trail) == [("say", ""), ("say", "cue.cut")]


@pytest.mark.on_asterisk("22")  # a UnicastRTP channel is up whether anybody listens or not
async def test_where_nobody_listens_nothing_is_heard_and_it_is_said(bench: Bench, trail: Path) -> None:
    elsewhere = booth(reach=Reach("127.0.0.2", 1, bind="127.0.0.1"))
    elsewhere._door._port = 0  # where we listen is not where the PBX is sent
    async with console_on(bench.lab.ports.ami, trail, rights=WITH_CUES, cues=("a",), booth=elsewhere) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        answer = await console.ask(Say(1))
        assert isinstance(answer, Refused)
        assert answer.why.code == "cue.no_way"
        assert console.strip.mode is Mode.SILENT
        told = await bench.witness.sees(lambda m: m.name == "OriginateResponse" and "-cue-" in m["Uniqueid"])
        assert told["Response"] == "Failure"
    assert cues(trail) == [("say", ""), ("say", "cue.no_way")]


async def test_a_voice_speaks_what_has_no_sound(bench: Bench, trail: Path, note: list[str]) -> None:
    voice = CueSettings().voice if shutil.which(CueSettings().voice[0]) else HUMS
    made = Booth(SystemClock(), HERE, {}, voice)
    text = "Offer the longer warranty"
    began = time.monotonic()
    length = seconds_of(await made.sound(1, text))
    took = time.monotonic() - began
    async with console_on(bench.lab.ports.ami, trail, rights=WITH_CUES, cues=(text,), booth=made) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        await is_still(bench, call.agent, call.customer, SUPERVISOR)
        await bench.hear({call.customer: [], call.agent: []})
        await watch(bench, call)
        await console.does(Say(1))
        async with asyncio.timeout(length + LIMIT):
            await console.soon(lambda _: "cue.spoken" in [each.code for each in console.told])
        assert (await bench.phones.do("ear", leg=call.agent.leg))["loudest"] > 1000
        assert (await bench.phones.do("ear", leg=call.customer.leg))["loudest"] == 0
        assert await console.ask(Whisper(await console.sees(call))) == Done()
    note.append(f"{Path(voice[0]).name}: {length:.2f} s of speech made in {took:.3f} s")
