"""Lengths of time in a policy, and the calendar's periods in which a rate is counted."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from enum import Enum

from msgspec import Struct

from whisper_tui.permissions.hours import EARLIEST, LATEST
from whisper_tui.terms import seconds_of


class Period(Enum):
    """An hour, day, week (from Monday) or month by the calendar."""

    HOUR = "h"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class Rate(Struct, frozen=True):
    """At most so much in a period: seconds, or a number of times. `said`: as the policy writes it."""

    most: float
    period: Period
    said: str


def in_words(length: float) -> str:
    """A length in seconds as people say it: `30 s`, `10 min`, `1 h 30 min`."""
    hours, minutes, rest = int(length) // 3600, int(length) % 3600 // 60, int(length) % 60
    parts = [f"{count} {unit}" for count, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if count]
    return " ".join(parts) or "0 s"


def time_rate(said: str) -> Rate:
    """`10m/h`."""
    span, _, period = said.partition("/")
    return Rate(seconds_of(span), Period(period), said)


def count_rate(said: str) -> Rate:
    """`4/month`."""
    count, _, period = said.partition("/")
    return Rate(float(count), Period(period), said)


def bounds(period: Period, now: datetime, zone: tzinfo) -> tuple[float, float]:
    """Return when the period that `now` (aware) is in began and when it ends, by the calendar of `zone`, in UTC seconds."""
    moment = now.timestamp()
    if not EARLIEST <= now <= LATEST:
        return moment, moment + 60  # a clock that is wrong: a look then
    there = now.astimezone(zone)
    if period is Period.HOUR:
        # By the minutes that the clock shows: an hour that comes twice is two.
        begins = moment - (there.minute * 60 + there.second + there.microsecond / 1e6)
        return begins, begins + 3600
    day = there.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match period:
        case Period.DAY:
            first, after = day, day + timedelta(days=1)
        case Period.WEEK:
            first = day - timedelta(days=day.weekday())
            after = first + timedelta(days=7)
        case Period.MONTH:
            first = day.replace(day=1)
            after = (first + timedelta(days=32)).replace(day=1)
    return first.timestamp(), after.timestamp()
