"""What subcommands share: which config.toml, which of its PBXs, and how a warning is said."""

from __future__ import annotations

from collections.abc import Mapping

import click

from whisper_tui.cli.main import printable, settings_file
from whisper_tui.config import load
from whisper_tui.config.locate import nearest
from whisper_tui.config.schema import PbxSettings
from whisper_tui.errors import UsageError


def chosen(ctx: click.Context, pbx: str | None) -> Mapping[str, PbxSettings]:
    """The PBX called `pbx`, or all of them, by name.

    Raises:
        UsageError: the settings are wrong, or there is no such PBX.
    """
    path = settings_file(ctx)
    there = load.load(path).pbx
    if pbx is None:
        return there
    if pbx not in there:
        meant = nearest(pbx, there)
        hint = f"did you mean `{meant}`?" if meant else f"there are: {', '.join(there)}"
        raise UsageError(f"there is no PBX {pbx!r}", str(path), hint)
    return {pbx: there[pbx]}


def chosen_one(ctx: click.Context, pbx: str | None) -> tuple[str, PbxSettings]:
    """The PBX called `pbx`, or the only one, with its name.

    Raises:
        UsageError: as `chosen`, or there are several to choose from.
    """
    there = chosen(ctx, pbx)
    if len(there) > 1:
        raise UsageError("which PBX?", ctx.command_path, f"one of: {', '.join(there)}")
    return next(iter(there.items()))


def warn(words: str) -> None:
    """Say, beside the answer, what is not as safe as it could be."""
    click.echo(printable(f"whisper-tui: warning: {words}"), err=True)
