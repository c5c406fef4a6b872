"""A supervisor at work."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW, PBX, floor, link, ringing, strip, talking
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Banner, Hears, Phase, StripView, ViewChanges
from whisper_tui.supervision.intents import (
    Answer,
    Barge,
    Done,
    Join,
    Leave,
    Listen,
    Mute,
    Panic,
    Refused,
    Unmute,
    Whisper,
)
from whisper_tui.terms import LegKind, LinkState, Microphone, Mode, Notice, Recording

NOTHING = StripView(Phase.NONE)


async def hears(work: Work, mode: Mode = Mode.SILENT, **fields: object) -> None:
    """Let the supervisor be up on Ana's call."""
    await work.happens(ViewChanges(strip=strip(ANA, mode, **fields)))


# listening


async def test_a_supervisor_listens_to_the_call_under_the_cursor() -> None:
    async with at_work() as work:
        await work.press("j", "l")
        assert work.backend.asked == [Listen(BEN.key)]


async def test_while_the_phone_rings_the_strip_says_so_counts_and_x_cancels() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=StripView(Phase.RINGING, phone="PJSIP/2001", since=NOW)))
        await work.wind(7)
        assert "RINGING" in work.strip
        assert "your phone PJSIP/2001 is ringing - answer it" in work.strip
        assert "00:07" in work.strip
        assert "x cancels" in work.strip
        await work.press("x")
        assert work.backend.asked == [Leave()]


@pytest.mark.parametrize(
    ("why", "said"),
    [
        (Notice("leg.declined", {"phone": "PJSIP/2001"}), "your phone PJSIP/2001 declined the call"),
        (Notice("leg.busy", {"phone": "PJSIP/2001"}), "your phone PJSIP/2001 is busy"),
        (Notice("leg.no_answer", {"phone": "PJSIP/2001", "seconds": "30"}), "was not answered within 30 s"),
        (Notice("leg.unreachable", {"phone": "PJSIP/2001"}), "cannot be reached - is it registered?"),
        (Notice("leg.phone_hung_up", {"phone": "PJSIP/2001"}), "PJSIP/2001 hung up, so you left"),
    ],
)
async def test_how_a_leg_ended_stands_in_words_until_the_next(why: Notice, said: str) -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(strip=replace(NOTHING, ended=why)))
        await work.press("j", "k")
        await work.wind(60)
        assert "NO SESSION" in work.strip
        assert said in work.strip


async def test_the_strip_says_who_hears_what_is_recorded_and_how_long() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        assert "WHISPER" in work.strip
        assert "Ana Ruiz · support" in work.strip
        assert "HEARS YOU  ● agent YES   ○ customer NO" in work.strip
        assert "mic OPEN" in work.strip
        assert "RECORDING  ON · your voice is not in it" in work.strip
        assert "PJSIP/2001 · keypad locked" in work.strip
        assert "02:14" in work.strip


async def test_a_switch_is_asked_for_until_it_is_confirmed() -> None:
    async with at_work() as work:
        await hears(work, asked=Mode.WHISPER)
        assert "SILENT" in work.strip
        assert "asking WHISPER…" in work.strip
        assert "agent NO" in work.strip


async def test_what_the_pbx_did_not_confirm_is_unknown_and_loud() -> None:
    async with at_work() as work:
        await hears(
            work,
            phase=Phase.UNKNOWN,
            agent_hears=Hears.UNKNOWN,
            customer_hears=Hears.UNKNOWN,
            microphone=Microphone.UNKNOWN,
        )
        assert " UNKNOWN " in work.strip.splitlines()[0]
        assert "▲ agent UNKNOWN   ▲ customer UNKNOWN" in work.strip
        assert "mic UNKNOWN" in work.strip
        assert "your leg is being muted and hung up" in work.strip


@pytest.mark.parametrize(
    ("kind", "said"), [(LegKind.OPEN, "keypad OPEN: 4 5 6"), (LegKind.FIXED, "keypad open, one mode")]
)
async def test_a_leg_whose_keypad_is_open_says_so(kind: LegKind, said: str) -> None:
    async with at_work(size=(80, 24)) as work:
        await hears(work, kind=kind)
        assert "your voice is not in it" in work.strip
        assert said in work.strip
        await hears(work, kind=kind, recording=Recording.UNKNOWN)
        assert "RECORDING  UNKNOWN" in work.strip
        assert "your voice" not in work.strip


