"""Reads config.toml and policy.toml. A wrong file is refused with file, line, key, what was expected and a suggestion."""

from __future__ import annotations

import hashlib
import platform
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import msgspec
import tomli
from msgspec import Struct, inspect

from whisper_tui.config import paths
from whisper_tui.config.files import MAX_POLICY, read_trusted
from whisper_tui.config.locate import KeyPath, line_of, nearest
from whisper_tui.config.schema import Config, ShipSettings
from whisper_tui.errors import UsageError

Table: TypeAlias = Mapping[str, object]


class PolicyText(Struct, frozen=True):
    """A policy file as read: for `permissions.parse`. `digest`: SHA-256 of its bytes, hex."""

    table: Table
    digest: str
    path: str
    text: str


def load(path: Path) -> Config:
    """Return the settings in `path`.

    Raises:
        UsageError: the file is missing, not to be trusted, or wrong somewhere.
    """
    return check_config(read_trusted(path), path)


def check_config(held: bytes, path: Path) -> Config:
    """Return the settings in `held`, the bytes of the file at `path`.

    Raises:
        UsageError: they are wrong somewhere.
    """
    from whisper_tui.config import checks  # costs 2 ms, which the demo would wait for and has no settings to check

    text, table = read_toml(held, path)
    try:
        config = msgspec.convert(table, Config)
    except msgspec.ValidationError as error:
        where, what, hint = in_words(error, table, Config)
        raise wrong(path, text, where, what, hint) from None
    themes = {*paths.theme_names(), *paths.own_themes(paths.own_themes_of(path))}
    for problem in checks.problems(config, sorted(themes)):
        raise wrong(path, text, problem.path, problem.what, problem.hint)
    return config


def read_policy(path: Path) -> PolicyText:
    """Return the table in a policy file that nobody else can have written.

    Raises:
        UsageError: the file is missing, not to be trusted, or not TOML.
    """
    return policy_text(read_trusted(path, MAX_POLICY), path)


def policy_text(held: bytes, path: Path) -> PolicyText:
    """Return the table in `held`, the bytes of the policy file at `path`.

    Raises:
        UsageError: it is not TOML.
    """
    text, table = read_toml(held, path)
    return PolicyText(table, hashlib.sha256(held).hexdigest(), str(path), text)


def policy_file(config: Config, path: Path) -> Path:
    """The policy of the configuration at `path`: the one it names, or the one beside it."""
    return Path(config.policy).expanduser() if config.policy else path.parent / "policy.toml"


def cues_file(path: Path) -> Path:
    """The cue cards of the configuration at `path`."""
    return path.parent / "cues.toml"


def keys_file(path: Path) -> Path:
    """The keys of whoever works with the configuration at `path`."""
    return path.parent / "keys.toml"


def scorecard_file(path: Path) -> Path:
    """The scorecard of the configuration at `path`."""
    return path.parent / "scorecard.toml"


def trail_file(config: Config) -> Path:
    """The session log: the file that `config` names, or the usual one."""
    return Path(config.log.path).expanduser() if config.log.path else paths.trail_file()


def anchors_file(config: Config) -> Path:
    """Where the newest row of the log is noted: the file that `config` names, or the one beside the log."""
    if config.log.anchors:
        return Path(config.log.anchors).expanduser()
    return trail_file(config).with_suffix(".anchors")


def kept_for(config: Config) -> float | None:
    """Seconds that rows of the log are kept; None: for ever."""
    return int(config.log.keep.removesuffix("d")) * 86400.0 if config.log.keep else None


def shipped_to(config: Config) -> ShipSettings | None:
    """The database that the log is shipped to, with the name that it has there; None: none."""
    ship = config.log.ship
    return msgspec.structs.replace(ship, stream=ship.stream or platform.node() or "whisper-tui") if ship else None


def read_toml(held: bytes, path: Path) -> tuple[str, Table]:
    """Return the text and the table in `held`, the bytes of the file at `path`.

    Raises:
        UsageError: they are not TOML.
    """
    try:
        text = held.decode()
    except UnicodeDecodeError as error:
        line = held.count(b"\n", 0, error.start) + 1
        raise UsageError("not UTF-8 text", f"{path}:{line}", "save the file as UTF-8") from None
    try:
        return text, tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        said = f"not TOML: {error.msg[:1].lower()}{error.msg[1:]}, column {error.colno}"
        raise UsageError(
            said, f"{path}:{error.lineno}", 'text stands in "quotes", a table begins with [name]'
        ) from None
    except (ValueError, RecursionError) as error:  # a number of thousands of digits; tables in tables in tables
        raise UsageError(f"not TOML that anybody writes: {error}", str(path)) from None


def wrong(path: Path, text: str, where: KeyPath, what: str, hint: str) -> UsageError:
    """Return the refusal of the file at `path` for what is wrong at `where` in its `text`."""
    line = line_of(text, where)
    return UsageError(what, f"{path}:{line}" if line else str(path), hint)


