"""A view written to a file: allowed for every row of it, and in the log before."""

from __future__ import annotations

from tests.fakes.clock import settle
from tests.fakes.lines import LinePbx
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import PBX, Desk, at_a_desk, policy
from whisper_tui.audit.records import Kind
from whisper_tui.permissions.policy import Policy, Profile, Scope
from whisper_tui.supervision.intents import Done, Export, Refused
from whisper_tui.terms import CallKey, Right

MAY = policy(Right.FLOOR_VIEW, Right.FLOOR_EXPORT)
ANA = frozenset({"ana"})
BOTH = frozenset({Right.FLOOR_VIEW, Right.FLOOR_EXPORT})
HALF = Policy(
    (
        Profile("viewer", frozenset({Right.FLOOR_VIEW}), os_users=ANA),
        Profile("sales", BOTH, os_users=ANA, scope=Scope(queue=("sales",))),
    ),
    "digest",
)


def of(*calls: CallKey) -> Export:
    return Export("calls", "/tmp/calls.csv", len(calls), calls)


async def code(desk: Desk, intent: Export) -> str:
    answer = await desk.ask(intent)
    assert isinstance(answer, Refused)
    return answer.why.code


async def test_it_is_on_disk_before_any_file_may_be_written() -> None:
    async with at_a_desk(FakePbx(), law=MAY) as desk:
        call = await desk.call()
        assert isinstance(await desk.ask(of(call)), Done)
        (row,) = desk.paper.of(Kind.FLOOR_EXPORTED)
        assert row.who is not None
        assert (row.who.user, row.detail) == ("ana", "calls, rows: 1, to /tmp/calls.csv")
        desk.paper.full = True
        assert await code(desk, of(call)) == "log.unwritable"


async def test_who_may_not_export_is_refused_and_that_is_logged() -> None:
    async with at_a_desk(FakePbx(), law=policy(Right.FLOOR_VIEW)) as desk:
        call = await desk.call()
        assert await code(desk, of(call)) == "denied.no-right"
        assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == [("export", "no-right")]
        assert not desk.paper.of(Kind.FLOOR_EXPORTED)


async def test_what_is_seen_where_a_rule_denies_some_agent_may_be_exported() -> None:
    profile = Profile("leads", BOTH, os_users=ANA, deny=Scope(agent=("PJSIP/1009",)))
    async with at_a_desk(LinePbx(), law=Policy((profile,), "digest")) as desk:
        assert isinstance(desk.pbx, LinePbx)
        waiting = desk.key(desk.pbx.joins("support", 7))
        await settle()
        assert waiting in desk.seat.view().calls
        queues = Export("queues", "/tmp/q.csv", 1, queues=((PBX, "support"),))
        assert [await desk.ask(each) for each in (queues, of(waiting))] == [Done(), Done()]


async def test_every_row_has_to_be_in_the_scope_of_a_profile_that_grants_it() -> None:
    async with at_a_desk(FakePbx(), law=HALF) as desk:
        call = await desk.call()
        assert await code(desk, of(call)) == "export.some"
        assert [row.rule for row in desk.paper.of(Kind.DENIED)] == ["out-of-scope"]
        agents = Export("agents", "/tmp/a.csv", 1, agents=((PBX, "PJSIP/1001"),))
        assert await code(desk, agents) == "export.some"
        queues = Export("queues", "/tmp/q.csv", 1, queues=((PBX, "support"),))
        assert await code(desk, queues) == "export.some"
        assert isinstance(await desk.ask(of()), Done), "nothing but what is in its scope"
