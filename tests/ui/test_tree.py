"""A supervisor in the tree of calls."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, floor, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.supervision.intents import Listen


def under_cursor(work: Work) -> str:
    return next((line.split("▸")[1] for line in work.lines if "▸" in line), "")


async def test_a_call_is_found_under_its_queue_and_its_agent_and_heard_there() -> None:
    async with at_work(floor([ANA, BEN, CHLOE, CALLER])) as work:
        await work.press("t", "g", "l")
        assert "choose a call first" in work.last_line, "a queue is no call"
        assert "- sales" in under_cursor(work)
        await work.press("j", "j", "right")
        assert "agent PJSIP/1177" in work.text
        await work.press("l")
        assert work.backend.asked == [Listen(BEN.key)]
        await work.press("left", "left", "left", "left", "enter")
        assert "+ sales" in under_cursor(work)
        assert "Ben Okoro" not in "".join(line[47:] for line in work.lines[:20])


async def test_the_filter_the_surfing_key_and_the_way_back_work_in_the_tree() -> None:
    async with at_work(floor([ANA, BEN, CHLOE])) as work:
        await work.press("t", "slash", *"ben", "enter")
        assert "1 of 3" in work.text
        assert "support" not in "".join(line[47:] for line in work.lines[:20])
        await work.press("c", "asterisk")
        assert work.backend.asked
        await work.press("escape")
        assert "STATE     QUEUE" in work.text


async def test_nobody_else_is_heard_when_the_call_under_the_cursor_ends() -> None:
    other = talking(9, "Ana Ruiz", agent_device=ANA.agent_device)
    async with at_work(floor([ANA, other])) as work:
        await work.press("t", "j")
        await work.happens(ViewChanges(calls={work.console.desk.sheet.cursor: None}))  # type: ignore[dict-item]
        await work.press("l")
        assert work.backend.asked == []
        assert "is over" in work.last_line


async def test_a_mark_is_put_on_the_call_on_whose_line_the_cursor_stands() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("t", "g", "j")
        assert "Ben Okoro" in under_cursor(work)
        await work.press("space")
        assert work.console.desk.sheet.marked == {BEN.key}


async def test_a_tree_that_stands_still_shows_what_it_showed() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("t", "p")
        await work.happens(ViewChanges(calls={BEN.key: None, ANA.key: replace(ANA, queue="vip")}))
        assert "Ben Okoro" in work.text
        await work.press("p")
        assert "- vip" in work.text
