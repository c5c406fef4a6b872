"""Fetches the AMI secret from the one place that the configuration names. No source falls back to another.

What is fetched stays inside a `HiddenSecret`, and no error repeats a byte of it.
"""

from __future__ import annotations

import errno
import getpass
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from whisper_tui.config import keyrings
from whisper_tui.config.files import open_regular, write_over
from whisper_tui.config.paths import private_dir
from whisper_tui.config.schema import Secret
from whisper_tui.errors import UsageError

MAX_SECRET = 1024
"""Bytes; Asterisk reads its own manager.conf in lines of 8 kB, an AMI line in 1 kB."""
COMMAND_SECONDS = 10.0
STORABLE = ("keyring", "file")
"""The sources that `store_secret` can write."""


class SecretUnavailable(UsageError):
    """The secret cannot be had from where the configuration says that it is."""


class HiddenSecret:
    """A secret that does not show itself: not in repr, str or format, and not by pickle."""

    __slots__ = ("_held",)

    def __init__(self, held: str) -> None:
        self._held = held

    def reveal(self) -> str:
        """The secret itself, for the login alone."""
        return self._held

    def __repr__(self) -> str:
        return "HiddenSecret(...)"

    __str__ = __repr__

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be stored")


def read_secret(secret: Secret, warn: Callable[[str], None]) -> HiddenSecret:
    """Return the secret that `secret` points at; may ask the person at the terminal.

    Args:
        secret: where it is.
        warn: is told, in words, what is not as safe as it could be.

    Raises:
        SecretUnavailable: it is not there, not safe there, or took too long.
    """
    match secret.source:
        case "keyring":
            held = _keyring(secret.service, secret.account)
        case "file":
            held = _file(Path(secret.path).expanduser())
        case "command":
            held = _command(secret.command)
        case "env":
            held = _environment(secret.variable)
            warn(f"the secret comes from ${secret.variable}, which other processes of yours can read")
        case "systemd":
            held = _credential(secret.path)
        case "prompt":
            held = _prompt()
    return HiddenSecret(_checked(held, place(secret)))


def typed_secret() -> HiddenSecret:
    """Return a secret that the person types, twice the same, or the first line of stdin where that is no terminal.

    Raises:
        SecretUnavailable: it is empty, not text, or was not typed twice the same.
    """
    if not sys.stdin.isatty():
        return HiddenSecret(_checked(sys.stdin.buffer.readline(MAX_SECRET + 2), "standard input"))
    given = _checked(_prompt(), "secret")
    if given != _checked(_prompt("again, please: "), "secret"):
        raise SecretUnavailable("not the same twice", "secret", "nothing was stored")
    return HiddenSecret(given)


def store_secret(secret: Secret, given: HiddenSecret) -> None:
    """Put `given` into the keyring or the file that `secret` names.

    Raises:
        SecretUnavailable: the keyring did not take it.
        UsageError: the file cannot be written, or the source is one that nothing can be stored in.
    """
    match secret.source:
        case "keyring":
            answer = keyrings.ask("set", secret.service, secret.account, given.reveal())
            if answer.error:
                raise SecretUnavailable(answer.error, place(secret), answer.hint)
        case "file":
            path = Path(secret.path).expanduser()
            private_dir(path.parent)
            write_over(path, given.reveal() + "\n")
        case _:
            raise UsageError("nothing can be stored there", place(secret), "set it where it comes from")


def place(secret: Secret) -> str:
    """Where the secret is, in words."""
    match secret.source:
        case "keyring":
            return f"keyring {secret.service}/{secret.account}"
        case "file":
            return f"file {secret.path}"
        case "command":
            return f"command {secret.command[0]}"
        case "env":
            return f"environment variable {secret.variable}"
        case "systemd":
            return f"systemd credential {secret.path}"
        case "prompt":
            return "typed at the start"


