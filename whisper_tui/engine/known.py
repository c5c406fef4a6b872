"""What legs have shown of a PBX at one version, kept between starts, so that the next leg starts in its kind."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec

from whisper_tui.supervision.kinds import Findings
from whisper_tui.terms import Pbx

log = logging.getLogger(__name__)


class _Kept(msgspec.Struct, frozen=True):
    """Of one PBX, in the file."""

    asterisk: str
    locks: bool | None = None
    keys: bool | None = None


class Known:
    """Findings by PBX; those of another version count for nothing.

    Args:
        file: where they are kept, None: nowhere. A file that cannot be read is begun anew: all in it can be found out again.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._kept: dict[str, _Kept] = {}
        if file is not None and file.exists():
            try:
                self._kept = msgspec.json.decode(file.read_bytes(), type=dict[str, _Kept])
            except (OSError, msgspec.DecodeError) as error:
                log.warning("what was found out about PBXs cannot be read, and is found out again: %s: %s", file, error)

    def recall(self, pbx: Pbx, asterisk: str) -> Findings:
        kept = self._kept.get(pbx)
        if kept is None or kept.asterisk != asterisk:
            return Findings()
        return Findings(kept.locks, kept.keys)

    def keep(self, pbx: Pbx, asterisk: str, findings: Findings) -> None:
        """What is not known anew stays as it was."""
        before = self.recall(pbx, asterisk)
        locks = before.locks if findings.locks is None else findings.locks
        kept = _Kept(asterisk, locks, findings.keys)
        if self._kept.get(pbx) == kept:
            return
        self._kept[pbx] = kept
        if self._file is not None:
            try:
                self._file.write_bytes(msgspec.json.encode(self._kept))
            except OSError as error:
                log.warning("what was found out about %s cannot be kept: %s: %s", pbx, self._file, error)
