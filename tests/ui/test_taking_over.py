"""Taking a customer over, talking with them, and giving them back."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, floor, queue, strip
from tests.ui.work import Work, at_work
from whisper_tui.engine.backend import Hears, Phase, StripView, ViewChanges
from whisper_tui.supervision.intents import (
    Barge,
    HandBack,
    Join,
    Leave,
    Mute,
    Panic,
    Refused,
    TakeOver,
)
from whisper_tui.terms import Microphone, Mode, Notice

TAKEN = replace(ANA, agent="", agent_device="", can_be_heard=False)
"""Ana's call once her phone is hung up."""
TAKING = replace(
    strip(ANA, Mode.BARGE),
    phase=Phase.TAKING,
    mode=None,
    asked=Mode.TAKEOVER,
    agent_hears=Hears.UNKNOWN,
    customer_hears=Hears.UNKNOWN,
)


async def hears(work: Work, mode: Mode = Mode.SILENT, **fields: object) -> None:
    await work.happens(ViewChanges(strip=strip(ANA, mode, **fields)))


async def takes(work: Work) -> None:
    """Let the customer be the supervisor's."""
    await hears(work)
    await work.happens(ViewChanges(strip=TAKING))
    await work.happens(ViewChanges(strip=strip(ANA, Mode.TAKEOVER), calls={ANA.key: TAKEN}))


