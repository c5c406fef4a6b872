"""Where the program's own warnings go: a file, for they would spoil the screen. Never a secret, never typed digits."""

from __future__ import annotations

import logging
import logging.handlers

from whisper_tui.config.paths import state_dir
from whisper_tui.errors import UsageError


def keep_journal() -> None:
    """Write warnings to `journal` in the state folder (0600, 1 MB and one older); nowhere, if that cannot be written."""
    handler: logging.Handler = logging.NullHandler()
    try:
        file = state_dir() / "journal"
        file.touch(mode=0o600)
        handler = logging.handlers.RotatingFileHandler(file, maxBytes=1 << 20, backupCount=1, encoding="utf-8")
    except (OSError, UsageError):
        pass
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(name)s %(levelname)s %(message)s", handlers=[handler], force=True
    )
