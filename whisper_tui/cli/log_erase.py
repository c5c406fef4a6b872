"""`whisper-tui log erase`: forget a caller's number, and keep the log whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from whisper_tui.audit import erasing
from whisper_tui.audit.history import History
from whisper_tui.audit.records import Kind
from whisper_tui.audit.store import Store
from whisper_tui.audit.trail import Trail
from whisper_tui.cli.log_filter import words_of
from whisper_tui.cli.log_reader import reader
from whisper_tui.cli.log_ship import shipped_to
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.config.schema import ShipSettings
from whisper_tui.errors import OutOfReach, UsageError, WhisperError
from whisper_tui.terms import Right


@click.command("erase")
@click.option("--subject", metavar="NUMBER", required=True, help="The caller's number, as the PBX sends it.")
@click.option("--ticket", metavar="TEXT", required=True, help="What asks for it, for the row that stays.")
@click.option("--yes", is_flag=True, help="Ask nothing.")
@click.pass_context
def command(ctx: click.Context, subject: str, ticket: str, yes: bool) -> None:
    """Take a caller's number out of every row for good. The rows stay, and so does the chain.

    Out of the database that the log is shipped to, too. That it was done is a row, with the ticket and without the number.
    Not while the console runs: it has the log.
    """
    if len(subject.strip()) < 2 or not ticket.strip():
        raise UsageError("is empty, or no number", "--subject, --ticket", "for instance --subject +33155550142")
    if not subject.isprintable():
        raise UsageError("has signs that no number has", "--subject", "for instance --subject +33155550142")
    if any(spelling in ticket for spelling in erasing.spellings(subject)):
        raise UsageError("has the number in it, and stays in the log", "--ticket", "name the request another way")
    reads = reader(ctx, words_of(ctx))
    reads.require(Right.LOG_ERASE)
    there = {file: erasing.holding(file, subject) for file in erasing.files(reads.path)}
    # Of an erasure that was broken off the rows are gone, and bytes may be left.
    wanted = [file for file, count in there.items() if count or erasing.left(file, subject).elsewhere]
    shipped = Shipped(shipped_to(settings_file(ctx)), reads.path, subject)
    rows = f"{sum(there.values())} rows{shipped.count}"
    if not wanted and not shipped.rows:
        reads.note(Kind.LOG_READ, 0)
        if shipped.trouble is not None:
            raise OutOfReach(f"no row has this number here; {shipped.trouble.what}", shipped.trouble.where, "try again")
        raise WhisperError("no row has this number", str(reads.path), "write it as the PBX sends it, with + or 0")
    if not yes:
        click.confirm(f"Erase the caller's number of {rows} for good?", abort=True, err=True)
    with Trail.open(reads.path) as trail:
        reads.note(Kind.LOG_ERASED, sum(there.values()))
        erasing.erase(trail, subject, reads.record(Kind.LOG_ERASED, detail=f"{rows}, ticket {ticket}"))
    shipped.erase()
    behind = f"; and not in the database yet: {shipped.trouble.what}" if shipped.trouble is not None else ""
    in_words = "what somebody wrote there is part of the chain and cannot be taken out"
    for file in wanted:
        remains = erasing.left(file, subject)
        if remains.elsewhere:
            where = ", ".join(map(str, remains.elsewhere))
            raise WhisperError(f"bytes of the number are left{behind}", where, "try again")
        if remains.rows:
            named = ", ".join(map(str, remains.rows[:10])) + (" ..." if len(remains.rows) > 10 else "")
            what = f"erased as a caller's number, but it stands in words of row {named}{behind}"
            raise WhisperError(what, str(file), in_words)
    if shipped.trouble is not None:
        what = f"erased here, and not in the database yet: {shipped.trouble.what}"
        hint = "the next shipping makes up for it; for rows whose files are gone here, repeat this then"
        raise OutOfReach(what, shipped.trouble.where, hint)
    if shipped.words:
        named = ", ".join(map(str, shipped.words[:10])) + (" ..." if len(shipped.words) > 10 else "")
        what = f"erased as a caller's number, but in the database it stands in words of row {named}"
        raise WhisperError(what, str(reads.path), in_words)
    click.echo(printable(f"{reads.path}: erased from {rows}, ticket {ticket}").replace("\n", "\\n"))


class Shipped:
    """A caller's number in the database that the log is shipped to.

    Args:
        to: None: there is no such database.
        log: the log's newest file.
    """

    def __init__(self, to: ShipSettings | None, log: Path, number: str) -> None:
        self._to = to
        self._spellings = erasing.spellings(number)
        self.rows: list[int] = []
        """That have it."""
        self.words: list[int] = []
        """That have it in what somebody wrote."""
        self.trouble: WhisperError | None = None
        """Why it cannot be told, or was not erased."""
        if to is not None:
            with History.open(log) as history:
                self._stream = history.about.log_id
            self._ask(self._find)

    @property
    def count(self) -> str:
        """How many these are, in words."""
        return f" and {len(self.rows)} in the database" if self._to is not None and self.trouble is None else ""

    def erase(self) -> None:
        """Take it out of them, and of what was shipped meanwhile."""
        self._ask(self._erase)

    def _find(self, store: Store) -> None:
        self.rows = store.holding(self._stream, self._spellings)

    def _erase(self, store: Store) -> None:
        store.erase(self._stream, store.holding(self._stream, self._spellings))
        self.words = store.naming(self._stream, self._spellings)

    def _ask(self, deed: Callable[[Store], None]) -> None:
        self.trouble = None
        if self._to is not None:
            with closing(Store(self._to.to)) as store:
                try:
                    deed(store)
                except WhisperError as error:
                    self.trouble = error
