"""Cue cards: to the agent who is heard and to nobody else, under the profile, on disk first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import Desk, at_a_desk, policy
from tests.unit.engine.test_others import ALLOWED
from tests.unit.engine.test_turning import slow_disk
from whisper_tui.ami.actions import Outcome, Reply
from whisper_tui.audit.records import Kind
from whisper_tui.permissions.policy import Policy, Scope
from whisper_tui.supervision.intents import Cue, Done, Listen, Refused, TakeOver
from whisper_tui.terms import Right

TEXTS = ALLOWED | {"MessageSend"}
CUES = ("slow down", "offer the warranty")
RIGHTS = (Right.FLOOR_VIEW, Right.LISTEN, Right.TAKEOVER, Right.CUE_SEND)


@asynccontextmanager
async def hearing(law: Policy | None = None, pbx: FakePbx | None = None) -> AsyncIterator[Desk]:
    async with at_a_desk(pbx or FakePbx(allowed=TEXTS), law=law or policy(*RIGHTS), cues=CUES) as desk:
        desk.seat.beat()
        await desk.ask(Listen(await desk.call()))
        yield desk


async def why(desk: Desk, number: int = 1) -> str:
    answer = await desk.ask(Cue(number))
    assert isinstance(answer, Refused)
    return answer.why.code


async def test_the_agent_who_is_heard_gets_the_card_and_the_log_had_it_first() -> None:
    async with hearing() as desk:
        before: list[int] = []
        desk.pbx.before = lambda _action: before.append(len(desk.paper.of(Kind.CUE)))
        assert desk.seat.person.cues == CUES
        assert await desk.ask(Cue(2)) == Done()
        assert desk.pbx.texts == [("PJSIP/1001", "offer the warranty")]
        assert before == [1]
        (row,) = desk.paper.of(Kind.CUE)
        assert (row.detail, row.session, row.cause) == ("offer the warranty", desk.strip.session, "")


async def test_nobody_gets_one_who_is_not_heard_or_whose_card_there_is_not() -> None:
    async with at_a_desk(law=policy(*RIGHTS), cues=CUES) as desk:
        await desk.call()
        assert await why(desk) == "cue.nobody"
    async with hearing() as desk:
        assert {await why(desk, number) for number in (0, 3, -1)} == {"cue.no_card"}
        call = desk.strip.call
        assert call is not None
        assert await desk.ask(TakeOver(call)) == Done()
        assert await why(desk) == "cue.nobody", "the agent is gone"
        assert desk.pbx.texts == []


@pytest.mark.parametrize(
    "law",
    [policy(Right.FLOOR_VIEW, Right.LISTEN), policy(Right.FLOOR_VIEW, Right.LISTEN, Right.CUE_SEND, deny=Scope())],
)
async def test_without_the_right_nothing_is_sent_and_the_attempt_is_logged(law: Policy) -> None:
    async with hearing(law) as desk:
        allowed = Right.CUE_SEND in law.profiles[0].rights
        answer = await desk.ask(Cue(1))
        assert isinstance(answer, Done) is allowed
        assert [(row.deed, row.rule) for row in desk.paper.of(Kind.DENIED)] == (
            [] if allowed else [("cue", "no-right")]
        )


async def test_an_account_without_texts_and_a_full_disk_send_nothing() -> None:
    async with hearing() as desk:
        desk.paper.full = True
        assert await why(desk) == "log.unwritable"
        desk.paper.full = False
        assert desk.pbx.texts == []
    async with hearing(pbx=FakePbx(allowed=ALLOWED)) as desk:
        assert await why(desk) == "cue.no_texts"
        assert desk.pbx.texts == []


@pytest.mark.parametrize(
    ("reply", "cause"),
    [(Reply(Outcome.FAILED, "Message failed to send."), "cue.failed"), (Reply(Outcome.UNKNOWN), "cue.unknown")],
)
async def test_a_card_that_may_not_have_come_is_said_logged_and_not_sent_again(reply: Reply, cause: str) -> None:
    async with hearing() as desk:
        desk.pbx.refusals["MessageSend"] = reply
        assert await why(desk) == cause
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", cause]


async def test_a_right_that_is_taken_while_the_row_is_written_is_a_denial() -> None:
    async with hearing() as desk:
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(Cue(1)))
        await settle()
        desk.law.becomes(policy(*(set(RIGHTS) - {Right.CUE_SEND})))
        desk.seat.beat()
        await desk.clock.wind(1.5)
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert (answer.why.code, answer.denied) == ("denied.no-right", True)
        assert desk.pbx.texts == []
        await settle()
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "denied.no-right"]
        assert [row.deed for row in desk.paper.of(Kind.DENIED)] == ["cue"]


async def test_where_the_call_ends_while_the_row_is_written_nobody_gets_it() -> None:
    async with hearing() as desk:
        call = desk.strip.call
        assert call is not None
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(Cue(1)))
        await settle()
        desk.pbx.hang_up_call(call.uniqueid)
        await settle()
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "call.changed"
        assert desk.pbx.texts == []
        assert desk.paper.of(Kind.CUE)[-1].cause == "call.changed"
