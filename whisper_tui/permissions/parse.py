"""Makes a Policy of policy.toml's table. Every mistake is named; what this version cannot hold is refused, never ignored."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from whisper_tui.config.locate import KeyPath, line_of
from whisper_tui.errors import UsageError
from whisper_tui.permissions.policy import Numbers, Policy, Profile, Scope
from whisper_tui.permissions.read import Mistake, did_you_mean, read
from whisper_tui.permissions.schema import General, Patterns, PolicyFile, ProfileTable, Role
from whisper_tui.terms import Right

SCHEMA = 1
UNHELD = "this version cannot hold this yet"
UNHELD_HINT = "leave it out: a rule that nobody holds is worse than none"
UNHELD_KEYS = (
    "when",
    "listen_first",
    "reason_required",
    "max",
    "coach_budget",
    "quota",
    "notify_agent",
    "four_eyes",
)
TECHNOLOGIES = ("PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Local")
_GLOB = frozenset("*?[")
_HEADER = re.compile(r"^[ \t]*\[\[[ \t]*profile[ \t]*\]\]", re.MULTILINE)
Rights = frozenset[Right]


class PolicyRefused(UsageError):
    """A policy file that cannot be used. `mistakes`: all that were found."""

    def __init__(self, mistakes: tuple[Mistake, ...], said: list[str], where: str, hint: str) -> None:
        what = said[0] if len(said) == 1 else f"{len(said)} mistakes\n  " + "\n  ".join(said)
        super().__init__(what, where, hint)
        self.mistakes = mistakes


def parse(table: Mapping[str, object], digest: str, path: str, text: str = "") -> Policy:
    """Return the policy that `table` says.

    Args:
        digest: SHA-256 of the file's bytes, hex.
        text: the file as text, so that profiles and mistakes in them have their line.

    Raises:
        PolicyRefused: something in it is wrong, or is not held by this version.
    """
    mistakes: list[Mistake] = []
    file = read(PolicyFile, table, (), mistakes) or PolicyFile()
    if file.schema != SCHEMA:
        mistakes.append(Mistake(("schema",), f"the file is of schema {file.schema}", f"this version reads {SCHEMA}"))
    mistakes.extend(_unheld_for_all(file))
    rights = _rights_of_roles(file.roles, mistakes)
    written = _written_profiles(table)
    lines = _profile_lines(text)
    lines = lines if len(lines) == len(written) else [0] * len(written)
    readable = [place for place, each in enumerate(written) if isinstance(each.get("name"), str)]
    names: set[str] = set()
    profiles = []
    for place, each in zip(readable, file.profile, strict=True):
        way: KeyPath = ("profile", place)
        if each.name in names:
            mistakes.append(Mistake((*way, "name"), f"{each.name!r} names two profiles"))
        names.add(each.name)
        mistakes.extend(_unheld(each, way))
        profiles.append(_profile(each, way, rights, lines[place], mistakes))
    if mistakes:
        raise _refused(mistakes, written, path, text, lines)
    return Policy(tuple(profiles), digest, path)


def _written_profiles(table: Mapping[str, object]) -> list[Mapping[str, object]]:
    written = table.get("profile")
    return [each if isinstance(each, Mapping) else {} for each in written] if isinstance(written, list) else []


def _profile(
    each: ProfileTable, way: KeyPath, rights: Mapping[str, Rights], line: int, mistakes: list[Mistake]
) -> Profile:
    if not each.name.strip() or not each.name.isprintable():
        mistakes.append(Mistake((*way, "name"), f"{each.name!r} is not a name"))
    if not each.os_users and not each.os_groups:
        mistakes.append(Mistake(way, "is for nobody", 'add os_users = ["..."] or os_groups = ["..."]'))
    for key, names in (("os_users", each.os_users), ("os_groups", each.os_groups), ("phone", each.phone)):
        mistakes.extend(_no_patterns((*way, key), names))
    mistakes.extend(fault for phone in each.phone if (fault := _device((*way, "phone"), phone)))
    for role in each.roles:
        if role not in rights:
            mistakes.append(Mistake((*way, "roles"), f"there is no role {role!r}", did_you_mean(role, rights)))
    return Profile(
        each.name,
        frozenset().union(*(rights.get(role, frozenset()) for role in each.roles)),
        frozenset(each.os_users),
        frozenset(each.os_groups),
        _scope(each.scope, (*way, "scope"), mistakes),
        _deny(each.deny, (*way, "deny"), mistakes),
        frozenset(each.phone),
        Numbers(each.numbers) if each.numbers else None,
        line,
    )


def _scope(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    for key in Patterns.__struct_fields__:
        patterns = getattr(given, key)
        if patterns == ():
            mistakes.append(Mistake((*way, key), "an empty list", 'leave the key out, or write ["*"], for all'))
        elif patterns is not None and key not in ("queue", "agent") and "*" not in patterns:
            mistakes.append(Mistake((*way, key), UNHELD, UNHELD_HINT))
    return _held(given, way, mistakes)


def _deny(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    for key in Patterns.__struct_fields__:
        if getattr(given, key) and key not in ("queue", "agent"):
            mistakes.append(Mistake((*way, key), UNHELD, UNHELD_HINT))
    return _held(given, way, mistakes)


def _held(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    """The dimensions that are held, in the form of Unicode that names from a PBX have (NFC)."""
    held = {}
    for key, patterns in (("queue", given.queue or ()), ("agent", given.agent or ())):
        held[key] = tuple(unicodedata.normalize("NFC", each) for each in patterns)
        for each in patterns:
            if each != each.strip() or not each:
                mistakes.append(Mistake((*way, key), f"{each!r} matches nothing", "no blanks around a name"))
            elif key == "agent" and each != "none" and (fault := _device((*way, key), each)):
                mistakes.append(fault)
    return Scope(**held)


def _device(way: KeyPath, written: str) -> Mistake | None:
    """What is wrong with a device, or a pattern of devices: written otherwise it would never match and nobody would see."""
    technology, slash, _ = written.partition("/")
    if _GLOB & set(technology):
        return None
    if not slash:
        return Mistake(way, f"{written!r} is not a phone", "write it as PJSIP/1001")
    known = {each.lower(): each for each in TECHNOLOGIES}.get(technology.lower(), technology)
    if known != technology:
        return Mistake(way, f"{written!r} would never match", f"did you mean `{known}{written[len(technology) :]}`?")
    return None


def _no_patterns(way: KeyPath, names: tuple[str, ...]) -> Iterator[Mistake]:
    for name in names:
        if not name.strip() or not name.isprintable() or _GLOB & set(name):
            yield Mistake(way, f"{name!r} is not a name", "patterns do not work here: name each one")


def _rights_of_roles(roles: Mapping[str, Role], mistakes: list[Mistake]) -> dict[str, Rights]:
    """What every role can, with what it has from the roles that it extends."""
    known = {right.value: right for right in Right}
    for name, role in roles.items():
        for word in role.can:
            if word not in known:
                way = ("roles", name, "can")
                mistakes.append(Mistake(way, f"there is no right {word!r}", did_you_mean(word, known)))
        for above in role.extends:
            if above not in roles:
                way = ("roles", name, "extends")
                mistakes.append(Mistake(way, f"there is no role {above!r}", did_you_mean(above, roles)))
        if name in _extended(name, roles):
            mistakes.append(Mistake(("roles", name, "extends"), "extends itself, by way of others or directly"))
    return {
        name: frozenset(
            known[word] for each in (name, *_extended(name, roles)) for word in roles[each].can if word in known
        )
        for name in roles
    }


def _extended(name: str, roles: Mapping[str, Role]) -> set[str]:
    """Every role that `name` extends, near and far; itself too if they go round in a circle."""
    found: set[str] = set()
    ahead = list(roles[name].extends)
    while ahead:
        each = ahead.pop()
        if each in roles and each not in found:
            found.add(each)
            ahead.extend(roles[each].extends)
    return found


def _unheld_for_all(file: PolicyFile) -> Iterator[Mistake]:
    """What the file asks of everybody and `decide` does not look at yet."""
    usual = General()
    for key in General.__struct_fields__:
        if getattr(file.policy, key) != getattr(usual, key):
            yield Mistake(("policy", key), UNHELD, UNHELD_HINT)
    if file.reasons.codes:
        yield Mistake(("reasons", "codes"), UNHELD, UNHELD_HINT)


def _unheld(profile: ProfileTable, way: KeyPath) -> Iterator[Mistake]:
    usual = ProfileTable("")
    for key in UNHELD_KEYS:
        if getattr(profile, key) != getattr(usual, key):
            yield Mistake((*way, key), UNHELD, UNHELD_HINT)
    if profile.break_glass.enabled:
        yield Mistake((*way, "break_glass"), UNHELD, UNHELD_HINT)


def _profile_lines(text: str) -> list[int]:
    """The lines of the `[[profile]]` headers; of no use where there are more or fewer of them than profiles."""
    return [text.count("\n", 0, found.start()) + 1 for found in _HEADER.finditer(text)]


def _refused(
    mistakes: list[Mistake], written: list[Mapping[str, object]], path: str, text: str, lines: list[int]
) -> PolicyRefused:
    places = [_line(mistake.way, text, lines) for mistake in mistakes]
    named = [f"{_label(mistake.way, written)}: {mistake.what}" for mistake in mistakes]
    if len(mistakes) == 1:
        where = f"{path}:{places[0]}" if places[0] else path
        return PolicyRefused(tuple(mistakes), named, where, mistakes[0].hint)
    said = [
        (f"line {line}: " if line else "") + name + (f" - {mistake.hint}" if mistake.hint else "")
        for line, name, mistake in zip(places, named, mistakes, strict=True)
    ]
    return PolicyRefused(tuple(mistakes), said, path, "")


def _line(way: KeyPath, text: str, lines: list[int]) -> int:
    """The line of a mistake in a profile: the search goes through that profile alone. 0: not known."""
    match way:
        case ("profile", int(place), *inside) if lines[place]:
            after = [line for line in lines if line > lines[place]]
            chunk = text.splitlines(keepends=True)[lines[place] - 1 : after[0] - 1 if after else None]
            found = line_of("".join(chunk), ("profile", 0, *inside)) or 1
            return lines[place] - 1 + found
    return 0


def _label(way: KeyPath, written: list[Mapping[str, object]]) -> str:
    """A key as a person would point at it: `profile[red-leads].scope.queue`."""
    match way:
        case ("profile", int(place), *inside):
            name = written[place].get("name")
            known = isinstance(name, str) and name.strip() and name.isprintable()
            head = f"profile[{name if known else place + 1}]"
        case _:
            head, inside = "", list(way)
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in inside)
    return "".join([head, *steps]).removeprefix(".") or "the file"
