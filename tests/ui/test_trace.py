"""What the PBXs were asked, on the screen."""

from __future__ import annotations

from tests.fakes.rows import ANA, PBX
from tests.ui.work import Work, at_work
from whisper_tui.engine.rows import TraceRow
from whisper_tui.terms import Notice


def rows(first: int, last: int) -> tuple[TraceRow, ...]:
    fields = (("Channel", "wt-0123abcd-1"), ("Digit", "4"))
    return tuple(
        TraceRow(number, 0.0, PBX, "PlayDTMF", (*fields, ("N", str(number))), "done", "", 0.002)
        for number in range(first, last + 1)
    )


def numbers(work: Work) -> list[int]:
    return [int(line.partition(" N=")[2].split()[0]) for line in work.lines if " N=" in line]


async def test_the_newest_actions_stand_at_the_foot_and_new_ones_come_to_them() -> None:
    async with at_work(size=(120, 30)) as work:
        work.backend.traced = rows(1, 3)
        await work.press("at")
        assert numbers(work) == [1, 2, 3]
        assert "PlayDTMF Channel=wt-0123abcd-1 Digit=4 N=3 done 2 ms" in work.text
        work.backend.traced = rows(1, 100)
        await work.wind(1)
        assert numbers(work)[-1] == 100
        await work.press("escape")
        assert ANA.agent in work.text


async def test_it_stands_still_while_it_is_scrolled_and_goes_on_at_its_end() -> None:
    async with at_work(size=(120, 30)) as work:
        work.backend.traced = rows(1, 100)
        await work.press("at", "k", "k")
        before = numbers(work)
        assert before[-1] == 98
        work.backend.traced = rows(51, 550)
        await work.wind(1)
        assert numbers(work) == before
        assert "stands still, 450 newer; G goes on" in work.text
        await work.press("G")
        await work.wind(1)
        assert numbers(work)[-1] == 550
        await work.press("pageup", "g")
        assert numbers(work)[0] == 51


async def test_who_may_not_look_is_told_why_and_what_was_there_is_gone_once_it_was_decided_anew() -> None:
    async with at_work() as work:
        work.backend.traced = rows(1, 90)
        await work.press("at", "g")
        work.backend.traced = ()
        await work.wind(1)
        assert numbers(work) == []
        work.backend.traced = Notice("denied.no-right", {"right": "ami.trace"})
        await work.wind(1)
        assert "your profile does not grant ami.trace" in work.text


async def test_a_key_that_speaks_first_closes_it_for_what_it_would_start_must_be_seen() -> None:
    async with at_work() as work:
        await work.press("at", "l")
        assert work.backend.asked == []
        await work.press("l")
        assert len(work.backend.asked) == 1


async def test_an_action_without_answer_and_one_that_failed_say_so_on_a_small_screen() -> None:
    async with at_work(size=(80, 24), unicode=False) as work:
        row = TraceRow(1, 0.0, PBX, "Originate", (("Data", "x" * 200),), "failed", "No such device", 0.1)
        work.backend.traced = (row, TraceRow(2, 0.0, PBX, "Hangup", ()))
        await work.press("at")
        assert "FAILED 100 ms No such device" in work.text
        assert "Hangup asked" in work.text
