"""The keyboard's side of the terminal: which keys came in one read, and when.

Textual 8.2 reads up to 4,096 bytes at a time and posts the keys in them one by one, so that a paste (of a terminal that
does not bracket it) looks like fast typing. The driver here reads as Textual's does and marks each key with its company;
it also says when the terminal is gone, where Textual's would spin.
"""

from __future__ import annotations

import os
import selectors
from codecs import getincrementaldecoder

from textual import events
from textual.app import App
from textual.driver import Driver
from textual.message import Message

from whisper_tui.clock import Clock, SystemClock
from whisper_tui.ui.presses import Press

try:
    from textual._xterm_parser import XTermParser
    from textual.drivers.linux_driver import LinuxDriver
except ImportError:  # another Textual, or Windows: keys come unmarked, each for itself
    READS_TOGETHER = False
else:
    READS_TOGETHER = all(hasattr(LinuxDriver, name) for name in ("run_input_thread", "process_message"))


class TerminalGone(Message):
    """The terminal was closed or its line cut: nobody is there any more."""


class MarkedKey(events.Key):
    """A key, with when it was read and whether it was read alone."""

    def __init__(self, key: str, character: str | None, at: float, *, alone: bool) -> None:
        super().__init__(key, character)
        self.at = at
        self.alone = alone


# Handlers are found by this name: to everybody else a marked key is a key.
MarkedKey.handler_name = events.Key.handler_name


def press_of(event: events.Key, clock: Clock) -> Press:
    """Return `event` as a press; a key without marks came now, and alone."""
    if isinstance(event, MarkedKey):
        return Press(event.key, event.character, event.at, event.alone)
    return Press(event.key, event.character, clock.monotonic())


def marked(messages: list[Message], at: float) -> list[Message]:
    """Return what one read brought, its keys marked. What the terminal itself sends (focus, size) is no company."""
    alone = sum(isinstance(message, events.Key | events.Paste) for message in messages) == 1
    return [
        MarkedKey(message.key, message.character, at, alone=alone) if isinstance(message, events.Key) else message
        for message in messages
    ]


def driver_class(usual: type[Driver], clock: Clock) -> type[Driver]:
    """Return the driver that marks keys, in place of `usual` where that is Textual's own for Linux and the Mac."""
    if not READS_TOGETHER or usual is not LinuxDriver:
        return usual

    class MarkingDriver(LinuxDriver):
        def __init__(self, app: App[object], *, debug: bool, mouse: bool, size: tuple[int, int] | None) -> None:
            super().__init__(app, debug=debug, mouse=mouse, size=size)

        def _enable_mouse_support(self) -> None:
            if self._mouse:
                # Buttons and the wheel alone: with Textual's own 1003 every move of the mouse would be sent here.
                self.write("\x1b[?1000h\x1b[?1006h")
                self.flush()

        def run_input_thread(self) -> None:
            read_keys(self, clock)

    return MarkingDriver


def read_keys(driver: LinuxDriver, clock: Clock | None = None) -> None:
    """As `LinuxDriver.run_input_thread`: read and parse until the driver ends, one read at a time."""
    clock = clock or SystemClock()
    parser = XTermParser()
    decode = getincrementaldecoder("utf-8")("replace").decode
    with selectors.SelectSelector() as selector:
        selector.register(driver.fileno, selectors.EVENT_READ)
        while not driver.exit_event.is_set():
            ready = selector.select(0.1)
            if ready:
                try:
                    read = os.read(driver.fileno, 4096)
                except OSError:
                    read = b""  # the line was cut
                if not read:
                    driver.send_message(TerminalGone())
                    return
                for message in marked(list(parser.feed(decode(read))), clock.monotonic()):
                    driver.process_message(message)
            for message in marked(list(parser.tick()), clock.monotonic()):
                driver.process_message(message)
