"""Text from the PBX, cleaned once: whatever a caller's phone put into it can be drawn and compared.

A stranger chooses these bytes. ESC and OSC sequences reach AMI raw in CallerIDName, names are C-escaped by Asterisk in channel
snapshots (`ast_escape_c`, manager_channels.c) and not in QueueEntry, numbers are never escaped (AMI.md Q7, measured).
"""

from __future__ import annotations

import re
import unicodedata

MAX_CELLS = 64
"""Terminal cells that a cleaned text takes at most."""

MAX_ID = 250
"""Characters of an id or a channel's name; what is longer is cut."""

_MAX_MARKS = 3  # combining marks on one letter; more would be drawn over the lines above and below

_NOBODY = frozenset({"<unknown>", "unknown"})
"""What Asterisk writes for a missing name or number: snapshots the first, QueueEntry the second."""

_TAG = re.compile(r"[a-z0-9_-]{1,32}")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_C_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}

_SEQUENCE = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, cursor moves
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # OSC, DCS, SOS, PM, APC: to their end
    r"|\x1b[ -/]*[0-~]"  # anything shorter
)
_BLANK = re.compile(r"[\t\n\v\f\r\x85\u2028\u2029]+")
_ANCHORED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
"""Categories that are not drawn: controls, bidi and zero-width format characters, surrogates, private, unassigned."""


def clean_name(raw: bytes) -> str:
    """A caller's or member's name from a channel snapshot: C-unescaped, then as `clean`; nobody is ""."""
    text = raw.decode("utf-8", "replace")
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: _C_ESCAPES.get(found[1], found[1]), text)
    text = clean(text)
    return "" if text in _NOBODY else text


def clean_number(raw: bytes) -> str:
    """A number, or a name that Asterisk did not escape; nobody is ""."""
    text = clean(raw.decode("utf-8", "replace"))
    return "" if text in _NOBODY else text


def clean_text(raw: bytes) -> str:
    """Any other text that a person reads."""
    return clean(raw.decode("utf-8", "replace"))


def clean_tag(text: str) -> str:
    """The name of a tag, in small letters; "" for what is none: other signs than a-z 0-9 _ -, or more than 32."""
    name = clean(text).lower()
    return name if _TAG.fullmatch(name) else ""


def clean_id(raw: bytes) -> str:
    """An id, or a name that is used as one (queue, channel, interface): never shortened to a screen's width."""
    text = raw.decode("utf-8", "replace")
    if not (text.isascii() and text.isprintable()):
        text = "".join(c for c in text if unicodedata.category(c) not in _ANCHORED)
    return text[:MAX_ID] if text != "<unknown>" else ""


def clean(text: str, cells: int = MAX_CELLS) -> str:
    """Return `text` in NFC without controls, escape sequences, bidi and zero-width characters, in at most `cells` cells.

    Text that was cut ends in "…". Markup such as `[bold]` passes: it is for whoever draws not to parse it.
    """
    if text.isascii() and text.isprintable():
        text = text.strip()
        return text if len(text) <= cells else text[: cells - 1] + "…"
    text = _BLANK.sub(" ", _SEQUENCE.sub("", text))
    # NFC can grow a text threefold, so what is absurd is cut first.
    text = unicodedata.normalize("NFC", text[: 8 * cells])
    return _fit("".join(_drawn(text)).strip(), cells)


def _drawn(text: str) -> list[str]:
    kept: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        if category in _ANCHORED or "\ufe00" <= character <= "\ufe0f":  # variation selectors change a sign's width
            continue
        if category[0] == "M":
            marks += 1
            if marks > _MAX_MARKS or not kept:
                continue
        else:
            marks = 0
        kept.append(" " if category == "Zs" else character)
    return kept


def _fit(text: str, cells: int) -> str:
    used = 0
    for place, character in enumerate(text):
        width = _width(character)
        if used + width > cells or place >= 2 * cells:
            while place and used > cells - 1:
                place -= 1
                used -= _width(text[place])
            return text[:place].rstrip() + "…"
        used += width
    return text


def _width(character: str) -> int:
    if character < "\u0300":
        return 1
    if unicodedata.category(character) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
