"""The labs of one run: the usual Asterisk, and another one beside it where a test asks for that."""

from __future__ import annotations

from collections.abc import Iterable

from tests.asterisk.chroot import OLD, SUITES, USUAL, NoAsterisk, find_or_make
from tests.asterisk.lab import Lab


class Labs:
    """Started for the versions (keys of SUITES) that tests ask for, up until `stop`."""

    def __init__(self) -> None:
        self._labs: dict[str, Lab | NoAsterisk] = {}

    def start(self, versions: Iterable[str]) -> list[str]:
        """Return a line about each: what was started, or why not.

        It may take longer than a test may: a chroot is made if none is kept.
        """
        wanted = set(versions)
        for version in (version for version in SUITES if version in wanted and version not in self._labs):
            try:
                self._labs[version] = self._start(version)
            except NoAsterisk as why:
                self._labs[version] = why
        return list(dict.fromkeys(map(self._said, self._labs)))

    def lab(self, version: str) -> Lab:
        """Return the lab that was started for this version.

        Raises:
            NoAsterisk: it could not be.
        """
        lab = self._labs[version]
        if isinstance(lab, NoAsterisk):
            raise lab
        return lab

    def stop(self) -> None:
        for lab in self._labs.values():
            if isinstance(lab, Lab):
                lab.stop()
        self._labs.clear()

    def _start(self, version: str) -> Lab:
        chroot = find_or_make(version)
        for lab in self._labs.values():
            if isinstance(lab, Lab) and lab.chroot == chroot:
                return lab
        lab = Lab(chroot)
        lab.start()
        return lab

    def _said(self, version: str) -> str:
        lab = self._labs[version]
        if isinstance(lab, NoAsterisk):
            return f"no real Asterisk {version}: {lab}"
        return f"Asterisk {lab.version_text} from {lab.chroot.suite}"


def is_of(lab: Lab, version: str) -> bool:
    """Whether this lab is what a test that asks for `version` means: 16 itself, or 22 and whatever comes after it."""
    return lab.version[0] == int(OLD) if version == OLD else lab.version[0] >= int(USUAL)
