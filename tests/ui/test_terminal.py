"""The console in a real terminal: what comes in one read, what goes out, and a line that is cut."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from pathlib import Path

import pyte
import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
PROGRAM = """
import json, os, sys
from tests.fakes.backend import FakeBackend
from whisper_tui.ui.app import Console

class Told(FakeBackend):
    async def ask(self, intent):
        os.write(int(sys.argv[1]), (json.dumps(type(intent).__name__) + "\\n").encode())
        return await super().ask(intent)

class At(Console):
    def on_ready(self):
        os.write(int(sys.argv[1]), b'"ready"\\n')

if "plain" in sys.argv:
    # As with a Textual in which nothing is found of what is looked for.
    from whisper_tui.ui import changed_cells, terminal
    changed_cells.AVAILABLE = terminal.READS_TOGETHER = False

At(Told()).run()
"""
PATIENCE = 20.0


class Desk:
    """The console in a pty of 80x24."""

    def __init__(self, *arguments: str, **environment: str) -> None:
        self.drawn = b""
        self._told, told = os.pipe()
        os.set_inheritable(told, True)
        self._line, theirs = pty.openpty()
        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        variables = {**os.environ, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8", **environment}
        self.process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, str(told), *arguments],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=CHECKOUT,
            env={**variables, "PYTHONPATH": str(CHECKOUT)},
            pass_fds=[told],
            start_new_session=True,
        )
        os.close(theirs)
        os.close(told)
        assert self.told() == "ready"

    def types(self, keys: str) -> None:
        """Send `keys` in one write, which is one read."""
        os.write(self._line, keys.encode())

    def told(self, patience: float = PATIENCE) -> str:
        """The next thing that was asked of the backend, "" if nothing is."""
        line = b""
        ends = time.monotonic() + patience
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._told, self._line], [], [], max(0.0, ends - time.monotonic()))
            if self._told in ready:
                line += os.read(self._told, 1)
            elif self._line in ready:
                self.drawn += os.read(self._line, 65536)
            else:
                return ""
        return str(json.loads(line))

    def sees(self, words: str) -> str:
        """Wait for `words` on the screen and return it."""
        ends = time.monotonic() + PATIENCE
        while words not in (shown := self.screen):
            assert time.monotonic() < ends, shown
            if select.select([self._line], [], [], 0.2)[0]:
                self.drawn += os.read(self._line, 65536)
        return shown

    @property
    def screen(self) -> str:
        screen = pyte.Screen(80, 24)
        pyte.ByteStream(screen).feed(self.drawn)
        return "\n".join(screen.display)

    def cut(self) -> None:
        """Close the terminal."""
        if self._line >= 0:
            os.close(self._line)
            self._line = -1

    def end(self) -> None:
        self.process.kill()
        self.process.wait()
        self.cut()
        os.close(self._told)


@pytest.fixture
def desk() -> Iterator[Desk]:
    made = Desk()
    yield made
    made.end()


def test_a_key_pressed_alone_is_a_deed(desk: Desk) -> None:
    desk.types("l")
    assert desk.told() == "Listen"


def test_keys_that_come_in_one_read_start_nothing_but_the_quiet_ones_work(desk: Desk) -> None:
    desk.types("lwb\r")
    desk.sees("keys came together, as in a paste: nothing was started")
    desk.types("wwww!")
    assert desk.told() == "Panic"
    desk.types("\x1b[200~lwb\r!\x1b[201~")
    desk.sees("keys came together")
    assert desk.told(0.5) == ""


def test_the_screen_that_arrives_is_the_screen_that_was_meant(desk: Desk) -> None:
    shown = desk.sees("Chloe Martin")
    assert "▸ ● talk    support      Ana Ruiz" in shown
    desk.types("j")
    assert "  ● talk    support      Ana Ruiz" in desk.sees("▸ ‖ hold    sales        Ben Okoro")
    desk.types("/")
    desk.sees("Enter keeps, Esc clears")
    desk.types("chloe")
    shown = desk.sees("/ chloe_")
    assert "Chloe Martin" in shown
    assert "Ben Okoro" not in shown


def test_bytes_that_are_no_text_do_no_harm(desk: Desk) -> None:
    os.write(desk._line, b"\xff\xfe\xc3")
    desk.types("\x1b[999~\x1b[<35;10;10M")
    desk.types("j")
    desk.sees("▸ ‖ hold")


def test_moves_of_the_mouse_are_left_to_the_terminal_and_the_screen_is_given_back(desk: Desk) -> None:
    desk.sees("Ana Ruiz")
    assert b"\x1b[?1003h" not in desk.drawn
    desk.types("q")
    assert desk.process.wait(PATIENCE) == 0


def test_a_line_that_is_cut_ends_the_console(desk: Desk) -> None:
    desk.cut()
    desk.process.wait(PATIENCE)


def test_a_terminal_that_speaks_no_unicode_gets_none() -> None:
    desk = Desk(LC_ALL="C")
    try:
        shown = desk.sees("Chloe Martin")
        assert "> * talk    support      Ana Ruiz" in shown
        assert all(sign.isascii() for sign in shown)
    finally:
        desk.end()


def test_with_another_textual_the_console_works_on_in_the_usual_way() -> None:
    desk = Desk("plain")
    try:
        desk.sees("▸ ● talk    support      Ana Ruiz")
        desk.types("j")
        desk.sees("▸ ‖ hold    sales        Ben Okoro")
        desk.types("l")
        assert desk.told() == "Listen"
    finally:
        desk.end()


def test_suspend_and_resume_bring_the_whole_screen_back(desk: Desk) -> None:
    desk.sees("Ana Ruiz")
    desk.types("\x1a")
    _, status = os.waitpid(desk.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    desk.drawn = b""
    os.kill(desk.process.pid, signal.SIGCONT)
    desk.sees("Ana Ruiz")
    desk.sees("j move")
