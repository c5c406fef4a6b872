"""The mouse, for those who use one."""

from __future__ import annotations

from textual import events

from tests.fakes.clock import settle
from tests.fakes.rows import ANA, BEN, CHLOE, floor, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Person, ViewChanges
from whisper_tui.supervision.intents import Barge, Cue, Leave, Listen
from whisper_tui.terms import Mode
from whisper_tui.ui.keyfile import chosen
from whisper_tui.ui.views import View


async def click(work: Work, word: str, *, line: int | None = None, button: int = 1) -> None:
    """Click on the first place where `word` stands."""
    await work.clock.wind(1)
    y = next(at for at, text in enumerate(work.lines) if word in text) if line is None else line % len(work.lines)
    x = work.lines[y].index(word)
    work.console.post_message(events.MouseDown(None, x, y, 0, 0, button, False, False, False, x, y))
    await settle()
    await work.pilot.pause()


async def wheel(work: Work, kind: type[events.MouseEvent]) -> None:
    work.console.post_message(kind(None, 5, 5, 0, 0, 0, False, False, False, 5, 5))
    await settle()
    await work.pilot.pause()


async def test_a_click_chooses_the_row_and_another_button_does_nothing() -> None:
    for size in ((120, 40), (80, 24)):
        async with at_work(floor([ANA, BEN, CHLOE]), size=size) as work:
            await click(work, "Chloe Martin")
            assert work.console.desk.sheet.current == CHLOE
            await click(work, "Ben Okoro", button=3)
            assert work.console.desk.sheet.current == CHLOE
            await work.press("slash", *"state=talk", "enter")
            await click(work, "Ana Ruiz")
            assert work.console.desk.sheet.current == ANA
            await work.press("c", "p")
            await click(work, "Ben Okoro")
            assert work.console.desk.sheet.current == BEN


async def test_the_wheel_scrolls_what_is_shown() -> None:
    calls = [talking(number, f"Agent {number}", talked=900 - number) for number in range(100, 160)]
    async with at_work(floor(calls)) as work:
        await wheel(work, events.MouseScrollDown)
        assert work.console.desk.sheet.current == calls[3]
        await wheel(work, events.MouseScrollUp)
        assert work.console.desk.sheet.current == calls[0]
        await work.press("question_mark")
        await wheel(work, events.MouseScrollDown)
        assert work.console.desk.keys_top == 3


async def test_a_click_on_a_hint_presses_its_key_and_twice_at_once_is_once() -> None:
    async with at_work() as work:
        await click(work, "s sessions", line=-1)
        assert work.console.desk.view is View.SESSIONS
        await work.press("v", "c")
        await click(work, "listen", line=-1)
        await work.console.on_event(events.MouseDown(None, 1, 39, 0, 0, 1, False, False, False, 1, 39))
        await settle()
        assert work.backend.asked == [Listen(ANA.key)]
        await work.happens(ViewChanges(strip=strip(ANA, Mode.SILENT)))
        await work.wind(9)
        await click(work, "leave", line=-1)
        assert work.backend.asked[-1] == Leave()


async def test_beside_a_palette_that_takes_the_letters_a_click_starts_nothing_and_still_ends_it() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.SILENT)))
        await work.press("ctrl+p", "l")
        await click(work, "whisper", line=-1)
        assert work.backend.asked == []
        await click(work, "leave", line=-1)
        assert work.backend.asked == [Leave()]


async def test_what_is_loud_asks_first_and_no_click_answers_it() -> None:
    async with at_work() as work:
        await click(work, "barge", line=-1)
        assert "CUSTOMER WILL HEAR YOU" in work.text
        await click(work, "Enter", line=-1)
        await click(work, "barge", line=-1)
        assert work.backend.asked == []
        await work.press("enter")
        assert work.backend.asked == [Barge(ANA.key)]


async def test_a_click_on_a_row_takes_the_question_away_as_a_key_that_moves_does() -> None:
    async with at_work() as work:
        await work.press("b")
        await click(work, "Ben Okoro")
        assert "CUSTOMER WILL HEAR YOU" not in work.text
        assert work.last_line == "not barged"
        await work.press("enter")
        assert work.backend.asked == []


async def test_a_click_on_the_hint_of_a_cue_shows_the_cards_sends_none_and_esc_goes_back_to_the_filter() -> None:
    person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=("slow down",))
    async with at_work(floor(strip=strip(ANA)), person=person) as work:
        await work.press("slash", *"ana", "enter")
        await click(work, "C cue", line=-1)
        assert work.last_line == "C …  1 slow down  Esc back"
        await click(work, "Esc back", line=-1)
        assert "C cue" in work.last_line
        assert "1 of 4" in work.text
        assert work.backend.asked == []
        await click(work, "C cue", line=-1)
        await work.press("1")
        assert work.backend.asked == [Cue(1)]


async def test_cards_that_the_last_line_would_cut_stand_whole_over_the_list_and_take_a_click() -> None:
    cards = ("slow down: let them finish", "offer the longer warranty", "ask for the number of the order")
    person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=cards)
    async with at_work(floor(strip=strip(ANA)), size=(80, 24), person=person) as work:
        await work.press("C")
        place = next(at for at, line in enumerate(work.lines) if "2  offer the longer warranty" in line)
        assert "1  slow down: let them finish" in work.lines[place - 1]
        await click(work, "offer the longer warranty")
        assert work.backend.asked == [Cue(2)]
        assert "2  offer" not in work.text


async def test_a_click_on_esc_while_a_filter_is_typed_clears_it_and_closes_nothing_else() -> None:
    async with at_work() as work:
        await work.press("v", "w", "slash", *"zzz")
        await click(work, "Esc clears it", line=-1)
        assert work.console.desk.view is View.WAITING
        assert (work.console.desk.line.text, work.console.desk.waiting.filter.text) == (None, "")


async def test_a_click_on_a_card_in_the_last_line_sends_it() -> None:
    person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=("slow down", "well done"))
    async with at_work(floor(strip=strip(ANA)), person=person) as work:
        await work.press("C")
        await click(work, "2 well done", line=-1)
        assert work.backend.asked == [Cue(2)]


def test_the_mouse_can_be_left_to_the_terminal() -> None:
    assert chosen({}).mouse
    assert not chosen({"mouse": False}).mouse