async def test_old_news_is_never_shown_as_new() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.happens(ViewChanges(links={PBX: link(LinkState.LOST, since=NOW)}))
        await work.wind(12)
        assert "no news for 12 s" in work.strip
        assert "no news for 12 s, what is shown is old" in "\n".join(work.lines[:4])
        assert "○ lyon-pbx 22.10.1 lost 12 s" in work.lines[0]


async def test_no_news_counts_on_while_the_link_tries_again_and_durations_stand_still() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.happens(ViewChanges(links={PBX: link(LinkState.LOST, since=NOW)}))
        await work.wind(5)
        await work.happens(ViewChanges(links={PBX: link(LinkState.CONNECTING, since=NOW + 5)}))
        await work.happens(ViewChanges(links={PBX: link(LinkState.SEEDING, since=NOW + 5)}))
        await work.wind(7)
        assert "no news for 12 s" in work.strip
        ana = next(line for line in work.lines if "▸" in line)
        assert "06:31" in ana
        await work.happens(ViewChanges(links={PBX: link()}))
        assert "no news" not in work.text
        assert "06:4" in next(line for line in work.lines if "▸" in line)


# the keys


@pytest.mark.parametrize(("letter", "digit"), [("l", "4"), ("w", "5"), ("x", "0")])
async def test_the_telephones_digits_are_the_letters_twins(letter: str, digit: str) -> None:
    asked = []
    for key in (letter, digit):
        async with at_work() as work:
            await hears(work, asked=Mode.BARGE, phase=Phase.ON)
            await work.press(key)
            asked.append(work.backend.asked)
    assert asked[0] == asked[1]
    assert len(asked[0]) == 1


async def test_barge_asks_first_and_enter_sends_it() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("b")
        assert "CUSTOMER WILL HEAR YOU" in work.strip
        assert "barge: Ana Ruiz · queue support" in work.strip
        assert "agent NO" in work.strip
        assert work.backend.asked == []
        await work.press("enter")
        assert work.backend.asked == [Barge(ANA.key)]
        assert "CUSTOMER WILL HEAR YOU" not in work.strip


async def test_barge_that_nobody_answers_in_five_seconds_is_not_done() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("b")
        await work.wind(5)
        assert "CUSTOMER WILL HEAR YOU" not in work.strip
        assert work.last_line == "not barged: nobody pressed Enter within 5 s"
        await work.press("enter")
        assert work.backend.asked == []


async def test_escape_takes_the_question_of_a_barge_away() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("b", "escape", "enter")
        assert work.backend.asked == []


async def test_a_question_goes_away_when_the_call_is_not_what_was_shown() -> None:
    async with at_work() as work:
        await work.press("b")
        await work.happens(ViewChanges(calls={ANA.key: talking(142, "Dora Lind")}))
        assert work.last_line == "not barged: the call changed"
        await work.press("enter")
        assert work.backend.asked == []


async def test_leaving_is_taken_even_while_a_question_stands() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("b", "x")
        assert work.backend.asked == [Leave()]
        await work.press("enter")
        assert work.backend.asked == [Leave()]


async def test_into_a_call_of_three_one_goes_as_a_party_of_it() -> None:
    async with at_work(floor([replace(ANA, parties=3)])) as work:
        await hears(work)
        await work.press("b")
        assert "EVERYBODY WILL HEAR YOU" in work.strip
        assert "and the recording too; your phone rings anew" in work.strip
        assert "agent NO" in work.strip
        await work.press("enter")
        assert work.backend.asked == [Join(ANA.key)]


async def test_a_third_one_in_the_call_takes_the_question_of_a_barge_away() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("b")
        await work.happens(ViewChanges(calls={ANA.key: replace(ANA, parties=3)}))
        assert work.last_line == "not barged: the call changed"
        await work.press("enter")
        assert work.backend.asked == []


