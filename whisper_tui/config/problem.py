"""What a check of the settings says, and what several of them look at."""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from whisper_tui.config.locate import KeyPath

EVENT = re.compile(r"[A-Za-z0-9_.-]{1,60}")
"""The name of a UserEvent."""

CHANNEL_VARIABLE = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
"""As it is read: the underscores that let it be inherited are not of its name."""


class Problem(Struct, frozen=True):
    """A value that cannot be used. `path`: the way to it."""

    path: KeyPath
    what: str
    hint: str


def expanded(written: str) -> Path | None:
    """The path that is written, with a home in the place of its `~`; None: there can be none of that name."""
    try:
        return Path(written).expanduser() if "\0" not in written else None
    except RuntimeError:  # ~somebody, whom nobody knows
        return None
