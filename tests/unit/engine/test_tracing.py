"""What was asked of the PBX, as far as the profile goes."""

from __future__ import annotations

import asyncio

from tests.fakes.clock import settle
from tests.unit.engine.desk import ANA as PERSON
from tests.unit.engine.desk import INSTALLATION, PBX, Desk, at_a_desk, policy
from tests.unit.engine.test_agents import ANA
from whisper_tui.ami.actions import BlindTransfer, Getvar, MessageSend, Outcome, PlayDtmf, Reply, Setvar, Status
from whisper_tui.ami.queue_actions import QueuePause
from whisper_tui.engine.phone import PhoneRules
from whisper_tui.engine.rows import TraceRow
from whisper_tui.permissions.masks import HIDDEN
from whisper_tui.permissions.policy import Policy, Profile
from whisper_tui.supervision.intents import Done, Listen, Mute, Unmute, Whisper
from whisper_tui.terms import Notice, Right, Subject, Uniqueid

LOOKS = policy(Right.FLOOR_VIEW, Right.LISTEN, Right.AMI_TRACE)


def rows(desk: Desk) -> tuple[TraceRow, ...]:
    told = desk.seat.trace()
    assert not isinstance(told, Notice)
    return tuple(told)


async def test_every_action_of_a_session_stands_there_in_order_with_its_answer_and_its_time() -> None:
    async with at_a_desk(law=LOOKS) as desk:
        call = await desk.call()
        before = len(desk.pbx.sent)
        await desk.ask(Listen(call))
        await settle()
        sent = [action.name for action in desk.pbx.sent[before:]]
        seen = rows(desk)[-len(sent) :]
        assert [row.action for row in seen] == sent
        assert "Originate" in sent
        assert {row.outcome for row in seen} == {"done"}
        assert all(row.seconds is not None for row in seen)
        originate = next(row for row in seen if row.action == "Originate")
        fields = dict(originate.fields)
        assert (fields["Channel"], fields["Application"], fields["CallerID"]) == ("PJSIP/2001", "ChanSpy", HIDDEN)
        assert [dict(row.fields)["Digit"] for row in seen if row.action == "PlayDTMF"]


async def test_what_is_not_known_to_be_harmless_is_hidden_and_nothing_of_an_answer_but_its_words() -> None:
    async with at_a_desk(law=LOOKS) as desk:
        call = await desk.call()
        wire, leg = desk.engine.lines[PBX].wire, Uniqueid(f"wt-{'0' * 8}-{'1' * 16}")
        await desk.ask(Listen(call))
        own = desk.seat.handset.mine
        assert own is not None
        desk.pbx.refusals["Getvar"] = Reply(Outcome.DONE, "call 0612345678", value="canary-value")
        for name in ("PlayDTMF", "Setvar", "BlindTransfer"):
            desk.pbx.refusals[name] = Reply(Outcome.DONE)
        await wire.send(MessageSend("PJSIP/1001", "canary-text"))
        await wire.send(PlayDtmf(own, "4"))
        await wire.send(Setvar(own, "SPYGROUP", "canary-group"))
        await wire.send(Setvar(own, "FRAME_DROP(RX)", "DTMF_END"))
        await wire.send(Getvar(own, "SPYGROUP"))
        await wire.send(PlayDtmf(leg, "4"))
        await wire.send(BlindTransfer(call.uniqueid, "queues", "canary-exten"))
        shown = rows(desk)[-7:]
        assert "canary" not in repr(shown)
        assert "0612345678" not in repr(shown)
        assert dict(shown[1].fields)["Digit"] == "4"
        assert dict(shown[3].fields)["Value"] == "DTMF_END"
        assert (shown[5].action, shown[5].fields, shown[5].answer) == (HIDDEN, (), ""), "another installation's leg"


async def test_an_action_on_what_the_profile_does_not_reach_is_hidden_whole() -> None:
    async with at_a_desk(law=policy(Right.FLOOR_VIEW, Right.AMI_TRACE, queues=("sales",))) as desk:
        call = await desk.call()
        desk.pbx.staffs(ANA)
        await settle()
        wire = desk.engine.lines[PBX].wire
        await wire.send(Status(call.uniqueid))
        await wire.send(Status(Uniqueid("1795.999")))
        await wire.send(QueuePause("support", "PJSIP/1001", True, "lunch"))
        await wire.send(MessageSend("PJSIP/1001", "coached"))
        for row in rows(desk)[-4:]:
            assert (row.action, row.fields, row.answer) == (HIDDEN, (), "")


async def test_what_a_colleague_does_on_a_call_out_of_the_profile_is_hidden_whole() -> None:
    everything = frozenset({Right.FLOOR_VIEW, Right.LISTEN, Right.WHISPER, Right.BARGE})
    ben = Profile("leads", everything, os_users=frozenset({"ben"}))
    for queues, shown in ((("sales",), set()), (("support",), {"4", "5"})):
        mine = policy(Right.FLOOR_VIEW, Right.AMI_TRACE, queues=queues).profiles[0]
        async with at_a_desk(law=Policy((mine, ben), "digest")) as desk:
            colleague = desk.engine.admit(Subject("ben", 1001), PhoneRules("PJSIP/2002", INSTALLATION))
            call = await desk.call()
            for intent in (Listen(call), Whisper(call), Mute(), Unmute(), Listen(call)):
                assert await colleague.ask(intent) == Done()
            seen = rows(desk)
            told = {field for row in seen for field in row.fields}
            assert {value for name, value in told if name == "Digit"} == shown
            assert (("Channel", colleague.handset.mine) in told) is bool(shown)
            assert ("BridgeInfo" in {row.action for row in seen}) is bool(shown)


async def test_without_the_right_nothing_is_kept_or_shown_and_a_person_on_their_own_engine_needs_none() -> None:
    law = policy(Right.FLOOR_VIEW)
    async with at_a_desk(law=law) as desk:
        other = desk.engine.admit(PERSON, PhoneRules("PJSIP/2002", INSTALLATION), enforced=True)
        await desk.engine.lines[PBX].wire.send(Status())
        told = other.trace()
        assert isinstance(told, Notice)
        assert told.code == "denied.no-right"
        assert other._trace.rows() == ()
        assert rows(desk)


async def test_what_was_shown_is_forgotten_when_the_policy_is_another_and_only_so_much_is_kept() -> None:
    async with at_a_desk(law=LOOKS) as desk:
        wire = desk.engine.lines[PBX].wire
        for _ in range(600):
            await wire.send(Status())
        kept = rows(desk)
        assert len(kept) == 500
        assert [row.number for row in kept] == list(range(kept[-1].number - 499, kept[-1].number + 1))
        desk.seat.policy_changed()
        assert rows(desk) == ()


async def test_an_action_that_is_not_answered_says_so_and_one_given_up_is_unknown() -> None:
    async with at_a_desk(law=LOOKS) as desk:
        desk.pbx.refusals["Status"] = Reply(Outcome.UNKNOWN, "no answer in 15 s")
        wire = desk.engine.lines[PBX].wire
        await wire.send(Status())
        assert (rows(desk)[-1].outcome, rows(desk)[-1].answer) == ("unknown", "no answer in 15 s (0)")
        waiting = asyncio.create_task(wire.send(Status()))
        waiting.cancel()
        await asyncio.wait({waiting})
        assert rows(desk)[-1].outcome == "unknown"
