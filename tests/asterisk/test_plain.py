"""The program in lines, on a real PBX with real phones: it says what is heard, and its end is the end of the leg."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.asterisk.kit import SUPERVISOR, Bench, is_gone
from tests.asterisk.test_hearing import parties
from tests.asterisk.test_program import look, settled_in
from tests.fakes.terminal import Terminal
from whisper_tui.terms import Mode

__all__ = ["settled_in"]

pytestmark = [pytest.mark.asterisk, pytest.mark.needs_lock]


@pytest.mark.usefixtures("settled_in")
async def test_what_is_said_in_lines_is_what_is_heard_and_the_end_of_the_input_hangs_the_phone_up(bench: Bench) -> None:
    with Terminal("--plain") as terminal:
        await look(terminal, "lab ", ": live", "DIRECT - profile not enforced")
        call = await bench.call("5550100")
        terminal.press("calls\n")
        await look(terminal, "calls: 1", "1. talk, support")
        terminal.press("go 1\n")
        await look(terminal, "chosen: talk")
        terminal.press("listen\n")
        await look(terminal, "SILENT confirmed: agent hears you NO, customer NO")
        await bench.hear(parties(call, Mode.SILENT))
        terminal.press("whisper\n")
        await look(terminal, "WHISPER confirmed: agent hears you YES, customer NO")
        await bench.hear(parties(call, Mode.WHISPER))
        terminal.press("barge\nyes\n")  # as out of a paste
        await look(terminal, "keys came together, as in a paste: nothing was started")
        await bench.hear(parties(call, Mode.WHISPER))
        leg = next(m["Uniqueid"] for m in bench.witness.seen("Newchannel") if m["Uniqueid"].startswith("wt-"))
        terminal.press("\x04")
        ended = time.time()
        gone = await bench.witness.sees(is_gone(leg), 7.0)
        assert gone.at - ended <= 2.0
        await bench.phones.wait(SUPERVISOR.leg, "gone")
        await bench.hear({call.customer: {call.agent}, call.agent: {call.customer}})
        assert await asyncio.to_thread(terminal.ends) == 0
