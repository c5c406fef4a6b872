"""Roles: which rights each adds up to, with those of the roles that it extends."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from whisper_tui.config.locate import KeyPath
from whisper_tui.permissions.read import Mistake, did_you_mean
from whisper_tui.permissions.schema import Role
from whisper_tui.terms import Right

Rights: TypeAlias = Mapping[Right, KeyPath]
"""The rights of a role, and where each stands in the file."""


def rights_of_roles(roles: Mapping[str, Role], mistakes: list[Mistake]) -> dict[str, Rights]:
    """What every role can, with what it has from the roles that it extends."""
    known = {right.value: right for right in Right}
    for name, role in roles.items():
        for word in role.can:
            if word not in known:
                way: KeyPath = ("roles", name, "can")
                mistakes.append(Mistake(way, f"there is no right {word!r}", did_you_mean(word, known)))
        for above in role.extends:
            if above not in roles:
                way = ("roles", name, "extends")
                mistakes.append(Mistake(way, f"there is no role {above!r}", did_you_mean(above, roles)))
        if name in extended(name, roles):
            mistakes.append(Mistake(("roles", name, "extends"), "extends itself, by way of others or directly"))
    return {name: _places(name, roles, known) for name in roles}


def _places(name: str, roles: Mapping[str, Role], known: Mapping[str, Right]) -> Rights:
    places: dict[Right, KeyPath] = {}
    for each in (name, *sorted(extended(name, roles))):
        for place, word in enumerate(roles[each].can):
            if word in known:
                places.setdefault(known[word], ("roles", each, "can", place))
    return places


def extended(name: str, roles: Mapping[str, Role]) -> set[str]:
    """Return every role that `name` extends, near and far; itself too if they go round in a circle."""
    found: set[str] = set()
    ahead = list(roles[name].extends) if name in roles else []
    while ahead:
        each = ahead.pop()
        if each in roles and each not in found:
            found.add(each)
            ahead.extend(roles[each].extends)
    return found
