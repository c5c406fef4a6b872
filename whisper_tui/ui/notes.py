"""Which session is meant by what is written beside one, and a note while it is typed. Pure."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.engine.archive import LONGEST
from whisper_tui.engine.backend import StripView
from whisper_tui.engine.reading import LogEntry
from whisper_tui.supervision.intents import Note
from whisper_tui.terms import Notice, SessionId
from whisper_tui.ui.logview import LogView
from whisper_tui.ui.views import View

__all__ = ["LONGEST", "SECONDS", "Heard", "Jot", "is_about", "meant", "wanted"]

SECONDS = 600.0
"""How long it may take."""


class Heard(NamedTuple):
    """A session with this agent, up or over."""

    session: SessionId
    agent: str
    queue: str


class Jot(NamedTuple):
    """A note is asked for, on a session with this agent."""

    session: SessionId
    agent: str
    queue: str

    def noted(self, text: str) -> Note | Notice:
        """Return what is written, or what is wrong with it."""
        return Note(self.session, text.strip()) if text.strip() else Notice("note.empty")


def meant(view: View, log: LogView, strip: StripView, last: Heard | None) -> Heard | None:
    """Return which session `i` and `s` are about: in the log the one under the cursor, elsewhere the one that is up, or `last`."""
    if view is View.LOG:
        session = log.session
        if session is None:
            return None
        return Heard(SessionId(session.ident), session.member or session.agent, session.queue)
    return of(strip) or last


def of(strip: StripView) -> Heard | None:
    """Return the session that is up."""
    return None if strip.session is None else Heard(strip.session, strip.agent, strip.queue)


def wanted(about: Heard | None) -> Jot | Notice:
    """Return the question for a note on `about`."""
    return Notice("note.no_session") if about is None else Jot(*about)


def is_about(note: Note, entry: LogEntry | None) -> bool:
    """Tell whether `note` is on the session that is open."""
    return entry is not None and entry.session.ident == note.session
