"""Periods of the calendar."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.permissions.spans import Period, bounds, count_rate, time_rate
from whisper_tui.terms import seconds_of

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("period", "begins", "ends"),
    [
        (Period.HOUR, "2026-10-28T14:00", "2026-10-28T15:00"),
        (Period.DAY, "2026-10-28T00:00", "2026-10-29T00:00"),
        (Period.WEEK, "2026-10-26T00:00", "2026-11-02T00:00"),
        (Period.MONTH, "2026-10-01T00:00", "2026-11-01T00:00"),
    ],
)
def test_a_period_begins_and_ends_by_the_calendar_of_its_zone(period: Period, begins: str, ends: str) -> None:
    def at(words: str) -> datetime:
        return datetime.fromisoformat(words).replace(tzinfo=PARIS)

    expected = (at(begins).timestamp(), at(ends).timestamp())
    assert bounds(period, at("2026-10-28T14:31:07"), PARIS) == expected
    assert bounds(period, at("2026-10-28T14:31:07").astimezone(UTC), PARIS) == expected


def test_the_hour_that_comes_twice_is_two() -> None:
    twice = [datetime(2026, 10, 25, 2, 30, tzinfo=PARIS, fold=fold) for fold in (0, 1)]
    first, second = (bounds(Period.HOUR, each, PARIS) for each in twice)
    assert first[1] == second[0]


def test_spans_and_rates_are_read_in_seconds_and_times() -> None:
    assert [seconds_of(each) for each in ("30s", "10m", "2h", "2 h", "30s\n", "")] == [30, 600, 7200, 0, 0, 0]
    assert (time_rate("10m/h").most, time_rate("10m/h").period) == (600, Period.HOUR)
    assert (count_rate("4/month").most, count_rate("4/month").period) == (4, Period.MONTH)


@given(st.sampled_from(Period), st.datetimes(timezones=st.sampled_from([UTC, PARIS])))
def test_any_moment_is_in_its_period(period: Period, now: datetime) -> None:
    begins, ends = bounds(period, now, PARIS)
    assert begins <= now.timestamp() <= ends
