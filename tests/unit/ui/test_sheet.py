"""The sheet: the order of calls, and a cursor that holds on to its call."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import ANA, BEN, CALLER, CHLOE, NOW, held, key, ringing, talking, waiting
from whisper_tui.engine.rows import CallRow, ListenerBadge, Whose
from whisper_tui.terms import CallKey, CallState, Mode
from whisper_tui.ui.sheet import RESTS, Sheet


def sheet(*rows: CallRow, height: int = 10) -> Sheet:
    made = Sheet()
    made.resize(height)
    made.apply({row.key: row for row in rows}, NOW)
    return made


def shown(made: Sheet) -> list[str]:
    return [row.agent or row.caller for row in made.window()]


def test_calls_that_can_be_heard_stand_first_then_ringing_then_waiting_the_longest_first() -> None:
    late = waiting(7, waited=10)
    assert shown(sheet(late, CALLER, CHLOE, BEN, ANA)) == [
        "Ana Ruiz", "Ben Okoro", "Chloe Martin", "…0251", "…0107",
    ]  # fmt: skip


def test_a_caller_who_is_in_the_dialplan_stands_behind_those_who_wait() -> None:
    away = replace(ANA, state=CallState.ELSEWHERE, agent="", talking_since=None)
    assert shown(sheet(away, CALLER)) == [CALLER.caller, away.caller]


def test_hold_does_not_move_a_call() -> None:
    made = sheet(ANA, talking(5, "Dora", talked=100), talking(6, "Emil", talked=50))
    made.apply({key(5): held(5, "Dora", talked=100)}, NOW)
    assert shown(made) == ["Ana Ruiz", "Dora", "Emil"]


def test_the_cursor_stays_with_its_call_when_rows_come_and_go() -> None:
    made = sheet(ANA, BEN, CHLOE, CALLER)
    made.move(1)
    made.apply({key(9): talking(9, "Zoe", talked=900), ANA.key: None}, NOW)
    assert made.current == BEN


def test_no_other_call_takes_the_place_of_one_that_ended_under_the_cursor() -> None:
    made = sheet(ANA, BEN, CHLOE)
    made.move(1)
    made.apply({BEN.key: None}, NOW)
    assert made.current is None
    assert made.gone == BEN


def test_nothing_stays_of_a_call_that_may_be_seen_no_longer() -> None:
    made = sheet(ANA, BEN)
    made.apply({ANA.key: None}, NOW)
    made.forget({ANA.key})
    assert (made.gone, made.current) == (None, None), "nor does another take its place under a key that is on its way"
    made.tick(NOW + RESTS)
    assert made.current == BEN
    made.go_to(BEN.key)
    made.apply({BEN.key: None, ANA.key: ANA}, NOW)
    made.forget({BEN.key})
    made.tick(NOW + 60)
    assert made.current is None
    made.move(1)
    assert made.current == ANA


def test_nobody_hears_a_call_that_is_over() -> None:
    heard = replace(ANA, listeners=(ListenerBadge("PJSIP/2001", Whose.MINE, Mode.SILENT, NOW),))
    made = sheet(heard, BEN)
    made.apply({heard.key: None}, NOW)
    assert made.gone == ANA


def test_a_cursor_that_nobody_put_anywhere_goes_back_to_the_top_once_its_call_is_over() -> None:
    made = sheet(ANA, BEN, CHLOE)
    made.apply({ANA.key: None}, NOW)
    made.tick(NOW + 1)
    assert made.current is None
    made.tick(NOW + 2)
    assert made.current == BEN


def test_a_cursor_that_a_person_put_somewhere_waits_for_them() -> None:
    made = sheet(ANA, BEN, CHLOE)
    made.move(1)
    made.apply({BEN.key: None}, NOW)
    made.tick(NOW + 60)
    assert made.current is None


def test_a_filter_typed_after_a_call_ended_takes_the_cursor_to_what_is_found() -> None:
    made = sheet(ANA, BEN, CHLOE)
    made.move(1)
    made.apply({BEN.key: None}, NOW)
    made.set_filter("chloe", NOW)
    assert made.current == CHLOE


def test_from_a_call_that_ended_the_cursor_goes_on_where_it_stood() -> None:
    for by, expected in ((1, CHLOE), (-1, ANA)):
        made = sheet(ANA, BEN, CHLOE)
        made.move(1)
        made.apply({BEN.key: None}, NOW)
        made.move(by)
        assert (made.current, made.gone) == (expected, None)


def test_the_last_of_all_calls_ends_and_the_cursor_waits_for_a_person() -> None:
    made = sheet(ANA)
    made.apply({ANA.key: None}, NOW)
    made.move(1)
    made.apply({BEN.key: BEN}, NOW)
    assert made.current is None
    made.move(1)
    assert made.current == BEN


def test_the_first_call_of_an_empty_floor_is_under_the_cursor() -> None:
    made = sheet()
    made.apply({ANA.key: ANA}, NOW)
    assert made.current == ANA


def test_a_row_that_the_filter_hides_cannot_be_acted_on() -> None:
    made = sheet(ANA, BEN)
    made.set_filter("state=talk", NOW)
    assert made.current == ANA
    made.apply({ANA.key: held(142, "Ana Ruiz")}, NOW)
    assert made.current is None
    made.set_filter("", NOW)
    assert made.current is not None
    assert made.current.key == ANA.key


def test_typing_a_filter_takes_the_cursor_to_what_is_found() -> None:
    made = sheet(ANA, BEN, CHLOE)
    made.set_filter("chloe", NOW)
    assert made.current == CHLOE


def test_a_cursor_that_typing_moved_comes_back_when_its_row_does() -> None:
    made = sheet(ANA, BEN, CHLOE)
    made.move(1)
    for text in ("c", "chl", "!chl", ""):
        made.set_filter(text, NOW)
    assert made.current == BEN


def test_time_alone_brings_a_row_into_a_filter_on_time() -> None:
    made = sheet(BEN)
    made.set_filter("talk>5m", NOW)
    assert len(made) == 0
    made.tick(NOW + 200)
    assert len(made) == 1


def test_next_goes_round_the_end() -> None:
    made = sheet(ANA, BEN)
    assert made.next_match(1)
    assert made.next_match(1)
    assert made.current == ANA
    assert not sheet().next_match(1)


def test_a_scrolled_sheet_keeps_the_cursor_on_its_line() -> None:
    rows = [talking(number, f"Agent {number}", talked=1000 - number) for number in range(1, 41)]
    made = sheet(*rows, height=10)
    for _ in range(20):
        made.move(1)
    line = 20 - made.top
    made.apply({rows[3].key: None, rows[5].key: None}, NOW)
    assert made.current == rows[20]
    assert 18 - made.top == line


def test_a_sheet_that_was_not_scrolled_stays_at_its_top() -> None:
    made = sheet(ANA, BEN, CHLOE, CALLER, height=3)
    made.apply({key(9): talking(9, "Zoe", talked=900)}, NOW)
    assert made.top == 0
    assert shown(made) == ["Zoe", "Ana Ruiz", "Ben Okoro"]


def test_a_floor_that_was_just_read_stands_as_if_its_calls_had_come_one_by_one() -> None:
    rows = {key(number): talking(number, f"A{number}", talked=number * 7 % 300) for number in range(300)}
    at_once, one_by_one = Sheet(), Sheet()
    at_once.replace(rows, NOW)
    for row in rows.values():
        one_by_one.apply({row.key: row}, NOW)
    for made in (at_once, one_by_one):
        made.resize(300)
    assert at_once.window() == one_by_one.window()
    lost = at_once.current
    at_once.replace({}, NOW)
    assert (at_once.current, at_once.gone, len(at_once)) == (None, lost, 0)


KEYS = st.integers(1, 8).map(key)
ROWS = st.builds(
    lambda number, make, time: make(number, f"A{number}", talked=time) if make is not waiting else waiting(number),
    st.integers(1, 8),
    st.sampled_from([talking, held, waiting]),
    st.integers(0, 5),
)


@settings(max_examples=60)
@given(
    st.lists(st.one_of(ROWS, KEYS, st.sampled_from(["j", "k", "G", "talk", "", "A1", "<", ">", "z"])), max_size=40),
    st.integers(1, 5),
)
def test_whatever_happens_the_sheet_is_in_order_and_the_cursor_on_it(happening: list[object], height: int) -> None:
    made, rows = sheet(height=height), dict[CallKey, CallRow]()
    for what in happening:
        match what:
            case CallRow():
                rows[what.key] = what
                made.apply({what.key: what}, NOW)
            case CallKey():
                rows.pop(what, None)
                made.apply({what: None}, NOW)
            case "j" | "k":
                made.move(1 if what == "j" else -1)
            case "G":
                made.last()
            case "<" | ">":
                made.sort(1 if what == ">" else -1, NOW)
            case "z":
                made.turn(NOW)
            case str():
                made.set_filter(what, NOW)
        passing = [row for row in rows.values() if made.filter.passes(row, NOW)]
        expected = sorted(passing, key=lambda row: (made.sorting.rank(row), row.key))
        assert len(made) == len(expected)
        assert made.window() == expected[made.top : made.top + height]
        assert made.current is None or made.current in passing
        if made.current is not None:
            assert made.current in made.window()


def test_calls_are_sorted_by_any_column_and_the_cursor_stays_with_its_call() -> None:
    longest = waiting(7, waited=300)
    made = sheet(ANA, BEN, CHLOE, longest, CALLER)
    made.move(1)
    orders = []
    for _ in range(6):
        orders.append((made.sorting.by, shown(made)))
        made.sort(1, NOW)
        assert made.current == BEN
    life = ["Ana Ruiz", "Ben Okoro", "Chloe Martin", longest.caller, CALLER.caller]
    by = dict(orders)
    assert list(by) == ["", "queue", "agent", "caller", "talk", "wait"]
    assert by[""] == shown(made) == life
    assert by["agent"][:3] == ["Ana Ruiz", "Ben Okoro", "Chloe Martin"]
    assert by["talk"][:2] == ["Ana Ruiz", "Ben Okoro"]
    assert by["wait"][0] == longest.caller
    made.sort(-1, NOW)
    assert (made.sorting.by, shown(made)) == ("wait", by["wait"])
    made.turn(NOW)
    assert [row.waited or 0 for row in made.window() if row.waited is not None] == sorted(
        row.waited for row in made.rows.values() if row.waited is not None
    )
    assert made.current == BEN


def test_a_column_without_room_is_passed_over() -> None:
    made = sheet(ANA, BEN)
    made.sorting.shown = {"agent", "talk"}
    made.sort(1, NOW)
    assert made.sorting.by == "agent"
    made.sort(1, NOW)
    assert made.sorting.by == "talk"


def test_ringing_goes_up_when_it_is_answered() -> None:
    made = sheet(ANA, ringing(3, "Chloe"), waiting(4, waited=300))
    made.apply({key(3): replace(ringing(3, "Chloe"), state=ANA.state, talking_since=NOW)}, NOW)
    assert shown(made) == ["Ana Ruiz", "Chloe", "…0104"]


def test_a_call_whose_agent_hung_up_first_ends_as_the_talk_that_it_was() -> None:
    made = sheet(ANA, BEN)
    made.go_to(ANA.key)
    away = replace(ANA, state=CallState.ELSEWHERE, agent="", agent_device="", talking_since=None)
    made.apply({ANA.key: away}, NOW + 10)
    made.apply({ANA.key: None}, NOW + 10.1)
    assert made.gone is not None
    assert (made.gone.agent, made.gone.talking_since, made.gone_at) == (ANA.agent, ANA.talking_since, NOW + 10.1)


def test_a_call_that_went_on_after_its_agent_ends_as_what_it_was_then() -> None:
    made = sheet(ANA, BEN)
    made.go_to(ANA.key)
    away = replace(ANA, state=CallState.ELSEWHERE, agent="", agent_device="", talking_since=None)
    made.apply({ANA.key: away}, NOW + 10)
    made.apply({ANA.key: None}, NOW + 40)
    assert made.gone == away
