"""Of rows whose personal data is gone: for how many of them no row of the log says that it was erased.

A row about an erasure tells how many rows of which file it took a number out of, never which: it holds the ticket, and would
lead from whoever asked to be forgotten to the calls that were theirs.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence

import msgspec
from msgspec import Struct

from whisper_tui.audit import chain
from whisper_tui.audit.records import Kind

COUNTED = re.compile(r"(\d{1,9}) rows, ticket ")
"""How the words of a row begin that has its counts nowhere else: it was written before there was `Record.erased`."""


class Said(Struct, frozen=True):
    """What the row `seq` says of an erasure. `counts`: rows by the number of their file's first; 0: of whichever file."""

    seq: int
    counts: Mapping[int, int]


def said(connection: sqlite3.Connection) -> Iterator[Said]:
    """What the rows of one file say of erasures. A damaged one says nothing; the walk finds it.

    Raises:
        sqlite3.Error: the file cannot be read.
    """
    for seq, body in connection.execute("SELECT seq, body FROM log WHERE kind = ?", [Kind.LOG_ERASED.value]):
        try:
            kept = chain.unseal(body)
        except (msgspec.DecodeError, UnicodeDecodeError, TypeError):
            continue
        if kept.erased is not None:
            yield Said(seq, {int(first): count for first, count in kept.erased.items() if first.isdecimal()})
        elif counted := COUNTED.match(kept.detail):
            yield Said(seq, {0: int(counted[1])})


def unsaid(erased: Mapping[int, Sequence[int]], said: Sequence[Said]) -> int:
    """For how many rows nothing is said.

    Args:
        erased: rows without their personal data, by the number of their file's first.
    """
    rest = [seq for first, rows in erased.items() for seq in _rest(rows, first, said)]
    return len(_rest(rest, 0, said))


def _rest(rows: Sequence[int], of: int, said: Sequence[Said]) -> list[int]:
    """The rows that nothing of what is said of `of` accounts for: what a row says is of such as were there before it."""
    moments = [(each.seq, each.counts[of]) for each in said if of in each.counts] + [(seq, 0) for seq in rows]
    told, rest = 0, []
    for seq, count in sorted(moments, reverse=True):
        if count:
            told += count
        elif told:
            told -= 1
        else:
            rest.append(seq)
    return rest
