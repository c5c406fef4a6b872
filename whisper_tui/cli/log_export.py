"""`whisper-tui log export`: rows of the log for another program, for a spreadsheet, or as evidence that proves itself."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path

import click

from whisper_tui.audit import evidence
from whisper_tui.audit.evidence import Extent, Raw
from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind
from whisper_tui.audit.search import Finder
from whisper_tui.audit.sessions import Session
from whisper_tui.cli import log_csv, log_filter
from whisper_tui.cli.log_filter import filter_of, groups, words_of
from whisper_tui.cli.log_list import list_of
from whisper_tui.cli.log_reader import Reader, finder, reader, say_aside
from whisper_tui.config.files import MAX_POLICY, read_any
from whisper_tui.engine.reading import Filter, begun, entry_of
from whisper_tui.errors import UsageError, WhisperError
from whisper_tui.permissions.masks import mask
from whisper_tui.permissions.policy import Numbers
from whisper_tui.terms import Right

TOGETHER = 500
"""Lines that are written at a time."""
README = """Evidence from a session log of whisper-tui

rows.jsonl     every row that the log had: its number and its hash; the rows that were asked for with their words ("body")
about.json     the log's id, its last row and hash, what was asked for, by whom and when
sessions.csv   what was asked for, a line each, for people to read; it proves nothing
policy.toml    the policy by which it was allowed, where its SHA-256 is the one that the rows name (about.json: "policies")
numbers.jsonl  callers' numbers with what they were sealed with, where the exporter may see whole numbers
verify.py      checks all of it: python3 verify.py

The hash of a row is SHA-256 of the hash of the row before it followed by the row's words, byte for byte; the first row follows
SHA-256 of "whisper-tui session log " and the log's id. So rows that have their words here, one after the other, hang together:
none of them can be changed, taken out or moved without the hash of the last of them being another. verify.py names that row and its
hash: compare it with the log's own (log export), or with one that was noted elsewhere at the time. Whoever made this bundle could
have made those hashes anew; the last hash of the log proves something of the rows that reach up to it, and of no others.

