"""No key of the supervisor's phone changes anything; what changes anything is only the console."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.asterisk.console import Console
from tests.asterisk.kit import SUPERVISOR, Bench
from tests.asterisk.test_hearing import ASK, parties
from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.supervision.intents import Barge, Leave, Listen, Mute, Release, Whisper
from whisper_tui.supervision.quality import NOT_TOLD
from whisper_tui.terms import MODE_KEYS, LegKind, Mode

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]

KEYS = "0123456789*#"


async def press_all(bench: Bench) -> None:
    """Press every key, and see each arrive at Asterisk: its begin is told, its end is what the lock drops."""
    before = len(bench.witness.events)
    last = bench.witness.expect(lambda m: (m.name, m["Digit"]) == ("DTMFBegin", KEYS[-1]))
    await bench.phones.press(SUPERVISOR.leg, KEYS)
    await last
    await bench.witness.ask("Ping")
    told = [(m.name, m["Digit"]) for m in bench.witness.events[before:] if m.name.startswith("DTMF")]
    assert told == [("DTMFBegin", key) for key in KEYS]


def who_hears(strip: StripView) -> StripView:
    """The strip without what is measured by the second: how much was said, and how good the lines are."""
    return replace(strip, talk=None, measured=None, agent_line=NOT_TOLD, own_line=NOT_TOLD)


@pytest.mark.parametrize("mode", MODE_KEYS.values(), ids=lambda mode: mode.value)
async def test_no_key_of_the_phone_changes_who_hears_whom(bench: Bench, console: Console, mode: Mode) -> None:
    call = await bench.call("5550161")
    other = await bench.call("5550162")
    key = await console.sees(call)
    await console.does(Listen(key))
    if mode is not Mode.SILENT:
        await console.does(ASK[mode](key))
    before = who_hears(console.strip)
    await press_all(bench)
    await bench.hear({**parties(other, None), **parties(call, mode)})
    assert who_hears(console.strip) == before
    assert console.told == []


async def test_no_key_opens_a_muted_microphone(bench: Bench, console: Console) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Whisper(key))
    await console.does(Mute())
    await press_all(bench)
    await bench.hear(parties(call, Mode.WHISPER, muted=True))


async def test_no_key_makes_an_idle_leg_hear_anybody(bench: Bench, console: Console) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Release())
    await press_all(bench)
    await bench.hear(parties(call, None))
    assert console.strip.phase is Phase.IDLE
    assert len(bench.witness.seen("ChanSpyStart")) == 1
    await console.does(Listen(key))
    await bench.hear(parties(call, Mode.SILENT))


async def test_keys_pressed_while_the_console_switches_end_in_the_mode_that_it_shows(
    bench: Bench, console: Console
) -> None:
    """A switch opens the lock for some milliseconds: a key that slips through is shown, and what is shown is heard."""
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    for mode in (Mode.BARGE, Mode.WHISPER, Mode.SILENT, Mode.BARGE, Mode.SILENT):
        pressing = bench.press_soon(SUPERVISOR.leg, "465")
        await console.does(ASK[mode](key))
        await pressing
        await bench.witness.ask("Ping")
        assert console.strip.mode is not None
        await bench.hear(parties(call, console.strip.mode))
        if console.strip.mode is not Mode.SILENT:
            await console.does(Listen(key))


async def test_every_leg_is_found_locked(bench: Bench, console: Console) -> None:
    """The proof is by the order of two keys: it must not miss a lock that holds, or the phone would ring for nothing."""
    call = await bench.call("5550161")
    key = await console.sees(call)
    for _ in range(12):
        await console.does(Listen(key))
        assert console.strip.kind is LegKind.LOCKED
        await console.does(Leave())


async def test_the_agents_own_keys_are_no_business_of_the_console(bench: Bench, console: Console) -> None:
    call = await bench.call("5550161")
    key = await console.sees(call)
    await console.does(Listen(key))
    await console.does(Barge(key))
    await bench.phones.press(call.agent.leg, "456")
    await bench.phones.press(call.customer.leg, "456")
    await bench.hear(parties(call, Mode.BARGE))
    assert console.strip.mode is Mode.BARGE
