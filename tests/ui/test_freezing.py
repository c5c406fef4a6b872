"""The lists standing still while the floor goes on."""

from __future__ import annotations

from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW, PBX, crew, floor, members, spies, spy, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Banner, ViewChanges
from whisper_tui.engine.rows import AgentRow, AgentState, Whose
from whisper_tui.supervision.acts import Unpause
from whisper_tui.supervision.intents import Listen
from whisper_tui.terms import CallState, Mode, Notice

NEW = talking(9, "Dora Mills")
TO_BEN = replace(ANA, agent="Ben Okoro", agent_device="PJSIP/1177")


def names(work: Work) -> list[str]:
    return [name for line in work.lines for name in ("Ana Ruiz", "Ben Okoro", "Dora Mills") if f" {name} " in line[:90]]


async def test_a_frozen_list_stands_still_says_so_and_shows_everything_once_it_goes_on() -> None:
    async with at_work(floor([ANA, BEN]), size=(80, 24)) as work:
        await work.press("p")
        await work.happens(ViewChanges(calls={NEW.key: NEW, BEN.key: None}))
        await work.wind(12)
        assert "FROZEN 12 s ago · not as shown any more: 2" in work.text
        assert "06:31" in work.text, "durations of the list stand still too"
        assert "Dora Mills" not in work.text
        assert "‖ hold" in work.text
        await work.press("p")
        assert "FROZEN" not in work.text
        assert "Dora Mills" in work.text
        assert "‖ hold" not in work.text


async def test_the_strip_the_banners_and_the_first_line_go_on() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("p")
        changes = {NEW.key: NEW, CALLER.key: CALLER}
        banners = (Banner(Notice("log.unkept"), alarm=True),)
        await work.happens(ViewChanges(calls=changes, strip=strip(ANA, Mode.WHISPER), banners=banners))
        assert "calls 4" in work.lines[0]
        assert "WHISPER" in work.strip
        assert "not looked after" in work.lines[1]


async def test_a_stranger_who_begins_to_listen_is_told_of_at_once() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("p")
        stranger = spy("SIP/99", Whose.FOREIGN, None, BEN)
        await work.happens(ViewChanges(spies=spies(stranger)))
        assert "1 foreign listener" in work.lines[0]
        await work.happens(ViewChanges(spies=dict.fromkeys(spies(stranger))))
        assert "foreign" not in work.lines[0]


async def test_a_key_acts_on_the_call_under_the_cursor_as_it_is_now() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("p")
        await work.happens(ViewChanges(calls={ANA.key: replace(ANA, state=CallState.HELD, held_since=NOW)}))
        await work.press("l")
        assert work.backend.asked == [Listen(ANA.key)], "it is the same agent's call"


async def test_a_key_starts_nothing_where_the_call_is_over_or_another_agents_and_says_so() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        await work.press("p")
        await work.happens(ViewChanges(calls={ANA.key: TO_BEN}))
        await work.press("l")
        assert "went from Ana Ruiz to Ben Okoro" in work.last_line
        await work.happens(ViewChanges(calls={ANA.key: None}))
        await work.press("l")
        assert "the call of Ana Ruiz is over" in work.last_line
        await work.press("w")
        assert work.backend.asked == []
        await work.press("escape")
        assert "FROZEN" not in work.text


async def test_an_agent_who_has_another_call_by_now_is_not_heard_by_mistake() -> None:
    ana = AgentRow(PBX, "PJSIP/1142", "Ana Ruiz", AgentState.TALKING, members("support"), ANA.key, NOW - 391)
    async with at_work(floor([ANA, NEW], agents=crew(ana))) as work:
        await work.press("v", "a", "p")
        later = replace(ana, call=NEW.key)
        await work.happens(ViewChanges(agents={(PBX, ana.device): later}))
        await work.press("l")
        assert "this row has got another call" in work.last_line
        assert "not as shown any more: 1" in work.text
        await work.press("p", "l")
        assert work.backend.asked == [Listen(NEW.key)]


async def test_an_agent_whose_pause_began_while_the_list_stood_still_is_unpaused() -> None:
    ana = AgentRow(PBX, "PJSIP/1142", "Ana Ruiz", AgentState.FREE, members("support"), None)
    async with at_work(floor([], agents=crew(ana))) as work:
        await work.press("v", "a", "p")
        paused = replace(ana, state=AgentState.PAUSED, members=members("support", paused=True))
        await work.happens(ViewChanges(agents={(PBX, ana.device): paused}))
        await work.press("u")
        assert work.backend.asked == [Unpause(PBX, ana.device)]


async def test_what_may_be_seen_no_longer_leaves_a_frozen_list_at_once() -> None:
    whole = replace(ANA, caller="+33 6 55 51 42")
    async with at_work(floor([whole, BEN, CHLOE])) as work:
        await work.press("p")
        await work.happens(ViewChanges(calls={ANA.key: ANA, BEN.key: None}, hidden=frozenset({BEN.key})))
        assert "55 51" not in work.text, "a number that is masked again"
        assert "Ben Okoro" not in work.text
        await work.happens(ViewChanges(anew=True))
        assert "FROZEN" not in work.text


async def test_the_call_that_needs_somebody_is_found_among_the_calls_of_now() -> None:
    async with at_work(floor([ANA])) as work:
        await work.press("p")
        await work.happens(ViewChanges(calls={ANA.key: None, NEW.key: NEW}))
        await work.press("full_stop")
        assert work.backend.asked == [Listen(NEW.key)]
        assert "FROZEN" not in work.text
