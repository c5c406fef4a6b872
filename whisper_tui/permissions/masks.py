"""How much of a caller's number, or of a name that holds one, a profile lets be seen."""

from __future__ import annotations

from typing import assert_never

from whisper_tui.permissions.policy import Numbers

HIDDEN = "…"
SHOWN = 4
KEPT = 3
"""Digits that stay hidden whatever the length: the last four of an extension of four would be all of it."""


def mask(number: str, numbers: Numbers) -> str:
    """Return what may be shown of `number`: with LAST4 `…0142`; "" stays "" (nobody sent a number)."""
    match numbers:
        case Numbers.FULL:
            return number
        case Numbers.LAST4:
            # Whatever is no digit goes too: in a SIP address the letters are the person.
            digits = _digits(number)
            shown = max(0, min(SHOWN, len(digits) - KEPT))
            return HIDDEN + digits[len(digits) - shown :] if number else ""
        case Numbers.NONE:
            return HIDDEN if number else ""
        case _:
            assert_never(numbers)


def mask_name(name: str, numbers: Numbers) -> str:
    """Return what may be shown of a caller's name. Many a phone sends its number as its name: that one is masked too."""
    match numbers:
        case Numbers.FULL:
            return name
        case Numbers.LAST4:
            return name if len(_digits(name)) <= SHOWN else mask(name, numbers)
        case Numbers.NONE:
            return HIDDEN if name else ""
        case _:
            assert_never(numbers)


def mask_text(text: str, numbers: Numbers) -> str:
    """Return what may be shown of words in which somebody may have written a caller's number."""
    hides = numbers is Numbers.NONE and _digits(text) != ""
    return HIDDEN if hides else mask_name(text, Numbers.FULL if numbers is Numbers.FULL else Numbers.LAST4)


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdecimal())
