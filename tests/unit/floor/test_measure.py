"""How long, how many."""

from __future__ import annotations

from tests.fakes.exchange import Exchange
from whisper_tui.floor.measure import Staff, longest_waiting, service_level, staff, talked, waited


def test_the_longest_wait_is_not_always_the_first_in_line() -> None:
    pbx = Exchange()
    first = pbx.caller("support", "1")
    pbx.now += 10
    urgent = pbx.caller("support", "2", position=1)
    pbx.now += 5
    queue = pbx.floor.queues["support"]
    assert next(iter(queue.waiting)) == urgent
    longest = longest_waiting(queue)
    assert longest is not None
    assert longest.uniqueid == first


def test_nobody_waits_in_an_empty_queue() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    queue = pbx.floor.queues["support"]
    assert longest_waiting(queue) is None
    assert service_level(queue) is None


def test_members_are_free_busy_paused_or_away() -> None:
    pbx = Exchange()
    for phone, status, paused in (("1", 1, False), ("2", 0, False), ("3", 2, False), ("4", 6, False), ("5", 1, True)):
        pbx.member(phone, "support", status=status, paused=paused)
    pbx.member("6", "support", status=5)
    assert staff(pbx.floor.queues["support"]) == Staff(free=2, busy=2, paused=1, away=1)


def test_a_call_outside_queues_has_no_wait_and_before_it_is_answered_no_talk() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.channel("PJSIP/trunk", "5550151")
    pbx.dials(customer, "PJSIP/1001", "1001")
    assert waited(pbx.call(customer), pbx.now) is None
    assert talked(pbx.call(customer), pbx.now) is None
