"""What the coach says, above the last line."""

from __future__ import annotations

from whisper_tui.terms import Notice
from whisper_tui.ui.inks import Ground, Ink, Line, fit, folded, width_of
from whisper_tui.ui.words import _, fill, said

MOST = 2
"""Lines that it may take."""


def lines_wanted(says: Notice | None, width: int) -> int:
    """Return how many lines there would be in a terminal of `width`."""
    return 0 if says is None else min(MOST, len(_folded(says, width)))


def draw(says: Notice | None, width: int, height: int) -> list[Line]:
    """Return the lines, `height` of them; what does not fit is cut."""
    if says is None:
        return []
    lines = _folded(says, width)
    if len(lines) > height:
        lines = [*lines[: height - 1], " ".join(lines[height - 1 :])]
    head, indent = _head(says), " " * width_of(_head(says))
    begins = [(head, Ink.STRONG), *((indent, Ink.STRONG) for _line in lines[1:])]
    return [
        Line((begin, (fit(line, width - width_of(head)), Ink.WAITING)), Ground.BAR)
        for begin, line in zip(begins, lines, strict=True)
    ]


def _head(says: Notice) -> str:
    return f" {fill(_('hint {n}/{all}'), says.values)}  "


def _folded(says: Notice, width: int) -> list[str]:
    return folded(said(says), max(20, width - width_of(_head(says))))
