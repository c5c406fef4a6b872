"""What a call belongs to, as the rows of a session say it: by the policy of when it was asked for."""

from __future__ import annotations

import pytest
from msgspec import structs
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.unit.engine.desk import EVERYTHING, Desk, at_a_desk
from whisper_tui.audit.records import Kind, Whom
from whisper_tui.permissions.policy import AgentEntry, Attributes, Policy, QueueEntry, VariableEntry
from whisper_tui.supervision.intents import Done, Leave, Listen, Whisper

SOMEWHERE = Attributes(
    queue=(QueueEntry("sup*", campaign="spring", department="care"), QueueEntry("support", campaign="autumn")),
    agent=(AgentEntry("PJSIP/1001", team="red", location="porto"),),
)
AT_HOME = Whom("PJSIP/1001", "Agent 1001", "support", "spring", "care", "red", "porto")


def law(attributes: Attributes) -> Policy:
    return replace(EVERYTHING, attributes=attributes)


def whoms(desk: Desk) -> set[Whom | None]:
    """Of every row that is about a session."""
    return {row.whom for row in desk.paper.rows if row.session}


async def test_every_row_of_a_session_says_what_the_call_belongs_to() -> None:
    async with at_a_desk(law=law(SOMEWHERE)) as desk:
        call = await desk.call()
        assert await desk.ask(Listen(call)) == Done()
        assert await desk.ask(Whisper(call)) == Done()
        await desk.ask(Leave())
        assert {Kind.REQUESTED, Kind.AIMED, Kind.MODE, Kind.LEFT} <= set(desk.paper.kinds())
        assert whoms(desk) == {AT_HOME}


async def test_what_the_policy_says_nothing_of_is_left_out() -> None:
    async with at_a_desk(law=law(SOMEWHERE)) as desk:
        await desk.ask(Listen(await desk.call("sales", "1002")))
        assert whoms(desk) == {Whom("PJSIP/1002", "Agent 1002", "sales")}


async def test_a_session_belongs_where_it_did_when_it_was_asked_for_and_the_next_one_where_it_does_then() -> None:
    async with at_a_desk(law=law(SOMEWHERE)) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.law.becomes(law(replace(SOMEWHERE, agent=(AgentEntry("*", team="blue"),))))
        await desk.clock.wind(60)
        await desk.ask(Leave())
        assert whoms(desk) == {AT_HOME}
        await desk.ask(Listen(call))
        moved = Whom("PJSIP/1001", "Agent 1001", "support", "spring", "care", "blue")
        assert desk.paper.of(Kind.REQUESTED)[-1].whom == moved


@pytest.mark.parametrize(("value", "said"), [("summer", "spring, summer"), ("spring", "spring"), ("", "spring")])
async def test_what_a_channel_variable_says_is_added(value: str, said: str) -> None:
    attributes = replace(SOMEWHERE, variable=(VariableEntry("CAMPAIGN", "campaign"),))
    async with at_a_desk(law=law(attributes)) as desk:
        call = await desk.call()
        desk.pbx.chans[call.uniqueid].variables["CAMPAIGN"] = value
        await desk.clock.wind(20)
        await settle()
        assert await desk.ask(Listen(call)) == Done()
        assert whoms(desk) == {structs.replace(AT_HOME, campaign=said)}
