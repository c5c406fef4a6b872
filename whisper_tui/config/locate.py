"""Where in a TOML text a key stands, and which known word a wrong one is nearest to."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from typing import TypeAlias

import tomli

KeyPath: TypeAlias = tuple[str | int, ...]
"""The way to a value: names of tables and keys, places in lists counted from 0."""

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)+")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:\\.|[^"\\\n])*"|'[^'\n]*'""")
_DOT = re.compile(r"[ \t]*\.[ \t]*")
_TEXT = re.compile(r'''"""(?s:\\.|[^\\])*?""""{0,2}|\'\'\'(?s:.*?)\'\'\'\'{0,2}|"(?:\\.|[^"\\\n])*"|'[^'\n]*\'''')
_BARE = re.compile(r"[^,\]}#\n]+")


def line_of(text: str, path: KeyPath) -> int | None:
    """Return the line (from 1) on which the value at `path` begins, or that of the nearest table around it.

    None: nothing of `path` is there.
    """
    return nearest_line(positions(text), path)


def nearest_line(lines: Mapping[KeyPath, int], path: KeyPath) -> int | None:
    """Return the line of `path`, or of the nearest table or list around it, in what `positions` found."""
    return next((lines[path[:depth]] for depth in range(len(path), 0, -1) if path[:depth] in lines), None)


def positions(text: str) -> dict[KeyPath, int]:
    """Return the line (from 1) of every table, key and list item in `text`.

    `text` must be TOML: the parser is asked before, and this only follows it.
    """
    return _Walk(text).lines


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The word in `known` that was probably meant, or None."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return close[0] if close else None


class _Walk:
    """Goes through a TOML text once, from value to value."""

    def __init__(self, text: str) -> None:
        self.lines: dict[KeyPath, int] = {}
        self._text = text
        self._ends = [found.start() for found in re.finditer("\n", text)]
        self._at = 0
        self._tables: dict[KeyPath, int] = {}
        """How many `[[...]]` there were of each name."""
        around: KeyPath = ()
        while self._skip():
            if text.startswith("[", self._at):
                around = self._header()
            else:
                self._pair(around)

    def _skip(self) -> bool:
        """Go past blanks and comments; False at the end."""
        if blank := _BLANK.match(self._text, self._at):
            self._at = blank.end()
        return self._at < len(self._text)

    def _header(self) -> KeyPath:
        begins, several = self._at, self._text.startswith("[[", self._at)
        self._at += 2 if several else 1
        self._skip()
        *above, last = self._key()
        self._skip()
        self._at += 2 if several else 1
        path: KeyPath = ()
        for step in above:
            path = self._newest((*path, step))
        path = (*path, last)
        if several:
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._newest(path)
        self._mark(path, begins)
        return path

    def _newest(self, path: KeyPath) -> KeyPath:
        return (*path, self._tables[path] - 1) if path in self._tables else path

    def _pair(self, around: KeyPath) -> None:
        begins = self._at
        path = (*around, *self._key())
        self._mark(path, begins)
        self._skip()
        self._at += 1  # the equals sign
        self._skip()
        self._value(path)

    def _value(self, path: KeyPath) -> None:
        match self._text[self._at]:
            case "[":
                self._inside(path, "]")
            case "{":
                self._inside(path, "}")
            case '"' | "'":
                self._pass(_TEXT)
            case _:
                self._pass(_BARE)

    def _inside(self, path: KeyPath, end: str) -> None:
        """A list, or a table on one line."""
        self._at += 1
        place = 0
        while self._skip() and self._text[self._at] != end:
            if self._text[self._at] == ",":
                self._at += 1
            elif end == "}":
                self._pair(path)
            else:
                self._mark((*path, place), self._at)
                self._value((*path, place))
                place += 1
        self._at += 1

    def _key(self) -> list[str]:
        steps = [self._word()]
        while dot := _DOT.match(self._text, self._at):
            self._at = dot.end()
            steps.append(self._word())
        return steps

    def _word(self) -> str:
        word = self._pass(_KEY)
        if word[0] == '"' and "\\" in word:
            return str(tomli.loads(f"word = {word}")["word"])
        return word[1:-1] if word[0] in "\"'" else word

    def _pass(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._at)
        assert found is not None, "what is not TOML has no places"
        self._at = found.end()
        return found[0]

    def _mark(self, path: KeyPath, begins: int) -> None:
        line = bisect_right(self._ends, begins - 1) + 1
        for depth in range(1, len(path) + 1):
            self.lines.setdefault(path[:depth], line)
