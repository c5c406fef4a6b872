"""Only cells that changed leave the program, as curses does it. The one place that looks at what Textual 8.2 keeps private.

Textual crops a partial update at its right side only, so a digit at column 100 rewrites columns 0 to 100, each span with its
full colours. `ChangedCells` keeps what the terminal shows and sends the difference, one colour after the other. What it
looks for is checked when this module is loaded; where it is not there, everything is Textual's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from inspect import signature
from typing import NamedTuple, TypeAlias

from rich.cells import cell_len, get_character_cell_size
from rich.console import COLOR_SYSTEMS, Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.driver import Driver
from textual.geometry import Size
from textual.screen import Screen

try:
    from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
except ImportError:
    AVAILABLE = False
else:
    AVAILABLE = (
        [*signature(ChopsUpdate.__init__).parameters] == ["self", "chops", "spans", "chop_ends"]
        and [*signature(LayoutUpdate.__init__).parameters] == ["self", "strips", "region"]
        and [*signature(CompositorUpdate.render_segments).parameters] == ["self", "console"]
        and all(hasattr(App, name) for name in ("_begin_update", "_end_update"))
        and [*signature(App._display).parameters] == ["self", "screen", "renderable"]
    )

BRIDGED = 4
"""Cells that did not change are sent again where that is shorter than moving the cursor over them."""

LEADS_TO = "\0"
"""Stands between a cell's codes and the address that the cell leads to (OSC 8), where it leads to one."""

Cell: TypeAlias = tuple[str, str]
"""What stands in a cell ("" in the second cell of a wide sign), and the SGR codes it is drawn with."""

Sent: TypeAlias = tuple[int, int, Iterable[Segment]]
"""Where something stands (x, y), and what it is made of."""

_UNKNOWN: Cell = ("\0", "")


class Run(NamedTuple):
    """Signs side by side in the same colours."""

    y: int
    x: int
    text: str
    codes: str
    moves: int
    """How far it moves the cursor; 0: terminals disagree about that."""


class ChangedCells:
    """What the terminal shows, cell by cell."""

    def __init__(self) -> None:
        self._lines: list[list[Cell]] = []
        self._width = 0

    def forget(self) -> None:
        """The terminal may show anything: draw all of it next time."""
        self._lines = []

    def layout(self, update: LayoutUpdate, console: Console) -> str:
        """Return what brings the terminal to a whole new screen."""
        region = update.region
        if region.x or region.y:
            self.forget()
            return update.render_segments(console)
        if len(self._lines) != region.height or self._width != region.width:
            self._width = region.width
            self._lines = [[_UNKNOWN] * region.width for _ in range(region.height)]
        runs: list[Run] = []
        for y, strips in enumerate(update.strips):
            runs += self._differences(y, 0, _cells((part for strip in strips for part in strip), console))
        return _written(runs)

    def strips(self, strips: Iterable[Sent], size: Size, console: Console) -> str | None:
        """Return what brings the terminal to `strips`; None: what it shows is not known."""
        if len(self._lines) != size.height or self._width != size.width:
            return None
        runs: list[Run] = []
        for x, y, segments in strips:
            runs += self._differences(y, x, _cells(segments, console))
        return _written(runs)

    def chops(self, update: ChopsUpdate, console: Console) -> str:
        """Return what brings the terminal to an update of some spans."""
        if not self._lines:
            return update.render_segments(console)
        runs: list[Run] = []
        for y, left, right in update.spans:
            for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
                begin, stop = max(left, x), min(right, end)
                if strip is not None and begin < stop:
                    runs += self._differences(y, begin, _cells(strip.crop(begin - x, stop - x), console))
        return _written(runs)

    def _differences(self, y: int, x: int, cells: list[Cell]) -> Iterator[Run]:
        """Take `cells` in at (x, y) and yield the runs in which they differ from what is shown."""
        if y >= len(self._lines):
            return
        shown = self._lines[y]
        cells = cells[: len(shown) - x]
        before = shown[x : x + len(cells)]
        if before == cells:
            return
        shown[x : x + len(cells)] = cells
        at = 0
        while at < len(cells):
            if before[at] == cells[at] or (not cells[at][0] and at):
                at += 1  # the second cell of a wide sign is drawn with the first
                continue
            begin, at = at, _run_end(cells, before, at)
            text = "".join(sign for sign, _codes in cells[begin:at])
            # At the right edge a cursor stands on the last sign or behind it: terminals disagree about that too.
            moves = 0 if _odd(cells, at - 1) or x + at == len(shown) else at - begin
            yield Run(y, x + begin, text, cells[begin][1], moves)


def _odd(cells: list[Cell], at: int) -> bool:
    """Tell whether the sign at `at` is wide or put together: terminals disagree about how far it moves the cursor."""
    return len(cells[at][0]) != 1 or (at + 1 < len(cells) and not cells[at + 1][0])


def _run_end(cells: list[Cell], before: list[Cell], begin: int) -> int:
    """Return where the run that begins at `begin` ends: at other colours, at cells that did not change, behind an odd sign."""
    end = at = begin
    codes = cells[begin][1]
    while at < len(cells) and cells[at][1] == codes and at - end <= BRIDGED:
        if _odd(cells, at):
            if before[at] == cells[at] and at > begin:
                break
            at += 1
            while at < len(cells) and not cells[at][0]:
                at += 1
            return at
        at += 1
        if before[at - 1] != cells[at - 1]:
            end = at
    return end


def _cells(segments: Iterable[Segment], console: Console) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, control in segments:
        if control:
            continue
        codes = _codes(style, console.color_system)
        if text.isascii():
            cells += [(sign, codes) for sign in text]
            continue
        for sign in _signs(text):
            cells.append((sign, codes))
            cells += [("", codes)] * (cell_len(sign) - 1)
    return cells


