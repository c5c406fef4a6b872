"""cues.toml: short phrases that a supervisor can send to the agent whom they hear, or have spoken to them, the site's own."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import msgspec
import tomli

from whisper_tui.config.files import read_any, read_trusted
from whisper_tui.errors import UsageError

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
    try:
        read = msgspec.convert(tomli.loads(read_trusted(path).decode("utf-8")), _File)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:  # no text, no TOML, or another shape
        hint = 'write schema = 1 and cues = ["...", { text = "...", sound = "file.wav" }]'
        raise UsageError(str(error), str(path), hint) from error
    if read.schema != 1:
        raise UsageError(f"schema = {read.schema} is not known", str(path), "this program reads schema 1")
    if len(read.cues) > MOST:
        raise UsageError(f"{len(read.cues)} cues, and there are keys for {MOST}", str(path), "keep the best")
    return tuple(_card(path, place, cue) for place, cue in enumerate(read.cues, 1))


def _card(path: Path, place: int, cue: str | _Table) -> Card:
    text, sound = (cue, "") if isinstance(cue, str) else (cue.text, cue.sound)
    if not text.strip() or not text.isprintable() or len(text) > LONGEST:
        said = f"cue {place} is empty, longer than {LONGEST} characters, or has signs that are not printed"
        raise UsageError(said, str(path), "write one line of words")
    if not sound:
        return Card(text.strip())
    file = path.parent / Path(sound).expanduser()
    return Card(text.strip(), read_any(file, MAX_SOUND), file)
