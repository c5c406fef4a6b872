"""The palette: every deed that there is use for, looked for by its name, its words or its key, and why a dim one is dim."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from whisper_tui.terms import Notice
from whisper_tui.ui.commandline import CLOSES, passes
from whisper_tui.ui.deeds import Deed
from whisper_tui.ui.editing import LONGEST, edited, pasted
from whisper_tui.ui.keymap import Keymap
from whisper_tui.ui.presses import Press

MOVES = {"down": 1, "ctrl+n": 1, "up": -1, "ctrl+p": -1, "pagedown": 10, "pageup": -10}
"""Keys that move in it: letters are typed."""


class PaletteRow(NamedTuple):
    """A deed as it is shown."""

    deed: Deed
    keys: str
    words: str
    why_dim: Notice | None


class Palette:
    """One console's.

    Args:
        rows: the deeds as things stand.
        run: does one.
    """

    def __init__(self, rows: Callable[[], Sequence[PaletteRow]], run: Callable[[Deed, Press], None]) -> None:
        self._rows = rows
        self._run = run
        self.text: str | None = None
        """What is looked for, None while it is closed."""
        self._chosen = ""
        """The name of the deed that the cursor stands on."""

    def open(self) -> None:
        self.text, self._chosen = "", ""

    def close(self) -> None:
        self.text = None

    def found(self) -> list[PaletteRow]:
        """Return the deeds that have every word that is typed, those first whose name begins with it."""
        typed = (self.text or "").casefold()
        words = typed.split()
        rows = [row for row in self._rows() if all(word in _said(row) for word in words)]
        return sorted(rows, key=lambda row: not row.deed.name.startswith(typed)) if typed else rows

    def at(self, rows: Sequence[PaletteRow]) -> int:
        """Return the place of the cursor among `rows`."""
        return next((at for at, row in enumerate(rows) if row.deed.name == self._chosen), 0)

    def press(self, press: Press, keymap: Keymap) -> bool:
        """Take a key in; False: it is closed, or the key means something even then."""
        if self.text is None:
            return False
        if passes(press, self.text, keymap):
            self.close()
            return False
        deed = keymap.while_typing(press.key)
        if deed is not None and deed.name in CLOSES:
            self.close()
        elif press.key == "enter":
            rows = self.found()
            self.close()
            if rows:
                self._run(rows[self.at(rows)].deed, press)
        elif press.key in MOVES:
            rows = self.found()
            if rows:
                self._chosen = rows[max(0, min(len(rows) - 1, self.at(rows) + MOVES[press.key]))].deed.name
        elif (text := edited(self.text, press)) is not None:
            self.text, self._chosen = text[:LONGEST], ""
        return True

    def paste(self, text: str) -> bool:
        """Look for pasted text; False: it is closed."""
        if self.text is None:
            return False
        self.text = pasted(self.text, text)
        return True


def _said(row: PaletteRow) -> str:
    return f"{row.deed.name} {row.keys} {row.words}".casefold()