# msgspec says what is wrong in a sentence (and hides the keys of `[pbx.NAME]`): these take it apart.
_PLACE = re.compile(r" - at `\$(?P<way>.*)`$")
_UNKNOWN = re.compile(r"Object contains unknown field `(.+?)`")
_MISSING = re.compile(r"Object missing required field `(.+?)`")
_VALUE = re.compile(r"Invalid enum value '(.*?)'( - at|$)", re.DOTALL)
_TYPE = re.compile(r"Expected `(.+?)(?: \| null)?`, got `(.+?)`")
_WORDS = {
    "object": "a table",
    "array": "a list",
    "str": 'text in "quotes"',
    "int": "a whole number",
    "float": "a number with a point",
    "bool": "true or false",
}


def in_words(error: msgspec.ValidationError, table: Table, kind: type) -> tuple[KeyPath, str, str]:
    """Return (the way to what is wrong in a file of this `kind`, what is wrong, what to try)."""
    said = str(error)
    place = _PLACE.search(said)
    way = _way(place["way"] if place else "", table, said, kind)
    if unknown := _UNKNOWN.match(said):
        known = _keys(way, kind)
        meant = nearest(unknown[1], known)
        hint = f"did you mean `{meant}`?" if meant else f"it takes: {', '.join(known)}"
        return (*way, unknown[1]), f"unknown key `{unknown[1]}` in {name_of(way)}", hint
    if missing := _MISSING.match(said):
        return way, f"{name_of(way)} lacks the key `{missing[1]}`", _example(missing[1])
    if value := _VALUE.match(said):
        words = _literals(way, kind)
        meant = nearest(value[1], words)
        hint = f"did you mean `{meant}`?" if meant else f"one of: {', '.join(words)}"
        return way, f"`{way[-1]}` cannot be {value[1]!r}", hint
    if mistyped := _TYPE.match(said):
        expected, got = (
            " or ".join(_WORDS.get(word, word) for word in words.split(" | ")) for words in mistyped.groups()
        )
        if way[-1:] == ("secret",):
            # Somebody wrote the secret itself here; it is not repeated.
            return way, "`secret` must be a table that says where the secret is, never the secret", _example("secret")
        return way, f"{name_of(way)} must be {expected}, found {got}", ""
    return way, said, ""


def _way(written: str, table: Table, said: str, kind: type) -> KeyPath:
    """The way that msgspec wrote as `.pbx[...].port`, with the PBX's name, or whichever stands there, put in."""
    steps: list[str | int] = []
    for name, place in re.findall(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]", written):
        if place == "...":
            steps.append(_wrong_key(table, tuple(steps), said, kind))
        else:
            steps.append(int(place) if place else name)
    return tuple(steps)


def _wrong_key(table: Table, way: KeyPath, said: str, kind: type) -> str:
    """Which `NAME` of the table of names at `way` it is about: the first that gives the same error by itself."""
    names: object = table
    for step in way:
        names = names.get(step) if isinstance(names, dict) else None
    for name, settings in names.items() if isinstance(names, dict) else ():
        try:
            msgspec.convert(_with(table, way, {name: settings}), kind)
        except msgspec.ValidationError as error:
            if str(error) == said:
                return str(name)
    return "?"


def _with(table: Table, way: KeyPath, value: object) -> Table:
    """`table` with `value` at `way`."""
    step, *rest = way
    below = table.get(str(step))
    return {**table, str(step): _with(below, tuple(rest), value) if rest and isinstance(below, dict) else value}


def _type_at(way: KeyPath, kind: type) -> inspect.Type:
    """What the schema says about the value at `way`."""
    at: inspect.Type = inspect.type_info(kind)
    for step in way:
        at = _not_null(at)
        if isinstance(at, inspect.StructType):
            at = next(field.type for field in at.fields if field.name == step)
        elif isinstance(at, inspect.DictType):
            at = at.value_type
        elif isinstance(at, inspect.ListType | inspect.VarTupleType):
            at = at.item_type
    return _not_null(at)


def _not_null(at: inspect.Type) -> inspect.Type:
    """What may stand there; the table, where a text may stand for it."""
    if isinstance(at, inspect.UnionType):
        kinds = [kind for kind in at.types if not isinstance(kind, inspect.NoneType)]
        return next((kind for kind in kinds if isinstance(kind, inspect.StructType)), kinds[0])
    return at


def _keys(way: KeyPath, kind: type) -> list[str]:
    at = _type_at(way, kind)
    return [field.name for field in at.fields] if isinstance(at, inspect.StructType) else []


def _literals(way: KeyPath, kind: type) -> list[str]:
    at = _type_at(way, kind)
    return [str(value) for value in at.values] if isinstance(at, inspect.LiteralType) else []


def name_of(way: KeyPath) -> str:
    """A table or key as a person would point at it."""
    if not way:
        return "the file"
    return f"`{'.'.join(str(step) for step in way)}`"


def _example(key: str) -> str:
    examples = {
        "schema": "schema = 1",
        "item": '[[item]] with id = "..." and words = "..."',
        "cues": 'cues = ["...", { text = "...", sound = "file.wav" }]',
        "pbx": '[pbx.main] with host = "..." and user = "..."',
        "phone": '[phone] with device = "PJSIP/2001"',
        "device": 'device = "PJSIP/2001"',
        "secret": 'secret = { source = "keyring", account = "..." }',
        "to": 'to = "postgresql://whisper_tui@db.example/whisper_tui"',
    }
    return f"for instance {examples[key]}" if key in examples else f'{key} = "..."'
