"""Changed cells: a terminal that gets the differences alone shows what one shows that gets everything."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip

from whisper_tui.ui import changed_cells
from whisper_tui.ui.changed_cells import ChangedCells

WIDTH, HEIGHT = 24, 3
CONSOLE = Console(color_system="truecolor", force_terminal=True, legacy_windows=False)
STYLES = [
    Style.parse("#ced6e0 on #11161d"),
    Style.parse("bold #ff7b72 on #11161d"),
    Style.parse("#ced6e0 on #253247"),
    Style.parse("bold #11161d on #d0a8ff"),
    Style(),
    Style.parse("#ced6e0 on #11161d link https://crm.example.com/1"),
]
SIGNS = "ab12 …●é田中"
LINES = st.lists(
    st.tuples(st.text(SIGNS, min_size=1, max_size=9), st.sampled_from(STYLES)), min_size=1, max_size=5
).map(lambda parts: Strip([Segment(text, style) for text, style in parts]).adjust_cell_length(WIDTH, STYLES[0]))
FRAMES = st.lists(st.lists(LINES, min_size=HEIGHT, max_size=HEIGHT), min_size=1, max_size=5)


class Shown:
    """A terminal."""

    def __init__(self) -> None:
        self.screen = pyte.Screen(WIDTH, HEIGHT)
        self.screen.reset_mode(pyte.modes.DECAWM)  # Textual turns line wrap off
        self._stream = pyte.Stream(self.screen)

    def feed(self, text: str) -> None:
        self._stream.feed(text)

    @property
    def cells(self) -> list[list[tuple[str, str, str, bool]]]:
        buffer = self.screen.buffer
        return [[buffer[y][x][:4] for x in range(WIDTH)] for y in range(HEIGHT)]


def layout(lines: list[Strip]) -> LayoutUpdate:
    return LayoutUpdate([[line] for line in lines], Region(0, 0, WIDTH, HEIGHT))


def whole(lines: list[Strip]) -> list[list[tuple[str, str, str, bool]]]:
    """What a terminal shows that Textual itself draws."""
    shown = Shown()
    shown.feed(layout(lines).render_segments(CONSOLE))
    return shown.cells


@settings(max_examples=30)
@given(FRAMES)
def test_whole_screens_arrive_through_their_differences(frames: list[list[Strip]]) -> None:
    cells, shown = ChangedCells(), Shown()
    for lines in frames:
        shown.feed(cells.layout(layout(lines), CONSOLE))
        assert shown.cells == whole(lines)


@settings(max_examples=30)
@given(FRAMES, st.lists(st.tuples(st.integers(0, HEIGHT - 1), LINES), max_size=5))
def test_strips_arrive_where_they_stand(frames: list[list[Strip]], changes: list[tuple[int, Strip]]) -> None:
    cells, shown, lines = ChangedCells(), Shown(), frames[0]
    shown.feed(cells.layout(layout(lines), CONSOLE))
    for y, strip in changes:
        lines = [*lines[:y], strip, *lines[y + 1 :]]
        written = cells.strips([(0, y, strip)], Size(WIDTH, HEIGHT), CONSOLE)
        assert written is not None
        shown.feed(written)
        assert shown.cells == whole(lines)


@settings(max_examples=30)
@given(FRAMES, LINES, st.integers(0, HEIGHT - 1))
def test_partial_updates_of_textual_arrive(frames: list[list[Strip]], strip: Strip, y: int) -> None:
    cells, shown, lines = ChangedCells(), Shown(), frames[0]
    shown.feed(cells.layout(layout(lines), CONSOLE))
    chops: list[dict[int, Strip | None]] = [{0: None} for _ in range(HEIGHT)]
    chops[y] = {0: strip}
    shown.feed(cells.chops(ChopsUpdate(chops, [(y, 0, WIDTH)], [[WIDTH]] * HEIGHT), CONSOLE))
    assert shown.cells == whole([*lines[:y], strip, *lines[y + 1 :]])


def line(text: str, style: Style = STYLES[0]) -> Strip:
    return Strip([Segment(text, style)]).adjust_cell_length(WIDTH, style)


def test_a_second_more_sends_a_digit_and_not_a_line() -> None:
    cells = ChangedCells()
    cells.layout(layout([line("● talk Ana Ruiz   06:31")] * HEIGHT), CONSOLE)
    written = cells.strips([(0, 1, line("● talk Ana Ruiz   06:32"))], Size(WIDTH, HEIGHT), CONSOLE)
    assert written == "\x1b[0;38;2;206;214;224;48;2;17;22;29m\x1b[2;23H2\x1b[0m"


def test_colours_are_set_once_for_all_lines() -> None:
    cells = ChangedCells()
    cells.layout(layout([line("06:31")] * HEIGHT), CONSOLE)
    written = cells.strips([(0, y, line("06:32")) for y in range(HEIGHT)], Size(WIDTH, HEIGHT), CONSOLE)
    assert written is not None
    assert written.count("38;2") == 1


def test_nothing_that_changed_is_nothing_sent() -> None:
    cells = ChangedCells()
    cells.layout(layout([line("a")] * HEIGHT), CONSOLE)
    assert cells.strips([(0, 1, line("a"))], Size(WIDTH, HEIGHT), CONSOLE) == ""
    assert cells.layout(layout([line("a")] * HEIGHT), CONSOLE) == ""


def test_behind_a_wide_sign_the_cursor_is_placed_anew() -> None:
    cells = ChangedCells()
    cells.layout(layout([line("xxxx end")] * HEIGHT), CONSOLE)
    written = cells.strips([(0, 0, line("田yy END"))], Size(WIDTH, HEIGHT), CONSOLE)
    assert written is not None
    assert "田\x1b[" in written


def test_what_a_resized_terminal_shows_is_not_guessed() -> None:
    cells = ChangedCells()
    cells.layout(layout([line("a")] * HEIGHT), CONSOLE)
    assert cells.strips([(0, 0, line("b"))], Size(WIDTH + 1, HEIGHT), CONSOLE) is None
    cells.forget()
    assert cells.strips([(0, 0, line("b"))], Size(WIDTH, HEIGHT), CONSOLE) is None
    everything = cells.layout(layout([line("a")] * HEIGHT), CONSOLE)
    assert everything.count("a") == HEIGHT


def test_a_terminal_without_colours_is_sent_none() -> None:
    cells, plain = ChangedCells(), Console(color_system=None, force_terminal=True, legacy_windows=False)
    assert "38;2" not in cells.layout(layout([line("a", STYLES[1])] * HEIGHT), plain)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "1;38;2;1;2;3;48;2;4;5;6", "0;1;38;2;1;2;3;48;2;4;5;6"),
        ("38;2;1;2;3;48;2;4;5;6", "38;2;9;2;3;48;2;4;5;6", "38;2;9;2;3"),
        ("38;5;1;48;5;2", "38;5;1;48;5;3", "48;5;3"),
        ("1;31;44", "31;44", "0;31;44"),
        ("91;104", "31;104", "31"),
        ("31;44", "", "0"),
        ("31;44", "31", "0;31"),
    ],
)
def test_colours_are_turned_by_the_shortest_codes_that_are_safe(before: str | None, after: str, expected: str) -> None:
    assert changed_cells._turned(before, after) == expected


def test_this_textual_is_the_one_that_the_hook_was_written_for() -> None:
    assert changed_cells.AVAILABLE


def test_a_link_is_opened_before_its_cells_and_closed_behind_them_whatever_else_changes() -> None:
    plain, leads = STYLES[0], Style.parse("#ced6e0 on #11161d link https://crm.example.com/1")
    cells = ChangedCells()
    cells.layout(layout([Strip([Segment("x" * WIDTH, plain)])] * HEIGHT), CONSOLE)
    strip = Strip([Segment("aa", plain), Segment("bb", leads), Segment("x" * (WIDTH - 4), plain)])
    written = cells.strips([(0, 0, strip)], Size(WIDTH, HEIGHT), CONSOLE)
    assert written is not None
    before, _, rest = written.partition("\x1b]8;;https://crm.example.com/1\x1b\\")
    inside, _, after = rest.partition("\x1b]8;;\x1b\\")
    assert ("aa" in before, "bb" in inside, "b" in after) == (True, True, False)
    assert "\x1b]8" not in after
    gone = Strip([Segment("aabb", plain), Segment("x" * (WIDTH - 4), plain)])
    written = cells.strips([(0, 0, gone)], Size(WIDTH, HEIGHT), CONSOLE)
    assert written is not None
    assert "bb" in written, "the same signs that lead nowhere now are other cells"
    assert "\x1b]8" not in written
