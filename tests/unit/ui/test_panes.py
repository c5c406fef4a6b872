"""Panes: inside the terminal, beside each other, and the strip always there."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from whisper_tui.ui.panes import Panes, Wanted, arrange

WANTED = st.builds(
    Wanted, st.integers(0, 5), st.integers(0, 60), st.booleans(), st.booleans(), st.integers(4, 20), st.booleans()
)


def shown(panes: Panes) -> list[object]:
    return [region for region in panes if region.height and region.width]


@given(st.integers(1, 500), st.integers(1, 200), WANTED)
def test_panes_fill_the_terminal_and_never_overlap(width: int, height: int, wanted: Wanted) -> None:
    panes = arrange(width, height, wanted)
    covered = [
        (x, y) for region in panes for y in region.line_range for x in (region.x, region.right - 1) if region.width
    ]
    assert all(0 <= x < width and 0 <= y < height for x, y in covered)
    assert sum(region.area for region in panes) == width * height
    regions = [region for region in panes if region.area]
    assert not any(a.overlaps(b) for at, a in enumerate(regions) for b in regions[at + 1 :])


@given(st.integers(1, 500), st.integers(1, 200), WANTED)
def test_while_a_leg_is_up_the_strip_or_the_small_screen_is_there(width: int, height: int, wanted: Wanted) -> None:
    panes = arrange(width, height, wanted._replace(leg_up=True))
    assert panes.small.area or panes.strip.height >= 3


@given(st.integers(40, 500), st.integers(10, 200), WANTED)
def test_there_is_room_for_calls_in_every_terminal_that_is_not_too_small(
    width: int, height: int, wanted: Wanted
) -> None:
    assert arrange(width, height, wanted).calls.height >= 3


def test_a_wide_terminal_has_the_queues_beside_the_calls_and_a_narrow_one_above() -> None:
    assert arrange(120, 40, Wanted(queues=3)).beside
    assert not arrange(80, 24, Wanted(queues=3)).beside
    assert arrange(80, 24, Wanted(queues=3)).queues.height == 1
