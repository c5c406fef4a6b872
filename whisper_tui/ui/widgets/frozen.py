"""The line over a list that stands still: for how long, and how much of it is otherwise by now."""

from __future__ import annotations

from whisper_tui.ui import present
from whisper_tui.ui.freeze import Picture
from whisper_tui.ui.inks import Ink, Line, fit
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _, fill


def changed(picture: Picture, view: View) -> int:
    """Return how many rows of `view` are not as it shows them."""
    match view:
        case View.AGENTS:
            return picture.agents_changed
        case View.WAITING:
            return picture.waiting_changed
        case View.SESSIONS:
            return picture.spies_changed
        case View.QUEUES:
            return picture.queues_changed
        case View.CALLS | View.LOG:
            return picture.changed


def draw(picture: Picture, view: View, key: str, now: float, width: int) -> Line:
    """Return the line. `key`: lets the lists go on."""
    values = {"age": present.age(now - picture.now), "count": str(changed(picture, view)), "key": key}
    words = _("FROZEN {age} ago · not as shown any more: {count} · {key} goes on")
    return Line(((fit(f" ▪ {fill(words, values)}", width), Ink.PAUSED),))
