"""The console in other languages: Spanish, and one that nobody speaks, in which words that are in no catalogue stand out."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from whisper_tui.ui import words

_FOREIGN = {
    code: chr(0x0430 + (code | 32) - ord("a"))
    for code in (*range(ord("A"), ord("Z") + 1), *range(ord("a"), ord("z") + 1))
}
"""A letter that takes as much room for each of ours."""


class Foreign(gettext.NullTranslations):
    """Turns every letter of a word into another one, and leaves the values in braces alone."""

    def gettext(self, message: str) -> str:
        parts = re.split(r"(\{[^}]*\})", message)
        return "".join(part if part.startswith("{") else part.translate(_FOREIGN) for part in parts)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


@contextmanager
def spoken(language: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the screen speak `language`."""
    monkeypatch.setenv("LANGUAGE", language)
    words._catalogue.cache_clear()
    try:
        yield
    finally:
        monkeypatch.undo()
        words._catalogue.cache_clear()


@contextmanager
def foreign(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let every word that is in a catalogue be written in letters that are not ours."""
    made = Foreign()
    monkeypatch.setattr(words, "_catalogue", lambda: made)
    try:
        yield
    finally:
        monkeypatch.undo()
