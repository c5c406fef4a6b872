"""Who runs this, as the kernel has it; what the environment claims is not asked."""

from __future__ import annotations

import grp
import os
import pwd
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace

from whisper_tui.cli import accounts
from whisper_tui.terms import Subject

_UNSET = 0xFFFFFFFF
"""loginuid of a process that no login started (proc_pid_loginuid, linux)."""


def subject() -> Subject:
    """The person behind this process."""
    uid = os.geteuid()
    groups = set()
    for gid in {os.getegid(), *os.getgroups()}:
        with suppress(KeyError):
            groups.add(grp.getgrgid(gid).gr_name)
    return Subject(_name(uid), uid, frozenset(groups), _login_uid())


def still(before: Subject) -> Subject:
    """The same person now: of the groups that they came with, those that there still are and that they are still in.

    The kernel never takes a group away from a process that runs; whoever keeps the groups may. May ask a directory server.
    """
    return replace(before, groups=before.groups & accounts.groups_of(before.user))


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"#{uid}"  # as sudo writes a user without a name


def _login_uid() -> int | None:
    try:
        login_uid = int(Path("/proc/self/loginuid").read_text())
    except (OSError, ValueError):
        return None
    return None if login_uid == _UNSET else login_uid


def boot_id() -> str:
    """This boot of the machine, so that monotonic times of two boots are not compared; "" where nothing tells."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
