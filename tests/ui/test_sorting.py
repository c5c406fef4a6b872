"""Any list by any column."""

from __future__ import annotations

from tests.fakes.rows import ANA, BEN, CALLER, PBX, crew, floor, members, queue, waiting
from tests.ui.work import Work, at_work
from whisper_tui.engine.rows import AgentRow, AgentState

NARROW = (60, 24)


def agent(name: str, *, taken: int) -> AgentRow:
    (member,) = members("support")
    of = (type(member)("support", paused=False, reason="", taken=taken),)
    return AgentRow(PBX, f"PJSIP/{name}", name, AgentState.FREE, of, None)


def standing(work: Work, *words: str) -> list[str]:
    """Which of these stand on the screen, from the top."""
    return [word for line in work.lines[1:14] for word in words if word in line]


async def test_calls_are_sorted_by_another_column_turned_and_back_as_they_come() -> None:
    async with at_work(floor([ANA, BEN, CALLER])) as work:
        people = ("Ana Ruiz", "Ben Okoro")
        assert standing(work, *people) == ["Ana Ruiz", "Ben Okoro"]
        await work.press("greater_than_sign", "greater_than_sign", "z")
        assert "↑AGENT" in work.text
        assert standing(work, *people) == ["Ben Okoro", "Ana Ruiz"]
        assert work.console.desk.sheet.current == ANA, "the cursor stays with its call"
        await work.press("less_than_sign")
        assert "↓QUEUE" in work.text
        await work.press("less_than_sign")
        assert standing(work, *people) == ["Ana Ruiz", "Ben Okoro"]
        assert not {"↓", "↑"} & set(work.text)
        await work.press("z")
        assert standing(work, *people) == ["Ben Okoro", "Ana Ruiz"]
        assert "↑ STATE" in work.text
        await work.press("z", "greater_than_sign", "greater_than_sign", "z", "asterisk")
        assert work.backend.asked, "the next call is the next in the order that is seen"


async def test_a_column_can_be_named() -> None:
    async with at_work(floor([ANA, BEN, CALLER])) as work:
        await work.press("colon", *"sort", "space", *"ag", "tab", "enter", "z")
        assert standing(work, "Ana Ruiz", "Ben Okoro") == ["Ben Okoro", "Ana Ruiz"]
        await work.press("v", "a", "colon", *"sort", "space", *"prio", "enter")
        assert work.last_line.startswith("sort takes agent, ")


async def test_every_other_list_too_but_the_log_which_is_by_time() -> None:
    queues = [queue("sales", performance=90.0), queue("support", performance=20.0)]
    staff = crew(agent("Abe", taken=1), agent("Zoe", taken=7))
    async with at_work(floor([waiting(11, "sales"), waiting(12, "vip")], queues, agents=staff)) as work:
        await work.press("v", "a", *["greater_than_sign"] * 4)
        assert "↓TAKEN" in work.text
        assert standing(work, "Abe", "Zoe") == ["Zoe", "Abe"]
        await work.press("v", "q", *["greater_than_sign"] * 3)
        assert "↓IN TIME" in work.text
        await work.press("less_than_sign")
        assert "WAIT ↓LONGEST" in work.text, "the arrow stands at its own column"
        await work.press("greater_than_sign")
        assert standing(work, " sales ", " support ") == [" support ", " sales "]
        await work.press("v", "w", "greater_than_sign", "z")
        assert "↑PLACE" in work.text
        await work.press("v", "s", "greater_than_sign")
        assert "↓WHO" in work.text
        await work.press("v", "l", "z")
        assert "z does nothing here" in work.text


async def test_columns_that_have_no_room_are_passed_over() -> None:
    async with at_work(floor([ANA, BEN]), size=NARROW) as work:
        for _ in range(6):
            await work.press("greater_than_sign")
            assert ("↓" in work.text) is bool(work.console.desk.sheet.sorting.by)
