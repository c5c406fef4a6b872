"""The agents on the screen: who does what, to their calls, and pauses."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, PBX, crew, floor, link, members, queue, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import FloorView, ViewChanges
from whisper_tui.engine.rows import AgentKey, AgentRow, AgentState
from whisper_tui.supervision.acts import LogOut, MoveAgent, Pause, SetPenalty, Unpause
from whisper_tui.supervision.intents import Listen, Refused
from whisper_tui.terms import LinkState, Mode, Notice, Pbx
from whisper_tui.ui.hinting import why_dim

RUIZ = AgentRow(PBX, ANA.agent_device, "Ana Ruiz", AgentState.TALKING, members("support"), ANA.key, NOW - 391)
OKORO = AgentRow(PBX, BEN.agent_device, "Ben Okoro", AgentState.HELD, members("sales"), BEN.key, NOW - 20)
FREE = AgentRow(PBX, "PJSIP/1012", "Farid Haddad", AgentState.FREE, members("sales", "support"), None)
ASKS = Notice("pause.reason", {"codes": "break, lunch, meeting", "queues": "sales support"})


def staffed() -> FloorView:
    return floor(agents=crew(RUIZ, OKORO, FREE))


async def among_agents(work: Work) -> None:
    work.backend.refusals[Pause] = ASKS
    await work.press("v", "a")


def names(work: Work) -> list[str]:
    found = [line for line in work.lines[2:9] if any(name in line for name in ("Ruiz", "Okoro", "Haddad"))]
    return [" ".join(line.split()[3:5]) if line.startswith("▸") else " ".join(line.split()[2:4]) for line in found]


async def test_the_time_of_who_is_known_by_the_time_of_day_stands_still_without_news_too() -> None:
    async with at_work(floor(agents=crew(replace(FREE, at=1_795_000_000.0 - 60)))) as work:
        await among_agents(work)
        await work.wind(5)
        row = next(at for at, line in enumerate(work.lines) if "Farid" in line)
        assert "01:0" in work.lines[row]
        await work.happens(ViewChanges(links={PBX: link(LinkState.LOST, since=work.clock.monotonic())}))
        before = work.lines[row]
        await work.wind(30)
        assert work.lines[row] == before


async def test_two_keys_show_the_agents_and_enter_leads_to_the_call_of_one() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        assert names(work) == ["Ana Ruiz", "Ben Okoro", "Farid Haddad"]
        await work.press("j", "enter")
        assert "STATE     QUEUE" in work.text
        assert any(line[47:].startswith("▸") and "Ben Okoro" in line for line in work.lines)


async def test_an_agent_is_listened_to_from_their_row_and_one_without_a_call_is_not() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        await work.press("l")
        assert work.backend.asked == [Listen(ANA.key)]
        await work.press("G", "l")
        assert len(work.backend.asked) == 1


async def test_rows_change_as_they_are_told_and_the_cursor_stays_on_its_agent() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        await work.press("G")
        rings = AgentRow(PBX, FREE.device, FREE.name, AgentState.TALKING, FREE.members, None, NOW)
        await work.happens(ViewChanges(agents={(PBX, FREE.device): rings, (PBX, RUIZ.device): None}))
        assert names(work) == ["Farid Haddad", "Ben Okoro"]
        assert work.console.desk.crew.current == rings


async def test_a_filter_is_of_the_agents_and_goes_with_c() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        await work.press("slash", *"free", "enter")
        assert names(work) == ["Farid Haddad"]
        await work.press("c")
        assert len(names(work)) == 3


async def test_a_pause_asks_what_for_and_takes_a_number_or_a_word() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        await work.press("G", "P")
        assert "Farid Haddad is rung no more until somebody ends the pause, in: sales support" in work.strip
        assert "1 break   2 lunch   3 meeting" in work.strip
        work.backend.refusals.clear()
        await work.press("2", "enter")
        assert work.backend.asked == [Pause(PBX, "PJSIP/1012", "lunch")]
        work.backend.refusals[Pause] = ASKS
        await work.press("P", *"me")
        work.backend.refusals.clear()
        await work.press("enter", "u")
        assert work.backend.asked[1:] == [Pause(PBX, "PJSIP/1012", "meeting"), Unpause(PBX, "PJSIP/1012")]


async def test_the_agent_of_a_call_is_paused_from_its_row_and_the_strip_goes_on_saying_the_mode() -> None:
    async with at_work(floor(agents=crew(RUIZ), strip=strip(ANA, Mode.WHISPER))) as work:
        work.backend.refusals[Pause] = ASKS
        await work.press("P")
        assert "PAUSE?  WHISPER" in work.strip
        assert "Ana Ruiz is rung no more" in work.strip
        await work.press("escape")
        assert work.last_line == "not paused"


@pytest.mark.parametrize(
    "why", [Notice("denied.no-right", {"right": "agent.pause"}), Notice("pause.already", {"agent": "x"})]
)
async def test_a_pause_that_is_refused_asks_nothing_and_the_number_typed_next_starts_nothing(why: Notice) -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        work.backend.refusals[Pause] = why
        await work.strike("P")
        assert work.console.desk.question is None
        for key in ("5", "6"):
            await work.clock.wind(0.3)
            await work.strike(key)
        assert work.backend.asked == []
        assert [intent for intent, _why in work.backend.dim] == [Pause(PBX, RUIZ.device)], "it is told, for the log"


async def test_what_the_pbx_did_not_do_is_said() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        said = {"agent": "Farid Haddad", "queue": "sales", "error": "Permission denied"}
        work.backend.answer = Refused(Notice("acted.failed", said))
        await work.press("G", "u")
        assert work.last_line == "Farid Haddad, sales: the PBX did not do it: Permission denied"


async def test_without_an_agent_under_the_cursor_the_key_says_so() -> None:
    async with at_work(floor([], agents={})) as work:
        await work.press("P")
        assert work.last_line == "choose an agent first: v a shows them"


async def test_the_end_of_a_pause_that_is_refused_is_told_and_not_asked_for() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        work.backend.refusals[Unpause] = Notice("denied.no-right", {"right": "agent.pause"})
        await work.press("u")
        assert work.backend.asked == []
        assert [intent for intent, _why in work.backend.dim] == [Unpause(PBX, RUIZ.device)]


async def test_in_a_recording_nobody_is_paused_or_let_go() -> None:
    async with at_work(staffed(), readonly=True) as work:
        await work.press("v", "a", "P", "u")
        assert work.backend.asked == []
        assert work.console.desk.question is None


IN_TWO = AgentRow(PBX, FREE.device, FREE.name, AgentState.FREE, members("sales", "support"), None)
IN_ONE = AgentRow(PBX, FREE.device, FREE.name, AgentState.FREE, members("sales"), None)


async def test_who_is_in_one_queue_is_logged_out_of_it_by_enter_alone() -> None:
    async with at_work(floor(agents=crew(IN_ONE))) as work:
        await work.press("v", "a", "K")
        assert "LOG OUT OF A QUEUE?" in work.strip
        assert "Farid Haddad (PJSIP/1012)" in work.strip
        assert "out of the queue sales" in work.strip
        await work.press("escape")
        assert (work.last_line, work.backend.asked) == ("not logged out", [])
        await work.press("K", "enter")
        assert work.backend.asked == [LogOut(PBX, FREE.device, "sales")]


async def test_of_several_queues_one_is_typed_to_the_letter() -> None:
    async with at_work(floor(agents=crew(IN_TWO))) as work:
        await work.press("v", "a", "K", *"sale", "enter")
        assert work.last_line == "not logged out: sale is not what was asked for"
        await work.press("K", *"sales", "enter")
        assert work.backend.asked == [LogOut(PBX, FREE.device, "sales")]


async def test_an_agent_is_moved_to_a_queue_that_is_seen_and_typed() -> None:
    async with at_work(floor(agents=crew(IN_ONE))) as work:
        await work.press("v", "a", "o")
        assert "MOVE TO ANOTHER QUEUE?" in work.strip
        assert "from sales to one of: retention support" in work.strip
        await work.press(*"support", "enter")
        assert work.backend.asked == [MoveAgent(PBX, FREE.device, "sales", "support")]


async def test_out_of_several_queues_the_old_one_is_typed_before_the_new_one() -> None:
    async with at_work(floor(agents=crew(IN_TWO))) as work:
        await work.press("v", "a", "o")
        assert "from one of: sales support - to one of: retention" in work.strip
        await work.press(*"support", "space", *"retention", "enter")
        assert work.backend.asked == [MoveAgent(PBX, FREE.device, "support", "retention")]


async def test_a_penalty_is_a_figure_and_what_is_none_can_be_mended() -> None:
    async with at_work(floor(agents=crew(IN_ONE))) as work:
        await work.press("v", "a", "e")
        assert "in sales it is 0" in work.strip
        await work.press("x", "enter")
        assert work.last_line == "x is not a figure: digits, and nothing else"
        await work.press("backspace", "3", "enter")
        assert work.backend.asked == [SetPenalty(PBX, FREE.device, "sales", 3)]


async def test_in_several_queues_the_penalty_names_one() -> None:
    async with at_work(floor(agents=crew(IN_TWO))) as work:
        await work.press("v", "a", "e", "3", "enter")
        assert work.last_line == "say in which queue: sales, support"
        await work.press("backspace", *"support", "space", "3", "enter")
        assert work.backend.asked == [SetPenalty(PBX, FREE.device, "support", 3)]


async def test_a_question_about_an_agent_falls_when_their_queues_change() -> None:
    async with at_work(floor(agents=crew(IN_TWO))) as work:
        await work.press("v", "a", "K", *"sal")
        await work.happens(ViewChanges(agents={(PBX, FREE.device): IN_ONE}))
        assert work.console.desk.question is None
        assert work.last_line == "not logged out: it is not any more as it was when you were asked"
        await work.strike("e")
        assert work.console.desk.question is None, "what was typed for it starts nothing"


@pytest.mark.parametrize(("key", "kind"), [("K", LogOut), ("o", MoveAgent), ("e", SetPenalty)])
async def test_what_a_rule_forbids_is_not_asked_and_is_told_for_the_log(key: str, kind: type) -> None:
    async with at_work(floor(agents=crew(IN_ONE))) as work:
        await work.press("v", "a")
        work.backend.refusals[kind] = Notice("denied.no-right", {"right": "agent.queue"})
        await work.press(key)
        assert work.console.desk.question is None
        assert work.last_line == "your profile does not grant agent.queue"
        assert [type(intent) for intent, _why in work.backend.dim] == [kind]


async def test_a_wrap_up_is_shown_as_the_estimate_that_it_is_and_goes_by_itself() -> None:
    async with at_work() as work:
        wraps = replace(FREE, wraps_until=work.clock.wall() + 4)
        await work.happens(ViewChanges(agents=crew(wraps)))
        await work.press("v", "a")
        assert "s wrap-up" in work.text
        assert "~" in work.text
        await work.wind(5)
        assert "wrap-up" not in work.text


@pytest.mark.parametrize("before", [("slash", *"okoro", "enter"), ("t", "g", "j"), ("p",)])
async def test_from_an_agent_to_their_call_leads_to_no_other_whatever_hides_it(before: tuple[str, ...]) -> None:
    """A filter of the calls, a tree in which another agent's line was chosen, a list that stands still."""
    new = talking(9, "Farid Haddad")
    async with at_work(staffed()) as work:
        await work.press("g", *before)
        busy = replace(FREE, call=new.key, state=AgentState.TALKING)
        agents: dict[AgentKey, AgentRow | None] = {(PBX, FREE.device): busy}
        await work.happens(ViewChanges(calls={new.key: new}, agents=agents))
        await among_agents(work)
        work.console.desk.crew.go_to((PBX, FREE.device))
        await work.press("enter", "l")
        assert work.backend.asked == [Listen(new.key)]


