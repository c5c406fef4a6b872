"""The over-coaching meter at a desk: set once, shown, written down, and said where it is too much."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import EVERYTHING, Desk, at_a_desk
from whisper_tui.ami.actions import Setvar
from whisper_tui.audit.records import Kind
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.policy import Policy
from whisper_tui.supervision.intents import Leave, Listen, Mute, Unmute, Whisper

NUDGED = Policy(tuple(replace(each, limits=Limits(nudge_talk=10.0)) for each in EVERYTHING.profiles), EVERYTHING.digest)


async def whispers(desk: Desk) -> None:
    desk.seat.beat()
    call = await desk.call()
    await desk.ask(Listen(call))
    await desk.ask(Whisper(call))


async def passes(desk: Desk, seconds: int) -> None:
    for _ in range(seconds):
        desk.seat.beat()
        await desk.clock.wind(1)


def spoken(desk: Desk) -> float:
    assert desk.strip.talk is not None
    return desk.strip.talk.spoken(desk.clock.monotonic())


async def test_what_is_said_into_a_whisper_is_counted_and_stands_in_the_log() -> None:
    async with at_a_desk() as desk:
        await whispers(desk)
        assert desk.strip.measured
        desk.pbx.speaks()
        await passes(desk, 5)
        desk.pbx.falls_silent(4.0)
        assert spoken(desk) == 4.0
        desk.pbx.speaks()
        await passes(desk, 3)
        await desk.ask(Mute())
        await passes(desk, 30)
        assert spoken(desk) == 7.0
        await desk.ask(Unmute())
        await desk.ask(Leave())
        (left,) = desk.paper.of(Kind.LEFT)
        assert (left.spoken, left.longest_talk) == (7.0, 8.0)
        assert [each.value for each in desk.pbx.sent if isinstance(each, Setvar) and "TALK" in each.variable] == [
            "1000"
        ]


async def test_listening_in_silence_is_no_talk_whatever_is_said_into_the_phone() -> None:
    async with at_a_desk() as desk:
        await desk.ask(Listen(await desk.call()))
        desk.pbx.speaks()
        await passes(desk, 20)
        desk.pbx.falls_silent(19.0)
        assert spoken(desk) == 0.0


async def test_who_speaks_already_when_they_come_to_a_call_is_counted_from_where_they_are_heard() -> None:
    async with at_a_desk() as desk:
        first, second = await desk.call(), await desk.call(agent="1002", n=2)
        desk.seat.beat()
        await desk.ask(Listen(first))
        desk.pbx.speaks()
        await passes(desk, 5)
        await desk.ask(Listen(second))
        await desk.ask(Whisper(second))
        await passes(desk, 5)
        desk.pbx.falls_silent(9.0)
        assert spoken(desk) == 4.0


async def test_where_there_is_no_talk_detection_nothing_is_guessed() -> None:
    async with at_a_desk(FakePbx(talk_detection=False), law=NUDGED) as desk:
        await whispers(desk)
        await passes(desk, 60)
        assert (desk.strip.talk, desk.strip.measured) == (None, False)
        await desk.ask(Leave())
        (left,) = desk.paper.of(Kind.LEFT)
        assert (left.spoken, left.longest_talk) == (None, None)
        assert "session.nudge" not in [each.code for each in desk.told]


async def test_a_talk_detection_that_is_never_answered_takes_nothing_from_the_leg() -> None:
    pbx = FakePbx()
    async with at_a_desk(pbx) as desk:
        pbx.before = lambda action: (
            pbx.mute_answers.update({"Setvar"} if isinstance(action, Setvar) and "TALK" in action.variable else ())
            or (None if isinstance(action, Setvar) and "TALK" in action.variable else pbx.mute_answers.clear())
        )
        await whispers(desk)
        assert desk.strip.measured is None
        assert desk.strip.mode is not None
        await passes(desk, 10)
        assert desk.strip.mode is not None


async def test_past_the_budget_the_supervisor_is_told_once_a_stretch() -> None:
    async with at_a_desk(law=NUDGED) as desk:
        await whispers(desk)

        def nudges() -> list[str]:
            return [each.values["seconds"] for each in desk.told if each.code == "session.nudge"]

        desk.pbx.speaks()
        await passes(desk, 6)
        desk.pbx.falls_silent(5.0)
        await passes(desk, 0)
        desk.pbx.speaks()  # a breath later: it is still the same stretch
        await passes(desk, 4)
        assert nudges() == []
        await passes(desk, 2)
        assert nudges() == ["10"]
        await passes(desk, 20)
        assert nudges() == ["10"]
        desk.pbx.falls_silent(25.0)
        await passes(desk, 10)
        desk.pbx.speaks()
        await passes(desk, 12)
        assert nudges() == ["10", "10"]


async def test_who_falls_silent_in_time_is_not_told() -> None:
    async with at_a_desk(law=NUDGED) as desk:
        await whispers(desk)
        desk.pbx.speaks()
        await passes(desk, 10)
        desk.pbx.falls_silent(9.5)
        await passes(desk, 30)
        assert "session.nudge" not in [each.code for each in desk.told]
