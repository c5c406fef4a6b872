"""Somebody in the demo, with a coach beside them."""

from __future__ import annotations

import pytest

from tests.fakes.rows import ANA, floor, strip
from tests.ui.work import Work, at_work
from whisper_tui.cli.demo import found
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.simulator.stories import hints_of
from whisper_tui.terms import Mode

DAY = hints_of(found()["day"])


def hint(work: Work) -> str:
    """What the coach says."""
    region = work.console.screen.query_one("#coach").region
    return " ".join(line.strip() for line in work.lines[region.y : region.bottom])


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_the_coach_goes_on_when_the_pbx_has_confirmed_and_not_before(size: tuple[int, int]) -> None:
    async with at_work(hints=DAY, size=size) as work:
        assert hint(work).startswith("hint 1/8  First the queue vip: / queue=vip Enter")
        await work.press("slash", *"queue=support", "enter")
        assert hint(work).startswith("hint 2/8  . listens to the call")
        await work.press("l")
        assert hint(work).startswith("hint 2/8"), "asked for, and not confirmed"
        await work.happens(ViewChanges(strip=strip(ANA)))
        assert hint(work).startswith("hint 3/8")
        await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
        assert "C 1 sends the first cue card" in hint(work)
        assert "HEARS YOU" in work.strip


async def test_a_note_on_disk_is_one_step_and_the_hints_can_be_switched_off_and_on() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER)), hints=DAY) as work:
        await work.press("i", *"good", "enter")
        assert hint(work).startswith("hint 6/8")
        assert "s opens the score sheet" in hint(work)
        await work.press("M")
        assert "hint 6/8" not in work.text
        await work.press("M")
        assert hint(work).startswith("hint 6/8")


async def test_where_there_is_no_room_the_calls_and_the_strip_go_before_the_coach() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER)), hints=DAY, size=(60, 12)) as work:
        assert "HEARS YOU" in work.strip
        assert "Ana Ruiz" in work.text
    async with at_work(hints=DAY, size=(30, 8)) as work:
        assert "hint" not in work.text


async def test_without_a_story_there_is_no_coach_and_no_key_for_one() -> None:
    async with at_work() as work:
        await work.press("M")
        assert work.last_line == "M does nothing here, ? shows the keys"
