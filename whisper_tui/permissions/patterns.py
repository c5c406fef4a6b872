"""The patterns of a policy file: what could never match is a mistake, for nobody would see that it does not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from whisper_tui.config.locate import KeyPath
from whisper_tui.permissions.policy import Scope
from whisper_tui.permissions.read import Mistake
from whisper_tui.permissions.schema import Patterns

UNHELD = "this version cannot hold this yet"
UNHELD_HINT = "leave it out: a rule that nobody holds is worse than none"
TECHNOLOGIES = ("PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Local")
GLOB = frozenset("*?[")


def scope(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    """Return `scope` as the policy holds it."""
    for key in Patterns.__struct_fields__:
        patterns = getattr(given, key)
        if patterns == ():
            mistakes.append(Mistake((*way, key), "an empty list", 'leave the key out, or write ["*"], for all'))
        elif patterns is not None and key not in ("queue", "agent") and "*" not in patterns:
            mistakes.append(Mistake((*way, key), UNHELD, UNHELD_HINT))
    return _held(given, way, mistakes)


def deny(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    """Return `deny` as the policy holds it."""
    for key in Patterns.__struct_fields__:
        if getattr(given, key) and key not in ("queue", "agent"):
            mistakes.append(Mistake((*way, key), UNHELD, UNHELD_HINT))
    return _held(given, way, mistakes)


def device(way: KeyPath, written: str) -> Mistake | None:
    """What is wrong with a device, or a pattern of devices: written otherwise it would never match and nobody would see."""
    technology, slash, _ = written.partition("/")
    if GLOB & set(technology):
        return None
    if not slash:
        return Mistake(way, f"{written!r} is not a phone", "write it as PJSIP/1001")
    known = {each.lower(): each for each in TECHNOLOGIES}.get(technology.lower(), technology)
    if known != technology:
        return Mistake(way, f"{written!r} would never match", f"did you mean `{known}{written[len(technology) :]}`?")
    return None


def no_patterns(way: KeyPath, names: tuple[str, ...]) -> Iterator[Mistake]:
    """What is wrong with names that are taken to the letter."""
    for name in names:
        if not name.strip() or not name.isprintable() or GLOB & set(name):
            yield Mistake(way, f"{name!r} is not a name", "patterns do not work here: name each one")


def _held(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    """The dimensions that are held, in the form of Unicode that names from a PBX have (NFC)."""
    held = {}
    for key, patterns in (("queue", given.queue or ()), ("agent", given.agent or ())):
        held[key] = tuple(unicodedata.normalize("NFC", each) for each in patterns)
        for each in patterns:
            if each != each.strip() or not each:
                mistakes.append(Mistake((*way, key), f"{each!r} matches nothing", "no blanks around a name"))
            elif key == "agent" and each != "none" and (fault := device((*way, key), each)):
                mistakes.append(fault)
    return Scope(**held)
