"""Names of recordings' files, which often hold the caller's number: in the chain, which forgets nothing, it is left out of them.

`{caller}` stands where the number was as the PBX sent it, `{caller-9}` for its last 9 digits. Whoever sees the number can have
the name put together again; once the number is erased nobody can.
"""

from __future__ import annotations

import re

LEAST = 6
"""Digits of a number that tell of whom it is, wherever they stand; of a shorter number all of them."""
LONGEST = 1_000
"""Characters of a name that are kept."""

_GAP = re.compile(r"\{caller(?:-(\d{1,2}))?\}")


def hidden(file: str, number: str) -> str:
    """Return `file` without the caller's `number`, or its last digits."""
    file = file[:LONGEST].replace("{caller", "(caller")  # nobody's file may stand for a number
    if not number:
        return file
    file = file.replace(number, "{caller}")
    digits = re.sub(r"\D", "", number)
    for count in range(len(digits), min(LEAST, len(digits)) - 1, -1):
        if count:
            file = file.replace(digits[-count:], f"{{caller-{count}}}")
    return file


def has_gap(file: str) -> bool:
    """Whether the caller's number was left out of the name."""
    return _GAP.search(file) is not None


def filled(file: str, number: str) -> str:
    """Return the name with `number`, which is whole, put in again."""
    digits = re.sub(r"\D", "", number)
    return _GAP.sub(lambda gap: digits[-int(gap[1]) :] if gap[1] else number, file)
