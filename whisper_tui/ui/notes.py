"""A note beside a session, while it is typed. Pure."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.engine.backend import StripView
from whisper_tui.engine.reading import LogEntry
from whisper_tui.supervision.intents import Note
from whisper_tui.terms import Notice, SessionId
from whisper_tui.ui.logview import LogView
from whisper_tui.ui.views import View

SECONDS = 600.0
"""How long it may take."""
LONGEST = 2_000
"""Signs; what is typed beyond them is left out."""


class Jot(NamedTuple):
    """A note is asked for, on a session with this agent. `live`: it is up; the note has its time in the call."""

    session: SessionId
    agent: str
    queue: str
    live: bool

    def noted(self, text: str) -> Note | Notice:
        """Return what is written, or what is wrong with it."""
        return Note(self.session, text.strip()) if text.strip() else Notice("note.empty")


def wanted(view: View, log: LogView, strip: StripView) -> Jot | Notice:
    """Return which session `i` is about: in the log the one under the cursor, elsewhere the one that is up."""
    if view is View.LOG:
        session = log.session
        if session is None:
            return Notice("note.no_session")
        ident = SessionId(session.ident)
        return Jot(ident, session.member or session.agent, session.queue, live=ident == strip.session)
    if strip.session is None:
        return Notice("note.no_session")
    return Jot(strip.session, strip.agent, strip.queue, live=True)


def is_about(note: Note, entry: LogEntry | None) -> bool:
    """Tell whether `note` is on the session that is open."""
    return entry is not None and entry.session.ident == note.session
