"""Cells and files that a spreadsheet opens without being made to run something."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

FORMULA = frozenset("=+-@\t\r")
"""What a cell must not begin with, nor with a wide twin of it: spreadsheets would take it for a formula."""


def guarded(text: str) -> str:
    """Return `text` as a cell that is no formula."""
    return f"'{text}" if unicodedata.normalize("NFKC", text.lstrip(" ")[:1]) in FORMULA else text


def write(path: str, titles: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write a new file for its owner alone; one that was begun and not finished is taken away again.

    Raises:
        FileExistsError: there is one of that name: it is not touched.
        OSError: it cannot be written.
    """
    import csv  # here: the start of the console does not wait for it

    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            lines = csv.writer(file)
            lines.writerow(titles)
            lines.writerows([guarded(_clean(cell)) for cell in row] for row in rows)
    except OSError:
        Path(path).unlink()
        raise


def _clean(text: str) -> str:
    """Without signs that move a cursor or begin a line."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
