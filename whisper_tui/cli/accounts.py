"""The users and groups of this machine, as far as it tells."""

from __future__ import annotations

import grp
import os
import pwd
from collections.abc import Iterable


def members(groups: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return who is in each of `groups` that this machine knows, by their first group or by being listed."""
    found = {}
    for name in groups:
        try:
            group = grp.getgrnam(name)
        except KeyError:
            continue
        first = {user.pw_name for user in pwd.getpwall() if user.pw_gid == group.gr_gid}
        found[name] = frozenset({*group.gr_mem, *first})
    return found


def groups_of(user: str) -> frozenset[str]:
    """Return the groups of `user`; none if this machine does not know them."""
    try:
        known = pwd.getpwnam(user)
        numbers = os.getgrouplist(user, known.pw_gid)
    except (KeyError, OSError):
        return frozenset()
    return frozenset(name for number in numbers if (name := _group(number)))


def has_user(name: str) -> bool:
    """Whether this machine knows the user `name`."""
    try:
        pwd.getpwnam(name)
    except KeyError:
        return False
    return True


def has_group(name: str) -> bool:
    """Whether this machine knows the group `name`."""
    try:
        grp.getgrnam(name)
    except KeyError:
        return False
    return True


def _group(number: int) -> str:
    try:
        return grp.getgrgid(number).gr_name
    except KeyError:
        return ""
