"""Regular expressions that a person types, bounded so that none of them holds the screen up. Pure.

Python's engine goes back and tries again, which repeats within repeats make exponential. So no pattern has one, nor a
backreference or a look around, and few of its repeats vary in length; it looks at the first signs of a text alone, and what it
found in a text is kept: names and numbers come again with every change of their row.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable

from whisper_tui.ui.words import _, fill

LONGEST = 60
"""Signs of a pattern."""

LOOKED_AT = 48
"""Signs of a text: names from the PBX have no more cells (ami/decode.py)."""

ENDLESS = 1
"""So many repeats may have no end, or more than `FEW` lengths: a search is then within LOOKED_AT ** 2 steps or so."""

VARYING = 2
"""So many may vary in length at all, choices in brackets among them."""

CHOICES = 8
"""So many `|`."""

FEW = 4

KEPT = 20_000
"""Texts whose answer is kept."""

_SIGN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?.?|\{(\d*)(,?)(\d*)\}|.", re.DOTALL)


def finder(written: str) -> Callable[[str], bool] | str:
    """Return what tells whether the pattern finds something in a text, whatever its case; or what is wrong, in words."""
    if len(written) > LONGEST:
        return _("too long")
    if (slow := _too_slow(written)) is not None:
        return slow
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # of patterns whose meaning will change
            search = re.compile(written, re.IGNORECASE).search
    except (re.error, OverflowError, Warning) as error:
        at = error.pos if isinstance(error, re.error) else None
        return _("it cannot be read") if at is None else fill(_("wrong at sign {at}"), {"at": str(at + 1)})
    kept: dict[str, bool] = {}

    def finds(text: str) -> bool:
        found = kept.get(text)
        if found is None:
            if len(kept) >= KEPT:
                kept.clear()
            found = kept[text] = search(text[:LOOKED_AT]) is not None
        return found

    return finds


def _too_slow(written: str) -> str | None:
    """Why a pattern might take long, in words; None: it does not."""
    repeats = [False]
    """Of each group that is open, the outermost first: whether a repeat or a choice stands in it."""
    choices = [False]
    """Of each, whether a choice stands in it."""
    endless = varying = more = 0
    closed: bool | None = None
    """Whether one stood in the group that was just closed."""
    after_repeat = False
    for found in _SIGN.finditer(written):
        sign, was_closed, was_repeat = found[0], closed, after_repeat
        closed, after_repeat = None, False
        if sign.startswith("(?") and sign != "(?:":
            return _("(?...) is not taken, but for (?:...)")
        if re.fullmatch(r"\\[1-9]", sign):
            return _("backreferences are not taken")
        if sign.startswith("("):
            repeats.append(False)
            choices.append(False)
        elif sign == ")" and len(repeats) > 1:
            closed = repeats.pop()
            varying += choices.pop()
            repeats[-1] = repeats[-1] or closed
        elif sign == "|":
            repeats[-1] = choices[-1] = True
            more += 1
        elif sign in ("*", "+", "?") or (sign[0] == "{" and found[1] is not None and (found[1] or found[2])):
            if was_repeat and sign in ("?", "+"):
                continue  # lazy, or not giving back
            if was_closed:
                return _("repeats within repeats take too long")
            least, most = _lengths(sign, found)
            varying += least != most
            endless += most - least > FEW
            after_repeat = repeats[-1] = True
            if most > LOOKED_AT and most != _ENDLESS:
                return _("a repeat of so many signs finds nothing")
    if endless > ENDLESS or varying > VARYING or more > CHOICES:
        return _("so many repeats take too long")
    return None


_ENDLESS = 1 << 20


def _lengths(sign: str, found: re.Match[str]) -> tuple[int, int]:
    """The least and the most times of a repeat."""
    if sign in ("*", "+"):
        return int(sign == "+"), _ENDLESS
    if sign == "?":
        return 0, 1
    least, comma, most = found[1] or "0", found[2], found[3]
    if len(least) > 4 or len(most) > 4:
        return 0, _ENDLESS - 1
    return int(least), (int(most) if most else _ENDLESS) if comma else int(least)
