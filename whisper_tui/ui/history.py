"""What was typed into a line before, for as long as the console runs. Pure."""

from __future__ import annotations

KEPT = 50
"""Lines."""


class History:
    """Lines in the order in which they were last used, and where somebody looks among them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._at = 0
        self._typed = ""
        """What stood in the line before somebody went back."""

    def add(self, line: str) -> None:
        """Keep `line`, unless there is nothing in it."""
        if line.strip():
            self._lines = [*(each for each in self._lines if each != line), line][-KEPT:]
        self.begin()

    def begin(self) -> None:
        """A line is typed anew."""
        self._at = len(self._lines)

    def up(self, line: str) -> str:
        """Return the line before, with `line` in its place; the oldest again at the end."""
        if self._at == len(self._lines):
            self._typed = line
        self._at = max(0, self._at - 1)
        return self._lines[self._at] if self._lines else line

    def down(self, line: str) -> str:
        """Return the line behind; at last what stood there at the beginning."""
        if self._at >= len(self._lines):
            return line
        self._at += 1
        return self._lines[self._at] if self._at < len(self._lines) else self._typed
