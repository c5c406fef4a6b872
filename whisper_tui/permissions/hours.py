"""`when`: the days and hours in which a profile grants anything, by the clock on the wall of its time zone.

A night shift belongs to the day on which it begins. Where the clock is put forward or back the shorter reading holds: a beginning
that comes twice, or not at all, is the later moment, an end the earlier one. Hours that meet are one spell.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from msgspec import Struct

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = 24 * 60
"""Minutes."""

EARLIEST, LATEST = datetime(1971, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
"""A clock that shows anything else is wrong: nothing is open then."""

_BEFORE, _AHEAD = 2, 9
"""Days around today that are looked at: yesterday's night shift, and a whole week in any zone."""


class Hours(Struct, frozen=True):
    """Days (0: Monday), and minutes from midnight; `ends` is past `begins`, and past DAY on the day after."""

    days: frozenset[int]
    begins: int
    ends: int
    zone: ZoneInfo


class Spell(NamedTuple):
    """Whether it is open, and until when that stays so, in UTC seconds."""

    open: bool
    until: float


def spell(hours: Hours, now: datetime) -> Spell:
    """Return whether `hours` are open at `now` (aware), and when that turns; if it turns later than in a week, a look then."""
    moment = now.timestamp()
    if not EARLIEST <= now <= LATEST:
        return Spell(open=False, until=moment + 60)
    today = now.astimezone(hours.zone).date()
    for begins, ends in _around(hours, today):
        opens, closes = _moment(begins, hours.zone, max), _moment(ends, hours.zone, min)
        if opens >= closes or moment >= closes:
            continue
        return Spell(open=False, until=opens) if moment < opens else Spell(open=True, until=closes)
    return Spell(open=False, until=moment + 7 * 24 * 3600)


def said(moment: float, zone: tzinfo) -> str:
    """`moment` (UTC seconds) as people in `zone` say it: `Mon 07:00`; `…` if the clock is wrong."""
    if not EARLIEST.timestamp() <= moment <= LATEST.timestamp():
        return "…"
    there = datetime.fromtimestamp(moment, zone)
    return f"{DAYS[there.weekday()].capitalize()} {there:%H:%M}"


def _around(hours: Hours, today: date) -> list[tuple[datetime, datetime]]:
    """The spells around `today` by the clock on the wall; those that meet are one."""
    spells: list[tuple[datetime, datetime]] = []
    for away in range(-_BEFORE, _AHEAD):
        day = today + timedelta(days=away)
        if day.weekday() not in hours.days:
            continue
        midnight = datetime.combine(day, time())
        begins, ends = midnight + timedelta(minutes=hours.begins), midnight + timedelta(minutes=hours.ends)
        if spells and begins <= spells[-1][1]:
            spells[-1] = (spells[-1][0], ends)
        else:
            spells.append((begins, ends))
    return spells


def _moment(wall: datetime, zone: ZoneInfo, which: Callable[[float, float], float]) -> float:
    """UTC seconds at which the clock shows `wall`; it may show it twice, or never."""
    readings = (wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    return which(*readings)
