"""How long callers may wait in which queue before the screen says so: what the settings say of each. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from msgspec.structs import replace

from whisper_tui.engine.rows import Limits


class Patience:
    """What was said of queues.

    Args:
        said: by the name of a queue, or by a pattern of names (`sales-*`). A queue's own name goes before any pattern, and the
            first pattern that fits before the others.
    """

    def __init__(self, said: Mapping[str, Limits] | None = None) -> None:
        self._said = dict(said or {})
        self._found: dict[str, Limits] = {}

    def of(self, queue: str, service_level: int) -> Limits:
        """Return the limits of `queue`; where nothing is said of when a caller is late, that is the queue's service level."""
        limits = self._found.get(queue)
        if limits is None:
            limits = self._found[queue] = self._said.get(queue) or self._fits(queue)
        return limits if limits.late else replace(limits, late=float(service_level))

    def _fits(self, queue: str) -> Limits:
        return next((limits for pattern, limits in self._said.items() if fnmatchcase(queue, pattern)), Limits())