A row without words was not asked for, or not for the exporter to see; that it has this hash is taken on trust.
A caller's number is in the words as a salted hash alone, so that it could be erased; what was erased cannot be read again.
"""


@click.command("export")
@log_filter.options(limit=None)
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), help="Usually jsonl.")
@click.option(
    "--evidence", "bundle", metavar="DIR|FILE.zip", type=click.Path(path_type=Path), help="A bundle, instead."
)
@click.pass_context
def command(ctx: click.Context, /, form: str | None, bundle: Path | None, **values: object) -> None:
    """Write rows to standard output, as they stand and with their hashes, or as a table; or a bundle that proves them.

    Without a filter: the whole log.
    """
    chosen = filter_of(values)
    if bundle is not None and form is not None:
        raise UsageError("a bundle has its own formats", "--format", "leave it out")
    if bundle is not None:
        _refuse_taken(bundle)
    reads = reader(ctx, words_of(ctx))
    reads.require(Right.LOG_EXPORT)
    with finder(reads.path) as found:
        there = evidence.extent(found.history)
        if form == "csv":
            entries = [entry_of(group, chosen) for group in groups(found, reads, chosen, Right.LOG_EXPORT)]
            reads.note(Kind.LOG_EXPORTED, len(entries))
            _say(log_csv.written(list_of(chosen), entries))
            return
        seqs = _seqs(found, there, reads, chosen)
        reads.note(Kind.LOG_EXPORTED, len(seqs))
        if bundle is None:
            _say(_lines(found, there, reads, seqs))
            return
        with _placed(bundle) as folder:
            _fill(folder, found, there, reads, chosen, seqs)
    say_aside(f"{len(seqs)} of {there.rows} rows with their words: {bundle}")


def _seqs(found: Finder, there: Extent, reads: Reader, chosen: Filter) -> list[int]:
    """Numbers of the rows that are wanted and may be exported, sorted."""
    if chosen == Filter() and not reads.is_bound:
        return evidence.numbers(there)
    if chosen == Filter():
        # Damaged rows too, as they stand: they are evidence of what was done to them.
        return [raw.seq for raw in evidence.raws(there) if _may(raw, reads)]
    if chosen.is_of_time_alone:
        rows = (row for row in found.rows(chosen.wanted, tuple(Kind)) if reads.sees(row.record, Right.LOG_EXPORT))
        return sorted(row.seq for row in islice(rows, chosen.limit) if row.seq <= there.rows)
    each = groups(found, reads, chosen, Right.LOG_EXPORT)
    seqs = {row.seq for group in each for row in _whole(found, reads, group, chosen)}
    return sorted(seq for seq in seqs if seq <= there.rows)


def _whole(found: Finder, reads: Reader, group: Sequence[Row], chosen: Filter) -> Sequence[Row]:
    """The rows of an entry: of a session also those of its leg, of a hand or a deed also the one in which it began."""
    if list_of(chosen) is Session:
        return found.around(group)
    firsts = (begun(found, row) for row in group)
    return [*group, *(row for row in firsts if row is not None and reads.sees(row.record, Right.LOG_EXPORT))]


def _may(raw: Raw, reads: Reader) -> bool:
    record = raw.record
    return record is None or reads.sees(record, Right.LOG_EXPORT)


def _lines(found: Finder, there: Extent, reads: Reader, seqs: Sequence[int]) -> Iterator[str]:
    salted = reads.numbers is Numbers.FULL
    whole = len(seqs) == there.rows
    for raw in evidence.raws(there, None if whole else seqs):
        caller = None if raw.caller is None else mask(raw.caller, reads.numbers)
        yield evidence.line(raw, caller, salted=salted) + "\n"


def _fill(folder: Path, found: Finder, there: Extent, reads: Reader, chosen: Filter, seqs: Sequence[int]) -> None:
    """Write the files of a bundle."""
    evidence.write_rows(there, folder, frozenset(seqs), salted=reads.numbers is Numbers.FULL)
    entries = (entry_of(group, chosen) for group in groups(found, reads, chosen, Right.LOG_EXPORT))
    (folder / "sessions.csv").write_text("".join(log_csv.written(list_of(chosen), entries)), "utf-8", newline="")
    in_force = {
        raw.record.who.policy: ""
        for raw in evidence.raws(there, seqs)
        if raw.record is not None and raw.record.who is not None and raw.record.who.policy
    }
    policy = read_any(reads.policy_file, MAX_POLICY) if reads.policy_file.exists() else b""
    if (digest := hashlib.sha256(policy).hexdigest()) in in_force:
        in_force[digest] = "policy.toml"
        (folder / "policy.toml").write_bytes(policy)
    about = {
        "log": there.log_id,
        "rows": there.rows,
        "head": there.head.hex(),
        "first": there.files[0].about.last + 1,
        "starts": there.starts,
        "chosen": len(seqs),
        "asked": reads.asked,
        "by": reads.person.user,
        "at": datetime.now().astimezone().isoformat(),
        "numbers": reads.numbers.value,
        "policies": in_force,
    }
    (folder / "about.json").write_text(json.dumps(about, indent=2) + "\n", "ascii")
    (folder / "README.txt").write_text(README, "utf-8")
    (folder / "verify.py").write_text(evidence.verifier(), "utf-8")


def _refuse_taken(bundle: Path) -> None:
    if bundle.exists() or bundle.is_symlink():
        raise UsageError("is there already", str(bundle), "name another one")
    if not bundle.absolute().parent.is_dir():
        raise UsageError("there is no such folder", str(bundle.absolute().parent))


@contextmanager
def _placed(bundle: Path) -> Iterator[Path]:
    """A folder to fill that is `bundle` afterwards, or zipped into it; nothing is left of it if that fails.

    Raises:
        WhisperError: it cannot be written.
    """
    draft: Path | None = None
    try:
        draft = Path(tempfile.mkdtemp(prefix=f".{bundle.name}.", dir=bundle.absolute().parent))
        filled = draft / bundle.stem
        filled.mkdir(mode=0o700)
        yield filled
        for file in filled.iterdir():
            file.chmod(0o600)
        if bundle.suffix.lower() == ".zip":
            zipped = draft / "bundle.zip"
            with zipfile.ZipFile(zipped, "x", zipfile.ZIP_DEFLATED) as held:
                for file in sorted(filled.iterdir()):
                    held.write(file, f"{bundle.stem}/{file.name}")
            zipped.chmod(0o600)
            bundle.hardlink_to(zipped)  # unlike a rename, refuses where a file is
        else:
            filled.rename(bundle)
    except OSError as error:
        raise WhisperError(
            (error.strerror or "cannot be written").lower(), str(bundle), "nothing was written"
        ) from error
    finally:
        if draft is not None:
            shutil.rmtree(draft, ignore_errors=True)


def _say(lines: Iterable[str]) -> None:
    """Write to standard output, many lines at a time.

    Raises:
        WhisperError: it takes no more, as a file on a full disk.
    """
    rest = iter(lines)
    try:
        while some := "".join(islice(rest, TOGETHER)):
            click.echo(some, nl=False)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise WhisperError(
            (error.strerror or "cannot be written").lower(), "standard output", "it is cut off"
        ) from error
