"""The log as it stands on the screen: what was found, the cursor, and the one session that is open in full."""

from __future__ import annotations

from typing import TypeAlias

from whisper_tui.audit.sessions import Acted, Attempt, Raised, Session, Spying
from whisper_tui.engine.reading import Entry, LogEntry, LogPage
from whisper_tui.terms import Notice
from whisper_tui.ui.logquery import NOTHING, Query

EntryKey: TypeAlias = tuple[object, ...]
FURTHEST = 1_000_000
"""A line beyond the end of a page, or of what is open: drawing it finds the last one."""


class LogView:
    """One console's."""

    def __init__(self) -> None:
        self.query: Query = NOTHING
        self.page: LogPage | None = None
        """None: nothing was read yet."""
        self.reading = False
        """An answer is on its way."""
        self.trouble: Notice | None = None
        """Why nothing could be read."""
        self.recordings = ""
        """The address at which recordings can be heard, with {value} for the file's name; "": there is none."""
        self.open: LogEntry | None = None
        self.top_of_open = 0
        """The first line shown of what is open."""
        self.top = 0
        self.height = 1
        self.shown: list[Entry] = []
        self._at = 0

    def __len__(self) -> int:
        return len(self.shown)

    @property
    def current(self) -> Entry | None:
        """What the cursor stands on."""
        return self.shown[self._at] if self.shown else None

    @property
    def session(self) -> Session | None:
        """The session that is open, or under the cursor."""
        if self.open is not None:
            return self.open.session
        return self.current if isinstance(self.current, Session) else None

    def forget(self, why: Notice) -> None:
        """Show nothing of what was read before, and why."""
        self.page, self.shown, self._at, self.trouble = None, [], 0, why
        self.close()

    def take(self, query: Query, page: LogPage) -> None:
        """Show what was found; the cursor stays on what it stood on, where that was found again."""
        before = key_of(self.current) if self.current is not None else None
        self.query, self.page, self.trouble = query, page, None
        self.shown = [entry for entry in page.entries if query.passes(entry)]
        self._at = next((at for at, entry in enumerate(self.shown) if key_of(entry) == before), 0)
        self._show()

    def resize(self, height: int) -> None:
        """Show `height` lines."""
        self.height = max(1, height)
        self._show()

    def window(self) -> list[Entry]:
        """Return the entries that are on the screen."""
        return self.shown[self.top : self.top + self.height]

    def move(self, by: int) -> None:
        """Move the cursor, or what is open, `by` lines."""
        if self.open is not None:
            self.top_of_open = max(0, self.top_of_open + by)
        else:
            self._go(self._at + by)

    def choose(self, line: int) -> None:
        """Move to the row on `line` of those that are shown, if there is one."""
        if self.open is None and 0 <= line < self.height and self.top + line < len(self):
            self._go(self.top + line)

    def first(self) -> None:
        """Go to the first line."""
        if self.open is not None:
            self.top_of_open = 0
        else:
            self._go(0)

    def last(self) -> None:
        """Go to the last line."""
        if self.open is not None:
            self.top_of_open = FURTHEST
        else:
            self._go(len(self.shown) - 1)

    def close(self) -> bool:
        """Close the session that is open; False: none is."""
        was_open, self.open, self.top_of_open = self.open is not None, None, 0
        return was_open

    def _go(self, at: int) -> None:
        self._at = max(0, min(at, len(self.shown) - 1))
        self._show()

    def _show(self) -> None:
        self.top = max(self._at - self.height + 1, min(self.top, self._at))
        self.top = max(0, min(self.top, len(self.shown) - self.height))


def key_of(entry: Entry) -> EntryKey:
    """What an entry is known by."""
    match entry:
        case Session():
            return "session", entry.ident
        case Attempt():
            return "attempt", entry.seq
        case Raised():
            return "hand", entry.seq
        case Acted():
            return "deed", entry.seq
        case Spying():
            return "spy", entry.channel, entry.began
