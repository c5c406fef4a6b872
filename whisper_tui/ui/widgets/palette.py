"""The palette in the place of the list: what is looked for, and the deeds that are found."""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.ui.inks import EMPTY, Ground, Ink, Line, Span, crop, fit, spread, taken
from whisper_tui.ui.palette import PaletteRow
from whisper_tui.ui.words import _, fill, sentence

_NAME, _KEYS = 15, 10


def draw(typed: str, rows: Sequence[PaletteRow], at: int, width: int, height: int) -> list[Line]:
    """Return the lines; `at`: the place of the cursor among `rows`. Why a deed is dim stands behind its words."""
    counted = fill(_("{count} of them, Enter does it"), {"count": str(len(rows))})
    head = spread(((" > ", Ink.WAITING), (typed, Ink.STRONG), ("_", Ink.WAITING)), ((f"{counted} ", Ink.MUTED),), width)
    if not rows:
        return [Line(head, Ground.BAR), EMPTY, Line(((f"  {_('nothing is called so')}", Ink.MUTED),))][:height]
    room = max(1, height - 1)
    top = max(0, min(at - room // 2, len(rows) - room))
    shown = rows[top : top + room]
    return [Line(head, Ground.BAR), *(_row(row, top + place == at, width) for place, row in enumerate(shown))][:height]


def _row(row: PaletteRow, under_cursor: bool, width: int) -> Line:
    dim = row.why_dim is not None
    name = f"({row.deed.name})" if dim else row.deed.name
    spans: list[Span] = [
        ("▸" if under_cursor else " ", Ink.STRONG),
        (fit(name, _NAME), Ink.MUTED if dim else Ink.STRONG),
        (f" {fit(row.keys, _KEYS)} ", Ink.MUTED),
    ]
    if row.why_dim is not None:
        spans.append((f"{sentence(row.why_dim)} - ", Ink.WAITING))
    spans.append((row.words, Ink.TEXT))
    kept = crop(tuple(spans), width)
    return Line((*kept, (" " * (width - taken(kept)), Ink.TEXT)), Ground.CURSOR if under_cursor else Ground.PAGE)
