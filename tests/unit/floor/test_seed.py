"""Lists seed the floor, and put it right."""

from __future__ import annotations

import pytest

from tests.fakes.exchange import Exchange
from whisper_tui.ami import events as e
from whisper_tui.ami.list_rows import BridgeMemberRow, ChannelRow, QueueRow, StatusRow, WaitingRow
from whisper_tui.floor.measure import waited
from whisper_tui.floor.seed import begin_seed
from whisper_tui.terms import CallState, Recording, Uniqueid


def listed(action: str, *rows: e.Fact) -> e.Listed:
    return e.Listed(action, "1", rows)


def queue_row(queue: str = "support", completed: int = 0) -> QueueRow:
    return QueueRow(queue, "rrmemory", 0, 4, 90, completed, 1, 20, 84.0, 5)


def member_row(phone: str = "1001", queue: str = "support", status: int = 1) -> e.MemberChanged:
    device = f"PJSIP/{phone}"
    return e.MemberChanged(queue, device, device, "Ana Lima", False, 0, 0, 0, 0, 0, False, status, False, "")


def waiting_row(uid: str, position: int, priority: int = 0, wait: int = 10, queue: str = "support") -> WaitingRow:
    return WaitingRow(queue, Uniqueid(uid), f"PJSIP/trunk-0000000{position}", position, uid, "", wait, priority)


def channel_row(
    uid: str, device: str, app: str = "", data: str = "", bridge: str = "", linkedid: str = "", state: int = 6
) -> ChannelRow:
    name = device if device.startswith("Local/") else f"{device}-0000000{uid[-1]}"
    link = Uniqueid(linkedid or uid)
    return ChannelRow(Uniqueid(uid), link, name, state, uid, "", "", "", "", "", app, data, 60, bridge)


def status_row(uid: str, *variables: tuple[str, str], bridge: str = "") -> StatusRow:
    channel = Uniqueid(uid)
    return StatusRow(channel, channel, f"PJSIP/trunk-0000000{uid[-1]}", 6, bridge, "", "", 5, variables)


BUSY = (
    channel_row("c1", "PJSIP/trunk", "Queue", "support,tT,,,300", "b1"),
    channel_row("a1", "PJSIP/1001", "AppQueue", "(Outgoing Line)", "b1", linkedid="c1"),
)


def test_a_call_that_was_connected_before_we_looked_is_known_but_not_for_how_long() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(listed("QueueStatus", queue_row(), member_row()), listed("CoreShowChannels", *BUSY))
    call = pbx.call(Uniqueid("c1"))
    assert (call.state, call.queue, call.agent, call.agent_channel) == (
        CallState.TALKING,
        "support",
        "PJSIP/1001",
        "a1",
    )
    assert not call.talk_known
    assert (call.waited, call.parties, call.began) == (None, 2, pbx.now - 60)
    assert call.recording is Recording.UNKNOWN
    assert pbx.floor.queues["support"].talking == 1
    assert not pbx.floor.seeded
    pbx.tell(listed("DeviceStateList", e.DeviceChanged("PJSIP/1001", "INUSE")))
    assert pbx.floor.seeded
    assert pbx.floor.repairs == 0


def test_the_order_of_the_lists_does_not_matter() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(listed("CoreShowChannels", *BUSY), listed("QueueStatus", queue_row(), member_row()))
    call = pbx.call(Uniqueid("c1"))
    assert (call.state, call.queue, call.agent_channel) == (CallState.TALKING, "support", "a1")


@pytest.mark.parametrize("resumes", ["a1", "c1"])
def test_a_call_that_was_on_hold_before_we_looked_is_held_until_somebody_resumes(resumes: str) -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(listed("QueueStatus", queue_row(), member_row(status=8)), listed("CoreShowChannels", *BUSY))
    assert pbx.call(Uniqueid("c1")).state is CallState.HELD
    pbx.resumes(Uniqueid(resumes))
    assert pbx.call(Uniqueid("c1")).state is CallState.TALKING


def test_an_agent_whose_ring_was_heard_before_anybody_knew_them_is_found_when_the_queue_tells() -> None:
    pbx = Exchange(seeded=False)
    customer = pbx.caller("support")
    phone = pbx.queue_rings(customer, "1001")
    assert pbx.call(customer).agent == ""
    row = WaitingRow("support", customer, "PJSIP/trunk-00000001", 1, "5550150", "Marta Alves", 3, 0)
    pbx.tell(listed("QueueStatus", queue_row(), member_row(), row))
    assert (pbx.call(customer).agent, pbx.call(customer).agent_channel) == ("PJSIP/1001", phone)


