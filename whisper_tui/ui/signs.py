"""What the terminal can show: Unicode, or ASCII twins of our signs where its locale is not UTF-8."""

from __future__ import annotations

from collections.abc import Mapping
from unicodedata import normalize

from rich.cells import get_character_cell_size

from whisper_tui.ui.inks import fit, width_of

TWINS = {
    "●": "*", "○": "o", "◐": "~", "◌": ".", "✕": "X", "▶": ">", "▸": ">", "▲": "!", "△": "^", "▪": "#", "‖": "=", "◉": "@",
    "░": ":", "≈": "~", "▬": "#", "▁": "_", "▂": ".", "▃": "-", "▄": "=", "▅": "+", "▆": "*", "▇": "#",
    "…": ".", "—": "-", "–": "-", "·": ".", "→": ">", "←": "<", "↑": "^", "↓": "v", "≥": ">", "×": "x",
    "│": "|", "─": "-", "┴": "+", "┬": "+", "┼": "+", "├": "+", "┤": "+", "╭": "+", "╮": "+", "╰": "+", "╯": "+",
    "┏": "+", "┓": "+", "┗": "+", "┛": "+", "━": "=", "┃": "|",
    "╔": "#", "╗": "#", "╚": "#", "╝": "#", "═": "#", "║": "#",
    "╓": "#", "╖": "#", "╙": "#", "╜": "#", "╒": "=", "╕": "=", "╘": "=", "╛": "=", "▮": "#", "▯": ".",
    "⚑": "^", "╌": "m", "▒": "w", "▓": "3", "█": "B", "◆": "T",
}  # fmt: skip
"""Our signs and what stands for each of them where only ASCII can be shown."""
_TWINS = str.maketrans(TWINS)


def speaks_unicode(environment: Mapping[str, str]) -> bool:
    """Tell whether the terminal's locale is UTF-8; `dumb` and locales that say nothing get ASCII."""
    if environment.get("TERM", "") in ("", "dumb"):
        return False
    # The first that is set and not empty decides (setlocale(3)).
    locale = environment.get("LC_ALL") or environment.get("LC_CTYPE") or environment.get("LANG") or ""
    return "utf8" in locale.lower().replace("-", "")


def printable(text: str) -> str:
    """Return `text` with `?` for what is no sign (controls, overrides of direction), in as many cells as before.

    Text from a PBX is clean when it comes here; a path, or an error of the system, may not be.
    """
    if text.isprintable():
        return text
    cell = (lambda _sign: 1) if text.isascii() else get_character_cell_size
    shown = "".join(sign if sign.isprintable() else "?" * cell(sign) for sign in text)
    return fit(shown, width_of(text))


def plain(text: str) -> str:
    """Return `text` in ASCII, in as many cells as before: letters without their accents, and `?` for what has no twin."""
    if text.isascii():
        return text
    return "".join(sign if sign.isascii() else _bare(sign) for sign in text.translate(_TWINS))


def _bare(sign: str) -> str:
    """Return the letter under an accent, or `?` for each cell."""
    letter = normalize("NFD", sign)[0]
    return letter if letter.isascii() and letter.isprintable() else "?" * width_of(sign)
