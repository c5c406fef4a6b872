"""When a profile is open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whisper_tui.permissions.hours import DAY, Hours, said, spell

PARIS = ZoneInfo("Europe/Paris")
WEEK = frozenset(range(5))
OFFICE = Hours(WEEK, 7 * 60, 21 * 60, PARIS)


def at(words: str, zone: ZoneInfo = PARIS, fold: int = 0) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=zone, fold=fold)


def turns(hours: Hours, now: datetime) -> tuple[bool, datetime]:
    found = spell(hours, now)
    return found.open, datetime.fromtimestamp(found.until, hours.zone)


def test_an_office_is_open_from_its_first_minute_to_its_last() -> None:
    assert turns(OFFICE, at("2026-11-23T06:59:59")) == (False, at("2026-11-23T07:00"))
    assert turns(OFFICE, at("2026-11-23T07:00")) == (True, at("2026-11-23T21:00"))
    assert turns(OFFICE, at("2026-11-23T20:59:59")) == (True, at("2026-11-23T21:00"))
    assert turns(OFFICE, at("2026-11-27T21:00")) == (False, at("2026-11-30T07:00"))


def test_the_zone_of_the_profile_counts_not_that_of_the_clock() -> None:
    assert spell(OFFICE, datetime(2026, 7, 6, 5, 0, tzinfo=UTC)).open
    assert not spell(OFFICE, datetime(2026, 12, 7, 5, 0, tzinfo=UTC)).open
    assert spell(OFFICE, at("2026-11-23T20:00", ZoneInfo("Asia/Tokyo"))).open


def test_a_night_shift_belongs_to_the_day_on_which_it_begins() -> None:
    nights = Hours(frozenset({4}), 22 * 60, DAY + 6 * 60, PARIS)
    assert turns(nights, at("2026-11-28T05:59")) == (True, at("2026-11-28T06:00"))
    assert turns(nights, at("2026-11-28T22:30")) == (False, at("2026-12-04T22:00"))
    assert not spell(nights, at("2026-11-27T05:00")).open


def test_hours_that_meet_at_midnight_are_one_spell() -> None:
    weekend = Hours(frozenset({5, 6}), 0, DAY, PARIS)
    assert turns(weekend, at("2026-11-28T12:00")) == (True, at("2026-11-30T00:00"))
    always = Hours(frozenset(range(7)), 0, DAY, PARIS)
    assert spell(always, at("2026-11-28T23:59:59.999")).open
    assert spell(always, at("2026-11-29T00:00")).open


def test_a_shift_over_the_change_to_summer_time_is_an_hour_shorter_and_back_an_hour_longer() -> None:
    nights = Hours(frozenset(range(7)), 22 * 60, DAY + 6 * 60, PARIS)
    for evening, seconds in (("2026-03-28T22:00", 7 * 3600), ("2026-10-24T22:00", 9 * 3600)):
        opened = at(evening)
        found = spell(nights, opened)
        assert found.open
        assert found.until - opened.timestamp() == seconds


def test_a_beginning_or_an_end_that_comes_twice_or_never_is_read_the_shorter_way() -> None:
    from_half_past_two = Hours(frozenset(range(7)), 150, 300, PARIS)
    until_half_past_two = Hours(frozenset(range(7)), 60, 150, PARIS)
    assert turns(from_half_past_two, at("2026-10-25T02:40")) == (False, at("2026-10-25T02:30", fold=1))
    assert turns(until_half_past_two, at("2026-10-25T01:30")) == (True, at("2026-10-25T02:30"))
    assert not spell(until_half_past_two, at("2026-10-25T02:10", fold=1)).open
    assert turns(from_half_past_two, at("2026-03-29T03:10")) == (False, at("2026-03-29T03:30"))
    assert turns(until_half_past_two, at("2026-03-29T01:00")) == (True, at("2026-03-29T01:30"))
    assert not spell(Hours(frozenset(range(7)), 125, 150, PARIS), at("2026-03-29T03:10")).open


def test_where_midnight_itself_is_left_out_a_whole_weekend_stays_one() -> None:
    cairo = ZoneInfo("Africa/Cairo")  # Friday 24 April 2026 begins at 01:00
    weekend = Hours(frozenset({3, 4}), 0, DAY, cairo)
    opened = at("2026-04-23T12:00", cairo)
    assert turns(weekend, opened) == (True, at("2026-04-25T00:00", cairo))


def test_a_moment_is_said_as_people_there_say_it() -> None:
    assert said(at("2026-11-30T07:00").timestamp(), PARIS) == "Mon 07:00"


@pytest.mark.parametrize("year", [1, 1900, 9999])
def test_a_clock_that_is_wrong_opens_nothing(year: int) -> None:
    always = Hours(frozenset(range(7)), 0, DAY, PARIS)
    assert not spell(always, datetime(year, 1, 1, 12, tzinfo=UTC)).open


zones = st.sampled_from(
    ["Europe/Paris", "UTC", "Asia/Tokyo", "America/St_Johns", "Australia/Lord_Howe", "Africa/Cairo"]
)
hours = st.builds(
    lambda days, begins, length, zone: Hours(days, begins, begins + length, ZoneInfo(zone)),
    st.frozensets(st.integers(0, 6), min_size=1),
    st.integers(0, DAY - 1),
    st.integers(1, DAY),
    zones,
)
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))


@settings(max_examples=150, deadline=None)
@given(hours, moments)
def test_what_is_open_is_open_by_the_clock_on_the_wall(held: Hours, now: datetime) -> None:
    found = spell(held, now)
    assert found.until > now.timestamp()
    if found.open:
        wall = now.astimezone(held.zone)
        minutes = wall.hour * 60 + wall.minute + wall.second / 60
        today = wall.weekday() in held.days and held.begins <= minutes < held.ends
        night = (wall.weekday() - 1) % 7 in held.days and held.begins <= minutes + DAY < held.ends
        assert today or night


@settings(max_examples=150, deadline=None)
@given(hours, moments, st.floats(0, 0.999))
def test_nothing_turns_before_it_was_said_to(held: Hours, now: datetime, part: float) -> None:
    found = spell(held, now)
    between = now + timedelta(seconds=(found.until - now.timestamp()) * part)
    assert spell(held, between).open is found.open
