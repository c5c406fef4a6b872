"""The feed: the first change is painted at once, the others ten times a second, durations once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.fakes.backend import FakeBackend
from tests.fakes.clock import WoundClock, settle
from tests.fakes.rows import ANA, BEN, PBX, glass, held, link, petition, petitions, queue, spies, spy, strip
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import AgentKey, AgentRow, Whose
from whisper_tui.terms import Mode, Notice
from whisper_tui.ui.feed import Feed


class Screen:
    def __init__(self) -> None:
        self.backend = FakeBackend()
        self.clock = WoundClock()
        self.taken: list[ViewChanges] = []
        self.ticks = 0
        self.painted: list[float] = []
        self.feed = Feed(self.backend, self.clock, self.taken.append, self._tick, self._paint)

    def _tick(self) -> None:
        self.ticks += 1

    def _paint(self) -> None:
        self.painted.append(self.clock.monotonic())


@pytest.fixture
async def screen() -> Iterator[Screen]:  # type: ignore[misc]
    made = Screen()
    made.feed.start()
    yield made  # type: ignore[misc]
    made.feed.stop()
    await settle()


async def test_the_first_change_is_painted_in_the_same_moment(screen: Screen) -> None:
    screen.backend.push(ViewChanges(calls={ANA.key: None}))
    assert screen.painted == [1000.0]


async def test_a_storm_is_painted_ten_times_a_second_and_ends_with_the_last_of_it(screen: Screen) -> None:
    for step in range(45):
        screen.backend.push(ViewChanges(calls={ANA.key: held(142, f"Ana {step}")}))
        await screen.clock.wind(0.02)
    assert len(screen.painted) <= 10
    await screen.clock.wind(0.1)
    assert [row.agent for row in [screen.taken[-1].calls[ANA.key]] if row is not None] == ["Ana 44"]


async def test_a_link_that_turns_is_painted_at_once_with_all_that_came_before_it(screen: Screen) -> None:
    screen.backend.push(ViewChanges())
    screen.backend.push(ViewChanges(calls={ANA.key: ANA}))
    assert len(screen.painted) == 1
    screen.backend.push(ViewChanges(links={PBX: link()}))
    assert len(screen.painted) == 2
    assert screen.taken[-1].calls == {ANA.key: ANA}
    await screen.clock.wind(0.2)
    assert len(screen.painted) == 2


async def test_a_call_that_is_hidden_and_seen_again_at_once_is_not_handed_over_as_hidden(screen: Screen) -> None:
    screen.backend.push(ViewChanges())
    screen.backend.push(ViewChanges(calls={ANA.key: None}, hidden=frozenset({ANA.key})))
    screen.backend.push(ViewChanges(calls={ANA.key: ANA}))
    await screen.clock.wind(0.1, step=0.05)
    assert screen.taken[-1].calls == {ANA.key: ANA}
    assert screen.taken[-1].hidden == set()


async def test_what_came_in_between_is_handed_over_as_one(screen: Screen) -> None:
    screen.backend.push(ViewChanges())
    screen.backend.push(ViewChanges(calls={ANA.key: ANA}, notices=(Notice("a"),), strip=strip(ANA)))
    hidden = frozenset({ANA.key})
    screen.backend.push(ViewChanges(calls={ANA.key: None, BEN.key: BEN}, hidden=hidden, notices=(Notice("b"),)))
    late = queue("late")
    screen.backend.push(ViewChanges(queues={(late.pbx, "late"): late}, strip=strip(ANA, Mode.BARGE), banners=()))
    somebody = spies(spy("SIP/99", Whose.FOREIGN, None, BEN))
    screen.backend.push(ViewChanges(spies=somebody, petitions=petitions(petition(BEN))))
    screen.backend.push(ViewChanges(petitions={petition(BEN).ident: None}, glass={"g-1": glass(BEN)}))
    gone: dict[AgentKey, AgentRow | None] = {(BEN.key.pbx, "PJSIP/1"): None}
    screen.backend.push(ViewChanges(agents=gone, anew=True))
    await screen.clock.wind(0.1, step=0.05)
    assert len(screen.taken) == 2
    whole = screen.taken[1]
    assert (whole.calls, whole.hidden) == ({ANA.key: None, BEN.key: BEN}, hidden)
    unset = {"links"}
    assert {each for each in ViewChanges.__struct_fields__ if not getattr(whole, each)} == unset | {"banners"}, (
        "nothing was lost"
    )
    assert [notice.code for notice in whole.notices] == ["a", "b"]
    assert whole.spies == somebody
    assert whole.petitions == {petition(BEN).ident: None}
    assert whole.glass == {"g-1": glass(BEN)}
    assert (whole.strip, whole.banners, list(whole.queues)) == (strip(ANA, Mode.BARGE), (), [(late.pbx, "late")])


async def test_a_key_finds_the_newest_state_before_it_is_painted(screen: Screen) -> None:
    screen.backend.push(ViewChanges())
    screen.backend.push(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
    screen.feed.settle()
    assert screen.taken[-1].strip == strip(ANA, Mode.WHISPER)


async def test_durations_tick_once_a_second(screen: Screen) -> None:
    await screen.clock.wind(10, step=0.1)
    assert screen.ticks in (9, 10)


async def test_seconds_that_were_slept_through_are_not_made_up_for(screen: Screen) -> None:
    await screen.clock.wind(60, step=60)
    await settle()
    assert screen.ticks <= 2


async def test_a_tick_does_not_hold_the_next_change_back(screen: Screen) -> None:
    await screen.clock.wind(1.0)
    painted = len(screen.painted)
    screen.backend.push(ViewChanges(calls={ANA.key: None}))
    assert len(screen.painted) == painted + 1


async def test_a_feed_that_was_stopped_paints_no_more(screen: Screen) -> None:
    screen.backend.push(ViewChanges())
    screen.backend.push(ViewChanges(calls={ANA.key: None}))
    screen.feed.stop()
    await screen.clock.wind(3)
    assert len(screen.painted) == 1
