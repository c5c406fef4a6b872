"""The line behind `/`, while it is typed: every letter is looked for at once."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.ui.editing import LONGEST, edited, pasted
from whisper_tui.ui.history import History
from whisper_tui.ui.presses import Press


class FilterLine:
    """One line of typing.

    Args:
        apply: shows what passes the text, at every letter.
        enter: does what is done only once it is typed.
        history: what was typed before; up and down bring it back.
    """

    def __init__(
        self,
        apply: Callable[[str], None],
        enter: Callable[[str], None] = lambda _text: None,
        history: History | None = None,
    ) -> None:
        self._apply = apply
        self._enter = enter
        self._history = history or History()
        self.text: str | None = None
        """What is typed so far, None while nobody types."""

    def open(self, text: str) -> None:
        """Begin to type, from `text` on."""
        self.text = text
        self._history.begin()

    def put(self, text: str) -> None:
        """Show what passes `text`, as if it had been typed."""
        self.text = None
        self._history.add(text)
        self._apply(text)
        self._enter(text)

    def clear(self) -> None:
        """Show everything, and type no more."""
        self.text = None
        self._apply("")
        self._enter("")

    def close(self) -> None:
        """Type no more; what it shows stays."""
        self.text = None

    def press(self, press: Press) -> bool:
        """Take a key in; False: nobody types, or it is not a key that types."""
        if self.text is None:
            return False
        match press.key:
            case "enter":
                typed, self.text = self.text, None
                self._history.add(typed)
                self._enter(typed)
            case "escape":
                self.clear()
            case "up":
                self._type(self._history.up(self.text))
            case "down":
                self._type(self._history.down(self.text))
            case _:
                text = edited(self.text, press)
                if text is None:
                    return False
                self._type(text)
        return True

    def paste(self, text: str) -> bool:
        """Take pasted text in, its first line; False: nobody types."""
        if self.text is None:
            return False
        self._type(pasted(self.text, text))
        return True

    def _type(self, text: str) -> None:
        self.text = text[:LONGEST]
        self._apply(self.text)
