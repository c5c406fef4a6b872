"""Cue cards, with two keys."""

from __future__ import annotations

from tests.fakes.backend import FakeBackend
from tests.fakes.rows import ANA, floor, strip
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Person
from whisper_tui.supervision.intents import Cue, Refused, Say
from whisper_tui.terms import Mode, Notice

CUES = ("slow down: let them finish", "offer the longer warranty")


def with_cards(work: Work) -> FakeBackend:
    work.backend._person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=CUES)
    return work.backend


async def test_the_cards_are_shown_and_a_digit_sends_one_while_the_whisper_goes_on() -> None:
    async with at_work(floor(strip=strip(ANA, Mode.WHISPER))) as work:
        backend = with_cards(work)
        await work.press("C")
        assert work.last_line == "C …  1 slow down: let them finish  2 offer the longer warranty  Esc back"
        assert "WHISPER" in work.strip
        await work.press("2")
        assert backend.asked == [Cue(2)]
        assert work.last_line == "sent to the phone of Ana Ruiz: offer the longer warranty"


async def test_a_digit_without_a_card_switches_no_mode_and_esc_goes_back() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        backend = with_cards(work)
        backend.refusals[Cue] = Notice("cue.no_card")
        await work.press("C", "5")
        assert backend.asked == []
        assert work.last_line == "there is no such cue card: cues.toml holds them"
        await work.press("C", "escape")
        assert backend.asked == []


async def test_a_card_that_did_not_come_is_said() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        backend = with_cards(work)
        backend.answer = Refused(Notice("cue.failed", {"agent": "Ana Ruiz", "error": "Message failed to send."}))
        await work.press("C", "1")
        assert work.last_line == "Ana Ruiz did not get the cue: Message failed to send."


async def test_nine_long_cards_have_room_on_a_narrow_line() -> None:
    async with at_work(floor(strip=strip(ANA)), size=(80, 24)) as work:
        work.backend._person = Person("ana", "p", "PJSIP/2001", enforced=True, cues=("x" * 160,) * 9)
        await work.press("C")
        assert all(f"{digit} xx" in work.last_line for digit in range(1, 10))


async def test_another_key_and_the_digit_speak_it_into_the_agents_ear() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        backend = with_cards(work)
        await work.press("S")
        assert work.last_line == "S …  1 slow down: let them finish  2 offer the longer warranty  Esc back"
        await work.press("1")
        assert backend.asked == [Say(1)]
        assert work.last_line == "spoken into the ear of Ana Ruiz alone: slow down: let them finish"
        backend.refusals[Say] = Notice("cue.no_reach", {"number": "2"})
        await work.press("S", "2")
        assert backend.asked == [Say(1)]
        assert work.last_line == "nothing here can be spoken to an agent: [cues] reach; C 2 sends it as a text"


async def test_without_cards_the_key_does_nothing() -> None:
    async with at_work(floor(strip=strip(ANA))) as work:
        await work.press("C")
        assert work.last_line == "C does nothing here, ? shows the keys"
