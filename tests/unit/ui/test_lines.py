"""Lines of the small panes: what is left out where there is no room."""

from __future__ import annotations

from tests.fakes.clock import WoundClock
from tests.fakes.rows import NOW, queue
from whisper_tui.terms import Notice, Pbx
from whisper_tui.ui.filterline import FilterLine
from whisper_tui.ui.inks import Ink, Line, width_of
from whisper_tui.ui.lasthour import Hour
from whisper_tui.ui.moment import Moment
from whisper_tui.ui.presses import Press
from whisper_tui.ui.saying import Saying
from whisper_tui.ui.widgets import hints, queues
from whisper_tui.ui.widgets.calls import columns
from whisper_tui.ui.widgets.hints import Hint

LIVE = Moment(NOW, {})
NO_HOUR = queues.LastHour(Hour("", None))


def text(line: Line) -> str:
    return "".join(part for part, _ink in line.spans)


def test_hints_that_do_not_fit_go_and_the_way_to_all_keys_stays() -> None:
    offered = [Hint("l", "listen"), Hint("w", "whisper", dim=True), Hint("q", "quit"), Hint("?", "keys")]
    assert text(hints.draw(offered, (), 60)[0]).strip() == "l listen  (w whisper) q quit  ? keys"
    assert text(hints.draw(offered, (), 20)[0]).strip() == "l listen  ? keys"
    assert width_of(text(hints.draw(offered, (), 3)[0])) == 3


def test_what_was_said_takes_the_place_of_the_hints() -> None:
    said = (Notice("session.none"), Notice("follow.none"))
    assert "no session is up · nothing is followed" in text(hints.draw([], said, 80)[0])


def test_columns_fill_the_pane_and_the_least_important_go_first() -> None:
    for width in range(40, 300):
        shown = columns(width)
        names = [column.name for column, _wide in shown]
        assert 1 + sum(wide + 1 for _column, wide in shown) <= width
        assert {"state", "agent", "talk", "wait"} <= set(names)
        assert names == sorted(names, key=["state", "queue", "agent", "caller", "talk", "wait", "flags"].index)


def test_queues_that_do_not_fit_show_those_that_wait() -> None:
    rows = [queue(f"q{number:02d}") for number in range(30)] + [queue("zz", waiting=1, longest_since=NOW - 5)]
    lines = [text(line) for line in queues.draw(rows, NO_HOUR, 47, 10, LIVE, beside=True)]
    assert lines[1].startswith(" zz")
    assert " … 23 more" in lines[9]


def test_queues_stand_by_name_where_they_fit() -> None:
    rows = [queue("b"), queue("a", waiting=1, longest_since=NOW - 5)]
    lines = [text(line) for line in queues.draw(rows, NO_HOUR, 47, 5, LIVE, beside=True)]
    assert [line[1] for line in lines[1:3]] == ["a", "b"]
    assert all(width_of(line) == 47 for line in lines)


def test_queues_of_several_pbxs_are_told_apart() -> None:
    rows = [queue("support"), queue("support", pbx=Pbx("paris"))]
    lines = [text(line) for line in queues.draw(rows, NO_HOUR, 80, 3, LIVE, beside=False)]
    assert [line.split()[0] for line in lines[1:]] == ["support@lyon-pbx", "support@paris"]


def test_queues_without_news_lose_their_colours_and_stand_still() -> None:
    row = queue("a", waiting=1, longest_since=NOW - 5)
    for height in (1, 3):
        lines = queues.draw([row], NO_HOUR, 80, height, Moment(NOW + 60, {row.pbx: NOW}), beside=False)
        assert "00:05" in text(lines[-1])
        assert all(ink is Ink.MUTED for _part, ink in lines[-1].spans)


async def test_a_notice_is_not_lost_to_a_key_that_was_on_its_way() -> None:
    clock = WoundClock()
    saying = Saying(clock)
    saying.say(Notice("call.gone"))
    saying.pressed()
    assert saying.notices
    await clock.wind(1)
    saying.tick()
    assert saying.notices
    saying.pressed()
    assert not saying.notices


def test_the_filter_line_edits_as_a_shell_does() -> None:
    applied: list[str] = []
    line = FilterLine(applied.append)
    assert not line.press(Press("a", "a", 0))
    line.open("queue=vip hold")
    for key in ("backspace", "ctrl+w", "a", "ctrl+u"):
        assert line.press(Press(key, key if len(key) == 1 else None, 0))
    assert applied == ["queue=vip hol", "queue=vip", "queue=vipa", ""]
    assert not line.press(Press("f2", None, 0))
    line.paste("x" * 500)
    assert len(applied[-1]) == 200
