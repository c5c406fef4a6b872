"""One line of typing at the foot of the screen, or above the palette: it never hides the keys that make things quieter."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from whisper_tui.ui.editing import LONGEST, edited, pasted
from whisper_tui.ui.history import History
from whisper_tui.ui.keymap import Keymap
from whisper_tui.ui.presses import Press

CLOSES = ("back", "quit")
"""Deeds whose keys close the line, and do no more."""


class CommandLine:
    """What is typed behind `:`.

    Args:
        run: does it.
        complete: the lines that one can be the beginning of.
    """

    def __init__(self, run: Callable[[str, Press], None], complete: Callable[[str], Sequence[str]]) -> None:
        self._run = run
        self._complete = complete
        self._history = History()
        self.text: str | None = None
        """What is typed so far, None while nobody types."""
        self.offered: tuple[str, ...] = ()
        """What Tab offers."""
        self._tried = 0

    def open(self, text: str = "") -> None:
        """Begin to type."""
        self.text, self.offered = text, ()
        self._history.begin()

    def close(self) -> None:
        self.text, self.offered = None, ()

    def press(self, press: Press, keymap: Keymap) -> bool:
        """Take a key in; False: nobody types, or it is a key that means something even then."""
        if self.text is None:
            return False
        if passes(press, self.text, keymap):
            self.close()
            return False
        deed = keymap.while_typing(press.key)
        if deed is not None and deed.name in CLOSES:
            self.close()
        elif press.key == "enter":
            typed = self.text
            self.close()
            self._history.add(typed)
            self._run(typed, press)
        elif press.key == "tab":
            self._tab()
        elif press.key in ("up", "down"):
            self.text = (self._history.up if press.key == "up" else self._history.down)(self.text)
        elif press.key == "backspace" and not self.text:
            self.close()
        elif (text := edited(self.text, press)) is not None:
            self.text, self.offered = text[:LONGEST], ()
        return True

    def paste(self, text: str) -> bool:
        """Take pasted text in, its first line, which does nothing by itself; False: nobody types."""
        if self.text is None:
            return False
        self.text = pasted(self.text, text)
        return True

    def _tab(self) -> None:
        """Type on as far as there is one way to; where there are several, show them, and then type one after the other."""
        assert self.text is not None, "somebody types"
        if self.offered and self.text in self.offered:
            self._tried = (self._tried + 1) % len(self.offered)
            self.text = self.offered[self._tried]
            return
        found = tuple(self._complete(self.text))
        common = _common(found)
        if len(found) == 1:
            self.text, self.offered = f"{found[0]} ", ()
        elif found and (len(common) > len(self.text) or not (self.text or self.offered)):
            self.text, self.offered = common, found
            self._tried = -1
        elif found:
            self.offered, self._tried = found, 0
            self.text = found[0]


def _common(lines: Sequence[str]) -> str:
    """The beginning that all of them have."""
    least, most = min(lines, default=""), max(lines, default="")
    same = next((at for at, (one, other) in enumerate(zip(least, most, strict=False)) if one != other), len(least))
    return least[:same]


def passes(press: Press, text: str, keymap: Keymap) -> bool:
    """Tell whether a key is the desk's though somebody types: what is quiet, but for a sign in the midst of a line."""
    deed = keymap.while_typing(press.key)
    if deed is None or deed.name in CLOSES:
        return False
    types = press.character is not None and press.character.isprintable()
    return not (text and types)