def test_waiting_callers_are_seeded_with_priority_and_wait() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(listed("QueueStatus", queue_row(), waiting_row("c2", 2, 0, 30), waiting_row("c1", 1, 10, 4)))
    line = pbx.floor.queues["support"].waiting
    assert [(uid, place.position, place.priority) for uid, place in line.items()] == [("c1", 1, 10), ("c2", 2, 0)]
    assert waited(pbx.call(Uniqueid("c2")), pbx.now + 1) == 31


def test_an_agent_who_rings_for_a_waiting_caller_is_seeded() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(
        listed("QueueStatus", queue_row(), member_row(status=6), waiting_row("c1", 1)),
        listed(
            "CoreShowChannels",
            channel_row("c1", "PJSIP/trunk", "Queue", "support,tT,,,300", state=4),
            channel_row("a1", "PJSIP/1001", "AppQueue", "(Outgoing Line)", linkedid="c1", state=5),
        ),
    )
    call = pbx.call(Uniqueid("c1"))
    assert (call.state, call.agent, call.agent_channel) == (CallState.RINGING, "PJSIP/1001", "a1")


def test_calls_outside_queues_are_seeded_with_their_direction() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(
        listed("QueueStatus", queue_row(), member_row("1001"), member_row("1002")),
        listed(
            "CoreShowChannels",
            channel_row("c1", "PJSIP/trunk", "AppDial", "(Outgoing Line)", "b1", linkedid="a1"),
            channel_row("a1", "PJSIP/1001", "Dial", "PJSIP/trunk", "b1"),
            channel_row("c2", "PJSIP/trunk", "Dial", "PJSIP/1002", "b2"),
            channel_row("a2", "PJSIP/1002", "AppDial", "(Outgoing Line)", "b2", linkedid="c2"),
        ),
    )
    out, direct = pbx.call(Uniqueid("c1")), pbx.call(Uniqueid("c2"))
    assert (out.outbound, out.agent_channel, out.queue) == (True, "a1", "")
    assert (direct.outbound, direct.agent_channel, direct.queue) == (False, "a2", "")


def test_a_local_member_who_talks_is_seeded_through_the_pair() -> None:
    pbx = Exchange(seeded=False)
    member = e.MemberChanged("support", "Local/1001@x/n", "PJSIP/1001", "Ana", True, 0, 0, 0, 0, 0, True, 2, False, "")
    pbx.tell(
        listed("QueueStatus", queue_row(), member),
        listed(
            "CoreShowChannels",
            channel_row("a1", "PJSIP/1001", "AppDial", "(Outgoing Line)", "b2", linkedid="c1"),
            channel_row("l2", "Local/1001@x-00000001;2", "Dial", "PJSIP/1001", "b2", linkedid="c1"),
            channel_row("l1", "Local/1001@x-00000001;1", "AppQueue", "(Outgoing Line)", "b1", linkedid="c1"),
            channel_row("c1", "PJSIP/trunk", "Queue", "support,tT", "b1"),
        ),
    )
    call = pbx.call(Uniqueid("c1"))
    assert list(pbx.floor.calls) == ["c1"]
    assert (call.queue, call.agent, call.agent_channel) == ("support", "PJSIP/1001", "a1")


def test_spies_are_seeded_with_whom_they_hear_where_the_list_tells_it() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(
        listed("QueueStatus", queue_row(), member_row()),
        listed(
            "CoreShowChannels",
            *BUSY,
            channel_row("s8", "PJSIP/2001", "ChanSpy", "PJSIP/1001-00000001,qbuEd"),
            channel_row("s9", "PJSIP/2002", "ChanSpy", ",qg(s9)d"),
            channel_row("s7", "PJSIP/2003", "ChanSpy", "PJSIP/100,q"),
        ),
    )
    spies = pbx.floor.spies
    assert (spies[Uniqueid("s8")].spyee, spies[Uniqueid("s8")].options) == ("a1", "PJSIP/1001-00000001,qbuEd")
    assert spies[Uniqueid("s9")].spyee == spies[Uniqueid("s7")].spyee == "", "a group or a prefix does not tell whom"
    assert set(pbx.floor.calls) == {"c1"}


