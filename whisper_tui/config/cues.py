"""cues.toml: short phrases that a supervisor can send to the agent whom they hear, the site's own."""

from __future__ import annotations

from pathlib import Path

import msgspec
import tomli

from whisper_tui.config.files import read_trusted
from whisper_tui.errors import UsageError

MOST = 9
"""Cards: each has a digit."""
LONGEST = 160
"""Characters of one: what a phone shows without scrolling."""


class _File(msgspec.Struct, forbid_unknown_fields=True):
    schema: int
    cues: list[str]


def load(path: Path) -> tuple[str, ...]:
    """Return the cards in the file at `path`, in their order; none where there is no such file.

    Raises:
        UsageError: it is not to be trusted, or wrong somewhere.
    """
    if not path.exists():
        return ()
    try:
        read = msgspec.convert(tomli.loads(read_trusted(path).decode("utf-8")), _File)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:  # no text, no TOML, or another shape
        raise UsageError(str(error), str(path), 'write schema = 1 and cues = ["...", "..."]') from error
    if read.schema != 1:
        raise UsageError(f"schema = {read.schema} is not known", str(path), "this program reads schema 1")
    if len(read.cues) > MOST:
        raise UsageError(f"{len(read.cues)} cues, and there are keys for {MOST}", str(path), "keep the best")
    for place, cue in enumerate(read.cues, 1):
        if not cue.strip() or not cue.isprintable() or len(cue) > LONGEST:
            said = f"cue {place} is empty, longer than {LONGEST} characters, or has signs that are not printed"
            raise UsageError(said, str(path), "write one line of words")
    return tuple(cue.strip() for cue in read.cues)
