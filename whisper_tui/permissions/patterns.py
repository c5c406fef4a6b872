"""The patterns of a policy file: what could never match is a mistake, for nobody would see that it does not."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from whisper_tui.ami.names import VARIABLE
from whisper_tui.config.locate import KeyPath
from whisper_tui.permissions import schema
from whisper_tui.permissions.policy import AgentEntry, Attributes, QueueEntry, Scope, VariableEntry
from whisper_tui.permissions.reach import GLOB, UNRESOLVED
from whisper_tui.permissions.read import Mistake, readable, tables_at
from whisper_tui.permissions.schema import Patterns

MOST_VARIABLES, MOST_LETTERS = 80, 800
"""Channel variables and letters of their names, fewer than Status takes in one line beside what is always read (see `ami`)."""
TECHNOLOGIES = ("PJSIP", "SIP", "IAX2", "DAHDI", "SCCP", "Local")


def scope(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    """Return `scope` as the policy holds it."""
    for key in Patterns.__struct_fields__:
        if getattr(given, key) == ():
            mistakes.append(Mistake((*way, key), "an empty list", 'leave the key out, or write ["*"], for all'))
    return deny(given, way, mistakes)


def deny(given: Patterns, way: KeyPath, mistakes: list[Mistake]) -> Scope:
    """Return `deny` as the policy holds it."""
    held = {}
    for key in Patterns.__struct_fields__:
        patterns: tuple[str, ...] = getattr(given, key) or ()
        held[key] = tuple(map(in_one_form, patterns))
        for each in patterns:
            if (fault := _blanks((*way, key), each)) is not None or (
                key == "agent" and each != UNRESOLVED and (fault := device((*way, key), each))
            ):
                mistakes.append(fault)
    return Scope(**held)


def agents(way: KeyPath, given: tuple[str, ...], mistakes: list[Mistake]) -> tuple[str, ...]:
    """Return patterns of agents as the policy holds them."""
    mistakes.extend(fault for each in given if (fault := _blanks(way, each) or device(way, each)))
    return tuple(map(in_one_form, given))


def attributes(given: schema.Attributes, written: object, mistakes: list[Mistake]) -> Attributes:
    """Return `[attributes]` as the policy holds it. `written`: the table as it stands in the file."""
    way: KeyPath = ("attributes",)
    for place, queue in zip(readable(tables_at(written, "queue"), "match"), given.queue, strict=True):
        mistakes.extend(_entry((*way, "queue", place), queue))
    for place, agent in zip(readable(tables_at(written, "agent"), "match"), given.agent, strict=True):
        mistakes.extend(_entry((*way, "agent", place), agent))
    mistakes.extend(_variables((*way, "variable"), {each.name for each in given.variable}))
    return Attributes(
        tuple(
            QueueEntry(
                in_one_form(each.match),
                in_one_form(each.campaign),
                in_one_form(each.department),
                each.announced,
                frozenset(map(in_one_form, each.tags)),
            )
            for each in given.queue
        ),
        tuple(
            AgentEntry(
                in_one_form(each.match),
                in_one_form(each.team),
                in_one_form(each.location),
                frozenset(map(in_one_form, each.tags)),
            )
            for each in given.agent
        ),
        tuple(VariableEntry(each.name, each.means) for each in given.variable),
    )


def exactly(name: str) -> str:
    """Return the pattern that matches the queue `name`, which is not "", and nothing else, as a policy takes it.

    As near to that as patterns come: a sign that NFC would replace by another is left open.
    """
    signs = [_held(sign) if sign in GLOB else sign for sign in name]
    for place in (0, -1):
        if name[place].isspace():
            signs[place] = _held(name[place])
    pattern = "".join(signs)
    if in_one_form(pattern) != pattern:
        # A policy is read in NFC and a name of the PBX is not; in brackets signs do not flow together.
        return "".join(held if in_one_form(held := _held(sign)) == held else "?" for sign in name)
    return pattern if pattern != UNRESOLVED else _held(pattern[0]) + pattern[1:]


def exactly_device(name: str) -> str:
    """Return the pattern that matches the member's phone `name`, which is not "", and nothing else, as a policy takes it.

    One that is not written as phones are (`pjsip/1001`, `1001`) a policy refuses as never matching, but not where it is a glob.
    """
    pattern = exactly(name)
    return pattern if device((), pattern) is None else _held(pattern[0]) + pattern[1:]


def in_one_form(text: str) -> str:
    """`text` in the form of Unicode that names from a PBX have (NFC)."""
    return unicodedata.normalize("NFC", text)


def _variables(way: KeyPath, names: set[str]) -> Iterator[Mistake]:
    for name in sorted(names):
        if not VARIABLE.fullmatch(name):
            yield Mistake(way, f"{name!r} is not a variable", "letters, digits and _, a letter first")
    if len(names) > MOST_VARIABLES or len(",".join(names)) > MOST_LETTERS:
        yield Mistake(way, "too many variables to be read", f"{MOST_VARIABLES} with {MOST_LETTERS} letters at most")


def _entry(way: KeyPath, entry: schema.QueueAttributes | schema.AgentAttributes) -> Iterator[Mistake]:
    if (blanks := _blanks((*way, "match"), entry.match)) is not None:
        yield blanks
    elif isinstance(entry, schema.AgentAttributes) and (fault := device((*way, "match"), entry.match)):
        yield fault
    for key in entry.__struct_fields__:
        said = getattr(entry, key)
        for word in said if isinstance(said, tuple) else (said,):
            if isinstance(word, str) and key != "match" and (word != word.strip() or (not word and said != "")):
                yield Mistake((*way, key), f"{word!r} is not a name", "no blanks around a name")
            elif word == UNRESOLVED and key != "match":
                yield Mistake((*way, key), f"{word!r} is not a name", "in patterns it stands for what belongs nowhere")


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


def _held(sign: str) -> str:
    """The pattern of one sign, whatever it is. What begins with ! would be all but it, so ] stands before it, and is let in too."""
    return "[]!]" if sign == "!" else f"[{sign}]"


def _blanks(way: KeyPath, written: str) -> Mistake | None:
    if written == written.strip() and written:
        return None
    return Mistake(way, f"{written!r} matches nothing", "no blanks around a name")


def no_patterns(way: KeyPath, names: tuple[str, ...]) -> Iterator[Mistake]:
    """What is wrong with names that are taken to the letter."""
    for name in names:
        if not name.strip() or not name.isprintable() or GLOB & set(name):
            yield Mistake(way, f"{name!r} is not a name", "patterns do not work here: name each one")
