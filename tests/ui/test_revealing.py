"""A caller's number that the profile hides, shown for a while."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, floor, spies, spy, strip
from tests.ui.work import at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import Whose
from whisper_tui.supervision.intents import Refused, Reveal
from whisper_tui.terms import Notice


async def test_a_key_asks_for_the_whole_number_under_the_cursor_whatever_is_heard() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await work.press("j", "R")
        assert work.backend.asked == [Reveal(BEN.key)]
        whole = replace(BEN, caller="+33 1 23 45 01 77")
        await work.happens(ViewChanges(calls={BEN.key: whole}))
        assert "+33 1 23 45 01 77" in work.text


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Notice("reveal.whole"), "the number is shown whole already"),
        (Notice("reveal.none"), "this call has no number"),
        (Notice("denied.no-right", {"right": "number.full"}), "your profile does not grant number.full"),
    ],
)
async def test_where_there_is_nothing_to_show_or_no_right_to_it_the_key_says_so(why: Notice, said: str) -> None:
    async with at_work() as work:
        work.backend.refusals[Reveal] = why
        await work.press("R")
        assert work.last_line == said
        assert work.backend.asked == []
        await work.press("question_mark", *["j"] * 9)
        assert f"not now: {said}" in work.text


async def test_a_log_that_cannot_be_written_shows_nothing() -> None:
    async with at_work() as work:
        work.backend.answer = Refused(Notice("log.unwritable", {"where": "trail.db", "why": "disk full"}))
        await work.press("R")
        assert "the session log cannot be written" in work.last_line


async def test_a_number_is_shown_once_by_a_held_key_and_not_by_a_paste_or_for_nobody() -> None:
    async with at_work() as work:
        await work.paste_unbracketed("R")
        assert work.backend.asked == []
        await work.wind(1)
        await work.hold("R", 0.2)
        assert work.backend.asked == [Reveal(ANA.key)]
        await work.happens(ViewChanges(calls={ANA.key: None}))
        await work.press("R")
        assert work.last_line == "the call of Ana Ruiz is over: j k chooses another"
        assert work.backend.asked == [Reveal(ANA.key)]


async def test_among_the_sessions_it_is_the_number_of_the_one_under_the_cursor() -> None:
    async with at_work(floor(spies=spies(spy("SIP/99", Whose.FOREIGN, None, BEN)))) as work:
        await work.press("v", "s", "R")
        assert work.backend.asked == [Reveal(BEN.key)]
