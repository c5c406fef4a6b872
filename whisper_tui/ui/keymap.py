"""What each key does for one person: the registry of deeds, under keys of their own where they chose any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from msgspec import Struct

from whisper_tui.ui.deeds import DEEDS, DIGITS, Deed, Kind
from whisper_tui.ui.keynames import shown


class Keymap(Struct, frozen=True):
    """The keys of one person.

    Args:
        deeds: in the order of the registry, each with the keys that it has here.
        by_key: what a key does; `v s` is two keys, one after the other.
        prefixes: keys that wait for a second one.
    """

    deeds: tuple[Deed, ...]
    by_key: Mapping[str, Deed]
    prefixes: frozenset[str]
    mouse: bool = True
    """Whether clicks and the wheel come here; the terminal selects text with them otherwise."""

    def key_of(self, name: str) -> str:
        """Return the main key of a deed, as people write it; "" where it has none, or there is none of that name."""
        return next((main_key(deed) for deed in self.deeds if deed.name == name), "")

    @property
    def names(self) -> Mapping[str, str]:
        """Return what a person presses for each deed, by its name: its main key, or `:name` where it has none; of keys with a digit
        behind them the first alone."""
        return {deed.name: first_key(deed) or f":{deed.name}" for deed in self.deeds}

    def behind(self, prefix: str) -> list[tuple[str, Deed]]:
        """Return what can be pressed after `prefix`, and what it does."""
        return [
            (key.removeprefix(f"{prefix} "), deed) for key, deed in self.by_key.items() if key.startswith(f"{prefix} ")
        ]

    def anywhere(self, key: str) -> Deed | None:
        """Return what a key does even where a second one was waited for: whatever is quiet, and whatever is no letter."""
        deed = self.by_key.get(key)
        return deed if deed is not None and (deed.kind is Kind.QUIET or len(key) > 1) else None

    def panic_key(self) -> str:
        """Return the key that panics even while somebody types."""
        return next(key for key, deed in self.by_key.items() if deed.name == "panic" and types_nothing(key))

    def panics(self) -> str:
        """Return that key as people write it."""
        return shown(self.panic_key())

    def leave_key(self) -> str:
        """Return the key that leaves even in the midst of a line that takes every sign; "": there is none."""
        keys = (key for key, deed in self.by_key.items() if deed.name == "leave" and types_nothing(key))
        return next((key for key in keys if len(shown(key)) > 1), "")

    def while_typing(self, key: str) -> Deed | None:
        """Return what a key does even while somebody types; None: it types."""
        deed = self.by_key.get(key) if types_nothing(key) else None
        return deed if deed is not None and deed.name in WHILE_TYPING else None


WHILE_TYPING = frozenset({"back", "panic", "leave", "quit", "redraw"})
"""Deeds that are done even while a question is answered by typing, by those of their keys that are no letters."""


def types_nothing(key: str) -> bool:
    """Tell whether a key is neither a letter nor a digit nor the blank: it means the same even while somebody types."""
    return len(key) > 1 and key != "space" and " " not in key


def keymap_of(deeds: Iterable[Deed]) -> Keymap:
    """Return what the keys of `deeds` do."""
    deeds = tuple(deeds)
    by_key = {key: deed for deed in deeds for key in deed.keys}
    prefixes = frozenset(first for first, space, _second in (key.partition(" ") for key in by_key) if space)
    return Keymap(deeds, MappingProxyType(by_key), prefixes)


DEFAULT = keymap_of(DEEDS)
"""The keys of somebody who chose none."""


def main_key(deed: Deed) -> str:
    """Return the key that stands for `deed`, as people write it; "" where it has none."""
    return shown(deed.keys[0]) if deed.keys else ""


def first_key(deed: Deed) -> str:
    """As `main_key`; of a key with a digit behind it that key alone."""
    return shown(deed.keys[0].partition(" ")[0]) if deed.numbered and deed.keys else main_key(deed)


def keys_of(deed: Deed) -> str:
    """Return all keys of `deed`, as people write them."""
    return " ".join(each_key_of(deed))


def each_key_of(deed: Deed) -> list[str]:
    """Return them one by one; those with a digit behind them as `C 1-9`."""
    if not deed.numbered:
        return [shown(key) for key in deed.keys]
    firsts = dict.fromkeys(shown(key.partition(" ")[0]) for key in deed.keys)
    return [f"{first} {DIGITS[0]}-{DIGITS[-1]}" for first in firsts]
