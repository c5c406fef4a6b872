"""From any moment of a recording to its beginning: what is said leads there exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.clock import WoundClock
from tests.unit.simulator.floors import Listener, floor_at, shape
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.renaming import Numbers
from whisper_tui.simulator.turns import turn

OPENED = 0.05
"""By then the recorded console had its first lists."""


@pytest.mark.parametrize("second", [0.05, 7.0, 20.0, 33.3, 47.0, 61.8, 75.0, 88.0, 100.5, 110.0])
def test_a_turn_leads_to_the_floor_that_the_recording_begins_with(second: float, busy: Path) -> None:
    pbx = SimulatedPbx(WoundClock())
    pbx.floor = floor_at(busy, second, pbx.numbers)
    there = floor_at(busy, OPENED, pbx.numbers)
    fewest = len(pbx.floor.calls)
    for _ in turn(pbx, there):
        fewest = min(fewest, len(pbx.floor.calls))
    ours, theirs = shape(pbx.floor), shape(there)
    for part in ("calls", "waiting", "bridges", "devices"):
        assert ours[part] == theirs[part], part
    assert {one[:2] + one[3:8] for one in ours["members"]} == {one[:2] + one[3:8] for one in theirs["members"]}
    assert {one[:3] for one in ours["channels"]} == {one[:3] for one in theirs["channels"]}
    assert fewest >= min(len(there.calls), len(pbx.floor.calls)) - 5 or second > 101, "the screen stays full"


def test_whoever_watches_a_turn_ends_with_the_same_floor(busy: Path) -> None:
    pbx = SimulatedPbx(WoundClock())
    watcher = Listener()
    pbx.floor, watcher.floor = floor_at(busy, 60.0, Numbers()), floor_at(busy, 60.0, Numbers())
    there = floor_at(busy, OPENED, pbx.numbers)
    pbx.connect(watcher.feed)
    for _ in turn(pbx, there):
        pass
    for part in ("waiting", "members", "counts"):
        assert shape(watcher.floor)[part] == shape(pbx.floor)[part], part
