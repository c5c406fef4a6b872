"""The roll of who hears whom: its order, and a cursor that holds on to a listener."""

from __future__ import annotations

from tests.fakes.rows import ANA, BEN, NOW, PBX, spies, spy
from whisper_tui.engine.rows import SpyKey, SpyRow, Whose
from whisper_tui.terms import Mode
from whisper_tui.ui.roll import Roll
from whisper_tui.ui.widgets.sessions import columns

MINE = spy("PJSIP/2001", Whose.MINE, Mode.SILENT, ANA)
DESK = spy("PJSIP/2002", Whose.OURS, Mode.SILENT, BEN, since=NOW - 5)
LATER = spy("PJSIP/2003", Whose.OURS, Mode.SILENT, BEN, since=NOW - 1)
FOREIGN = spy("SIP/99", Whose.FOREIGN, None, BEN, since=NOW)


def roll(*rows: SpyRow, height: int = 10) -> Roll:
    made = Roll()
    made.resize(height)
    made.replace(spies(*rows))
    return made


def left(row: SpyRow) -> dict[SpyKey, SpyRow | None]:
    return {(PBX, row.spyer): None}


def test_what_no_console_started_stands_first_then_mine_then_the_longest() -> None:
    assert roll(LATER, DESK, MINE, FOREIGN).window() == [FOREIGN, MINE, DESK, LATER]
    assert roll(LATER, FOREIGN).foreign == 1


def test_the_cursor_holds_on_to_its_listener_while_others_come_and_go() -> None:
    made = roll(MINE, DESK)
    made.last()
    made.apply(spies(FOREIGN))
    assert made.current == DESK
    made.apply(left(MINE))
    assert made.current == DESK


def test_nobody_takes_the_place_of_a_listener_who_left() -> None:
    made = roll(MINE, DESK, LATER)
    made.move(1)
    made.apply(left(DESK))
    assert made.current is None
    made.move(1)
    assert made.current == LATER


def test_an_empty_roll_can_be_moved_in_and_the_first_to_come_is_under_the_cursor() -> None:
    made = roll()
    for move in (made.first, made.last, lambda: made.move(1), lambda: made.move(-1)):
        move()
    assert made.current is None
    made.apply(spies(DESK))
    assert made.current == DESK


def test_a_long_roll_scrolls_with_the_cursor() -> None:
    many = [spy(f"PJSIP/{number}", Whose.OURS, None, ANA, since=NOW + number) for number in range(3000, 3020)]
    made = roll(*many, height=5)
    made.last()
    assert made.window() == many[-5:]
    made.move(-10)
    assert made.current in made.window()
    made.resize(3)
    assert made.current in made.window()


def test_columns_fill_the_pane_and_who_and_whose_are_never_left_out() -> None:
    for width in range(40, 300):
        shown = columns(width)
        assert 1 + sum(wide + 1 for _column, wide in shown) <= width
        assert {"who", "whose", "since"} <= {column.name for column, _wide in shown}
