"""From call to call: the next one, the one that needs somebody, what is followed, and a phone that is kept and hears nothing."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, NOW, floor, strip, talking, waiting
from tests.ui.work import Work, at_work
from whisper_tui.config.schema import NeedSettings
from whisper_tui.engine.backend import FloorView, Phase, StripView, ViewChanges
from whisper_tui.engine.rows import CallRow
from whisper_tui.supervision.intents import (
    Answer,
    Done,
    Draw,
    Follow,
    Leave,
    Listen,
    Mute,
    Release,
    Unfollow,
    Whisper,
    Whom,
)
from whisper_tui.terms import LegKind, Mode, Notice

FORBIDDEN = Notice("denied.denied-scope", {"right": "call.listen"})
TEN = [talking(number, f"Agent {number:02d}", talked=900 - number) for number in range(10)]
IDLE = StripView(Phase.IDLE, phone="PJSIP/2001", kind=LegKind.LOCKED, since=NOW, recorded=False)


async def hears(work: Work, row: CallRow, mode: Mode = Mode.SILENT, **fields: object) -> None:
    await work.happens(ViewChanges(strip=strip(row, mode, **fields)))


# the next call


async def test_ten_calls_are_heard_in_ten_presses_of_one_key() -> None:
    async with at_work(floor(TEN)) as work:
        heard = []
        for _ in range(10):
            await work.press("asterisk")
            asked = work.backend.asked[-1]
            assert isinstance(asked, Listen)
            heard.append(asked.call)
            await hears(work, work.backend.view().calls[asked.call])
        assert len(work.backend.asked) == 10
        assert set(heard) == {row.key for row in TEN}
        assert heard[0] == TEN[1].key
        assert work.console.desk.sheet.cursor == heard[-1]


async def test_the_next_call_is_the_next_one_that_may_be_heard_round_from_the_one_that_is() -> None:
    rows = [*TEN[:4], CALLER]
    async with at_work(floor(rows)) as work:
        work.backend.forbidden[TEN[3].key] = FORBIDDEN
        await hears(work, TEN[2])
        await work.press("j", "asterisk")
        assert work.backend.asked == [Listen(TEN[0].key)]
        assert work.backend.dim == []


async def test_the_filter_holds_for_the_next_call_too() -> None:
    rows = [*TEN[:3], talking(20, "Zoë", "vip", talked=5)]
    async with at_work(floor(rows)) as work:
        await hears(work, TEN[0])
        await work.press("slash", *"queue=vip", "enter", "asterisk")
        assert work.backend.asked == [Listen(rows[3].key)]


async def test_a_held_key_goes_on_by_one_call() -> None:
    async with at_work(floor(TEN)) as work:
        await work.wind(1)
        await work.hold("asterisk", 1)
        assert work.backend.asked == [Listen(TEN[1].key)]
        assert work.console.desk.sheet.cursor == TEN[1].key


async def test_who_speaks_goes_on_to_the_next_call_with_one_key() -> None:
    async with at_work(floor(TEN)) as work:
        await hears(work, TEN[0], Mode.BARGE)
        await work.press("asterisk")
        assert work.backend.asked == [Listen(TEN[1].key)]


@pytest.mark.parametrize(
    ("rows", "view", "notice"),
    [
        ([CALLER], StripView(Phase.NONE), "no call that is shown may be heard"),
        ([ANA], strip(ANA), "you hear the only call that you may hear"),
        ([ANA, BEN], strip(ANA, Mode.TAKEOVER), "you are in a call of your own: H hands it back, x hangs up"),
        ([ANA, BEN], strip(ANA, phase=Phase.AIMING), "one thing at a time: the PBX has not answered yet"),
    ],
)
async def test_where_there_is_no_next_call_the_key_says_why(rows: list[CallRow], view: StripView, notice: str) -> None:
    async with at_work(floor(rows, strip=view)) as work:
        for key in ("asterisk", "full_stop"):
            await work.press(key)
            assert work.backend.asked == []
            assert work.last_line == notice


async def test_what_forbids_every_call_is_the_reason() -> None:
    async with at_work() as work:
        work.backend.refusals[Listen] = Notice("denied.no-right", {"right": "call.listen"})
        await work.press("asterisk")
        assert work.last_line == "your profile does not grant call.listen"


async def test_a_recording_has_no_next_call() -> None:
    async with at_work(readonly=True) as work:
        assert "(* next)" in work.last_line
        await work.press("asterisk")
        assert work.last_line == "a recording: nobody can be heard"


# a call that chance draws


def left_to_chance(work: Work, why: Notice | None = None) -> None:
    """Let the profile leave it to chance who is heard."""
    work.backend.refusals[Listen] = Notice("denied.pick", {"right": "call.listen"})
    if why is None:
        del work.backend.refusals[Draw]
    else:
        work.backend.refusals[Draw] = why


async def test_where_the_profile_leaves_it_to_chance_the_key_of_the_next_call_draws_one() -> None:
    async with at_work(floor(TEN)) as work:
        left_to_chance(work)
        await work.press("l")
        assert work.last_line == "your profile leaves it to chance whom you hear: *"
        await work.press("asterisk")
        assert work.backend.asked == [Draw()]


async def test_the_cursor_goes_to_the_call_that_was_drawn_unless_its_person_went_elsewhere() -> None:
    async with at_work(floor(TEN)) as work:
        left_to_chance(work)
        for keys, cursor in (((), TEN[7]), (("g", "j"), TEN[1])):
            answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            work.backend.answer = answer
            await work.press("asterisk", *keys)
            await hears(work, TEN[7])
            answer.set_result(Done())
            await work.wind(0.2)
            assert work.console.desk.sheet.cursor == cursor.key


async def test_a_reason_is_asked_before_a_call_is_drawn_and_holds_for_that_call() -> None:
    async with at_work(floor(TEN)) as work:
        left_to_chance(work)
        work.backend.reasons = {Draw: "training, quality", Whisper: "training, quality"}
        await work.press("asterisk")
        assert "WHY LISTEN?" in work.strip
        assert "listen to a call that chance chooses" in work.strip
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        work.backend.answer = answer
        await work.press("2", "enter")
        assert work.backend.asked == [Draw(reason="quality")]
        await hears(work, TEN[7])
        answer.set_result(Done())
        await work.press("w")
        assert work.backend.asked[1:] == [Whisper(TEN[7].key, reason="quality")]


async def test_where_no_call_may_be_drawn_the_key_says_so_and_is_not_dim() -> None:
    async with at_work(floor(TEN)) as work:
        left_to_chance(work, Notice("draw.none"))
        await work.wind(1)
        assert "* next" in work.last_line
        assert "(* next)" not in work.last_line
        await work.press("asterisk")
        assert work.last_line == "no call may be drawn now"
        assert work.backend.asked == []


async def test_a_profile_that_may_not_listen_at_all_has_a_dim_key_that_says_so() -> None:
    async with at_work(floor(TEN)) as work:
        why = Notice("denied.no-right", {"right": "call.listen"})
        left_to_chance(work, why)
        await work.wind(1)
        assert "(* next)" in work.last_line
        await work.press("asterisk")
        assert work.last_line == "your profile does not grant call.listen"
        assert work.backend.dim == [(Draw(), why)]


async def test_nothing_is_drawn_out_of_a_paste_or_twice_from_a_held_key_or_from_a_call_of_ones_own() -> None:
    async with at_work(floor([ANA, BEN])) as work:
        left_to_chance(work)
        await work.paste_unbracketed("*")
        assert work.backend.asked == []
        await work.wind(1)
        await work.hold("asterisk", 1)
        assert work.backend.asked == [Draw()]
        await hears(work, ANA, Mode.TAKEOVER)
        await work.press("asterisk")
        assert work.last_line == "you are in a call of your own: H hands it back, x hangs up"
        assert work.backend.asked == [Draw()]


# the call that needs somebody


def needy() -> FloorView:
    short = replace(TEN[0], waited=5.0)
    long = replace(TEN[1], agent="Ana Ruiz", waited=72.0)
    return floor([short, long, replace(TEN[2], waited=30.0), waiting(99, waited=300)])


async def test_the_call_that_needs_somebody_most_is_gone_to_and_the_reason_is_said_and_stands_in_the_detail() -> None:
    async with at_work(needy()) as work:
        await work.press("full_stop")
        assert work.backend.asked == [Listen(TEN[1].key)]
        assert work.last_line == "Ana Ruiz: talks for 14:59; waited 01:12"
        assert work.console.desk.sheet.cursor == TEN[1].key
        await work.press("enter")
        assert any("needs you" in line and "talks for 15:00; waited 01:12" in line for line in work.lines)


async def test_the_call_that_is_heard_is_not_proposed_again() -> None:
    async with at_work(needy()) as work:
        await hears(work, TEN[1])
        await work.press("full_stop")
        assert work.backend.asked == [Listen(TEN[2].key)]


async def test_what_counts_is_said_in_the_settings() -> None:
    async with at_work(floor([BEN, ANA])) as work:
        work.console.desk.weights = NeedSettings(wait=0.0, held=0.0, holds=0.0)
        await work.press("full_stop")
        assert work.backend.asked == [Listen(ANA.key)]
        assert work.last_line == "Ana Ruiz: talks for 06:31"


# following


@pytest.mark.parametrize(
    ("key", "whom", "words"), [("f", Whom.CALL, "following the call"), ("F", Whom.AGENT, "following Ana Ruiz")]
)
async def test_a_call_or_an_agent_is_followed_until_the_same_key_comes_again(key: str, whom: Whom, words: str) -> None:
    async with at_work(size=(80, 24)) as work:
        await hears(work, ANA)
        await work.press(key)
        assert work.backend.asked == [Follow(whom)]
        assert "following" not in work.strip
        await hears(work, ANA, following=whom)
        assert f"{words} · mic muted" in work.strip
        await work.wind(1)
        await work.press(key)
        assert work.backend.asked[1:] == [Unfollow()]


async def test_the_other_key_follows_the_other_one_instead() -> None:
    async with at_work() as work:
        await hears(work, ANA, following=Whom.CALL)
        await work.press("F")
        assert work.backend.asked == [Follow(Whom.AGENT)]


async def test_a_key_held_down_does_not_take_back_the_following_that_it_began() -> None:
    async with at_work() as work:
        await hears(work, ANA)
        await work.wind(1)
        await work.strike("f")
        await hears(work, ANA, following=Whom.CALL)
        await work.hold("f", 1)
        assert work.backend.asked == [Follow(Whom.CALL)]


@pytest.mark.parametrize(
    ("whom", "words"),
    [(Whom.CALL, "waits for the call's next agent - f ends"), (Whom.AGENT, "waits for the agent's next call - F ends")],
)
async def test_an_idle_leg_says_what_it_waits_for(whom: Whom, words: str) -> None:
    async with at_work(size=(80, 24)) as work:
        await work.happens(ViewChanges(strip=replace(IDLE, following=whom, limit=NOW + 300)))
        assert words in work.strip
        assert "IDLE" in work.strip
        assert "○ agent NO   ○ customer NO" in work.strip


async def test_nothing_is_followed_where_nothing_is_heard() -> None:
    async with at_work() as work:
        await work.press("f")
        assert work.last_line == "no session is up"
        await work.happens(ViewChanges(strip=IDLE))
        await work.wind(1)
        await work.press("F")
        assert work.last_line == "no session is up"
        assert work.backend.asked == []


# a phone that is kept


async def test_a_call_is_let_go_and_the_phone_kept_with_one_quiet_key() -> None:
    async with at_work() as work:
        await hears(work, ANA, Mode.WHISPER)
        await work.hold("r", 0.1)
        await work.paste_unbracketed("r")
        assert set(work.backend.asked) == {Release()}
        await work.happens(ViewChanges(strip=IDLE))
        await work.press("r")
        assert work.last_line == "your leg hears nothing already"


async def test_a_party_of_the_call_cannot_be_let_go_but_can_be_quiet_and_leave() -> None:
    async with at_work() as work:
        await hears(work, ANA, Mode.THIRD)
        await work.press("r")
        assert work.last_line == "a party of the call hears it until it leaves: x"
        await work.press("l", "x")
        assert work.backend.asked == [Mute(), Leave()]
