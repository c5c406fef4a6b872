"""`whisper-tui log list`: sessions, denied attempts, others who listened, raised hands, or deeds; or who has read the log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice

import click
import msgspec

from whisper_tui.audit import access
from whisper_tui.audit.records import Certainty, Kind
from whisper_tui.audit.search import Finder
from whisper_tui.audit.sessions import (
    Access,
    Acted,
    Attempt,
    Raised,
    Session,
    Spying,
    access_of,
)
from whisper_tui.audit.store import Store
from whisper_tui.audit.store_search import StoreFinder
from whisper_tui.cli import log_filter
from whisper_tui.cli.columns import columns
from whisper_tui.cli.log_filter import filter_of, groups, own_alone, words_of
from whisper_tui.cli.log_reader import Reader, StoreReader, finder, reader, say_aside
from whisper_tui.cli.log_ship import database
from whisper_tui.cli.main import settings_file
from whisper_tui.engine.reading import LISTED, Filter, entry_of
from whisper_tui.engine.reading import Entry as Listed
from whisper_tui.errors import UsageError, WhisperError
from whisper_tui.terms import Mode, Right
from whisper_tui.ui.story import in_percent, when

NEWEST = 50
Entry = Listed | Access
TITLES: dict[type, tuple[str, ...]] = {
    Session: (
        "session", "began", "who", "agent", "queue", "caller", *(mode.value for mode in Mode), "audible", "score", "ended",
    ),
    Attempt: ("when", "who", "tried", "rule", "times", "call"),
    Spying: ("began", "ended", "phone", "mode", "agent", "queue", "caller", "what"),
    Raised: ("raised", "agent", "queue", "taken by", "after", "ended"),
    Acted: ("when", "who", "did", "agent", "queue", "caller", "what", "not done"),
    Access: ("when", "who", "did", "rule", "asked"),
}  # fmt: skip
NOTHING: dict[type, str] = {
    Session: "no sessions",
    Attempt: "no attempts",
    Spying: "no spies",
    Raised: "no hands",
    Acted: "nothing was done to the floor",
    Access: "nobody has read anything",
}
ACCESSES = (Kind.LOG_READ, Kind.LOG_EXPORTED, Kind.LOG_ERASED, Kind.LOG_VERIFIED, Kind.DENIED)


@click.command("list")
@log_filter.options(limit=NEWEST)
@click.option(
    "--from", "source", type=click.Choice(["postgresql"]), help="Of all logs in the database of the settings."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(ctx: click.Context, /, source: str | None, as_json: bool, **values: object) -> None:
    """List sessions: supervisor, agent, queue, caller, seconds in each mode, how it ended.

    Numbers of callers are shown as far as the profile of whoever asks lets them be.
    """
    chosen = filter_of(values)
    if source is not None:
        _of_all(ctx, chosen, as_json=as_json)
        return
    reads = reader(ctx, words_of(ctx))
    with finder(reads.path) as found:
        kind = _kind(reads, chosen)
        entries = list(_entries(kind, found, reads, chosen))
        reads.note(Kind.LOG_READ, len(entries))
        if as_json:
            for entry in entries:
                click.echo(msgspec.json.encode(entry))
        else:
            _show(kind, entries)


def _of_all(ctx: click.Context, chosen: Filter, *, as_json: bool) -> None:
    """What is in the database, of all logs that are shipped there, each with its name."""
    store = Store(database(settings_file(ctx)).to)
    reads = reader(ctx, words_of(ctx), StoreReader)
    reads.require(Right.LOG_VIEW)
    kind = list_of(chosen)
    with closing(store):
        found = StoreFinder(store)
        names = found.names()
        each = [(names.get(rows[0].stream, rows[0].stream), rows) for rows in groups(found, reads, chosen)]
    reads.note(Kind.LOG_READ, len(each))
    entries = [entry_of(rows, chosen) for _, rows in each]
    if as_json:
        for (name, _), entry in zip(each, entries, strict=True):
            click.echo(msgspec.json.encode({"stream": name, **msgspec.to_builtins(entry)}))
    else:
        _show(kind, entries, [name for name, _ in each])
    if found.damaged:
        rows = ", ".join(f"{names.get(stream, stream)} {seq}" for stream, seq in sorted(found.damaged)[:10])
        raise WhisperError(f"damaged, and left out: row {rows}", store.where, "whisper-tui log verify there says more")


def cells(entry: Entry) -> tuple[str, ...]:
    """An entry in the columns of TITLES."""
    match entry:
        case Session():
            return (
                entry.ident,
                when(entry.began),
                entry.user,
                entry.member or entry.agent,
                entry.queue or "-",
                entry.caller,
                *(f"{entry.seconds.get(mode.value, 0.0):.1f}" for mode in Mode),
                f"{entry.audible:.1f}",
                in_percent(entry.score, entry.grade) if entry.score is not None else "-",
                (entry.ended or "not closed") + _bounded(entry.certainty),
            )
        case Attempt():
            call = f"{entry.pbx} {entry.call}".strip()
            return when(entry.at), entry.user, entry.deed, entry.rule, str(entry.times), call
        case Spying():
            ended = when(entry.ended) + _bounded(entry.certainty) if entry.ended is not None else "not seen to end"
            whom = (entry.member or entry.agent, entry.queue or "-", entry.caller)
            return when(entry.began), ended, entry.phone, entry.mode or "?", *whom, entry.detail
        case Raised():
            after = "" if entry.lasted is None else f"{entry.lasted:.1f}"
            ended = entry.ended or ("" if entry.answered_by else "not seen to end")
            return when(entry.at), entry.member or entry.agent, entry.queue or "-", entry.answered_by, after, ended
        case Acted():
            what = " ".join(part for part in (entry.reason, entry.detail) if part)
            whom = (entry.member or entry.agent or "-", entry.queue or "-", entry.caller or "-")
            return when(entry.at), entry.user, entry.deed, *whom, what or "-", entry.ended
        case Access():
            return when(entry.at), entry.user, entry.kind, entry.rule, entry.asked


def list_of(chosen: Filter) -> type[Listed]:
    """What is listed."""
    return next((LISTED[name][0] for name in chosen.lists), Session)


def _kind(reads: Reader, chosen: Filter) -> type:
    if reads.path.name != access.NAME:
        return list_of(chosen)
    for option, value in (("agent", chosen.agent), ("queue", chosen.queue), ("mode", chosen.mode),
                          ("foreign", chosen.foreign), ("hands", chosen.hands), ("acts", chosen.acts),
                          ("longer", chosen.longer)):  # fmt: skip
        if value:
            raise UsageError("has no meaning here: this log says who has read", f"--{option}", "leave it out")
    return Access


def _entries(kind: type, found: Finder, reads: Reader, chosen: Filter) -> Iterator[Entry]:
    if kind is Access:
        chosen = own_alone(reads, chosen)
        kinds = (Kind.DENIED,) if chosen.denied else ACCESSES
        rows = (row for row in found.rows(chosen.wanted, kinds) if reads.sees(row.record))
        yield from map(access_of, islice(rows, chosen.limit))
        return
    yield from (entry_of(group, chosen) for group in groups(found, reads, chosen))


def _show(kind: type, entries: Sequence[Entry], names: Sequence[str] = ()) -> None:
    """`names`: of the logs that they are of, where these are several."""
    if not entries:
        say_aside(NOTHING[kind])
        return
    lines = [TITLES[kind], *map(cells, entries)]
    if names:
        lines = [(name, *line) for name, line in zip(["stream", *names], lines, strict=True)]
    for line in columns(lines):
        click.echo(line)
    if kind is Attempt:
        count = sum(entry.times for entry in entries if isinstance(entry, Attempt))
        click.echo(f"{count} attempt{'s' * (count != 1)}")


def _bounded(certainty: Certainty | None) -> str:
    return " (bounded)" if certainty is Certainty.BOUNDED else ""
