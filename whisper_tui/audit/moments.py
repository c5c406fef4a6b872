"""Days, moments and lengths of time as people write them, on the clock of this machine."""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from whisper_tui.terms import SPAN, seconds_of

_OTHERS = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")
"""How days are written elsewhere, for a hint."""


class NoTime(ValueError):
    """What was written is none; the words say what is."""


def day(written: str) -> tuple[float, float]:
    """When a day of this machine's calendar begins, and when the next one does: 23 to 25 hours later, by summer time.

    Raises:
        NoTime: it is no day.
    """
    today = date.today()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    meant = named.get(written.strip().lower()) or _calendar_day(written)
    return _midnight(meant), _midnight(meant + timedelta(days=1))


def moment(written: str) -> float:
    """A moment on the clock of this machine unless it names a zone; a day alone is its first moment.

    Raises:
        NoTime: it is none.
    """
    try:
        return datetime.fromisoformat(written).timestamp()
    except (ValueError, OverflowError, OSError):
        raise NoTime(f"{written!r} is no moment: 2026-11-26T09:00{_meant(written)}") from None


def span(written: str) -> float:
    """`30s`, `5m` or `1h` in seconds.

    Raises:
        NoTime: it is no length of time.
    """
    if not SPAN.fullmatch(written):
        raise NoTime(f"{written!r} is no length of time: 30s, 5m or 1h")
    return seconds_of(written)


def _calendar_day(written: str) -> date:
    try:
        day = date.fromisoformat(written)
        _midnight(day + timedelta(days=1))
    except (ValueError, OverflowError, OSError):
        raise NoTime(f"{written!r} is no day: 2026-11-26, today or yesterday{_meant(written)}") from None
    return day


def _meant(written: str) -> str:
    """A hint for whoever writes days another way."""
    for form in _OTHERS:
        with suppress(ValueError):
            return f"; did you mean {datetime.strptime(written, form).date().isoformat()}?"
    if found := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", written):
        year, month, day = map(int, found.groups())
        if 1 <= month <= 12 and year >= 1:
            last = calendar.monthrange(year, month)[1]
            if day > last:
                return f"; that month has {last} days"
            if day:
                return f"; did you mean {date(year, month, day).isoformat()}?"
    return ""


def _midnight(day: date) -> float:
    return datetime.combine(day, time.min).timestamp()
