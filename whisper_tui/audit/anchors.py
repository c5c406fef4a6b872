"""Anchors: the number and the hash of the newest row, noted outside the log, so that a log that was cut or rewritten shows.

One line each, `seq hash log_id at`, appended to a file and told to the system's log; before it stands `LOG_ID access.db` where
it is of the log of who has read the log LOG_ID (`access.py`). The chain alone cannot show that its end is missing: whoever can
write the log can make a shorter one that is whole.
"""

from __future__ import annotations

import os
import re
import syslog
import threading
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct

from whisper_tui.errors import WhisperError

LINE = re.compile(
    r"(?:^|\s)(?:([0-9a-f]{32}) access\.db )?(\d{1,18}) ([0-9a-f]{64}) ([0-9a-f]{32}) (\d{1,12}(?:\.\d{1,9})?)\s*$"
)
"""Whatever stands before it is of the system's log."""


class AnchorUnwritable(WhisperError):
    """An anchor could not be noted; the log itself is not touched by that."""


class Anchor(Struct, frozen=True):
    """Row `seq` of the log `log_id` had the hash `head` (hex) at `at`, seconds since 1970 UTC.

    Args:
        of: the id of the session log, where this one says who has read that; "" of a session log.
    """

    seq: int
    head: str
    log_id: str
    at: float
    of: str = ""

    @property
    def line(self) -> str:
        beside = f"{self.of} access.db " if self.of else ""
        return f"{beside}{self.seq} {self.head} {self.log_id} {self.at:.3f}"


def beside(trail: Path) -> Path:
    """The usual file of the anchors of the log at `trail`."""
    return trail.with_suffix(".anchors")


def append(path: Path, anchor: Anchor) -> None:
    """Return once `anchor` is on disk in the file at `path`, which is made (0600) where it is missing.

    Raises:
        AnchorUnwritable: it is not.
    """
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    line = f"{anchor.line}\n".encode()
    try:
        file = os.open(path, flags, 0o600)
        try:
            if os.write(file, line) != len(line):
                os.write(file, b"\n")  # what is there of it is no anchor
                raise OSError(None, "it was written only in part")
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        said = (error.strerror or type(error).__name__).lower()
        raise AnchorUnwritable(
            f"an anchor of the session log cannot be written ({said})",
            str(path),
            "make room, or set `anchors` in [log]",
        ) from error


def read(path: Path) -> tuple[list[Anchor], list[int]]:
    """Return the anchors in the file at `path`, and the numbers of the lines that are none.

    Raises:
        OSError: it cannot be read.
    """
    anchors, others = [], []
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        if found := LINE.search(line):
            anchors.append(Anchor(int(found[2]), found[3], found[4], float(found[5]), found[1] or ""))
        elif line.strip():
            others.append(number)
    return anchors, others


def to_syslog(line: str) -> None:
    """Tell the system's log, where there is one."""
    syslog.syslog(syslog.LOG_AUTHPRIV | syslog.LOG_NOTICE, f"whisper-tui: session log {line}")


class Teller:
    """Says lines in a thread of its own: a system's log that has come to a halt must not keep ours waiting.

    Args:
        say: what takes a line.
    """

    def __init__(self, say: Callable[[str], None] = to_syslog) -> None:
        self._say = say
        self._thread: threading.Thread | None = None

    def tell(self, *lines: str) -> None:
        """Say `lines`, unless those before are not said yet."""

        def say() -> None:
            for line in lines:
                self._say(line)

        if self._thread is None or not self._thread.is_alive():
            self._thread = threading.Thread(target=say, name="system-log", daemon=True)
            self._thread.start()

    def finish(self, seconds: float) -> None:
        """Wait for what is being said, at most so long."""
        if self._thread is not None:
            self._thread.join(seconds)
