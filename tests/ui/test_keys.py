"""Keys of one's own, and keys that mean the same even while somebody types."""

from __future__ import annotations

import pytest

from tests.fakes.rows import ANA, BEN, NOW, floor, strip
from tests.ui.work import at_work
from whisper_tui.engine.backend import Person, Phase, StripView, ViewChanges
from whisper_tui.supervision.intents import Cue, Export, Leave, Listen, Panic, Say
from whisper_tui.terms import Mode, Notice, SessionId
from whisper_tui.ui.hinting import why_dim
from whisper_tui.ui.keyfile import chosen
from whisper_tui.ui.words import sentence

MINE = chosen(
    {
        "preset": "vim",
        "keys": {"listen": "L", "copy-link": [], "panic": ["Q", "f12"], "leave": ["ctrl-t", "W W"], "keys": "ctrl-k"},
    }
)


async def test_chosen_keys_do_their_deeds_and_the_usual_ones_do_nothing() -> None:
    async with at_work(keymap=MINE) as work:
        await work.press("l")
        assert "l does nothing here" in work.last_line
        await work.press("j", "L")
        assert work.backend.asked == [Listen(BEN.key)]
        await work.press("g", "g", "L")
        assert work.backend.asked == [Listen(BEN.key), Listen(ANA.key)]


async def test_hints_and_the_page_of_keys_show_the_chosen_keys() -> None:
    async with at_work(keymap=MINE) as work:
        assert work.last_line.startswith("L listen")
        assert work.last_line.endswith("ctrl-k keys")
        await work.press("g")
        assert "g first row" in work.last_line
        await work.press("escape", "ctrl+k")
        assert " L  " in work.text
        assert " Q F12 " in work.text
        assert " ! " not in work.text


async def test_the_strip_names_the_chosen_keys() -> None:
    async with at_work(keymap=MINE) as work:
        assert "L listens to the call that is chosen" in work.text
        ringing = StripView(Phase.RINGING, phone="PJSIP/2001", call=ANA.key, agent="Ana Ruiz")
        await work.happens(ViewChanges(strip=ringing))
        assert "ctrl-t cancels" in work.strip
        await work.happens(ViewChanges(strip=strip(ANA, Mode.TAKEOVER)))
        assert "ctrl-t hangs up, H hands back" in work.strip


async def test_what_stands_above_the_lists_names_the_chosen_keys() -> None:
    arrows = chosen({"keys": {"down": "down", "up": "up", "clear": "ctrl-n", "last": "end"}})
    async with at_work(floor([]), keymap=arrows) as work:
        assert "no call is chosen: ↓ ↑ choose one" in work.text
        await work.press("slash", *"ana", "enter")
        assert "ctrl-n clears" in work.text
        await work.press("question_mark")
        assert "↓ ↑ scroll, Esc closes" in work.text


async def test_sentences_name_the_chosen_keys() -> None:
    async with at_work(floor(strip=strip(ANA)), keymap=MINE) as work:
        await work.press("j", "w")
        assert work.last_line == "you hear Ana Ruiz: L here first, then speak"
        await work.press("l")
        assert work.last_line == "l does nothing here, ctrl-k shows the keys"
        await work.press("ctrl+z")
        assert work.last_line.endswith("somebody must watch it - ctrl-t leaves")


async def test_a_chosen_key_for_panic_that_is_no_letter_is_taken_while_somebody_types() -> None:
    async with at_work(keymap=MINE) as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.SILENT, session=SessionId("s"))))
        await work.press("i", "Q")
        assert work.backend.asked == []
        assert "F12 panic" in work.last_line
        await work.press("f12")
        assert work.backend.asked == [Panic()]


async def test_ctrl_x_leaves_even_while_a_filter_or_a_note_is_typed() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER, session=SessionId("s"), since=NOW)))
        await work.press("slash", "x", "ctrl+x")
        assert work.backend.asked == [Leave()]
        await work.press("escape", "i", "x", "ctrl+x")
        assert work.backend.asked == [Leave(), Leave()]


async def test_a_page_is_a_whole_page_and_half_a_page_half_of_it() -> None:
    async with at_work(size=(60, 24)) as work:
        sheet = work.console.desk.sheet
        moved = []
        sheet.move = moved.append  # type: ignore[method-assign, assignment]
        await work.press("pagedown", "ctrl+b", "ctrl+d", "ctrl+u")
        assert moved == [sheet.height, -sheet.height, sheet.height // 2, -(sheet.height // 2)]


@pytest.mark.parametrize(
    ("key", "intent", "said"),
    [
        ("C 1", Cue, "a cue card goes to the agent whom you hear: listen first"),
        ("S 1", Say, "a cue card goes to the agent whom you hear: listen first"),
        ("E", Export, "your profile does not grant floor.export"),
        ("B", None, "nothing was refused just now that glass may be broken for"),
    ],
)
async def test_a_key_is_dim_where_it_would_be_refused(key: str, intent: type | None, said: str) -> None:
    person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=("slow down", "warranty"))
    async with at_work(person=person) as work:
        desk = work.console.desk
        deed = desk.keymap.by_key[key]
        refusals = {Export: Notice("denied.no-right", {"right": "floor.export"})}
        if intent is not None:
            assert why_dim(deed, desk) is None
            work.backend.refusals[intent] = refusals.get(intent, Notice("cue.nobody"))
        why = why_dim(deed, desk)
        assert why is not None
        assert said in sentence(why)
