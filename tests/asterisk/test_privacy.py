"""What agents and the dialplan can say against being heard, on a real Asterisk."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import PBX, RIGHTS, console_on
from tests.asterisk.kit import Bench
from tests.fakes.law import Law
from whisper_tui.ami.events import AgentKeyPressed, DigitEnded, Event
from whisper_tui.engine import line
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.line import Line
from whisper_tui.permissions.policy import Attributes, Policy, Profile, Scope, VariableEntry
from whisper_tui.supervision.intents import Listen
from whisper_tui.terms import Uniqueid

pytestmark = pytest.mark.asterisk


async def test_a_call_has_the_tags_that_the_dialplan_gave_it(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, account="witness", tags_variable="WHISPER_TAGS") as console:
        call = await bench.call("5550190")
        key = await console.sees(call)
        await console.soon(lambda floor: floor.calls[key.uniqueid].tags == {"pci", "works-council"})
        said = {"UserEvent": "WhisperTag", "Tag": "pci", "State": "off", "Uniqueid": call.customer.uniqueid}
        await bench.witness.ask("UserEvent", **said)
        await console.soon(lambda floor: floor.calls[key.uniqueid].tags == {"works-council"})


async def test_what_the_dialplan_says_of_a_calls_campaign_decides_who_sees_it_at_once(
    bench: Bench, trail: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "RECONCILE", 1e6)  # no list tells of a new call
    spring, campaign = Scope(campaign=("spring",)), Attributes(variable=(VariableEntry("CAMPAIGN", "campaign"),))
    law = Law(Policy((Profile("leads", RIGHTS, os_users=frozenset({"ana"}), scope=spring),), "", attributes=campaign))
    async with console_on(bench.lab.ports.ami, trail, law=law) as console:
        other = await bench.call("5550193")
        call = await bench.call("5550192")
        key = await console.sees(call)
        await console.soon(lambda floor: floor.channels[Uniqueid(call.agent.uniqueid)].variables != ())
        assert set(console.seat.view().calls) == {key}
        assert console.floor.channels[Uniqueid(other.customer.uniqueid)].variables == (("CAMPAIGN", "autumn"),)
        assert console.floor.calls[key.uniqueid].talk_known
        await console.does(Listen(key))
        moved = {"Channel": call.customer.uniqueid, "Variable": "CAMPAIGN", "Value": "autumn"}
        await bench.witness.ask("Setvar", **moved)
        console.engine.lines[PBX].look_again()
        await console.until(lambda view: view.strip.phase is Phase.IDLE and not view.calls)
        assert [notice.code for notice in console.told] == ["denied.out-of-scope"]


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
