"""How much a call needs somebody, and why: points that add up, each for something that can be said in words. Pure.

Nothing counts less for being more: each part grows with what it is of, or stays as it is.
"""

from __future__ import annotations

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import NamedTuple, TypeAlias

from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.rows import CallRow
from whisper_tui.ui import hands, present
from whisper_tui.ui.words import _, counted, fill

MOST_MINUTES = 30.0
"""From then on a minute more does not count: a call of hours must not hide an agent who asks for help."""

MOST_TIMES = 10
MOST_ALARMS = 3

SAID = 3
"""Reasons that are said, the weightiest."""


class Need(NamedTuple):
    """`reasons`: in words, the weightiest first."""

    points: float
    reasons: tuple[str, ...]

    @property
    def words(self) -> str:
        """Return the reasons that count most."""
        return "; ".join(self.reasons[:SAID])


Why: TypeAlias = Callable[[], str]


def points(row: CallRow, now: float, weights: NeedSettings) -> float:
    """Return how much the call of `row` needs somebody at `now` (monotonic), without the words: for many calls."""
    return sum(points for points, _why in _parts(row, now, weights))


def need(row: CallRow, now: float, weights: NeedSettings) -> Need:
    """Return how much the call of `row` needs somebody at `now` (monotonic), and why."""
    weighty = sorted((part for part in _parts(row, now, weights) if part[0] > 0), key=lambda part: -part[0])
    return Need(sum(points for points, _why in weighty), tuple(why() for _points, why in weighty))


def _parts(row: CallRow, now: float, weights: NeedSettings) -> tuple[tuple[float, Why], ...]:
    waited, talked = present.waited(row, now) or 0.0, _since(row.talking_since, now)
    held, silent = row.held + _since(row.held_since, now), _since(row.silent_since, now)
    alarms = [fact for fact in row.facts if fact.alarm]
    return (
        (weights.hand * hands.is_up(row.hand), lambda: _hand(row, now)),
        (
            weights.alarm * min(len(alarms), MOST_ALARMS),
            lambda: ", ".join(f"{each.words}: {each.text}" for each in alarms),
        ),
        (weights.vip * _is_any(row.queue, weights.vip_queues), lambda: _("VIP queue")),
        (weights.new_agent * _is_any(row.agent_device, weights.new_agents), lambda: _("new agent")),
        (weights.repeat * min(row.before, MOST_TIMES), lambda: _times(row.before)),
        (weights.wait * _minutes(waited), lambda: _timed(_("waited {time}"), waited)),
        (weights.length * _minutes(talked), lambda: _timed(_("talks for {time}"), talked)),
        (weights.holds * min(row.holds, MOST_TIMES), lambda: _holds(row.holds)),
        (weights.held * _minutes(held), lambda: _held(row, held, now)),
        (weights.silence * _minutes(silent), lambda: _timed(_("silent for {time}"), silent)),
    )


def _timed(words: str, seconds: float) -> str:
    return fill(words, {"time": present.duration(seconds)})


def _minutes(seconds: float) -> float:
    return min(max(0.0, seconds) / 60.0, MOST_MINUTES)


def _since(moment: float | None, now: float) -> float:
    return 0.0 if moment is None else max(0.0, now - moment)


def _is_any(name: str, patterns: tuple[str, ...]) -> bool:
    return name != "" and any(fnmatchcase(name, pattern) for pattern in patterns)


def _hand(row: CallRow, now: float) -> str:
    since = row.hand.since if row.hand is not None else now
    return fill(_("hand raised for {time}"), {"time": present.duration(now - since)})


def _times(before: int) -> str:
    return counted("called once before", "called {count} times before", before)


def _holds(holds: int) -> str:
    return counted("held once", "held {count} times", holds)


def _held(row: CallRow, held: float, now: float) -> str:
    values = {"time": present.duration(held), "now": present.duration(_since(row.held_since, now))}
    if row.held_since is None:
        return fill(_("on hold {time} before"), values)
    return fill(_("on hold {now}, {time} in all") if row.held else _("on hold {now}"), values)