# before


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
async def test_what_a_takeover_does_is_read_before_the_agents_number_is_typed(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        await hears(work)
        await work.press("T")
        read = " ".join(line.strip("║ ") for line in work.strip.splitlines())
        for words in (
            "TAKE THE CUSTOMER OVER?",
            "HEARS YOU  ○ agent NO   ○ customer NO",
            "Ana Ruiz (PJSIP/1142) is hung up",
            "the customer hears you after a gap of a few hundredths of a second",
            "where the customer is recorded, your voice is in the recording",
            "when you hang up, the customer goes on in the dialplan behind the queue",
            "voicemail, a goodbye or a hang-up - ask your administrator",
            "the queue's statistics go on counting your minutes for Ana Ruiz",
            "type 1142 and Enter:",
            "20 s",
        ):
            assert words in read
        assert work.backend.asked == []
        await work.press(*"1142", "enter")
        assert work.backend.asked == [TakeOver(ANA.key)]
        assert "TAKE THE CUSTOMER" not in work.strip


@pytest.mark.parametrize("text", ["", "1143", "11422", "Ana Ruiz", "PJSIP/1142"])
async def test_any_other_text_starts_nothing_and_says_so(text: str) -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("T", *("slash" if key == "/" else key for key in text), "enter")
        assert (
            work.last_line == f"not taken over: {f'{text} is not what was asked for' if text else 'nothing was typed'}"
        )
        await work.press("enter")
        assert work.backend.asked == []


async def test_what_is_typed_is_seen_and_can_be_corrected() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("T", *"1152")
        assert "type 1142 and Enter: 1152_" in work.strip
        await work.press("backspace", "backspace", *"42", "enter")
        assert work.backend.asked == [TakeOver(ANA.key)]


async def test_escape_and_time_take_the_question_away() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("T", *"1142", "escape")
        assert work.last_line == "not taken over"
        await work.press("T", *"1142")
        assert "18 s" in work.strip
        await work.wind(20)
        assert work.last_line == "not taken over: nobody pressed Enter within 20 s"
        await work.press("enter")
        assert work.backend.asked == []


async def test_a_number_out_of_a_paste_does_not_count() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("T")
        await work.paste_unbracketed("1142\r")
        assert work.last_line == "keys came together, as in a paste: they do not count, type them by hand"
        work.console.desk.paste("1142\r")
        await work.press("enter")
        assert work.last_line == "not taken over: nothing was typed"
        assert work.backend.asked == []


async def test_a_key_held_down_types_nothing_into_its_own_question() -> None:
    async with at_work() as work:
        await hears(work)
        await work.wind(1)
        await work.hold("T", 1)
        await work.press(*"1142", "enter")
        assert work.backend.asked == [TakeOver(ANA.key)]


async def test_letters_that_are_typed_do_nothing_else_and_panic_is_panic_all_the_same() -> None:
    async with at_work() as work:
        await hears(work, Mode.WHISPER)
        await work.press("T", "x", "l", "down", "m")
        assert work.backend.asked == []
        assert "xlm_" in work.strip
        await work.press("exclamation_mark")
        assert work.backend.asked == [Panic()]
        assert "TAKE THE CUSTOMER" not in work.strip


async def test_the_question_goes_away_when_the_agent_is_another_one() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("T", *"1142")
        await work.happens(ViewChanges(calls={ANA.key: replace(ANA, agent="Dora Lind", agent_device="PJSIP/1150")}))
        assert work.last_line == "not taken over: the call changed"
        await work.press("enter")
        assert work.backend.asked == []


async def test_the_rule_that_forbids_it_answers_before_anything_is_typed() -> None:
    async with at_work() as work:
        why = Notice("denied.no-right", {"right": "call.takeover"})
        work.backend.refusals[TakeOver] = why
        await hears(work)
        await work.wind(1)
        assert "(T take over)" in work.last_line
        await work.press("T")
        assert work.last_line == "your profile does not grant call.takeover"
        assert work.backend.dim == [(TakeOver(ANA.key), why)]
        assert "TAKE THE CUSTOMER" not in work.strip


async def test_a_rule_that_forbids_it_by_then_is_asked_again_when_it_is_typed() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("T", *"1142")
        work.backend.refusals[TakeOver] = Notice("takeover.bridge_of_three")
        await work.press("enter")
        assert work.backend.asked == []
        assert work.last_line == "three or more are in this call: a takeover would break it up"


async def test_nobody_takes_over_a_call_other_than_the_one_they_hear() -> None:
    async with at_work() as work:
        await hears(work)
        await work.press("j", "T")
        assert work.last_line == "you hear Ana Ruiz: l here first, then speak"


@pytest.mark.parametrize("size", [(80, 14), (45, 18), (30, 8)])
async def test_a_window_too_small_for_what_must_be_read_asks_nothing(size: tuple[int, int]) -> None:
    async with at_work(size=size) as work:
        await hears(work)
        await work.press("T")
        assert "not asked: make the" in work.text
        await work.press(*"1142", "enter")
        assert TakeOver(ANA.key) not in work.backend.asked


async def test_a_window_made_too_small_meanwhile_starts_nothing() -> None:
    async with at_work(size=(80, 24)) as work:
        await hears(work)
        await work.press("T", *"1142")
        await work.pilot.resize_terminal(60, 14)
        await work.press("enter")
        assert work.backend.asked == []
        assert "too small" in work.last_line


# a call of one's own


async def test_while_the_customer_is_asked_for_who_hears_is_unknown() -> None:
    async with at_work() as work:
        await hears(work)
        await work.happens(ViewChanges(strip=TAKING))
        assert " TAKING OVER " in work.strip
        assert "asking for the customer…" in work.strip
        assert "▲ agent UNKNOWN   ▲ customer UNKNOWN" in work.strip
        await work.press("w", "b", "T", "l")
        assert work.backend.asked == []
        assert work.last_line == "one thing at a time: the PBX has not answered yet"
        await work.press("x")
        assert work.backend.asked == [Leave()]


async def test_a_call_of_ones_own_says_who_hears_what_is_recorded_and_how_it_ends() -> None:
    async with at_work(size=(80, 24)) as work:
        await takes(work)
        assert " YOUR CALL " in work.strip
        assert "…0242 · support · from Ana Ruiz" in work.strip
        assert "○ agent gone   ● customer YES" in work.strip
        assert "RECORDING  ON · your voice IS in it" in work.strip
        assert "hanging up: the customer goes on in the dialplan - x hangs up, H hands back" in work.strip
        assert "keypad locked" not in work.strip
        assert "you rec" in next(line for line in work.lines if line.startswith("▸"))
        assert "this is your call" in work.text
        assert work.last_line == "m mic  x hang up  ! panic  H hand back  ? keys"


async def test_hanging_up_on_a_customer_is_asked_first_and_panic_is_not() -> None:
    async with at_work() as work:
        await takes(work)
        await work.press("x")
        assert "HANG UP ON THE CUSTOMER?" in work.strip
        assert "the customer goes on in the dialplan" in work.strip
        assert work.backend.asked == []
        await work.press("escape", "enter")
        assert work.backend.asked == []
        await work.press("x", "enter")
        assert work.backend.asked == [Leave()]
        await work.press("exclamation_mark")
        assert work.backend.asked == [Leave(), Panic()]


async def test_hanging_up_out_of_a_paste_is_asked_and_not_answered() -> None:
    async with at_work() as work:
        await takes(work)
        await work.paste_unbracketed("x\r")
        assert "HANG UP ON THE CUSTOMER?" in work.strip
        assert work.backend.asked == []


async def test_the_smallest_window_asks_before_it_hangs_up_on_a_customer() -> None:
    async with at_work(size=(20, 5)) as work:
        await takes(work)
        await work.press("x")
        assert "Enter: hang up" in work.text
        await work.press("enter")
        assert work.backend.asked == [Leave()]


async def test_in_a_call_of_ones_own_silence_is_a_closed_microphone() -> None:
    async with at_work() as work:
        await takes(work)
        await work.press("l")
        assert work.backend.asked == [Mute()]
        muted = strip(ANA, Mode.TAKEOVER, microphone=Microphone.MUTED, customer_hears=Hears.NO)
        await work.happens(ViewChanges(strip=muted))
        assert "○ agent gone   ○ customer NO" in work.strip
        await work.press("l", "w", "b", "r", "f")
        assert work.backend.asked == [Mute()]
        assert work.last_line == "you are in a call of your own: H hands it back, x hangs up"


async def test_quitting_leaves_a_call_of_ones_own_as_it_is() -> None:
    async with at_work(size=(80, 24)) as work:
        await takes(work)
        await work.press("q")
        assert " QUIT? " in work.strip
        assert "your call goes on without this console; the log closes it at the next start" in work.strip
        await work.press("enter")
        assert not work.console.is_running
        assert work.backend.asked == []


# and back


async def test_a_customer_is_handed_back_to_the_agent_by_number_or_to_a_queue_by_name() -> None:
    async with at_work() as work:
        await takes(work)
        await work.press("H")
        assert "HAND THE CUSTOMER BACK?" in work.strip
        assert "1142: to Ana Ruiz again" in work.strip
        assert "to a queue: retention sales support" in work.strip
        await work.press(*"1142", "enter")
        await work.press("H", *"sales", "enter")
        assert work.backend.asked == [HandBack(), HandBack("sales")]


async def test_a_queue_that_is_not_there_is_not_handed_to() -> None:
    async with at_work() as work:
        await takes(work)
        await work.press("H", *"vip", "enter")
        assert work.last_line == "not handed back: vip is not what was asked for"
        assert work.backend.asked == []


async def test_where_the_settings_name_no_way_back_the_key_says_which_one_is_missing() -> None:
    async with at_work() as work:
        await takes(work)
        work.backend.refusals[HandBack] = Notice("handback.no_entry", {"to": "Ana Ruiz"})
        await work.press("H")
        assert work.last_line == "no way to Ana Ruiz in the settings: add it to [pbx.NAME.entries]"


async def test_with_many_queues_every_one_can_be_named_though_not_every_one_is_shown() -> None:
    queues = [queue(f"queue-{number:02d}") for number in range(60)]
    async with at_work(floor(queues=queues), size=(80, 24)) as work:
        await takes(work)
        await work.press("H")
        assert "queue-00 queue-01" in work.strip
        assert "more" in work.strip
        await work.press(*"queue-59", "enter")
        assert work.backend.asked == [HandBack("queue-59")]


async def test_a_customer_who_is_nobodys_cannot_be_handed_back() -> None:
    async with at_work() as work:
        await work.press("H")
        assert work.last_line == "no customer is yours: T takes one over"


@pytest.mark.parametrize(
    ("why", "words"),
    [
        (Notice("takeover.customer_left"), "the customer hung up: your call is over"),
        (Notice("takeover.left"), "you hung up: the customer goes on in the dialplan"),
        (Notice("handback.done", {"to": "sales"}), "the customer was handed to sales, and your phone hung up"),
    ],
)
async def test_how_a_call_of_ones_own_ended_stands_in_words(why: Notice, words: str) -> None:
    async with at_work(size=(80, 24)) as work:
        await takes(work)
        await work.happens(ViewChanges(strip=StripView(Phase.NONE, ended=why)))
        assert words in work.strip


async def test_a_takeover_that_the_pbx_refused_says_who_has_the_customer() -> None:
    async with at_work() as work:
        await hears(work)
        work.backend.answer = Refused(Notice("takeover.refused"))
        await work.press("T", *"1142", "enter")
        assert work.last_line == "the PBX refused: the agent still has the customer, and nobody hears you"


# beside the others


async def test_a_profile_without_the_right_to_join_says_so_before_it_asks() -> None:
    async with at_work(floor([replace(ANA, parties=3), BEN])) as work:
        why = Notice("denied.no-right", {"right": "call.join"})
        work.backend.refusals[Join] = why
        await hears(work)
        await work.press("b")
        assert work.last_line == "your profile does not grant call.join"
        assert work.backend.dim == [(Join(ANA.key), why)]
        await work.happens(ViewChanges(calls={ANA.key: ANA}, strip=strip(ANA, since=NOW)))
        await work.press("b", "enter")
        assert work.backend.asked == [Barge(ANA.key)]
