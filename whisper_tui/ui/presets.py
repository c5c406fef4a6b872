"""Sets of keys that `preset` in keys.toml names: what differs from the registry, deed by deed."""

from __future__ import annotations

from collections.abc import Mapping

PRESETS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "default": {},
    "vim": {
        "first": ("g g", "home"),
        "next-view": ("g t", "right_square_bracket", "tab"),
        "previous-view": ("g T", "left_square_bracket", "shift+tab"),
        "back": ("escape", "ctrl+o"),
        "quit": ("q", "Z Z", "Z Q", "f10", "ctrl+q", "ctrl+c"),
    },
    "htop": {
        "filter": ("slash", "f3", "f4", "backslash"),
        "next": ("n",),
        "reverse": ("z", "I"),
        "freeze": ("p", "Z"),
        "hangup": ("X", "f9"),
    },
}
"""vim's own letters for deeds that it has too; of htop what the function keys and free letters do there."""
