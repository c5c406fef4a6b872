"""What the desk wants of the terminal program around it."""

from __future__ import annotations

from typing import Protocol

from whisper_tui.ui.questions import Asked


class Shell(Protocol):
    """Opens, closes and paints."""

    def close_console(self) -> None:
        """End the program."""

    def suspend_console(self) -> None:
        """Stop the program until the person's own shell lets it go on."""

    def redraw_console(self) -> None:
        """Show everything again: something else wrote on the terminal. In plain mode: say how everything stands."""

    def paint_console(self) -> None:
        """Something on the desk has changed."""

    def ring_bell(self) -> None:
        """Somebody should look up."""

    def hand_rises(self) -> None:
        """An agent has asked for help."""

    def themes(self) -> list[str]:
        """Return the themes that there are, the person's own among them."""

    def wear(self, theme: str) -> None:
        """Put on the theme of this name, or say why not."""

    def has_room(self, asked: Asked) -> bool:
        """Tell whether all that a question says can be shown; in lines it always can."""

    def copy(self, text: str) -> None:
        """Bring `text` into the clipboard of the terminal in front of the person (OSC 52); many terminals ask, some refuse. Plain
        mode says it."""
