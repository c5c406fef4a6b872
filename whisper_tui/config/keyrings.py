"""Asks the system's keyring in a child process: a locked one can hang, and importing it costs 35-80 ms."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Literal

from msgspec import Struct

from whisper_tui.config import keyring_child

LIMIT = 5.0
"""Seconds; a keyring that is waiting for somebody to unlock it never answers."""

_HINT = 'a server without a desktop has none: use source = "file", "command" or "systemd"'
_WORDS = {
    "none": ("there is no keyring here", _HINT),
    "clear-text": ("the keyring here keeps secrets in the clear", _HINT),
    "locked": ("the keyring is locked", "unlock it, or use another source"),
    "failed": ("the keyring failed", "`python -m keyring diagnose` may tell more; or use another source"),
    "missing": ("the keyring does not hold it", "`whisper-tui secret set` puts it there"),
}


class Answer(Struct, frozen=True):
    """`error`: why not, in words; "" if it went well. `secret`: what "get" found."""

    error: str = ""
    hint: str = ""
    secret: bytes = b""

    def __repr__(self) -> str:
        return f"Answer({self.error!r}, {self.hint!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("error", self.error), ("hint", self.hint)]  # msgspec's own, which a traceback prefers, has every field


def ask(deed: Literal["get", "set"], service: str, account: str, secret: str = "") -> Answer:
    """Read a secret from the keyring, or store one in it. Returns within `LIMIT`; never raises for what a keyring does."""
    question = json.dumps({"deed": deed, "service": service, "account": account, "secret": secret})
    # By path and with -P: nothing is imported from the folder that the person happens to stand in.
    argv = [sys.executable, "-P", str(Path(keyring_child.__file__))]
    try:
        child = subprocess.run(argv, input=question.encode(), capture_output=True, timeout=LIMIT, check=False)
    except subprocess.TimeoutExpired:
        return Answer(f"the keyring did not answer within {LIMIT:.0f} s", "is it waiting to be unlocked?")
    code, _, rest = child.stdout.partition(b"\n")
    if code == b"ok":
        return Answer(secret=rest)
    what, hint = _WORDS.get(code.decode("ascii", "replace"), _WORDS["failed"])
    kind = rest.decode("utf-8", "replace").strip()
    return Answer(f"{what} ({kind})" if kind else what, hint)
