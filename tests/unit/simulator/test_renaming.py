"""Fresh names: consistent within a playing, never the same in two."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.ami_client import parsed
from whisper_tui.simulator.renaming import Numbers, Renaming, times_of_day
from whisper_tui.simulator.stories import Story

EVENT = (
    b"Event: AgentConnect\r\nPrivilege: agent,all\r\nChannel: PJSIP/trunk-000000af\r\nCallerIDNum: 1795329721.178\r\n"
    b"Uniqueid: lab-1795329721.178\r\nLinkedid: lab-1795329721.178\r\nDestChannel: Local/1001@internal-00000002;1\r\n"
    b"DestUniqueid: 1795329723.180\r\nDestLinkedid: lab-1795329721.178\r\nInterface: PJSIP/1003-1\r\n"
    b"HoldTime: 8\r\nRingTime: 3\r\n\r\n"
)


def test_a_name_is_the_same_within_a_playing_and_another_in_the_next() -> None:
    numbers = Numbers()
    first, second = Renaming(numbers, 0, lambda: 1.0), Renaming(numbers, 0, lambda: 1.0)
    one, two = parsed(first(EVENT)), parsed(second(EVENT))
    assert one["Uniqueid"] == one["Linkedid"] == one["DestLinkedid"] != one["DestUniqueid"]
    assert first(EVENT) == first(EVENT)
    for header in ("Uniqueid", "Channel", "DestUniqueid", "DestChannel"):
        assert one[header] != two[header], header


def test_names_keep_their_form_and_everything_else_stays() -> None:
    said = parsed(Renaming(Numbers(), 100, lambda: 1.0)(EVENT))
    assert said["Uniqueid"].startswith("lab-1795329821.")
    assert said["DestUniqueid"].startswith("1795329823.")
    assert said["Channel"].startswith("PJSIP/trunk-0000")
    assert said["DestChannel"].startswith("Local/1001@internal-0000")
    assert said["DestChannel"].endswith(";1")
    for header in ("CallerIDNum", "Interface", "Privilege"):
        assert said[header] == parsed(EVENT)[header]


@pytest.mark.parametrize(("speed", "held"), [(1.0, "8"), (0.5, "16"), (4.0, "2"), (0.0, "8")])
def test_durations_are_stretched_with_the_speed(speed: float, held: str) -> None:
    assert parsed(Renaming(Numbers(), 0, lambda: speed)(EVENT))["HoldTime"] == held


def test_times_of_day_move_and_never_stays_never() -> None:
    member = b"Event: QueueMemberStatus\r\nLastCall: 1795329721\r\nLastPause: 0\r\nLoginTime: 1795329345\r\n\r\n"
    said = parsed(Renaming(Numbers(), 1000, lambda: 1.0)(member))
    assert (said["LastCall"], said["LastPause"], said["LoginTime"]) == ("1795330721", "0", "1795330345")


def test_a_leg_keeps_the_installation_that_it_is_of() -> None:
    spy = b"Event: ChanSpyStart\r\nSpyerUniqueid: wt-0a1b2c3d-00112233445566ff\r\nSpyeeUniqueid: 1795329723.180\r\n\r\n"
    leg = parsed(Renaming(Numbers(), 0, lambda: 1.0)(spy))["SpyerUniqueid"]
    assert leg.startswith("wt-0a1b2c3d-")
    assert leg != "wt-0a1b2c3d-00112233445566ff"
    assert len(leg) == 28


def test_a_recorded_busy_floor_has_no_name_left(busy: Path) -> None:
    rename = Renaming(Numbers(), 10**6, lambda: 1.0)
    with Story(busy) as story:
        played = b"".join(rename(told.raw) for told in story.messages())
    old = set(times_of_day(busy.read_bytes()))
    new = set(times_of_day(played))
    assert new == {epoch + 10**6 for epoch in old}
    assert played.count(b"Uniqueid: <") == busy.read_bytes().count(b"Uniqueid: <")


def test_a_queue_is_renamed_where_it_is_one_and_nowhere_else() -> None:
    said = Renaming(Numbers(), 0, lambda: 1.0, {"retention": "vip"})
    for header, fresh in (
        (b"Queue: retention", b"Queue: vip"),
        (b"Device: Queue:retention_avail", b"Device: Queue:vip_avail"),
        (b"ApplicationData: retention,tT,,,300", b"ApplicationData: vip,tT,,,300"),
        (b"Queue: retention2", b"Queue: retention2"),
        (b"CallerIDName: retention", b"CallerIDName: retention"),
    ):
        assert said(b"Event: X\r\n" + header + b"\r\n\r\n") == b"Event: X\r\n" + fresh + b"\r\n\r\n"
