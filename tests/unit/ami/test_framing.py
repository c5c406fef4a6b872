"""Messages out of bytes, and the digits that never come out."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisper_tui.ami.framing import MAX_MESSAGE, PRESSED, Framer

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
NEWCHANNEL = "Event: Newchannel\r\nPrivilege: call,all\r\nCallerIDName: José 😀\r\nUniqueid: 1.1".encode()
RESPONSE = b"Response: Success\r\nActionID: a1"
LEG = b"wt-00000001-0123456789abcdef"
ANOTHER = b"wt-ffffffff-00000000000000aa"
"""A leg of another installation."""


def digit(uniqueid: bytes, key: bytes, event: bytes = b"DTMFEnd") -> bytes:
    return (
        b"Event: " + event + b"\r\nPrivilege: dtmf,all\r\nChannel: PJSIP/2001-00000001\r\nUniqueid: "
        + uniqueid
        + b"\r\nDigit: "
        + key
        + b"\r\nDirection: Received"
    )  # fmt: skip


def stream(*messages: bytes) -> bytes:
    return BANNER + b"".join(m + b"\r\n\r\n" for m in messages)


def framed(data: bytes, cuts: list[int]) -> tuple[list[bytes], Framer]:
    framer = Framer()
    places = sorted({min(cut, len(data)) for cut in cuts} | {0, len(data)})
    out: list[bytes] = []
    for start, end in itertools.pairwise(places):
        out += framer.feed(data[start:end])
    return out, framer


@given(st.lists(st.integers(0, 500), max_size=60))
def test_reads_split_at_any_places_give_the_same_messages(cuts: list[int]) -> None:
    data = stream(NEWCHANNEL, digit(b"9.9", b"1"), digit(LEG, b"5"), b"", RESPONSE)
    messages, framer = framed(data, cuts)
    assert messages == [NEWCHANNEL, digit(LEG, b"5"), RESPONSE]
    assert framer.banner == "Asterisk Call Manager/11.0.0"
    assert framer.fault is None


def test_a_stream_read_byte_by_byte_gives_the_same_messages() -> None:
    data = stream(NEWCHANNEL, RESPONSE)
    assert framed(data, list(range(len(data))))[0] == [NEWCHANNEL, RESPONSE]


def test_only_the_keys_of_supervision_legs_leave_the_framer() -> None:
    pin = [digit(b"1795.12", bytes([key]), event) for key in b"4711" for event in (b"DTMFBegin", b"DTMFEnd")]
    messages, _ = framed(stream(*pin, digit(LEG, b"5", b"DTMFBegin"), digit(LEG, b"5"), digit(ANOTHER, b"6")), [])
    assert messages == [digit(LEG, b"5"), digit(ANOTHER, b"6")]


@pytest.mark.parametrize(
    "uniqueid",
    [
        b"1795000000." + LEG,
        LEG + b"0",
        LEG + b".1",
        b" " + LEG,
        LEG + b"\n",
        LEG.upper(),
        b"lab-" + LEG,
        b"wt-1-2",
        b"wt-",
    ],
)
def test_the_keys_of_a_channel_whose_uniqueid_only_looks_like_a_legs_stay_inside(uniqueid: bytes) -> None:
    assert framed(stream(digit(uniqueid, b"4")), [])[0] == []


def test_of_an_agents_keys_only_that_the_agreed_one_was_pressed_leaves_the_framer() -> None:
    keys = {b"1.2": b"9"}
    framer = Framer(keys=keys)
    typed = [digit(b"1.2", bytes([key]), event) for key in b"49711" for event in (b"DTMFBegin", b"DTMFEnd")]
    assert framer.feed(stream(*typed, digit(b"1.3", b"9"))) == [PRESSED + b"\r\nUniqueid: 1.2"]
    del keys[b"1.2"]
    assert framer.feed(digit(b"1.2", b"9") + b"\r\n\r\n") == []


@pytest.mark.parametrize(
    "bent",
    [
        digit(b"1.2", b"9").replace(b"Received", b"Sent"),
        digit(b"1.2", b"9").replace(b"\r\nDirection: Received", b""),
        digit(b"1.2", b"9\r\nDigit: 4"),
        digit(b"1.2", b"9\r\nUniqueid: 1.3"),
        digit(b"1.2", b"99"),
        digit(b"1.2", b""),
        digit(b"1.2.3", b"9"),
        PRESSED + b"\r\nUniqueid: 1.2",
    ],
)
def test_no_other_message_is_taken_for_the_agreed_key(bent: bytes) -> None:
    assert Framer(keys={b"1.2": b"9"}).feed(stream(bent)) == []


def test_a_key_under_two_uniqueids_is_held_back() -> None:
    forged = digit(b"9.9\r\nUniqueid: " + LEG, b"1")
    assert framed(stream(forged), [])[0] == []


@pytest.mark.parametrize("event", ["VarSet", "AGIExecEnd", "AsyncAGIExec"])
def test_what_programs_collected_from_a_caller_is_held_back_too(event: str) -> None:
    assert framed(stream(f"Event: {event}\r\nPrivilege: dialplan,all\r\nValue: 4711".encode()), [])[0] == []


def test_a_blank_line_too_many_costs_nothing() -> None:
    data = BANNER + b"\r\n" + RESPONSE + b"\r\n\r\n\r\n" + NEWCHANNEL + b"\r\n\r\n"
    assert framed(data, [])[0] == [RESPONSE, NEWCHANNEL]


@pytest.mark.parametrize("step", [1 << 10, 1 << 14, 1 << 30])
def test_a_message_that_never_ends_is_cut_off_and_said_to_be_the_peers_fault(step: int) -> None:
    data = stream(RESPONSE) + b"Event: X\r\n" + b"A: b\r\n" * 400_000
    messages, framer = framed(data, list(range(0, len(data), step)))
    assert messages == [RESPONSE]
    assert framer.fault is not None and "does not end" in framer.fault.what
    assert framer.feed(b"\r\n\r\n" + stream(RESPONSE)) == []


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 3), st.lists(st.integers(0, MAX_MESSAGE + 200), max_size=5))
def test_the_longest_message_is_judged_alike_however_it_is_read(over: int, cuts: list[int]) -> None:
    long = b"Event: X\r\n" + b"x" * (MAX_MESSAGE + over - len(b"Event: X\r\n"))
    messages, framer = framed(stream(RESPONSE, long, RESPONSE), cuts)
    assert messages == ([RESPONSE, long, RESPONSE] if not over else [RESPONSE])
    assert (framer.fault is not None) == bool(over)


def test_four_megabytes_in_small_reads_take_no_longer_than_in_one() -> None:
    data = stream(*[NEWCHANNEL + b"\r\nX: " + b"y" * 500_000] * 8)
    began = time.process_time()
    messages, _ = framed(data, list(range(0, len(data), 100)))
    assert len(messages) == 8
    assert time.process_time() - began < 2  # quadratic, it takes half a minute


@pytest.mark.parametrize(
    "first", [b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n", b"\x15\x03\x01", b"A" * 300]
)
def test_whoever_is_no_asterisk_is_told_by_the_first_line(first: bytes) -> None:
    messages, framer = framed(first, list(range(len(first))))
    assert messages == []
    assert framer.fault is not None and "first line" in framer.fault.what


def test_a_recording_may_begin_without_a_banner() -> None:
    assert framed(NEWCHANNEL + b"\r\n\r\n", [5])[0] == [NEWCHANNEL]
