"""What a policy says of calls by their channel variables, held while they live."""

from __future__ import annotations

import pytest

from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import INSTALLATION, PBX, Desk, at_a_desk
from whisper_tui.ami import actions as do
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.audit.records import Kind, Who
from whisper_tui.engine.backend import Person, Phase
from whisper_tui.engine.gate import facts_of_target
from whisper_tui.engine.line import RECONCILE, REREAD_AT_MOST
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.engine.target import Target, read_target
from whisper_tui.engine.views import Sight, facts_of
from whisper_tui.permissions.decide import grants_of
from whisper_tui.permissions.policy import Attributes, Policy, Profile, Scope, VariableEntry
from whisper_tui.supervision.intents import Done, Listen, Refused, Whisper
from whisper_tui.terms import Pbx, Right, Subject, Uniqueid

RIGHTS = frozenset({Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE})
SPRING = Scope(campaign=("spring",))


def law(scope: Scope | None = None, deny: Scope | None = None, **variables: str) -> Policy:
    """`variables`: what the value of each stands for."""
    profile = Profile("leads", RIGHTS, os_users=frozenset({"ana"}), scope=scope or Scope(), deny=deny or Scope())
    entries = tuple(VariableEntry(name, means) for name, means in variables.items())
    return Policy((profile,), "digest", attributes=Attributes(variable=entries))


BY_CAMPAIGN = law(SPRING, CAMPAIGN="campaign")


def has(desk: Desk, channel: Uniqueid, **held: str) -> None:
    """The dialplan sets variables of a channel; nobody is told."""
    desk.pbx.chans[channel].variables.update(held)


async def next_lists(desk: Desk) -> None:
    await desk.clock.wind(RECONCILE)


async def test_a_scope_by_a_variable_lets_matching_calls_be_seen_and_no_others() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        calls = [await desk.call(n=n, agent=f"100{n}") for n in (1, 2, 3)]
        for call, campaign in zip(calls, ("spring", "autumn", ""), strict=True):
            has(desk, call.uniqueid, CAMPAIGN=campaign)
        await next_lists(desk)
        assert set(desk.seat.view().calls) == {calls[0]}
        assert await desk.ask(Listen(calls[0])) == Done()
        for call in calls[1:]:
            answer = await desk.ask(Listen(call))
            assert isinstance(answer, Refused)
            assert answer.why.code == "denied.no-such-call"


async def test_both_ends_must_be_in_the_scope_where_they_say_different_things() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        call = await desk.call()
        customer, agent = call.uniqueid, desk.pbx.agent_of(call.uniqueid)
        for of_customer, of_agent, seen in (
            ("spring", "", True),
            ("", "spring", True),
            ("spring", "spring", True),
            ("spring", "autumn", False),
            ("autumn", "spring", False),
        ):
            has(desk, customer, CAMPAIGN=of_customer)
            has(desk, agent, CAMPAIGN=of_agent)
            await next_lists(desk)
            assert (call in desk.seat.view().calls) is seen, (of_customer, of_agent)


async def test_what_the_pbx_says_at_that_moment_decides_and_not_what_the_lists_said() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        call = await desk.call()
        has(desk, call.uniqueid, CAMPAIGN="spring")
        await next_lists(desk)
        assert desk.seat.why_not(Listen(call)) is None
        has(desk, call.uniqueid, CAMPAIGN="autumn")
        answer = await desk.ask(Listen(call))
        assert isinstance(answer, Refused)
        assert answer.why.code == "denied.no-such-call"
        assert not any(isinstance(each, do.OriginateSpy) for each in desk.pbx.sent)


@pytest.mark.parametrize("whose", ["customer", "agent"])
@pytest.mark.parametrize(
    ("policy", "before", "after", "rule"),
    [
        (BY_CAMPAIGN, "spring", "autumn", "out-of-scope"),
        (BY_CAMPAIGN, "spring", "", "out-of-scope"),
        (law(deny=Scope(team=("legal",)), CAMPAIGN="team"), "sales", "legal", "denied-scope"),
        (law(deny=Scope(tags=("works-council",)), CAMPAIGN="tags"), "", "hr, works-council", "denied-scope"),
        (law(CAMPAIGN="tags"), "hr", "hr,PCI", "curtain"),
    ],
)
async def test_a_variable_that_changes_to_what_is_denied_ends_a_live_session(
    policy: Policy, before: str, after: str, rule: str, whose: str
) -> None:
    async with at_a_desk(law=policy) as desk:
        call = await desk.call()
        channel = call.uniqueid if whose == "customer" else desk.pbx.agent_of(call.uniqueid)
        has(desk, channel, CAMPAIGN=before)
        await next_lists(desk)
        await desk.ask(Listen(call))
        await desk.ask(Whisper(call))
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}
        has(desk, channel, CAMPAIGN=after)
        await next_lists(desk)
        assert desk.pbx.hears_supervisor() == {}
        assert desk.strip.phase is Phase.IDLE
        assert [row.cause for row in desk.paper.of(Kind.LEFT)] == [f"denied.{rule}"]


