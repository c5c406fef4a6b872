"""Columns of a list, by the width there is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from whisper_tui.ui.inks import Ink, Line, fit, fit_right
from whisper_tui.ui.words import _


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


def head(columns: Sequence[tuple[Column, int]], width: int) -> Line:
    """Return the line above the rows."""
    words = [
        f" {(fit_right if column.right else fit)(_(column.head) if column.head else '', wide)}"
        for column, wide in columns
    ]
    return Line(((fit(" " + "".join(words), width), Ink.MUTED),))
