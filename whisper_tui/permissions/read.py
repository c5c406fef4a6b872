"""Reads a TOML table into structs key by key, so that one look at a file finds all of its mistakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar, get_args, get_origin

import msgspec
from msgspec import Struct

from whisper_tui.config.locate import KeyPath, nearest

T = TypeVar("T", bound=msgspec.Struct)

MOST_LISTED = 24
"""Words that a hint lists; a PBX can have thousands of agents."""

_WORDS = {
    "object": "a table",
    "array": "a list",
    "str": 'text in "quotes"',
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}
_WRITTEN = {
    "smh": "a span: 30s, 10m or 2h",
    "/(": "a rate: 10m/h or 4/month",
    ":": "hours: 07:00-21:00",
}


class Mistake(Struct, frozen=True):
    """Something in a policy file that cannot stand. `way`: how to get to it."""

    way: KeyPath
    what: str
    hint: str = ""


def read(shape: type[T], value: object, way: KeyPath, mistakes: list[Mistake]) -> T | None:
    """Return `value` as `shape`, or None; what is wrong inside is added to `mistakes` and left at its default."""
    if not isinstance(value, Mapping):
        mistakes.append(Mistake(way, f"must be a table, found {_found(value)}"))
        return None
    fields = _fields(shape)
    held: dict[str, object] = {}
    for key, inside in value.items():
        if key not in fields:
            mistakes.append(Mistake((*way, key), "unknown key", did_you_mean(key, fields)))
        elif (found := _value(fields[key].type, inside, (*way, key), mistakes)) is not None:
            held[fields[key].name] = found
    lacking = [key for key, field in fields.items() if field.required and key not in value]
    mistakes.extend(Mistake(way, f"lacks the key `{key}`") for key in lacking)
    if any(field.required and field.name not in held for field in fields.values()):
        return None
    return shape(**held)


def tables_at(value: object, key: str) -> list[Mapping[str, object]]:
    """The tables in the list at `key` of the table `value`; what is not a table there is an empty one."""
    written = value.get(key) if isinstance(value, Mapping) else None
    return [each if isinstance(each, Mapping) else {} for each in written] if isinstance(written, list) else []


def readable(written: list[Mapping[str, object]], key: str) -> list[int]:
    """The places of those tables that `read` made something of; `key`: the one that it requires, a text."""
    return [place for place, each in enumerate(written) if isinstance(each.get(key), str)]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or else the known ones."""
    words = list(known)
    meant = nearest(word, words)
    if meant is not None:
        return f"did you mean `{meant}`?"
    more = f" and {len(words) - MOST_LISTED} more" if len(words) > MOST_LISTED else ""
    return f"there are: {', '.join(words[:MOST_LISTED])}{more}" if words else ""


@cache
def _fields(shape: type[msgspec.Struct]) -> Mapping[str, msgspec.structs.FieldInfo]:
    return {field.encode_name: field for field in msgspec.structs.fields(shape)}


def _value(kind: object, value: object, way: KeyPath, mistakes: list[Mistake]) -> object | None:
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        return read(kind, value, way, mistakes)
    inner = get_args(kind)
    if get_origin(kind) is dict and isinstance(value, Mapping):
        found = {key: _value(inner[1], inside, (*way, key), mistakes) for key, inside in value.items()}
        return {key: each for key, each in found.items() if each is not None}
    if get_origin(kind) is tuple and isinstance(value, list):
        each_read = (_value(inner[0], inside, (*way, place), mistakes) for place, inside in enumerate(value))
        return tuple(each for each in each_read if each is not None)
    try:
        converted: object = msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        mistakes.append(Mistake(way, _in_words(str(error), value), _hint(kind, value)))
        return None
    return converted


def _in_words(said: str, value: object) -> str:
    if "matching regex" in said:
        pattern = said.partition("'")[2]
        written = next(words for sign, words in reversed(_WRITTEN.items()) if sign in pattern)
        return f"{value!r} is not {written}"
    if said.startswith("Expected "):
        wanted = said.split("`")[1].removesuffix(" | null")
        return f"must be {_WORDS.get(wanted, wanted)}, found {_found(value)}"
    return f"cannot be {value!r}"


def _found(value: object) -> str:
    if isinstance(value, Mapping):
        return "a table"
    return "a list" if isinstance(value, list) else repr(value)


def _hint(kind: object, value: object) -> str:
    inner = get_args(kind)
    words = [word for each in (kind, *inner) for word in get_args(each) if isinstance(word, str)]
    if words:  # a Literal, or a Literal | None
        return did_you_mean(str(value), words)
    if isinstance(value, Mapping):
        return "several tables are written with [[ ]]"
    return (
        f'for instance ["{value}"]'
        if isinstance(value, str) and tuple in (get_origin(kind), *map(get_origin, inner))
        else ""
    )
