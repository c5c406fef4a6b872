"""The supervisor as a party of the call: in the agent's place, beside the others, and out of it again."""

from __future__ import annotations

import asyncio

from msgspec import structs

from tests.fakes.clock import settle
from tests.fakes.pbx import Chan, FakePbx
from tests.unit.engine.desk import Desk, Paper, at_a_desk, policy
from whisper_tui.ami import actions as do
from whisper_tui.ami.events import BridgeEntered, ChannelNew, RecordingStarted
from whisper_tui.audit.history import Row, Unclosed
from whisper_tui.audit.records import CallRef, Certainty, Kind, Record
from whisper_tui.engine.backend import Hears, Phase
from whisper_tui.engine.parties import Entries
from whisper_tui.supervision.intents import Barge, Done, HandBack, Join, Leave, Listen, Mute, Refused, TakeOver, Unmute
from whisper_tui.terms import CallKey, Mode, Notice, Recording, Right, Uniqueid

LAW = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN)
ENTRIES = Entries("internal,{number}", {"support": "from-trunk,5550100"})


async def taken(desk: Desk) -> CallKey:
    call = await desk.call()
    await desk.ask(Listen(call))
    assert await desk.ask(TakeOver(call)) == Done()
    return call


async def test_after_a_takeover_the_customer_alone_hears_the_supervisor_and_the_agent_is_gone() -> None:
    async with at_a_desk(law=LAW) as desk:
        await taken(desk)
        strip = desk.strip
        assert (strip.phase, strip.mode) == (Phase.ON, Mode.TAKEOVER)
        assert (strip.agent_hears, strip.customer_hears) == (Hears.NO, Hears.YES)
        assert desk.pbx.hears_supervisor() == {"PJSIP/trunk": "party"}


async def test_a_takeover_goes_through_barge_and_names_the_customer_by_the_whole_name() -> None:
    async with at_a_desk(law=LAW) as desk:
        await taken(desk)
        bridge = next(n for n, a in enumerate(desk.pbx.sent) if isinstance(a, do.Bridge))
        assert any(isinstance(a, do.PlayDtmf) and a.digit == "6" for a in desk.pbx.sent[:bridge])
        assert desk.pbx.sent[bridge] == do.Bridge(desk.strip.leg, "PJSIP/trunk-00000001")  # type: ignore[arg-type]
        requested = [row.deed for row in desk.paper.of(Kind.REQUESTED)]
        assert requested == ["listen", "takeover"]


async def test_a_call_of_ones_own_has_no_lease_and_an_open_keypad() -> None:
    async with at_a_desk(law=LAW) as desk:
        await taken(desk)
        leg = desk.pbx.leg
        assert leg is not None
        assert (leg.lease, leg.frame_drop) == (0, "")
        for _ in range(10):
            desk.seat.beat()
            await desk.clock.wind(1)
        assert leg.lease == 0, "the lease was renewed again"


async def test_closing_the_console_does_not_end_a_call_of_ones_own_and_its_log_stays_open() -> None:
    async with at_a_desk(law=LAW) as desk:
        await taken(desk)
    assert desk.pbx.leg is not None
    assert Kind.LEFT not in desk.paper.kinds()


async def test_a_lost_link_does_not_end_it_either_and_its_end_in_the_gap_is_bounded() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await taken(desk)
        desk.pbx.drop()
        await settle()
        assert desk.strip.mode is Mode.TAKEOVER
        desk.pbx.connect()
        await desk.clock.wind(3)
        assert desk.pbx.leg is not None
        assert desk.strip.mode is Mode.TAKEOVER
        desk.pbx.drop()
        leg = desk.pbx.leg
        del desk.pbx.chans[leg.uniqueid], desk.pbx.chans[call.uniqueid]  # nobody watched it end
        desk.pbx.connect()
        await desk.clock.wind(3)
        assert desk.strip.phase is Phase.NONE
        (left,) = desk.paper.of(Kind.LEFT)
        assert left.end_certainty is Certainty.BOUNDED


async def test_the_next_start_leaves_such_a_call_alone_and_closes_its_rows_when_it_ends() -> None:
    leg = "wt-0123abcd-00000000000000aa"
    requested = Record(
        Kind.REQUESTED, 1.0, 1.0, "before", leg=leg, session="s1", call=CallRef(pbx="lab"), deed="listen"
    )
    opened, latest = Row(7, requested, b""), Row(9, structs.replace(requested, deed="takeover"), b"")
    pbx = FakePbx()
    pbx.chans[leg] = Chan(Uniqueid(leg), "PJSIP/2001-000000aa", Uniqueid(leg), "bridge-own")
    customer = Uniqueid("pbx-1.7")
    pbx.chans[customer] = Chan(customer, "PJSIP/trunk-00000007", customer, "bridge-own")
    async with at_a_desk(pbx, law=LAW, paper=Paper(unclosed=[Unclosed("s1", opened, latest)])) as desk:
        await desk.clock.wind(1)
        assert leg in pbx.chans
        assert Kind.LEFT not in desk.paper.kinds()
        pbx.hang_up_call(customer)
        await settle()
        (left,) = desk.paper.of(Kind.LEFT)
        assert (left.session, left.cause, left.end_certainty) == ("s1", "takeover.ended", Certainty.EXACT)


