"""What takes two people, and what in an emergency one person takes alone while others are told: two supervisors on one engine."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from tests.fakes.clock import WoundClock, settle
from tests.fakes.law import Law
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import ANA, INSTALLATION, PBX, AtOnce, Paper
from whisper_tui.audit.records import Kind, Who
from whisper_tui.engine.engine import Engine
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.seat import Seat
from whisper_tui.permissions.limits import FourEyes, Limits
from whisper_tui.permissions.policy import Numbers, Policy, Profile, Scope
from whisper_tui.supervision.intents import (
    Acknowledge,
    Answer,
    Approve,
    AskLeave,
    Barge,
    Done,
    Intent,
    Listen,
    Refused,
    Reject,
    TakeOver,
    Whisper,
)
from whisper_tui.terms import CallKey, Mode, Notice, Right, Subject

BEN = Subject("ben", 1001, frozenset({"wt-managers", "wt-dpo"}), login_uid=1001)
EYES = FourEyes(("@wt-managers",), 120.0)
TWO = Limits(four_eyes={Right.BARGE: EYES, Right.TAKEOVER: EYES})


def law(limits: Limits, scope: Scope | None = None, **ben: object) -> Policy:
    """Everything is allowed to ana within `limits`; ben sees everything unless told otherwise."""
    lead = Profile("leads", frozenset(Right), os_users=frozenset({"ana"}), limits=limits, scope=scope or Scope())
    manager = Profile("managers", frozenset({Right.FLOOR_VIEW}), os_users=frozenset({"ben"}), **ben)  # type: ignore[arg-type]
    return Policy((lead, manager), "digest", reasons=("emergency", "complaint"))


@dataclass
class Office:
    """Ana and ben, on one floor server or each by themselves."""

    pbx: FakePbx
    clock: WoundClock
    paper: Paper
    law: Law
    ana: Seat
    ben: Seat
    told: dict[str, list[Notice]] = field(default_factory=dict)

    async def ask(self, seat: Seat, intent: Intent) -> Answer:
        for each in (self.ana, self.ben):
            each.beat()
        answer = await seat.ask(intent)
        await settle()
        return answer

    async def passes(self, seconds: int) -> None:
        for _ in range(seconds):
            for each in (self.ana, self.ben):
                each.beat()
            await self.clock.wind(1.0)

    async def call(self, **of: object) -> CallKey:
        key = CallKey(PBX, self.pbx.call(**of))  # type: ignore[arg-type]
        await settle()
        return key


@asynccontextmanager
async def office(
    policy: Policy, ben: Subject = BEN, *, floor_server: bool = True, paper: Paper | None = None
) -> AsyncIterator[Office]:
    pbx, clock, source, paper = FakePbx(), WoundClock(), Law(policy), paper or Paper()
    engine = Engine(
        paper, clock, installation=INSTALLATION, law=source, boot="boot", floor_server=floor_server, thread=AtOnce()
    )
    engine.connect(PBX, pbx.plug)
    seats = [
        engine.admit(who, PhoneRules(phone, INSTALLATION)) for who, phone in ((ANA, "PJSIP/2001"), (ben, "PJSIP/2002"))
    ]
    room = Office(pbx, clock, paper, source, *seats)
    for seat in seats:
        told = room.told[seat.subject.user] = []
        seat.subscribe(lambda changes, told=told: told.extend(changes.notices))  # type: ignore[misc]
    await engine.start()
    await settle()
    try:
        yield room
    finally:
        await engine.close()


def code(answer: Answer) -> str:
    assert isinstance(answer, Refused)
    return answer.why.code


async def heard(room: Office) -> CallKey:
    call = await room.call()
    assert await room.ask(room.ana, Listen(call)) == Done()
    return call


async def test_what_another_person_must_allow_is_asked_for_allowed_and_done_with_both_names_in_the_log() -> None:
    async with office(law(TWO)) as room:
        call = await heard(room)
        assert code(await room.ask(room.ana, Barge(call, "complaint"))) == "denied.four-eyes"
        assert room.ana.why_not(AskLeave(Barge(call))) is None
        assert await room.ask(room.ana, AskLeave(Barge(call, "complaint"))) == Done()
        (mine,), (asked,) = room.ana.view().petitions.values(), room.ben.view().petitions.values()
        assert (mine.mine, asked.mine, asked.by, asked.right) == (True, False, "ana", Right.BARGE)
        assert (asked.agent, asked.queue, asked.caller, asked.reason) == ("Agent 1001", "support", "…0142", "complaint")
        assert code(await room.ask(room.ana, Approve(mine.ident))) == "petition.own"
        assert await room.ask(room.ben, Approve(asked.ident)) == Done()
        assert room.ben.view().petitions == {}
        assert room.ana.view().petitions[mine.ident].approved == "ben"
        assert room.told["ana"][-1] == Notice("petition.approved", {"by": "ben", "deed": "barge", "limit": "2 min"})
        assert await room.ask(room.ana, Barge(call, "complaint")) == Done()
        assert room.pbx.hears_supervisor() != {}
        asked_row, given, done = (
            room.paper.of(kind)[-1] for kind in (Kind.LEAVE_ASKED, Kind.LEAVE_GIVEN, Kind.REQUESTED)
        )
        assert (asked_row.deed, asked_row.reason, asked_row.who and asked_row.who.user) == ("barge", "complaint", "ana")
        assert (given.who and given.who.user, given.other) == ("ben", Who("ana", 1000, 1000))
        assert (done.deed, done.other) == ("barge", Who("ben", 1001, 1001))
        await room.passes(200)
        assert room.ana.view().strip.mode is Mode.BARGE, "what was begun in time goes on"
        await room.ask(room.ana, Listen(call))
        assert code(await room.ask(room.ana, Barge(call, "complaint"))) == "denied.four-eyes"


async def test_leave_is_for_one_right_on_one_call() -> None:
    async with office(law(TWO)) as room:
        call = await heard(room)
        other = await room.call(agent="1002", n=2)
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asked,) = room.ben.view().petitions
        await room.ask(room.ben, Approve(asked))
        assert code(await room.ask(room.ana, TakeOver(call))) == "denied.four-eyes"
        assert code(await room.ask(room.ana, Barge(other))) == "denied.four-eyes"


async def test_what_nobody_answers_or_somebody_refuses_is_not_allowed() -> None:
    async with office(law(TWO)) as room:
        call = await heard(room)
        await room.ask(room.ana, AskLeave(Barge(call)))
        assert code(await room.ask(room.ana, AskLeave(Barge(call)))) == "petition.already"
        await room.passes(121)
        assert (room.told["ana"][-1].code, room.ben.view().petitions) == ("petition.unanswered", {})
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asked,) = room.ben.view().petitions
        assert await room.ask(room.ben, Reject(asked)) == Done()
        assert room.told["ana"][-1] == Notice("petition.rejected", {"by": "ben"})
        assert code(await room.ask(room.ben, Approve(asked))) == "petition.gone"
        assert code(await room.ask(room.ana, Barge(call))) == "denied.four-eyes"
        await room.ask(room.ana, AskLeave(Barge(call)))
        room.pbx.hang_up_call(call.uniqueid)
        await settle()
        assert room.ana.view().petitions == {}
        assert Notice("petition.over") in room.told["ana"]


async def test_leave_that_was_given_is_not_good_for_ever() -> None:
    async with office(law(TWO)) as room:
        call = await heard(room)
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asked,) = room.ben.view().petitions
        await room.ask(room.ben, Approve(asked))
        await room.passes(121)
        assert room.ana.view().petitions == {}
        assert code(await room.ask(room.ana, Barge(call))) == "denied.four-eyes"


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(replace(BEN, groups=frozenset()), id="not named"),
        pytest.param(replace(BEN, login_uid=1000), id="the same login as another user"),
        pytest.param(replace(BEN, login_uid=None), id="no login that is known"),
        pytest.param(replace(BEN, uid=1000), id="the same user"),
    ],
)
async def test_only_another_person_whom_the_policy_names_may_allow_it(who: Subject) -> None:
    async with office(law(TWO), who) as room:
        call = await heard(room)
        assert await room.ask(room.ana, AskLeave(Barge(call))) == Refused(
            Notice("petition.none_there", {"approvers": "@wt-managers"})
        )
        assert room.ben.view().petitions == {}


async def test_who_may_not_see_the_call_is_not_asked() -> None:
    async with office(law(TWO, deny=Scope(queue=("support",)))) as room:
        call = await heard(room)
        assert code(await room.ask(room.ana, AskLeave(Barge(call)))) == "petition.none_there"
        assert room.ben.view().petitions == {}


async def test_numbers_are_masked_for_the_one_who_is_asked_as_their_own_profile_says() -> None:
    async with office(law(TWO, numbers=Numbers.NONE)) as room:
        call = await heard(room)
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asked,) = room.ben.view().petitions.values()
        assert asked.caller == "…"


async def test_nothing_is_asked_or_allowed_that_is_not_on_disk() -> None:
    async with office(law(TWO)) as room:
        call = await heard(room)
        room.paper.full = True
        assert code(await room.ask(room.ana, AskLeave(Barge(call)))) == "log.unwritable"
        assert room.ben.view().petitions == {}
        room.paper.full = False
        await room.ask(room.ana, AskLeave(Barge(call)))
        (asked,) = room.ben.view().petitions
        room.paper.full = True
        assert code(await room.ask(room.ben, Approve(asked))) == "log.unwritable"
        room.paper.full = False
        assert code(await room.ask(room.ana, Barge(call))) == "denied.four-eyes"
        assert room.ana.view().strip.mode is Mode.SILENT, "a log that fails beside a session does not end it"


async def test_by_oneself_nothing_that_takes_two_can_be_done() -> None:
    async with office(law(TWO), floor_server=False) as room:
        call = await heard(room)
        assert code(await room.ask(room.ana, Barge(call))) == "denied.needs-server"
        assert code(await room.ask(room.ana, AskLeave(Barge(call)))) == "denied.needs-server"


# --- broken glass

GLASS = Limits(listen_first={Right.WHISPER: 3600.0}, break_glass=True, glass_notify=("@wt-dpo",))


async def test_in_an_emergency_a_limit_is_gone_past_with_a_reason_on_disk_and_somebody_reads_it() -> None:
    async with office(law(GLASS)) as room:
        call = await heard(room)
        refused = room.ana.why_not(Whisper(call))
        assert refused is not None
        assert (refused.code, refused.values["glass"]) == ("denied.listen-first", "@wt-dpo")
        assert code(await room.ask(room.ana, Whisper(call, glass=True))) == "denied.reason"
        assert room.ben.view().glass == {}
        assert await room.ask(room.ana, Whisper(call, "emergency", glass=True)) == Done()
        assert room.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}
        kinds = room.paper.kinds()
        assert kinds.index(Kind.GLASS_BROKEN) < kinds.index(Kind.REQUESTED, kinds.index(Kind.GLASS_BROKEN))
        broken = room.paper.of(Kind.GLASS_BROKEN)[-1]
        assert (broken.deed, broken.rule, broken.reason, broken.told) == (
            "whisper", "listen-first", "emergency", ("@wt-dpo",)
        )  # fmt: skip
        (read,) = room.ben.view().glass.values()
        assert (read.by, read.right, read.rule, read.reason, read.agent, read.queue) == (
            "ana", Right.WHISPER, "listen-first", "emergency", "Agent 1001", "support"
        )  # fmt: skip
        assert room.ana.view().glass == {}
        await room.passes(5)
        assert room.ana.view().strip.mode is Mode.WHISPER, "it is not ended by what was gone past"
        assert await room.ask(room.ben, Acknowledge(read.ident)) == Done()
        assert room.ben.view().glass == {}
        assert code(await room.ask(room.ana, Acknowledge(read.ident))) == "glass.none"
        assert [row.who and row.who.user for row in room.paper.of(Kind.GLASS_READ)] == ["ben"]


async def test_who_was_not_there_reads_it_when_they_come_and_once_read_it_is_gone() -> None:
    paper = Paper()
    async with office(law(GLASS), paper=paper) as room:
        call = await heard(room)
        await room.ask(room.ana, Whisper(call, "emergency", glass=True))
    async with office(law(GLASS, deny=Scope(queue=("support",))), paper=paper) as room:
        (read,) = room.ben.view().glass.values()
        assert (read.by, read.agent, read.queue) == ("ana", "", ""), "whose call it was is not theirs to know"
        await room.ask(room.ben, Acknowledge(read.ident))
    async with office(law(GLASS), paper=paper) as room:
        assert room.ben.view().glass == {}


async def test_glass_is_not_broken_for_what_is_denied_to_everybody_or_not_on_disk_or_by_oneself() -> None:
    policy = law(replace(GLASS, longest={}), Scope(queue=("support",)))
    async with office(replace(policy, exempt_agents=("PJSIP/1002",))) as room:
        call, exempt = await room.call(), await room.call(agent="1002", n=2)
        assert code(await room.ask(room.ana, Listen(exempt, "emergency", glass=True))) == "denied.exempt"
        await room.ask(room.ana, Listen(call))
        room.paper.full = True
        assert code(await room.ask(room.ana, Whisper(call, "emergency", glass=True))) == "log.unwritable"
        room.paper.full = False
        assert (room.ben.view().glass, room.pbx.hears_supervisor()) == ({}, {})
        assert code(await room.ask(room.ana, Whisper(call, "emergency"))) == "denied.listen-first"
    async with office(law(GLASS), floor_server=False) as room:
        call = await heard(room)
        assert code(await room.ask(room.ana, Whisper(call, "emergency", glass=True))) == "denied.needs-server"
