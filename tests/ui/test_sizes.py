"""The console in terminals of every size and of few signs."""

from __future__ import annotations

import pytest

from tests.fakes.rows import ANA, NOW, PBX, crew, floor, members, spies, spy, strip
from tests.ui.work import at_work
from whisper_tui.engine.backend import FloorView
from whisper_tui.engine.rows import AgentRow, AgentState, Whose
from whisper_tui.supervision.intents import Leave
from whisper_tui.terms import Mode

AGENTS = crew(
    AgentRow(PBX, "PJSIP/1042", "Ana Ruiz", AgentState.TALKING, members("support"), ANA.key, NOW - 391),
    AgentRow(PBX, "PJSIP/1011", "Max Trost", AgentState.PAUSED, members("sales", paused=True, reason="lunch"), None),
)
VIEW: FloorView = floor(
    strip=strip(ANA, Mode.WHISPER), agents=AGENTS, spies=spies(spy("SIP/99", Whose.FOREIGN, None, ANA))
)
SIZES = [
    (1, 1),
    (2, 2),
    (1, 23),
    (79, 1),
    (20, 5),
    (39, 23),
    (40, 9),
    (40, 10),
    (41, 11),
    (53, 13),
    (79, 23),
    (500, 200),
]


@pytest.fixture(scope="module")
def keys() -> tuple[str, ...]:
    """Of every view, of what lies on top of one, and of questions."""
    return ("v a", "v w", "v q", "v s", "v c", "enter", "enter", "question_mark", "G", "question_mark", "b", "escape")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_view_is_drawn_and_x_still_leaves(size: tuple[int, int], keys: tuple[str, ...]) -> None:
    async with at_work(VIEW, size=size) as work:
        for key in keys:
            await work.press(*key.split())
            assert len(work.lines) <= size[1]
        await work.press("x")
        assert Leave() in work.backend.asked


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (20, 5)], ids=lambda size: f"{size[0]}x{size[1]}")
async def test_every_view_is_drawn_in_ascii_where_that_is_all_there_is(
    size: tuple[int, int], keys: tuple[str, ...]
) -> None:
    async with at_work(VIEW, size=size, unicode=False) as work:
        for key in keys:
            await work.press(*key.split())
            assert work.text.isascii()
            assert all("?" not in line for line in work.lines[:-1] if "these keys" not in line), work.text
            assert any(word in work.text.lower() for word in ("whisper", "barge")), "the mode, or the question"


async def test_a_window_that_is_resized_under_a_session_says_who_hears_in_each_size() -> None:
    async with at_work(VIEW, size=(80, 24)) as work:
        for width, height in SIZES:
            await work.pilot.resize_terminal(width, height)
            await work.pilot.pause()
            assert any(form in work.text for form in ("agent YES", "YES", "●")), work.text
