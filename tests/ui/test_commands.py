"""The command line, and the palette."""

from __future__ import annotations

import pytest

from tests.fakes.rows import ANA, BEN, CALLER, PBX, crew, floor, members, strip
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Person, ViewChanges
from whisper_tui.engine.rows import AgentRow, AgentState
from whisper_tui.supervision.acts import Pause
from whisper_tui.supervision.intents import Barge, Cue, Leave, Listen, Panic, TakeOver, Whisper
from whisper_tui.terms import Mode, Notice, SessionId
from whisper_tui.ui import keyfile
from whisper_tui.ui.views import View


async def types(work: Work, command: str) -> None:
    """Type a command, and Enter."""
    await work.press("colon", *command, "enter")


async def test_a_deed_is_done_by_its_name() -> None:
    async with at_work() as work:
        await types(work, "down")
        await types(work, "listen")
        assert work.backend.asked == [Listen(BEN.key)]


async def test_what_is_loud_asks_its_question_and_enter_held_down_does_not_answer_it() -> None:
    async with at_work() as work:
        await work.press("colon", *"barge")
        await work.hold("enter", 2)
        assert "CUSTOMER WILL HEAR YOU" in work.text
        assert work.backend.asked == []
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [Barge(ANA.key)]


@pytest.mark.parametrize("keys", [["C", "ctrl-k"], []])
async def test_a_cue_wants_its_digit_whatever_keys_somebody_chose_for_it(keys: list[str]) -> None:
    person = Person("ana", "red-leads", "PJSIP/2001", enforced=True, cues=("slow down",))
    keymap = keyfile.chosen({"keys": {"cue": keys}})
    async with at_work(floor(strip=strip(ANA)), person=person, keymap=keymap) as work:
        await types(work, "cue")
        assert work.last_line == "cue needs a word more: Tab shows which"
        await types(work, "cue 12")
        assert work.last_line == "cue takes 1, 2, 3, 4, 5, 6, 7, 8, 9"
        await types(work, "cue 1")
        assert work.backend.asked == [Cue(1)]


async def test_a_command_that_is_refused_says_why_and_the_attempt_is_noted() -> None:
    async with at_work() as work:
        work.backend.refusals[Whisper] = Notice("denied.no-right", {"right": "call.whisper"})
        await types(work, "whisper")
        assert "your profile does not grant call.whisper" in work.last_line
        assert [type(intent) for intent, _why in work.backend.dim] == [Whisper]


async def test_a_replay_says_that_nobody_can_be_heard() -> None:
    async with at_work(readonly=True) as work:
        await types(work, "listen")
        assert "a recording: nobody can be heard" in work.last_line


async def test_a_pasted_command_starts_nothing_and_pasted_text_waits_for_enter() -> None:
    async with at_work() as work:
        await work.paste_unbracketed(":listen\r")
        assert work.backend.asked == []
        assert "keys came together" in work.last_line
        await work.wind(1)
        await work.press("colon")
        work.console.desk.paste("listen\nbarge")
        await work.wind(1)
        assert work.backend.asked == []
        assert work.last_line == ":listen_"


@pytest.mark.parametrize("key", ["exclamation_mark", "ctrl+x"])
async def test_quiet_is_one_key_while_the_line_is_open(key: str) -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
        await work.press("colon", key)
        assert work.backend.asked == [Panic() if key == "exclamation_mark" else Leave()]
        assert work.console.desk.command.text is None


async def test_in_the_midst_of_a_line_the_sign_is_typed_and_ctrl_x_still_leaves() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
        await work.press("colon", *"filter !paused")
        assert work.last_line == ":filter !paused_"
        assert work.backend.asked == []
        await work.press("ctrl+x")
        assert work.backend.asked == [Leave()]


@pytest.mark.parametrize("key", ["escape", "ctrl+c", "backspace"])
async def test_the_line_is_closed_and_nothing_else_is(key: str) -> None:
    async with at_work() as work:
        await work.press("v", "a", "colon", key)
        assert work.console.desk.command.text is None
        assert work.console.desk.view is View.AGENTS
        assert work.console.return_code is None


async def test_tab_completes_names_and_what_stands_behind_them() -> None:
    async with at_work() as work:
        await work.press("colon", *"li", "tab")
        assert work.last_line == ":listen _"
        await work.press("ctrl+u", *"view a", "tab", "enter")
        assert work.console.desk.view is View.AGENTS
        await work.press("colon", *"follow", "tab")
        assert work.last_line.startswith(":follow-_")
        assert work.last_line.endswith("follow-agent  follow-call")
        await work.press("tab", "tab")
        assert ":follow-call_" in work.last_line
        await work.press("escape", "colon", "up")
        assert work.last_line == ":view agents _"


