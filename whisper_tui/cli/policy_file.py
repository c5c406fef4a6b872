"""policy.toml as an engine takes it: whole, only if nobody else can have written it, and anew when it changes."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from whisper_tui.config import load
from whisper_tui.errors import UsageError
from whisper_tui.permissions.parse import parse
from whisper_tui.permissions.policy import Policy


class PolicyFile:
    """The policy at `path`; where there is no file there is no policy."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def stamp(self) -> Hashable:
        """What the file system says of the file: another one whenever it was written, replaced, or given to somebody else."""
        try:
            found = self._path.stat()
        except OSError as error:
            return error.errno
        return found.st_ino, found.st_mtime_ns, found.st_ctime_ns, found.st_size

    def load(self) -> Policy | None:
        """Return the policy, None where there is no file.

        Raises:
            UsageError: it is wrong somewhere, or not to be trusted.
        """
        try:
            self._path.stat()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise UsageError(error.strerror or "cannot be read", str(self._path)) from error
        read = load.read_policy(self._path)
        return parse(read.table, read.digest, read.path, read.text)
