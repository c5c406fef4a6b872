"""The table of keys as the README and the man page have it, in the English of both."""

from __future__ import annotations

from whisper_tui.ui.deeds import DEEDS
from whisper_tui.ui.keymap import each_key_of, keys_of


def markdown() -> str:
    """Return the table of keys as the README has it."""
    rows = [f"| {' '.join(f'`{key}`' for key in each_key_of(deed))} | {deed.words} |" for deed in DEEDS]
    return "\n".join(["| key | does |", "| --- | --- |", *rows])


def roff() -> str:
    """Return the table of keys as the man page has it (man(7))."""
    escaped = [(_roff(keys_of(deed)), _roff(deed.words)) for deed in DEEDS]
    return "\n".join(f".TP\n.B {keys}\n{words}" for keys, words in escaped)


def names() -> str:
    """Return the names of the deeds and their usual keys as the man page of keys.toml has them (man(7))."""
    return "\n".join(f".TP\n.B {_roff(deed.name)}\n{_roff(keys_of(deed))}" for deed in DEEDS)


def _roff(text: str) -> str:
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text
