"""Debian chroots with a real Asterisk in them, each made once and kept in the user's cache.

`python -m tests.asterisk.chroot 22` (or 16) makes one ahead of time; it needs root, debootstrap and a Debian mirror.
WHISPER_TUI_ASTERISK_SUITE=bullseye asks for one suite and no other.
"""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

USUAL, OLD = "22", "16"
"""The Asterisk that tests run on unless they ask for another, and the oldest one that they can ask for."""

SUITES = {USUAL: ("testing", "unstable", "bullseye"), OLD: ("bullseye",)}
"""Tried in this order: Asterisk 22 comes and goes in the first two; bullseye has 16, without the keypad's lock."""

CHOICE = "WHISPER_TUI_ASTERISK_SUITE"

MAKING = 900
"""Seconds in which a chroot is made, or given up: 30 to 60 with a near mirror."""


class NoAsterisk(Exception):
    """There is no real Asterisk to test against; the text says why."""


@dataclass(frozen=True, slots=True)
class Chroot:
    path: Path
    suite: str


def find_or_make(version: str = USUAL) -> Chroot:
    """Return a whole chroot with this Asterisk (a key of SUITES), made now if none is kept.

    Raises:
        NoAsterisk: not root, no debootstrap, or no suite could be had.
    """
    if os.geteuid() != 0:
        raise NoAsterisk("a real Asterisk runs in a chroot, which needs root")
    for tool in ("chroot", "setpriv"):
        if shutil.which(tool) is None:
            raise NoAsterisk(f"{tool} is not installed")
    suites = _suites(version)
    kept = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "whisper-tui-asterisk"
    kept.mkdir(parents=True, exist_ok=True)
    if first := _kept(kept, suites[:1]):
        return first  # without the lock: another run may be making another suite
    with (kept / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # another run may be making this one: wait for that
        reasons: list[str] = []
        for suite in suites:
            if found := _kept(kept, [suite]):
                return found
            if shutil.which("debootstrap") is None:
                raise NoAsterisk("debootstrap is not installed")
            try:
                _make(kept / suite, suite)
            except NoAsterisk as why:
                reasons.append(str(why))
            else:
                return Chroot(kept / suite, suite)
    raise NoAsterisk("; ".join(reasons))


def _suites(version: str) -> list[str]:
    asked_for = os.environ.get(CHOICE, "").split()
    suites = [suite for suite in asked_for or SUITES[version] if version == USUAL or suite in SUITES[version]]
    if not suites:
        raise NoAsterisk(f"{CHOICE}={' '.join(asked_for)} leaves Asterisk {version} out")
    return suites


def _kept(kept: Path, suites: Iterable[str]) -> Chroot | None:
    return next(
        (Chroot(kept / suite, suite) for suite in suites if (kept / suite / "usr/sbin/asterisk").exists()), None
    )


def _make(root: Path, suite: str) -> None:
    """Make it under another name and rename it when it is whole, so that a half-made one is never used."""
    half = root.with_name(f"{suite}.half")
    _remove(half)
    command = ["debootstrap", "--variant=minbase", "--include=asterisk", suite, str(half)]
    log = root.with_name(f"{suite}.log")
    with log.open("w") as out:
        made = _run([*command, *own_mirror()], out.fileno())
    if made != 0:
        last = (log.read_text(errors="replace").splitlines() or ["nothing said"])[-1]
        _remove(half)
        raise NoAsterisk(f"debootstrap of {suite} {'took too long' if made is None else 'failed'}: {last}")
    half.rename(root)


def _run(command: list[str], out: int) -> int | None:
    """Return how it ended, None if it had to be ended; nothing that it has started is left behind."""
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True) as process:
        try:
            return process.wait(MAKING)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise


def _remove(half: Path) -> None:
    """A debootstrap that was killed has left the machine's own /proc and /sys mounted in it: those are not to be emptied."""
    mounts = [Path(line.split()[1]) for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in reversed([mount for mount in mounts if half in mount.parents]):
        subprocess.run(["umount", "--lazy", mount], stdin=subprocess.DEVNULL, check=True)
    shutil.rmtree(half, ignore_errors=True)


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
        print(f"Asterisk from {find_or_make(*sys.argv[1:]).path}")  # noqa: T201
    except NoAsterisk as why:
        sys.exit(str(why))