async def test_a_variable_that_changes_to_something_else_that_is_allowed_ends_nothing() -> None:
    async with at_a_desk(law=law(Scope(campaign=("spring*",)), CAMPAIGN="campaign")) as desk:
        call = await desk.call()
        for campaign in ("spring", "spring-2", "spring-3"):
            has(desk, call.uniqueid, CAMPAIGN=campaign)
            await next_lists(desk)
            if desk.strip.phase is not Phase.ON:
                await desk.ask(Listen(call))
        assert desk.strip.phase is Phase.ON


@pytest.mark.parametrize(
    "value",
    [
        "x" * 5000,
        "spring\r\nVariable: TEAM=red",
        "\x1b]0;spring\x07",
        "[bold]spring",
        "${CAMPAIGN}",
        "s\u0301pring",
        "*",
    ],
)
async def test_a_hostile_value_is_in_no_scope_that_it_does_not_name(value: str) -> None:
    async with at_a_desk(law=law(Scope(campaign=("spring", "none")), CAMPAIGN="campaign", TEAM="team")) as desk:
        call = await desk.call()
        has(desk, call.uniqueid, CAMPAIGN=value)
        await next_lists(desk)
        kept = facts_of(desk.engine.lines[PBX], desk.engine.lines[PBX].floor.calls[call.uniqueid]).variables
        assert (call in desk.seat.view().calls) is (kept == ()), "a value that is nothing is none"


async def test_a_decision_is_about_one_call_and_has_its_variables() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        call = await desk.call()
        has(desk, call.uniqueid, CAMPAIGN="spring")
        has(desk, desk.pbx.agent_of(call.uniqueid), CAMPAIGN="autumn")
        line = desk.engine.lines[PBX]
        target = await read_target(line, call.uniqueid)
        assert isinstance(target, Target)
        both = (("CAMPAIGN", "autumn"), ("CAMPAIGN", "spring"))
        for facts in (facts_of(line, line.floor.calls[call.uniqueid]), facts_of_target(line, target)):
            assert (facts.key, facts.variables) == (call, both)


def gets(desk: Desk, policy: Policy) -> None:
    """The policy is read anew."""
    desk.seat._sight.grants = grants_of(Subject("ana", 1000), policy)
    desk.engine.watch_variables()


def colleague(desk: Desk, policy: Policy) -> Seat:
    """Somebody else at the same engine."""
    sight = Sight(grants_of(Subject("ana", 1000), policy), desk.clock, INSTALLATION)
    rules, person = PhoneRules("PJSIP/2002", INSTALLATION), Person("ana", "leads", "PJSIP/2002", enforced=False)
    return Seat(desk.engine.lines, desk.engine.book, sight, desk.clock, rules, person, Who("ana", 1000))


async def test_what_any_policy_looks_at_is_read_for_as_long_as_one_does() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        line = desk.engine.lines[PBX]
        other = desk.engine.seat(colleague(desk, law(TEAM="team")))
        assert line.floor.watched == {"CAMPAIGN", "TEAM"}
        gets(desk, law())
        assert line.floor.watched == {"TEAM"}
        desk.engine.seats.remove(other)
        desk.engine.watch_variables()
        assert line.floor.watched == frozenset()


async def test_a_policy_that_cannot_be_held_lets_nobody_in() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        with pytest.raises(UnsafeAction):
            desk.engine.seat(colleague(desk, law(**{"SHELL(id)": "team"})))
        assert desk.engine.seats == [desk.seat]
        assert desk.engine.lines[PBX].floor.watched == {"CAMPAIGN"}


async def test_a_policy_that_is_read_anew_is_held_by_variables_that_nobody_looked_at_before() -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        has(desk, call.uniqueid, CAMPAIGN="autumn")
        await desk.ask(Listen(call))
        gets(desk, BY_CAMPAIGN)
        await desk.clock.wind(REREAD_AT_MOST)
        assert desk.strip.phase is Phase.IDLE
        assert call not in desk.seat.view().calls


async def test_a_pbx_that_is_added_later_is_asked_for_the_same() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        assert desk.engine.connect(Pbx("other"), FakePbx().plug).floor.watched == {"CAMPAIGN"}
        del desk.engine.lines[Pbx("other")]
