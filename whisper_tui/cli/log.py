"""`whisper-tui log`: the sessions of the log, one of them in full, and whether the log is whole."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import msgspec

from whisper_tui.audit.history import History, Row
from whisper_tui.audit.records import Certainty, Kind, Record
from whisper_tui.audit.verify import verify as walk
from whisper_tui.cli.columns import columns
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.config import load, paths
from whisper_tui.errors import NotAllowed, UsageError
from whisper_tui.terms import Mode

NEWEST = 50
COLUMNS = ("session", "began", "who", "agent", "queue", *(mode.value for mode in Mode), "audible", "ended")


class Session(msgspec.Struct, frozen=True, rename={"ident": "session"}):
    """A session as `list` shows it.

    Args:
        began: seconds since 1970 UTC.
        seconds: by mode; empty while it goes on.
        audible: seconds in which the customer could hear the supervisor.
        ended: why, a stable code; "" while it goes on, or if nothing ever closed it.
    """

    ident: str
    began: float
    user: str
    agent: str
    member: str
    queue: str
    seconds: dict[str, float]
    audible: float
    ended: str
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which log. `path` None: that of the settings."""

    path: Path | None


@click.group("log", short_help="The session log.")
@click.option("--file", type=click.Path(path_type=Path), help="Another log, such as the demo's.")
@click.pass_context
def command(ctx: click.Context, file: Path | None) -> None:
    """Look into the session log: who listened to whom, in which mode, how long."""
    ctx.obj = Chosen(file)


@command.command("list")
@click.option(
    "--limit", type=click.IntRange(1, 100_000), default=NEWEST, show_default=True, help="How many, newest first."
)
@click.option("--user", default="", help="Of this supervisor.")
@click.option("--agent", default="", help="With this agent's phone, such as PJSIP/1001.")
@click.option("--queue", default="", help="Of this queue.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def list_(ctx: click.Context, limit: int, user: str, agent: str, queue: str, as_json: bool) -> None:
    """List sessions: supervisor, agent, queue, seconds in each mode, how it ended."""
    with History.open(log_file(ctx)) as history:
        kinds = (Kind.REQUESTED, Kind.LEFT)
        found = sessions(history.rows(kinds=kinds, user=user, agent=agent, queue=queue, limit=limit * 8))[:limit]
    if as_json:
        for session in found:
            click.echo(msgspec.json.encode(session))
        return
    if not found:
        click.echo("no sessions", err=True)
        return
    for line in columns([COLUMNS, *(_cells(session) for session in found)]):
        click.echo(line)


@command.command("show")
@click.argument("session")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def show(ctx: click.Context, session: str, as_json: bool) -> None:
    """Show every row of SESSION, and of the ringing that it was part of. The beginning of its id is enough."""
    with History.open(log_file(ctx)) as history:
        ident = full_id(history, session)
        rows = history.rows(session=ident, limit=10_000)
        legs = {row.record.leg for row in rows if row.record.leg}
        seqs = {row.seq: row for leg in legs for row in history.rows(leg=leg, limit=10_000) if not row.record.session}
        seqs |= {row.seq: row for row in rows}
    ordered = [seqs[seq] for seq in sorted(seqs)]
    if as_json:
        for row in ordered:
            click.echo(msgspec.json.encode({"seq": row.seq, **msgspec.to_builtins(row.record)}))
        return
    (about,) = sessions(rows)
    click.echo(
        printable(f"{about.user} heard {about.member or about.agent} ({about.agent}), queue {about.queue or '-'}")
    )
    for mode in Mode:
        click.echo(f"  {mode.value:8} {about.seconds.get(mode.value, 0.0):9.1f} s")
    click.echo(f"  the customer could hear it for {about.audible:.1f} s")
    for line in columns([(str(row.seq), when(row.record.at), *_told(row.record)) for row in ordered]):
        click.echo(line)


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


def full_id(history: History, written: str) -> str:
    """The id of the one session that begins with `written`.

    Raises:
        UsageError: no session does, or several do.
    """
    if written and history.rows(session=written, limit=1):
        return written
    idents = {row.record.session for row in history.rows(kinds=(Kind.REQUESTED,), limit=100_000)}
    found = sorted(ident for ident in idents if ident.startswith(written))
    if len(found) != 1 or not written:
        hint = f"one of: {', '.join(found[:5])}" if found else "`whisper-tui log list` names them"
        raise UsageError("several sessions begin so" if found else "there is no such session", written, hint)
    return found[0]


def sessions(rows: Sequence[Row]) -> list[Session]:
    """What `rows` (newest first) tell of sessions, the one that began last first."""
    first: dict[str, Record] = {}
    last: dict[str, Record] = {}
    for row in rows:
        if row.record.session and row.record.kind in (Kind.REQUESTED, Kind.LEFT):
            first[row.record.session] = row.record
            last.setdefault(row.record.session, row.record)
    told = [_session(ident, first[ident], last[ident]) for ident in first]
    return sorted(told, key=lambda session: session.began, reverse=True)


def _session(ident: str, first: Record, last: Record) -> Session:
    over = last if last.kind is Kind.LEFT else None
    return Session(
        ident,
        first.at,
        first.who.user if first.who else "",
        first.whom.agent if first.whom else "",
        first.whom.member if first.whom else "",
        first.whom.queue if first.whom else "",
        (over.seconds or {}) if over else {},
        (over.audible or 0.0) if over else 0.0,
        over.cause if over else "",
        over.end_certainty if over else None,
    )


def _cells(session: Session) -> tuple[str, ...]:
    return (
        session.ident,
        when(session.began),
        session.user,
        session.member or session.agent,
        session.queue or "-",
        *(f"{session.seconds.get(mode.value, 0.0):.1f}" for mode in Mode),
        f"{session.audible:.1f}",
        (session.ended or "not closed") + (" (bounded)" if session.certainty is Certainty.BOUNDED else ""),
    )


def _told(record: Record) -> tuple[str, ...]:
    seconds = " ".join(f"{mode} {spent:.1f} s" for mode, spent in (record.seconds or {}).items())
    said = (record.deed, record.mode or record.mode_asked, record.microphone and f"mic {record.microphone}")
    rest = (record.leg_kind, record.cause or record.rule, seconds, record.detail)
    return record.kind.value, " ".join(word for word in (*said, *rest) if word)


def when(at: float) -> str:
    """`at` (seconds since 1970 UTC) on the clock of this machine."""
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
