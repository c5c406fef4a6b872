"""Entries of the log as comma-separated values that a spreadsheet can open without being made to run something."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from whisper_tui.cli.log_list import Entry
from whisper_tui.cli.main import printable
from whisper_tui.terms import Mode
from whisper_tui.ui.spreadsheet import guarded

MOMENTS = ("at", "began", "ended")


def written(kind: type[msgspec.Struct], entries: Iterable[Entry]) -> Iterator[str]:
    """The lines of the file, each with its end; the first has the titles."""
    titles = [field.encode_name for field in msgspec.structs.fields(kind)]
    yield _line([each for title in titles for each in (_MODES if title == "seconds" else [title])])
    for entry in entries:
        cells: list[str] = []
        for title, value in zip(titles, msgspec.structs.astuple(entry), strict=True):
            if isinstance(value, dict):
                cells += [f"{value.get(mode.value, 0.0):.3f}" for mode in Mode]
            elif title in MOMENTS and isinstance(value, float):
                cells.append(_moment(value))
            else:
                cells.append("" if value is None else str(getattr(value, "value", value)))
        yield _line(cells)


def safe(text: str) -> str:
    """`text` as a cell: no formula, and nothing that moves a cursor or begins a line."""
    clean = printable(text).replace("\n", "\\n")
    return guarded(clean) if guarded(text) == text else f"'{clean}"


_MODES = [f"{mode.value}_seconds" for mode in Mode]


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([safe(cell) for cell in cells])
    return line.getvalue()


def _moment(at: float) -> str:
    """A moment with its zone; what no calendar has stays a number."""
    try:
        return datetime.fromtimestamp(at).astimezone().isoformat()
    except (OverflowError, OSError, ValueError):
        return str(at)
