"""What the desk wants of the terminal program around it."""

from __future__ import annotations

from typing import Protocol

from whisper_tui.ui.typed import Typed


class Shell(Protocol):
    """Opens, closes and paints."""

    def close_console(self) -> None: ...

    def suspend_console(self) -> None: ...

    def redraw_console(self) -> None: ...

    def paint_console(self) -> None:
        """Something on the desk has changed."""

    def has_room(self, question: Typed) -> bool:
        """Tell whether all that `question` says can be shown."""
