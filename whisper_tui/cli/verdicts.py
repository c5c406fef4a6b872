"""What `log verify` has found, in words and as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import IntEnum
from pathlib import Path

from msgspec import Struct

from whisper_tui.audit.verify import Cut, Whole
from whisper_tui.ui.story import when


class Answer(IntEnum):
    """The exit code: stable."""

    WHOLE = 0
    BROKEN = 1
    CUT = 2
    """Whole in itself, but not what an anchor was made of."""
    UNREADABLE = 3
    """The log or the anchors cannot be read, so that nothing can be said."""


class Checked(Struct, frozen=True):
    """The log at `path`, and what was found of it. `anchors`: how many were compared with it."""

    path: Path
    found: Whole
    anchors: int

    @property
    def answer(self) -> Answer:
        return Answer.BROKEN if self.found.broken else Answer.CUT if self.found.cut else Answer.WHOLE

    @property
    def is_missing(self) -> bool:
        """An anchor was made of it, and it is not there."""
        return self.found.files == 0


def in_short(checked: Checked) -> str:
    """For the row that is kept of it."""
    found = checked.found
    match checked.answer:
        case Answer.BROKEN:
            first, more = found.broken[0], len(found.broken) - 1
            where = f"{_row(first.seq)}{first.why.value}" + (f" in {first.file}" if first.file else "")
            return f"broken, {where}" + (f" and {more} more" if more else "")
        case Answer.CUT:
            return f"cut, row {found.cut[0].anchor.seq} {_cut(found.cut[0])}"
    return f"whole, {found.rows} rows, last {found.head.hex()}"


def in_words(checked: Checked) -> Iterator[str]:
    path, found = checked.path, checked.found
    for each in found.broken:
        where = path.with_name(each.file) if each.file else path
        yield f"{where}: {_row(each.seq, ': ')}{each.why.value} {each.detail}".rstrip()
    for cut in _oldest(found.cut):
        yield f"{path}: row {cut.anchor.seq}: {_cut(cut)}, as it was at {when(cut.anchor.at)}"
    if found.cut:
        held = f"row {found.held.seq} of {when(found.held.at)}" if found.held else "nothing"
        yield f"{path}: CUT OR REWRITTEN; {held} is the last that an anchor agrees with"
    if checked.is_missing:
        return
    if found.aged:
        first, last = found.aged[0], found.aged[-1]
        span = f"rows {first.first} to {last.last}, the newest of {when(max(each.newest for each in found.aged))}"
        yield f"{path}: {found.aged_rows} rows aged out ({span}); the log says so itself"
    if said := len(found.erased) - found.unsaid:
        yield f"{path}: {said} rows had personal data erased, as rows of the log say"
    if found.unsaid:
        yield f"{path}: {found.unsaid} rows had personal data erased and no row says who did"
    files = f" in {found.files} files" if found.files > 1 else ""
    word = "BROKEN" if found.broken else "whole"
    yield f"{path}: {found.rows} rows{files}, {word}, last {found.head.hex()}"


def about_anchors(file: Path, checked: Checked, of: str = "") -> Iterator[str]:
    """What the anchors in `file` say. `of`: the log's name, where it is not the session log."""
    of = f" of {of}" if of else ""
    if not checked.anchors:
        yield f"{file}: no anchors{of}, so that a cut end{' of it' if of else ''} would not show"
    else:
        yield f"{file}: {checked.found.agreed} anchors{of} of {checked.anchors} agree"
    if checked.found.elsewhere:
        yield f"{file}: {checked.found.elsewhere} anchors are of other logs, or of rows that aged out"


def as_json(checked: Checked) -> dict[str, object]:
    found = checked.found
    return {
        "answer": checked.answer.name.lower(),
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


def _oldest(cut: Sequence[Cut]) -> list[Cut]:
    """One of each row: its newest may have been noted many times."""
    return sorted({each.anchor.seq: each for each in reversed(cut)}.values(), key=lambda each: each.anchor.seq)


def _row(seq: int, then: str = " ") -> str:
    """`row 5 `; nothing where it is of a file as a whole."""
    return f"row {seq}{then}" if seq else ""


def _cut(cut: Cut) -> str:
    return "another hash" if cut.there else "not there"
