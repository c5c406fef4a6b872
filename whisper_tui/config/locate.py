"""Where in a TOML text a key stands, and which known word a wrong one is nearest to."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeAlias

import tomli

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of tables and keys, places in lists counted from 0."""


def line_of(text: str, path: KeyPath) -> int | None:
    """Return the line (from 1) on which the value at `path` begins, or that of the nearest table around it.

    Asks the parser itself, with one more line at a time, so that every way to write TOML is understood. None: nothing
    of `path` is there.
    """
    lines = text.splitlines(keepends=True)
    begins = 1
    found: int | None = None
    depth = 0
    for count in range(1, len(lines) + 1):
        try:
            table = tomli.loads("".join(lines[:count]))
        except tomli.TOMLDecodeError:
            continue  # in the middle of a value of several lines
        reached = _depth(table, path)
        if reached > depth:
            found, depth = _first_word(lines, begins, count), reached
        if depth == len(path):
            break
        begins = count + 1
    return found


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word in `known` that was probably meant, or None."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def _depth(value: object, path: KeyPath) -> int:
    """How many steps of `path` can be gone from `value`."""
    for gone, step in enumerate(path):
        match value, step:
            case dict(), str() if step in value:
                value = value[step]
            case list(), int() if step < len(value):
                value = value[step]
            case _:
                return gone
    return len(path)


def _first_word(lines: list[str], begins: int, ends: int) -> int:
    """The first line in `begins`..`ends` that is neither blank nor a comment."""
    for number in range(begins, ends):
        if lines[number - 1].strip() and not lines[number - 1].lstrip().startswith("#"):
            return number
    return ends
