"""What other systems know of a call, on the real Asterisk: told by its dialplan, by another program, and held in a variable."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.asterisk.console import Console, console_on
from tests.asterisk.kit import Bench
from whisper_tui.engine.facts import FactRule, FactRules
from whisper_tui.floor.model import Heeds
from whisper_tui.terms import CallKey

pytestmark = [pytest.mark.asterisk, pytest.mark.on_asterisk("22", "16")]

RULES = FactRules(
    [
        FactRule("crm", "customer", "crmfact", "account", private=False),
        FactRule("tier", "tier", variable="CRM_TIER", private=False),
        FactRule("mood", "mood", "speechfact", "mood", alarm=("=", ""), private=False),
    ]
)
HEEDS = Heeds(fact_events=RULES.events(), fact_variables=RULES.variables())


def facts(console: Console, key: CallKey) -> dict[str, str]:
    return {fact.name: fact.text for fact in console.seat.view().calls[key].facts}


async def test_the_dialplan_tells_before_the_call_and_another_program_in_its_middle(bench: Bench, trail: Path) -> None:
    async with console_on(bench.lab.ports.ami, trail, account="full", heeds=HEEDS, facts=RULES) as console:
        call = await bench.call("5550195")
        key = await console.sees(call)
        await console.until(lambda _view: facts(console, key) == {"crm": "A-17 & co", "tier": "gold"})
        linked = (await bench.witness.rows("Status", Channel=call.customer.uniqueid))[0]["Linkedid"]
        await bench.witness.ask("UserEvent", UserEvent="SpeechFact", Linkedid=linked, Mood="angry")
        await console.until(lambda _view: facts(console, key).get("mood") == "angry")
        assert [fact.alarm for fact in console.seat.view().calls[key].facts] == [False, False, True]


async def test_a_console_that_comes_later_reads_the_variable(bench: Bench, trail: Path) -> None:
    call = await bench.call("5550195")
    async with console_on(bench.lab.ports.ami, trail, heeds=HEEDS, facts=RULES) as console:
        key = await console.sees(call)
        await console.until(lambda _view: facts(console, key) == {"tier": "gold"})
