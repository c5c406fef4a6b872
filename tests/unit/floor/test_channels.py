"""Calls outside queues, names that are used again."""

from __future__ import annotations

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.terms import CallState, Uniqueid


def test_a_direct_call_to_an_agent_is_a_call_outside_any_queue() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.channel("PJSIP/trunk", "5550151", "Marta Alves")
    phone = pbx.dials(customer, "PJSIP/1001", "1001")
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel, call.queue) == (CallState.RINGING, "PJSIP/1001", phone, "")
    bridge = pbx.answers(customer, phone)
    assert (call.state, call.bridge, call.outbound) == (CallState.TALKING, bridge, False)
    pbx.hangs_up(phone, customer)
    assert not pbx.floor.calls


def test_an_agent_who_calls_out_is_the_agent_and_who_is_called_the_customer() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    phone = pbx.channel("PJSIP/1001", "1001", "Ana Lima")
    customer = pbx.dials(phone, "PJSIP/trunk", "5550152")
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.RINGING, "PJSIP/1001", phone)
    assert (call.outbound, call.number) == (True, "5550152")
    pbx.answers(phone, customer)
    assert (call.state, call.agent_channel) == (CallState.TALKING, phone)
    pbx.leaves(phone)
    pbx.hangs_up(customer)
    assert not pbx.floor.calls
    assert not pbx.floor.agents["PJSIP/1001"].calls


def test_an_outbound_call_that_is_busy_is_gone() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    phone = pbx.channel("PJSIP/1001", "1001")
    customer = pbx.dials(phone, "PJSIP/trunk", "5550152")
    pbx.tell(e.DialEnded(phone, customer, "BUSY"))
    assert pbx.call(customer).state is CallState.ELSEWHERE
    pbx.hangs_up(customer, phone)
    assert not pbx.floor.calls


def test_a_customer_whom_an_agent_called_may_be_sent_to_a_queue() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    phone = pbx.channel("PJSIP/1001", "1001")
    customer = pbx.dials(phone, "PJSIP/trunk", "5550152")
    pbx.answers(phone, customer)
    pbx.leaves(phone, customer)
    pbx.join(customer, "support")
    second = pbx.queue_rings(customer, "1002")
    call = pbx.call(customer)
    assert (call.state, call.queue, call.agent_channel) == (CallState.RINGING, "support", second)


def test_a_ring_group_is_one_call_and_whoever_answers_is_its_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer = pbx.channel("PJSIP/trunk", "5550151")
    first, second = pbx.dials(customer, "PJSIP/1001", "1001"), pbx.dials(customer, "PJSIP/1002", "1002")
    assert list(pbx.floor.calls) == [customer]
    pbx.tell(e.DialEnded(customer, first, "CANCEL"))
    pbx.answers(customer, second)
    assert (pbx.call(customer).agent, pbx.call(customer).agent_channel) == ("PJSIP/1002", second)


def test_when_two_agents_talk_the_one_who_called_stands_in_the_customers_place() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    caller = pbx.channel("PJSIP/1001", "1001", "Ana Lima")
    called = pbx.dials(caller, "PJSIP/1002", "1002")
    pbx.answers(caller, called)
    call = pbx.call(caller)
    assert (call.agent, call.agent_channel, call.peer, call.name) == ("PJSIP/1002", called, "PJSIP/1001", "Ana Lima")
    assert list(pbx.floor.agents["PJSIP/1001"].calls) == list(pbx.floor.agents["PJSIP/1002"].calls) == [caller]


def test_a_call_between_phones_that_are_nobodys_is_not_on_the_floor() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.channel("PJSIP/trunk", "5550151")
    pbx.answers(customer, pbx.dials(customer, "PJSIP/100", "100"))
    assert not pbx.floor.calls


def test_a_picked_up_call_is_found_by_its_bridge() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone = pbx.channel("PJSIP/trunk", "5550151"), pbx.channel("PJSIP/1001", "1001")
    pbx.bridge(phone, customer)
    assert (pbx.call(customer).agent_channel, pbx.call(customer).state) == (phone, CallState.TALKING)


def test_a_supervision_leg_is_no_call_though_it_rings_an_agents_phone() -> None:
    pbx = Exchange()
    pbx.member("2001", "support")
    leg = pbx.channel("PJSIP/2001", "2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.tell(e.DialBegun(Uniqueid(""), leg, "PJSIP/2001-00000001"))
    pbx.enters(leg, "b")
    pbx.enters(pbx.channel("PJSIP/trunk", "5550151"), "b")
    assert not pbx.floor.calls


def test_a_name_that_a_restarted_asterisk_uses_again_is_another_channel() -> None:
    pbx = Exchange()
    name = "PJSIP/trunk-00000000"
    old, new = Uniqueid("lab-1.0"), Uniqueid("lab-2.0")
    pbx.tell(
        e.ChannelNew(old, old, name, 4, "5550150", "", "", ""), e.ChannelNew(new, new, name, 4, "5550151", "", "", "")
    )
    pbx.tell(e.ChannelGone(old, name, 16, "", 0))
    assert list(pbx.floor.channels) == [new]
