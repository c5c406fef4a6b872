"""`whisper-tui secret`: store the AMI secret where the configuration says that it is, try it, say where that is."""

from __future__ import annotations

import asyncio

import click

from whisper_tui.cli.journal import keep_journal
from whisper_tui.cli.main import say
from whisper_tui.cli.pbx import link_settings, log_in_once
from whisper_tui.cli.settings import chosen, chosen_one, warn
from whisper_tui.config import secrets
from whisper_tui.errors import UsageError, WhisperError


@click.group("secret", short_help="The AMI secret: store it, test it, say where it is.")
def command() -> None:
    """Store the AMI secret, test it, say where it is. It is never shown."""


@command.command("set")
@click.argument("pbx", required=False)
@click.pass_context
def set_(ctx: click.Context, pbx: str | None) -> None:
    """Store the secret of PBX in the keyring or the file that the settings name.

    It is typed at the terminal, or is the first line of standard input. PBX may be left out where there is one.
    """
    name, settings = chosen_one(ctx, pbx)
    if settings.secret.source not in secrets.STORABLE:
        raise UsageError("nothing can be stored there", secrets.place(settings.secret), "set it where it comes from")
    secrets.store_secret(settings.secret, secrets.typed_secret())
    click.echo(f"{name}: stored, {secrets.place(settings.secret)}")


@command.command("test")
@click.argument("pbx", required=False)
@click.pass_context
def test(ctx: click.Context, pbx: str | None) -> None:
    """Fetch the secret of PBX, or of every PBX, log in with it, and say how that went."""
    keep_journal()
    code = 0
    for name, settings in chosen(ctx, pbx).items():
        try:
            link = link_settings(name, settings, warn)
            click.echo(f"{name}: found, {secrets.place(settings.secret)}")
            click.echo(f"{name}: logged in, {asyncio.run(log_in_once(link))}")
        except WhisperError as error:
            say(error)
            code = max(code, error.exit_code)
    ctx.exit(code)


@command.command("where")
@click.argument("pbx", required=False)
@click.pass_context
def where(ctx: click.Context, pbx: str | None) -> None:
    """Say where the secret of PBX, or of every PBX, is kept."""
    for name, settings in chosen(ctx, pbx).items():
        click.echo(f"{name}: {secrets.place(settings.secret)}")
