"""Raised hands on the screen: counted, rung for once, gone to and taken with one key."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, PBX, crew, floor, members
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import FloorView, ViewChanges
from whisper_tui.engine.rows import AgentRow, AgentState, HandRow
from whisper_tui.supervision.intents import AnswerHand
from whisper_tui.terms import Notice

UP = HandRow(NOW - 70, "angry")
RUIZ = AgentRow(PBX, ANA.agent_device, "Ana Ruiz", AgentState.TALKING, members("support"), ANA.key, NOW - 391)
OKORO = AgentRow(PBX, BEN.agent_device, "Ben Okoro", AgentState.HELD, members("sales"), BEN.key, NOW - 20)
FREE = AgentRow(PBX, "PJSIP/1012", "Farid Haddad", AgentState.FREE, members("sales"), None)


def asking(*hands: HandRow | None) -> FloorView:
    """Ben, and then Farid, ask for help."""
    ben, farid = (*hands, None, None)[:2]
    calls = [ANA, replace(BEN, hand=ben)]
    return floor(calls, agents=crew(RUIZ, replace(OKORO, hand=ben), replace(FREE, hand=farid)))


def bells(work: Work, monkeypatch: pytest.MonkeyPatch) -> list[None]:
    rung: list[None] = []
    monkeypatch.setattr(work.console, "bell", lambda: rung.append(None))
    return rung


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
@pytest.mark.parametrize("unicode", [True, False])
async def test_a_hand_is_counted_at_the_top_and_stands_in_its_rows(size: tuple[int, int], unicode: bool) -> None:
    sign = "⚑" if unicode else "^"
    async with at_work(asking(UP, HandRow(NOW - 5)), size=size, unicode=unicode) as work:
        assert f"{sign} 2 hands up" in work.lines[0]
        await work.press("j")
        assert any("Ben Okoro" in line and f"{sign} help" in line for line in work.lines[1:])
        assert f"{sign} asks for help for 01:1" in work.text
        await work.press("v", "a")
        (ben,) = (line for line in work.lines if f"{sign} Ben Okoro" in line)
        assert f"{sign} help 01:1" in ben or size[0] < 100
        assert work.console.desk.crew.current is not None


async def test_the_bell_rings_once_for_a_hand_and_not_when_it_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    async with at_work(asking()) as work:
        rung = bells(work, monkeypatch)
        up = replace(OKORO, hand=UP)
        await work.happens(ViewChanges(agents={(PBX, OKORO.device): up}))
        await work.happens(ViewChanges(agents={(PBX, OKORO.device): replace(up, since=NOW)}))
        assert len(rung) == 1
        await work.happens(ViewChanges(agents={(PBX, OKORO.device): replace(up, hand=replace(UP, answered_by="eva"))}))
        assert len(rung) == 1
        assert "hand up" not in work.lines[0]
        work.console._hand_bell = False
        await work.happens(ViewChanges(agents={(PBX, FREE.device): replace(FREE, hand=HandRow(NOW + 5))}))
        assert len(rung) == 1


async def test_one_key_goes_to_the_oldest_hand_and_takes_it() -> None:
    async with at_work(asking(UP, HandRow(NOW - 5))) as work:
        assert "h hands" in work.last_line
        await work.press("slash", *"ruiz", "enter", "v", "s", "h")
        assert work.backend.asked == [AnswerHand(PBX, OKORO.device)]
        assert work.console.desk.sheet.cursor == BEN.key
        assert any("Ben Okoro" in line and "▸" in line for line in work.lines)
        assert work.last_line.startswith("Ben Okoro waits for you")


async def test_an_agent_without_a_call_is_gone_to_in_the_list_of_agents() -> None:
    async with at_work(asking(None, HandRow(NOW - 5))) as work:
        await work.press("h")
        assert work.backend.asked == [AnswerHand(PBX, FREE.device)]
        assert work.console.desk.crew.current is not None
        assert work.console.desk.crew.current.device == FREE.device


async def test_without_a_hand_the_key_says_so_and_held_down_it_takes_one_alone() -> None:
    async with at_work(asking()) as work:
        await work.press("h")
        assert work.last_line == "no agent asks for help"
        await work.happens(ViewChanges(agents=crew(replace(OKORO, hand=UP), replace(FREE, hand=HandRow(NOW - 5)))))
        await work.wind(1.0)
        await work.hold("h", 1.0)
        assert len(work.backend.asked) == 1


async def test_who_may_not_take_it_is_led_there_and_told_why() -> None:
    async with at_work(asking(UP)) as work:
        work.backend.refusals[AnswerHand] = Notice("denied.no-right", {"right": "hand.answer"})
        await work.press("h")
        assert work.backend.asked == []
        assert work.console.desk.sheet.cursor == BEN.key
        assert work.last_line.startswith("your profile does not grant hand.answer")
        assert [intent for intent, _why in work.backend.dim] == [AnswerHand(PBX, OKORO.device)]


async def test_who_has_taken_it_stands_there_for_everybody() -> None:
    async with at_work(asking(replace(UP, answered_by="eva"))) as work:
        assert any("Ben Okoro" in line and "⚑ eva" in line for line in work.lines)
        await work.press("slash", *"help", "enter")
        assert len(work.console.desk.sheet) == 0