async def test_the_next_start_hangs_up_a_third_party_that_nobody_attends() -> None:
    leg = "wt-0123abcd-00000000000000aa"
    requested = Record(Kind.REQUESTED, 1.0, 1.0, "before", leg=leg, session="s1", call=CallRef(pbx="lab"), deed="join")
    row, pbx = Row(7, requested, b""), FakePbx()
    pbx.chans[leg] = Chan(Uniqueid(leg), "PJSIP/2001-000000aa", Uniqueid(leg), "bridge-1")
    async with at_a_desk(pbx, law=LAW, paper=Paper(unclosed=[Unclosed("s1", row, row)])) as desk:
        await desk.clock.wind(1)
        assert leg not in pbx.chans
        (left,) = desk.paper.of(Kind.LEFT)
        assert left.end_certainty is Certainty.BOUNDED


async def test_its_log_closes_at_the_hangup_and_says_whose() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await taken(desk)
        await desk.clock.wind(30)
        desk.pbx.hang_up_call(call.uniqueid)
        await settle()
        (left,) = desk.paper.of(Kind.LEFT)
        assert (left.cause, left.end_certainty) == ("takeover.customer_left", Certainty.EXACT)
        assert left.seconds is not None
        assert left.seconds["takeover"] == left.audible == 30.0
        assert desk.strip.phase is Phase.NONE


async def test_leaving_ones_own_call_hangs_up_and_the_log_says_that_the_supervisor_did() -> None:
    async with at_a_desk(law=LAW) as desk:
        await taken(desk)
        assert await desk.ask(Leave()) == Done()
        (left,) = desk.paper.of(Kind.LEFT)
        assert left.cause == "takeover.left"


async def test_the_microphone_of_ones_own_call_closes_without_locking_the_keypad() -> None:
    async with at_a_desk(law=LAW) as desk:
        await taken(desk)
        assert await desk.ask(Mute()) == Done()
        assert desk.pbx.hears_supervisor() == {}
        assert desk.pbx.leg is not None
        assert desk.pbx.leg.frame_drop == "VOICE"
        assert desk.strip.customer_hears is Hears.NO
        assert await desk.ask(Unmute()) == Done()
        assert desk.pbx.leg.frame_drop == ""
        assert desk.strip.customer_hears is Hears.YES


async def test_a_takeover_that_the_pbx_refuses_leaves_the_supervisor_silent_on_the_call() -> None:
    async with at_a_desk(FakePbx(takes_over=False), law=LAW) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        assert await desk.ask(TakeOver(call)) == Refused(Notice("takeover.refused"))
        assert (desk.strip.phase, desk.strip.mode) == (Phase.ON, Mode.SILENT)
        assert desk.pbx.hears_supervisor() == {}


async def test_a_takeover_whose_bridge_is_not_seen_ends_muted_and_hung_up() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.pbx._bridge = lambda leg, name: do.Reply(do.Outcome.DONE)  # type: ignore[method-assign]
        asking = asyncio.create_task(desk.seat.ask(TakeOver(call)))
        await desk.clock.wind(3)
        assert isinstance(await asking, Refused)
        assert desk.pbx.leg is None


async def test_without_the_right_there_is_no_takeover_and_it_is_written_down() -> None:
    async with at_a_desk() as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        answer = await desk.ask(TakeOver(call))
        assert isinstance(answer, Refused)
        assert answer.denied
        assert not any(isinstance(a, do.Bridge) for a in desk.pbx.sent)
        assert [row.deed for row in desk.paper.of(Kind.DENIED)] == ["takeover"]


async def test_a_call_that_is_not_heard_is_not_taken_over() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await desk.call()
        assert await desk.ask(TakeOver(call)) == Refused(Notice("takeover.listen_first"))


async def test_nothing_is_taken_over_while_the_log_cannot_be_written() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await desk.call()
        await desk.ask(Listen(call))
        desk.paper.full = True
        answer = await desk.ask(TakeOver(call))
        assert isinstance(answer, Refused)
        assert answer.why.code == "log.unwritable"
        assert not any(isinstance(a, do.Bridge) for a in desk.pbx.sent)