def _checked(held: bytes, where: str) -> str:
    """The first line of `held` as text, if it can be a secret."""
    line = held.split(b"\n", 1)[0].removesuffix(b"\r")
    if not line:
        raise SecretUnavailable("there is no secret", where, "its first line must be the secret")
    if len(line) > MAX_SECRET:
        raise SecretUnavailable(f"longer than {MAX_SECRET} bytes", where, "its first line must be the secret alone")
    # Errors of `decode` carry the bytes with them, so it is not left to raise.
    text = line.decode("utf-8", "replace")
    if "\ufffd" in text or not text.isprintable():
        raise SecretUnavailable("not a line of printable text", where, "AMI takes no other secret")
    return text


def _keyring(service: str, account: str) -> bytes:
    where = f"keyring {service}/{account}"
    answer = keyrings.ask("get", service, account)
    if answer.error:
        raise SecretUnavailable(answer.error, where, answer.hint)
    return answer.secret


def _file(path: Path) -> bytes:
    try:
        file = open_regular(path, os.O_NOFOLLOW)
    except FileNotFoundError:
        raise SecretUnavailable("no such file", str(path), "`whisper-tui secret set` writes it") from None
    except OSError as error:
        words = "is a symbolic link" if error.errno == errno.ELOOP else (error.strerror or "cannot be read").lower()
        raise SecretUnavailable(words, str(path), "it must be a file of yours that no one else may read") from None
    with file:
        found = os.fstat(file.fileno())
        if found.st_uid != os.geteuid():
            raise SecretUnavailable("belongs to somebody else", str(path), "it must be yours")
        if found.st_mode & 0o077:
            raise SecretUnavailable("others may read or write it", str(path), f"chmod 600 {path}")
        return file.read(MAX_SECRET + 2)


def _command(argv: tuple[str, ...]) -> bytes:
    where = f"command {argv[0]}"
    try:
        # A session of its own, so that everything it starts can be ended with it.
        process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, start_new_session=True)
    except OSError as error:
        raise SecretUnavailable((error.strerror or "cannot be run").lower(), where) from None
    with process:
        try:
            held = _all_output(process, where)
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
    if process.returncode:
        raise SecretUnavailable(f"failed with status {process.returncode}", where, "try it by hand")
    return held


def _all_output(process: subprocess.Popen[bytes], where: str) -> bytes:
    """What `process` prints until it has ended, within the limits of time and size."""
    assert process.stdout is not None
    ends = time.monotonic() + COMMAND_SECONDS
    held = b""
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while selector.select(max(0.0, ends - time.monotonic())):
            piece = os.read(process.stdout.fileno(), 4096)
            held += piece
            if len(held) > 1 << 16:
                raise SecretUnavailable("prints more than 64 kB", where, "its first line must be the secret")
            if not piece:
                break
    try:
        process.wait(max(0.0, ends - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise SecretUnavailable(f"took longer than {COMMAND_SECONDS:.0f} s", where, "try it by hand") from None
    return held


def _environment(variable: str) -> bytes:
    if variable not in os.environ:
        raise SecretUnavailable("is not set", f"environment variable {variable}")
    return os.environb[variable.encode()]


def _credential(name: str) -> bytes:
    folder = os.environ.get("CREDENTIALS_DIRECTORY")
    if not folder:
        hint = f"LoadCredential={name}:FILE in the unit that starts it"
        raise SecretUnavailable("was not started by systemd with credentials", f"systemd credential {name}", hint)
    try:
        with open_regular(Path(folder) / name, os.O_NOFOLLOW) as file:
            return file.read(MAX_SECRET + 2)
    except OSError as error:
        raise SecretUnavailable((error.strerror or "cannot be read").lower(), f"systemd credential {name}") from None


def _prompt(question: str = "AMI secret: ") -> bytes:
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise SecretUnavailable("there is no terminal to ask at", "secret", 'choose another `source` than "prompt"')
    try:
        return getpass.getpass(question).encode("utf-8", "surrogateescape")
    except EOFError:
        raise SecretUnavailable("nothing was typed", "secret") from None