@pytest.mark.parametrize(
    ("variables", "recording"),
    [
        ((("MIXMONITOR_FILENAME", "/var/spool/1.wav"),), Recording.ON),
        ((("MIXMONITOR_FILENAME", ""),), Recording.OFF),
        ((), Recording.UNKNOWN),
    ],
)
def test_status_tells_what_is_recorded_where_it_was_asked(
    variables: tuple[tuple[str, str], ...], recording: Recording
) -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(listed("QueueStatus", queue_row(), waiting_row("c1", 1)), listed("Status", status_row("c1", *variables)))
    assert pbx.call(Uniqueid("c1")).recording is recording


def test_a_recording_that_was_seen_to_stop_is_not_started_again_by_status() -> None:
    pbx = Exchange()
    customer = pbx.caller("support")
    pbx.tell(e.RecordingStarted(customer), e.RecordingStopped(customer))
    pbx.tell(listed("Status", status_row(customer, ("MIXMONITOR_FILENAME", "/var/spool/1.wav"))))
    assert pbx.call(customer).recording is Recording.OFF


def test_a_recording_whose_start_was_lost_is_found_by_status() -> None:
    pbx = Exchange()
    customer = pbx.caller("support")
    assert pbx.call(customer).recording is Recording.OFF
    pbx.tell(listed("Status", status_row(customer, ("MIXMONITOR_FILENAME", "/var/spool/1.wav"))))
    assert pbx.call(customer).recording is Recording.ON


def test_status_of_one_channel_leaves_the_others_alone() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, bridge = pbx.queue_call("support", "1001")
    pbx.tell(listed("Status", status_row(customer, bridge=bridge)))
    assert pbx.call(customer).agent_channel == phone
    pbx.tell(listed("Status", status_row(customer)))
    assert pbx.call(customer).state is CallState.ELSEWHERE, "and what it says of that one is taken over"


def test_what_a_lost_event_left_behind_is_put_right_and_counted() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, _ = pbx.queue_call("support", "1001")
    ghost = pbx.caller("support", "5550199")
    assert pbx.floor.repairs == 0
    pbx.tell(
        listed("QueueStatus", queue_row(completed=1), member_row(status=1)),
        listed("CoreShowChannels"),
        listed("DeviceStateList", e.DeviceChanged("PJSIP/1001", "NOT_INUSE")),
    )
    assert not (pbx.floor.calls or pbx.floor.channels or pbx.floor.bridges)
    assert {customer, ghost} <= pbx.changes.calls
    assert phone not in pbx.floor.channels
    # a caller who waits no more, three channels, a device
    assert pbx.floor.repairs == 5
    assert pbx.floor.queues["support"].completed == 1


def test_a_floor_that_agrees_needs_no_repairs() -> None:
    pbx = Exchange(seeded=False)
    lists = (
        listed("QueueStatus", queue_row(), member_row(), waiting_row("c5", 1)),
        listed("CoreShowChannels", *BUSY, channel_row("c5", "PJSIP/trunk", "Queue", "support,tT")),
        listed("Status", status_row("c1", bridge="b1")),
        listed("DeviceStateList", e.DeviceChanged("PJSIP/1001", "INUSE")),
    )
    pbx.tell(*lists)
    pbx.tell(listed("QueueStatus", queue_row(), member_row(), waiting_row("c5", 1)), lists[1], lists[3])
    assert pbx.floor.repairs == 0


def test_a_member_and_a_queue_that_are_gone_are_gone() -> None:
    pbx = Exchange()
    pbx.member("1001", "support", "sales")
    customer, _, _ = pbx.queue_call("sales", "1001")
    pbx.tell(listed("QueueStatus", queue_row()))
    assert list(pbx.floor.queues) == ["support"]
    assert not pbx.floor.queues["support"].members
    assert pbx.call(customer).queue == ""


def test_a_queue_that_is_gone_does_not_come_back_by_a_channel_that_still_runs_it() -> None:
    pbx = Exchange(seeded=False)
    left = channel_row("c1", "PJSIP/trunk", "Queue", "old,tT")
    row = StatusRow(left.uniqueid, left.linkedid, left.channel, 6, "b1", "Queue", "old,tT", 5, ())
    pbx.tell(listed("CoreShowChannels", left), listed("Status", row), listed("QueueStatus", queue_row()))
    assert list(pbx.floor.queues) == ["support"]


