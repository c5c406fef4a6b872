"""Which of the two front ends a console has here: the screen, or lines."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine
from typing import TypeAlias

import click

from whisper_tui.cli.main import imported
from whisper_tui.cli.post import Post
from whisper_tui.errors import UsageError

Man: TypeAlias = Callable[[Post], Coroutine[object, object, None]]
"""Shows a console until it is left."""

PLACELESS = ("", "dumb", "unknown")
"""TERM of terminals that cannot place text."""


def front(plain: bool) -> Man:
    """Return the front end: lines where they are asked for, or where the terminal cannot place text; else the screen.

    Raises:
        UsageError: it would be the screen, and input or output is no terminal: nobody would see who is listened to.
    """
    if plain:
        return _of("plain")
    # Textual draws on standard error.
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        hint = "with ssh: ssh -t HOST whisper-tui; in lines, for a pipe or a braille display: --plain"
        raise UsageError("input or output is no terminal", "the console", hint)
    if (term := os.environ.get("TERM", "")) in PLACELESS:
        click.echo(f"whisper-tui: TERM={term}: this terminal cannot place text, so this is --plain", err=True)
        return _of("plain")
    return _of("screen")


def _of(name: str) -> Man:
    """What shows the console in one of the two ways; only what that one needs is imported."""
    man: Man = imported(name).man
    return man
