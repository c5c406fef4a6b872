"""The order of the stream: events, lists and answers, and what no Asterisk sends."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.ami_server import BANNER, Request, ending, error, event, listing, message, opening, response, row
from whisper_tui.ami.events import BridgeGone, DeviceChanged, Fact, Listed, Malformed
from whisper_tui.ami.stream import Answer, Recorded, Stream, facts_of


def gone(bridge: str) -> bytes:
    return event("BridgeDestroy", ("BridgeUniqueid", bridge))


def device(request: Request, name: str) -> bytes:
    return row(request, "DeviceStateChange", ("Device", name), ("State", "INUSE"))


def asked(action_id: str, name: str = "DeviceStateList") -> Request:
    return Request([("Action", name), ("ActionID", action_id)], 0)


class Told:
    def __init__(self, make: Callable[..., Stream] = Stream) -> None:
        self.all: list[Fact | Answer] = []
        self.troubles: list[Exception] = []
        self.stream = make(self.all.append, self.all.append, self.troubles.append)

    @property
    def malformed(self) -> list[str]:
        return [fact.why for fact in self.all if isinstance(fact, Malformed)]

    def answers(self) -> list[Answer]:
        return [answer for answer in self.all if isinstance(answer, Answer)]


def test_a_list_comes_out_whole_at_the_place_where_it_ends() -> None:
    told = Told()
    told.stream.expect("a1", "DeviceStateList")
    told.stream.feed(BANNER + gone("before") + listing(asked("a1"), device(asked("a1"), "PJSIP/1")) + gone("after"))
    assert [type(item) for item in told.all] == [BridgeGone, Listed, Answer, BridgeGone]
    assert told.all[1] == Listed("DeviceStateList", "a1", (DeviceChanged("PJSIP/1", "INUSE"),))
    assert told.answers()[0].rows == (DeviceChanged("PJSIP/1", "INUSE"),)


def test_lists_of_two_actions_may_be_mixed_and_one_may_be_empty() -> None:
    told = Told()
    one, two, three = asked("a1"), asked("a2"), asked("a3", "QueueStatus")
    for request in (one, two, three):
        told.stream.expect(request.action_id, request.name)
    told.stream.feed(
        BANNER
        + opening(one) + opening(two) + device(one, "A") + opening(three) + device(two, "B") + device(one, "C")
        + ending(three, 0) + ending(two, 1) + ending(one, 2)
    )  # fmt: skip
    assert [fact for fact in told.all if isinstance(fact, Listed)] == [
        Listed("QueueStatus", "a3", ()),
        Listed("DeviceStateList", "a2", (DeviceChanged("B", "INUSE"),)),
        Listed("DeviceStateList", "a1", (DeviceChanged("A", "INUSE"), DeviceChanged("C", "INUSE"))),
    ]


def test_a_live_event_among_the_rows_of_a_list_of_the_same_name_stays_an_event() -> None:
    told = Told()
    one = asked("a1")
    told.stream.expect("a1", "DeviceStateList")
    live = event("DeviceStateChange", ("Device", "L"), ("State", "RINGING"))
    told.stream.feed(BANNER + opening(one) + device(one, "A") + live + ending(one, 1))
    assert told.all[0] == DeviceChanged("L", "RINGING")
    assert told.all[1] == Listed("DeviceStateList", "a1", (DeviceChanged("A", "INUSE"),))


def test_a_list_that_is_refused_is_answered_at_once() -> None:
    told = Told()
    told.stream.expect("a1", "DeviceStateList")
    told.stream.feed(BANNER + error(asked("a1"), "Permission denied"))
    assert [(answer.action_id, answer.end, answer.rows) for answer in told.answers()] == [("a1", b"", ())]


def test_a_list_that_is_cancelled_is_no_list() -> None:
    told = Told()
    told.stream.expect("a1", "DeviceStateList")
    end = ending(asked("a1"), 0).replace(b"Complete\r\nListItems", b"cancelled\r\nListItems")
    told.stream.feed(BANNER + opening(asked("a1")) + end)
    assert [type(item) for item in told.all] == [Answer]


def test_an_answer_that_comes_after_nobody_waits_for_it_is_no_alarm() -> None:
    told = Told()
    told.stream.expect("a1")
    told.stream.expect("a2", "DeviceStateList")
    told.stream.feed(BANNER + opening(asked("a2")) + device(asked("a2"), "A"))
    told.stream.give_up("a1")
    told.stream.give_up("a2")
    told.stream.feed(response(asked("a1")) + device(asked("a2"), "B") + ending(asked("a2"), 2) + gone("b"))
    assert told.all == [BridgeGone("b")]


@pytest.mark.parametrize(
    ("forged", "why"),
    [
        (message(("CallerIDName", "rest of a message")), "neither Event nor Response"),
        (b"rubbish\r\n\r\n", "neither Event nor Response"),
        (response(asked("guessed")), "an answer that nobody asked for"),
        (message(("Response", "Success")), "an answer that nobody asked for"),
        (device(asked("guessed"), "A"), "a row of a list that nobody asked for"),
        (row(asked("guessed"), "QueueMember", ("Queue", "q")), "a row of a list that nobody asked for"),
        (ending(asked("guessed"), 0), "a row of a list that nobody asked for"),
        (message(("Event", "Newchannel"), ("Uniqueid", "1")), "no Privilege after Event"),
        (message(("Event", "NobodyReadsThis"), ("Uniqueid", "1")), "no Privilege after Event"),
        (message(("Response", "Success"), ("ActionID", "a1"), ("ActionID", "a2")), "ActionID stands twice"),
        (message(("Response", "Success"), ("Response", "Error"), ("ActionID", "a1")), "Response stands twice"),
        (message(("Response", "Success"), ("ActionID", "a1"), ("Value", "x"), ("Value", "y")), "Value stands twice"),
    ],
)
def test_what_no_asterisk_sends_is_counted_and_dropped(forged: bytes, why: str) -> None:
    told = Told()
    told.stream.expect("a1")
    told.stream.feed(BANNER + forged + gone("b"))
    assert told.malformed == [why]
    assert told.stream.malformed == 1
    assert told.all[-1] == BridgeGone("b")
    assert not told.answers()


@pytest.mark.parametrize(
    "bent",
    [
        lambda one: row(one, "DeviceStateChange", ("Device", "A"), ("Device", "B"), ("State", "X")),
        lambda one: row(one, "DeviceStateChange", ("Device", "A"), ("State", "X"), ("ActionID", "a9")),
        lambda one: opening(one),
        lambda one: ending(one, 0).replace(b"ListItems: 0", b"ActionID: a9"),
    ],
)
def test_a_row_that_is_malformed_is_dropped_and_the_list_goes_on(bent: Callable[[Request], bytes]) -> None:
    told = Told()
    one = asked("a1")
    told.stream.expect("a1", "DeviceStateList")
    told.stream.feed(BANNER + opening(one) + bent(one) + device(one, "C") + ending(one, 2))
    assert len(told.malformed) == 1
    assert Listed("DeviceStateList", "a1", (DeviceChanged("C", "INUSE"),)) in told.all


def test_events_that_nobody_reads_are_dropped_without_a_word() -> None:
    told = Told()
    told.stream.feed(BANNER + event("MusicOnHoldStart", ("Uniqueid", "1"), ("Uniqueid", "2")) + gone("b"))
    assert told.all == [BridgeGone("b")]


def test_a_listener_that_fails_costs_nobody_else_an_event() -> None:
    heard: list[Fact] = []
    troubles: list[Exception] = []

    def listener(fact: Fact) -> None:
        heard.append(fact)
        raise ZeroDivisionError

    stream = Stream(listener, lambda _: None, troubles.append)
    stream.feed(BANNER + gone("a") + gone("b"))
    assert heard == [BridgeGone("a"), BridgeGone("b")]
    assert [type(trouble) for trouble in troubles] == [ZeroDivisionError] * 2


def test_the_tap_is_given_what_may_be_kept_and_no_digit() -> None:
    tapped = bytearray()
    told = Told()
    told.stream.tap = tapped.extend
    pin = event("DTMFEnd", ("Uniqueid", "1.1"), ("Digit", "4"), ("Direction", "Received"), privilege="dtmf,all")
    half = event("DTMFEnd", ("CallerIDNum", "5\r\n\r\nCallerIDName: x"), ("Digit", "7"), privilege="dtmf,all")
    unread = event("MusicOnHoldStart", ("Uniqueid", "1"))
    data = BANNER + gone("a") + pin + half + unread
    for start in range(0, len(data), 7):
        told.stream.feed(data[start : start + 7])
    assert bytes(tapped) == BANNER + gone("a") + unread


def test_a_recording_answers_actions_that_are_not_ours() -> None:
    one, two = asked("a1"), asked("a2", "QueueStatus")
    data = BANNER + response(asked("a0", "Login")) + listing(one, device(one, "A")) + listing(two) + gone("b")
    assert facts_of(data) == [
        Listed("DeviceStateList", "a1", (DeviceChanged("A", "INUSE"),)),
        Listed("QueueStatus", "a2", ()),
        BridgeGone("b"),
    ]


@given(st.lists(st.integers(0, 700), max_size=30))
def test_a_recording_read_in_any_pieces_says_the_same(cuts: list[int]) -> None:
    one = asked("a1")
    data = BANNER + gone("a") + listing(one, device(one, "A"), device(one, "B")) + b"junk\r\n\r\n" + gone("b")
    told = Told(Recorded)
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    for start, end in itertools.pairwise(places):
        told.stream.feed(data[start:end])
    assert [item for item in told.all if not isinstance(item, Answer)] == facts_of(data)


@given(st.binary(max_size=300))
def test_no_bytes_at_all_raise(data: bytes) -> None:
    told = Told()
    told.stream.feed(BANNER + data + b"\r\n\r\n")
    assert not told.troubles
