"""Reading files that decide what the program may do, and writing them whole or not at all."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import BinaryIO

from whisper_tui.errors import UsageError

MAX_FILE = 1 << 18
"""Bytes; a settings file that is larger is not one."""


MAX_POLICY = 1 << 23
"""Bytes of a policy, which may name every agent of a large floor."""


def read_trusted(path: Path, most: int = MAX_FILE) -> bytes:
    """Return the bytes of a file that only root or we ourselves can have written, `most` of them.

    Raises:
        UsageError: it is missing, no regular file, too large, somebody else's, or writable by others.
    """
    with _opened(path) as file:
        found = os.fstat(file.fileno())
        if found.st_uid not in (0, os.geteuid()):
            raise UsageError("belongs to somebody else", str(path), "it must be yours or root's")
        if found.st_mode & 0o022:
            raise UsageError("can be written by others", str(path), f"chmod go-w {path}")
        return _read(file, path, most)


def read_any(path: Path, most: int = MAX_FILE) -> bytes:
    """Return the bytes of a file that decides nothing, whoever can have written it.

    Raises:
        UsageError: it is missing, no regular file, or too large.
    """
    with _opened(path) as file:
        return _read(file, path, most)


def open_regular(path: Path, flags: int = 0) -> BinaryIO:
    """Open `path` for reading, with `flags` of open(2) besides; a pipe in its place is refused, not waited for.

    Raises:
        OSError: it cannot be opened.
        UsageError: it is no regular file.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | flags)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError("not a regular file", str(path))
    return os.fdopen(descriptor, "rb")


def write_new(texts: Mapping[Path, str], mode: int = 0o600) -> None:
    """Write every file whole, or none, and none over a file that is there.

    Raises:
        UsageError: one of them is there already or cannot be written; nothing was changed.
    """
    drafts: dict[Path, Path] = {}
    placed: list[Path] = []
    path = Path()
    try:
        for path, text in texts.items():
            drafts[path] = _draft(path, text, mode)
        for path, draft in drafts.items():
            path.hardlink_to(draft)  # unlike a rename, refuses where a file is
            placed.append(path)
    except FileExistsError:
        _remove(placed)
        raise UsageError("is there already", str(path), "--force writes over it") from None
    except OSError as error:
        _remove(placed)
        raise _unwritable(path, error) from error
    finally:
        _remove(drafts.values())


def write_over(path: Path, text: str, mode: int = 0o600) -> None:
    """Write `path` whole, over what was there, or leave it as it was.

    Raises:
        UsageError: it cannot be written.
    """
    try:
        draft = _draft(path, text, mode)
        try:
            draft.replace(path)
        finally:
            _remove([draft])
    except OSError as error:
        raise _unwritable(path, error) from error


def _opened(path: Path) -> BinaryIO:
    try:
        return open_regular(path)
    except OSError as error:
        raise UsageError((error.strerror or "cannot be read").lower(), str(path)) from error


def _read(file: BinaryIO, path: Path, most: int) -> bytes:
    held = file.read(most + 1)
    if len(held) > most:
        raise UsageError(f"larger than {most // 1024} kB", str(path), "is it the right file?")
    return held


def _draft(path: Path, text: str, mode: int) -> Path:
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            os.fchmod(descriptor, mode)
            file.write(text)
            file.flush()
            os.fsync(descriptor)
    except OSError:
        _remove([Path(name)])
        raise
    return Path(name)


def _remove(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError((error.strerror or "cannot be written").lower(), str(path), "nothing was changed")
