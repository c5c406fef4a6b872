"""What happens on the floor, for whoever wants to hear it: a few lines at a time, and how many more there were. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import CallRow
from whisper_tui.terms import CallKey, CallState
from whisper_tui.ui import present
from whisper_tui.ui.words import _, fill

EVERY = 5.0
"""Seconds between two tellings."""

AT_ONCE = 3
"""Lines of one telling: more could not be listened to."""

_KEPT = 100
"""Lines that are kept for it; of more the number is enough."""

_TALKS = (CallState.TALKING, CallState.HELD)


class Happenings:
    """Collects what happens until it is told."""

    def __init__(self) -> None:
        self.wanted = False
        self._lines: list[str] = []
        self._more = 0
        self._told = float("-inf")

    def take(self, rows: Mapping[CallKey, CallRow], changes: ViewChanges) -> None:
        """Note what the changes are to the rows as they were; of a call that may be seen no longer nothing, it is not over."""
        if not self.wanted:
            return
        for key, row in changes.calls.items():
            if row is None and key in changes.hidden:
                continue
            if said := happened(rows.get(key), row):
                if len(self._lines) < _KEPT:
                    self._lines.append(said)
                else:
                    self._more += 1

    def told(self, now: float) -> list[str]:
        """Return the lines that may be said at `now` (monotonic), and forget them."""
        if not self._lines or now - self._told < EVERY:
            return []
        self._told = now
        said, more = self._lines[:AT_ONCE], len(self._lines) - AT_ONCE + self._more
        self._lines, self._more = [], 0
        if more > 0:
            said.append(fill(_("and {count} more"), {"count": str(more)}))
        return said

    def stop(self) -> None:
        """Tell nothing more."""
        self.wanted, self._lines, self._more = False, [], 0


def happened(before: CallRow | None, now: CallRow | None) -> str:
    """Return what became of a call, "" where it is nothing that one would say."""
    row = now or before
    if row is None:
        return ""
    values = {"agent": present.person(row), "queue": present.queue_name(row), "caller": present.caller(row)}
    if now is None:
        words = _("over: {agent}, {queue}, caller {caller}") if row.agent else _("gone: {queue}, caller {caller}")
        return fill(words, values)
    if before is None:
        return fill(_("waits: {queue}, caller {caller}"), values) if now.state is CallState.WAITING else ""
    if before.state is now.state:
        return ""
    if now.state is CallState.HELD:
        return fill(_("on hold: {agent}, {queue}"), values)
    if now.state in _TALKS and before.state not in _TALKS:
        return fill(_("answered: {agent}, {queue}, caller {caller}"), values)
    return ""
