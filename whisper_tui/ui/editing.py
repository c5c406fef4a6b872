"""A line of typing, edited as a shell does. Pure."""

from __future__ import annotations

from whisper_tui.ui.presses import Press


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


def pasted(text: str, paste: str, longest: int) -> str:
    """Return `text` with the first line of `paste` behind it, no more than `longest` signs in all."""
    return (text + "".join(sign for sign in paste.split("\n")[0] if sign.isprintable()))[:longest]