def test_the_queue_of_a_call_is_corrected_by_what_its_channel_runs() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    customer, phone, bridge = pbx.queue_call("support", "1001")
    rows = [
        ChannelRow(each, customer, pbx.floor.channels[each].name, 6, "5", "", "", "", "", "", app, data, 9, bridge)
        for each, app, data in ((customer, "Dial", "PJSIP/1001"), (phone, "AppDial", "(Outgoing Line)"))
    ]
    pbx.tell(listed("CoreShowChannels", *rows))
    assert pbx.call(customer).queue == ""
    assert pbx.floor.queues["support"].talking == 0


def test_an_agent_whose_place_in_a_call_another_phone_has_taken_is_out_of_it() -> None:
    pbx = Exchange(seeded=False)
    waits = WaitingRow("support", Uniqueid("c2"), "PJSIP/1002-00000002", 1, "", "", 5, 0)
    pbx.tell(listed("QueueStatus", queue_row(), member_row(), member_row("1002"), waits))
    assert pbx.call(Uniqueid("c2")).peer == "PJSIP/1002"
    pbx.tell(listed("CoreShowChannels", channel_row("c2", "PJSIP/1001", "Queue", "support,tT", "b1")))
    assert pbx.call(Uniqueid("c2")).peer == "PJSIP/1001"
    assert not pbx.floor.agents["PJSIP/1002"].calls


def test_what_was_known_before_the_link_was_lost_outlives_a_gap() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(listed("QueueStatus", queue_row(), member_row()), listed("CoreShowChannels", *BUSY))
    call = pbx.call(Uniqueid("c1"))
    since = call.talking_since
    begin_seed(pbx.floor)
    assert not pbx.floor.seeded
    pbx.now += 30
    pbx.tell(listed("QueueStatus", queue_row(), member_row()), listed("CoreShowChannels", *BUSY))
    assert pbx.call(Uniqueid("c1")) is call
    assert call.talking_since == since


def test_after_a_restart_nothing_of_before_is_left_though_names_come_again() -> None:
    pbx = Exchange()
    pbx.member("1001", "support")
    pbx.queue_call("support", "1001")
    begin_seed(pbx.floor)
    again = ChannelRow(
        Uniqueid("lab-9.0"), Uniqueid("lab-9.0"), "PJSIP/trunk-00000001", 4, "", "", "", "", "", "", "Queue", "", 1, ""
    )
    pbx.tell(listed("QueueStatus", queue_row(), member_row()), listed("CoreShowChannels", again))
    assert list(pbx.floor.channels) == ["lab-9.0"]
    assert not pbx.floor.calls
    assert pbx.floor.repairs == 0


def test_events_that_were_queued_before_a_list_and_come_after_it_change_nothing() -> None:
    pbx = Exchange(seeded=False)
    pbx.tell(
        listed("QueueStatus", queue_row(), member_row(), waiting_row("c5", 1)),
        listed("CoreShowChannels", *BUSY, channel_row("c5", "PJSIP/trunk", "Queue", "support,tT")),
    )
    pbx.tell(
        e.ChannelNew(Uniqueid("c5"), Uniqueid("c5"), "PJSIP/trunk-00000005", 4, "5", "", "", ""),
        e.QueueJoined("support", Uniqueid("c5"), Uniqueid("c5"), "PJSIP/trunk-00000005", "5", "", 1, 1),
        e.BridgeEntered("b1", Uniqueid("a1"), Uniqueid("c1"), Uniqueid("")),
        e.QueueLeft("support", Uniqueid("c4"), 1, 1),
        e.ChannelGone(Uniqueid("c4"), "PJSIP/trunk-00000004", 16, "", 0),
    )
    assert set(pbx.floor.calls) == {"c1", "c5"}
    assert pbx.call(Uniqueid("c1")).agent_channel == "a1"


def test_a_list_that_nobody_knows_moves_nothing() -> None:
    pbx = Exchange()
    pbx.caller("support")
    pbx.tell(listed("BridgeInfo", BridgeMemberRow(Uniqueid("x"), Uniqueid("x"), "PJSIP/1-00000001")))
    assert len(pbx.floor.calls) == 1


def test_a_reload_and_a_malformed_message_ask_for_the_lists() -> None:
    for fact in (e.Reloaded("app_queue.so"), e.Malformed("two Event headers")):
        pbx = Exchange()
        pbx.tell(fact)
        assert pbx.changes.reread
