"""The last hour of waits."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.rows import PBX, queue
from whisper_tui.ui.lasthour import MINUTES, STEPS, Hour, Ring, WaitHistory, picture
from whisper_tui.ui.moment import Moment

SUPPORT, SALES = (PBX, "support"), (PBX, "sales")


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 600)), max_size=40), st.integers(0, 90))
def test_a_ring_knows_the_longest_wait_of_each_minute_that_somebody_looked_at(
    steps: list[tuple[int, int]], later: int
) -> None:
    ring, minute = Ring(), 16
    seen: dict[int, float] = {}
    for on, seconds in steps:
        minute += on
        seen[minute] = max(seen.get(minute, 0.0), seconds)
        ring.see(seconds, minute)
    now = minute + later
    assert ring.minutes(now) == [seen.get(each) for each in range(now - MINUTES + 1, now + 1)]


def test_a_wait_of_nobody_is_low_a_gap_is_empty_and_a_minute_fills_a_quiet_hour() -> None:
    minutes: list[float | None] = [None] * 56 + [0.0, 0.0, 30.0, 60.0]
    assert picture(minutes, 60) == Hour(" " * 56 + "▁▁▄▇", 60.0)
    assert picture(minutes, 15).spark == " " * 14 + "▇"
    assert picture([None] * 59 + [600.0], 60).spark[-1] == STEPS[-1]
    assert picture([None] * 60, 20) == Hour(" " * 20, None)


def test_while_there_is_no_news_nothing_is_known_and_what_may_be_seen_no_longer_is_forgotten() -> None:
    history = WaitHistory(began=0.0)
    queues = {SUPPORT: queue("support", longest_since=570.0), SALES: queue("sales")}
    history.look(queues, Moment(600.0, {}))
    history.look(queues, Moment(660.0, {PBX: 650.0}))
    assert history.of(SUPPORT, 660.0, 60).spark[-2:] == "▄ "
    assert history.of(SALES, 660.0, 60) == Hour(" " * 58 + "▁ ", 0.0)
    assert history.of_all(660.0, 60).top == 30.0
    history.look({SALES: queues[SALES]}, Moment(720.0, {}))
    assert history.of(SUPPORT, 720.0, 60).top is None


def test_it_says_since_when_it_knows_until_that_is_an_hour_ago() -> None:
    history = WaitHistory(began=1000.0)
    assert history.since(1000.0 + 3599) == 1000.0
    assert history.since(1000.0 + 3600) is None
