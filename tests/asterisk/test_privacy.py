"""What agents and the dialplan can say against being heard, on a real Asterisk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import PBX, console_on
from tests.asterisk.kit import Bench
from whisper_tui.ami.events import AgentKeyPressed, DigitEnded, Event
from whisper_tui.engine.line import Line
from whisper_tui.terms import Uniqueid

pytestmark = pytest.mark.asterisk


async def test_a_call_has_the_tags_that_the_dialplan_gave_it(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, account="witness", tags_variable="WHISPER_TAGS") as console:
        call = await bench.call("5550190")
        key = await console.sees(call)
        assert console.floor.calls[key.uniqueid].tags == {"pci"}
        said = {"UserEvent": "WhisperTag", "Tag": "pci", "State": "off", "Uniqueid": call.customer.uniqueid}
        await bench.witness.ask("UserEvent", **said)
        await console.soon(lambda floor: not floor.calls[key.uniqueid].tags)
        console.engine.lines[PBX].look_again()
        await console.soon(lambda floor: floor.calls[key.uniqueid].tags == {"works-council"})


async def test_of_the_keys_of_an_agents_phone_only_the_agreed_one_is_told(bench: Bench, trail: Path) -> None:
    told: list[Event] = []
    async with console_on(bench.lab.ports.ami, trail) as console:
        line = console.engine.lines[PBX]
        heard = line._heard

        def listening(line: Line, event: Event) -> None:
            told.append(event)
            heard(line, event)

        line._heard = listening
        call = await bench.call("5550161")
        await console.sees(call)
        agent = Uniqueid(call.agent.uniqueid)
        line.wire.watch_key(agent, "9")
        last = bench.witness.expect(lambda m: (m.name, m["Digit"], m["Uniqueid"]) == ("DTMFEnd", "5", agent))
        await bench.phones.press(call.agent.leg, "4795")
        await last
        await console.soon(lambda _: AgentKeyPressed(agent) in told)
        line.wire.unwatch_key(agent)
    keys = [event for event in told if isinstance(event, AgentKeyPressed | DigitEnded)]
    assert set(keys) == {AgentKeyPressed(agent)}
    assert len(keys) <= 2, "typed fast, a key is told once more when its turn has come"
