"""What a policy says of calls by their channel variables, held while they live."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import EVERYTHING, PBX, Desk, at_a_desk
from whisper_tui.ami import actions as do
from whisper_tui.ami.actions import Action, Reply
from whisper_tui.ami.events import ChannelNew, QueueJoined
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.gate import facts_of_target
from whisper_tui.engine.line import LISTS, READ_AT_ONCE, RECONCILE, REREAD_AT_MOST
from whisper_tui.engine.target import Target, read_target
from whisper_tui.engine.views import facts_of
from whisper_tui.permissions.policy import Attributes, Policy, Profile, Scope, VariableEntry
from whisper_tui.supervision.intents import Done, Listen, Refused, Whisper
from whisper_tui.terms import CallState, Pbx, Right, Uniqueid

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


async def gets(desk: Desk, policy: Policy) -> None:
    """The policy is read anew."""
    desk.law.becomes(policy)
    await desk.clock.wind(1.0)


async def test_what_the_policy_looks_at_is_read_for_as_long_as_it_does() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        line = desk.engine.lines[PBX]
        assert line.floor.watched == {"CAMPAIGN"}
        await gets(desk, law(TEAM="team"))
        assert line.floor.watched == {"TEAM"}
        await gets(desk, law())
        assert line.floor.watched == frozenset()


async def test_a_policy_that_is_read_anew_is_held_by_variables_that_nobody_looked_at_before() -> None:
    async with at_a_desk(law=law()) as desk:
        call = await desk.call()
        has(desk, call.uniqueid, CAMPAIGN="autumn")
        await desk.ask(Listen(call))
        await gets(desk, BY_CAMPAIGN)
        await desk.clock.wind(REREAD_AT_MOST)
        assert desk.strip.phase is Phase.IDLE
        assert call not in desk.seat.view().calls


async def test_a_pbx_that_is_added_later_is_asked_for_the_same() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        assert desk.engine.connect(Pbx("other"), FakePbx().plug).floor.watched == {"CAMPAIGN"}
        del desk.engine.lines[Pbx("other")]


# --- between two lists


def asked_of(pbx: FakePbx) -> list[Uniqueid]:
    """The channels whose Status was asked for one by one."""
    return [each.channel for each in pbx.sent if isinstance(each, do.Status) and each.channel is not None]


async def test_a_call_appears_as_soon_as_its_variable_was_read() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        customer = desk.pbx.join(CAMPAIGN="spring")
        await settle()
        assert desk.seat.view().calls[desk.key(customer)].state is CallState.WAITING
        phone = desk.pbx.connect_to(customer, CAMPAIGN="spring")
        await settle()
        assert desk.seat.view().calls[desk.key(customer)].state is CallState.TALKING
        assert asked_of(desk.pbx) == [customer, customer, phone]
        desk.pbx.move(customer, "1002", 2)
        await settle()
        assert asked_of(desk.pbx)[3:] == [customer, "pbx-2.2"]
        desk.pbx.hang_up_call(customer)
        await settle()
        assert len(asked_of(desk.pbx)) == 5


async def test_what_is_denied_is_not_shown_before_it_was_read_nor_after() -> None:
    async with at_a_desk(pbx := Slow(), law=law(deny=Scope(campaign=("vip",)), CAMPAIGN="campaign")) as desk:
        vip, other = pbx.join(CAMPAIGN="vip"), pbx.join(n=2)
        pbx.connect_to(other, n=2)
        await settle()
        assert desk.seat.view().calls == {}
        for uniqueid in (vip, other):
            answer = await desk.ask(Listen(desk.key(uniqueid)))
            assert isinstance(answer, Refused)
            assert answer.why.code == "denied.no-such-call"
        await pbx.go_on()
        assert set(desk.seat.view().calls) == {desk.key(other)}
        assert not any(desk.key(vip) in change.calls for change in desk.changes)


async def test_an_agents_variable_ends_a_session_as_soon_as_the_call_has_that_agent() -> None:
    async with at_a_desk(law=law(deny=Scope(tags=("works-council",)), TAGS="tags")) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx.chans[call.uniqueid].variables["TAGS"] = "works-council"
        desk.pbx.move(call.uniqueid, "1002", 2)
        await settle(60)
        assert desk.strip.phase is Phase.IDLE
        assert not desk.seat.view().calls


async def test_tags_in_a_variable_draw_the_curtain_as_soon_as_the_call_is_there() -> None:
    async with at_a_desk(tags_variable="CALL_TAGS") as desk:
        customer = desk.pbx.join(CALL_TAGS="pci")
        await settle()
        assert desk.engine.lines[PBX].floor.calls[customer].tags == {"pci"}


async def test_where_nothing_is_watched_nothing_more_is_asked() -> None:
    sent = []
    for policy in (EVERYTHING, law(), BY_CAMPAIGN):
        async with at_a_desk(law=policy) as desk:
            call = await desk.call()
            desk.pbx.move(call.uniqueid, "1002", 2)
            await settle()
            other = await desk.call(agent="1003", n=3)
            desk.pbx.hang_up_call(other.uniqueid)
            await next_lists(desk)
            sent.append(desk.pbx.sent)
    assert sent[0] == sent[1] == [*LISTS] * 2
    assert sent[2] != sent[0]


@dataclass
class Slow(FakePbx):
    """Answers to Status of one channel take until `go_on`."""

    waiting: dict[Uniqueid, asyncio.Future[None]] = field(default_factory=dict)

    async def send(self, action: Action) -> Reply:
        if isinstance(action, do.Status) and action.channel is not None:
            do.encode(action)
            self.waiting[action.channel] = asyncio.get_running_loop().create_future()
            await self.waiting[action.channel]
        return await super().send(action)

    async def go_on(self) -> int:
        """Answer whatever is being asked; returns how many that were."""
        answered, self.waiting = self.waiting, {}
        for each in answered.values():
            each.set_result(None)
        await settle()
        return len(answered)


async def test_a_flood_of_calls_is_read_a_few_at_a_time_and_those_that_are_gone_are_not_asked_for() -> None:
    async with at_a_desk(pbx := Slow(), law=BY_CAMPAIGN) as desk:
        callers = [pbx.join(n=n, CAMPAIGN="spring") for n in range(1, 41)]
        await settle()
        gone = [each for each in callers if each not in pbx.waiting][:20]
        for each in gone:
            pbx.hangs_up(each)
        await settle()
        most = 0
        while pbx.waiting:
            most = max(most, await pbx.go_on())
        assert most == READ_AT_ONCE
        assert sorted(asked_of(pbx)) == sorted(set(callers).difference(gone))
        assert {key.uniqueid for key in desk.seat.view().calls} == set(callers).difference(gone)


async def test_what_the_lists_have_told_meanwhile_is_not_asked_for() -> None:
    async with at_a_desk(pbx := Slow(), law=BY_CAMPAIGN) as desk:
        for n in range(1, 41):
            pbx.join(n=n, CAMPAIGN="spring")
        await next_lists(desk)
        assert len(desk.seat.view().calls) == 40
        assert await pbx.go_on() == READ_AT_ONCE
        assert not pbx.waiting


async def test_calls_that_a_link_finds_when_it_comes_up_are_read_by_the_lists_alone() -> None:
    async with at_a_desk(pbx := Slow(), law=BY_CAMPAIGN) as desk:
        calls = [await desk.call(agent=f"100{n}", n=n) for n in (1, 2, 3)]
        assert pbx.waiting
        pbx.drop()
        await pbx.go_on()
        for call in calls:
            has(desk, call.uniqueid, CAMPAIGN="spring")
        pbx.connect()
        await desk.clock.wind(REREAD_AT_MOST)
        assert set(desk.seat.view().calls) == set(calls)
        assert not pbx.waiting


async def test_a_call_that_comes_while_the_lists_are_taken_is_read_when_they_were() -> None:
    class Busy(FakePbx):
        async def send(self, action: Action) -> Reply:
            if isinstance(action, do.DeviceStateList) and len(self.sent) < len(LISTS):
                self.join(CAMPAIGN="spring")
            return await super().send(action)

    async with at_a_desk(pbx := Busy(), law=BY_CAMPAIGN) as desk:
        assert [each.name for each in pbx.sent] == [*(each.name for each in LISTS), "Status"]
        assert len(desk.seat.view().calls) == 1


async def test_nothing_is_left_to_run_when_the_engine_closes_in_the_middle_of_it() -> None:
    before = asyncio.all_tasks()
    async with at_a_desk(pbx := Slow(), law=BY_CAMPAIGN):
        for n in range(1, 9):
            pbx.join(n=n)
        await settle()
        assert len(pbx.waiting) == READ_AT_ONCE
    assert asyncio.all_tasks() == before


async def test_a_channel_that_no_asterisk_would_name_so_keeps_nobody_else_from_being_read() -> None:
    async with at_a_desk(law=BY_CAMPAIGN) as desk:
        odd = Uniqueid("/.*/")
        name = "PJSIP/trunk-000000aa"
        desk.pbx._event(ChannelNew(odd, odd, name, 4, "1", "", "from-trunk", "100"))
        desk.pbx._event(QueueJoined("support", odd, odd, name, "1", "", 1, 1))
        customer = desk.pbx.join(CAMPAIGN="spring")
        await settle()
        assert asked_of(desk.pbx) == [customer]
        assert desk.key(customer) in desk.seat.view().calls
