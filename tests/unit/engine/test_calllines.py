"""The lines of the call in hand: read at aim and at a slow beat, of no other call, and said where they are bad."""

from __future__ import annotations

from tests.fakes.pbx import FakePbx
from tests.unit.ami.test_rtcp import MEASURED_22, REPORTS_22
from tests.unit.engine.desk import Desk, at_a_desk, policy
from whisper_tui.ami.actions import Getvar, Outcome, Reply
from whisper_tui.ami.rtcp import VARIABLE
from whisper_tui.engine.calllines import BEAT
from whisper_tui.supervision.intents import Leave, Listen, Refused, Release, TakeOver, Whisper
from whisper_tui.terms import CallKey, Right


def asked(desk: Desk) -> list[str]:
    return [each.channel for each in desk.pbx.sent if isinstance(each, Getvar) and each.variable == VARIABLE]


async def passes(desk: Desk, seconds: float) -> None:
    for _ in range(int(seconds)):
        desk.seat.beat()
        await desk.clock.wind(1)


async def listens(desk: Desk, agent_line: str = MEASURED_22, own_line: str = MEASURED_22) -> CallKey:
    desk.seat.beat()
    call = await desk.call()
    desk.pbx.chans[desk.pbx.agent_of(call.uniqueid)].rtcp = agent_line
    await desk.ask(Listen(call))
    leg = desk.pbx.leg
    assert leg is not None
    leg.rtcp = own_line
    return call


async def test_both_lines_are_read_at_aim_and_at_a_slow_beat_and_no_other_calls() -> None:
    async with at_a_desk() as desk:
        other = await desk.call(agent="1002", n=2)
        call = await listens(desk)
        both = [desk.pbx.agent_of(call.uniqueid), desk.strip.leg]
        assert asked(desk) == both
        await passes(desk, 2 * BEAT)
        assert asked(desk) == both * 3
        assert desk.pbx.agent_of(other.uniqueid) not in asked(desk)
        assert (desk.strip.agent_line.told, desk.strip.own_line.told) == (True, True)
        await desk.ask(Release())
        await passes(desk, 2 * BEAT)
        assert asked(desk) == both * 3, "nobody is heard"
        assert not desk.strip.agent_line.told
        await desk.ask(Leave())


async def test_of_a_bad_line_the_supervisor_is_told_once_and_may_whisper_all_the_same() -> None:
    async with at_a_desk() as desk:
        call = await listens(desk, agent_line=REPORTS_22)
        await passes(desk, 3 * BEAT)
        (told,) = (each for each in desk.told if each.code == "quality.bad")
        assert told.values == {"agent": "Agent 1001", "loss": "7.0", "mes": "55"}
        await desk.ask(Whisper(call))
        assert desk.strip.mode is not None
        assert desk.strip.agent_line.faults


async def test_after_a_takeover_that_failed_the_lines_are_read_and_told_of_as_before() -> None:
    law = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.TAKEOVER)
    async with at_a_desk(FakePbx(takes_over=False), law=law) as desk:
        call = await listens(desk, agent_line=REPORTS_22)
        await passes(desk, 1)
        assert isinstance(await desk.ask(TakeOver(call)), Refused)
        before = len(asked(desk))
        await passes(desk, 2 * BEAT)
        assert len(asked(desk)) - before == 2 * 2, "both lines, twice"
        assert [each.code for each in desk.told].count("quality.bad") == 1


async def test_a_line_of_which_nothing_is_told_is_not_called_fine() -> None:
    for value in ("", "garbage", "lp=1"):
        async with at_a_desk() as desk:
            await listens(desk, agent_line=value, own_line=value)
            await passes(desk, BEAT)
            assert not desk.strip.agent_line.told
            assert "quality.bad" not in [each.code for each in desk.told]
    refused = FakePbx(refusals={"Getvar": Reply(Outcome.FAILED, "Permission denied")})
    async with at_a_desk(refused) as desk:
        desk.seat.beat()
        await desk.ask(Listen(await desk.call()))
        assert not desk.strip.agent_line.told


async def test_a_phone_that_sends_no_packets_any_more_is_not_counted_as_speaking() -> None:
    """Phones with a mute key of their own, or that send nothing while nobody speaks: talk detection tells no end."""
    async with at_a_desk() as desk:
        call = await listens(desk, own_line=_sends(0))
        await passes(desk, BEAT)
        leg = desk.pbx.leg
        assert leg is not None
        leg.rtcp = _sends(250)
        await desk.ask(Whisper(call))
        desk.pbx.speaks()
        await passes(desk, 2 * BEAT)
        talk = desk.strip.talk
        assert talk is not None
        assert talk.spoken(desk.clock.monotonic()) <= BEAT + 1, "from the reading on after which no packet came"
        counted = talk.spoken(desk.clock.monotonic())
        await passes(desk, 20)
        assert desk.strip.talk is not None
        assert desk.strip.talk.spoken(desk.clock.monotonic()) == counted
        leg.rtcp = _sends(500)
        await passes(desk, BEAT)
        assert desk.strip.talk.counts is not None, "talk detection does not tell that they speak on"


def _sends(packets: int) -> str:
    return MEASURED_22.replace("rxcount=280", f"rxcount={packets + 1}")
