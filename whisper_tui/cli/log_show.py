"""`whisper-tui log show`: one session in full, as a bar of what was heard and every row of it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator, Sequence

import click
import msgspec

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.search import OPENS, Finder
from whisper_tui.audit.sessions import session_of
from whisper_tui.audit.timeline import QUIETEST_FIRST, after, bar, spans
from whisper_tui.cli.columns import columns
from whisper_tui.cli.log_filter import words_of
from whisper_tui.cli.log_reader import Reader, finder, reader
from whisper_tui.cli.main import printable
from whisper_tui.errors import UsageError
from whisper_tui.permissions.spans import in_words
from whisper_tui.terms import Mode, Right
from whisper_tui.ui.signs import plain
from whisper_tui.ui.story import SIGNS, facts, scores, told, when, word_of

NARROWEST, WIDEST = 20, 100
"""Cells of a bar; without a terminal a line is taken to have 80."""
CANDIDATES = 1000


@click.command("show")
@click.argument("session")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
@click.pass_context
def command(ctx: click.Context, session: str, as_json: bool) -> None:
    """Show how SESSION went, and every row of it and of its ringing. The beginning of its id is enough."""
    reads = reader(ctx, words_of(ctx))
    with finder(reads.path) as found:
        rows = reads.all_masked(found.around(_named(found, reads, session)))
        reads.note(Kind.LOG_READ, len(rows))
        if as_json:
            for row in rows:
                click.echo(msgspec.json.encode({"seq": row.seq, **msgspec.to_builtins(row.record)}))
            return
        named = [row for row in rows if row.record.session]
        for line in _in_full(named, rows, *_paper()):
            click.echo(line)


def _named(found: Finder, reads: Reader, written: str) -> list[Row]:
    """The rows of the one session whose id begins with `written`; one that may not be seen is answered as one that is not there.

    Raises:
        UsageError: no session does, or several do.
        NotAllowed: the reader may see none but their own, and none of these begins so.
    """
    idents = [written] if found.session(written) else found.idents(written, CANDIDATES) if written else []
    seen = {ident: rows for ident in idents if (rows := found.session(ident)) and _seen(rows, reads)}
    if len(seen) == 1:
        return next(iter(seen.values()))
    if seen:
        raise UsageError("several sessions begin so", written, f"one of: {', '.join(list(seen)[:5])}")
    denied = reads.lacks(Right.LOG_VIEW)
    if denied is not None:
        reads.refuse(Right.LOG_VIEW, denied)
    raise UsageError("there is no such session", written, "`whisper-tui log list` names them")


def _seen(rows: Sequence[Row], reads: Reader) -> bool:
    first = next((row.record for row in rows if row.record.kind in OPENS), None)
    return first is not None and reads.sees(first)


def _paper() -> tuple[int, dict[str, str]]:
    """How wide a bar may be, and the signs that the terminal has."""
    width = shutil.get_terminal_size((80, 24)).columns or 80
    encoding = (getattr(sys.stdout, "encoding", None) or "ascii").lower().replace("-", "")
    signs = SIGNS if encoding == "utf8" else {state: plain(sign) for state, sign in SIGNS.items()}
    return max(NARROWEST, min(WIDEST, width - 2)), signs


def _in_full(named: Sequence[Row], rows: Sequence[Row], width: int, signs: dict[str, str]) -> Iterator[str]:
    about, records = session_of(named), [row.record for row in named]
    yield _line(f"{about.user} heard {about.member or about.agent} ({about.agent}), queue {about.queue or '-'}")
    stretches = spans(named)
    cells = bar(stretches, width)
    if cells:
        yield f"  {''.join(signs[state] for state in cells)}"
        there = [state for state in QUIETEST_FIRST if state in cells]
        yield "  " + "   ".join(f"{signs[state]} {word_of(state)}" for state in there)
        yield f"  from {when(about.began)}, {in_words(stretches[-1].end)} in all"
    for mode in Mode:
        yield f"  {mode.value:8} {about.seconds.get(mode.value, 0.0):9.1f} s"
    yield f"  the customer could hear it for {about.audible:.1f} s"
    yield from (f"  {line}" for line in columns(list(facts(named))))
    yield from (f"  {line}" for line in columns(list(scores(named))))
    first = next(record for record in records if record.kind in OPENS)
    lines = [(str(row.seq), when(row.record.at), _offset(row.record, first), *told(row.record)) for row in rows]
    yield from columns(lines)


def _offset(record: Record, first: Record) -> str:
    return f"{after(record, first):+.1f} s"


def _line(text: str) -> str:
    return printable(text).replace("\n", "\\n")
