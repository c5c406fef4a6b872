"""Who becomes late while they wait."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import CALLER, NOW, ringing, waiting
from whisper_tui.engine.rows import CallRow, Limits
from whisper_tui.ui.alarms import Lateness

BELL = Limits(late=20, bell=True)


def test_the_bell_rings_once_for_a_caller_who_becomes_late() -> None:
    lateness = Lateness(lambda _row: BELL)
    caller = waiting(1, waited=10)
    lateness.apply({caller.key: caller}, NOW)
    assert not lateness.tick(NOW + 10)
    assert lateness.tick(NOW + 10.5)
    rings = ringing(1, "Ana Ruiz", waited=10)
    lateness.apply({caller.key: rings}, NOW + 11)
    lateness.apply({caller.key: caller}, NOW + 12)
    assert not lateness.tick(NOW + 60)


def test_nobody_is_said_to_become_late_on_a_pbx_without_news() -> None:
    lateness = Lateness(lambda _row: BELL)
    caller = waiting(1, waited=10)
    lateness.apply({caller.key: caller}, NOW)
    assert not lateness.tick(NOW + 11, {caller.key.pbx})


def test_nobody_becomes_late_who_was_late_before_or_was_answered_or_in_whose_queue_no_bell_is_wanted() -> None:
    lateness = Lateness(lambda row: BELL if row.queue == "support" else Limits(late=20))
    answered, quiet = waiting(2, waited=10), waiting(3, "sales", waited=10)
    lateness.apply({row.key: row for row in (CALLER, answered, quiet)}, NOW)
    lateness.apply({answered.key: replace(answered, waited=12.0)}, NOW + 2)
    assert not lateness.tick(NOW + 60)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 40), st.booleans()), max_size=60))
def test_it_finds_whoever_looking_at_everybody_would_find(steps: list[tuple[int, int, bool]]) -> None:
    lateness, now = Lateness(lambda _row: BELL), NOW
    there: dict[int, CallRow] = {}
    for number, waited, stays in steps:
        caller = waiting(number, waited=0, began=now, waiting_since=now - waited)
        lateness.apply({caller.key: caller if stays else None}, now)
        there.pop(number, None)
        if stays:
            there[number] = caller
        since = now
        now += 7
        became = any(since <= (row.waiting_since or 0) + 20 < now for row in there.values())
        assert lateness.tick(now) is became
