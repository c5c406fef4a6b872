"""Cells: what a supervisor reads of a call and of a queue."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW, SPY, link, queue
from whisper_tui.engine.rows import Limits, ListenerBadge, Whose
from whisper_tui.terms import CallState, LinkState, Mode, Recording
from whisper_tui.ui import present
from whisper_tui.ui.inks import Ink


@pytest.mark.parametrize(
    ("seconds", "long", "short"),
    [
        (-3, "00:00", "00:00"),
        (0, "00:00", "00:00"),
        (72.9, "01:12", "01:12"),
        (3599, "59:59", "59:59"),
        (3723, "1:02:03", "1h02"),
        (86_400, "24:00:00", "24h"),
        (999_999, "277h", "277h"),
    ],
)
def test_durations_stay_short_for_as_long_as_a_call_can_last(seconds: float, long: str, short: str) -> None:
    assert (present.duration(seconds), present.short_duration(seconds)) == (long, short)


def test_a_state_is_a_sign_and_a_word_that_no_other_state_has() -> None:
    said = [(sign, word) for sign, word, _ink in present.STATES.values()]
    assert len({sign for sign, _ in said}) == len({word for _, word in said}) == len(CallState)


def test_every_link_state_has_words() -> None:
    assert set(present.LINKS) == set(LinkState)
    text = "".join(text for text, _ink in present.link_spans(link(LinkState.LOST, since=NOW - 12), NOW))
    assert text == "○ lyon-pbx 22.10.1 lost 12 s"


def test_a_wait_beyond_the_service_level_is_marked_and_not_only_coloured() -> None:
    assert present.call_cells(CALLER, NOW, Limits(late=20)).wait == ("01:12▲", Ink.LATE)
    assert present.call_cells(CALLER, NOW, Limits(late=90)).wait == ("01:12 ", Ink.TEXT)


def test_a_wait_that_is_over_is_not_late_any_more() -> None:
    assert present.call_cells(replace(ANA, waited=300.0), NOW, Limits(late=20)).wait == ("05:00 ", Ink.MUTED)


def test_a_talk_that_began_before_we_looked_is_at_least_so_long() -> None:
    assert present.call_cells(replace(ANA, talk_known=False), NOW, Limits(late=20)).talk[0] == "≥06:31"


def test_a_caller_who_waits_shows_the_place_in_the_queue() -> None:
    assert present.call_cells(CALLER, NOW, Limits(late=20)).state[0] == "… wait 1"


def test_an_agent_without_a_name_is_shown_by_phone() -> None:
    assert present.call_cells(replace(ANA, agent=""), NOW, Limits(late=20)).agent[0] == "PJSIP/1142"


def test_a_call_outside_queues_has_a_dash_for_one() -> None:
    assert present.call_cells(replace(ANA, queue=""), NOW).queue[0] == "-"


def test_a_spy_from_elsewhere_is_named_and_loud() -> None:
    assert ("SPY", Ink.ALARM) in present.flags(replace(ANA, listeners=(SPY,)), NOW)


def test_flags_say_who_hears_what_is_recorded_and_how_many_are_in_the_call() -> None:
    mine = ListenerBadge("PJSIP/2001", Whose.MINE, Mode.SILENT, NOW)
    ours = ListenerBadge("PJSIP/2002", Whose.OURS, Mode.SILENT, NOW)
    theirs = ListenerBadge("PJSIP/2003", Whose.CONSOLE, None, NOW)
    row = replace(ANA, listeners=(mine, ours), parties=3, outbound=True, priority=10)
    assert "".join(text for text, _ink in present.flags(row, NOW)) == "you heard rec 3 in call prio 10 out"
    row = replace(ANA, listeners=(theirs, ours))
    assert "".join(text for text, _ink in present.flags(row, NOW)) == "heard×2 rec"
    assert present.flags(replace(ANA, recording=Recording.OFF), NOW) == ()


def test_a_hold_shows_how_long_it_lasts() -> None:
    assert present.flags(BEN, NOW)[0] == ("‖00:20", Ink.HELD)


def test_nobody_talks_while_it_rings() -> None:
    cells = present.call_cells(CHLOE, NOW, Limits(late=20))
    assert (cells.state[0], cells.agent[0], cells.talk[0]) == ("◐ ring", "Chloe Martin", "—")


def test_a_queue_without_calls_yet_has_no_level() -> None:
    cells = present.queue_cells(queue("new", performance=None), "new", NOW)
    assert (cells.level[0], cells.longest[0].strip()) == ("—", "—")
