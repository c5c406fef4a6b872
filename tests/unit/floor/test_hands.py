"""Raised hands: what raises one, what lowers it, and whose events do nothing."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.consistency import check_consistent
from whisper_tui.ami.events import ChannelNew, MemberChanged, MemberRemoved, UserSaid
from whisper_tui.floor.apply import apply
from whisper_tui.floor.hands import SETTLES, answer
from whisper_tui.floor.members import learn_phone
from whisper_tui.floor.model import Changes, Floor, Heeds
from whisper_tui.terms import Pbx, Uniqueid

ANA = "PJSIP/1001"
PHONE = Uniqueid("1.7")


def a_floor() -> Floor:
    floor = Floor(Pbx("lab"), heeds=Heeds("whisperhand", "help"))
    apply(floor, member(), 0.0, Changes())
    apply(floor, ChannelNew(PHONE, PHONE, "PJSIP/1001-00000007", 6, "", "", "internal", "*44"), 0.0, Changes())
    return floor


def member(*, queue: str = "support", paused: bool = False, reason: str = "") -> MemberChanged:
    return MemberChanged(queue, ANA, ANA, "Ana Ruiz", False, 0, 0, 0, 0, 0, False, 1, paused, reason)


def says(floor: Floor, now: float, *said: tuple[str, str], event: str = "whisperhand", of: str = PHONE) -> Changes:
    changes = Changes()
    apply(floor, UserSaid(event, Uniqueid(of), Uniqueid(""), "", said), now, changes)
    return changes


def happens(floor: Floor, fact: MemberChanged | MemberRemoved, now: float) -> Changes:
    changes = Changes()
    apply(floor, fact, now, changes)
    return changes


def test_an_event_of_the_agents_phone_raises_the_hand_and_another_lowers_it() -> None:
    floor = a_floor()
    assert says(floor, 5.0, ("text", "angry")).hands == {ANA}
    assert (floor.hands[ANA].since, floor.hands[ANA].text) == (5.0, "angry")
    assert says(floor, 9.0).hands == {ANA}
    assert floor.hands == {}


@pytest.mark.parametrize("named", [ANA, "1001"])
def test_a_program_names_the_agent(named: str) -> None:
    floor = a_floor()
    says(floor, 5.0, ("agent", named), of="")
    assert list(floor.hands) == [ANA]


@pytest.mark.parametrize("named", ["PJSIP/1099", "1099", "../1001", "Local/1001@x"])
def test_nobody_raises_the_hand_of_an_agent_whom_nobody_knows(named: str) -> None:
    floor = a_floor()
    assert not says(floor, 5.0, ("agent", named))
    assert not says(floor, 6.0, of="9.9")
    assert floor.hands == {}


def test_other_events_mean_nothing() -> None:
    floor = a_floor()
    assert not says(floor, 5.0, event="whisperhands")
    floor.heeds = Heeds()
    assert not says(floor, 6.0)
    assert not says(floor, 7.0, event="")


def test_what_is_said_of_the_state_holds_whatever_it_was() -> None:
    floor = a_floor()
    says(floor, 5.0, ("state", "OFF"))
    assert floor.hands == {}
    says(floor, 7.0, ("state", "on"))
    first = floor.hands[ANA]
    says(floor, 9.0, ("state", "on"))
    assert floor.hands[ANA] is first
    says(floor, 11.0, ("state", "off"))
    assert floor.hands == {}


def test_a_code_that_is_sent_twice_at_once_raises_the_hand_once() -> None:
    floor = a_floor()
    says(floor, 5.0)
    says(floor, 5.0 + SETTLES / 2)
    assert list(floor.hands) == [ANA]


def test_a_pause_for_help_raises_it_once_until_it_ends() -> None:
    floor = a_floor()
    assert happens(floor, member(paused=True, reason="lunch"), 5.0).hands == set()
    assert happens(floor, member(paused=True, reason="help"), 6.0).hands == {ANA}
    assert happens(floor, member(queue="sales", paused=True, reason="help"), 7.0).hands == set()
    assert floor.hands[ANA].since == 6.0
    happens(floor, member(), 8.0)
    assert list(floor.hands) == [ANA], "they are still paused in the other queue"
    assert happens(floor, MemberRemoved("sales", ANA), 9.0).hands == {ANA}
    assert floor.hands == {}


def test_a_pause_that_goes_on_does_not_raise_a_hand_again_that_was_taken() -> None:
    floor = a_floor()
    happens(floor, member(paused=True, reason="help"), 6.0)
    answer(floor, ANA, "ana", Changes())
    happens(floor, member(paused=True, reason="help"), 20.0)
    assert floor.hands[ANA].answered_by == "ana"
    happens(floor, member(), 30.0)
    happens(floor, member(paused=True, reason="help"), 40.0)
    assert (floor.hands[ANA].since, floor.hands[ANA].answered_by) == (40.0, "")


def test_the_end_of_a_pause_leaves_a_hand_that_an_event_raised() -> None:
    floor = a_floor()
    says(floor, 5.0)
    happens(floor, member(paused=True, reason="help"), 6.0)
    happens(floor, member(), 8.0)
    assert floor.hands[ANA].since == 5.0


def test_a_hand_that_was_taken_can_go_up_again() -> None:
    floor = a_floor()
    says(floor, 5.0)
    answer(floor, ANA, "ana", Changes())
    says(floor, 9.0)
    assert (floor.hands[ANA].since, floor.hands[ANA].answered_by) == (9.0, "")


FRONT = "Local/1001@from-queue/n"


def a_floor_of_fronts(*, paused: bool = False) -> Floor:
    """Ana is a member of two queues as FreePBX makes them: her phone is not known before it rings."""
    floor = Floor(Pbx("lab"), heeds=Heeds("whisperhand", "help"))
    for queue in ("support", "sales"):
        fact = replace(member(queue=queue, paused=paused, reason="help" if paused else ""), interface=FRONT)
        happens(floor, replace(fact, state_interface="hint:1001@ext-local"), 0.0)
    apply(floor, ChannelNew(PHONE, PHONE, "PJSIP/1001-00000007", 6, "", "", "internal", "*44"), 0.0, Changes())
    return floor


@pytest.mark.parametrize("named", [(), (("agent", "1001"),), (("agent", ANA),)], ids=["channel", "number", "phone"])
def test_an_agent_whose_phone_has_not_rung_yet_is_known_by_the_number(named: tuple[tuple[str, str], ...]) -> None:
    floor = a_floor_of_fronts()
    says(floor, 5.0, *named)
    assert list(floor.hands) == [FRONT]
    says(floor, 9.0, ("agent", "100"))
    assert list(floor.hands) == [FRONT]


def test_a_hand_stays_up_when_the_phone_of_its_agent_becomes_known() -> None:
    floor = a_floor_of_fronts(paused=True)
    up, changes = floor.hands[FRONT], Changes()
    learn_phone(floor, FRONT, ANA, changes)
    check_consistent(floor)
    assert (floor.hands, changes.hands) == ({ANA: up}, {FRONT, ANA})
    assert up.since == 0.0
    for queue in ("support", "sales"):
        happens(floor, replace(member(queue=queue), interface=FRONT), 8.0)
    assert floor.hands == {}, "and comes down with the pause"


def test_the_hand_of_an_agent_who_logs_out_is_down() -> None:
    floor = a_floor()
    says(floor, 5.0)
    assert happens(floor, MemberRemoved("support", ANA), 6.0).hands == {ANA}
    assert floor.hands == {}
