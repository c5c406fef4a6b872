"""`whisper-tui log ship`: what is not in the database yet goes there now; or the tables that it needs."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import click

from whisper_tui.audit import store_tables
from whisper_tui.audit.shipping import Shipment
from whisper_tui.audit.store import Store
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.person import subject
from whisper_tui.cli.settings import warn
from whisper_tui.cli.which import log_file
from whisper_tui.clock import SystemClock
from whisper_tui.config import load
from whisper_tui.config.schema import ShipSettings
from whisper_tui.errors import UsageError

ROLE = "whisper_tui"
"""Of the role that ships, where there are no settings."""


@click.command("ship")
@click.option("--init", is_flag=True, help="Print the SQL that makes the tables and the role's rights; do nothing.")
@click.pass_context
def command(ctx: click.Context, init: bool) -> None:
    """Ship what is not in the database of the settings yet. The console does it by itself.

    Exit codes: 0 done, 1 the database is not as it has to be, or has other rows, 2 wrong settings, 4 out of reach.
    """
    if init:
        known = shipped_to(settings_file(ctx))
        click.echo(store_tables.script(_role(known) if known is not None else ROLE), nl=False)
        return
    to = database(settings_file(ctx))
    path, store = log_file(ctx), Store(to.to)
    with closing(Shipment(path, store, to.stream, SystemClock())) as shipment:
        count = shipment.ship()
        for deed in store.surplus():
            warn(f"{store.where}: the role that ships may {deed} rows: let another own the tables")
    click.echo(printable(f"{path}: {count} row{'s' * (count != 1)} shipped to {store.where}"))


def database(config: Path) -> ShipSettings:
    """The database of the settings at `config`.

    Raises:
        UsageError: they are wrong, or name none.
    """
    to = shipped_to(config)
    if to is None:
        hint = '[log.ship] with to = "postgresql://whisper_tui@db.example/whisper_tui"'
        raise UsageError("names no database of session logs", str(config), hint)
    return to


def shipped_to(config: Path) -> ShipSettings | None:
    """The database of the settings at `config`; None: none.

    Raises:
        UsageError: they are wrong.
    """
    return load.shipped_to(load.load(config)) if config.exists() else None


def _role(to: ShipSettings) -> str:
    """The account that the address names, or that PostgreSQL takes where it names none: that of whoever runs this."""
    account, _, rest = to.to.partition("://")[2].partition("/")
    options = dict(parse_qsl(rest.partition("?")[2]))
    return unquote(account.rpartition("@")[0]) or options.get("user") or subject().user
