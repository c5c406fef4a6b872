"""What each key does for one person: the registry of deeds, under keys of their own where they chose any."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from whisper_tui.ui.deeds import DEEDS, Deed, Kind

_SHOWN = {
    "exclamation_mark": "!", "slash": "/", "question_mark": "?", "enter": "Enter", "escape": "Esc", "plus": "+",
    "minus": "-", "asterisk": "*", "full_stop": ".", "comma": ",", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "home": "Home", "end": "End", "pagedown": "PgDn", "pageup": "PgUp", "greater_than_sign": ">", "less_than_sign": "<",
    "left_square_bracket": "[", "right_square_bracket": "]", "tab": "Tab",
}  # fmt: skip


def shown(key: str) -> str:
    """Return `key` as people write it: `!`, `Enter`, `ctrl-d`, `v s`."""
    return " ".join(
        _SHOWN.get(part, part.replace("ctrl+", "ctrl-").replace("shift+tab", "shift-Tab")) for part in key.split(" ")
    )


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys of one person.

    Args:
        deeds: in the order of the registry, each with the keys that it has here.
        by_key: what a key does; `v s` is two keys, one after the other.
        prefixes: keys that wait for a second one.
    """

    deeds: tuple[Deed, ...]
    by_key: Mapping[str, Deed]
    prefixes: frozenset[str]

    def key_of(self, name: str) -> str:
        """Return the main key of a deed, as people write it; "" where there is none of that name."""
        return next((shown(deed.keys[0]) for deed in self.deeds if deed.name == name), "")

    def behind(self, prefix: str) -> list[tuple[str, Deed]]:
        """Return what can be pressed after `prefix`, and what it does."""
        return [
            (key.removeprefix(f"{prefix} "), deed) for key, deed in self.by_key.items() if key.startswith(f"{prefix} ")
        ]

    def anywhere(self, key: str) -> Deed | None:
        """Return what a key does even where a second one was waited for: whatever is quiet, and whatever is no letter."""
        deed = self.by_key.get(key)
        return deed if deed is not None and (deed.kind is Kind.QUIET or len(key) > 1) else None


def keymap_of(deeds: Iterable[Deed]) -> Keymap:
    """Return what the keys of `deeds` do."""
    by_key = {key: deed for deed in deeds for key in deed.keys}
    prefixes = frozenset(first for first, space, _second in (key.partition(" ") for key in by_key) if space)
    return Keymap(tuple(deeds), MappingProxyType(by_key), prefixes)


DEFAULT = keymap_of(DEEDS)
"""The keys of somebody who chose none."""


def keys_of(deed: Deed) -> str:
    """Return all keys of `deed`, as people write them."""
    return " ".join(shown(key) for key in deed.keys)
