"""A call of a queue, from joining to hanging up."""

from __future__ import annotations

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.floor.calls import MOST_STEPS
from whisper_tui.floor.measure import held, talked, waited
from whisper_tui.terms import CallState, Recording, Uniqueid


def test_a_caller_waits_is_rung_for_and_talks() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.caller("support", "5550151", "Marta Alves")
    call = pbx.call(customer)
    assert (call.state, call.queue, call.number, call.name) == (CallState.WAITING, "support", "5550151", "Marta Alves")
    pbx.now += 7
    assert waited(call, pbx.now) == 7
    phone = pbx.queue_rings(customer, "1001")
    assert (call.state, call.agent, call.agent_channel) == (CallState.RINGING, "PJSIP/1001", phone)
    pbx.now += 2
    bridge = pbx.queue_connects(customer, phone)
    pbx.now += 10
    assert (call.state, call.agent, call.agent_channel) == (CallState.TALKING, "PJSIP/1001", phone)
    assert (call.bridge, call.parties, call.interface) == (bridge, 2, "PJSIP/1001")
    assert waited(call, pbx.now) == 9
    assert talked(call, pbx.now) == 10
    assert call.talk_known
    assert pbx.floor.queues["support"].talking == 1
    assert list(pbx.floor.agents["PJSIP/1001"].calls) == [customer]


def test_a_call_is_gone_with_its_customer_and_leaves_nothing_behind() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.changes.calls.clear()
    pbx.hangs_up(customer, phone)
    assert not (pbx.floor.calls or pbx.floor.channels or pbx.floor.bridges)
    assert pbx.changes.calls == {customer}
    assert pbx.floor.queues["support"].talking == 0
    assert not pbx.floor.agents["PJSIP/1001"].calls


def test_a_caller_who_gives_up_is_counted_as_abandoned() -> None:
    pbx = Exchange()
    customer = pbx.caller("support")
    pbx.tell(e.QueueAbandoned("support", customer, 5))
    pbx.leaves_line(customer)
    assert pbx.call(customer).state is CallState.ELSEWHERE
    pbx.hangs_up(customer)
    assert pbx.floor.queues["support"].abandoned == 1
    assert not pbx.floor.calls


def test_an_agent_who_does_not_answer_leaves_the_caller_waiting() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.caller("support")
    phone = pbx.queue_rings(customer, "1001")
    pbx.tell(e.DialEnded(customer, phone, "NOANSWER"), e.AgentRangOut("support", "PJSIP/1001", customer, phone, 12000))
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.WAITING, "", None)
    pbx.hangs_up(phone)
    assert call.state is CallState.WAITING


def test_of_several_phones_that_ring_the_one_that_answers_is_the_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer = pbx.caller("support")
    first, second = pbx.queue_rings(customer, "1001"), pbx.queue_rings(customer, "1002")
    assert pbx.call(customer).agent == "PJSIP/1001", "the first that rings is shown"
    pbx.tell(e.DialEnded(customer, first, "CANCEL"))
    assert pbx.call(customer).agent == "PJSIP/1002"
    pbx.queue_connects(customer, second)
    assert (pbx.call(customer).agent, pbx.call(customer).agent_channel) == ("PJSIP/1002", second)
    pbx.hangs_up(first)
    assert pbx.call(customer).state is CallState.TALKING
    assert not pbx.floor.agents["PJSIP/1001"].calls


def test_holds_are_counted_and_timed() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    call = pbx.call(customer)
    for seconds in (4, 6):
        pbx.holds(phone)
        assert call.state is CallState.HELD
        pbx.now += seconds
        assert held(call, pbx.now) == (4 if seconds == 4 else 10)
        pbx.resumes(phone)
        assert call.state is CallState.TALKING
        pbx.now += 1
    assert (call.holds, call.held) == (2, 10)
    assert talked(call, pbx.now) == 12, "a hold is part of the call"
    assert pbx.floor.queues["support"].talking == 1


def test_a_customer_who_puts_the_agent_on_hold_holds_the_call_too() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, _, _ = pbx.queue_call("support", "1001")
    pbx.holds(customer)
    assert pbx.call(customer).state is CallState.HELD


def test_the_stray_unhold_of_a_blind_transfer_changes_nothing() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.changes.calls.clear()
    pbx.resumes(phone)
    assert pbx.call(customer).state is CallState.TALKING
    assert not pbx.changes.calls


def test_a_call_is_recorded_on_either_channel_and_no_more_when_that_hangs_up() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    call = pbx.call(customer)
    assert call.recording is Recording.OFF, "it was seen from its first moment"
    for channel in (customer, phone):
        pbx.tell(e.RecordingStarted(channel))
        assert call.recording is Recording.ON
        pbx.tell(e.RecordingMuted(channel, True))
        assert call.recording is Recording.PAUSED
        pbx.tell(e.RecordingMuted(channel, False))
        assert call.recording is Recording.ON
        pbx.tell(e.RecordingStopped(channel))
        assert call.recording is Recording.OFF
    pbx.tell(e.RecordingStarted(phone))
    pbx.hangs_up(phone)
    assert call.recording is Recording.OFF, "MixMonitorStop does not come when the channel hangs up"


def test_a_late_name_reaches_the_call() -> None:
    pbx = Exchange()
    customer = pbx.caller("support", "5550150", "")
    pbx.changes.calls.clear()
    pbx.tell(e.ChannelCaller(customer, "5550150", "Marta Alves"))
    assert pbx.call(customer).name == "Marta Alves"
    assert pbx.changes.calls == {customer}


def test_what_belongs_to_nobody_moves_nothing() -> None:
    pbx = Exchange()
    nobody = Uniqueid("lab-1.99")
    pbx.tell(
        e.ChannelStateChanged(nobody, 6, "", "", "", ""),
        e.ChannelGone(nobody, "PJSIP/9-00000001", 16, "", 0),
        e.BridgeLeft("bridge-1", nobody),
        e.BridgeGone("bridge-1"),
        e.QueueLeft("support", nobody, 1, 0),
        e.Held(nobody),
        e.RecordingStarted(nobody),
        e.DialEnded(nobody, nobody, "ANSWER"),
        e.SpyStopped(nobody, "", Uniqueid("")),
        e.MemberRemoved("support", "PJSIP/1001"),
    )
    assert not (pbx.floor.calls or pbx.floor.channels or pbx.floor.queues or pbx.floor.agents)
    assert not pbx.changes


def test_how_a_call_went_is_kept_and_of_an_endless_one_the_newest() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.caller("support")
    began = pbx.now
    pbx.now += 20
    phone = pbx.queue_rings(customer, "1001")
    pbx.now += 5
    pbx.queue_connects(customer, phone)
    call = pbx.call(customer)
    went = [(step.at - began, step.state) for step in call.steps]
    assert went == [(0, CallState.WAITING), (20, CallState.RINGING), (25, CallState.TALKING)]
    for _ in range(MOST_STEPS):
        pbx.now += 10
        pbx.holds(phone)
        pbx.now += 10
        pbx.resumes(phone)
    assert len(call.steps) == MOST_STEPS
    assert call.steps[-1].at == pbx.now
    assert not any(step.handed for step in call.steps)


def test_nothing_is_made_up_of_a_call_that_was_there_before_anybody_looked() -> None:
    pbx = Exchange(seeded=False)
    pbx.member("1001", "support")
    customer = pbx.caller("support")
    assert [step.state for step in pbx.call(customer).steps] == [CallState.WAITING]
