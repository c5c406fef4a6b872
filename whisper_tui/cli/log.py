"""`whisper-tui log`: what stands in the session log, for whom, and whether it is whole."""

from __future__ import annotations

from pathlib import Path

import click

from whisper_tui.cli import log_erase, log_export, log_list, log_ship, log_show, verified
from whisper_tui.cli.which import Chosen


@click.group("log", short_help="The session log.")
@click.option("--file", type=click.Path(path_type=Path), help="Another log, such as the demo's.")
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Look into the session log: who listened to whom, in which mode, how long. That you did is logged beside it."""
    ctx.obj = Chosen(file)


command.add_command(log_list.command)
command.add_command(log_show.command)
command.add_command(log_export.command)
command.add_command(log_erase.command)
command.add_command(verified.command)
command.add_command(log_ship.command)
