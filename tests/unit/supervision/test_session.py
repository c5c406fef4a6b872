"""The table of legal moves, and the stopwatch of a session."""

from __future__ import annotations

import pytest

from whisper_tui.supervision.session import HEARING, MOVES, ImpossibleMove, Input, Session, State, step
from whisper_tui.terms import CallKey, LegId, Microphone, Mode, Pbx, SessionId, Uniqueid


def test_every_state_stands_in_the_table_and_all_but_the_last_can_end() -> None:
    assert set(MOVES) == set(State)
    for state, moves in MOVES.items():
        if state is not State.GONE:
            assert moves[Input.ENDED] is State.GONE


def test_nobody_is_heard_before_it_was_found_out_how_far_the_keypad_is_held() -> None:
    reached, seen = {State.DIALLING}, {State.DIALLING}
    # TAKEN: at a reconnect, of a leg that was on the way to the customer, and so was found out long before.
    found_out = {Input.LOCKED, Input.OPEN, Input.FIXED, Input.JOINED, Input.TAKEN}
    while reached:
        reached = {after for state in reached for happened, after in MOVES[state].items() if happened not in found_out}
        reached -= seen
        seen |= reached
    assert not seen & (HEARING.keys() | {State.AIMING, State.IDLE})


def test_a_leg_whose_keypad_does_more_than_the_profile_is_hung_up_and_not_aimed() -> None:
    assert step(State.PROVING, Input.NOT_FIT) is State.LEAVING


@pytest.mark.parametrize("state", [State.UNKNOWN, State.LEAVING, State.GONE])
def test_a_leg_that_is_ending_can_not_be_aimed_or_switched(state: State) -> None:
    for happened in (Input.AIM, Input.TO_WHISPER, Input.TO_BARGE, Input.HEARS):
        with pytest.raises(ImpossibleMove):
            step(state, happened)


def _session() -> Session:
    return Session(
        SessionId("s"), LegId("l"), CallKey(Pbx("p"), Uniqueid("c")), Uniqueid("a"), "PJSIP/1001", "Ana", "support", ""
    )


def test_seconds_are_kept_by_mode_and_the_customer_hears_only_an_open_microphone_in_barge() -> None:
    session = _session()
    session.mark(Mode.SILENT, Microphone.OPEN, 10.0)
    session.mark(Mode.WHISPER, Microphone.OPEN, 15.0)
    session.mark(Mode.BARGE, Microphone.OPEN, 17.0)
    session.mark(Mode.BARGE, Microphone.MUTED, 20.0)
    session.mark(Mode.SILENT, Microphone.MUTED, 24.0)
    session.mark(None, Microphone.MUTED, 30.0)
    session.mark(None, Microphone.MUTED, 40.0)
    assert session.seconds == {Mode.SILENT: 11.0, Mode.WHISPER: 2.0, Mode.BARGE: 7.0}
    assert session.audible == 3.0
    assert session.heard_from == 10.0


def test_a_microphone_that_is_not_known_to_be_closed_counts_as_audible() -> None:
    session = _session()
    session.mark(Mode.BARGE, Microphone.UNKNOWN, 0.0)
    session.mark(None, Microphone.UNKNOWN, 4.0)
    assert session.audible == 4.0
