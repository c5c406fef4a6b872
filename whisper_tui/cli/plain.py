"""The console in lines on standard input and output, until it is left."""

from __future__ import annotations

import asyncio
import locale
import signal
import sys

from whisper_tui.cli.journal import keep_journal
from whisper_tui.cli.post import ENDS, Post, manned_by
from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend
from whisper_tui.ui.plain.front import PlainConsole
from whisper_tui.ui.plain.lines import Printer, read_lines

UNICODE = ("utf-8", "utf8")


async def man(post: Post) -> None:
    """Show the console in lines until it is left; at the end no leg is up and the log is closed.

    Raises:
        WhisperError: the session log cannot be opened or written.
    """
    keep_journal()
    loop, over = asyncio.get_running_loop(), asyncio.Event()
    unicode = locale.getpreferredencoding(False).lower() in UNICODE
    out = Printer(sys.stdout.fileno(), loop, over.set, unicode=unicode)

    def console(seat: Backend, clock: Clock) -> PlainConsole:
        return PlainConsole(
            seat,
            out,
            clock,
            over,
            playback=post.playback,
            readonly=post.recording,
            keymap=post.keymap,
            weights=post.needs,
            hand_bell=post.hands.bell,
            hints=post.hints,
        )

    try:
        async with manned_by(post, console) as front:
            for number in ENDS:
                loop.add_signal_handler(number, over.set)
            loop.add_signal_handler(signal.SIGINT, front.interrupt)
            loop.add_signal_handler(signal.SIGTSTP, front.suspend)
            front.start()
            read_lines(sys.stdin.fileno(), front.came, front.gone)
            await over.wait()
            front.stop()
    finally:  # not before the leg is down: a second signal must not stop that
        for number in (*ENDS, signal.SIGINT, signal.SIGTSTP):
            loop.remove_signal_handler(number)
        out.close()
