"""The console on a screen, until it is left. Plain mode goes without this module, and so without Textual."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager

from whisper_tui.cli.journal import keep_journal
from whisper_tui.cli.post import ENDS, Post, manned_by
from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend
from whisper_tui.errors import WhisperError
from whisper_tui.ui.app import Console


async def man(post: Post) -> None:
    """Show the console until it is left; at the end no leg is up and the log is closed.

    Raises:
        WhisperError: the session log cannot be opened or written.
    """
    keep_journal()
    loop = asyncio.get_running_loop()
    try:
        async with manned(post) as console:
            # Textual 8.2 runs no handler of its own for these (its issue 5140): unattended, nobody goes on listening.
            for number in ENDS:
                loop.add_signal_handler(number, console.exit)
            await console.run_async(mouse=post.keymap.mouse)
            if console.return_code:
                # Textual has said on the terminal what broke.
                raise WhisperError("the console broke off; no leg is up and the session log is closed")
    finally:  # not before the leg is down: a second signal must not stop that
        for number in ENDS:
            loop.remove_signal_handler(number)


def manned(post: Post) -> AbstractAsyncContextManager[Console]:
    """A console whose engine runs, not on any screen yet; at the end no leg is up and the log is closed.

    Raises:
        WhisperError: the session log cannot be opened or written; nothing was connected.
    """

    def console(seat: Backend, clock: Clock) -> Console:
        return Console(
            seat,
            theme=post.theme,
            own_themes=post.own_themes,
            colours=post.colours,
            playback=post.playback,
            readonly=post.recording,
            keymap=post.keymap,
            recordings=post.recordings,
            clock=clock,
            hand_bell=post.hands.bell,
            weights=post.needs,
            hints=post.hints,
        )

    return manned_by(post, console)
