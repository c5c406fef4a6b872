"""cues.toml: short phrases that a supervisor can send to the agent whom they hear, or have spoken to them, the site's own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from whisper_tui.config.files import read_any, read_trusted
from whisper_tui.config.load import in_words, read_toml, wrong
from whisper_tui.config.problem import Problem, expanded

MOST = 9
"""Cards: each has a digit."""
LONGEST = 160
"""Characters of one: what a phone shows without scrolling."""
MAX_SOUND = 2 << 20
"""Bytes of a prepared sound: 15 s at 48 kHz, and room."""


class Card(NamedTuple):
    """One card. `wav`: what is heard of it, b"" where a voice says it; `file`: where that came from."""

    text: str
    wav: bytes = b""
    file: Path | None = None


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    text: str
    sound: str = ""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    schema: int
    cues: list[str | _Table]


def load(path: Path) -> tuple[Card, ...]:
    """Return the cards in the file at `path`, in their order; none where there is no such file.

    Raises:
        UsageError: it is not to be trusted, or wrong somewhere; or a sound that it names is not there.
    """
    if not path.exists():
        return ()
    text, table = read_toml(read_trusted(path), path)
    try:
        read = msgspec.convert(table, _File)
    except msgspec.ValidationError as error:
        raise wrong(path, text, *in_words(error, table, _File)) from None
    cues = [_Table(cue) if isinstance(cue, str) else cue for cue in read.cues]
    for problem in _problems(read.schema, cues):
        raise wrong(path, text, problem.path, problem.what, problem.hint)
    return tuple(_card(path.parent, cue) for cue in cues)


def _problems(schema: int, cues: Sequence[_Table]) -> Iterator[Problem]:
    if schema != 1:
        yield Problem(("schema",), f"the file is of schema {schema}", "this program reads schema 1")
    if len(cues) > MOST:
        yield Problem(("cues", MOST), f"{len(cues)} cues, and there are keys for {MOST}", "keep the best")
    for place, cue in enumerate(cues):
        if not cue.text.strip() or not cue.text.isprintable() or len(cue.text) > LONGEST:
            said = f"cue {place + 1} is empty, longer than {LONGEST} characters, or has signs that are not printed"
            yield Problem(("cues", place), said, "write one line of words")
        if expanded(cue.sound) is None:
            yield Problem(("cues", place, "sound"), f"{cue.sound!r} cannot be a file", 'sound = "file.wav"')


def _card(folder: Path, cue: _Table) -> Card:
    sound = expanded(cue.sound) if cue.sound else None
    if sound is None:
        return Card(cue.text.strip())
    file = folder / sound
    return Card(cue.text.strip(), read_any(file, MAX_SOUND), file)
