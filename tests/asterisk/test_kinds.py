"""Legs whose keypad cannot be locked: on Asterisk 16, and on 22 without func_frame_drop; by ear, and with the phone's own keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import RIGHTS, Console, console_on
from tests.asterisk.hearing import Hearing
from tests.asterisk.kit import SUPERVISOR, Bench
from tests.asterisk.lab import Lab
from tests.asterisk.test_hearing import ASK, parties
from whisper_tui.engine.backend import Hears
from whisper_tui.supervision.intents import Barge, Listen, Mute, Release, Unmute, Whisper
from whisper_tui.terms import LegKind, Microphone, Mode, Right

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]


async def test_who_may_do_everything_has_an_open_leg_whose_keys_are_followed(
    unlockable: Lab, bench: Bench, trail: Path, hearing: Hearing
) -> None:
    async with console_on(unlockable.ports.ami, trail) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        assert console.strip.kind is LegKind.OPEN
        for mode in (Mode.SILENT, Mode.WHISPER, Mode.BARGE):
            if console.strip.mode is not mode:
                await console.does(ASK[mode](key))
            await hearing.hears(bench, "open", mode.value, parties(call, mode))
        await console.does(Mute())
        await hearing.hears(bench, "open", "barge, microphone off", parties(call, Mode.BARGE, muted=True))
        await console.does(Unmute())
        await console.does(Listen(key))
        await bench.phones.press(SUPERVISOR.leg, "5")
        await console.until(lambda view: view.strip.mode is Mode.WHISPER)
        assert console.strip.agent_hears is Hears.YES
        await hearing.hears(bench, "open", "whisper by the phone's own key", parties(call, Mode.WHISPER))
        await console.does(Release())
        await hearing.hears(bench, "open", "idle", parties(call, None))


async def test_who_lacks_a_mode_has_legs_of_one_mode_on_which_no_key_does_anything(
    unlockable: Lab, bench: Bench, trail: Path, hearing: Hearing
) -> None:
    async with console_on(unlockable.ports.ami, trail, rights=RIGHTS - {Right.BARGE}) as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        await console.does(Listen(key))
        assert (console.strip.kind, console.strip.mode) == (LegKind.FIXED, Mode.SILENT)
        await bench.watch([call.customer, call.agent])
        await bench.phones.press(SUPERVISOR.leg, "456")
        await hearing.hears(bench, "fixed", "silent, keys 4 5 6 pressed", parties(call, Mode.SILENT))
        for party in (call.customer, call.agent):
            assert (await bench.so_far(party))[SUPERVISOR.tone] == 0
        await console.does(Whisper(key))
        assert (console.strip.kind, console.strip.microphone) == (LegKind.FIXED, Microphone.MUTED)
        await hearing.hears(bench, "fixed", "whisper, microphone off", parties(call, Mode.WHISPER, muted=True))
        await console.does(Unmute())
        await bench.phones.press(SUPERVISOR.leg, "6")
        await hearing.hears(bench, "fixed", "whisper, key 6 pressed", parties(call, Mode.WHISPER))
        other = await bench.call("5550120", tone=2200)
        await console.does(Listen(key))
        await hearing.hears(bench, "fixed", "whisper, silenced", parties(call, Mode.WHISPER, muted=True))
        await console.does(Listen(await console.sees(other)))
        await hearing.hears(bench, "fixed", "silent on another call", parties(other, Mode.SILENT))


async def test_without_read_class_dtmf_each_mode_is_a_leg_of_its_own(
    bench: Bench, trail: Path, hearing: Hearing
) -> None:
    async with console_on(bench.lab.ports.ami, trail, account="nodtmf") as console:
        call = await bench.call("5550161")
        key = await console.sees(call)
        for mode, intent in ((Mode.SILENT, Listen(key)), (Mode.BARGE, Barge(key))):
            await console.does(intent)
            assert (console.strip.kind, console.strip.mode) == (LegKind.FIXED, mode)
            if mode is Mode.BARGE:
                await console.does(Unmute())
            await hearing.hears(bench, "fixed", f"{mode.value}, no class dtmf", parties(call, mode))
        other = await bench.call("5550120", tone=2200)
        await console.does(Listen(await console.sees(other)))
        await hearing.hears(bench, "fixed", "silent on another call, no class dtmf", parties(other, Mode.SILENT))


@pytest.mark.parametrize("number", ["5550170", "5550171"], ids=["the pair stays", "the pair is optimised away"])
async def test_behind_a_local_channel_a_whisper_reaches_the_agent_alone(
    bench: Bench, console: Console, hearing: Hearing, number: str
) -> None:
    call = await bench.call(number)
    key = await console.sees(call)
    await bench.watch([call.customer])
    await console.does(Listen(key))
    await console.does(Whisper(key))
    kind = str(console.strip.kind.value if console.strip.kind else "-")
    situation = "whisper, member behind Local/" + (" with /n" if number == "5550170" else "")
    heard = {who: whom for who, whom in parties(call, Mode.WHISPER).items() if who is not call.customer}
    await hearing.hears(bench, kind, situation, heard)
    assert (await bench.so_far(call.customer))[SUPERVISOR.tone] == 0
