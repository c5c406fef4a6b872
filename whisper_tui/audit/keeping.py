"""What is done for a session log beside writing it: its newest row is noted elsewhere, old files are closed, older ones deleted."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

from whisper_tui.audit import access, anchors
from whisper_tui.audit.anchors import Anchor, AnchorUnwritable, Teller
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.tables import TrailUnreadable, TrailUnwritable
from whisper_tui.audit.trail import Trail
from whisper_tui.clock import Clock

LONGEST = 30 * 86400.0
"""Seconds after which a file is closed and a new one begun."""
MOST = 1_000_000
"""Rows after which it is."""
FINISH = 1.0
"""Seconds that the last line to the system's log is waited for."""
TURN = 0.5
"""Seconds that an anchor which is being written is waited for before the next one."""


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
        self._noted: dict[str, int] = {}
        self._at_the_file = threading.Lock()

    @property
    def where(self) -> str:
        """The file of the anchors."""
        return str(self._file)

    def anchor(self) -> None:
        """Note the newest row, if there is one, and that of who has read the log. From any thread, also while one is at it.

        Raises:
            AnchorUnwritable: it is not in the file; the system's log may have it.
            TrailUnreadable: who has read the log cannot be read; the log's own row is noted.
        """
        self._anchor({})

    def anchor_news(self) -> None:
        """Note the newest rows, unless they are noted.

        Raises:
            AnchorUnwritable, TrailUnreadable: as of `anchor`.
        """
        self._anchor(self._noted)

    def _anchor(self, but: Mapping[str, int]) -> None:
        now, end, log_id = self._clock.wall(), self._trail.end, self._trail.about.log_id
        newest = [Anchor(end.last, end.head.hex(), log_id, now)] if end.last else []
        unread = None
        try:
            read = access.newest(self._trail.path, log_id, now)
        except TrailUnreadable as error:
            unread = error
        else:
            newest += [read] if read is not None else []
        newest = [each for each in newest if each.seq != but.get(each.of)]
        if newest:
            self._teller.tell(*(each.line for each in newest))
        if not self._at_the_file.acquire(timeout=TURN):  # the system's log has been told all the same
            raise AnchorUnwritable("the anchor before is not written yet", self.where, "is its disk at a halt?")
        try:
            for each in newest:
                anchors.append(self._file, each)
                self._noted[each.of] = each.seq
        finally:
            self._at_the_file.release()
        if unread is not None:
            raise unread

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
