"""Who read, exported, erased or verified something of a session log: a log of the same kind beside it, with a chain of its own.

The session log itself has one writer, the console or the daemon, for as long as that runs; this one is held for one row.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from whisper_tui.audit.anchors import Anchor
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Record
from whisper_tui.audit.tables import TrailUnwritable, opened, reading
from whisper_tui.audit.trail import Trail

NAME = "access.db"
PATIENCE = 2.0
"""Seconds that another reader's row is waited for."""
PAUSE = 0.02
MOST = 100_000
"""Rows after which its file is closed and a new one begun."""


class Shelf(Struct, frozen=True):
    """A log to be read by somebody whose reading is noted."""

    path: Path

    def open(self) -> History:
        """The log.

        Raises:
            TrailUnreadable: it cannot be read.
        """
        return History.open(self.path)

    def note(self, record: Record) -> None:
        """As `note` of this module."""
        note(self.path, record)


def beside(log: Path) -> Path:
    """Where it is noted who reads `log`: one file for all logs of a folder, itself among them; a link to a log leads there too."""
    return log.resolve().with_name(NAME)


def note(log: Path, record: Record, pause: Callable[[float], None] = time.sleep) -> None:
    """Write `record` into the log beside `log`, before something is shown.

    Raises:
        TrailUnwritable: it is not on disk, and nothing may be shown.
    """
    try:
        write(log, record, pause)
    except TrailUnwritable as error:
        what = f"{error.what}; what is read has to be noted there first, so nothing is shown"
        hint = "try again when it has ended" if error.cause == "locked" else error.hint
        raise TrailUnwritable(beside(log), error.cause, what, hint) from error


def write(log: Path, record: Record, pause: Callable[[float], None] = time.sleep) -> None:
    """Write `record` into the log beside `log`; whoever else writes there is waited for a moment.

    Raises:
        TrailUnwritable: it is not on disk, or the next will not be.
    """
    path, patience = beside(log), PATIENCE
    while True:
        try:
            with Trail.open(path) as access:
                access.append(record)
                _carry_if_long(access)
            return
        except TrailUnwritable as error:
            if error.cause != "locked" or patience <= 0:
                raise
        pause(PAUSE)
        patience -= PAUSE


def newest(log: Path, log_id: str, at: float) -> Anchor | None:
    """The newest row of the log beside `log`, to be noted elsewhere at `at` (seconds since 1970 UTC); None: there is none.

    Args:
        log_id: of `log`.

    Raises:
        TrailUnreadable: it cannot be read.
    """
    path = beside(log)
    if not path.exists():
        return None
    connection, _, about = opened(path)
    with closing(connection), reading(path):
        match connection.execute("SELECT seq, hash FROM log ORDER BY seq DESC LIMIT 1").fetchone():
            case (int(seq), bytes(head)):
                return Anchor(seq, head.hex(), about.log_id, at, log_id)
    return None


def _carry_if_long(access: Trail) -> None:
    if access.rows_in_file >= MOST:
        try:
            access.carry()
        except TrailUnwritable as error:
            if error.cause != "locked":  # somebody reads it; the next row is soon enough
                raise
