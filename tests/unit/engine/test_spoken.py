"""Spoken cue cards: into the agent's ear alone, under the profile, on disk first, and cut off with whatever ends the session."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import INSTALLATION, Desk, at_a_desk, policy
from tests.unit.engine.test_turning import slow_disk
from whisper_tui.ami.actions import Action, Hangup, MessageSend, Outcome, Reply
from whisper_tui.ami.cueleg import OriginateCue
from whisper_tui.audit.records import Kind
from whisper_tui.engine.line import NEEDED
from whisper_tui.engine.rows import Whose
from whisper_tui.errors import OutOfReach
from whisper_tui.permissions.policy import Notify, Policy
from whisper_tui.supervision.intents import Barge, Done, Intent, Leave, Listen, Panic, Refused, Release, Say, Whisper
from whisper_tui.supervision.sound import FRAME, NoSound
from whisper_tui.terms import Mode, Notice, Right

SECOND = bytes([1, 1]) * 8000
RIGHTS = (Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.CUE_SEND)
CUES = ("slow down", "well done", "wrap it up")


@dataclass
class Ear:
    """What the PBX fetched."""

    heard: list[bytes] = field(default_factory=list)
    hung_up: int = 0
    takes: bool = True
    channel: str = "AudioSocket/127.0.0.1:9092/00000000-0000-4000-8000-000000000000/c(slin)"

    async def ready(self, line: object, leg: object) -> None:
        await asyncio.sleep(0)

    def say(self, sound: bytes) -> bool:
        if self.takes:
            self.heard.append(sound)
        return self.takes

    @property
    def spoken(self) -> int:
        """Frames with something in them."""
        return sum(any(frame) for frame in self.heard)


@dataclass
class FakeBooth:
    ear: Ear = field(default_factory=Ear)
    fails: bool = False
    shut: bool = False
    found: asyncio.Event | None = None
    """Set once the address to speak from is known."""
    sounds: bytes = SECOND

    def can_say(self, number: int) -> bool:
        return number != 3

    async def sound(self, number: int, text: str) -> bytes:
        if self.fails:
            raise NoSound("it ended with 1", "espeak-ng")
        return self.sounds

    @asynccontextmanager
    async def mouth(self, line: object) -> AsyncIterator[Ear]:
        if self.shut:
            raise OutOfReach("Address already in use", "127.0.0.1:9092")
        if self.found is not None:
            await self.found.wait()
        try:
            yield self.ear
        finally:
            self.ear.hung_up += 1


@asynccontextmanager
async def hearing(
    law: Policy | None = None, pbx: FakePbx | None = None, booth: FakeBooth | None = None
) -> AsyncIterator[tuple[Desk, Ear]]:
    booth = booth or FakeBooth()
    async with at_a_desk(pbx or FakePbx(), law=law or policy(*RIGHTS), cues=CUES, booth=booth) as desk:
        desk.seat.beat()
        await desk.ask(Listen(await desk.call()))
        yield desk, booth.ear


async def plays(desk: Desk, seconds: float) -> None:
    desk.seat.beat()
    await desk.clock.wind(seconds, step=0.02)


def originated(desk: Desk) -> list[OriginateCue]:
    return [each for each in desk.pbx.sent if isinstance(each, OriginateCue)]


def codes(desk: Desk) -> list[str]:
    return [each.code for each in desk.told if each.code.startswith("cue")]


async def why(desk: Desk, number: int = 1) -> str:
    answer = await desk.ask(Say(number))
    assert isinstance(answer, Refused)
    return answer.why.code


async def test_the_agent_who_is_heard_hears_all_of_it_at_its_pace_and_the_log_had_it_first() -> None:
    async with hearing() as (desk, ear):
        before: list[int] = []

        def look(action: Action) -> None:
            if isinstance(action, OriginateCue):
                before.append(len(desk.paper.of(Kind.CUE)))

        desk.pbx.before = look
        assert await desk.ask(Say(2)) == Done()
        assert before == [1]
        assert ear.spoken <= 3
        await plays(desk, 0.5)
        assert 20 <= ear.spoken <= 29
        await plays(desk, 0.8)
        assert (ear.spoken, ear.hung_up) == (50, 1)
        assert all(len(frame) == FRAME for frame in ear.heard)
        assert desk.pbx.cue_legs == []
        (action,) = originated(desk)
        assert action.agent == desk.pbx.agent_of(desk.strip.call.uniqueid)  # type: ignore[union-attr]
        headers = dict(action.headers())
        assert headers["Data"] == f"{action.agent},quW"
        assert headers["ChannelId"].startswith(f"wt-{INSTALLATION}-cue-")
        (row,) = desk.paper.of(Kind.CUE)
        assert (row.deed, row.detail, row.session, row.cause) == ("say", "well done", desk.strip.session, "")
        assert codes(desk) == ["cue.spoken"]


@pytest.mark.parametrize("ends", [Leave(), Panic(), Release()], ids=["leave", "panic", "release"])
async def test_whatever_ends_the_session_cuts_it_off_at_once(ends: Intent) -> None:
    async with hearing() as (desk, ear):
        await desk.ask(Say(1))
        await plays(desk, 0.2)
        await desk.ask(ends)
        said = ear.spoken
        await plays(desk, 0.04)
        assert ear.spoken <= said + 1
        await plays(desk, 2)
        assert ear.spoken <= said + 1
        assert (ear.hung_up, desk.pbx.cue_legs) == (1, [])
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "cue.cut"]
        assert codes(desk) == ["cue.cut"]


def _moves(desk: Desk) -> None:
    call = desk.strip.call
    assert call is not None
    desk.pbx.move(call.uniqueid, "1002", 9)


def _curtain(desk: Desk) -> None:
    call = desk.strip.call
    assert call is not None
    desk.pbx.tag(call.uniqueid)


@pytest.mark.parametrize("happens", [_moves, _curtain], ids=["the customer goes on", "a payment"])
async def test_it_ends_when_the_call_is_another_or_may_be_heard_no_more(happens: Callable[[Desk], None]) -> None:
    async with hearing() as (desk, ear):
        await desk.ask(Say(1))
        await plays(desk, 0.1)
        happens(desk)
        await settle()
        said = ear.spoken
        await plays(desk, 2)
        assert ear.spoken <= said + 1
        assert desk.pbx.cue_legs == []


@pytest.mark.parametrize("taken", [Right.CUE_SEND, Right.WHISPER])
async def test_it_ends_when_the_policy_takes_it_away(taken: Right) -> None:
    async with hearing(booth=FakeBooth(sounds=SECOND * 8)) as (desk, ear):
        await desk.ask(Say(1))
        await plays(desk, 0.5)
        desk.law.becomes(policy(*(set(RIGHTS) - {taken})))
        await plays(desk, 1.5)
        said = ear.spoken
        assert said < 110, "the policy is looked at once a second"
        await plays(desk, 2)
        assert (ear.spoken, desk.pbx.cue_legs) == (said, [])
        assert desk.strip.mode is Mode.SILENT, "they go on listening"


async def test_a_rule_against_speaking_is_a_rule_against_this_and_is_logged() -> None:
    for lacking in (Right.CUE_SEND, Right.WHISPER):
        async with hearing(policy(*(set(RIGHTS) - {lacking}))) as (desk, ear):
            assert await why(desk) == "denied.no-right"
            assert (originated(desk), ear.heard) == ([], [])
            desk.seat.note_dim(Say(1), desk.seat.why_not(Say(1)))  # type: ignore[arg-type]
            await plays(desk, 12)
            assert [row.deed for row in desk.paper.of(Kind.DENIED)][:1] == ["say"]


async def test_nothing_is_dialled_that_is_not_on_disk() -> None:
    async with hearing() as (desk, ear):
        desk.paper.full = True
        assert await why(desk) == "log.unwritable"
        assert (originated(desk), ear.hung_up) == ([], 0)
        desk.paper.full = False


async def test_what_is_another_call_once_it_is_on_disk_is_not_spoken() -> None:
    async with hearing() as (desk, ear):
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(Say(1)))
        await settle()
        _moves(desk)
        await settle()
        well()
        await settle()
        answer = await asking
        assert isinstance(answer, Refused)
        assert (originated(desk), ear.heard) == ([], [])


async def test_a_right_that_is_taken_while_the_row_is_written_is_a_denial() -> None:
    async with hearing() as (desk, ear):
        well = slow_disk(desk)
        asking = asyncio.create_task(desk.seat.ask(Say(1)))
        await settle()
        desk.law.becomes(policy(*(set(RIGHTS) - {Right.CUE_SEND})))
        desk.seat.beat()
        await desk.clock.wind(1.5)
        well()
        answer = await asking
        assert isinstance(answer, Refused)
        assert (answer.why.code, answer.denied) == ("denied.no-right", True)
        assert (originated(desk), ear.heard) == ([], [])
        await settle()
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "denied.no-right"]
        assert [row.deed for row in desk.paper.of(Kind.DENIED)] == ["say"]


async def test_what_is_another_call_once_the_agent_was_told_is_not_dialled() -> None:
    """The text to the agent takes its time, as the disk does."""
    (profile,) = policy(*RIGHTS).profiles
    law = Policy((replace(profile, notify=Notify.LIVE),), "digest")
    async with hearing(law, FakePbx(allowed=NEEDED | {"MessageSend"})) as (desk, ear):
        send = desk.pbx.send

        async def slowly(action: Action) -> Reply:
            reply = await send(action)
            if isinstance(action, MessageSend):
                _moves(desk)
                await settle()
            return reply

        desk.pbx.send = slowly  # type: ignore[method-assign]
        assert await why(desk) == "cue.nobody"
        assert (originated(desk), ear.heard) == ([], [])
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "cue.nobody"]
        assert desk.seat.why_not(Say(2)) != Notice("cue.speaking")


@pytest.mark.parametrize(
    ("pbx", "code"),
    [
        (FakePbx(mouths="unreachable"), "cue.no_way"),
        (FakePbx(mouths="nothing"), "cue.no_way"),
    ],
    ids=["nobody there", "no answer"],
)
async def test_where_the_pbx_does_not_come_it_is_said_and_not_tried_again(pbx: FakePbx, code: str) -> None:
    async with hearing(pbx=pbx) as (desk, ear):
        asking = asyncio.create_task(desk.seat.ask(Say(1)))
        await plays(desk, 5)
        answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == code
        assert len(originated(desk)) == 1
        assert (ear.heard, ear.hung_up) == ([], 1)
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", code]
        assert desk.seat.why_not(Say(1)) is None


async def test_where_nothing_can_be_listened_on_the_pbx_is_not_blamed_and_nothing_is_dialled() -> None:
    async with hearing(booth=FakeBooth(shut=True)) as (desk, _):
        assert await why(desk) == "cue.no_port"
        assert not [each for each in desk.pbx.sent if isinstance(each, OriginateCue | Hangup)]
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "cue.no_port"]
        assert desk.seat.why_not(Say(1)) is None


async def test_an_originate_without_an_answer_is_unknown_and_hung_up() -> None:
    async with hearing() as (desk, ear):

        def look(action: Action) -> None:
            desk.pbx.refusals.clear()
            if isinstance(action, OriginateCue):
                desk.pbx.refusals["Originate"] = Reply(Outcome.UNKNOWN)

        desk.pbx.before = look
        assert await why(desk) == "cue.unsure"
        hung_up = [each for each in desk.pbx.sent if each.name == "Hangup"]
        assert [each.channel for each in hung_up] == [originated(desk)[0].leg]  # type: ignore[attr-defined]
        assert ear.heard == []


async def test_without_a_way_or_a_voice_the_text_is_pointed_at() -> None:
    async with at_a_desk(law=policy(*RIGHTS), cues=CUES) as desk:
        await desk.ask(Listen(await desk.call()))
        assert await why(desk) == "cue.no_reach"
    async with hearing() as (desk, _):
        assert await why(desk, 3) == "cue.no_voice"
        assert await why(desk, 4) == "cue.no_card"
    async with hearing(booth=FakeBooth(fails=True)) as (desk, _):
        assert await why(desk) == "cue.no_sound"
        assert desk.paper.of(Kind.CUE) == []


async def test_one_at_a_time_and_nobody_who_is_not_heard() -> None:
    async with hearing() as (desk, _):
        await desk.ask(Say(1))
        assert await why(desk) == "cue.speaking"
        await plays(desk, 2)
        assert await desk.ask(Say(1)) == Done()
        await desk.ask(Leave())
        await plays(desk, 1)
        assert await why(desk) == "cue.nobody"


async def test_it_is_nobodys_ear_and_in_nobodys_way() -> None:
    async with hearing() as (desk, _):
        call = desk.strip.call
        assert call is not None
        await desk.ask(Say(1))
        await plays(desk, 0.1)
        (cue,) = (row for row in desk.seat.view().spies.values() if row.whose is Whose.CUE)
        assert (cue.device, cue.mode, cue.call) == ("AudioSocket", Mode.WHISPER, call)
        assert [badge.whose for badge in desk.seat.view().calls[call].listeners] == [Whose.MINE], "it hears nobody"
        assert await desk.ask(Whisper(call)) == Done()
        assert await desk.ask(Barge(call)) == Done()
        await plays(desk, 0.1)
        assert desk.strip.mode is Mode.BARGE, "no second coach has silenced anybody"
        await plays(desk, 2)
        assert desk.paper.of(Kind.FOREIGN_SPY) == []


async def test_a_phone_that_takes_no_more_ends_it() -> None:
    async with hearing() as (desk, ear):
        await desk.ask(Say(1))
        await plays(desk, 0.1)
        ear.takes = False
        await plays(desk, 0.1)
        assert (codes(desk), ear.hung_up, desk.pbx.cue_legs) == (["cue.cut"], 1, [])


async def test_a_console_that_is_closed_before_the_first_step_leaves_nobody_waiting() -> None:
    async with hearing() as (desk, ear):
        asking, spoken = asyncio.create_task(desk.seat.ask(Say(1))), desk.seat._spoken
        while spoken._speaking is None:  # noqa: ASYNC110 - the very step before its first
            await asyncio.sleep(0)
        await spoken.close()
        async with asyncio.timeout(1):
            answer = await asking
        assert isinstance(answer, Refused)
        assert answer.why.code == "cue.cut"
        assert (originated(desk), ear.heard) == ([], [])
        assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "cue.cut"]


async def test_closing_the_console_leaves_nothing_behind() -> None:
    async with hearing() as (desk, ear):
        await desk.ask(Say(1))
        await plays(desk, 0.1)
    assert (ear.hung_up, desk.pbx.cue_legs) == (1, [])
    assert [row.cause for row in desk.paper.of(Kind.CUE)] == ["", "cue.cut"]


async def test_nothing_is_dialled_for_a_card_whose_session_is_over_when_it_could_be_spoken() -> None:
    booth = FakeBooth(found=asyncio.Event())
    async with hearing(booth=booth) as (desk, _ear):
        asking = asyncio.create_task(desk.seat.ask(Say(2)))
        await settle()
        await desk.ask(Leave())
        assert booth.found is not None
        booth.found.set()
        await settle()
        assert isinstance(await asking, Refused)
        assert not [action for action in desk.pbx.sent if isinstance(action, OriginateCue)]
