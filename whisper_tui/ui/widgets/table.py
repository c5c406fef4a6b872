"""Columns of a list, by the width there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache, partial
from typing import Any, NamedTuple

from whisper_tui.ui.filter import Filter
from whisper_tui.ui.inks import Ground, Ink, Line, Span, crop, dimmed, fit, fit_right, taken
from whisper_tui.ui.sorting import Sorting
from whisper_tui.ui.words import _, fill, sentence

MARK = "+"
"""Stands before a row that somebody has marked."""


class Column(NamedTuple):
    """`least`: the cells without which it is left out."""

    name: str
    head: str
    least: int
    right: bool = False


def fitted(
    columns: Sequence[Column], dropped: Sequence[str], growth: Sequence[tuple[str, int]], width: int
) -> tuple[tuple[Column, int], ...]:
    """Return the columns of a pane of `width` cells with their widths; a marker and one cell before each are counted.

    Args:
        dropped: what goes, in this order, where there is no room for it.
        growth: who is given room first, and how much.
    """
    shown = list(columns)
    for name in dropped:
        if width - 1 - sum(column.least + 1 for column in shown) >= 0:
            break
        shown = [column for column in shown if column.name != name]
    widths = {column.name: column.least for column in shown}
    spare = max(0, width - 1 - sum(wide + 1 for wide in widths.values()))
    for name, limit in growth:
        if name in widths:
            more = max(0, min(spare, limit - widths[name]))
            widths[name] += more
            spare -= more
    return tuple((column, widths[column.name]) for column in shown)


class Layout:
    """The columns of one list by the width of its pane; the arguments are those of `fitted`."""

    def __init__(self, columns: Sequence[Column], dropped: Sequence[str], growth: Sequence[tuple[str, int]]) -> None:
        self._fitted = lru_cache(maxsize=16)(partial(fitted, columns, dropped, growth))

    def __call__(self, width: int) -> tuple[tuple[Column, int], ...]:
        return self._fitted(width)


def head(columns: Sequence[tuple[Column, int]], width: int, sorting: Sorting[Any] | None = None) -> Line:
    """Return the line above the rows; the sorting learns which columns there are.

    An arrow stands before the column that a person has the rows sorted by. It points down where what is looked for stands first:
    the longest, the most, the first of the alphabet.
    """
    by, arrow = "", " "
    if sorting is not None:
        sorting.shown = {column.name for column, _wide in columns}
        by = sorting.by if sorting.by in sorting.shown else ""
        arrow = "↑" if sorting.turned else "↓" if sorting.by else " "
    spans: list[Span] = [(" " if by else arrow, Ink.STRONG)]
    for column, wide in columns:
        word, is_by = _(column.head) if column.head else "", column.name == by
        text = (fit_right if column.right else fit)((arrow if is_by else " ") + word, wide + 1)
        spans.append((text, Ink.STRONG if is_by else Ink.MUTED))
    kept = crop(tuple(spans), width)
    return Line((*kept, (" " * (width - taken(kept)), Ink.MUTED)))


def row(
    columns: Sequence[tuple[Column, int]],
    cells: Mapping[str, Span],
    width: int,
    *,
    under_cursor: bool,
    stale: bool = False,
    marked: bool = False,
) -> Line:
    """Return the line of a row; `stale`: what it says is old."""
    spans: list[Span] = [("▸" if under_cursor else " ", Ink.STRONG)]
    gap: Span = (MARK, Ink.STRONG) if marked else (" ", Ink.TEXT)
    for column, wide in columns:
        text, ink = cells[column.name]
        spans += [gap, ((fit_right if column.right else fit)(text, wide), ink)]
        gap = (" ", Ink.TEXT)
    kept = crop(tuple(spans), width)
    line = Line((*kept, (" " * (width - taken(kept)), Ink.TEXT)), Ground.CURSOR if under_cursor else Ground.PAGE)
    return dimmed(line) if stale else line


def looked_for(looked: Filter[Any], typing: str | None, shown: int, among: int, clear: str, width: int) -> list[Line]:
    """Return the line that says what the filter lets through, none where there is no filter.

    Args:
        typing: what is typed behind `/`, None while nobody does.
        clear: the key that clears it.
    """
    if typing is None and not looked.text:
        return []
    counted = fill(_("{count} of {all}"), {"count": str(shown), "all": str(among)})
    said = (
        f" /{typing}_  {counted}"
        if typing is not None
        else f" /{looked.text}  {counted}  {fill(_('{clear} clears'), {'clear': clear})}"
    )
    wrong = [Line(crop(((f" {sentence(each)}", Ink.ALARM),), width)) for each in looked.wrong[:1]]
    return [Line(crop(((said, Ink.WAITING),), width)), *wrong]
