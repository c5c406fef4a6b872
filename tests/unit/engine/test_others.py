"""Other people on the same call: a second supervisor, spies from elsewhere, and the agent, who has rights too."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes.clock import settle
from tests.fakes.pbx import FakePbx
from tests.unit.engine.desk import Desk, at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.ami.events import ChannelGone, ChannelNew, DigitEnded, SpyStarted, SpyStopped, Tagged
from whisper_tui.audit.records import Kind
from whisper_tui.engine.backend import Phase
from whisper_tui.engine.rows import Whose
from whisper_tui.permissions.policy import Notify, Policy, Profile
from whisper_tui.supervision.intents import Barge, Done, Follow, Join, Leave, Listen, Refused, TakeOver, Whisper, Whom
from whisper_tui.terms import CallKey, Mode, Notice, Right, Uniqueid

RIVAL = Uniqueid("wt-ffffffff-00000000000000bb")
ALLOWED = frozenset(
    {
        "AbsoluteTimeout",
        "CoreShowChannels",
        "Getvar",
        "Hangup",
        "Originate",
        "PlayDTMF",
        "QueueStatus",
        "Setvar",
        "Status",
    }
)
"""What the account may run; no texts."""
EVERYTHING = (Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN)


def with_profile(*, notify: Notify = Notify.OFF, agent_may_decline: bool = False) -> Policy:
    profile = Profile(
        "leads",
        frozenset(EVERYTHING),
        os_users=frozenset({"ana"}),
        notify=notify,
        agent_may_decline=agent_may_decline,
    )
    return Policy((profile,), "digest")


def rival_listens(desk: Desk, call: CallKey, spyer: Uniqueid = RIVAL) -> None:
    agent = desk.pbx.agent_of(call.uniqueid)
    name = "PJSIP/2002-000000bb"
    desk.pbx._event(ChannelNew(spyer, spyer, name, 6, "2002", "", "internal", "s"))
    desk.pbx._event(SpyStarted(spyer, name, agent, desk.pbx.chans[agent].name))


async def test_of_two_supervisors_one_speaks_and_the_other_is_told_who() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        rival_listens(desk, call)
        await settle()
        (theirs,) = [badge for badge in desk.seat.view().calls[call].listeners if badge.whose is not Whose.MINE]
        assert (theirs.device, theirs.whose, theirs.mode) == ("PJSIP/2002", Whose.CONSOLE, Mode.SILENT)
        desk.pbx._event(DigitEnded(RIVAL, "5"))
        await settle()
        for intent in (Whisper(call), Barge(call)):
            assert await desk.ask(intent) == Refused(Notice("call.coached", {"phone": "PJSIP/2002"}))
        desk.pbx._event(DigitEnded(RIVAL, "4"))
        await settle()
        assert await desk.ask(Whisper(call)) == Done()


async def test_of_two_who_spoke_at_once_the_later_one_falls_silent() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        rival_listens(desk, call)
        key = desk.pbx._key

        def overtaken(leg, digit):  # type: ignore[no-untyped-def]
            if digit == "5":
                desk.pbx._event(DigitEnded(RIVAL, "5"))  # theirs was read a moment before ours
                desk.clock._now += 0.001
            key(leg, digit)

        desk.pbx._key = overtaken  # type: ignore[method-assign]
        await desk.ask(Whisper(call))
        await settle()
        assert desk.pbx.hears_supervisor() == {}
        assert desk.strip.mode is Mode.SILENT
        assert Notice("call.coached", {"phone": "PJSIP/2002"}) in desk.told


async def test_of_two_who_spoke_at_once_the_earlier_one_speaks_on() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        rival_listens(desk, call)
        await desk.ask(Whisper(call))
        desk.clock._now += 0.001
        desk.pbx._event(DigitEnded(RIVAL, "6"))
        await settle()
        assert desk.pbx.hears_supervisor() == {"PJSIP/1001": "whisper"}


async def test_a_spy_from_elsewhere_is_shown_with_who_is_heard_and_stands_in_the_log() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        rival_listens(desk, call, Uniqueid("pbx-9.1"))
        await settle()
        (row,) = desk.seat.view().spies.values()
        assert (row.whose, row.device, row.agent, row.call) == (Whose.FOREIGN, "PJSIP/2002", "Agent 1001", call)
        desk.pbx._event(SpyStopped(Uniqueid("pbx-9.1"), "PJSIP/2002-000000bb", desk.pbx.agent_of(call.uniqueid)))
        desk.pbx._event(ChannelGone(Uniqueid("pbx-9.1"), "PJSIP/2002-000000bb", 16, "", 0))
        await settle()
        assert not desk.seat.view().spies
        assert [row.deed for row in desk.paper.of(Kind.FOREIGN_SPY)] == ["started", "stopped"]


async def test_a_spy_on_a_call_that_may_not_be_seen_is_not_shown() -> None:
    async with at_a_desk(law=policy(*EVERYTHING, queues=("sales",))) as desk:
        call = await desk.call("support")
        rival_listens(desk, call)
        await settle()
        assert not desk.seat.view().spies


async def test_an_agent_who_presses_the_key_is_coached_no_more_in_this_call_but_heard() -> None:
    async with at_a_desk(law=with_profile(agent_may_decline=True), decline_key="9") as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Barge(call))
        desk.pbx.press_agent_key(call.uniqueid)
        await settle()
        assert desk.pbx.hears_supervisor() == {}
        assert (desk.strip.phase, desk.strip.mode) == (Phase.ON, Mode.SILENT)
        assert await desk.ask(Whisper(call)) == Refused(
            Notice("denied.declined", {"right": "call.whisper"}), denied=True
        )
        (row,) = desk.paper.of(Kind.DECLINED)
        assert row.session == desk.strip.session
        assert row.detail == ""


async def test_the_agents_key_is_looked_for_only_while_somebody_listens_and_the_profile_says_so() -> None:
    async with at_a_desk(law=with_profile(agent_may_decline=True), decline_key="9") as desk:
        call = await desk.call()
        assert not desk.pbx.keys
        await desk.ask(Listen(call))
        assert desk.pbx.keys == {desk.pbx.agent_of(call.uniqueid): "9"}
        await desk.ask(Leave())
        assert not desk.pbx.keys
    async with at_a_desk(law=with_profile(), decline_key="9") as desk:
        await desk.ask(Listen(await desk.call()))
        assert not desk.pbx.keys


async def test_live_notice_reaches_the_agent_before_the_supervisor_can_be_heard() -> None:
    async with at_a_desk(FakePbx(allowed=ALLOWED | {"MessageSend"}), law=with_profile(notify=Notify.LIVE)) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        assert not desk.pbx.texts, "silence needs no notice"
        assert await desk.ask(Whisper(call)) == Done()
        assert [phone for phone, _ in desk.pbx.texts] == ["PJSIP/1001"]
        told = next(n for n, a in enumerate(desk.pbx.sent) if isinstance(a, do.MessageSend))
        assert not any(isinstance(a, do.PlayDtmf) and a.digit == "5" for a in desk.pbx.sent[:told])
        await desk.ask(Barge(call))
        assert len(desk.pbx.texts) == 1, "once for each time that the agent begins to hear"
        assert [row.detail for row in desk.paper.of(Kind.NOTIFIED)] == ["told"]


async def test_where_agents_cannot_be_told_live_means_silence() -> None:
    async with at_a_desk(FakePbx(allowed=ALLOWED), law=with_profile(notify=Notify.LIVE)) as desk:
        call = await desk.call()
        assert await desk.ask(Listen(call)) == Done()
        for intent in (Whisper(call), Barge(call), TakeOver(call)):
            answer = await desk.ask(intent)
            assert isinstance(answer, Refused)
            assert answer.why.code == "notify.impossible"


async def test_after_the_session_the_agent_is_told_and_the_log_says_so() -> None:
    async with at_a_desk(FakePbx(allowed=ALLOWED | {"MessageSend"}), law=with_profile(notify=Notify.AFTER)) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        assert not desk.pbx.texts
        await desk.ask(Leave())
        assert [phone for phone, _ in desk.pbx.texts] == ["PJSIP/1001"]
        assert [row.detail for row in desk.paper.of(Kind.NOTIFIED)] == ["told"]


async def test_the_privacy_curtain_releases_the_leg_at_once_and_only_a_person_resumes() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        await desk.ask(Barge(call))
        await desk.ask(Follow(Whom.CALL))
        desk.pbx._event(Tagged(call.uniqueid, "pci", True))
        await settle()
        assert desk.strip.phase is Phase.IDLE
        assert desk.pbx.hears_supervisor() == {}
        assert desk.pbx.leg is not None
        assert desk.pbx.leg.spyee is None
        (suspended,) = desk.paper.of(Kind.SUSPENDED)
        (left,) = desk.paper.of(Kind.LEFT)
        assert (suspended.rule, suspended.session, left.cause) == ("curtain", left.session, "denied.curtain")
        answer = await desk.ask(Listen(call))
        assert isinstance(answer, Refused)
        assert answer.why.code == "denied.curtain"
        desk.pbx._event(Tagged(call.uniqueid, "pci", False))
        await desk.clock.wind(30)
        assert desk.strip.phase is Phase.IDLE, "it came back by itself"
        assert await desk.ask(Listen(call)) == Done()
        assert desk.paper.of(Kind.AIMED)[-1].follows == suspended.session


async def test_a_supervisor_who_is_a_party_of_the_call_leaves_it_for_the_curtain() -> None:
    async with at_a_desk(law=with_profile()) as desk:
        call = await desk.call()
        await desk.ask(Join(call))
        desk.pbx._event(Tagged(call.uniqueid, "pci", True))
        await settle()
        assert desk.pbx.leg is None


async def test_nobody_hears_an_agent_whom_the_policy_exempts_and_the_row_is_seen() -> None:
    law = replace(with_profile(), exempt_agents=("PJSIP/1001",))
    async with at_a_desk(law=law) as desk:
        call = await desk.call()
        assert call in desk.seat.view().calls
        for intent in (Listen(call), Whisper(call), Barge(call), Join(call)):
            answer = await desk.ask(intent)
            assert isinstance(answer, Refused)
            assert answer.why.code == "denied.exempt"
        assert not any(isinstance(a, do.Originate) for a in desk.pbx.sent)
