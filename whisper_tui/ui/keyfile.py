"""keys.toml: the keys of somebody who wants other ones. A clash is refused, with both deeds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import tomli
from msgspec.structs import replace

from whisper_tui.config.files import read_trusted
from whisper_tui.config.locate import KeyPath, line_of, nearest
from whisper_tui.errors import UsageError
from whisper_tui.ui import keynames
from whisper_tui.ui.deeds import DEEDS, DIGITS, Deed
from whisper_tui.ui.keymap import DEFAULT, Keymap, keymap_of, types_nothing
from whisper_tui.ui.presets import PRESETS

TAKES = ("schema", "preset", "mouse", "keys")

NEEDED = ("listen", "leave", "panic", "release", "quit")
"""Deeds that have a key, whatever somebody chooses: the way to silence and the way out."""

FIXED = {"enter": "open", "escape": "back"}
"""Keys that stay where they are: questions name them."""

TELEPHONE = {"4": "listen", "5": "whisper", "6": "barge"}
"""What the telephone's own keys do (app_chanspy.c, option d) they do here, or nothing."""


class Wrong(ValueError):
    """Something in the file cannot be used. `path`: the way to it."""

    def __init__(self, path: KeyPath, what: str, hint: str) -> None:
        super().__init__(what)
        self.path, self.hint = path, hint


def load(path: Path) -> Keymap:
    """Return the keys in the file at `path`; the usual ones where there is no such file.

    Raises:
        UsageError: it is not to be trusted, or wrong somewhere.
    """
    if not path.exists():
        return DEFAULT
    try:
        text = read_trusted(path).decode()
        table = tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        said = f"not TOML: {error.msg[:1].lower()}{error.msg[1:]}, column {error.colno}"
        raise UsageError(said, f"{path}:{error.lineno}", 'write deed = "key", the key in quotes') from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"not TOML that anybody writes: {error}", str(path)) from None
    try:
        return chosen(table)
    except Wrong as wrong:
        line = line_of(text, wrong.path)
        raise UsageError(str(wrong), f"{path}:{line}" if line else str(path), wrong.hint) from None


def chosen(table: Mapping[str, object]) -> Keymap:
    """Return the keys that `table` chooses.

    Raises:
        Wrong: it cannot be used.
    """
    for name in table:
        if name not in TAKES:
            raise Wrong((name,), f"unknown key `{name}` in the file", _meant(name, TAKES))
    if table.get("schema", 1) != 1:
        raise Wrong(("schema",), f"schema = {table['schema']} is not known", "this program reads schema 1")
    preset = table.get("preset", "default")
    if not isinstance(preset, str) or preset not in PRESETS:
        raise Wrong(("preset",), f"`preset` cannot be {preset!r}", _meant(str(preset), PRESETS))
    mouse = table.get("mouse", True)
    if not isinstance(mouse, bool):
        raise Wrong(("mouse",), f"`mouse` cannot be {mouse!r}", "mouse = false leaves it to the terminal")
    own = table.get("keys", {})
    if not isinstance(own, Mapping):
        raise Wrong(("keys",), "`keys` must be a table", 'a line [keys], and below it deed = "key"')
    deeds = {deed.name: deed for deed in DEEDS}
    for name, keys in PRESETS[preset].items():
        deeds[name] = deeds[name]._replace(keys=keys)
    for name, written in own.items():
        if name not in deeds:
            raise Wrong(("keys", name), f"there is no deed `{name}`", _meant(name, deeds))
        deeds[name] = deeds[name]._replace(keys=tuple(_read(deeds[name], written)))
    _check(tuple(deeds.values()), own)
    return replace(keymap_of(deeds.values()), mouse=mouse)


def _read(deed: Deed, written: object) -> Iterator[str]:
    """The keys of `deed` as they are written."""
    where: KeyPath = ("keys", deed.name)
    each = [written] if isinstance(written, str) else written
    if not isinstance(each, Sequence) or not all(isinstance(key, str) for key in each):
        raise Wrong(
            where, f"`{deed.name}` must be a key or a list of keys", f'{deed.name} = "ctrl-d", or ["j", "down"]'
        )
    found: set[str] = set()
    for text in each:
        try:
            key = keynames.read(text)
        except keynames.NoKey as no_key:
            raise Wrong(where, f"`{deed.name}`: {no_key}", no_key.hint) from None
        if deed.numbered:
            if " " in key:
                raise Wrong(where, f"`{deed.name}` takes one key, the digit follows it: {text!r}", 'for instance "C"')
            wanted = [f"{key} {digit}" for digit in DIGITS]
        else:
            wanted = [key]
        for each_key in wanted:
            if each_key in found:
                raise Wrong(where, f"`{deed.name}` has {keynames.shown(each_key)} twice", "write it once")
            found.add(each_key)
            yield each_key


def _check(deeds: Sequence[Deed], own: Mapping[str, object]) -> None:
    """Raise what is wrong with these keys together."""
    owner: dict[str, Deed] = {}
    for deed in deeds:
        for key in deed.keys:
            if (other := owner.setdefault(key, deed)) is not deed:
                raise _clash(f"{keynames.shown(key)} is a key of `{other.name}` and of `{deed.name}`", other, deed, own)
    for key, deed in owner.items():
        first, blank, second = key.partition(" ")
        if blank and first in owner:
            other = owner[first]
            said = (
                f"{keynames.shown(key)} of `{deed.name}` begins with {keynames.shown(first)}, the key of `{other.name}`"
            )
            raise _clash(said, other, deed, own)
        for part in (first, second):
            if (fixed := FIXED.get(part)) is not None and (blank or fixed != deed.name):
                said = f"{keynames.shown(part)} answers questions: it is no key of `{deed.name}`"
                raise Wrong(("keys", deed.name), said, "choose another key")
        if (phones := TELEPHONE.get(key)) is not None and phones != deed.name:
            said = f"{key} is `{phones}` on the telephone itself: it is no key of `{deed.name}`"
            raise Wrong(("keys", deed.name), said, "choose another key")
    for deed in deeds:
        if not deed.keys and deed.name in NEEDED:
            raise Wrong(("keys", deed.name), f"`{deed.name}` must have a key", "it is a way to silence, or the way out")
        if deed.name == "panic" and not any(types_nothing(key) for key in deed.keys):
            said = "`panic` must have a key that is no letter: it is taken even while you type"
            raise Wrong(("keys", "panic"), said, 'for instance ["exclamation_mark", "F12"]')
    for key, name in FIXED.items():
        if owner.get(key) is None:
            raise Wrong(("keys", name), f"`{name}` keeps the key {keynames.shown(key)}", "add it: questions name it")


def _clash(said: str, one: Deed, other: Deed, own: Mapping[str, object]) -> Wrong:
    """Points at the deed that somebody gave a key, and names the one that had it."""
    blamed, left = (one, other) if one.name in own else (other, one)
    return Wrong(("keys", blamed.name), said, f"give `{left.name}` another key too, or none: {left.name} = []")


def _meant(word: str, known: Mapping[str, object] | Sequence[str]) -> str:
    meant = nearest(word, known)
    return f"did you mean `{meant}`?" if meant else f"one of: {', '.join(known)}"
