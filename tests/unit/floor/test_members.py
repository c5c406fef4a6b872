"""One person across queues, known by the phone."""

from __future__ import annotations

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.floor.trace import answers_to, member_phone


def test_an_agent_in_three_queues_is_one_person() -> None:
    pbx = Exchange()
    pbx.member("1001", "support", "sales", "retention")
    assert list(pbx.floor.agents) == ["PJSIP/1001"]
    assert set(pbx.floor.agents["PJSIP/1001"].queues) == {"support", "sales", "retention"}


def test_a_person_whom_two_queues_call_differently_keeps_one_name() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1001", "sales", name="Agent 1001")
    assert pbx.floor.agents["PJSIP/1001"].name == "Ana Lima"
    pbx.member("1001", "support", name="Ana Lima-Reis")
    pbx.member("1001", "sales", name="Agent 1001")
    assert pbx.floor.agents["PJSIP/1001"].name == "Ana Lima-Reis"


def test_whoever_leaves_the_last_queue_is_no_agent_unless_in_a_call() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1002", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    pbx.tell(e.MemberRemoved("support", "PJSIP/1001"), e.MemberRemoved("support", "PJSIP/1002"))
    assert list(pbx.floor.agents) == ["PJSIP/1001"]
    assert pbx.call(customer).agent_channel == phone
    pbx.hangs_up(customer)
    assert not pbx.floor.agents


def test_a_pause_reaches_the_queue_and_the_agent() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.changes.queues.clear()
    pbx.changes.agents.clear()
    pbx.member("1001", "support", paused=True)
    assert pbx.floor.queues["support"].members["PJSIP/1001"].paused
    assert (pbx.changes.queues, pbx.changes.agents) == ({"support"}, {"PJSIP/1001"})


def test_a_device_state_that_came_before_the_member_is_not_lost() -> None:
    pbx = Exchange()
    pbx.tell(e.DeviceChanged("PJSIP/1001", "ONHOLD"), e.DeviceChanged("Queue:support_avail", "INUSE"))
    pbx.member("1001", "support")
    assert pbx.floor.agents["PJSIP/1001"].state == "ONHOLD"
    assert list(pbx.floor.devices) == ["PJSIP/1001"], "queues are devices too, and nobody's phone"


def test_the_same_phone_under_two_interfaces_stays_until_both_are_removed() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.member("1001", "support", interface="Local/1001@internal/n")
    pbx.tell(e.MemberRemoved("support", "Local/1001@internal/n"))
    assert pbx.floor.agents["PJSIP/1001"].queues == {"support": "PJSIP/1001"}
    pbx.tell(e.MemberRemoved("support", "PJSIP/1001"))
    assert not pbx.floor.agents


def test_the_phone_of_a_member() -> None:
    local = "Local/1001@from-queue/n"
    assert member_phone("PJSIP/1001", "PJSIP/1009", {}) == "PJSIP/1001"
    assert member_phone(local, "PJSIP/1001", {}) == "PJSIP/1001"
    assert member_phone(local, "hint:1001@ext-local", {}) == local
    assert member_phone(local, "Local/1001@x", {local: "PJSIP/1001"}) == "PJSIP/1001"
    assert member_phone(local, "", {}) == local


def test_a_phone_is_learned_only_where_its_name_is_the_extension() -> None:
    assert answers_to("Local/1001@from-queue/n", "PJSIP/1001")
    assert not answers_to("Local/1001@from-queue/n", "PJSIP/trunk")
    assert not answers_to("Local/1001@from-queue/n", "PJSIP/10011")
    assert not answers_to("Local/1001@from-queue/n", "Local/1001@x")
