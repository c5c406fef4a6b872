"""What a policy that can be used says in vain, or may not mean. A pattern that matches nothing is not seen by anybody else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from whisper_tui.config.locate import KeyPath, positions
from whisper_tui.permissions.belonging import Belonging
from whisper_tui.permissions.limits import Limits
from whisper_tui.permissions.mistakes import Finding, findings
from whisper_tui.permissions.people import stand_ins
from whisper_tui.permissions.policy import RINGS, Notify, Policy, Profile, Scope
from whisper_tui.permissions.reach import GLOB, UNRESOLVED, any_of
from whisper_tui.permissions.read import Mistake, did_you_mean, read, tables_at
from whisper_tui.permissions.roles import extended
from whisper_tui.permissions.samples import instances
from whisper_tui.permissions.schema import Patterns, PolicyFile
from whisper_tui.terms import Right

TOLD_BY = {"team": "agent", "location": "agent", "campaign": "queue", "department": "queue"}
"""Dimensions that entries of `[attributes]` tell, or channel variables, and nothing else."""


def warnings(policy: Policy, table: Mapping[str, object], text: str) -> tuple[Finding, ...]:
    """Return what is written in vain, or denies more than it may mean to. `table`, `text`: the file of `policy`."""
    file = read(PolicyFile, table, (), []) or PolicyFile()
    found = [
        *_roles(file),
        *_entries(file),
        *_for_nothing(policy),
        *_people(policy),
        *_patterns(policy),
        *_attributes(policy, file),
        *_unannounced(policy),
        *_limits(policy),
        *_phones(policy),
    ]
    return findings(dict.fromkeys(found), tables_at(table, "profile"), positions(text))


def notes(policy: Policy, table: Mapping[str, object], text: str) -> tuple[Finding, ...]:
    """Return what rests on something outside the file."""
    found = []
    for way, profile in _profiles(policy):
        if profile.notify is Notify.LIVE:
            what = 'with "live", these people may be heard only where the AMI account may write class message'
            found.append(Mistake((*way, "notify_agent"), what))
        if profile.limits.four_eyes:
            found.append(Mistake((*way, "four_eyes"), "takes two people, so it is denied without the floor server"))
        if profile.limits.break_glass:
            found.append(Mistake((*way, "break_glass"), "tells people, so it is denied without the floor server"))
    places = findings(found, tables_at(table, "profile"), positions(text))
    return tuple(sorted(places))


def _profiles(policy: Policy) -> Iterator[tuple[KeyPath, Profile]]:
    return ((("profile", place), each) for place, each in enumerate(policy.profiles))


def _roles(file: PolicyFile) -> Iterator[Mistake]:
    used = {role for each in file.profile for role in each.roles}
    used |= {above for role in used for above in extended(role, file.roles)}
    for name, role in file.roles.items():
        if name not in used:
            yield Mistake(("roles", name), "no profile has this role")
        elif not role.can and not role.extends:
            yield Mistake(("roles", name), "grants nothing")


def _entries(file: PolicyFile) -> Iterator[Mistake]:
    """Entries of `[attributes]` that earlier ones leave nothing to say."""
    queues = [(each.match, {"department", "campaign", "announced"}, each) for each in file.attributes.queue]
    agents = [(each.match, {"team", "location"}, each) for each in file.attributes.agent]
    yield from _in_vain("queue", [(match, _said(each, keys), bool(each.tags)) for match, keys, each in queues])
    yield from _in_vain("agent", [(match, _said(each, keys), bool(each.tags)) for match, keys, each in agents])


def _said(entry: object, keys: set[str]) -> set[str]:
    return {key for key in keys if getattr(entry, key) not in ("", None)}


def _in_vain(kind: str, entries: Sequence[tuple[str, set[str], bool]]) -> Iterator[Mistake]:
    """Of entries as (match, what it says, whether it has tags, which add up): those that say nothing new."""
    said: dict[str, set[str]] = {}
    wide: list[str] = []
    for place, (match, says, tagged) in enumerate(entries):
        taken = set(said.get(match, ())).union(*(said[each] for each in wide if covers(each, match)))
        if says and not tagged and says <= taken:
            what = f"{match!r} is never looked at: entries before it say as much"
            yield Mistake(("attributes", kind, place), what, "the first entry that says something holds")
        said.setdefault(match, set()).update(says)
        if GLOB & set(match) and match not in wide:
            wide.append(match)


def _for_nothing(policy: Policy) -> Iterator[Mistake]:
    for way, each in _profiles(policy):
        restricts = each.deny != Scope() or each.limits != Limits() or each.phones or each.numbers is not None
        if not each.rights and not restricts:
            yield Mistake(way, "grants nothing and restricts nothing", "roles = [...]")


def _people(policy: Policy) -> Iterator[Mistake]:
    """Rights that are of no use without others, and people who have none, whatever profiles they have."""
    for person, subject in stand_ins(policy, {}).items():
        theirs = [
            (way, each)
            for way, each in _profiles(policy)
            if subject.user in each.os_users or subject.groups & each.os_groups
        ]
        rights = {right for _, each in theirs for right in each.rights}
        if not rights:
            yield Mistake(theirs[0][0], f"{person} may do nothing: no profile grants anything")
        for way, each in theirs:
            into = sorted(right.value for right in each.rights & RINGS)
            if into and Right.LISTEN not in rights:
                yield Mistake(
                    (*way, "roles"),
                    f"{into[0]} without call.listen grants nothing: every way in is listening",
                )
            if into and Right.FLOOR_VIEW not in rights:
                yield Mistake((*way, "roles"), f"{into[0]} without floor.view: {person} sees no call")
            yield from _denied_by(person, way, each, [other for _, other in theirs])


def _denied_by(person: str, way: KeyPath, profile: Profile, all_of_them: Sequence[Profile]) -> Iterator[Mistake]:
    """What one profile of a person lets in and another keeps out."""
    if not profile.rights:
        return
    for key in Patterns.__struct_fields__:
        scope = getattr(profile.scope, key)
        for other in all_of_them:
            deny = getattr(other.deny, key)
            if "*" in deny or (scope and all(any(covers(held, each) for held in deny) for each in scope)):
                whose = "" if other is profile else f" of profile[{other.name}]"
                yield Mistake(
                    (*way, "scope", key),
                    f"all of it is in deny.{key}{whose}",
                    f"{person} may do nothing by this profile",
                )


def _patterns(policy: Policy) -> Iterator[Mistake]:
    """Patterns that another one of the same list holds already."""
    for way, each in _profiles(policy):
        for name, scope in (("scope", each.scope), ("deny", each.deny)):
            for key in Patterns.__struct_fields__:
                patterns: tuple[str, ...] = getattr(scope, key)
                wide = [pattern for pattern in patterns if GLOB & set(pattern)]
                before: set[str] = set()
                for place, pattern in enumerate(patterns):
                    wider = [held for held in wide if held != pattern and covers(held, pattern)]
                    if pattern in before or wider:
                        holder = f"{wider[0]!r}" if wider else "the list"
                        yield Mistake((*way, name, key, place), f"{pattern!r} is in {holder} already")
                    before.add(pattern)


def _attributes(policy: Policy, file: PolicyFile) -> Iterator[Mistake]:
    """Patterns of what nothing belongs to."""
    variables = {each.means for each in policy.attributes.variable}
    for dimension, kind in TOLD_BY.items():
        entries = file.attributes.agent if kind == "agent" else file.attributes.queue
        told = sorted({getattr(each, dimension) for each in entries} - {""})
        for way, each in _profiles(policy) if dimension not in variables else ():
            for name, scope in (("scope", each.scope), ("deny", each.deny)):
                for place, pattern in enumerate(getattr(scope, dimension)):
                    if pattern not in ("*", UNRESOLVED) and not any(map(any_of([pattern]).match, told)):
                        what = f"{pattern!r} matches nothing: no {kind} of [attributes] has such a {dimension}"
                        yield Mistake((*way, name, dimension, place), what, did_you_mean(pattern, told))


def _unannounced(policy: Policy) -> Iterator[Mistake]:
    belonging = Belonging(policy.attributes)
    for way, each in _profiles(policy) if policy.require_announced else ():
        for place, pattern in enumerate(each.scope.queue if each.rights & RINGS else ()):
            name = "" if pattern == UNRESOLVED else instances(pattern)[0]
            if pattern != "*" and not belonging.queue(name).announced:
                what = f"nobody may listen in {pattern!r}: [attributes] does not say that its callers are told"
                yield Mistake((*way, "scope", "queue", place), what, "announced = true")


def _limits(policy: Policy) -> Iterator[Mistake]:
    granted = {right for each in policy.profiles for right in each.rights}
    asked_for = False
    for way, each in _profiles(policy):
        limits = each.limits
        asked_for = asked_for or bool(limits.reason_required) or limits.break_glass
        for key, rights in (
            ("listen_first", limits.listen_first),
            ("reason_required", limits.reason_required),
            ("max", limits.longest),
            ("four_eyes", limits.four_eyes),
        ):
            for right in rights:
                if right not in granted:
                    yield Mistake((*way, key, right.value), f"nobody may {right.value}")
        for right, eyes in limits.four_eyes.items():
            if not each.os_groups and {*eyes.approvers} <= each.os_users and len(each.os_users) == 1:
                yield Mistake((*way, "four_eyes", right.value), "the only approver is the one who asks")
    if policy.reasons and not asked_for:
        yield Mistake(("reasons", "codes"), "nobody is asked for a reason", 'reason_required = ["call.barge"]')


def _phones(policy: Policy) -> Iterator[Mistake]:
    for way, each in _profiles(policy):
        for _, other in _profiles(policy):
            strangers = not (each.os_users & other.os_users or each.os_groups & other.os_groups)
            shared = sorted(each.phones & other.phones)
            if each is not other and strangers and shared:
                what = f"{shared[0]} is a phone of profile[{other.name}] too, which is for other people"
                yield Mistake((*way, "phone"), what)
    for person, subject in stand_ins(policy, {}).items():
        lists = [
            (way, each.phones)
            for way, each in _profiles(policy)
            if each.phones and (subject.user in each.os_users or subject.groups & each.os_groups)
        ]
        if lists and not frozenset.intersection(*(phones for _, phones in lists)):
            yield Mistake(
                (*lists[-1][0], "phone"), f"no phone may be rung for {person}: its profiles have none in common"
            )


def covers(wider: str, pattern: str) -> bool:
    """Whether whatever `pattern` matches is matched by `wider`, as far as samples show."""
    if wider in ("*", pattern):
        return True
    return UNRESOLVED not in (wider, pattern) and all(map(_compiled(wider).match, _samples(pattern)))


@lru_cache(4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    return any_of([pattern])


@lru_cache(4096)
def _samples(pattern: str) -> tuple[str, ...]:
    return instances(pattern)
