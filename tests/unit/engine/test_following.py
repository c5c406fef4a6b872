"""Following a call through its transfers, and an agent from call to call; each hop is asked for and is a session of its own."""

from __future__ import annotations

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.phone import Lasts, PhoneRules
from whisper_tui.permissions.policy import Scope
from whisper_tui.supervision.intents import (
    Barge,
    Done,
    Follow,
    Leave,
    Listen,
    Refused,
    Release,
    Unfollow,
    Whisper,
    Whom,
)
from whisper_tui.terms import Mode, Notice, Right

NOT_1002 = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, deny=Scope(agent=("PJSIP/1002",)))


async def test_a_call_is_followed_to_its_next_agent_in_silence() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Whisper(call))
        assert await desk.ask(Follow(Whom.CALL)) == Done()
        assert desk.strip.following is Whom.CALL
        desk.pbx.move(call.uniqueid, "1002", 2)
        await desk.clock.wind(1)
        assert (desk.strip.phase, desk.strip.mode, desk.strip.call) == (Phase.ON, Mode.SILENT, call)
        assert desk.pbx.hears_supervisor() == {}
        leg = desk.pbx.leg
        assert leg is not None
        assert leg.spyee == "pbx-2.2"
        first, second = desk.paper.of(Kind.AIMED)
        assert second.follows == first.session
        assert second.leg == first.leg
        assert second.whom is not None
        assert second.whom.agent == "PJSIP/1002"
        assert Notice("follow.hopped", {"agent": "Agent 1002"}) in desk.told
        assert sum(isinstance(a, do.Originate) for a in desk.pbx.sent) == 1


async def test_a_call_that_leaves_the_profile_is_not_heard_there_and_the_screen_says_why() -> None:
    async with at_a_desk(law=NOT_1002) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Follow(Whom.CALL))
        desk.pbx.move(call.uniqueid, "1002", 2)
        await desk.clock.wind(1)
        assert desk.strip.phase is Phase.IDLE
        assert desk.pbx.leg is not None
        assert desk.pbx.leg.spyee is None
        assert Notice("follow.denied") in desk.told
        assert [row.deed for row in desk.paper.of(Kind.DENIED)] == ["listen"]
        assert desk.strip.following is Whom.CALL, "it may come back to where it may be heard"
        desk.pbx.move(call.uniqueid, "1003", 3)
        await desk.clock.wind(1)
        assert desk.strip.phase is Phase.ON


async def test_an_agent_is_followed_to_the_next_customer() -> None:
    async with at_a_desk() as desk:
        first = await desk.call(n=1)
        await desk.ask(Listen(first))
        await desk.ask(Barge(first))
        await desk.ask(Follow(Whom.AGENT))
        desk.pbx.hang_up_call(first.uniqueid)
        await desk.clock.wind(1)
        assert desk.strip.phase is Phase.IDLE
        second = await desk.call(n=2)
        await desk.clock.wind(1)
        assert (desk.strip.mode, desk.strip.call) == (Mode.SILENT, second)
        assert desk.pbx.hears_supervisor() == {}


async def test_the_agents_next_customer_on_the_same_channel_is_met_in_silence_whoever_asked_for_what() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Barge(call))
        other = desk.pbx.another_customer(desk.pbx.agent_of(call.uniqueid), 2)
        await desk.clock.wind(1)
        assert desk.pbx.hears_supervisor() == {}
        assert (desk.strip.mode, desk.strip.call) == (Mode.SILENT, desk.key(other))
        assert desk.strip.following is None
        assert [row.cause for row in desk.paper.of(Kind.LEFT)] == ["call.gone"]


async def test_a_persons_own_choice_of_a_call_ends_the_following() -> None:
    async with at_a_desk() as desk:
        first, second = await desk.call(n=1), await desk.call(agent="1002", n=2)
        await desk.ask(Listen(first))
        await desk.ask(Follow(Whom.CALL))
        await desk.ask(Listen(second))
        assert desk.strip.following is None
        desk.pbx.move(first.uniqueid, "1003", 3)
        await desk.clock.wind(1)
        assert desk.strip.call == second


async def test_unfollow_release_and_leave_end_it_too() -> None:
    for ends in (Unfollow(), Release(), Leave()):
        async with at_a_desk() as desk:
            call = await desk.call()
            await desk.ask(Listen(call))
            await desk.ask(Follow(Whom.CALL))
            assert await desk.ask(ends) == Done()
            assert desk.strip.following is None
            desk.pbx.move(call.uniqueid, "1002", 2)
            await desk.clock.wind(1)
            assert len(desk.paper.of(Kind.AIMED)) == 1


async def test_a_call_that_is_over_is_followed_no_more_and_the_leg_rests() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Follow(Whom.CALL))
        desk.pbx.hang_up_call(call.uniqueid)
        await desk.clock.wind(1)
        assert desk.strip.following is None
        assert desk.strip.phase is Phase.IDLE


async def test_a_leg_for_one_session_ends_with_it_unless_something_is_followed() -> None:
    rules = PhoneRules("PJSIP/2001", "0123abcd", lasts=Lasts.SESSION)
    async with at_a_desk(rules=rules) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Follow(Whom.CALL))
        desk.pbx.move(call.uniqueid, "1002", 2)
        await desk.clock.wind(1)
        assert desk.strip.phase is Phase.ON
        await desk.ask(Unfollow())
        desk.pbx.move(call.uniqueid, "1003", 3)
        await desk.clock.wind(1)
        assert desk.pbx.leg is None
        assert desk.strip.ended == Notice("leg.session_over")


async def test_nothing_is_followed_that_is_not_heard() -> None:
    async with at_a_desk(FakePbx()) as desk:
        assert await desk.ask(Follow(Whom.CALL)) == Refused(Notice("follow.only_heard"))
        await settle()
