"""Looking things up."""

from __future__ import annotations

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.floor import find
from whisper_tui.terms import Recording, Uniqueid


def test_a_call_is_found_by_any_of_its_channels() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    assert find.call_of(pbx.floor, phone) is find.call_of(pbx.floor, customer) is pbx.call(customer)
    assert find.call_of(pbx.floor, Uniqueid("nobody")) is None


def test_a_caller_who_waits_has_a_place() -> None:
    pbx = Exchange()
    first = pbx.caller("sales", "1")
    place = find.place_of(pbx.floor, pbx.call(first))
    assert place is not None
    assert (place.uniqueid, place.queue, place.position) == (first, "sales", 1)


def test_who_hears_a_call() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    leg = pbx.channel("PJSIP/2001", uniqueid="wt-0123abcd-0123456789abcdef")
    idle = pbx.channel("PJSIP/2002", uniqueid="wt-0123abcd-0123456789abcde0")
    nobody = Uniqueid("")
    pbx.tell(e.SpyStarted(leg, "PJSIP/2001-00000003", phone, ""), e.SpyStarted(idle, "PJSIP/2002-00000004", phone, ""))
    pbx.tell(e.SpyStopped(idle, "PJSIP/2002-00000004", nobody))
    assert [spy.device for spy in find.spies_on(pbx.floor, pbx.call(customer))] == ["PJSIP/2001"]


def test_which_side_of_a_call_is_recorded() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer = pbx.caller("support")
    assert find.recordings(pbx.floor, pbx.call(customer)) == (Recording.OFF, Recording.UNKNOWN)
    pbx.tell(e.RecordingStarted(customer))
    phone = pbx.queue_rings(customer, "1001")
    pbx.queue_connects(customer, phone)
    assert find.recordings(pbx.floor, pbx.call(customer)) == (Recording.ON, Recording.OFF)
    pbx.tell(e.RecordingMuted(customer, True), e.RecordingStarted(phone))
    assert find.recordings(pbx.floor, pbx.call(customer)) == (Recording.PAUSED, Recording.ON)


def test_a_leg_in_the_call_is_heard_since_it_came_into_the_bridge_and_not_since_its_phone_rang() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, _phone, bridge = pbx.queue_call("support", "1001")
    leg = pbx.channel("PJSIP/2001", uniqueid="wt-0123abcd-0123456789abcdef")
    pbx.now += 40
    pbx.enters(leg, bridge)
    (party,) = find.parties_of(pbx.floor, pbx.call(customer))
    assert (party.device, party.since) == ("PJSIP/2001", pbx.now)
