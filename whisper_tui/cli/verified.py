"""`whisper-tui log verify`: whether the log is whole, and whether it is the one that its anchors were made of."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from enum import IntEnum
from pathlib import Path

import click
import msgspec

from whisper_tui.audit import store_verify
from whisper_tui.audit.anchors import Anchor, read
from whisper_tui.audit.store import Store
from whisper_tui.audit.store_search import StoreFinder
from whisper_tui.audit.store_verify import Stream
from whisper_tui.audit.verify import Cut, Whole, verify
from whisper_tui.cli.log_ship import database
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.which import anchors_file, log_file
from whisper_tui.errors import WhisperError
from whisper_tui.ui.story import when


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
@click.option("--from", "source", type=click.Choice(["postgresql"]), help="Every log in the database of the settings.")
@click.option("--json", "as_json", is_flag=True, help="The answer as a JSON object.")
@click.pass_context
def command(ctx: click.Context, kept: Path | None, source: str | None, as_json: bool) -> None:
    """Check that no row was changed, added or taken out.

    Exit codes: 0 whole, 1 broken, 2 cut or rewritten against an anchor, 3 unreadable.
    """
    try:
        path = log_file(ctx)
        file = kept or anchors_file(ctx)
        anchors, others = _read(file) if kept is not None or file.exists() else ([], [])
        if source is not None:
            ctx.exit(_in_the_database(ctx, file, anchors, as_json=as_json))
        found = verify(path, anchors)
        if kept is None:  # what stands beside a log was made of it, or of one that was taken away
            strange = (each for each in anchors if each.log_id != found.log_id)
            found = replace(
                found, cut=tuple(dict.fromkeys((*found.cut, *(Cut(each, there=False) for each in strange))))
            )
    except WhisperError as error:
        click.echo(printable(f"whisper-tui: {error}"), err=True)
        ctx.exit(Answer.UNREADABLE)
    answer = Answer.BROKEN if found.broken else Answer.CUT if found.cut else Answer.WHOLE
    if as_json:
        click.echo(msgspec.json.encode(_as_json(found, answer)))
    else:
        for line in _in_words(path, found, answer):
            click.echo(printable(line))
        for line in _about_anchors(file, found, len(anchors), others):
            click.echo(printable(line))
    ctx.exit(answer)


def _in_the_database(ctx: click.Context, file: Path, anchors: list[Anchor], *, as_json: bool) -> Answer:
    """Say of every log in the database whether it is whole there, and agrees with these anchors if they are its own."""
    worst = Answer.WHOLE
    with closing(Store(database(settings_file(ctx)).to)) as store:
        names = StoreFinder(store).names()
        for stream in store_verify.streams(store):
            found = store_verify.verify(store, stream, anchors)
            answer = Answer.BROKEN if found.broken else Answer.CUT if found.cut else Answer.WHOLE
            worst = answer if worst is Answer.WHOLE or answer is Answer.BROKEN else worst
            name = names.get(stream, stream)
            if as_json:
                click.echo(msgspec.json.encode(_stream_as_json(name, found, answer)))
                continue
            where = f"{store.where} {name}"
            lines = [f"{where}: row {each.seq}: {each.why.value} {each.detail}".rstrip() for each in found.broken]
            lines += [f"{where}: row {each.seq}: not what it was at {when(each.at)}" for each in found.cut]
            word = {Answer.BROKEN: "BROKEN", Answer.CUT: "CUT OR REWRITTEN"}.get(answer, "whole")
            lines.append(f"{where}: {found.rows} rows, {word}, last {found.head.hex()}")
            if found.agreed or found.ahead:
                lines.append(f"{file}: {found.agreed} anchors agree, {found.ahead} are of rows that are not there")
            for line in lines:
                click.echo(printable(line).replace("\n", "\\n"))
    return worst


def _stream_as_json(name: str, found: Stream, answer: Answer) -> dict[str, object]:
    return {
        "stream": name,
        "log_id": found.stream,
        "answer": answer.name.lower(),
        "rows": found.rows,
        "last": found.last,
        "head": found.head.hex(),
        "erased": found.erased,
        "broken": [{"seq": each.seq, "why": each.why.value, "detail": each.detail} for each in found.broken],
        "anchors": {"agreed": found.agreed, "ahead": found.ahead},
        "cut": [{"seq": each.seq, "hash": each.head, "at": each.at} for each in found.cut],
    }


def _read(file: Path) -> tuple[list[Anchor], list[int]]:
    try:
        return read(file)
    except OSError as error:
        what = f"the anchors cannot be read ({(error.strerror or type(error).__name__).lower()})"
        raise WhisperError(what, str(file), "is that the file?") from error


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
        "aged": [{"file": each.file, "first": each.first, "last": each.last, "rows": each.rows} for each in found.aged],
        "anchors": {"agreed": found.agreed, "elsewhere": found.elsewhere},
        "cut": [
            {"seq": cut.anchor.seq, "there": cut.there, "hash": cut.anchor.head, "at": cut.anchor.at}
            for cut in found.cut
        ],
    }
