"""Tables on standard output."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len, set_cell_size

from whisper_tui.cli.main import printable


def columns(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """`rows` as lines whose cells stand below each other; what a PBX named cannot move the cursor."""
    cells = [[printable(cell).replace("\n", "\\n") for cell in row] for row in rows]
    widths = [max(cell_len(cell) for cell in column) for column in zip(*cells, strict=True)]
    for row in cells:
        yield "  ".join(set_cell_size(cell, width) for cell, width in zip(row, widths, strict=True)).rstrip()
