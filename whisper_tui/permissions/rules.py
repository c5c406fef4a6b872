"""What a profile's other keys say, checked: hours, limits, and the people that a rule needs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from whisper_tui.config.locate import KeyPath
from whisper_tui.permissions.hours import DAY, DAYS, Hours
from whisper_tui.permissions.read import Mistake, did_you_mean
from whisper_tui.permissions.schema import When

ZONE_HINT = 'for instance tz = "Europe/Paris"'


def hours(given: When, usual: ZoneInfo | None, way: KeyPath, mistakes: list[Mistake]) -> Hours | None:
    """Return `when` as the policy holds it, None where it restricts nothing.

    Args:
        usual: the zone of `[policy]`, for a `when` without one.
    """
    if given == When():
        return None
    written = zone(given.tz, (*way, "tz"), mistakes) if given.tz else usual
    if written is None and not given.tz:
        mistakes.append(Mistake(way, "lacks the key `tz`", f"{ZONE_HINT}, here or in [policy]"))
    begins, ends = _span(given.hours, (*way, "hours"), mistakes) if given.hours else (0, DAY)
    days = set(_days(given.days, (*way, "days"), mistakes)) if given.days else set(range(7))
    return Hours(frozenset(days), begins, ends, written) if written is not None else None


def zone(name: str, way: KeyPath, mistakes: list[Mistake]) -> ZoneInfo | None:
    """Return the time zone `name`, None if there is none."""
    # Not a file of anybody's: the zones of the system, or those that come with the program.
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        mistakes.append(Mistake(way, f"there is no time zone {name!r}", _zone_hint(name)))
        return None


def _zone_hint(name: str) -> str:
    hint = did_you_mean(name, _zones())
    return hint if hint.startswith("did") else ZONE_HINT


@cache
def _zones() -> tuple[str, ...]:
    return tuple(sorted(available_timezones()))


def _span(written: str, way: KeyPath, mistakes: list[Mistake]) -> tuple[int, int]:
    begins, ends = (int(each[:2]) * 60 + int(each[3:]) for each in written.split("-"))
    if begins >= DAY or ends > DAY:
        mistakes.append(Mistake(way, f"{written!r} is past the end of the day", "00:00-24:00 is the whole day"))
    elif begins == ends:
        mistakes.append(Mistake(way, f"{written!r} is no time at all", "00:00-24:00 is the whole day"))
    return begins, ends if ends > begins else ends + DAY


def _days(written: tuple[str, ...], way: KeyPath, mistakes: list[Mistake]) -> Iterator[int]:
    for each in written:
        first, dash, last = each.partition("-")
        wrong = [word for word in ((first, last) if dash else (first,)) if word not in DAYS]
        if wrong:
            mistakes.append(Mistake(way, f"{each!r} is not a day", did_you_mean(wrong[0], DAYS)))
            continue
        begins, ends = DAYS.index(first), DAYS.index(last if dash else first)
        yield from (day % 7 for day in range(begins, ends + 1 if ends >= begins else ends + 8))
