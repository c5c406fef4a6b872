"""The command `whisper-tui`: its subcommands, and how errors are said and exit codes given.

A subcommand's module is imported when it is used, so that `--help` waits for no screen, no keyring and no database.
"""

from __future__ import annotations

import gc
import importlib
from types import ModuleType
from typing import TYPE_CHECKING

import click

from whisper_tui.errors import UsageError, WhisperError

if TYPE_CHECKING:
    from pathlib import Path  # costs 5 ms, a tenth of what `--help` takes

COMMANDS = {
    "demo": "The console on a simulated PBX that plays a recorded floor. Needs no Asterisk and no settings.",
    "record": "Record what a PBX sends, personal data replaced, for `replay`.",
    "replay": "The console on a recording: watch it, pause it, seek in it; nothing can be done to it.",
    "init": "Write config.toml and policy.toml, and print the account that the PBX needs.",
    "policy": "Who may do what: begin a policy, check it, ask why and who, test it, compare two.",
    "log": "The session log: who listened to whom, in which mode, how long.",
    "secret": "The AMI secret: store it, test it, say where it is.",
}
"""Each is `whisper_tui.cli.NAME`, its command in `command`; the words are those of the overview."""
CONSOLES = ("demo", "replay")
"""Those that show a console, and so take --plain."""


class Commands(click.Group):
    """Subcommands by name, imported late."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        found = imported(cmd_name).command
        assert isinstance(found, click.Command)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except WhisperError as error:
            say(error)
            ctx.exit(error.exit_code)


@click.group(
    "whisper-tui", cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--config", metavar="PATH", help="The settings, instead of ~/.config/whisper-tui/config.toml.")
@click.option("--plain", is_flag=True, help="The console in lines, for screen readers, braille and dumb terminals.")
@click.version_option(None, "--version", package_name="whisper-tui", message="whisper-tui %(version)s")
@click.pass_context
def root(ctx: click.Context, config: str | None, plain: bool) -> None:
    """See every queue, agent and live call on Asterisk; listen, whisper and barge from the keyboard.

    Without a command: the console.

    Exit codes: 0 done, 1 found wrong, 2 wrong use or settings, 3 denied, 4 PBX or database out of reach.
    """
    ctx.obj = config
    if ctx.invoked_subcommand is None:
        imported("console").start(settings_file(ctx), plain=plain)
    elif plain and ctx.invoked_subcommand not in CONSOLES:
        raise UsageError(f"`{ctx.invoked_subcommand}` shows no console", "--plain", "leave it out")
    elif plain:
        ctx.default_map = {name: {"plain": True} for name in CONSOLES}


def imported(name: str) -> ModuleType:
    """The module of a subcommand, with all that it needs.

    Modules live as long as the program: looking for garbage among them while they come, and ever after, is work for nothing.
    """
    gc.disable()
    try:
        return importlib.import_module(f"whisper_tui.cli.{name}")
    finally:
        gc.freeze()
        gc.enable()


def say(error: WhisperError) -> None:
    """Say `error` as `whisper-tui: where: what - hint`, on stderr."""
    click.echo(printable(f"whisper-tui: {error}"), err=True)


def settings_file(ctx: click.Context) -> Path:
    """The config.toml that this run is about."""
    from pathlib import Path

    from whisper_tui.config.paths import config_file

    chosen = ctx.find_root().obj
    return Path(chosen) if isinstance(chosen, str) else config_file()


def printable(text: str) -> str:
    """`text` with what could move the cursor, or turn the line round, written out."""
    return "".join(
        sign if sign.isprintable() or sign == "\n" else sign.encode("unicode_escape").decode() for sign in text
    )


def main() -> None:
    """The entry point."""
    root(prog_name="whisper-tui")
