"""The theme that is worn, and its file: what is saved there is put on at once, and what is wrong in it changes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TypeAlias

from whisper_tui.errors import UsageError
from whisper_tui.terms import Notice
from whisper_tui.ui import themes
from whisper_tui.ui.themes import Palette

Mark: TypeAlias = tuple[str, int, int, int]
"""The file, and what changes of it when somebody saves: its time, its size and its inode."""


class Wardrobe:
    """One console's theme.

    Args:
        name: of the theme.
        own: the folder of the person's own themes, None: they have none.

    Raises:
        UsageError: there is no such theme, or its file is wrong.
    """

    def __init__(self, name: str, own: Path | None = None) -> None:
        self._name = name
        self._own = own
        self.palette = themes.load(name, own)
        self._seen = self._mark()

    def look(self) -> Palette | Notice | None:
        """Return the theme if it was saved since the last look, why it cannot be worn, or None where all is as it was."""
        mark = self._mark()
        if mark == self._seen:
            return None
        # The time is read before the file: what is saved meanwhile is seen the next time.
        self._seen = mark
        if mark is None:
            return Notice("theme.gone", {"theme": self._name})
        path = Path(mark[0])
        try:
            self.palette = themes.read(self._name, path)
        except UsageError as error:
            return Notice("theme.wrong", {"where": f"{path.parent.name}/{path.name}", "why": error.what})
        return self.palette

    def _mark(self) -> Mark | None:
        try:
            path = themes.find(self._name, self._own)
            held = path.stat()
        except (OSError, UsageError):
            return None
        return str(path), held.st_mtime_ns, held.st_size, held.st_ino
