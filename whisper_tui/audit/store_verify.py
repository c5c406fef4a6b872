"""Says whether a log is whole as the store has it, or where it was changed there: the same chain, read back from the database."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from whisper_tui.audit import chain
from whisper_tui.audit.anchors import Anchor
from whisper_tui.audit.records import Kind, Part
from whisper_tui.audit.search import record_in
from whisper_tui.audit.store import Store, as_text
from whisper_tui.audit.store_tables import SCHEMA
from whisper_tui.audit.walk import MAX_BROKEN, Broken, Hidden, Line, Why, check

HEAD = re.compile(r"[0-9a-f]{64}")
PAGE = 1000
"""Rows that are asked for at a time."""
_COLUMNS = ", ".join(f'"{name}"' for name in chain.COLUMNS)


_ROWS = f"SELECT seq, body, hash, {_COLUMNS} FROM {SCHEMA}.log WHERE stream = %s AND seq > %s AND seq < %s ORDER BY seq"
_HIDDEN = f"""SELECT seq, field, salt, value FROM {SCHEMA}.personal
    WHERE stream = %s AND seq > %s AND seq <= %s ORDER BY seq, field"""
_OF_KIND = f"SELECT seq, body FROM {SCHEMA}.log WHERE stream = %s AND kind = %s ORDER BY seq"


class Stream(Struct, frozen=True):
    """What was found of one log.

    Args:
        rows: how many were read; last: the number of the newest one; head: its hash.
        erased: how many rows have no personal data any more; that is allowed, and breaks nothing.
        cut: anchors that it does not agree with; agreed: how many it agrees with; ahead: how many are of rows after the last.
        gone: rows that are not there, from the first to the last of each, and of which the log says that they aged out where it is
            written; of_gone: how many anchors are of these.
    """

    stream: str
    rows: int
    last: int
    head: bytes
    broken: tuple[Broken, ...] = ()
    erased: int = 0
    cut: tuple[Anchor, ...] = ()
    agreed: int = 0
    ahead: int = 0
    gone: tuple[tuple[int, int], ...] = ()
    of_gone: int = 0


def streams(store: Store) -> list[str]:
    """Every log that is there.

    Raises:
        StoreAway, StoreRefuses: the database cannot be read.
    """
    return [str(stream) for (stream,) in store.select(f"SELECT DISTINCT stream FROM {SCHEMA}.log ORDER BY 1")]


def verify(store: Store, stream: str, anchors: Sequence[Anchor] = ()) -> Stream:
    """Check the rows of `stream`. `anchors`: those of other logs say nothing.

    Raises:
        StoreAway, StoreRefuses: the database cannot be read.
    """
    newest = store.end(stream).seq  # what comes while this looks is for the next time
    aged = [part for _, part in _parts(store, stream, Kind.LOG_AGED)]
    carried = {seq: part for seq, part in _parts(store, stream, Kind.LOG_CARRIED) if seq <= newest}
    ((oldest,),) = store.select(f"SELECT coalesce(min(seq), 1) FROM {SCHEMA}.log WHERE stream = %s", (stream,))
    first = _number(oldest)
    starts = sorted({first, *carried})
    broken: list[Broken] = []
    gone: list[tuple[int, int]] = []
    rows, erased, last, head = 0, 0, 0, b""
    for start, end in zip(starts, [*starts[1:], newest + 1], strict=True):
        part = carried.get(start)
        if part is not None:
            gone += [(last + 1, part.last)] if last < part.last else []
            broken += _joined(part, start, last, head, aged)
        before = chain.genesis(stream, bytes.fromhex(part.head) if part is not None else b"")
        verdict = check(_stored(store, stream, start, end), before, start - 1 if part is not None else 0)
        broken += verdict.broken
        rows, erased = rows + verdict.rows, erased + len(verdict.erased)
        last, head = verdict.last, verdict.head
    found = Stream(stream, rows, last, head, tuple(broken[:MAX_BROKEN]), erased, gone=tuple(gone))
    return _against(store, found, [each for each in anchors if each.log_id == stream], aged)


def _joined(part: Part, start: int, last: int, head: bytes, aged: Sequence[Part]) -> Iterator[Broken]:
    """What is wrong between row `last` with the hash `head` and row `start`, which goes on after `part`."""
    if part.last != start - 1:
        yield Broken(start, Why.FILE, f"it says that it goes on after row {part.last}")
    elif part.last == last and part.head != head.hex():
        yield Broken(start, Why.HASH, "it goes on after another hash")
    elif part.last > last and not any((each.last, each.head) == (part.last, part.head) for each in aged):
        yield Broken(last + 1, Why.GAP, f"rows up to {part.last} are missing")


def _parts(store: Store, stream: str, kind: Kind) -> Iterator[tuple[int, Part]]:
    for seq, body in store.select(_OF_KIND, (stream, kind.value)):
        kept = record_in(body)
        if kept is not None and kept.part is not None and HEAD.fullmatch(kept.part.head):
            yield _number(seq), kept.part


def _stored(store: Store, stream: str, start: int, end: int) -> Iterator[tuple[Line, tuple[Hidden, ...]]]:
    """The rows from `start` to before `end`, page by page."""
    after = start - 1
    while page := store.select(f"{_ROWS} LIMIT {PAGE}", (stream, after, end)):
        hidden: dict[object, tuple[Hidden, ...]] = {}
        for seq, field, salt, value in store.select(_HIDDEN, (stream, after, page[-1][0])):
            told = value.decode(errors="replace") if isinstance(value, bytes) else value
            hidden[seq] = (*hidden.get(seq, ()), (seq, field, salt, told))
        for seq, body, sealed, *columns in page:
            kept = record_in(body)
            said = chain.columns_of(kept) if kept is not None else ()
            # What a column of text cannot hold was replaced.
            same = [as_text(each) if isinstance(each, str) else each for each in said] == columns
            yield (seq, body, sealed, *(said if same else columns)), hidden.get(seq, ())
        after = _number(page[-1][0])


def _against(store: Store, found: Stream, anchors: Sequence[Anchor], aged: Sequence[Part]) -> Stream:
    cut, agreed, ahead, of_gone = [], 0, 0, 0
    for anchor in anchors:
        kept = store.select(f"SELECT hash FROM {SCHEMA}.log WHERE stream = %s AND seq = %s", (found.stream, anchor.seq))
        if kept == [(bytes.fromhex(anchor.head),)]:
            agreed += 1
        elif anchor.seq > found.last:
            ahead += 1
        elif kept or not any(part.first <= anchor.seq <= part.last for part in aged):
            cut.append(anchor)
        else:
            of_gone += 1
    return replace(found, cut=tuple(cut), agreed=agreed, ahead=ahead, of_gone=of_gone)


def _number(seq: object) -> int:
    assert isinstance(seq, int)  # a bigint holds nothing else
    return seq
