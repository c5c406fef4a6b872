"""The line of a queue: positions and priorities; and members that are `Local/...`."""

from __future__ import annotations

import pytest

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.terms import CallState, Uniqueid


def line(pbx: Exchange, queue: str = "support") -> list[tuple[str, int]]:
    return [(str(pbx.call(uid).number), place.position) for uid, place in pbx.floor.queues[queue].waiting.items()]


def test_callers_stand_in_the_order_in_which_they_came() -> None:
    pbx = Exchange()
    for number in ("1", "2", "3"):
        pbx.caller("support", number)
    assert line(pbx) == [("1", 1), ("2", 2), ("3", 3)]
    assert not pbx.changes.reread


def test_a_caller_with_priority_moves_the_others_down_and_asks_for_the_list() -> None:
    pbx = Exchange()
    for number in ("1", "2", "3"):
        pbx.caller("support", number)
    moved = [uid for uid, place in pbx.floor.queues["support"].waiting.items() if place.position > 1]
    pbx.changes.calls.clear()
    urgent = pbx.caller("support", "9", position=2)
    assert line(pbx) == [("1", 1), ("9", 2), ("2", 3), ("3", 4)]
    assert pbx.changes.calls == {urgent, *moved}
    assert pbx.changes.reread, "only QueueEntry tells the priority"
    assert pbx.floor.queues["support"].waiting[urgent].priority is None


def test_who_comes_behind_a_priority_may_have_one_too_and_the_list_is_asked() -> None:
    pbx = Exchange()
    first = pbx.caller("support", "1")
    pbx.floor.queues["support"].waiting[first].priority = 0
    pbx.caller("support", "2")
    assert not pbx.changes.reread, "behind one without a priority nobody has one"
    pbx.floor.queues["support"].waiting[first].priority = 5
    third = pbx.caller("sales", "3")
    pbx.floor.queues["sales"].waiting[third].priority = 5
    assert not pbx.changes.reread
    pbx.caller("sales", "4")
    assert pbx.changes.reread


def test_those_behind_move_up_when_a_caller_leaves() -> None:
    pbx = Exchange()
    callers = [pbx.caller("support", number) for number in ("1", "2", "3")]
    pbx.changes.calls.clear()
    pbx.leaves_line(callers[1])
    assert line(pbx) == [("1", 1), ("3", 2)]
    assert callers[0] not in pbx.changes.calls
    assert not pbx.changes.reread


@pytest.mark.parametrize(("position", "count"), [(5, 5), (1, 7)])
def test_a_place_or_a_count_that_does_not_fit_asks_for_the_list(position: int, count: int) -> None:
    pbx = Exchange()
    pbx.join(pbx.channel("PJSIP/trunk", "1"), "support", position, count)
    assert pbx.changes.reread
    assert line(pbx) == [("1", position)]


def test_a_join_that_a_list_has_already_told_is_not_a_second_caller() -> None:
    pbx = Exchange()
    customer = pbx.caller("support", "1")
    since = pbx.floor.queues["support"].waiting[customer].since
    pbx.now += 1
    pbx.join(customer, "support", 1, 1)
    assert line(pbx) == [("1", 1)]
    assert pbx.floor.queues["support"].waiting[customer].since == since


def test_a_caller_stands_in_one_queue_at_a_time() -> None:
    pbx = Exchange()
    customer = pbx.caller("support", "1")
    pbx.join(customer, "sales")
    assert line(pbx) == []
    assert line(pbx, "sales") == [("1", 1)]


def test_an_agent_may_be_a_queues_caller_and_is_shown_as_such() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "sales")
    caller = pbx.channel("PJSIP/1001", "1001", "Ana Lima")
    pbx.join(caller, "sales")
    phone = pbx.queue_rings(caller, "1002")
    pbx.queue_connects(caller, phone)
    call = pbx.call(caller)
    assert (call.queue, call.agent, call.peer) == ("sales", "PJSIP/1002", "PJSIP/1001")


