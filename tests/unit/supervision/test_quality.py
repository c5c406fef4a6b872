"""How good a line is: the worse of its two ways, lately, and what is wrong by the site's limits. Not told is not fine."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from whisper_tui.ami.rtcp import Rtcp, Side
from whisper_tui.supervision.quality import NOT_TOLD, READINGS, Fault, LineLimits, Quality, kept, quality_of

LIMITS = LineLimits()
FINE = Rtcp(1000, 1000, Side(0, 0.002, 88.0), Side(0, 0.003, 87.0), 0.02)


def test_a_fine_line_has_no_fault() -> None:
    assert quality_of([FINE], LIMITS) == Quality(0.0, 0.003, 0.02, 87.0, reported=True)


def test_what_is_not_told_is_not_fine() -> None:
    assert quality_of([], LIMITS) == NOT_TOLD
    silent = Rtcp(0, 0, None, None, None)
    assert not quality_of([silent], LIMITS).told
    deaf = quality_of([replace(FINE, at_phone=None, round_trip=None)], LIMITS)
    assert (deaf.told, deaf.reported, deaf.round_trip) == (True, False, None)


@pytest.mark.parametrize(
    ("reading", "fault"),
    [
        (replace(FINE, from_phone=Side(31, 0.002, 88.0)), Fault.LOSS),
        (replace(FINE, at_phone=Side(30, 0.003, 87.0)), Fault.LOSS),
        (replace(FINE, at_phone=Side(0, 0.030, 87.0)), Fault.JITTER),
        (replace(FINE, from_phone=Side(0, 0.045, 88.0)), Fault.JITTER),
        (replace(FINE, round_trip=0.3), Fault.ROUND_TRIP),
        (replace(FINE, at_phone=Side(0, 0.003, 70.0)), Fault.MES),
    ],
)
def test_the_worse_way_counts(reading: Rtcp, fault: Fault) -> None:
    assert quality_of([reading], LIMITS).faults == (fault,)


def test_what_was_lost_long_ago_does_not_count_and_what_is_lost_now_does() -> None:
    was_bad = replace(FINE, from_phone=Side(500, 0.002, 88.0))
    later = replace(was_bad, received=2000, sent=2000)
    assert quality_of([was_bad], LIMITS).faults == (Fault.LOSS,)
    assert quality_of([was_bad, later], LIMITS).loss == 0.0
    loses = replace(FINE, received=1900, sent=2000, from_phone=Side(100, 0.002, 88.0))
    assert quality_of([FINE, loses], LIMITS).loss == pytest.approx(0.1)


def test_few_readings_are_kept_and_a_line_that_counts_anew_begins_anew() -> None:
    readings: tuple[Rtcp, ...] = ()
    for at in range(10):
        readings = kept(readings, replace(FINE, received=at * 250, sent=at * 250))
    assert len(readings) == READINGS
    again = replace(FINE, received=5, sent=2500)
    assert kept(readings, again) == (again,)