async def test_a_third_party_is_heard_by_everybody_and_recorded() -> None:
    async with at_work(floor([replace(ANA, parties=3)])) as work:
        await hears(work, Mode.THIRD)
        assert " THIRD PARTY " in work.strip
        assert "● agent YES   ● customer YES   ● all others YES" in work.strip
        assert "RECORDING  ON · your voice IS in it" in work.strip
        await work.press("l")
        assert work.backend.asked == [Mute()]


async def test_whether_a_voice_is_recorded_may_not_be_known() -> None:
    async with at_work() as work:
        await hears(work, Mode.THIRD, recording=Recording.UNKNOWN, recorded=None)
        assert "RECORDING  UNKNOWN · whether your voice is in it cannot be told" in work.strip


async def test_silence_is_one_key_and_asks_nothing() -> None:
    async with at_work() as work:
        await hears(work, Mode.BARGE)
        await work.press("j", "l")
        assert work.backend.asked == [Listen(ANA.key)]


async def test_silence_is_taken_from_a_held_key_and_from_a_paste() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.hold("l", 0.2)
        await work.paste_unbracketed("xl")
        assert set(work.backend.asked) == {Listen(ANA.key), Leave()}
        assert len(work.backend.asked) > 2


async def test_a_key_held_down_starts_once() -> None:
    async with at_work() as work:
        await work.wind(1)
        await work.hold("w", 1)
        assert work.backend.asked == [Whisper(ANA.key)]
        assert work.last_line == "the key came again too fast and started nothing"


async def test_keys_out_of_a_paste_start_nothing() -> None:
    async with at_work() as work:
        await work.paste_unbracketed("wb\rl\r")
        assert work.backend.asked == []
        assert work.last_line == "keys came together, as in a paste: nothing was started"
        await work.paste_unbracketed("q\r")
        assert work.console.is_running


async def test_enter_out_of_a_paste_does_not_answer_a_question() -> None:
    async with at_work() as work:
        await work.press("b")
        await work.paste_unbracketed("\r")
        assert work.backend.asked == []


async def test_the_microphone_closes_and_opens() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.press("m")
        await hears(work, Mode.WHISPER, microphone=Microphone.MUTED)
        assert "mic muted: m opens it" in work.strip
        await work.wind(1)
        await work.press("m")
        assert work.backend.asked == [Mute(), Unmute()]


async def test_panic_asks_nothing_and_works_everywhere() -> None:
    async with at_work() as work:
        await hears(work, Mode.BARGE)
        await work.press("question_mark", "exclamation_mark")
        assert work.backend.asked == [Panic()]


async def test_a_deed_in_force_says_so() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.press("w")
        assert work.backend.asked == []
        assert work.last_line == "it is WHISPER already"


async def test_enter_opens_and_closes_the_detail_and_starts_nothing() -> None:
    async with at_work() as work:
        await work.press("enter")
        assert "heard by   nobody" in work.text
        await work.press("enter")
        assert "heard by   nobody" not in work.text
        assert work.backend.asked == []


async def test_a_dim_key_stands_in_brackets_says_the_rule_and_is_noted() -> None:
    async with at_work() as work:
        why = Notice("denied.no-right", {"right": "call.barge"})
        work.backend.refusals[Barge] = why
        await work.wind(1)
        assert "(b barge)" in work.last_line
        await work.press("b")
        assert work.last_line == "your profile does not grant call.barge"
        assert work.backend.dim == [(Barge(ANA.key), why)]
        assert work.backend.asked == []


async def test_a_refusal_is_said_in_words() -> None:
    async with at_work() as work:
        work.backend.answer = Refused(Notice("log.unwritable", {"where": "trail.db", "why": "disk full"}))
        await work.press("l")
        assert "the session log cannot be written, so nothing is started: trail.db: disk full" in work.last_line


async def test_the_page_of_keys_says_why_a_key_is_dim_and_leaves_the_strip_in_sight() -> None:
    async with at_work() as work:
        work.backend.refusals[Barge] = Notice("denied.no-right", {"right": "call.barge"})
        await hears(work, Mode.WHISPER)
        await work.press("question_mark")
        assert "(b 6)" in work.text
        assert "not now: your profile does not grant call.barge" in work.text
        assert "WHISPER" in work.strip
        await work.press("escape")
        assert "not now" not in work.text


