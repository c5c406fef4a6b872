"""The lines of a call on the real Asterisk: a phone that reports nothing, and one that reports how badly it hears."""

from __future__ import annotations

import socket
import struct
from pathlib import Path

import pytest

from tests.asterisk.console import console_on
from tests.asterisk.kit import Bench, Call
from whisper_tui.engine.backend import FloorView
from whisper_tui.supervision.intents import Listen
from whisper_tui.supervision.quality import Fault, Quality

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]


def line(view: FloorView) -> Quality:
    return view.strip.agent_line


async def reports(bench: Bench, call: Call, *, lost: int, jitter: int) -> None:
    """The agent's phone says in a receiver report (RFC 3550) how it hears: packets that it has lost, jitter in samples."""

    async def said(variable: str) -> str:
        return (await bench.witness.ask("Getvar", Channel=call.agent.uniqueid, Variable=variable))["Value"]

    host, _, port = (await said("CHANNEL(rtp,src)")).rpartition(":")
    ours = dict(part.split("=") for part in (await said("CHANNEL(rtcp,all)")).split(";"))["ssrc"]
    block = struct.pack("!IIIIII", int(ours), lost, 1000, jitter, 0, 0)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as phone:
        phone.sendto(struct.pack("!BBHI", 0x81, 201, 7, 4711) + block, (host, int(port) + 1))


async def test_what_a_phone_does_not_report_is_not_told_and_a_line_that_loses_much_is_said_to_be_bad(
    bench: Bench, trail: Path, note: list[str]
) -> None:
    async with console_on(bench.lab.ports.ami, trail) as console:
        call = await bench.call("5550161")
        await console.does(Listen(await console.sees(call)))
        await console.until(lambda view: line(view).told and view.strip.own_line.told)
        quiet = line(console.seat.view())
        assert (quiet.reported, quiet.round_trip, quiet.faults) == (False, None, ())
        assert quiet.loss == 0.0
        await reports(bench, call, lost=60, jitter=400)
        await console.until(lambda view: line(view).reported, limit=10)
        told = line(console.seat.view())
        assert Fault.LOSS in told.faults
        if bench.lab.version[0] >= 22:
            assert Fault.JITTER in told.faults, "50 ms"
            assert Fault.MES in told.faults
        else:
            assert told.mes is None, "16 has none"
        await console.soon(lambda _: "quality.bad" in [each.code for each in console.told])
        note.append(f"line, Asterisk {bench.lab.version_text}: {quiet} and then {told}")
