"""How long somebody has had nothing to hear, to a millisecond or so."""

from __future__ import annotations

import re

from tests.asterisk.tones import PACKET, RATE

SILENT = re.compile(rb"[\x7e\x7f\xfe\xff]{4,}")
"""Samples of digital silence in mu-law. A tone has one or two of them where it passes zero."""


class Playout:
    """What comes in, as a phone plays it that keeps nothing in hand: a packet that comes late is a silence.

    Times are in seconds since 1970.
    """

    def __init__(self, since: float) -> None:
        self._longest = 0.0
        self._silent = 0.0
        """Seconds of silence at the end of what has come."""
        self._ends = since + PACKET
        """When what has come will have been played."""

    def take(self, payload: bytes, at: float) -> None:
        """A packet came."""
        self._silent += max(0.0, at - self._ends)
        self._ends = at + len(payload) / RATE
        played = 0
        for run in SILENT.finditer(payload):
            if run.start() > played:
                self._sounds()
            self._silent += len(run[0]) / RATE
            played = run.end()
        if played < len(payload):
            self._sounds()

    def longest(self, now: float) -> float:
        """The longest silence so far, the one that still lasts included, in seconds."""
        return max(self._longest, self._silent + max(0.0, now - self._ends))

    def _sounds(self) -> None:
        self._longest, self._silent = max(self._longest, self._silent), 0.0
