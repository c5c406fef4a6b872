"""The page behind `?`: every key, and why a dim one is dim."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from whisper_tui.terms import Notice
from whisper_tui.ui.inks import Ink, Line, Span, crop, fit, spread
from whisper_tui.ui.words import _, fill, sentence

_KEYS = 16


class KeyRow(NamedTuple):
    """A deed as the page shows it."""

    keys: str
    words: str
    why_dim: Notice | None


def draw(rows: Sequence[KeyRow], top: int, names: Mapping[str, str], width: int, height: int) -> list[Line]:
    """Return the lines from line `top` on. `names`: of the keys, by those of their deeds."""
    title: tuple[Span, ...] = ((f" {_('KEYS')}", Ink.STRONG),)
    head = Line(spread(title, ((f"{fill(_('{down} {up} scroll, Esc closes'), names)} ", Ink.MUTED),), width))
    return [head, *_body(rows, width)[top : top + height - 1]]


def furthest(rows: Sequence[KeyRow], width: int, height: int) -> int:
    """Return the `top` that shows the last line."""
    return max(0, len(_body(rows, width)) - height + 1)


def _body(rows: Sequence[KeyRow], width: int) -> list[Line]:
    return [line for row in rows for line in _row(row, width)]


def _row(row: KeyRow, width: int) -> list[Line]:
    dim = row.why_dim is not None
    keys = f"({row.keys})" if dim else row.keys
    parts = [(part, Ink.TEXT) for part in textwrap.wrap(row.words, max(10, width - _KEYS - 2))]
    if row.why_dim is not None:
        why = f"{_('not now')}: {sentence(row.why_dim)}"
        parts += [(part, Ink.WAITING) for part in textwrap.wrap(why, max(10, width - _KEYS - 2))]
    heads = [(f" {fit(keys, _KEYS)} ", Ink.MUTED if dim else Ink.STRONG)] + [(" " * (_KEYS + 2), Ink.TEXT)] * len(parts)
    return [Line(crop((head, part), width)) for head, part in zip(heads, parts, strict=False)]
