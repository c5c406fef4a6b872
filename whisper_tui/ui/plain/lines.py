"""Lines in and out of a terminal, a pipe or a file. Nothing here can hold up what keeps a leg alive."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from time import monotonic

from whisper_tui.ui.signs import plain, printable

LONGEST = 2000
"""Signs of a line; what is longer is no line that anybody typed."""

STUCK = 3.0
"""Seconds after which nobody can be reading what is written: the terminal takes nothing more."""


class Splitter:
    """Bytes into lines."""

    def __init__(self) -> None:
        self._begun = b""

    def feed(self, read: bytes) -> list[str]:
        """Return the lines that are whole, without what is no sign."""
        *whole, self._begun = (self._begun + read).split(b"\n")
        self._begun = self._begun[: LONGEST * 4]
        lines = (line.decode("utf-8", "replace").rstrip("\r")[:LONGEST] for line in whole)
        return ["".join(sign if sign.isprintable() else " " for sign in line).strip() for line in lines]

    def rest(self) -> list[str]:
        """Return the line that has begun and that nothing ended, if there is one: the last of a file."""
        return self.feed(b"\n") if self._begun else []


def read_lines(fd: int, came: Callable[[list[str]], None], gone: Callable[[], None]) -> None:
    """Call `came` in the event loop with the lines of each read of `fd`, and `gone` at its end. What was begun
    when the line was cut is none.

    A thread reads: what is redirected from a file cannot be waited for in an event loop, and a terminal gives a line at a time
    however many were pasted.
    """
    loop, splitter = asyncio.get_running_loop(), Splitter()

    def read_on() -> None:
        while True:
            try:
                read = os.read(fd, 4096)
            except OSError:  # the line was cut
                _tell(loop, gone)
                return
            if not read:
                if last := splitter.rest():
                    _tell(loop, came, last)
                _tell(loop, gone)
                return
            if not _tell(loop, came, splitter.feed(read)):
                return

    threading.Thread(target=read_on, name="plain-input", daemon=True).start()


def _tell(loop: asyncio.AbstractEventLoop, what: Callable[..., None], *values: object) -> bool:
    """Have `what` called in the event loop; False: it is closed, and nobody is there to be told."""
    try:
        loop.call_soon_threadsafe(what, *values)
    except RuntimeError:
        return False
    return True


class Printer:
    """Writes lines in a thread of its own.

    Args:
        fd: where to.
        unicode: False: in ASCII.
        loop, gone: where nobody takes them any more, `gone` is called in the event loop.
    """

    def __init__(self, fd: int, loop: asyncio.AbstractEventLoop, gone: Callable[[], None], *, unicode: bool) -> None:
        self._fd = fd
        self._loop = loop
        self._gone = gone
        self._unicode = unicode
        self._waiting: SimpleQueue[bytes | None] = SimpleQueue()
        self._writes_since: float | None = None
        self._thread = threading.Thread(target=self._write_on, name="plain-output", daemon=True)
        self._thread.start()

    def say(self, *lines: str) -> None:
        """Write `lines`."""
        self.write("".join(f"{self._shown(line)}\n" for line in lines))

    def ring(self) -> None:
        """Ring the bell of a terminal."""
        if os.isatty(self._fd):
            self.write("\a")

    def write(self, text: str) -> None:
        self._waiting.put(text.encode("utf-8" if self._unicode else "ascii", "replace"))

    @property
    def stuck(self) -> bool:
        """Whether the terminal has taken nothing for so long that nobody can be reading."""
        since = self._writes_since
        return since is not None and monotonic() - since >= STUCK

    def close(self, seconds: float = 1.0) -> None:
        """Write what waits, if that is possible within `seconds`."""
        self._waiting.put(None)
        self._thread.join(seconds)

    def _shown(self, line: str) -> str:
        return printable(line) if self._unicode else plain(printable(line))

    def _write_on(self) -> None:
        while (data := self._waiting.get()) is not None:
            self._writes_since = monotonic()
            try:
                while data:
                    data = data[os.write(self._fd, data) :]
            except OSError:
                _tell(self._loop, self._gone)
                return
            self._writes_since = None
