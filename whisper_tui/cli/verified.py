"""`whisper-tui log verify`: whether the log is whole, and whether it is the one that its anchors were made of."""

from __future__ import annotations

from dataclasses import replace
from enum import IntEnum
from pathlib import Path

import click
import msgspec

from whisper_tui.audit import access
from whisper_tui.audit.anchors import Anchor, read
from whisper_tui.audit.records import Kind
from whisper_tui.audit.verify import Cut, Whole, verify
from whisper_tui.cli.log_filter import words_of
from whisper_tui.cli.log_reader import reader, say_aside
from whisper_tui.cli.main import printable
from whisper_tui.cli.which import anchors_file, log_file, when
from whisper_tui.errors import WhisperError


class Answer(IntEnum):
    """The exit code: stable."""

    WHOLE = 0
    BROKEN = 1
    CUT = 2
    """Whole in itself, but not what an anchor was made of."""
    UNREADABLE = 3
    """The log or the anchors cannot be read, so that nothing can be said."""


@click.command("verify")
@click.option(
    "--anchors", "kept", type=click.Path(path_type=Path), help="A copy of the anchors that is kept elsewhere."
)
@click.option("--json", "as_json", is_flag=True, help="The answer as a JSON object.")
@click.pass_context
def command(ctx: click.Context, kept: Path | None, as_json: bool) -> None:
    """Check that no row was changed, added or taken out. That you did, and what was found, is noted where that can be written.

    Exit codes: 0 whole, 1 broken, 2 cut or rewritten against an anchor, 3 unreadable.
    """
    try:
        path = log_file(ctx)
        file = kept or anchors_file(ctx)
        anchors, others = _read(file) if kept is not None or file.exists() else ([], [])
        found = verify(path, anchors)
        if kept is None:  # what stands beside a log was made of it, or of one that was taken away
            strange = (each for each in anchors if each.log_id != found.log_id)
            found = replace(
                found, cut=tuple(dict.fromkeys((*found.cut, *(Cut(each, there=False) for each in strange))))
            )
    except WhisperError as error:
        say_aside(f"whisper-tui: {error}")
        _note(ctx, f"unreadable, {error.what}")
        ctx.exit(Answer.UNREADABLE)
    answer = Answer.BROKEN if found.broken else Answer.CUT if found.cut else Answer.WHOLE
    noted = _note(ctx, _in_short(found, answer))
    if as_json:
        click.echo(msgspec.json.encode({**_as_json(found, answer), "noted": noted}))
    else:
        for line in _in_words(path, found, answer):
            click.echo(printable(line))
        for line in _about_anchors(file, found, len(anchors), others):
            click.echo(printable(line))
    ctx.exit(answer)


def _read(file: Path) -> tuple[list[Anchor], list[int]]:
    try:
        return read(file)
    except OSError as error:
        what = f"the anchors cannot be read ({(error.strerror or type(error).__name__).lower()})"
        raise WhisperError(what, str(file), "is that the file?") from error


def _note(ctx: click.Context, answer: str) -> bool:
    """Note who has verified what, and the answer. A log that nothing can be noted beside is verified all the same."""
    try:
        if not log_file(ctx).exists():
            return False
        reads = reader(ctx, words_of(ctx))
        access.write(reads.path, reads.record(Kind.LOG_VERIFIED, detail=f"{reads.asked}: {answer}"))
    except WhisperError as error:
        say_aside(f"whisper-tui: that it was verified could not be noted: {error}")
        return False
    return True


def _in_short(found: Whole, answer: Answer) -> str:
    """For the row that is kept of it."""
    match answer:
        case Answer.BROKEN:
            first, more = found.broken[0], len(found.broken) - 1
            where = f"row {first.seq} {first.why.value}" + (f" in {first.file}" if first.file else "")
            return f"broken, {where}" + (f" and {more} more" if more else "")
        case Answer.CUT:
            return f"cut, row {found.cut[0].anchor.seq} {_cut(found.cut[0])}"
    return f"whole, {found.rows} rows, last {found.head.hex()}"


def _in_words(path: Path, found: Whole, answer: Answer) -> list[str]:
    lines = []
    for each in found.broken:
        where = path.with_name(each.file) if each.file else path
        lines.append(f"{where}: row {each.seq}: {each.why.value} {each.detail}".rstrip())
    for cut in found.cut:
        lines.append(f"{path}: row {cut.anchor.seq}: {_cut(cut)}, as it was at {when(cut.anchor.at)}")
    if found.cut:
        held = f"row {found.held.seq} of {when(found.held.at)}" if found.held else "nothing"
        lines.append(f"{path}: CUT OR REWRITTEN; {held} is the last that an anchor agrees with")
    if found.aged:
        first, last = found.aged[0], found.aged[-1]
        span = f"rows {first.first} to {last.last}, the newest of {when(max(each.newest for each in found.aged))}"
        lines.append(f"{path}: {found.aged_rows} rows aged out ({span}); the log says so itself")
    if said := len(found.erased) - found.unsaid:
        lines.append(f"{path}: {said} rows had personal data erased, as rows of the log say")
    if found.unsaid:
        lines.append(f"{path}: {found.unsaid} rows had personal data erased and no row says who did")
    files = f" in {found.files} files" if found.files > 1 else ""
    word = "BROKEN" if answer is Answer.BROKEN else "whole"
    return [*lines, f"{path}: {found.rows} rows{files}, {word}, last {found.head.hex()}"]


def _cut(cut: Cut) -> str:
    return "another hash" if cut.there else "not there"


def _about_anchors(file: Path, found: Whole, count: int, others: list[int]) -> list[str]:
    if not count:
        lines = [f"{file}: no anchors, so that a cut end would not show"]
    else:
        lines = [f"{file}: {found.agreed} anchors of {count} agree"]
    if found.elsewhere:
        lines.append(f"{file}: {found.elsewhere} anchors are of other logs, or of rows that aged out")
    if others:
        lines.append(f"{file}: {len(others)} lines are no anchors, the first is line {others[0]}")
    return lines


def _as_json(found: Whole, answer: Answer) -> dict[str, object]:
    return {
        "answer": answer.name.lower(),
        "rows": found.rows,
        "files": found.files,
        "last": found.last,
        "head": found.head.hex(),
        "broken": [
            {"seq": each.seq, "why": each.why.value, "detail": each.detail, "file": each.file} for each in found.broken
        ],
        "erased": {"rows": len(found.erased), "unsaid": found.unsaid},
        "aged": [{"file": each.file, "first": each.first, "last": each.last, "rows": each.rows} for each in found.aged],
        "anchors": {"agreed": found.agreed, "elsewhere": found.elsewhere},
        "cut": [
            {"seq": cut.anchor.seq, "there": cut.there, "hash": cut.anchor.head, "at": cut.anchor.at}
            for cut in found.cut
        ],
    }
