"""`whisper-tui policy init`: a policy to begin with, made from the queues and agents that the PBX has now."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.person import subject
from whisper_tui.cli.settings import chosen
from whisper_tui.config import draft, files, load
from whisper_tui.config.draft import AttributesDraft, ProfileDraft, RoleDraft
from whisper_tui.errors import UsageError, WhisperError
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.patterns import exactly, exactly_device

if TYPE_CHECKING:
    from whisper_tui.cli.live import Live

ROLES = (
    RoleDraft("trainer", ("floor.view", "call.listen", "call.whisper", "score.give")),
    RoleDraft("lead", ("call.barge", "agent.pause", "agent.queue", "caller.move"), "trainer"),
)


@click.command("init")
@click.option("--pbx", metavar="NAME", help="From this PBX alone; usually from all of the settings.")
@click.option("--out", metavar="FILE", type=click.Path(path_type=Path), help="Write it there; without: print it.")
@click.option("--force", is_flag=True, help="With --out: write over a file that is there.")
@click.pass_context
def command(ctx: click.Context, *, pbx: str | None, out: Path | None, force: bool) -> None:
    """Make a policy to begin with, for yourself, from the queues and agents that the PBX has now."""
    from whisper_tui.cli.live import look  # costs 100 ms, and the other commands about a policy ask no PBX

    if out is not None and not force and out.exists():
        raise UsageError("is there already", str(out), "--force writes over it")
    phone = load.load(settings_file(ctx)).phone.device
    there = look(chosen(ctx, pbx))
    text = starter(there, subject().user, phone, date.today())
    written = load.policy_text(text.encode(), out or Path("the draft"))
    parse(written.table, written.digest, written.path, written.text)
    if out is None:
        click.echo(text.encode(), nl=False)  # TOML is UTF-8, whatever the terminal is
        return
    if force:
        files.write_over(out, text)
    else:
        files.write_new({out: text})
    click.echo(printable(f"Written: {out}: {counted(there)}"))
    click.echo(printable(f"Then edit it: whisper-tui policy --file {shlex.quote(str(out))} check --live"))


def starter(there: Live, user: str, phone: str, today: date) -> str:
    """The policy: an entry for everything that is `there`, and one profile, for `user`, whose phone is `phone`.

    Raises:
        WhisperError: there is no queue.
    """
    if not there.queues:
        hint = "`asterisk -rx 'queue show'` names them on the PBX"
        raise WhisperError("there is no queue to make a policy from", ", ".join(there.pbxs), hint)
    queues = list(dict.fromkeys(map(exactly, there.queues)))
    agents = {exactly_device(device): whose for device, whose in there.agents.items()}
    return draft.policy_text(
        ProfileDraft(user, ROLES, queues, phone), AttributesDraft(queues, agents), list(_heading(there, today))
    )


def counted(there: Live) -> str:
    """How much there is."""
    queues, agents = len(there.queues), len(there.agents)
    return f"{queues} queue{'s' * (queues != 1)}, {agents} agent{'s' * (agents != 1)}"


def _heading(there: Live, today: date) -> Iterator[str]:
    yield f"Made by `whisper-tui policy init` on {today.isoformat()} from what {', '.join(there.pbxs)} had: {counted(there)}."
    yield "What to do next: fill in what stands behind #, take out the queues that you do not supervise, then"
    yield "  whisper-tui policy check --live      names every mistake, and what the PBX does not have"
    yield "  whisper-tui policy test cases.toml   holds it to what you expect of it (EXPECTATIONS in the manual)"
    yield "With `require_announced = true` under [policy] nobody listens in a queue that is not said to be announced."