async def test_tab_with_nothing_typed_shows_the_commands_and_types_none() -> None:
    async with at_work() as work:
        await work.press("colon", "tab")
        assert work.last_line.startswith(":_   agents")
        await work.press(*"li", "tab")
        assert work.last_line == ":listen _"


async def test_what_is_no_command_is_said_with_what_was_meant() -> None:
    async with at_work() as work:
        for command, said in (
            ("lisen", "there is no command lisen: did you mean listen?"),
            ("xyzzy", "there is no command xyzzy: Tab shows them"),
            ("", "no command was typed"),
            ("listen now", "listen stands alone"),
            ("view", "view needs a word more"),
            ("view moon", "view takes calls, waiting"),
            ("goto nobody", "no row here says nobody"),
            ("faster", "there is no command faster"),
        ):
            await types(work, command)
            assert said in work.last_line, command
        assert work.backend.asked == []


async def test_filter_goto_and_theme_take_what_they_need() -> None:
    async with at_work() as work:
        await types(work, "filter queue=support !state=wait")
        assert work.console.desk.sheet.filter.text == "queue=support !state=wait"
        await types(work, "clear")
        await types(work, "goto 1177")
        assert work.console.desk.sheet.current == BEN
        await types(work, "goto ana")
        assert work.console.desk.sheet.current == ANA
        await types(work, "theme light")
        assert work.console.theme == "whisper-light"


async def test_a_pause_is_asked_for_with_its_reason_written_and_a_cue_is_sent_by_its_number() -> None:
    agent = AgentRow(PBX, ANA.agent_device, ANA.agent, AgentState.TALKING, members("support"), ANA.key)
    async with at_work(floor([ANA, CALLER], agents=crew(agent))) as work:
        work.backend.refusals[Pause] = Notice("pause.reason", {"queues": "support", "codes": "lunch, training"})
        await types(work, "pause lunch")
        assert "lunch_" in work.strip
        assert work.backend.asked == []
        work.backend.refusals.clear()
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == [Pause(PBX, ANA.agent_device, reason="lunch")]
        work.backend._person = Person("ana", "p", "PJSIP/2001", enforced=True, cues=("slow down", "warranty"))
        await work.happens(ViewChanges(strip=strip(ANA, Mode.SILENT, session=SessionId("s"))))
        await types(work, "cue 2")
        assert work.backend.asked[1:] == [Cue(2)]


async def test_what_stands_behind_a_command_is_not_taken_for_the_reason_that_is_asked_for_first() -> None:
    async with at_work() as work:
        work.backend.reasons = {TakeOver: "training, quality, complaint"}
        await types(work, "takeover 3")
        assert "WHY TAKE OVER?" in work.strip
        assert work.last_line == "say why first: 3 is not the reason, type it after that"
        await work.wind(1)
        await work.press("enter")
        assert work.backend.asked == []
        await work.press(*"1", "enter", *"1142", "enter")
        assert work.backend.asked == [TakeOver(ANA.key, reason="training")]


async def test_the_palette_finds_a_deed_by_its_words_shows_why_a_dim_one_is_dim_and_does_it() -> None:
    async with at_work() as work:
        work.backend.refusals[Whisper] = Notice("denied.no-right", {"right": "call.whisper"})
        await work.press("ctrl+p")
        assert "listen" in work.text
        assert "(whisper)" in work.text
        assert "your profile does not grant call.whisper" in work.text
        await work.press(*"silence at once", "enter")
        assert work.backend.asked == [Listen(ANA.key)]
        assert work.console.desk.palette.text is None


async def test_the_palette_is_gone_through_with_arrows_and_asks_for_what_a_deed_needs() -> None:
    async with at_work() as work:
        await work.press("ctrl+p", *"view of", "down", "down", "up", "enter")
        assert work.console.desk.view is View.WAITING
        await work.press("ctrl+p", *"goto", "enter")
        assert work.last_line == ":goto _"
        await work.press(*"1177", "enter")
        assert work.console.desk.waiting.cursor is not None


async def test_in_the_palette_what_is_quiet_is_one_key_and_enter_held_down_answers_nothing() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.SILENT)))
        await work.press("ctrl+p", "exclamation_mark")
        assert work.backend.asked == [Panic()]
        await work.press("ctrl+p", *"barge: agent")
        await work.hold("enter", 2)
        assert "CUSTOMER WILL HEAR YOU" in work.text
        assert work.backend.asked == [Panic()]


async def test_where_there_is_no_room_to_see_what_is_typed_letters_are_keys() -> None:
    async with at_work(size=(20, 5)) as work:
        await work.happens(ViewChanges(strip=strip(ANA, Mode.WHISPER)))
        await work.press("colon", "x")
        assert work.backend.asked == [Leave()]
        await work.press("slash", "x")
        assert work.backend.asked == [Leave(), Leave()]
