"""Who hears whom: the view of the sessions, and spies that no console started."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, NOW, PBX, SPY, floor, link, spies, spy, strip
from tests.ui.work import at_work
from whisper_tui.engine.backend import FloorView, Phase, ViewChanges
from whisper_tui.engine.rows import ListenerBadge, Whose
from whisper_tui.supervision.intents import Listen
from whisper_tui.terms import LinkState, Mode

MINE = spy("PJSIP/2001", Whose.MINE, Mode.WHISPER, ANA, since=NOW - 134)
DESK = spy("PJSIP/2002", Whose.OURS, Mode.SILENT, BEN, since=NOW - 20)
CONSOLE = spy("PJSIP/2044", Whose.CONSOLE, None, BEN, since=NOW - 10)
FOREIGN = spy("SIP/99", Whose.FOREIGN, None, BEN)


def watched() -> FloorView:
    return floor(strip=strip(ANA, Mode.WHISPER), spies=spies(MINE, DESK, CONSOLE, FOREIGN))


async def test_two_keys_show_who_hears_whom_and_two_bring_the_calls_back() -> None:
    async with at_work(watched()) as work:
        await work.press("v")
        assert work.last_line == "v …  c calls  w waiting  q queues  a agents  s sessions  l log  Esc back"
        await work.press("s")
        rows = [" ".join(line.split()) for line in work.lines[3:7]]
        assert rows == [
            "▸ SIP/99 started outside this console UNKNOWN Ben Okoro sales …0277 01:01",
            "PJSIP/2001 you WHISPER Ana Ruiz support …0242 02:15",
            "PJSIP/2002 at another desk SILENT Ben Okoro sales …0277 00:21",
            "PJSIP/2044 of another console UNKNOWN Ben Okoro sales …0277 00:11",
        ]
        assert " ▲ 1 listener was started outside this console: ask who it is" in work.lines[2]
        assert "WHISPER" in work.strip
        await work.press("v", "c")
        assert "STATE" in work.text


async def test_my_own_mode_is_the_one_that_is_confirmed_though_ami_shows_none() -> None:
    mine = spy("PJSIP/2001", Whose.MINE, None, ANA)
    async with at_work(floor(strip=strip(ANA), spies=spies(mine))) as work:
        await work.press("v", "s")
        assert "SILENT" in work.lines[2]
        await work.happens(ViewChanges(strip=strip(ANA, phase=Phase.UNKNOWN)))
        assert "UNKNOWN" in work.lines[2]


@pytest.mark.parametrize("key", ["escape", "q"])
async def test_back_leads_from_the_sessions_to_the_calls(key: str) -> None:
    async with at_work(watched()) as work:
        await work.press("v", "s", key)
        assert "STATE" in work.text
        assert work.console.is_running
        assert work.console.desk.question is None


async def test_a_narrow_window_says_whose_a_listener_is_in_a_word() -> None:
    async with at_work(watched(), size=(80, 24)) as work:
        await work.press("v", "s")
        rows = work.lines[3:7]
        for row, words in zip(
            rows, (("FOREIGN", "UNKNOWN"), ("you", "WHISPER"), ("other desk",), ("other console",)), strict=True
        ):
            assert all(word in row for word in words)


async def test_a_spy_that_no_console_started_shows_in_every_view() -> None:
    async with at_work(size=(80, 24)) as work:
        assert "foreign" not in work.lines[0]
        await work.happens(ViewChanges(spies=spies(FOREIGN)))
        assert "▲ 1 foreign listener" in work.lines[0]
        second = spy("SIP/98", Whose.FOREIGN, None, ANA)
        await work.happens(ViewChanges(spies=spies(second)))
        assert "▲ 2 foreign listeners" in work.lines[0]
        await work.press("v", "s")
        assert "2 listeners were started outside this console" in work.lines[2]
        await work.happens(ViewChanges(spies={(PBX, row.spyer): None for row in (FOREIGN, second)}))
        assert "foreign" not in work.lines[0]
        assert "nobody hears a call that you see" in work.text


async def test_a_listeners_time_goes_on_and_stands_still_without_news() -> None:
    async with at_work(watched()) as work:
        await work.press("v", "s")
        await work.wind(5)
        assert "01:0" in work.lines[3]
        await work.happens(ViewChanges(links={PBX: link(LinkState.LOST, since=work.clock.monotonic())}))
        before = work.lines[3]
        await work.wind(30)
        assert work.lines[3] == before


async def test_the_keys_are_about_the_call_of_the_session_under_the_cursor() -> None:
    async with at_work(floor(spies=spies(MINE, FOREIGN))) as work:
        await work.press("v", "s", "l")
        assert work.backend.asked == [Listen(BEN.key)]
        assert "Ben Okoro · sales" in work.text


async def test_a_listener_who_left_is_not_replaced_under_the_cursor() -> None:
    async with at_work(floor(spies=spies(DESK, FOREIGN))) as work:
        await work.press("v", "s")
        await work.happens(ViewChanges(spies={(PBX, FOREIGN.spyer): None}))
        await work.press("l")
        assert work.backend.asked == []
        assert work.last_line == "choose a call first: j k"
        await work.press("j", "l")
        assert work.backend.asked == [Listen(BEN.key)]


async def test_enter_goes_to_the_call_of_a_session_and_starts_nothing() -> None:
    async with at_work(watched()) as work:
        await work.press("v", "s", "enter")
        assert "STATE" in work.text
        assert work.console.desk.sheet.current == BEN
        assert work.backend.asked == []


async def test_the_cursor_moves_over_more_sessions_than_there_are_lines() -> None:
    many = [
        spy(f"PJSIP/{3000 + number}", Whose.OURS, Mode.SILENT, ANA, since=NOW - 100 + number) for number in range(40)
    ]
    async with at_work(floor(spies=spies(*many)), size=(80, 24)) as work:
        await work.press("v", "s", "G")
        assert "PJSIP/3039" in work.text
        assert "of 40" in work.text
        await work.press("ctrl+u", "g")
        assert "PJSIP/3000" in work.text
        assert "PJSIP/3039" not in work.text
        await work.press("k", "j", "ctrl+d")
        half = work.console.desk.roll.height // 2
        assert work.console.desk.roll.current == many[1 + half]


async def test_a_filter_looks_among_the_listeners_and_that_of_the_calls_stays_as_it_is() -> None:
    async with at_work(watched()) as work:
        await work.press("v", "s", "slash", *"2044", "enter")
        assert "1 of 4" in work.text
        assert "PJSIP/2044" in work.text
        assert "SIP/99" not in work.text
        await work.press("c")
        assert "SIP/99" in work.text
        await work.press("v", "c")
        assert "c clears" not in work.text


# the first of two keys


async def test_a_second_key_that_means_nothing_says_so_and_starts_nothing() -> None:
    async with at_work() as work:
        await work.press("v", "k")
        assert work.last_line == "v k does nothing here, ? shows the keys"
        assert work.backend.asked == []
        await work.press("v", "escape")
        assert "l listen" in work.last_line
        await work.press("l")
        assert work.backend.asked == [Listen(ANA.key)]


@pytest.mark.parametrize(("key", "deed"), [("x", "Leave"), ("exclamation_mark", "Panic"), ("r", "Release")])
async def test_what_makes_things_quieter_is_taken_behind_any_key(key: str, deed: str) -> None:
    async with at_work(watched()) as work:
        await work.press("v", key)
        assert [type(intent).__name__ for intent in work.backend.asked] == [deed]


# the call's own lines


@pytest.mark.parametrize(
    ("badge", "words", "all_words"),
    [
        (
            ListenerBadge("PJSIP/2001", Whose.MINE, None, NOW - 134),
            "heard by you, WHISPER, 02:14",
            "you, WHISPER, for 02:14",
        ),
        (
            ListenerBadge("PJSIP/2002", Whose.OURS, Mode.SILENT, NOW - 20),
            "heard by PJSIP/2002, other desk, SILENT, 00:20",
            "PJSIP/2002 at another desk, SILENT, for 00:20",
        ),
        (
            ListenerBadge("PJSIP/2044", Whose.CONSOLE, None, NOW - 20),
            "heard by PJSIP/2044, other console, mode UNKNOWN, 00:20",
            "PJSIP/2044 of another console, mode UNKNOWN, for 00:20",
        ),
        (SPY, "FOREIGN SIP/99, mode UNKNOWN, 01:00", "SIP/99 started outside this console, mode UNKNOWN, for 01:00"),
    ],
)
async def test_the_detail_says_who_hears_a_call_whose_they_are_and_how(
    badge: ListenerBadge, words: str, all_words: str
) -> None:
    async with at_work(floor([replace(ANA, listeners=(badge,))], strip=strip(ANA, Mode.WHISPER))) as work:
        assert words in work.text
        await work.press("enter")
        assert f"heard by   {all_words}" in work.text
