"""`whisper-tui log`: what stands in the session log, for whom, and whether it is whole."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from whisper_tui.audit.verify import verify as walk
from whisper_tui.cli import log_erase, log_export, log_list, log_show
from whisper_tui.cli.log_reader import Chosen, log_file
from whisper_tui.cli.main import printable


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


@command.command("verify")
@click.option("--json", "as_json", is_flag=True, help="The answer as a JSON object.")
@click.pass_context
def verify(ctx: click.Context, as_json: bool) -> None:
    """Check that no row was changed, added or taken out; exit code 1 if one was.

    What was rewritten from some row to the end does not show: compare the hash of the last row with one noted before.
    """
    path = log_file(ctx)
    verdict = walk(path)
    if as_json:
        broken = [{"seq": each.seq, "why": each.why.value, "detail": each.detail} for each in verdict.broken]
        click.echo(msgspec.json.encode({"rows": verdict.rows, "head": verdict.head.hex(), "broken": broken}))
    else:
        for each in verdict.broken:
            click.echo(printable(f"{path}: row {each.seq}: {each.why.value} {each.detail}".rstrip()))
        click.echo(f"{path}: {verdict.rows} rows, {'whole' if verdict.whole else 'BROKEN'}, last {verdict.head.hex()}")
    ctx.exit(0 if verdict.whole else 1)
