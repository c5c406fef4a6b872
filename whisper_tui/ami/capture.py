"""Recordings of AMI: `NAME.ami` the bytes as received, `NAME.idx` one line a read (seconds since connecting, byte offset),
`NAME.sent` each action (seconds, its headers, a blank line). What callers type never gets here, see `framing`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from msgspec import Struct

from whisper_tui.ami.actions import Headers, Reply
from whisper_tui.ami.framing import END, EOL, Framer
from whisper_tui.clock import Clock
from whisper_tui.errors import UsageError

log = logging.getLogger("whisper_tui.ami")

FLUSH_SECONDS = 1.0
"""A recorder that is killed loses at most what came in these."""

_READ = 1 << 16


class NoCapture(UsageError):
    """The recording cannot be read, or cannot be made."""


class Chunk(Struct, frozen=True):
    """What one read brought: `seconds` since connecting."""

    seconds: float
    data: bytes


def read_capture(path: Path) -> Iterator[Chunk]:
    """Every chunk of `path` (`NAME.ami`), in order. Without `NAME.idx` all of it came in one, at second 0.

    A recording whose end was cut off, bytes or index, gives what is there.

    Raises:
        NoCapture: it cannot be read, or its index is none.
    """
    try:
        places = _places(path.with_suffix(".idx"))
        with path.open("rb") as file:
            if not places or places[0][1] != 0:
                places.insert(0, (0.0, 0))
            for (second, start), end in zip(places, [*(at for _, at in places[1:]), None], strict=True):
                data = file.read() if end is None else file.read(end - start)
                if data:
                    yield Chunk(second, data)
    except OSError as error:
        raise NoCapture(f"it cannot be read ({error.strerror})", error.filename or str(path)) from error


def _places(index: Path) -> list[tuple[float, int]]:
    try:
        text = index.read_text("ascii", "replace")
    except FileNotFoundError:
        return []
    places: list[tuple[float, int]] = []
    lines = text.split("\n")
    # The last element is "" after a whole line, or a line that was cut off.
    for number, line in enumerate(lines[:-1], 1):
        try:
            second, offset = line.split()
            place = (float(second), int(offset))
        except ValueError:
            raise NoCapture("not `seconds offset`", f"{index}:{number}") from None
        if places and (place[1] < places[-1][1] or place[0] < places[-1][0]):
            raise NoCapture("it runs backwards", f"{index}:{number}")
        places.append(place)
    return places


def read_sent(path: Path) -> Iterator[tuple[float, Headers]]:
    """Every action that `NAME.sent` beside `path` holds: seconds since connecting, its headers. Without the file, none.

    Raises:
        NoCapture: it cannot be read, or is none.
    """
    sent = path.with_suffix(".sent")
    try:
        blocks = sent.read_text("utf-8", "replace").split("\n\n")
    except FileNotFoundError:
        return
    except OSError as error:
        raise NoCapture(f"it cannot be read ({error.strerror})", str(sent)) from error
    for block in blocks[:-1]:
        first, *lines = block.split("\n")
        try:
            second = float(first)
        except ValueError:
            raise NoCapture(f"{first[:40]!r} is no second", str(sent)) from None
        yield second, [(name, value) for name, _, value in (line.partition(": ") for line in lines)]


def transcribe(source: Path, writer: CaptureWriter) -> None:
    """Write the recording `source` once more, as `writer` will have it (scrubbed), keeping its seconds.

    Typed digits are left out, if whoever made it left them in; the keys of supervision legs stay.

    Raises:
        NoCapture: it cannot be read.
        PeerAtFault: it is no recording of AMI.
    """
    framer = Framer()
    banner = False
    for chunk in read_capture(source):
        data = b"".join(message + END for message in framer.feed(chunk.data))
        if framer.fault is not None:
            raise framer.fault
        if framer.banner and not banner:
            banner = True
            data = framer.banner.encode() + EOL + data
        writer.write(chunk.seconds, data)
    for second, headers in read_sent(source):
        writer.write_sent(second, headers)


class CaptureWriter:
    """Writes a recording as it comes; readable by its owner alone. Give `received` to a link as `tap`, `sent` as `on_sent`.

    A disk that is full ends the recording, never the link: see `fault`.

    Args:
        path: `NAME.ami`; it and the files beside it must not exist.
        clock: for the seconds.
        scrub: makes of received messages what is written (see `scrub.Scrubber`), None for as they are.
        scrub_sent: the same for the headers of an action.

    Raises:
        NoCapture: the files cannot be made.
    """

    def __init__(
        self,
        path: Path,
        clock: Clock,
        scrub: Callable[[bytes], bytes] | None = None,
        scrub_sent: Callable[[Headers], Headers] | None = None,
    ) -> None:
        self.path = path
        self.bytes = 0
        """Bytes of `NAME.ami` so far."""
        self.fault: OSError | None = None
        """What ended the recording."""
        self._clock = clock
        self._scrub = scrub
        self._scrub_sent = scrub_sent
        self._began = clock.monotonic()
        self._flushed = self._began
        self._files: list[BinaryIO] = []
        for suffix in (".ami", ".idx", ".sent"):
            try:
                self._files.append(_make(path.with_suffix(suffix)))
            except OSError as error:
                self._undo()
                raise NoCapture(f"it cannot be made ({error.strerror})", str(path.with_suffix(suffix))) from error
        self._ami, self._idx, self._sent = self._files

    def received(self, data: bytes) -> None:
        """Record what was read just now."""
        self.write(self._clock.monotonic() - self._began, data)

    def write(self, seconds: float, data: bytes) -> None:
        """Record what was read `seconds` after the beginning."""
        if self._scrub is not None:
            data = self._scrub(data)
        if data:
            self._append(self._idx, b"%.6f %d\n" % (seconds, self.bytes))
            self._append(self._ami, data)
            self.bytes += len(data)
            self._flush_now_and_then()

    def sent(self, headers: Headers, reply: Reply | None) -> None:
        """Record an action as it is written; its reply stands among what is received."""
        if reply is None:
            self.write_sent(self._clock.monotonic() - self._began, headers)

    def write_sent(self, seconds: float, headers: Headers) -> None:
        """Record an action that was sent `seconds` after the beginning."""
        if self._scrub_sent is not None:
            headers = self._scrub_sent(headers)
        lines = "".join(f"{name}: {value}\n" for name, value in headers)
        self._append(self._sent, f"{seconds:.6f}\n{lines}\n".encode("utf-8", "replace"))
        self._flush_now_and_then()

    def close(self) -> None:
        """End the recording. Call it twice if you like."""
        files, self._files = self._files, []
        for file in files:
            try:
                file.close()
            except OSError as error:
                self._broken(error)

    def _append(self, file: BinaryIO, data: bytes) -> None:
        if self._files and self.fault is None:
            try:
                file.write(data)
            except OSError as error:
                self._broken(error)

    def _flush_now_and_then(self) -> None:
        if self._clock.monotonic() - self._flushed < FLUSH_SECONDS or self.fault is not None:
            return
        self._flushed = self._clock.monotonic()
        try:
            for file in self._files:  # the bytes before the index, which then never points behind them
                file.flush()
        except OSError as error:
            self._broken(error)

    def _broken(self, error: OSError) -> None:
        if self.fault is None:
            self.fault = error
            log.error("the recording %s ended: %s", self.path, error.strerror)

    def _undo(self) -> None:
        for file in self._files:
            file.close()
            Path(os.fsdecode(file.name)).unlink()


def _make(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    os.close(descriptor)  # opened again by name, so that the file object knows it
    return path.open("wb", buffering=_READ)