async def test_the_call_of_the_cursor_is_gone_to_in_a_tree_where_a_line_without_a_call_was_chosen() -> None:
    async with at_work(staffed()) as work:
        await work.press("g", "t", "g", "j")
        await among_agents(work)
        await work.press("g", "enter", "l")
        assert work.backend.asked == [Listen(ANA.key)]


async def test_the_page_of_keys_is_closed_by_a_key_of_the_list_that_it_hides() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        await work.press("question_mark", "space")
        assert work.console.desk.crew.marked == set()
        assert len(names(work)) == 3
        await work.press("at", "p", "at", "greater_than_sign")
        assert work.console.desk.picture is None
        assert work.console.desk.crew.sorting.by == ""


async def test_where_there_is_no_other_queue_of_their_pbx_the_key_that_moves_an_agent_is_dim() -> None:
    far = replace(queue("retention"), pbx=Pbx("paris"))
    async with at_work(floor(queues=[queue("support"), far], agents=crew(RUIZ))) as work:
        await among_agents(work)
        desk = work.console.desk
        assert why_dim(desk.keymap.by_key["o"], desk) == Notice("move.nowhere", {"agent": "Ana Ruiz"})
        await work.press("o")
        assert work.last_line == "Ana Ruiz: you see no queue that they are not in"


async def test_a_key_after_one_that_asked_nothing_says_that_nothing_was_asked() -> None:
    async with at_work(staffed()) as work:
        await among_agents(work)
        work.backend.refusals[LogOut] = Notice("denied.no-right", {"right": "agent.logout"})
        await work.press("K", "l")
        assert work.backend.asked == []
        assert work.last_line == "no question was asked, so that key did nothing"
