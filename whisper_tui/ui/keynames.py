"""Names of keys: as Textual has them, as people write them, and from the one to the other. Pure."""

from __future__ import annotations

import re

from whisper_tui.config.locate import nearest

SIGNS = {
    "exclamation_mark": "!", "quotation_mark": '"', "number_sign": "#", "dollar_sign": "$", "percent_sign": "%",
    "ampersand": "&", "apostrophe": "'", "left_parenthesis": "(", "right_parenthesis": ")", "asterisk": "*",
    "plus": "+", "comma": ",", "minus": "-", "full_stop": ".", "slash": "/", "colon": ":", "semicolon": ";",
    "less_than_sign": "<", "equals_sign": "=", "greater_than_sign": ">", "question_mark": "?", "at": "@",
    "left_square_bracket": "[", "backslash": "\\", "right_square_bracket": "]", "circumflex_accent": "^",
    "underscore": "_", "grave_accent": "`", "left_curly_bracket": "{", "vertical_line": "|",
    "right_curly_bracket": "}", "tilde": "~",
}  # fmt: skip
"""Textual's names of the signs that are no letters."""

NAMED = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "backspace": "Backspace", "insert": "Ins",
    "delete": "Del", "home": "Home", "end": "End", "pageup": "PgUp", "pagedown": "PgDn",
    "up": "↑", "down": "↓", "left": "←", "right": "→", **{f"f{number}": f"F{number}" for number in range(1, 25)},
}  # fmt: skip
"""Textual's names of the keys that type nothing, and how they are shown."""

_ALSO = {"esc": "escape", "return": "enter", "ins": "insert", "del": "delete", "pgup": "pageup", "pgdn": "pagedown",
         "page-up": "pageup", "page-down": "pagedown", "↑": "up", "↓": "down", "←": "left", "→": "right"}  # fmt: skip

_BY_SIGN = {sign: name for name, sign in SIGNS.items()}
_MODIFIERS = {"ctrl": "ctrl", "control": "ctrl", "c": "ctrl", "alt": "alt", "meta": "alt", "m": "alt",
              "shift": "shift", "s": "shift"}  # fmt: skip
_MODIFIED = re.compile(r"(?P<with>[A-Za-z]+)[-+](?P<key>.+)")

_SAME = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+left_square_bracket": "escape"}
"""What a terminal sends for both alike."""

LONGEST = 2
"""Keys that stand for one deed, one after the other."""


class NoKey(ValueError):
    """What is written names no key, or none that a terminal can send. `hint`: what to write."""

    def __init__(self, what: str, hint: str) -> None:
        super().__init__(what)
        self.hint = hint


def shown(key: str) -> str:
    """Return `key` as people write it: `!`, `Enter`, `ctrl-d`, `v s`."""
    return " ".join(_shown(part) for part in key.split(" "))


def read(text: str) -> str:
    """Return Textual's name of the key, or the two keys, that `text` names: `ctrl-d`, `F5`, `v s`, `!`, `ctrl+d`.

    Raises:
        NoKey: it names none.
    """
    parts = text.split()
    if not 1 <= len(parts) <= LONGEST:
        raise NoKey(
            f"{text!r} is no key", "one key, or two with a blank between them: `v s`; the blank itself is `space`"
        )
    return " ".join(_read(part) for part in parts)


def _shown(key: str) -> str:
    *modifiers, last = key.split("+")
    return "-".join([*modifiers, SIGNS.get(last) or NAMED.get(last, last)])


def _read(text: str) -> str:
    if len(text) > 1 and (modified := _MODIFIED.fullmatch(text)) and modified["with"].lower() in _MODIFIERS:
        modifier, key = _MODIFIERS[modified["with"].lower()], _plain(modified["key"], text)
        if len(key) == 1:
            key = key.lower() if modifier == "ctrl" else key
            if modifier == "shift":
                raise NoKey(f"{text!r} is no key", f"write the letter that it types: `{key.upper()}`")
        name = f"{modifier}+{key}"
        if name in _SAME:
            same = NAMED[_SAME[name]]
            raise NoKey(f"a terminal cannot tell {text} from {same}", f"write `{_SAME[name]}`, or another key")
        return name
    return _plain(text, text)


def _plain(text: str, whole: str) -> str:
    if len(text) == 1 and text not in _ALSO:
        if not text.isprintable():
            raise NoKey(f"{whole!r} is no key", "signs that can be printed, or names such as `ctrl-d`, `F5`, `space`")
        return _BY_SIGN.get(text, text)
    name = text.lower()
    name = _ALSO.get(name, name)
    if name in NAMED or name in SIGNS:
        return name
    meant = nearest(name, [*NAMED, *_ALSO, *SIGNS])
    raise NoKey(
        f"{whole!r} is no key",
        f"did you mean `{meant}`?" if meant else "for instance `ctrl-d`, `F5`, `space`, `v s`, `!`",
    )
