"""A Debian chroot with a real Asterisk in it, made once and kept in the user's cache.

`python -m tests.asterisk.chroot` makes it ahead of time; it needs root, debootstrap and a Debian mirror.
WHISPER_TUI_ASTERISK_SUITE=bullseye asks for one suite and no other.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SUITES = ("testing", "unstable", "bullseye")
"""Tried in this order: Asterisk 22 comes and goes in the first two; bullseye has 16, without the keypad's lock."""


class NoAsterisk(Exception):
    """There is no real Asterisk to test against; the text says why."""


@dataclass(frozen=True, slots=True)
class Chroot:
    path: Path
    suite: str


def find_or_make() -> Chroot:
    """Return a whole chroot, made now if none is kept.

    Raises:
        NoAsterisk: not root, no debootstrap, or no suite could be had.
    """
    if os.geteuid() != 0:
        raise NoAsterisk("a real Asterisk runs in a chroot, which needs root")
    for tool in ("chroot", "setpriv"):
        if shutil.which(tool) is None:
            raise NoAsterisk(f"{tool} is not installed")
    asked_for = os.environ.get("WHISPER_TUI_ASTERISK_SUITE", "")
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper-tui-asterisk"
    kept.mkdir(parents=True, exist_ok=True)
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be making it: wait for that one
        reasons: list[str] = []
        for suite in asked_for.split() or SUITES:
            root = kept / suite
            if (root / "usr/sbin/asterisk").exists():
                return Chroot(root, suite)
            if shutil.which("debootstrap") is None:
                raise NoAsterisk("debootstrap is not installed")
            try:
                _make(root, suite)
            except NoAsterisk as why:
                reasons.append(str(why))
            else:
                return Chroot(root, suite)
    raise NoAsterisk("; ".join(reasons))


def _make(root: Path, suite: str) -> None:
    """Make it under another name and rename it when it is whole, so that a half-made one is never used."""
    half = root.with_name(f"{suite}.half")
    shutil.rmtree(half, ignore_errors=True)
    command = ["debootstrap", "--variant=minbase", "--include=asterisk", suite, str(half)]
    log = root.with_name(f"{suite}.log")
    with log.open("w") as out:
        made = subprocess.run([*command, *own_mirror()], stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=False)
    if made.returncode != 0:
        last = (log.read_text(errors="replace").splitlines() or ["nothing said"])[-1]
        shutil.rmtree(half, ignore_errors=True)
        raise NoAsterisk(f"debootstrap of {suite} failed: {last}")
    half.rename(root)


def own_mirror() -> list[str]:
    """The mirror from which this machine's own Debian is installed, or nothing: debootstrap has a default."""
    release = platform.freedesktop_os_release()
    if release.get("ID") != "debian" or shutil.which("apt-get") is None:
        return []
    asked = ["apt-get", "indextargets", "--format", "$(RELEASE) $(SITE)"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    targets = (line.split(maxsplit=1) for line in told.splitlines())
    return [site for suite, site in targets if suite == release.get("VERSION_CODENAME")][:1]


if __name__ == "__main__":
    try:
        print(f"Asterisk from {find_or_make().path}")  # noqa: T201
    except NoAsterisk as why:
        sys.exit(str(why))
