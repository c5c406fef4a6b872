"""A note beside a session, while it is typed. Pure."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.engine.archive import LONGEST
from whisper_tui.engine.backend import StripView
from whisper_tui.engine.reading import LogEntry
from whisper_tui.supervision.intents import Note
from whisper_tui.terms import Notice, SessionId
from whisper_tui.ui.logview import LogView
from whisper_tui.ui.views import View

__all__ = ["LONGEST", "SECONDS", "Jot", "is_about", "wanted"]

SECONDS = 600.0
"""How long it may take."""


class Jot(NamedTuple):
    """A note is asked for, on a session with this agent."""

    session: SessionId
    agent: str
    queue: str

    def noted(self, text: str) -> Note | Notice:
        """Return what is written, or what is wrong with it."""
        return Note(self.session, text.strip()) if text.strip() else Notice("note.empty")


def wanted(view: View, log: LogView, strip: StripView) -> Jot | Notice:
    """Return which session `i` is about: in the log the one under the cursor, elsewhere the one that is up."""
    if view is View.LOG:
        session = log.session
        if session is None:
            return Notice("note.no_session")
        return Jot(SessionId(session.ident), session.member or session.agent, session.queue)
    if strip.session is None:
        return Notice("note.no_session")
    return Jot(strip.session, strip.agent, strip.queue)


def is_about(note: Note, entry: LogEntry | None) -> bool:
    """Tell whether `note` is on the session that is open."""
    return entry is not None and entry.session.ident == note.session