async def test_the_customer_is_handed_back_to_the_agent_or_to_a_queue_that_the_settings_name() -> None:
    for back, exten in ((HandBack(), "1001"), (HandBack("support"), "5550100")):
        async with at_a_desk(FakePbx(extensions={exten}), law=LAW, entries=ENTRIES) as desk:
            await taken(desk)
            assert await desk.ask(back) == Done()
            assert desk.pbx.handed == [exten]
            assert desk.strip.phase is Phase.NONE
            (left,) = desk.paper.of(Kind.LEFT)
            assert left.cause == "handback.done"


async def test_a_hand_back_that_the_dialplan_does_not_know_changes_nothing() -> None:
    async with at_a_desk(law=LAW, entries=ENTRIES) as desk:
        await taken(desk)
        assert await desk.ask(HandBack("sales")) == Refused(Notice("handback.no_entry", {"to": "sales"}))
        assert await desk.ask(HandBack()) == Refused(
            Notice("handback.no_extension", {"to": "Agent 1001", "place": "internal,1001"})
        )
        assert desk.strip.mode is Mode.TAKEOVER
        assert desk.pbx.hears_supervisor() == {"PJSIP/trunk": "party"}


async def test_nobody_is_handed_back_who_was_not_taken_over() -> None:
    async with at_a_desk(law=LAW, entries=ENTRIES) as desk:
        await desk.ask(Listen(await desk.call()))
        assert await desk.ask(HandBack()) == Refused(Notice("handback.no_call"))


async def three_of_them(desk: Desk) -> CallKey:
    call = await desk.call()
    third = Chan(Uniqueid("pbx-3.1"), "PJSIP/1003-00000033", call.uniqueid, "bridge-1")
    desk.pbx.chans[third.uniqueid] = third
    desk.pbx._event(ChannelNew(third.uniqueid, third.linkedid, third.name, 6, "1003", "", "internal", "s"))
    desk.pbx._event(BridgeEntered("bridge-1", third.uniqueid, third.linkedid, Uniqueid("")))
    await settle()
    return call


async def test_in_a_call_of_three_a_barge_is_refused_and_a_third_party_is_heard_by_all() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await three_of_them(desk)
        await desk.ask(Listen(call))
        assert await desk.ask(Barge(call)) == Refused(Notice("call.bridge_of_three"))
        assert await desk.ask(TakeOver(call)) == Refused(Notice("takeover.bridge_of_three"))
        assert await desk.ask(Join(call)) == Done()
        assert set(desk.pbx.hears_supervisor()) == {"PJSIP/trunk", "PJSIP/1001", "PJSIP/1003"}
        strip = desk.strip
        assert (strip.mode, strip.agent_hears, strip.customer_hears) == (Mode.THIRD, Hears.YES, Hears.YES)
        (first, second) = [a for a in desk.pbx.sent if isinstance(a, do.Originate)]
        assert isinstance(second, do.OriginateThird)
        assert second.beside == "PJSIP/1001-00000001"
        assert first.leg != second.leg
        assert await desk.ask(Mute()) == Done()
        assert desk.pbx.hears_supervisor() == {}


async def test_a_third_party_is_never_thought_silent_on_the_way_in() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await three_of_them(desk)
        seen = []
        desk.seat.subscribe(lambda changes: seen.append((changes.strip, bool(desk.pbx.hears_supervisor()))))
        await desk.ask(Join(call))
        told = [strip.customer_hears for strip, heard in seen if strip is not None and heard]
        assert told
        assert Hears.NO not in told


async def test_a_third_party_leaves_when_its_agent_does() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await three_of_them(desk)
        await desk.ask(Join(call))
        desk.pbx.move(call.uniqueid, "1002", 2)
        await settle()
        assert desk.pbx.leg is None
        assert desk.strip.phase is Phase.NONE


async def test_without_the_right_to_join_three_stay_among_themselves() -> None:
    async with at_a_desk() as desk:
        call = await three_of_them(desk)
        answer = await desk.ask(Join(call))
        assert isinstance(answer, Refused)
        assert answer.denied
        assert not any(isinstance(a, do.Originate) for a in desk.pbx.sent)


async def test_a_recording_that_begins_after_the_takeover_is_said_to_hold_the_voice() -> None:
    async with at_a_desk(law=LAW) as desk:
        call = await taken(desk)
        assert desk.strip.recorded is False
        desk.pbx._event(RecordingStarted(call.uniqueid))
        await settle()
        shown = [changes.strip for changes in desk.changes if changes.strip is not None][-1]
        assert (shown.recording, shown.recorded) == (Recording.ON, True)
        await desk.ask(Leave())
        (left,) = desk.paper.of(Kind.LEFT)
        assert (left.recording, left.recording_holds_coach) == ("on", True)
