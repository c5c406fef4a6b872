"""Runs in a process of its own: one question to the system's keyring as JSON on stdin, one answer on stdout.

The answer is a code on the first line ("ok", "none", "clear-text", "locked", "missing", "failed") and the secret, or the kind of
failure, on the rest. Nothing of this package is imported, and no traceback leaves it: one could hold the secret.
"""

from __future__ import annotations

import json
import sys
from types import TracebackType

CLEAR_TEXT = ("keyrings.alt", "keyring.backends.null")
"""Backends, by module, that store a secret in the clear or not at all without saying so."""


def say(code: str, rest: str = "") -> None:
    sys.stdout.buffer.write(f"{code}\n{rest}".encode())


def fail(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    say("failed", kind.__name__)


def main() -> None:
    question = json.load(sys.stdin)
    import keyring
    from keyring import errors
    from keyring.backends.chainer import ChainerBackend
    from keyring.backends.fail import Keyring as NoKeyring

    chosen = keyring.get_keyring()
    backends = list(chosen.backends) if isinstance(chosen, ChainerBackend) else [chosen]
    backends = [backend for backend in backends if not isinstance(backend, NoKeyring)]
    safe = [backend for backend in backends if not type(backend).__module__.startswith(CLEAR_TEXT)]
    if not safe:
        say("clear-text" if backends else "none", type(backends[0]).__module__ if backends else "")
        return
    try:
        if question["deed"] == "set":
            safe[0].set_password(question["service"], question["account"], question["secret"])
            say("ok")
            return
        for backend in safe:
            secret = backend.get_password(question["service"], question["account"])
            if secret is not None:
                say("ok", secret)
                return
        say("missing")
    except errors.NoKeyringError:
        say("none")
    except errors.KeyringLocked:
        say("locked")


if __name__ == "__main__":
    sys.excepthook = fail
    main()
