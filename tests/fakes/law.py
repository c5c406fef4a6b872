"""A policy that a test changes, as its file would."""

from __future__ import annotations

from whisper_tui.errors import WhisperError
from whisper_tui.permissions.policy import Policy


class Law:
    """Says what it was told to say; another policy, or why there is none, at the next look."""

    def __init__(self, policy: Policy | None) -> None:
        self._says: Policy | WhisperError | None = policy
        self._stamp = 0

    def becomes(self, policy: Policy | WhisperError | None) -> None:
        self._says, self._stamp = policy, self._stamp + 1

    def stamp(self) -> int:
        return self._stamp

    def load(self) -> Policy | None:
        if isinstance(self._says, WhisperError):
            raise self._says
        return self._says
