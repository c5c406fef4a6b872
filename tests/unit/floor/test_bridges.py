"""Transfers, takeovers, three in a bridge: the agent is whoever the customer talks to."""

from __future__ import annotations

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.floor.measure import talked
from whisper_tui.terms import CallState, Uniqueid


def test_a_blind_transfer_to_an_extension_is_the_same_call_with_another_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "sales")
    customer, first, _ = pbx.queue_call("support", "1001")
    pbx.now += 20
    pbx.tell(e.BlindTransferred(first, customer, "1002", True))
    pbx.leaves(first, customer)
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.ELSEWHERE, "", None)
    second = pbx.dials(customer, "PJSIP/1002", "1002")
    pbx.hangs_up(first)
    assert (call.state, call.agent, call.queue) == (CallState.RINGING, "PJSIP/1002", ""), "it is no queue's call now"
    bridge = pbx.answers(customer, second)
    assert pbx.call(customer) is call
    assert (call.state, call.agent, call.agent_channel, call.bridge) == (
        CallState.TALKING,
        "PJSIP/1002",
        second,
        bridge,
    )
    assert talked(call, pbx.now) == 0
    assert pbx.floor.queues["support"].talking == 0


def test_a_blind_transfer_to_another_queue_waits_there_under_the_same_key() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "sales")
    customer, first, _ = pbx.queue_call("support", "1001")
    pbx.leaves(customer, first)
    pbx.join(customer, "sales")
    pbx.hangs_up(first)
    call = pbx.call(customer)
    assert (call.state, call.queue, call.agent) == (CallState.WAITING, "sales", "")
    pbx.now += 3
    second = pbx.queue_rings(customer, "1002")
    pbx.queue_connects(customer, second)
    assert (call.state, call.agent, call.waited) == (CallState.TALKING, "PJSIP/1002", 3)
    assert (pbx.floor.queues["support"].talking, pbx.floor.queues["sales"].talking) == (0, 1)


def test_an_attended_transfer_puts_the_new_agent_into_the_old_ones_place_without_a_gap() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer, first, bridge = pbx.queue_call("support", "1001")
    pbx.now += 10
    pbx.holds(first)
    line_two = pbx.channel("PJSIP/1001", "1001")
    second = pbx.dials(line_two, "PJSIP/1002", "1002")
    consultation = pbx.answers(line_two, second)
    assert pbx.call(line_two).agent == "PJSIP/1002"
    assert pbx.call(line_two).peer == "PJSIP/1001"
    pbx.now += 5
    call = pbx.call(customer)
    assert call.state is CallState.HELD
    agents = []
    pbx.resumes(first)
    for happened in (
        e.BridgeLeft(consultation, second),
        e.BridgeLeft(bridge, first),
        e.BridgeEntered(bridge, second, customer, first),
        e.AttendedTransferred(first, customer, second, True),
        e.BridgeLeft(consultation, line_two),
    ):
        pbx.tell(happened)
        agents.append(call.agent_channel)
    assert agents == [first, first, second, second, second], "never nobody"
    pbx.hangs_up(line_two, first)
    assert (call.state, call.agent, call.queue) == (CallState.TALKING, "PJSIP/1002", "support")
    assert talked(call, pbx.now) == 15
    assert list(pbx.floor.calls) == [customer], "the consultation is over"
    steps = [(step.at - pbx.now, step.state, step.handed) for step in call.steps[-3:]]
    talks, waits = CallState.TALKING, CallState.HELD
    assert steps == [(-15, talks, False), (-5, waits, False), (0, talks, True)]


def test_a_transfer_to_a_phone_that_is_no_agents_leaves_nobody_to_whisper_to() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, first, bridge = pbx.queue_call("support", "1001")
    stranger = pbx.channel("PJSIP/100", "100", linkedid=customer)
    pbx.leaves(first)
    pbx.enters(stranger, bridge, swap=first)
    pbx.hangs_up(first)
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.TALKING, "", None)


def test_a_third_party_is_counted_and_the_agent_stays_the_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer, first, bridge = pbx.queue_call("support", "1001")
    other = pbx.channel("PJSIP/1002", "1002", linkedid=customer)
    pbx.enters(other, bridge)
    call = pbx.call(customer)
    assert (call.parties, call.agent_channel) == (3, first)
    pbx.hangs_up(first)
    assert (call.parties, call.agent, call.agent_channel) == (2, "PJSIP/1002", other)


def test_a_customer_whom_the_agent_leaves_alone_is_no_longer_that_agents() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.hangs_up(phone)
    call = pbx.call(customer)
    assert (call.agent, call.agent_channel, call.parties) == ("", None, 1)
    pbx.leaves(customer)
    assert call.state is CallState.ELSEWHERE, "a survey after the call, for one"


def test_after_a_takeover_the_supervisor_is_not_an_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("2001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    leg = pbx.channel("PJSIP/2001", "2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.tell(e.SpyStarted(leg, "PJSIP/2001-00000003", phone, "PJSIP/1001-00000002"))
    assert pbx.floor.spies[leg].spyee == phone
    pbx.enters(leg, "takeover")
    assert not pbx.floor.spies, "whoever is in a bridge spies no more; ChanSpyStop does not come"
    pbx.leaves(customer)
    pbx.enters(customer, "takeover")
    pbx.hangs_up(phone)
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.TALKING, "", None)
    assert (call.bridge, call.parties) == ("takeover", 2)


def test_a_bridge_that_is_destroyed_lets_everybody_out() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, _, bridge = pbx.queue_call("support", "1001")
    pbx.tell(e.BridgeGone(bridge))
    assert not pbx.floor.bridges
    assert pbx.call(customer).state is CallState.ELSEWHERE


def test_a_lost_leave_is_made_up_for_by_the_next_enter() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.enters(customer, "other")
    assert pbx.floor.channels[customer].bridge == "other"
    assert pbx.call(customer).agent_channel is None
    pbx.enters(phone, "other")
    assert pbx.call(customer).agent_channel == phone


def test_a_channel_that_nobody_announced_asks_for_the_lists() -> None:
    pbx = Exchange()
    pbx.tell(e.BridgeEntered("b", Uniqueid("lab-1.77"), Uniqueid("lab-1.77"), Uniqueid("")))
    assert pbx.changes.reread


def test_who_stays_in_the_bridge_takes_the_linkedid_of_who_enters() -> None:
    """In an attended transfer the customer comes to the second agent, who is told nothing (22.10.1)."""
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer, _, _ = pbx.queue_call("support", "1001")
    line_two = pbx.channel("PJSIP/1001", "1001")
    second = pbx.dials(line_two, "PJSIP/1002", "1002")
    consultation = pbx.answers(line_two, second)
    pbx.enters(customer, consultation, swap=line_two, linkedid=customer)
    assert pbx.floor.channels[second].linkedid == customer


def test_a_conference_makes_no_calls() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    for _ in range(40):
        pbx.bridge(pbx.channel("PJSIP/trunk", "5550150"), name="town hall")
    calls = len(pbx.floor.calls)
    pbx.enters(pbx.channel("PJSIP/1001", "1001"), "town hall")
    assert len(pbx.floor.calls) == calls == 0
    assert len(pbx.floor.bridges["town hall"].channels) == 41
