"""The over-coaching meter: what was said while it could be heard, by what talk detection tells, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from whisper_tui.supervision.session import Session
from whisper_tui.supervision.talk import BREAK, MINUTE, SILENCE, Talk
from whisper_tui.terms import CallKey, LegId, Microphone, Mode, Pbx, SessionId, Uniqueid

HEARD = Talk(0.0).heard(0.0)


def says(talk: Talk, begun: float, ended: float) -> Talk:
    """They speak; Asterisk tells the end of it SILENCE later."""
    return talk.begins(begun).ends(ended - begun, ended + SILENCE)


def test_what_is_said_is_a_share_of_the_last_minute_and_of_the_session() -> None:
    talk = says(says(HEARD, 10.0, 22.0), 30.0, 33.0)
    assert talk.spoken(40.0) == pytest.approx(15.0)
    assert talk.of_the_minute(40.0) == pytest.approx(15 / 60)
    assert talk.of_the_minute(80.0) == pytest.approx(5 / 60), "of the first piece the last two seconds"
    assert talk.of_the_minute(200.0) == 0.0
    assert talk.of_the_session(100.0) == pytest.approx(0.15)
    assert talk.longest(40.0) == 12.0


def test_while_somebody_speaks_only_what_is_sure_counts() -> None:
    talk = HEARD.begins(10.0)
    assert [talk.spoken(now) for now in (10.5, 11.0, 15.0)] == [0.0, 0.0, 4.0]
    assert talk.ends(3.0, 14.0).spoken(14.0) == 3.0


def test_nothing_counts_that_nobody_hears() -> None:
    silent = says(Talk(0.0), 1.0, 30.0)
    assert silent.spoken(40.0) == 0.0
    muted = HEARD.begins(1.0).hushed(5.0)
    assert muted.spoken(60.0) == 4.0
    still_speaking = muted.heard(10.0).ends(11.0, 13.0)
    assert still_speaking.spoken(60.0) == 6.0, "from 1 to 5, and from 10 to 12"
    fell_silent_meanwhile = muted.heard(10.0).ends(9.0, 11.0)
    assert fell_silent_meanwhile.spoken(60.0) == 4.0, "told only of the time before the microphone was open again"


def test_a_breath_does_not_end_a_stretch_and_a_break_does() -> None:
    breath = says(says(HEARD, 0.0, 10.0), 10.0 + BREAK / 2, 20.0)
    assert breath.longest(30.0) == 20.0
    assert breath.spoken(30.0) == pytest.approx(20.0 - BREAK / 2)
    pause = says(says(HEARD, 0.0, 10.0), 10.0 + BREAK, 20.0)
    assert pause.longest(30.0) == 10.0
    going_on = says(HEARD, 0.0, 10.0).begins(11.0)
    assert (going_on.since, going_on.running(21.0)) == (0.0, 20.0)
    assert HEARD.since is None


def test_an_end_that_was_never_begun_or_a_duration_that_cannot_be_changes_nothing_for_the_worse() -> None:
    assert HEARD.ends(5.0, 10.0) == HEARD
    assert HEARD.begins(2.0).ends(1e9, 5.0).spoken(5.0) == 3.0
    assert HEARD.begins(2.0).ends(-1.0, 5.0).spoken(5.0) == 0.0
    assert HEARD.begins(2.0).begins(4.0) == HEARD.begins(2.0)


def test_a_session_counts_whispers_and_barges_with_an_open_microphone_alone() -> None:
    call = CallKey(Pbx("lab"), Uniqueid("1.0"))
    session = Session(SessionId("s"), LegId("l"), call, Uniqueid("1.1"), "PJSIP/1001", "Ana", "support", "")
    session.mark(Mode.SILENT, Microphone.OPEN, 0.0)
    session.measure(None, 0.0)
    assert session.talk is not None
    session.talk = session.talk.begins(0.0)
    for at, (mode, microphone) in enumerate(
        [
            (Mode.WHISPER, Microphone.OPEN),
            (Mode.BARGE, Microphone.OPEN),
            (Mode.BARGE, Microphone.MUTED),
            (Mode.WHISPER, Microphone.UNKNOWN),
            (Mode.SILENT, Microphone.OPEN),
            (Mode.TAKEOVER, Microphone.OPEN),
            (None, Microphone.OPEN),
        ],
        start=1,
    ):
        session.mark(mode, microphone, at * 10.0)
    assert session.talk.spoken(100.0) == 20.0


MOVES = st.lists(st.tuples(st.floats(0.01, 20), st.sampled_from(["speak", "stop", "mute", "open"])), max_size=40)


@example([(1.0, "speak"), (1.0, "open"), (1.0, "stop"), (0.5, "speak"), (1.0, "stop"), (1.0, "speak")])
@given(MOVES)
def test_whatever_happens_it_is_never_more_than_what_was_both_said_and_heard(
    moves: list[tuple[float, str]],
) -> None:
    """Asterisk as measured: the end is told SILENCE later, and not at all while the microphone is closed, or after a breath that is
    shorter, which counts as speech."""
    talk, now, speaking, heard, told, true = Talk(0.0), 0.0, False, False, False, 0.0
    untold, spoke_since, quiet_since = 0, 0.0, 0.0
    before = 0.0
    for wait, move in moves:
        until = now + wait
        if told and not speaking and heard and quiet_since + SILENCE <= until:
            talk, told = talk.ends(quiet_since - spoke_since, quiet_since + SILENCE), False
        true += wait if speaking and heard else 0.0
        now = until
        match move:
            case "speak" if not speaking:
                speaking = True
                untold += told
                if heard and not told:
                    talk, told, spoke_since = talk.begins(now), True, now
            case "stop" if speaking:
                speaking, quiet_since = False, now
            case "mute" if heard:
                untold += told
                talk, heard = talk.hushed(now), False
            case "open" if not heard:
                talk, heard, quiet_since = talk.heard(now), True, max(now, quiet_since)
                if speaking and not told:
                    talk, told, spoke_since = talk.begins(now), True, now
        spoken = talk.spoken(now)
        assert spoken >= before - 1e-9, "it never takes back what it has shown"
        before = spoken
        assert spoken <= true + untold * SILENCE + 1e-9
        assert spoken >= true - (len(moves) + 1) * SILENCE - 1e-9
        assert 0.0 <= talk.of_the_minute(now) <= 1.0
        assert 0.0 <= talk.of_the_session(now) <= 1.0
        assert talk.of_the_minute(now) * MINUTE <= spoken + 1e-6
        assert talk.longest(now) <= now + 1e-9
        assert len(talk.pieces) <= MINUTE / SILENCE + 2 or talk.pieces[0][1] > now - MINUTE - 20


def test_it_keeps_no_more_than_a_minute_of_pieces() -> None:
    talk = HEARD
    for at in range(0, 3600, 4):
        talk = says(talk, float(at), at + 1.0)
    assert len(talk.pieces) <= 16
    assert talk.spoken(3600.0) == 900.0
    assert replace(talk, pieces=()).said == 900.0
