"""The people that a policy names, and who stands for them when a policy is looked at."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.permissions.policy import Policy
from whisper_tui.terms import Subject

NOBODY = -1
"""The uid of a person who is only looked at."""


def users(policy: Policy) -> tuple[str, ...]:
    """The users that profiles name."""
    return tuple(sorted({user for each in policy.profiles for user in each.os_users}))


def groups(policy: Policy) -> tuple[str, ...]:
    """The groups that profiles name."""
    return tuple(sorted({group for each in policy.profiles for group in each.os_groups}))


def stand_ins(policy: Policy, members: Mapping[str, frozenset[str]]) -> dict[str, Subject]:
    """Return everybody whom `policy` is for: users by name, and groups of which no member is known as `@name`.

    Args:
        members: of the groups that are known, who is in them.
    """
    known = {*users(policy), *(user for group in groups(policy) for user in members.get(group, ()))}
    found = {user: Subject(user, NOBODY, groups_of(user, members)) for user in sorted(known)}
    return found | {
        f"@{group}": Subject("", NOBODY, frozenset({group})) for group in groups(policy) if not members.get(group)
    }


def groups_of(user: str, members: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The groups that `user` is in."""
    return frozenset(group for group, names in members.items() if user in names)