async def test_the_page_of_keys_scrolls_to_its_end_and_back() -> None:
    async with at_work(size=(80, 24)) as work:
        await work.press("question_mark", "G")
        assert "these keys, and why a dim one is dim" in work.text
        await work.press("k")
        assert "these keys, and why a dim one is dim" not in work.text
        await work.press("g")
        assert "l 4" in work.text


async def test_a_key_that_does_nothing_says_so() -> None:
    async with at_work() as work:
        await work.press("Z")
        assert work.last_line == "Z does nothing here, ? shows the keys"


async def test_a_call_that_ends_under_the_cursor_is_not_replaced() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(calls={ANA.key: None}))
        assert "the call is over" in work.text
        await work.press("l")
        assert work.backend.asked == []
        assert work.last_line == "the call of Ana Ruiz is over: j k chooses another"
        await work.press("j", "l")
        assert work.backend.asked == [Listen(BEN.key)]


async def test_a_caller_who_gave_up_is_called_by_number() -> None:
    async with at_work() as work:
        await work.press("G")
        await work.happens(ViewChanges(calls={CALLER.key: None}))
        assert "…0251  the call is over · support" in work.text
        await work.press("l")
        assert work.last_line == "the call of …0251 is over: j k chooses another"


async def test_what_is_over_does_not_go_on_counting() -> None:
    async with at_work() as work:
        await work.press("g")
        await work.happens(ViewChanges(calls={ANA.key: None}))
        await work.wind(60)
        assert "talking 06:31" in work.text


async def test_a_leg_that_hears_nothing_says_how_to_go_on_and_when_it_ends() -> None:
    async with at_work() as work:
        idle = StripView(Phase.IDLE, phone="PJSIP/2001", kind=LegKind.LOCKED, since=NOW, limit=NOW + 300)
        await work.happens(ViewChanges(strip=idle))
        await work.wind(3)
        assert "IDLE" in work.strip
        assert "ends in 04:5" in work.strip
        assert "l listens to the call that is chosen" in work.strip


async def test_nobody_whispers_to_an_agent_whom_they_do_not_hear() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("j", "w")
        assert work.backend.asked == []
        assert work.last_line == "you hear Ana Ruiz: l here first, then speak"


async def test_half_pages_and_both_ends() -> None:
    rows = [talking(number, f"Agent {number:02d}", talked=900 - number) for number in range(60)]
    async with at_work(floor(rows)) as work:
        await work.press("G")
        assert "Agent 59" in work.text
        assert "of 60" in work.text
        await work.press("ctrl+u", "g")
        assert "Agent 00" in work.text
        await work.press("ctrl+d")
        half = work.console.desk.sheet.height // 2
        assert work.console.desk.sheet.current == rows[half]


async def test_a_console_that_lives_says_so_once_a_second() -> None:
    async with at_work() as work:
        begun = work.backend.beats
        assert begun == 1
        await work.wind(10)
        assert work.backend.beats - begun in (9, 10)


# leaving the console


async def test_q_leaves_at_once_when_no_leg_is_up() -> None:
    async with at_work() as work:
        await work.press("q")
        assert not work.console.is_running


@pytest.mark.parametrize("key", ["q", "ctrl+q", "ctrl+c"])
async def test_quitting_with_a_leg_up_asks_and_says_what_happens(key: str) -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.press(key)
        assert "LEAVE AND QUIT?" in work.strip
        assert "your leg ends, the call goes on" in work.strip
        assert "agent YES" in work.strip
        await work.press("escape")
        assert "LEAVE AND QUIT?" not in work.strip
        assert work.console.is_running
        await work.press(key, "enter")
        assert work.backend.asked == [Leave()]
        assert not work.console.is_running


