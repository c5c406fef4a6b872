"""`whisper-tui log erase`: forget a caller's number, and keep the log whole."""

from __future__ import annotations

import click

from whisper_tui.audit import erasing
from whisper_tui.audit.records import Kind
from whisper_tui.audit.trail import Trail
from whisper_tui.cli.log_filter import words_of
from whisper_tui.cli.log_reader import reader
from whisper_tui.cli.main import printable
from whisper_tui.errors import UsageError, WhisperError
from whisper_tui.terms import Right


@click.command("erase")
@click.option("--subject", metavar="NUMBER", required=True, help="The caller's number, as the PBX sends it.")
@click.option("--ticket", metavar="TEXT", required=True, help="What asks for it, for the row that stays.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def command(ctx: click.Context, subject: str, ticket: str, yes: bool) -> None:
    """Take a caller's number out of every row for good. The rows stay, and so does the chain.

    That it was done is a row, with the ticket and without the number. Not while the console runs: it has the log.
    """
    if len(subject.strip()) < 2 or not ticket.strip():
        raise UsageError("is empty, or no number", "--subject, --ticket", "for instance --subject +33155550142")
    if any(spelling in ticket for spelling in erasing.spellings(subject)):
        raise UsageError("has the number in it, and stays in the log", "--ticket", "name the request another way")
    reads = reader(ctx, words_of(ctx))
    reads.require(Right.LOG_ERASE)
    there = {file: erasing.holding(file, subject) for file in erasing.files(reads.path)}
    # Of an erasure that was broken off the rows are gone, and bytes may be left.
    wanted = [file for file, count in there.items() if count or erasing.left(file, subject).elsewhere]
    count = sum(there.values())
    if not wanted:
        reads.note(Kind.LOG_READ, 0)
        raise WhisperError("no row has this number", str(reads.path), "write it as the PBX sends it, with + or 0")
    if not yes:
        click.confirm(f"Erase the caller's number of {count} rows for good?", abort=True, err=True)
    with Trail.open(reads.path) as trail:
        reads.note(Kind.LOG_ERASED, count)
        erasing.erase(trail, subject, reads.record(Kind.LOG_ERASED, detail=f"{count} rows, ticket {ticket}"))
    for file in wanted:
        remains = erasing.left(file, subject)
        if remains.elsewhere:
            raise WhisperError("bytes of the number are left", ", ".join(map(str, remains.elsewhere)), "try again")
        if remains.rows:
            rows = ", ".join(map(str, remains.rows[:10])) + (" ..." if len(remains.rows) > 10 else "")
            hint = "what somebody wrote there is part of the chain and cannot be taken out"
            raise WhisperError(f"erased as a caller's number, but it stands in words of row {rows}", str(file), hint)
    click.echo(printable(f"{reads.path}: erased from {count} rows, ticket {ticket}").replace("\n", "\\n"))
