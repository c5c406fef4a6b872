"""A terminal with somebody at it: runs a program in a pty, reads the screen as it would look, presses keys."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyte

CHECKOUT = Path(__file__).resolve().parents[2]
MODULE = (sys.executable, "-m", "whisper_tui")
INSTALLED = (str(Path(sys.executable).with_name("whisper-tui")),)
"""As pip has put it where people call it."""
PATIENCE = 30.0
"""Seconds in which the awaited words must be on the screen."""


class Terminal:
    """`whisper-tui` with these arguments, at the other end of a pty.

    Args:
        env: variables set, or with None taken out, besides those of the test.
        program: how it is called.
    """

    def __init__(
        self,
        *arguments: str,
        columns: int = 120,
        lines: int = 40,
        env: Mapping[str, str | None] | None = None,
        program: Sequence[str] = MODULE,
    ) -> None:
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self._fd, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # Its size is what the terminal says, not what the test run's own terminal has put into the environment.
        size = dict.fromkeys(("COLUMNS", "LINES"))
        variables = {**os.environ, **size, "TERM": "xterm-256color", "LANG": "C.UTF-8", **(env or {})}
        self.process = subprocess.Popen(
            [*program, *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=CHECKOUT,
            env={name: value for name, value in variables.items() if value is not None},
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.process.kill()
        self.process.wait()
        self.hang_up()

    @property
    def text(self) -> str:
        """What is on the screen now."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def press(self, keys: str) -> None:
        """Type `keys`, all at once."""
        os.write(self._fd, keys.encode())

    def sees(self, *words: str, limit: float = PATIENCE) -> str:
        """Read until all of `words` are on the screen at once; returns the screen."""
        return self._until(lambda: all(word in self.text for word in words), f"no {words!r}", limit)

    def sees_no(self, *words: str, limit: float = PATIENCE) -> str:
        """Read until none of `words` is on the screen; returns the screen."""
        return self._until(lambda: not any(word in self.text for word in words), f"still {words!r}", limit)

    def ends(self, limit: float = PATIENCE) -> int:
        """Read until the program has ended; returns its exit code."""
        self._until(lambda: self.process.poll() is not None, "still running", limit)
        while self._read(0.05):
            pass
        return self.process.returncode

    def hang_up(self) -> None:
        """Close the terminal, as a line that is cut does."""
        if self._fd >= 0:
            os.close(self._fd)
            self._fd = -1

    def _until(self, happened: Callable[[], bool], what: str, limit: float) -> str:
        ends = time.monotonic() + limit
        while not happened():
            assert time.monotonic() < ends, f"{what} on the screen:\n{self.text}"
            if not self._read(0.1) and self.process.poll() is not None:
                assert happened(), f"{what} when it ended with {self.process.returncode}:\n{self.text}"
        return self.text

    def _read(self, seconds: float) -> bool:
        """Take what has come, waiting for at most `seconds`; False if nothing has."""
        if not select.select([self._fd], [], [], seconds)[0]:
            return False
        try:
            self._stream.feed(os.read(self._fd, 1 << 16))
        except OSError:  # the other end is closed (EIO)
            return False
        return True


def _take_terminal() -> None:
    """In the child: make the pty its controlling terminal, so that closing it sends SIGHUP."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
