"""`whisper-tui log verify`: whether the log is whole, and whether it is the one that its anchors were made of."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import click
import msgspec
from msgspec.structs import replace

from whisper_tui.audit import access, store_verify
from whisper_tui.audit.anchors import Anchor, read
from whisper_tui.audit.records import Kind
from whisper_tui.audit.segments import closed
from whisper_tui.audit.store import Store
from whisper_tui.audit.store_search import StoreFinder
from whisper_tui.audit.store_verify import Stream
from whisper_tui.audit.tables import TrailUnreadable
from whisper_tui.audit.verify import Cut, Whole, verify
from whisper_tui.audit.walk import Broken, Why
from whisper_tui.cli.log_filter import words_of
from whisper_tui.cli.log_reader import reader, say_aside
from whisper_tui.cli.log_ship import database
from whisper_tui.cli.main import printable, settings_file
from whisper_tui.cli.verdicts import Answer, Checked, about_anchors, as_json, in_short, in_words
from whisper_tui.cli.which import anchors_file, log_file
from whisper_tui.errors import WhisperError
from whisper_tui.ui.story import when


@click.command("verify")
@click.option(
    "--anchors", "kept", type=click.Path(path_type=Path), help="A copy of the anchors that is kept elsewhere."
)
@click.option("--from", "source", type=click.Choice(["postgresql"]), help="Every log in the database of the settings.")
@click.option("--json", "as_object", is_flag=True, help="The answer as a JSON object.")
@click.pass_context
def command(ctx: click.Context, kept: Path | None, source: str | None, as_object: bool) -> None:
    """Check that no row was changed, added or taken out; access.db, which has who read the log, too.

    That you did, and what was found, is noted there where it can be.

    Exit codes: 0 whole, 1 broken, 2 cut or rewritten against an anchor, 3 unreadable.
    """
    try:
        path = log_file(ctx)
        file = kept or anchors_file(ctx)
        anchors, others = _read(file) if kept is not None or file.exists() else ([], [])
        if source is not None:
            answer = _in_the_database(ctx, file, anchors, as_object=as_object)
            _note(ctx, answer.name.lower())
            ctx.exit(answer)
        is_access = path.name == access.NAME
        checked = _checked(path, [each for each in anchors if bool(each.of) == is_access], beside=kept is None)
    except WhisperError as error:
        say_aside(f"whisper-tui: {error}")
        _note(ctx, f"unreadable, {error.what}")
        ctx.exit(Answer.UNREADABLE)
    # A copy may have those of many machines.
    theirs = [each for each in anchors if each.of and (kept is None or each.of == checked.found.log_id)]
    reads = _of_readers(path, theirs) if not is_access else None
    found = {each.answer for each in (checked, reads) if each is not None}
    answer = next(each for each in (Answer.BROKEN, Answer.CUT, Answer.WHOLE) if each in found)
    noted = _note(ctx, _in_short(checked, reads))
    if as_object:
        told = {**as_json(checked), "answer": answer.name.lower(), "noted": noted}
        click.echo(msgspec.json.encode({**told, "access": as_json(reads) if reads is not None else None}))
    else:
        lines = [*in_words(checked), *about_anchors(file, checked)]
        if reads is not None:
            lines += [*in_words(reads), *about_anchors(file, reads, access.NAME)]
        if others:
            lines.append(f"{file}: {len(others)} lines are no anchors, the first is line {others[0]}")
        for line in lines:
            click.echo(printable(line))
    ctx.exit(answer)


def _checked(path: Path, anchors: Sequence[Anchor], *, beside: bool) -> Checked:
    """The log at `path`, against `anchors`.

    Args:
        beside: all of them were made of it, or of one that was taken away.

    Raises:
        TrailUnreadable: it cannot be read.
    """
    if anchors and beside and not (path.exists() or closed(path)):
        what = f"session log: it is gone; {len(anchors)} anchors were made of it, the last of row {anchors[-1].seq}"
        raise TrailUnreadable(what, str(path), "put it back, or move its anchors to where it is")
    found = verify(path, anchors)
    if beside:
        strange = (each for each in anchors if each.log_id != found.log_id)
        found = replace(found, cut=tuple(dict.fromkeys((*found.cut, *(Cut(each, there=False) for each in strange)))))
    return Checked(path, found, len(anchors))


def _of_readers(path: Path, anchors: Sequence[Anchor]) -> Checked | None:
    """The log of who read the one at `path`; None: nobody has. `anchors`: made of it, or of one that was taken away."""
    file = access.beside(path)
    if not file.exists() and not closed(file):
        cut = tuple(Cut(each, there=False) for each in anchors)
        return Checked(file, Whole(0, 0, b"", files=0, cut=cut), len(anchors)) if anchors else None
    try:
        return _checked(file, anchors, beside=True)
    except TrailUnreadable as error:
        return Checked(file, Whole(0, 0, b"", (Broken(0, Why.UNREADABLE, error.what),)), len(anchors))


def _in_the_database(ctx: click.Context, file: Path, anchors: list[Anchor], *, as_object: bool) -> Answer:
    """Say of every log in the database whether it is whole there, and agrees with these anchors if they are its own."""
    worst = Answer.WHOLE
    missing = {each.log_id for each in anchors if not each.of}
    with closing(Store(database(settings_file(ctx)).to)) as store:
        names = StoreFinder(store).names()
        for stream in store_verify.streams(store):
            missing.discard(stream)
            found = store_verify.verify(store, stream, anchors)
            answer = Answer.BROKEN if found.broken else Answer.CUT if found.cut else Answer.WHOLE
            worst = answer if worst is Answer.WHOLE or answer is Answer.BROKEN else worst
            name = names.get(stream, stream)
            if as_object:
                click.echo(msgspec.json.encode(_stream_as_json(name, found, answer)))
                continue
            where = f"{store.where} {name}"
            lines = [f"{where}: row {each.seq}: {each.why.value} {each.detail}".rstrip() for each in found.broken]
            lines += [f"{where}: row {each.seq}: not what it was at {when(each.at)}" for each in found.cut]
            word = {Answer.BROKEN: "BROKEN", Answer.CUT: "CUT OR REWRITTEN"}.get(answer, "whole")
            lines.append(f"{where}: {found.rows} rows, {word}, last {found.head.hex()}")
            lines += [
                f"{where}: rows {first} to {last} are not there; the log says that they aged out where it is written"
                for first, last in found.gone
            ]
            if found.agreed or found.ahead or found.of_gone:
                not_there = found.ahead + found.of_gone
                lines.append(f"{file}: {found.agreed} anchors agree, {not_there} are of rows that are not there")
            for line in lines:
                click.echo(printable(line).replace("\n", "\\n"))
        for log_id in sorted(missing):
            if as_object:
                click.echo(
                    msgspec.json.encode({"stream": "", "log_id": log_id, "answer": Answer.CUT.name.lower(), "rows": 0})
                )
            else:
                click.echo(printable(f"{store.where}: nothing of log {log_id}, of which {file} has anchors, is there"))
    return Answer.CUT if missing and worst is Answer.WHOLE else worst


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
        "anchors": {"agreed": found.agreed, "ahead": found.ahead, "gone": found.of_gone},
        "gone": [{"first": first, "last": last} for first, last in found.gone],
        "cut": [{"seq": each.seq, "hash": each.head, "at": each.at} for each in found.cut],
    }


def _read(file: Path) -> tuple[list[Anchor], list[int]]:
    try:
        return read(file)
    except OSError as error:
        what = f"the anchors cannot be read ({(error.strerror or type(error).__name__).lower()})"
        raise WhisperError(what, str(file), "is that the file?") from error


def _in_short(checked: Checked, reads: Checked | None) -> str:
    beside = f"; {access.NAME} {in_short(reads)}" if reads is not None and reads.answer is not Answer.WHOLE else ""
    return in_short(checked) + beside


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
