"""Callers who wait are moved, raised and withdrawn, and calls hung up: under the profile, on disk before it, and confirmed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.clock import settle
from tests.fakes.lines import LinePbx
from tests.unit.engine.desk import PBX, Desk, at_a_desk, policy
from tests.unit.engine.test_turning import slow_disk
from whisper_tui.ami.actions import Action, Hangup, Outcome, Redirect, Reply, Status
from whisper_tui.ami.queue_actions import QueueChangePriorityCaller, QueueWithdrawCaller
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.parties import Entries
from whisper_tui.permissions.policy import Policy, Scope
from whisper_tui.supervision.acts import CallerAct, HangUp, MoveCaller, Raise, Withdraw
from whisper_tui.supervision.intents import Done, Listen, Refused, TakeOver, Underway
from whisper_tui.terms import CallKey, Notice, Right, Uniqueid

RIGHTS = (Right.FLOOR_VIEW, Right.CALLER_MOVE, Right.HANGUP)
LAW = policy(*RIGHTS)
ENTRIES = Entries(queues={"sales": "internal,610", "support": "internal,600"})
HEARS = policy(*RIGHTS, Right.LISTEN, Right.TAKEOVER)


def key(n: int) -> CallKey:
    return CallKey(PBX, Uniqueid(f"pbx-1.{n}"))


FIRST, SECOND, THIRD = key(1), key(2), key(3)


def a_pbx(**manners: bool) -> LinePbx:
    return LinePbx(routes={"610": "sales"}, extensions={"610", "600"}, **manners)


@asynccontextmanager
async def a_line(law: Policy = LAW, pbx: LinePbx | None = None, entries: Entries = ENTRIES) -> AsyncIterator[Desk]:
    """Three wait in support, in the order in which they came."""
    pbx = pbx or a_pbx()
    async with at_a_desk(pbx, law=law, entries=entries) as desk:
        for n in (1, 2, 3):
            pbx.joins("support", n)
        await settle()
        yield desk


def sent(desk: Desk) -> list[Action]:
    return [
        each
        for each in desk.pbx.sent
        if isinstance(each, Redirect | Hangup | QueueChangePriorityCaller | QueueWithdrawCaller)
    ]


def line(desk: Desk, queue: str = "support") -> list[tuple[CallKey, int | None]]:
    rows = [row for row in desk.seat.view().calls.values() if row.queue == queue and row.position is not None]
    return [(row.key, row.priority) for row in sorted(rows, key=lambda row: row.position or 0)]


async def why(desk: Desk, intent: CallerAct) -> str:
    answer = await desk.ask(intent)
    assert isinstance(answer, Refused)
    return answer.why.code


def logged(desk: Desk) -> list[tuple[str, str, str, str]]:
    rows = desk.paper.of(Kind.ACTED)
    return [(row.deed, row.call.customer if row.call else "", row.detail, row.cause) for row in rows]


def told(desk: Desk) -> list[str]:
    return [notice.code for notice in desk.told]


async def test_a_caller_is_sent_to_where_the_settings_say_the_other_queue_is() -> None:
    async with a_line() as desk:
        written: list[int] = []
        desk.pbx.before = lambda action: written.append(len(desk.paper.of(Kind.ACTED)))
        assert await desk.ask(MoveCaller(SECOND, "sales")) == Done()
        assert sent(desk) == [Redirect(SECOND.uniqueid, "internal", "610")]
        assert written == [0, 0, 1], (
            "the dialplan and the channel are looked at first, and the log has it before it is sent"
        )
        assert [call for call, _ in line(desk)] == [FIRST, THIRD]
        assert [call for call, _ in line(desk, "sales")] == [SECOND]
        assert logged(desk) == [("move-caller", "pbx-1.2", "to sales by internal,610", "")]
        assert desk.paper.of(Kind.ACTED)[0].call.caller == "5550142"  # type: ignore[union-attr]


async def test_without_a_way_in_the_settings_or_in_the_dialplan_nobody_is_moved() -> None:
    async with a_line(entries=Entries()) as desk:
        assert await why(desk, MoveCaller(FIRST, "sales")) == "handback.no_entry"
    async with a_line(entries=Entries(queues={"sales": "internal,9999"})) as desk:
        assert await why(desk, MoveCaller(FIRST, "sales")) == "caller.no_extension"
        assert sent(desk) == []
        assert logged(desk) == []


async def test_a_caller_who_is_sent_on_and_not_in_the_other_queue_yet_is_not_said_to_be_there() -> None:
    async with a_line(pbx=LinePbx(extensions={"610"})) as desk:
        asking = asyncio.create_task(desk.seat.ask(MoveCaller(FIRST, "sales")))
        await desk.clock.wind(4)
        answer = await asking
        assert isinstance(answer, Underway)
        assert [answer.what.code] == told(desk) == ["caller.on_the_way"]


class PromptPbx(LinePbx):
    """Whoever is sent on is answered there before anybody can look."""

    def _answer(self, action: Action) -> Reply:
        reply = super()._answer(action)
        if isinstance(action, Redirect):
            self.connect_to(action.channel, n=1)
        return reply


async def test_a_caller_who_is_answered_at_once_in_the_other_queue_is_there() -> None:
    async with a_line(pbx=PromptPbx(routes={"610": "sales"}, extensions={"610"})) as desk:
        asking = asyncio.create_task(desk.seat.ask(MoveCaller(FIRST, "sales")))
        await desk.clock.wind(4)
        assert await asking == Done()
        assert told(desk) == []


async def test_a_move_takes_the_right_in_both_queues() -> None:
    for law in (policy(*RIGHTS, queues=("support",)), policy(*RIGHTS, deny=Scope(queue=("sales",)))):
        async with a_line(law) as desk:
            assert await why(desk, MoveCaller(FIRST, "sales")) == "denied.no-such-queue"
            assert sent(desk) == []
            assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == [("move-caller", "no-such-queue")]


async def test_a_rule_about_agents_does_not_keep_from_a_caller_whom_none_has_been_rung_for() -> None:
    async with a_line(policy(*RIGHTS, deny=Scope(agent=("PJSIP/1009",)))) as desk:
        assert await desk.ask(MoveCaller(FIRST, "sales")) == Done()


async def test_a_caller_who_is_raised_is_seen_at_the_new_place_with_the_new_priority() -> None:
    async with a_line() as desk:
        how = desk.seat.why_not(Raise(THIRD))
        assert how is not None
        assert (how.code, how.values["first"], how.values["ahead"]) == ("raise.how", "1", "2")
        assert await desk.ask(Raise(THIRD, 1)) == Done()
        assert sent(desk) == [QueueChangePriorityCaller("support", "PJSIP/trunk-00000003", 1)]
        assert line(desk) == [(THIRD, 1), (FIRST, 0), (SECOND, 0)]
        assert told(desk) == ["raise.done"]
        assert await why(desk, Raise(THIRD, 1)) == "raise.not_higher"


async def test_where_asterisk_moves_nobody_who_waits_it_is_said() -> None:
    async with a_line(pbx=a_pbx(moves=False)) as desk:
        assert await desk.ask(Raise(THIRD, 5)) == Done()
        assert line(desk) == [(FIRST, 0), (SECOND, 0), (THIRD, 5)]
        assert told(desk) == ["raise.stays"]


async def test_a_priority_that_no_event_told_is_read_before_it_is_raised() -> None:
    async with a_line() as desk:
        assert isinstance(desk.pbx, LinePbx)
        desk.pbx.priorities[SECOND.uniqueid] = 7
        assert await why(desk, Raise(SECOND, 3)) == "raise.not_higher"
        assert sent(desk) == []
        desk.pbx.priorities[SECOND.uniqueid] = 8
        assert await desk.ask(Raise(SECOND, 9)) == Done()
        assert logged(desk) == [("raise", "pbx-1.2", "priority 9, was 8", "")]


@pytest.mark.parametrize("intent", [MoveCaller(FIRST, "sales"), Raise(FIRST, 3), Withdraw(FIRST), HangUp(FIRST)])
async def test_who_is_answered_while_the_pbx_is_asked_is_left_alone_and_nothing_is_written(intent: CallerAct) -> None:
    async with a_line() as desk:

        def answers(action: Action) -> None:
            if isinstance(action, Status):
                desk.pbx.before = lambda _action: None
                desk.pbx.connect_to(FIRST.uniqueid, n=1)

        desk.pbx.before = answers
        assert await why(desk, intent) in ("caller.elsewhere", "call.changed")
        assert (sent(desk), logged(desk)) == ([], [])


async def test_a_raise_that_the_list_does_not_show_is_unknown() -> None:
    async with a_line() as desk:
        desk.pbx.refusals["QueueChangePriorityCaller"] = Reply(Outcome.DONE)
        assert await why(desk, Raise(SECOND, 3)) == "raise.unknown"
        assert logged(desk)[-1][3] == "raise.unknown"


async def test_a_caller_is_withdrawn_where_asterisk_can_do_it() -> None:
    async with a_line() as desk:
        assert await desk.ask(Withdraw(FIRST)) == Done()
        assert sent(desk) == [QueueWithdrawCaller("support", "PJSIP/trunk-00000001", "whisper-tui")]
        assert [call for call, _ in line(desk)] == [SECOND, THIRD]
    pbx = a_pbx()
    pbx.allowed = frozenset({"Hangup"})
    async with at_a_desk(pbx, law=LAW) as desk:
        pbx.joins("support", 1)
        await settle()
        pbx.allowed = frozenset()
        assert await why(desk, Withdraw(FIRST)) == "withdraw.cannot"
        assert sent(desk) == []


async def test_a_withdrawal_that_has_to_wait_for_a_phone_is_said_and_logged() -> None:
    async with a_line(pbx=a_pbx(withdraws=False)) as desk:
        asking = asyncio.create_task(desk.seat.ask(Withdraw(FIRST)))
        await desk.clock.wind(6)
        assert await asking == Underway(Notice("withdraw.pending", {"queue": "support"}))
        assert told(desk) == ["withdraw.pending"]
        assert [each[3] for each in logged(desk)] == ["", "withdraw.pending"]


@pytest.mark.parametrize("intent", [MoveCaller(FIRST, "sales"), Raise(FIRST, 3), Withdraw(FIRST), HangUp(FIRST)])
async def test_without_the_right_nothing_is_sent_and_the_attempt_is_logged(intent: CallerAct) -> None:
    async with a_line(policy(Right.FLOOR_VIEW)) as desk:
        assert await why(desk, intent) == "denied.no-right"
        assert sent(desk) == []
        assert [row.call and row.call.customer for row in desk.paper.of(Kind.DENIED)] == [FIRST.uniqueid]


@pytest.mark.parametrize("intent", [MoveCaller(FIRST, "sales"), Raise(FIRST, 3), Withdraw(FIRST), HangUp(FIRST)])
async def test_who_is_answered_while_the_row_is_written_is_left_alone(intent: CallerAct) -> None:
    async with a_line() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(intent))
        await settle()
        desk.pbx.connect_to(FIRST.uniqueid, n=1)
        await settle()
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code in ("caller.elsewhere", "call.changed")
        assert sent(desk) == []


@pytest.mark.parametrize("intent", [MoveCaller(FIRST, "sales"), Raise(FIRST, 3), Withdraw(FIRST), HangUp(FIRST)])
async def test_a_policy_that_turns_while_the_row_is_written_lets_nothing_go_out(intent: CallerAct) -> None:
    async with a_line() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(intent))
        await settle()
        desk.law.becomes(policy(Right.FLOOR_VIEW))
        await desk.engine.law.look()
        await desk.engine.law.look()
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.denied
        assert sent(desk) == []
        assert logged(desk)[-1][3] == "denied.no-right"


@pytest.mark.parametrize(
    ("intent", "count"), [(MoveCaller(FIRST, "sales"), 1), (Withdraw(FIRST), 1), (HangUp(FIRST), 2)]
)
async def test_until_it_is_told_what_came_of_the_first_nothing_else_is_done_to_a_caller_but_hanging_up(
    intent: CallerAct, count: int
) -> None:
    async with a_line() as desk:
        well = slow_disk(desk)
        first = asyncio.create_task(desk.seat.ask(MoveCaller(FIRST, "sales")))
        await settle()
        second = asyncio.create_task(desk.seat.ask(intent))
        await settle()
        well()
        await first
        answer = await second
        assert len(sent(desk)) <= count
        assert isinstance(answer, Refused) == (count == 1)
        if isinstance(answer, Refused):
            assert answer.why.code == "busy.asking"
        assert line(desk, "sales") == ([(FIRST, None)] if count == 1 else [])


@pytest.mark.parametrize("intent", [MoveCaller(FIRST, "sales"), Raise(FIRST, 3), Withdraw(FIRST), HangUp(FIRST)])
async def test_what_is_not_on_disk_is_not_done(intent: CallerAct) -> None:
    async with a_line() as desk:
        desk.paper.full = True
        assert await why(desk, intent) == "log.unwritable"
        assert sent(desk) == []
        desk.paper.full = False


async def test_what_the_pbx_says_of_another_channel_is_believed_before_the_floor() -> None:
    async with a_line() as desk:
        desk.pbx.chans[FIRST.uniqueid].data = "sales,tT"
        assert await why(desk, Withdraw(FIRST)) == "caller.elsewhere"
        desk.pbx.chans[SECOND.uniqueid].name = "PJSIP/trunk-000000ff"
        assert await why(desk, HangUp(SECOND)) == "call.changed"
        assert sent(desk) == []


async def test_a_call_is_hung_up_by_its_customer_and_a_session_on_it_goes_quiet() -> None:
    async with a_line(HEARS) as desk:
        desk.pbx.connect_to(FIRST.uniqueid, n=1)
        await settle()
        assert await desk.ask(Listen(FIRST)) == Done()
        asking = asyncio.create_task(desk.seat.ask(HangUp(FIRST)))
        await desk.clock.wind(1)
        assert await asking == Done()
        assert sent(desk) == [Hangup(FIRST.uniqueid)]
        assert FIRST not in desk.seat.view().calls
        assert desk.strip.phase is Phase.IDLE, "the leg stays up and hears nothing"
        (row,) = desk.paper.of(Kind.ACTED)
        assert (row.deed, row.whom and row.whom.agent) == ("hangup", "PJSIP/1001")


async def test_a_caller_who_waits_can_be_hung_up_too() -> None:
    async with a_line() as desk:
        assert await desk.ask(HangUp(SECOND)) == Done()
        assert [call for call, _ in line(desk)] == [FIRST, THIRD]


async def test_a_hangup_that_no_event_confirms_is_unknown() -> None:
    async with a_line() as desk:
        desk.pbx.refusals["Hangup"] = Reply(Outcome.DONE)
        asking = asyncio.create_task(desk.seat.ask(HangUp(FIRST)))
        await desk.clock.wind(4)
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "hangup.unknown"


async def test_a_call_that_a_supervisor_is_a_party_of_is_not_hung_up_so() -> None:
    async with a_line(HEARS) as desk:
        desk.pbx.connect_to(FIRST.uniqueid, n=1)
        await settle()
        assert await desk.ask(Listen(FIRST)) == Done()
        assert await desk.ask(TakeOver(FIRST)) == Done()
        assert await why(desk, HangUp(FIRST)) == "hangup.party"
        assert [each for each in sent(desk) if isinstance(each, Hangup)] == []


async def test_who_is_not_seen_is_not_there_and_the_attempt_is_logged() -> None:
    async with a_line(policy(*RIGHTS, queues=("sales",))) as desk:
        for intent in (MoveCaller(FIRST, "sales"), Raise(FIRST, 3), Withdraw(FIRST), HangUp(FIRST)):
            assert await why(desk, intent) == "denied.no-such-call"
        assert sent(desk) == []
        rows = [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)]
        assert rows == [(deed, "no-such-call") for deed in ("move-caller", "raise", "withdraw", "hangup")]


class GivesUp(LinePbx):
    """Who is sent to another queue hangs up as soon as they are there."""

    def _answer(self, action: Action) -> Reply:
        reply = super()._answer(action)
        if isinstance(action, Redirect):
            self.leaves(Uniqueid(action.channel))
        return reply


class PicksUp(LinePbx):
    """An agent answers who is to be taken out before the PBX does it."""

    def _answer(self, action: Action) -> Reply:
        if isinstance(action, QueueWithdrawCaller):
            self.connect_to(self._waiting(action.caller, action.queue), n=1)
            return Reply(Outcome.DONE)
        return super()._answer(action)


async def test_a_caller_who_gave_up_at_once_in_the_other_queue_is_not_said_to_be_there() -> None:
    async with a_line(pbx=GivesUp(routes={"610": "sales"}, extensions={"610"})) as desk:
        asking = asyncio.create_task(desk.seat.ask(MoveCaller(FIRST, "sales")))
        await desk.clock.wind(4)
        assert isinstance(await asking, Underway)


async def test_a_caller_who_was_answered_first_was_not_taken_out() -> None:
    async with a_line(pbx=PicksUp(routes={"610": "sales"}, extensions={"610"})) as desk:
        asking = asyncio.create_task(desk.seat.ask(Withdraw(FIRST)))
        await desk.clock.wind(4)
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "withdraw.answered"
        assert [row.cause for row in desk.paper.of(Kind.ACTED)][-1] == "withdraw.answered"
