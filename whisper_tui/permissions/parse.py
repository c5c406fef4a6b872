"""Makes a Policy of policy.toml's table. Every mistake is named."""

from __future__ import annotations

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from whisper_tui.config.locate import KeyPath, positions
from whisper_tui.permissions import patterns, rules
from whisper_tui.permissions.mistakes import refused
from whisper_tui.permissions.policy import Notify, Numbers, Policy, Profile
from whisper_tui.permissions.read import Mistake, did_you_mean, read, readable, tables_at
from whisper_tui.permissions.roles import Rights, rights_of_roles
from whisper_tui.permissions.schema import PolicyFile, ProfileTable

SCHEMA = 1


def parse(table: Mapping[str, object], digest: str, path: str, text: str = "") -> Policy:
    """Return the policy that `table` says.

    Args:
        digest: SHA-256 of the file's bytes, hex.
        text: the file as text, so that profiles and mistakes in them have their line.

    Raises:
        PolicyRefused: something in it is wrong.
    """
    mistakes: list[Mistake] = []
    file = read(PolicyFile, table, (), mistakes) or PolicyFile()
    if file.schema != SCHEMA:
        mistakes.append(Mistake(("schema",), f"the file is of schema {file.schema}", f"this version reads {SCHEMA}"))
    attributes = patterns.attributes(file.attributes, table.get("attributes"), mistakes)
    exempt = patterns.agents(("policy", "exempt_agents"), file.policy.exempt_agents, mistakes)
    zone = rules.zone(file.policy.tz, ("policy", "tz"), mistakes) if file.policy.tz else None
    max_session = rules.max_session(file.policy.max_session, mistakes)
    reasons = rules.reasons(file.reasons.codes, mistakes)
    rights = rights_of_roles(file.roles, mistakes)
    written = tables_at(table, "profile")
    lines = positions(text)
    general, inside = _places(lines)
    names: set[str] = set()
    profiles = []
    for place, each in zip(readable(written, "name"), file.profile, strict=True):
        way: KeyPath = ("profile", place)
        if each.name in names:
            mistakes.append(Mistake((*way, "name"), f"{each.name!r} names two profiles"))
        names.add(each.name)
        profile = _profile(each, way, rights, zone, mistakes)
        granted = {right: lines.get(at, 0) for role in each.roles for right, at in rights.get(role, {}).items()}
        profiles.append(replace(profile, line=lines.get(way, 0), lines=inside.get(place, {}), granted=granted))
    if mistakes:
        raise refused(mistakes, written, path, lines)
    return Policy(
        tuple(profiles),
        digest,
        path,
        attributes,
        exempt,
        file.policy.require_announced,
        max_session,
        reasons,
        zone,
        general,
    )


def _places(lines: Mapping[KeyPath, int]) -> tuple[dict[str, int], dict[int, dict[str, int]]]:
    """Where the keys of `[policy]` stand, and those of every profile: `deny.queue`."""
    general: dict[str, int] = {}
    profiles: dict[int, dict[str, int]] = {}
    for way, line in lines.items():
        match way:
            case ("policy", str(key)) | ("attributes", "variable" as key):
                general[key] = line
            case ("profile", int(place), *inside) if inside:
                profiles.setdefault(place, {})[".".join(map(str, inside))] = line
    return general, profiles


def _profile(
    each: ProfileTable, way: KeyPath, rights: Mapping[str, Rights], zone: ZoneInfo | None, mistakes: list[Mistake]
) -> Profile:
    if not each.name.strip() or not each.name.isprintable():
        mistakes.append(Mistake((*way, "name"), f"{each.name!r} is not a name"))
    if not each.os_users and not each.os_groups:
        mistakes.append(Mistake(way, "is for nobody", 'add os_users = ["..."] or os_groups = ["..."]'))
    for key, names in (("os_users", each.os_users), ("os_groups", each.os_groups), ("phone", each.phone)):
        mistakes.extend(patterns.no_patterns((*way, key), names))
    mistakes.extend(fault for phone in each.phone if (fault := patterns.device((*way, "phone"), phone)))
    for role in each.roles:
        if role not in rights:
            mistakes.append(Mistake((*way, "roles"), f"there is no role {role!r}", did_you_mean(role, rights)))
    return Profile(
        each.name,
        frozenset().union(*(rights.get(role, ()) for role in each.roles)),
        frozenset(each.os_users),
        frozenset(each.os_groups),
        patterns.scope(each.scope, (*way, "scope"), mistakes),
        patterns.deny(each.deny, (*way, "deny"), mistakes),
        frozenset(each.phone),
        Numbers(each.numbers) if each.numbers else None,
        notify=Notify(each.notify_agent),
        agent_may_decline=each.agent_may_decline,
        limits=rules.limits(each, way, mistakes),
        hours=rules.hours(each.when, zone, (*way, "when"), mistakes),
    )
