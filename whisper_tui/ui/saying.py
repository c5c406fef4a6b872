"""What was said last and still stands in the last line."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.clock import Clock
from whisper_tui.terms import Notice
from whisper_tui.ui.words import keyed

STANDS = 8.0
"""Seconds that a notice stands, unless a key is pressed."""

READ = 1.0
"""Seconds that it stands even then: it may have come in the moment of the key."""


class Saying:
    """The notices of one moment."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since = 0.0
        self.keys: Mapping[str, str] = {}
        """Of the deeds, by their names: sentences name them."""
        self.notices: tuple[Notice, ...] = ()

    def say(self, *notices: Notice) -> None:
        """Let `notices` stand, in place of what stood."""
        if notices:
            self.notices = tuple(keyed(notice, self.keys) for notice in notices)
            self._since = self._clock.monotonic()

    def pressed(self) -> None:
        """A key was pressed."""
        self._drop_after(READ)

    def tick(self) -> None:
        """A second has passed."""
        self._drop_after(STANDS)

    def _drop_after(self, seconds: float) -> None:
        if self._clock.monotonic() - self._since >= seconds:
            self.notices = ()