def test_a_supervision_leg_never_waits() -> None:
    pbx = Exchange()
    leg = pbx.channel("PJSIP/2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.join(leg, "support")
    assert not pbx.floor.calls


def test_completed_calls_are_counted() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.tell(e.AgentCompleted("support", "PJSIP/1001", customer, phone, "caller", 3, 9))
    assert pbx.floor.queues["support"].completed == 1


# --- AUDIO.md F12: Local/1001@internal/n, as FreePBX makes its members

LOCAL = "Local/1001@internal/n"


def local_call(pbx: Exchange, phone: str = "PJSIP/1001") -> tuple[Uniqueid, Uniqueid, Uniqueid, Uniqueid]:
    """A caller rung through a Local pair, until the phone rings: caller, `;1`, `;2`, phone."""
    customer = pbx.caller("support")
    front = pbx.channel("Local/1001@internal;1", linkedid=customer)
    back = pbx.channel("Local/1001@internal;2", linkedid=customer)
    name = pbx.floor.channels[front].name
    pbx.tell(e.AgentCalled("support", LOCAL, "Ana Lima", customer, front, name), e.DialBegun(customer, front, name))
    return customer, front, back, pbx.dials(back, phone, "1001")


def local_answers(pbx: Exchange, customer: Uniqueid, front: Uniqueid, back: Uniqueid, phone: Uniqueid) -> None:
    pbx.tell(e.DialEnded(back, phone, "ANSWER"))
    pbx.bridge(phone, back, name="behind")
    pbx.tell(e.DialEnded(customer, front, "ANSWER"))
    pbx.leaves_line(customer)
    name = pbx.floor.channels[front].name
    pbx.tell(e.AgentConnected("support", LOCAL, "Ana Lima", customer, front, name, 2, 1))
    pbx.bridge(front, customer, name="before")


@pytest.mark.parametrize("state_interface", ["PJSIP/1001", "hint:1001@ext-local"])
def test_the_phone_behind_a_local_member_is_the_agent(state_interface: str) -> None:
    pbx = Exchange()
    pbx.member("1001", "support", "sales", interface=LOCAL, state_interface=state_interface)
    customer, front, back, phone = local_call(pbx)
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.RINGING, "PJSIP/1001", phone)
    local_answers(pbx, customer, front, back, phone)
    assert (call.state, call.agent, call.agent_channel) == (CallState.TALKING, "PJSIP/1001", phone)
    assert call.parties == 2
    assert list(pbx.floor.agents) == ["PJSIP/1001"], "one person, in both queues"
    assert pbx.floor.agents["PJSIP/1001"].queues == {"support": LOCAL, "sales": LOCAL}
    assert pbx.floor.agents["PJSIP/1001"].name == "Ana Lima"


def test_without_n_the_pair_goes_and_the_phone_stays_the_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support", interface=LOCAL)
    customer, front, back, phone = local_call(pbx)
    local_answers(pbx, customer, front, back, phone)
    pbx.leaves(phone)
    pbx.enters(phone, "before", swap=front)
    pbx.hangs_up(front, back)
    call = pbx.call(customer)
    assert (call.state, call.agent_channel, call.bridge) == (CallState.TALKING, phone, "before")


@pytest.mark.parametrize("phone", ["PJSIP/trunk", "PJSIP/1099"])
def test_a_local_member_that_rings_somewhere_else_has_no_channel_to_whisper_to(phone: str) -> None:
    pbx = Exchange()
    pbx.member("1001", "support", interface=LOCAL, state_interface="hint:1001@ext-local")
    customer, front, back, mobile = local_call(pbx, phone)
    local_answers(pbx, customer, front, back, mobile)
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.TALKING, LOCAL, None)
    assert pbx.floor.agents[LOCAL].name == "Ana Lima"
    assert phone not in pbx.floor.agents, "everybody's calls come over the trunk"


def test_a_direct_call_through_local_pairs_finds_customer_and_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.channel("PJSIP/trunk", "5550151")
    front = pbx.channel("Local/1001@ring-group;1", linkedid=customer)
    back = pbx.channel("Local/1001@ring-group;2", linkedid=customer)
    pbx.tell(e.DialBegun(customer, front, pbx.floor.channels[front].name))
    assert not pbx.floor.calls
    phone = pbx.dials(back, "PJSIP/1001", "1001")
    assert (pbx.call(customer).state, pbx.call(customer).agent_channel) == (CallState.RINGING, phone)
    pbx.answers(back, phone)
    pbx.answers(customer, front)
    assert (pbx.call(customer).state, pbx.call(customer).agent_channel) == (CallState.TALKING, phone)
    assert list(pbx.floor.calls) == [customer]


def test_a_member_whose_phone_has_another_name_is_shown_and_not_offered() -> None:
    pbx = Exchange()
    pbx.member("1001", "support", interface="PJSIP/1001@office")
    customer = pbx.caller("support")
    phone = pbx.queue_rings(customer, "1001", "PJSIP/1001@office")
    pbx.queue_connects(customer, phone, "PJSIP/1001@office", "Ana Lima")
    call = pbx.call(customer)
    assert (call.state, call.agent, call.agent_channel) == (CallState.TALKING, "PJSIP/1001@office", None)
