"""A line of typing, edited as a shell does. Pure."""

from __future__ import annotations

from whisper_tui.ui.presses import Press

LONGEST = 200
"""Signs of a filter or a command; what is pasted beyond them is left out."""


def edited(text: str, press: Press) -> str | None:
    """Return `text` after a key that types or takes back, None where it is no such key."""
    match press.key:
        case "backspace" | "ctrl+h":
            return text[:-1]
        case "ctrl+u":
            return ""
        case "ctrl+w":
            return text.rstrip().rpartition(" ")[0]
        case _ if press.character is not None and press.character.isprintable():
            return text + press.character
        case _:
            return None


def pasted(text: str, paste: str) -> str:
    """Return `text` with the first line of `paste` behind it, no more than LONGEST signs in all. A terminal may end the lines of a
    paste with CR alone, as Enter does."""
    first = next(iter(paste.splitlines()), "")
    return (text + "".join(sign for sign in first if sign.isprintable()))[:LONGEST]
