"""What is done for a session log beside writing it: its newest row is noted elsewhere, old files are closed, older ones deleted."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path

from whisper_tui.audit import anchors
from whisper_tui.audit.anchors import Anchor, Teller
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.tables import TrailUnwritable
from whisper_tui.audit.trail import Trail
from whisper_tui.clock import Clock

LONGEST = 30 * 86400.0
"""Seconds after which a file is closed and a new one begun."""
MOST = 1_000_000
"""Rows after which it is."""
FINISH = 1.0
"""Seconds that the last line to the system's log is waited for."""


class Keeping:
    """Of one log that is written.

    Args:
        file: of the anchors.
        keep: seconds after which closed files are deleted, None: never.
        shipment: what ships it, None: nothing does. What is not shipped is not deleted.
    """

    def __init__(
        self,
        trail: Trail,
        file: Path,
        keep: float | None,
        clock: Clock,
        teller: Teller | None = None,
        shipment: Shipment | None = None,
    ) -> None:
        self._trail = trail
        self._file = file
        self._keep = keep
        self._clock = clock
        self._teller = teller or Teller()
        self._shipment = shipment
        self._noted = 0

    def anchor(self) -> None:
        """Note the newest row, if there is one.

        Raises:
            AnchorUnwritable: it is not in the file; the system's log may have it.
        """
        end = self._trail.end
        if end.last:
            noted = Anchor(end.last, end.head.hex(), self._trail.about.log_id, self._clock.wall())
            self._teller.tell(noted.line)
            anchors.append(self._file, noted)
            self._noted = end.last

    def anchor_news(self) -> None:
        """Note the newest row, unless it is noted.

        Raises:
            AnchorUnwritable: as of `anchor`.
        """
        if self._trail.end.last != self._noted:
            self.anchor()

    def tend(self) -> None:
        """Go on in a new file if this one is old or long, and delete those that are older than is kept.

        Raises:
            WhisperError: it was not done, or only in part; the next time goes on from there.
        """
        now = self._clock.wall()
        began = self._trail.began
        if (began is not None and now - began > LONGEST) or self._trail.rows_in_file >= MOST:
            try:
                with self._shipment.reading if self._shipment is not None else nullcontext():
                    self._trail.carry()
            except TrailUnwritable as error:
                if error.cause != "locked":  # somebody reads it; there is time
                    raise
        if self._keep is not None:
            self._trail.age(now - self._keep, self._shipment.shipped if self._shipment is not None else None)

    def close(self) -> None:
        """Give the system's log a moment to take the last line."""
        self._teller.finish(FINISH)
