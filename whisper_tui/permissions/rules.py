"""What a profile's other keys say, checked: hours, limits, and the people that a rule needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from whisper_tui.config.locate import KeyPath
from whisper_tui.permissions import schema, spans
from whisper_tui.permissions.hours import DAY, DAYS, Hours
from whisper_tui.permissions.limits import FourEyes, Limits
from whisper_tui.permissions.patterns import in_one_form, no_patterns
from whisper_tui.permissions.policy import RINGS
from whisper_tui.permissions.read import Mistake, did_you_mean
from whisper_tui.permissions.schema import ProfileTable, When
from whisper_tui.terms import Right, seconds_of

LATER = RINGS - {Right.LISTEN}
"""Rights that listening can come before."""

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


def limits(given: ProfileTable, way: KeyPath, mistakes: list[Mistake]) -> Limits:
    """Return the limits of a profile as the policy holds them."""
    longest = {right: getattr(given.max, right.name.lower()) for right in RINGS}
    if given.max.sessions is not None and given.max.sessions < 1:
        mistakes.append(Mistake((*way, "max", "sessions"), "is none at all", "leave the rights out instead"))
    budget, quota = given.coach_budget, given.quota
    return Limits(
        {
            right: _length(given.listen_first[right.value], (*way, "listen_first", right.value), mistakes)
            for right in _rights(given.listen_first, LATER, (*way, "listen_first"), mistakes)
        },
        frozenset(_rights(given.reason_required, RINGS, (*way, "reason_required"), mistakes)),
        {right: _length(span, (*way, "max", right.value), mistakes) for right, span in longest.items() if span},
        given.max.sessions,
        spans.time_rate(budget.per_agent) if budget.per_agent else None,
        _length(budget.nudge_talk, (*way, "coach_budget", "nudge_talk"), mistakes) if budget.nudge_talk else None,
        spans.count_rate(quota.listens_per_agent) if quota.listens_per_agent else None,
        quota.pick == "random",
        {
            right: _four_eyes(given.four_eyes[right.value], (*way, "four_eyes", right.value), mistakes)
            for right in _rights(given.four_eyes, RINGS, (*way, "four_eyes"), mistakes)
        },
        given.break_glass.enabled,
        _told(given.break_glass, (*way, "break_glass"), mistakes),
    )


def reasons(given: tuple[str, ...], mistakes: list[Mistake]) -> tuple[str, ...]:
    """Return the codes of `[reasons]` as the policy holds them."""
    for each in given:
        if each != each.strip() or not each or not each.isprintable():
            mistakes.append(Mistake(("reasons", "codes"), f"{each!r} is not a word", 'such as "training"'))
    return tuple(map(in_one_form, given))


def max_session(given: str | None, mistakes: list[Mistake]) -> float | None:
    """Return the longest that a session may last, in seconds."""
    return _length(given, ("policy", "max_session"), mistakes) if given else None


def zone(name: str, way: KeyPath, mistakes: list[Mistake]) -> ZoneInfo | None:
    """Return the time zone `name`, None if there is none."""
    # Not a file of anybody's: the zones of the system, or those that come with the program.
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        mistakes.append(Mistake(way, f"there is no time zone {name!r}", _zone_hint(name)))
        return None


def _rights(given: Iterable[str], known: frozenset[Right], way: KeyPath, mistakes: list[Mistake]) -> Iterator[Right]:
    words = {each.value: each for each in Right if each in known}
    for word in given:
        if word in words:
            yield words[word]
        else:
            mistakes.append(Mistake((*way, word), f"{word!r} cannot have such a rule", did_you_mean(word, words)))


def _length(span: str, way: KeyPath, mistakes: list[Mistake]) -> float:
    length = seconds_of(span)
    if not length:
        mistakes.append(Mistake(way, f"{span!r} is no time at all", "leave the rule, or the right, out instead"))
    return length


def _four_eyes(given: schema.FourEyes, way: KeyPath, mistakes: list[Mistake]) -> FourEyes:
    if not given.approvers:
        mistakes.append(Mistake((*way, "approvers"), "is nobody", 'for instance ["@wt-managers"]'))
    mistakes.extend(_people(given.approvers, (*way, "approvers")))
    return FourEyes(given.approvers, _length(given.within, (*way, "within"), mistakes))


def _told(given: schema.BreakGlass, way: KeyPath, mistakes: list[Mistake]) -> tuple[str, ...]:
    if given.enabled and not given.notify:
        mistakes.append(Mistake(way, "tells nobody", 'notify = ["@wt-dpo"]'))
    mistakes.extend(_people(given.notify, (*way, "notify")))
    return given.notify if given.enabled else ()


def _people(names: tuple[str, ...], way: KeyPath) -> Iterator[Mistake]:
    """What is wrong with names of users, and of groups written `@name`."""
    return no_patterns(way, tuple(each.removeprefix("@") for each in names))


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
