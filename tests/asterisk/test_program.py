"""The program itself, as a supervisor has it: set up with `init`, at a terminal, by its keys, on a real PBX with real phones."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.asterisk.kit import SUPERVISOR, Bench, Call, is_gone
from tests.asterisk.lab import AGENTS, SECRET
from tests.asterisk.ledger import closed_rows
from tests.asterisk.test_hearing import parties
from tests.asterisk.test_lease import LEASE, SLACK
from tests.fakes.terminal import CHECKOUT, Terminal
from whisper_tui.audit.records import Kind
from whisper_tui.config import paths
from whisper_tui.terms import Mode
from whisper_tui.ui.presses import AGAIN

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]


@pytest.fixture
def settled_in(bench: Bench, home: Path) -> None:
    """Files as `init` writes them for whoever runs the tests."""
    secret = home / "secret"
    secret.write_text(SECRET)
    secret.chmod(0o600)
    where = ["--pbx", f"lab=127.0.0.1:{bench.lab.ports.ami}", "--user", "console", "--secret-source", f"file:{secret}"]
    rights = ["--right", "listen", "--right", "whisper", "--right", "barge"]
    init = [
        sys.executable,
        "-m",
        "whisper_tui",
        "init",
        "--yes",
        "--phone",
        "PJSIP/2001",
        "--queue",
        "*",
        *where,
        *rights,
    ]
    subprocess.run(init, cwd=CHECKOUT, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    bench.logs.append(paths.trail_file())


async def look(terminal: Terminal, *words: str) -> str:
    return await asyncio.to_thread(terminal.sees, *words)


async def at_the_call(bench: Bench, terminal: Terminal) -> Call:
    """A customer has called, and the cursor is on the call, the only one."""
    await look(terminal, "● lab ", "DIRECT - profile not enforced")
    call = await bench.call("5550100", name="Zoë [/] \x1b[31mRed")
    await look(terminal, "▸ ● talk", "support")
    return call


@pytest.mark.usefixtures("settled_in")
async def test_a_call_is_listened_to_whispered_to_barged_muted_and_left_from_the_keyboard(bench: Bench) -> None:
    with Terminal() as terminal:
        call = await at_the_call(bench, terminal)
        terminal.press("l")
        await look(terminal, "SILENT", "agent NO", "customer NO")
        await bench.hear(parties(call, Mode.SILENT))
        terminal.press("w")
        await look(terminal, "WHISPER", "agent YES", "customer NO")
        await bench.hear(parties(call, Mode.WHISPER))
        terminal.press("b")
        await bench.hear(parties(call, Mode.WHISPER))  # it asks first
        terminal.press("\r")
        await look(terminal, "BARGE", "agent YES", "customer YES")
        await bench.hear(parties(call, Mode.BARGE))
        terminal.press("m")
        await look(terminal, "mic muted")
        await bench.hear(parties(call, Mode.BARGE, muted=True))
        terminal.press("x")
        await look(terminal, "you left, and hung up nobody else")
        await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
        terminal.press("q")
        assert await asyncio.to_thread(terminal.ends) == 0
        assert SECRET not in terminal.text
    (left,) = [row for row in closed_rows(paths.trail_file()) if row.kind is Kind.LEFT]
    assert left.seconds is not None
    assert set(left.seconds) == {"silent", "whisper", "barge"}
    assert left.audible is not None
    assert 0 < left.audible <= left.seconds["barge"]


@pytest.mark.usefixtures("settled_in")
@pytest.mark.parametrize("step", ["ringing", "idle", "barge"])
async def test_a_line_that_is_cut_at_any_step_hangs_the_phone_up(bench: Bench, step: str) -> None:
    """As SIGHUP, which the console gets with it."""
    with Terminal() as terminal:
        call = await at_the_call(bench, terminal)
        if step == "ringing":
            await bench.phones.manners("2001", "ring")
        terminal.press("l")
        await look(terminal, "RINGING" if step == "ringing" else "SILENT")
        for keys, shows in {"idle": [("r", "IDLE")], "barge": [("b", "Enter"), ("\r", "BARGE")]}.get(step, []):
            terminal.press(keys)
            await look(terminal, shows)
        born = await bench.witness.sees(lambda m: m.name == "Newchannel" and m["Uniqueid"].startswith("wt-"))
        leg = born["Uniqueid"]
        terminal.hang_up()
        ended = time.time()
        gone = await bench.witness.sees(is_gone(leg), 7.0)
        assert gone.at - ended <= 2.0
        await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
        await asyncio.to_thread(terminal.process.wait, 5)


@pytest.mark.usefixtures("settled_in")
@pytest.mark.parametrize(
    ("ends", "within"),
    [
        (lambda terminal: terminal.process.kill(), LEASE + SLACK),
        (lambda terminal: terminal.hang_up(), 2.0),
        (lambda terminal: terminal.process.send_signal(signal.SIGTERM), 2.0),
    ],
    ids=["killed", "its line is cut", "told to end"],
)
async def test_when_the_console_ends_in_a_whisper_the_phone_is_hung_up(
    bench: Bench, ends: Callable[[Terminal], None], within: float
) -> None:
    with Terminal() as terminal:
        call = await at_the_call(bench, terminal)
        terminal.press("l")
        await look(terminal, "SILENT")
        terminal.press("w")
        await look(terminal, "WHISPER", "agent YES")
        await bench.hear(parties(call, Mode.WHISPER))
        leg = next(m["Uniqueid"] for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-"))
        ends(terminal)
        ended = time.time()
        gone = await bench.witness.sees(is_gone(leg), within + 5)
        assert gone.at - ended <= within
        await bench.phones.wait(SUPERVISOR.leg, "gone")
        await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
        await asyncio.to_thread(terminal.process.wait, 5)
    with Terminal() as again:  # the next start closes what the last one left open
        await look(again, "● lab ")
        again.press("q")
        assert await asyncio.to_thread(again.ends) == 0


@pytest.mark.usefixtures("settled_in")
async def test_ten_calls_are_heard_with_ten_presses_of_one_key_and_the_phone_rings_once(bench: Bench) -> None:
    numbers = [*(f"555016{n}" for n in range(1, 10)), "5550172"]
    with Terminal() as terminal:
        await look(terminal, "● lab ", "DIRECT - profile not enforced")
        for more in ("1009", "1010"):  # agents are who is in a queue
            await bench.witness.ask("QueueAdd", Queue="support", Interface=f"PJSIP/{more}", MemberName=AGENTS[more])
        calls = [await bench.call(number) for number in numbers]
        await look(terminal, *(names.split()[0] for names in list(AGENTS.values())[:10]))
        heard = set()
        for _ in calls:
            before = len(bench.witness.events)
            terminal.press("*")
            spy = await bench.witness.sees(lambda m: m.name == "ChanSpyStart", since=before)
            heard.add(spy["SpyeeUniqueid"])
            await look(terminal, "SILENT", "agent NO")
            await asyncio.sleep(AGAIN)  # at a person's pace: a key that comes again at once starts nothing
        assert heard == {call.agent.uniqueid for call in calls}
        legs = [m for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-")]
        assert len(legs) == 1, "the phone rang again"
        terminal.press("x")
        await look(terminal, "you left, and hung up nobody else")
        terminal.press("q")
        assert await asyncio.to_thread(terminal.ends) == 0
    for more in ("1009", "1010"):
        await bench.witness.ask("QueueRemove", Queue="support", Interface=f"PJSIP/{more}")
