"""Who calls again, and when a call is silent."""

from __future__ import annotations

import pytest

from tests.fakes.consistency import check_consistent
from whisper_tui.ami.events import (
    AgentConnected,
    BridgeEntered,
    ChannelCaller,
    ChannelGone,
    ChannelNew,
    Fact,
    MemberChanged,
    QueueJoined,
    TalkBegun,
    TalkEnded,
)
from whisper_tui.floor import callers
from whisper_tui.floor.apply import apply
from whisper_tui.floor.callers import MOST_CALLS
from whisper_tui.floor.model import Call, Changes, Floor, Heeds
from whisper_tui.terms import Pbx, Uniqueid

ANA = "PJSIP/1001"


def a_floor(within: float = 3600.0) -> Floor:
    floor = Floor(Pbx("lab"), heeds=Heeds(repeat_within=within))
    tell(floor, 0.0, MemberChanged("support", ANA, ANA, "Ana", False, 0, 0, 0, 0, 0, False, 1, False, ""))
    return floor


def tell(floor: Floor, now: float, *facts: Fact) -> Changes:
    changes = Changes()
    for fact in facts:
        apply(floor, fact, now, changes)
        check_consistent(floor)
    return changes


def calls(floor: Floor, ident: str, now: float, number: str = "5550142") -> Call:
    key = Uniqueid(ident)
    channel = f"PJSIP/trunk-0000000{ident[-1]}"
    joined = QueueJoined("support", key, key, channel, number, "", 1, 1)
    tell(floor, now, ChannelNew(key, key, channel, 4, number, "", "from-trunk", "600"), joined)
    return floor.calls[key]


def over(floor: Floor, call: Call, now: float) -> None:
    tell(floor, now, ChannelGone(call.key, "", 16, "", 0))


def test_a_caller_who_calls_again_is_counted_as_often_as_they_called_lately() -> None:
    floor = a_floor()
    assert [_called(floor, f"1.{n}", 100.0 * n) for n in range(1, 4)] == [0, 1, 2]
    assert _called(floor, "1.5", 3750.0) == 2, "of the three, one is too long ago"
    assert _called(floor, "1.6", 3760.0, "5550199") == 0


@pytest.mark.parametrize("withheld", ["anonymous", "Restricted", ""])
def test_callers_who_withhold_their_number_are_not_one_caller(withheld: str) -> None:
    floor = a_floor()
    assert [_called(floor, f"1.{n}", 100.0 * n, withheld) for n in range(1, 4)] == [0, 0, 0]
    assert floor.callers == {}


def _called(floor: Floor, ident: str, now: float, number: str = "5550142") -> int:
    call = calls(floor, ident, now, number)
    before = call.before
    over(floor, call, now + 1)
    return before


def test_one_call_is_counted_once_whatever_befalls_it() -> None:
    floor = a_floor()
    call = calls(floor, "1.1", 100.0)
    tell(floor, 110.0, ChannelCaller(call.key, "5550142", "Dubois"), ChannelCaller(call.key, "5550199", ""))
    tell(floor, 120.0, ChannelCaller(call.key, "5550142", ""))
    assert call.before == 0


def test_numbers_are_kept_within_bounds_and_not_at_all_where_nobody_counts(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(callers, "MOST_NUMBERS", 3)
    floor = a_floor()
    for n in range(5):
        _called(floor, f"1.{n}", 10.0 * n, f"555010{n}")
    assert list(floor.callers) == ["5550102", "5550103", "5550104"]
    for n in range(2 * MOST_CALLS):
        _called(floor, f"2.{n}", 100.0 + n)
    assert len(floor.callers["5550142"]) == MOST_CALLS
    nobody = a_floor(within=0.0)
    assert [_called(nobody, f"1.{n}", 10.0 * n) for n in range(2)] == [0, 0]
    assert nobody.callers == {}


def test_a_call_is_silent_while_neither_side_speaks_and_talk_detection_tells_of_both() -> None:
    floor = a_floor()
    call = calls(floor, "1.1", 10.0)
    phone = Uniqueid("1.2")
    tell(
        floor, 20.0,
        ChannelNew(phone, call.key, f"{ANA}-00000002", 6, "", "", "internal", ""),
        AgentConnected("support", ANA, "Ana", call.key, phone, f"{ANA}-00000002", 10, 2),
        BridgeEntered("b1", phone, call.key, Uniqueid("")), BridgeEntered("b1", call.key, call.key, Uniqueid("")),
        TalkEnded(call.key, 900),
    )  # fmt: skip
    assert call.silent_since is None, "of the agent's side nothing is told"
    assert tell(floor, 30.0, TalkEnded(phone, 900)).calls == {call.key}
    assert call.silent_since == 30.0
    assert tell(floor, 31.0, TalkBegun(call.key)).calls == {call.key}
    assert call.silent_since is None
    tell(floor, 40.0, TalkEnded(call.key, 900))
    assert call.silent_since == 40.0
    tell(floor, 50.0, ChannelGone(phone, "", 16, "", 0))
    assert call.silent_since is None
