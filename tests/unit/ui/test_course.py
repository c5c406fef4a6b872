"""How a call went, drawn."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.fakes.rows import ANA, NOW, SPY
from whisper_tui.engine.rows import ListenerBadge, Whose
from whisper_tui.terms import CallState, Mode, Step
from whisper_tui.ui import course

WAITS, RINGS, TALKS, HELD = CallState.WAITING, CallState.RINGING, CallState.TALKING, CallState.HELD
WENT = replace(
    ANA,
    began=NOW - 100,
    steps=(
        Step(NOW - 100, CallState.ELSEWHERE),
        Step(NOW - 90, WAITS),
        Step(NOW - 60, RINGS),
        Step(NOW - 50, TALKS),
        Step(NOW - 30, HELD),
        Step(NOW - 20, TALKS),
        Step(NOW - 10, TALKS, handed=True),
    ),
)
WALL = 1_795_000_000.0


def text(spans: tuple[tuple[str, object], ...]) -> str:
    return "".join(part for part, _ink in spans)


def test_a_call_is_drawn_as_it_went() -> None:
    assert text(course.bar(WENT, NOW, 10)) == "·░░░≈▬▬‖▬→"


def test_a_call_that_came_since_the_last_tick_is_drawn_as_what_it_is() -> None:
    came = replace(ANA, began=NOW + 0.4, steps=(Step(NOW + 0.4, WAITS),))
    assert text(course.bar(came, NOW, 4)) == "░░░░"


def test_what_nobody_saw_is_not_drawn_as_if_somebody_had() -> None:
    found = replace(ANA, began=NOW - 100, steps=(Step(NOW - 40, TALKS),))
    assert text(course.bar(found, NOW, 10)) == "??????▬▬▬▬"
    assert text(course.bar(replace(found, steps=()), NOW, 10)) == "?" * 10
    assert course.words(found, NOW, WALL, 80).startswith("before ")


def test_the_words_keep_their_end_where_there_is_little_room() -> None:
    whole = course.words(WENT, NOW, WALL, 400)
    assert whole.count("→") == 6
    short = course.words(WENT, NOW, WALL, 50)
    assert short.startswith("… → ")
    assert whole.endswith(short.removeprefix("… → "))
    assert "handed on, talking" in short


def test_who_hears_a_call_is_drawn_from_when_on_and_in_the_mode_that_is_confirmed() -> None:
    mine = ListenerBadge("PJSIP/2001", Whose.MINE, None, NOW - 30)
    row = replace(WENT, listeners=(mine, replace(SPY, since=NOW - 50)))
    assert course.heard(replace(row, listeners=(mine,)), Mode.WHISPER, NOW, 10) == "       ▒▒▒"
    assert course.heard(row, Mode.SILENT, NOW, 10) == "     ?????"


@given(
    st.lists(st.tuples(st.floats(0, 500), st.sampled_from(CallState), st.booleans()), max_size=32),
    st.integers(1, 120),
    st.floats(0, 600),
)
def test_a_bar_fills_its_cells_whatever_happened(
    steps: list[tuple[float, CallState, bool]], cells: int, age: float
) -> None:
    seen = tuple(Step(NOW - 500 + at, state, handed) for at, state, handed in sorted(steps, key=lambda each: each[0]))
    row = replace(ANA, began=NOW - age, steps=seen)
    assert len(text(course.bar(row, NOW, cells))) == cells