async def test_quitting_does_not_wait_for_ever_for_the_pbx() -> None:
    async with at_work() as work:
        await hears(work)
        work.backend.answer = asyncio.get_running_loop().create_future()
        await work.press("q", "enter")
        assert work.console.is_running
        await work.clock.wind(4)
        assert not work.console.is_running


async def test_q_goes_back_first() -> None:
    async with at_work() as work:
        await work.press("enter", "question_mark", "q", "q")
        assert work.console.is_running
        await work.press("q")
        assert not work.console.is_running


async def test_q_takes_a_question_away_and_the_console_goes_on() -> None:
    async with at_work() as work:
        await work.press("b", "q")
        assert "CUSTOMER WILL HEAR YOU" not in work.text
        assert work.last_line == "not barged"
        assert work.console.is_running
        await work.press("q")
        assert not work.console.is_running


async def test_the_console_is_not_suspended_while_a_leg_is_up() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.press("ctrl+z")
        assert work.last_line == "not suspended: while your leg is up somebody must watch it - x leaves"


# filtering


async def test_a_filter_narrows_the_calls_while_it_is_typed() -> None:
    async with at_work() as work:
        await work.press("slash", *"hold")
        assert "Ben Okoro" in work.text
        assert "Chloe Martin" not in work.text
        assert "/ hold_" in work.text
        assert "1 of 4" in work.text
        await work.press("enter")
        assert "/ hold " in work.text
        await work.press("l")
        assert work.backend.asked == [Listen(BEN.key)]
        await work.press("c")
        assert "Chloe Martin" in work.text


async def test_letters_that_are_typed_into_the_filter_do_nothing_else() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.press("slash", "x", "w", "exclamation_mark", "q")
        assert work.backend.asked == []
        assert "/ xw!q_" in work.text
        await work.press("backspace", "ctrl+w", "escape")
        assert "Chloe Martin" in work.text


async def test_text_pasted_into_the_filter_is_text() -> None:
    async with at_work() as work:
        await work.press("slash")
        work.console.desk.paste("sales\x1b[31m\nx")
        await work.pilot.pause()
        assert "/ sales[31m_" in work.text


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
async def test_of_several_lines_that_are_pasted_the_first_is_typed_however_the_terminal_ends_them(end: str) -> None:
    async with at_work() as work:
        for opens in ("slash", "colon", "ctrl+p"):
            await work.press(opens)
            work.console.desk.paste(f"ana{end}ben")
            await work.pilot.pause()
            typed = (work.console.desk.line.text, work.console.desk.command.text, work.console.desk.palette.text)
            assert [text for text in typed if text is not None] == ["ana"]
            await work.press("escape")


async def test_text_pasted_anywhere_else_starts_nothing() -> None:
    async with at_work() as work:
        work.console.desk.paste("lwb")
        await work.pilot.pause()
        assert work.backend.asked == []
        assert "nothing was started" in work.last_line


async def test_a_filter_that_lets_nothing_through_says_so() -> None:
    async with at_work() as work:
        await work.press("slash", *"zzz", "enter", "n")
        assert "no call matches the filter" in work.text
        assert work.last_line == "no call matches"
        await work.press("escape")
        assert "Ana Ruiz" in work.text


# the floor


async def test_an_empty_floor_says_so() -> None:
    async with at_work(floor([], [])) as work:
        assert "no calls now" in work.text
        await work.press("l", "j", "k", "G", "n")
        assert work.backend.asked == []


async def test_a_pbx_that_refuses_the_account_says_what_to_do() -> None:
    why = Notice("link.refused.secret", {"pbx": "lyon-pbx", "user": "console"})
    view = floor([], [], links={PBX: link(LinkState.REFUSED, asterisk="", notice=why)})
    async with at_work(view) as work:
        assert "✕ lyon-pbx refused" in work.lines[0]
        said = " ".join(line[47:].strip() for line in work.lines[2:30])
        assert "lyon-pbx: the name console or its secret is wrong - correct it and start again" in said


async def test_without_a_policy_there_is_nothing_but_the_reason() -> None:
    why = Notice("denied.no-policy", {"command": "whisper-tui init"})
    async with at_work(floor([], [], banners=(Banner(why, alarm=True),))) as work:
        assert work.text.count("no policy, so nothing is shown: whisper-tui init writes one") == 2
        assert "no calls now" not in work.text