@lru_cache(maxsize=4096)
def _signs(text: str) -> tuple[str, ...]:
    """Return `text` sign by sign, marks with the letter they stand on; as one, where its parts do not add up."""
    signs: list[str] = []
    for character in text:
        if signs and get_character_cell_size(character) == 0:
            signs[-1] += character
        else:
            signs.append(character)
    widths = [cell_len(sign) for sign in signs]
    return tuple(signs) if sum(widths) == cell_len(text) and all(widths) else (text,)


@lru_cache(maxsize=1024)
def _codes(style: Style | None, colours: str | None) -> str:
    """Return the SGR codes of `style` in a terminal of so many colours, "" for none, and behind LEADS_TO the address of a link."""
    if style is None or colours is None:
        return ""
    drawn = style.update_link(None).render("x", color_system=COLOR_SYSTEMS[colours])
    codes = drawn[2 : drawn.index("m")] if drawn.startswith("\x1b[") else ""
    return f"{codes}{LEADS_TO}{style.link}" if style.link else codes


@lru_cache(maxsize=1024)
def _parts(codes: str) -> tuple[str, str, str]:
    """Return `codes` (ECMA-48, SGR) as (attributes, colour, colour of the ground)."""
    found: dict[str, list[str]] = {"": [], "3": [], "4": []}
    left = codes.split(";") if codes else []
    while left:
        length = {"2": 5, "5": 3}.get(left[1], 1) if left[0] in ("38", "48") and len(left) > 1 else 1
        part, left = left[:length], left[length:]
        plane = {"3": "3", "9": "3", "4": "4", "1": "4"}.get(part[0][0], "") if len(part[0]) > 1 else ""
        found[plane].append(";".join(part))
    return ";".join(found[""]), ";".join(found["3"]), ";".join(found["4"])


@lru_cache(maxsize=1024)
def _turned(before: str | None, codes: str) -> str:
    """Return the shortest codes that turn `before` into `codes`."""
    if before is not None:
        (attributes, colour, ground), (attributes_now, colour_now, ground_now) = _parts(before), _parts(codes)
        if attributes == attributes_now and colour_now and ground_now:
            changes = (colour_now if colour != colour_now else "", ground_now if ground != ground_now else "")
            return ";".join(change for change in changes if change)
    return f"0;{codes}" if codes else "0"


def _written(runs: list[Run]) -> str:
    """Return `runs` as the terminal wants them, all of one colour together."""
    by_codes: dict[str, list[Run]] = {}
    for run in runs:
        by_codes.setdefault(run.codes, []).append(run)
    written: list[str] = []
    cursor = (-1, -1)
    set_before: str | None = None
    for codes_and_link, group in by_codes.items():
        codes, _, link = codes_and_link.partition(LEADS_TO)
        if codes != set_before:
            written.append(f"\x1b[{_turned(set_before, codes)}m")
            set_before = codes
        if link:
            written.append(f"\x1b]8;;{link}\x1b\\")
        for run in group:
            written.append(_moved(cursor, (run.y, run.x)))
            written.append(run.text)
            cursor = (run.y, run.x + run.moves) if run.moves else (-1, -1)
        if link:
            written.append("\x1b]8;;\x1b\\")
    if written:
        written.append("\x1b[0m")
    return "".join(written)


def _moved(cursor: tuple[int, int], to: tuple[int, int]) -> str:
    """Return the shortest way from `cursor` to `to` (y, x each)."""
    if cursor == to:
        return ""
    back = cursor[1] - to[1]
    if cursor[0] == to[0]:
        return f"\x1b[{to[1] + 1}G"
    if cursor[0] >= 0 and to[0] == cursor[0] + 1 and 0 <= back <= 4:
        return "\x1b[B" + "\b" * back  # the next second of the duration below
    return f"\x1b[{to[0] + 1};{to[1] + 1}H"


if AVAILABLE:

    class _Thinned(CompositorUpdate):
        """An update that is put into words when it is really written, and not before."""

        def __init__(self, update: ChopsUpdate | LayoutUpdate, cells: ChangedCells) -> None:
            self._update = update
            self._cells = cells

        def render_segments(self, console: Console) -> str:
            if isinstance(self._update, LayoutUpdate):
                return self._cells.layout(self._update, console)
            return self._cells.chops(self._update, console)


class ThriftyApp(App[None]):
    """An app that sends changed cells only, where this Textual lets it."""

    _cells: ChangedCells | None = None

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        if AVAILABLE and isinstance(renderable, ChopsUpdate | LayoutUpdate):
            if self._cells is None:
                self._cells = ChangedCells()
            super()._display(screen, _Thinned(renderable, self._cells))  # type: ignore[arg-type]
            return
        if renderable is not None:
            self.forget_screen()
        super()._display(screen, renderable)

    def send_strips(self, strips: Iterable[Sent]) -> bool:
        """Bring `strips` to the terminal now, past Textual's queue of refreshes, and return True.

        False: it cannot be done now (the terminal's state is not known, the app is starting or ending, or has no
        terminal), and whoever asks has to refresh in the usual way.
        """
        driver: Driver | None = getattr(self, "_driver", None)
        in_batch: int | None = getattr(self, "_batch_count", None)
        if not AVAILABLE or self._cells is None or driver is None or in_batch != 0 or not self.is_running:
            return False
        if self.is_headless or (written := self._cells.strips(strips, self.size, self.console)) is None:
            return False
        if written:
            self._begin_update()
            driver.write(written)
            self._end_update()
            driver.flush()
        return True

    def forget_screen(self) -> None:
        """The terminal may show anything (it was resized, something else wrote to it): draw all of it next time."""
        if self._cells is not None:
            self._cells.forget()
