"""Filters as somebody types them."""

from __future__ import annotations

import pytest

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, PBX, crew, floor, members, queue, spies, spy, strip, waiting
from tests.ui.work import at_work
from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import AgentRow, AgentState, SpyRow, Whose
from whisper_tui.supervision.intents import Leave
from whisper_tui.terms import CallKey, Mode


def ben(*, paused: bool) -> AgentRow:
    return AgentRow(PBX, BEN.agent_device, BEN.agent, AgentState.HELD, members("sales", paused=paused), BEN.key)


async def test_calls_of_paused_agents_go_and_come_as_the_agent_does() -> None:
    async with at_work(floor([ANA, BEN], agents=crew(ben(paused=False)))) as work:
        await work.press("slash", *"!paused", "enter")
        assert "Ben Okoro" in work.text
        agent = ben(paused=True)
        await work.happens(ViewChanges(agents={(agent.pbx, agent.device): agent}))
        await work.wind(1)
        assert "Ben Okoro" not in work.text
        assert "1 of 2" in work.text


async def test_what_is_wrong_is_said_beside_it_as_it_is_typed() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("slash", *"talk>")
        assert "talk>: a number, or a time such as 30s, 5m, 1h" in work.text
        await work.press(*"5m agent~(a+)+")
        assert "agent~(a+)+: no pattern - repeats within repeats take too long" in work.text
        assert "1 of 2" in work.text, "the term that is right holds"
        await work.press("enter", "v", "a", "slash", *"talk=5")
        assert "talk=5: there is no such field here, but agent, queue, state, why" in work.text


async def test_filters_of_before_come_back_in_any_list_but_the_logs_are_its_own() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("slash", *"ana", "enter", "v", "a", "slash", "x", "up")
        assert "/ana_" in work.text
        await work.press("down")
        assert "/x_" in work.text
        await work.press("escape", "v", "l", "slash", "up")
        assert "ana" not in work.text.partition("LOG")[2]


async def test_a_list_is_filtered_by_time_as_it_goes_on() -> None:
    async with at_work(floor([waiting(11, waited=20), waiting(12, waited=50)], [queue("support")])) as work:
        await work.press("v", "w", "slash", *"wait>1m", "enter")
        assert len(work.console.desk.waiting) == 0
        await work.wind(15)
        assert [key.uniqueid for key in work.console.desk.waiting._order] == [waiting(12).key.uniqueid]


async def test_enter_on_a_queue_shows_its_calls_alone_whatever_it_is_called() -> None:
    odd = 'a "b" *'
    calls = [waiting(11, odd), waiting(12, f"{odd}x"), CALLER, CHLOE]
    async with at_work(floor(calls, [queue(odd)])) as work:
        await work.press("v", "q", "enter")
        sheet = work.console.desk.sheet
        assert [key for key in sheet.rows if sheet.shows(key)] == [CallKey(PBX, waiting(11).key.uniqueid)]


async def test_another_view_ends_the_typing_of_a_filter_and_keeps_what_it_shows() -> None:
    async with at_work(floor([ANA, BEN], strip=strip(ANA, Mode.WHISPER))) as work:
        await work.press("slash", *"an", "tab", "v", "c", "x")
        assert work.backend.asked == [Leave()]
        assert "/ an " in work.text
        assert "1 of 2" in work.text


async def test_a_filter_is_not_typed_unseen_beneath_the_trace() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("at", "slash", *"ben")
        assert "/ ben_" in work.text


@pytest.mark.parametrize(
    ("view", "asked", "found"),
    [
        ("a", "state=hold", "Ben Okoro"),
        ("a", "hold", "Ben Okoro"),
        ("a", "state=held", "Ben Okoro"),
        ("s", "mode=whisper", "PJSIP/2001"),
        ("s", "you", "PJSIP/2001"),
        ("s", "mode=unknown", "SIP/99"),
        ("s", "who=foreign", "SIP/99"),
    ],
)
async def test_the_words_that_a_row_shows_find_it(view: str, asked: str, found: str) -> None:
    ana = AgentRow(PBX, ANA.agent_device, ANA.agent, AgentState.TALKING, members("support"), ANA.key)
    heard = spies(spy("PJSIP/2001", Whose.MINE, None, ANA), spy("SIP/99", Whose.FOREIGN, None, BEN))
    view_of = floor([ANA, BEN], agents=crew(ana, ben(paused=False)), spies=heard, strip=strip(ANA, Mode.WHISPER))
    async with at_work(view_of) as work:
        await work.press("v", view, "slash", *asked, "enter")
        rows = work.console.desk.listings[work.console.desk.view].window()
        assert [str(row.device) for row in rows if isinstance(row, AgentRow | SpyRow)] == [
            ANA.agent_device if found == ANA.agent else BEN.agent_device if found == BEN.agent else found
        ]


async def test_a_filter_by_mode_follows_the_mode_of_ones_own_session() -> None:
    mine = spies(spy("PJSIP/2001", Whose.MINE, None, ANA))
    async with at_work(floor([ANA], spies=mine, strip=strip(ANA))) as work:
        await work.press("v", "s", "slash", *"mode=whisper", "enter")
        assert "no listener matches" in work.text
        await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
        assert "PJSIP/2001" in work.text.partition("MODE")[2].partition("──")[0]


async def test_the_last_line_names_the_keys_that_mean_something_while_a_filter_is_typed() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        await work.press("slash", "l")
        assert work.last_line == "Enter keeps the filter  Esc clears it  ctrl-x leave"
        await work.press("enter", "escape")
        assert work.last_line == "the filter l is cleared"


async def test_the_first_row_that_a_filter_finds_is_under_the_cursor() -> None:
    ana = AgentRow(PBX, ANA.agent_device, ANA.agent, AgentState.TALKING, members("support"), ANA.key)
    async with at_work(floor([ANA, BEN], agents=crew(ana, ben(paused=False)))) as work:
        await work.press("v", "a", "slash", *"okoro", "enter")
        assert work.console.desk.under_cursor[0] == BEN
        await work.press("c")
        assert work.console.desk.under_cursor[0] == BEN
