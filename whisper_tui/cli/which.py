"""Which session log a command is about, and how a moment of it is written."""

from __future__ import annotations

import os
from pathlib import Path

import click
from msgspec import Struct

from whisper_tui.audit import anchors
from whisper_tui.cli.main import settings_file
from whisper_tui.config import load, paths
from whisper_tui.errors import NotAllowed


class Chosen(Struct, frozen=True):
    """Which log. `path` None: that of the settings."""

    path: Path | None


def log_file(ctx: click.Context) -> Path:
    """The log that `--file` names, else that of the settings, else the usual one.

    Raises:
        UsageError: the settings are wrong.
        NotAllowed: the log is somebody else's.
    """
    chosen = ctx.find_object(Chosen)
    if chosen is not None and chosen.path is not None:
        path = chosen.path
    else:
        config = settings_file(ctx)
        path = load.trail_file(load.load(config)) if config.exists() else paths.trail_file()
    if path.exists() and not os.access(path, os.R_OK):
        raise NotAllowed("you may not read this log", str(path))
    return path


def anchors_file(ctx: click.Context) -> Path:
    """The anchors of that log.

    Raises:
        UsageError: the settings are wrong.
    """
    chosen = ctx.find_object(Chosen)
    if chosen is not None and chosen.path is not None:
        return anchors.beside(chosen.path)
    config = settings_file(ctx)
    return load.anchors_file(load.load(config)) if config.exists() else anchors.beside(paths.trail_file())