async def test_direct_mode_and_alarms_stand_below_the_first_line() -> None:
    full = Notice("log.unwritable", {"where": "trail.db", "why": "disk full"})
    banners = (Banner(Notice("mode.direct")), Banner(full, alarm=True))
    async with at_work(floor(banners=banners)) as work:
        assert work.lines[1].startswith(" ▲ the session log cannot be written")
        assert work.lines[2].startswith(" · DIRECT - profile not enforced")


async def test_calls_move_on_the_screen_as_they_do_on_the_floor() -> None:
    async with at_work() as work:
        answered = replace(ringing(103, "Chloe Martin"), state=ANA.state, talking_since=NOW, waited=12.0)
        await work.happens(ViewChanges(calls={CHLOE.key: answered, CALLER.key: None}))
        await work.wind(3)
        chloe = next(line for line in work.lines if "Chloe Martin" in line)
        assert "● talk" in chloe
        assert "00:03" in chloe
        assert "…0251" not in work.text


async def test_a_notice_is_said_once_and_goes() -> None:
    async with at_work() as work:
        await work.happens(ViewChanges(notices=(Notice("keypad.pressed", {"digit": "5"}),)))
        assert work.last_line == "key 5 was pressed on your phone"
        await work.wind(9)
        assert work.last_line.startswith("l listen")


# a recording


class Recorder:
    """A Playback."""

    speed = 1.0
    position = (42.0, 190.0)

    def set_speed(self, speed: float) -> None:
        self.speed = speed

    async def seek(self, second: float) -> None:
        self.position = (second, 190.0)


async def test_a_recording_is_played_stopped_and_sought_but_not_listened_to() -> None:
    player = Recorder()
    view = floor(links={PBX: link(replay=True)})
    async with at_work(view, readonly=True, playback=player) as work:
        assert "▶ lyon-pbx 22.10.1  1× 00:42/03:10" in work.lines[0]
        assert "(l listen)" in work.last_line
        await work.press("l")
        assert work.backend.asked == []
        assert work.last_line == "a recording: nobody can be heard"
        await work.press("plus", "comma")
        assert player.speed == 0.0
        assert "stopped" in work.lines[0]
        await work.press("comma", "right", "right")
        assert player.speed == 2.0
        assert player.position == (62.0, 190.0)
        assert work.last_line == "the recording goes on from 01:02, with every call as it was then"
        player.position = (0.5, 190.0)
        await work.clock.wind(1.0)
        assert work.last_line == "the recording is over, and begins again: these are other calls"


async def test_a_second_that_passes_while_a_recording_jumps_back_is_no_new_beginning() -> None:
    class Slow(Recorder):
        async def seek(self, second: float) -> None:
            self.position = (0.0, 190.0)
            await work.clock.wind(1.0)
            self.position = (second, 190.0)

    async with at_work(floor(links={PBX: link(replay=True)}), readonly=True, playback=Slow()) as work:
        await work.press("left")
        await work.wind(2.0)
        assert work.last_line == "the recording goes on from 00:32, with every call as it was then"


async def test_a_recording_does_not_jump_while_it_would_end_the_persons_leg() -> None:
    player = Recorder()
    async with at_work(floor(strip=strip(ANA)), playback=player) as work:
        await work.press("right")
        assert player.position == (42.0, 190.0)
        assert work.last_line == "not while your phone is up: the recording would jump, and your call be gone"


async def test_a_live_pbx_has_no_keys_of_a_recording() -> None:
    async with at_work() as work:
        await work.press("comma")
        assert ", does nothing here" in work.last_line
        await work.press("question_mark")
        assert "play the recording" not in work.text


async def test_the_answer_of_the_pbx_is_waited_for_without_holding_the_keys() -> None:
    async with at_work() as work:
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        work.backend.answer = answer
        await work.press("l", "j")
        assert work.console.desk.sheet.current == BEN
        answer.set_result(Done())
        await work.pilot.pause()
        assert work.backend.asked == [Listen(ANA.key)]
