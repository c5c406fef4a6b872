"""A recorded floor, message by message, with the second at which each came.

A story is a capture (`NAME.ami`, bytes as received, and `NAME.idx`, "seconds offset" for each chunk read), or a `.toml` that
names one and says how it is played. Nothing is read before it is asked for: a day's recording opens as fast as a minute's.
"""

from __future__ import annotations

import math
import mmap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType

import msgspec
import tomli
from msgspec import Struct

from whisper_tui.engine.lesson import Hint
from whisper_tui.errors import UsageError
from whisper_tui.simulator.interludes import Interlude, is_in_order
from whisper_tui.simulator.variables import Variable

BANNER = b"Asterisk Call Manager/"
MAX_MESSAGE = 1 << 20
"""Bytes of one message in a recording; what is longer is no recording of Asterisk."""


class StoryUnreadable(UsageError):
    """The recording is not there, or is not one."""


class Told(Struct, frozen=True):
    """One message. `second` since the recording began, `raw` its bytes with the blank line that ends it."""

    second: float
    raw: bytes


class Sheet(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """A story's `.toml`.

    Args:
        capture: the `.ami`, seen from the `.toml`.
        speed: 1 as recorded, 0.5 half as fast.
        until: the second of the recording at which a loop ends, 0 for all of it.
        silence: the longest time without a message, in seconds as played; 0 leaves silences as they were.
        title: a line for people.
        queues: another name for a queue, by the recording's.
        hint: what a coach says, in order.
        interlude: what happens besides the recording, where it is played and not replayed.
        variable: what channels hold, of those that fit one the first.
    """

    capture: str
    speed: float = 1.0
    until: float = 0.0
    silence: float = 0.0
    title: str = ""
    queues: dict[str, str] = {}
    hint: tuple[Hint, ...] = ()
    interlude: tuple[Interlude, ...] = ()
    variable: tuple[Variable, ...] = ()


class Story:
    """A recording, open for reading. Close it, or use it as a context manager."""

    def __init__(
        self,
        capture: Path,
        until: float = 0.0,
        speed: float = 1.0,
        silence: float = 0.0,
        interludes: tuple[Interlude, ...] = (),
        variables: tuple[Variable, ...] = (),
        queues: Mapping[str, str] | None = None,
    ) -> None:
        self.path = capture
        self.speed = speed
        self.silence = silence
        self.interludes = interludes
        self.variables = variables
        self.queues = queues or {}
        self._index = capture.with_suffix(".idx")
        try:
            # The mapping holds the file open by itself.
            with capture.open("rb") as file:
                recorded = _last_second(self._index)
                if not capture.stat().st_size:
                    raise StoryUnreadable("the recording is empty", str(capture), "record one: whisper-tui record")
                self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except OSError as error:
            why, where = f"the recording cannot be read ({error.strerror})", error.filename or str(capture)
            raise StoryUnreadable(why, where, "both NAME.ami and NAME.idx are needed") from error
        self.seconds = min(until, recorded) if until else recorded
        """How long it lasts, as recorded."""

    def __enter__(self) -> Story:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self._bytes.close()

    @property
    def banner(self) -> bytes:
        """The line with which that Asterisk greeted, without its end; b"" if the recording lacks it."""
        end = self._bytes.find(b"\r\n", 0, 200)
        first = bytes(self._bytes[: max(end, 0)])
        return first if first.startswith(BANNER) else b""

    def messages(self) -> Iterator[Told]:
        """Every whole message up to `seconds`, from the first on; a last one that was cut off is left out.

        Raises:
            StoryUnreadable: the index does not belong to the recording, or a message never ends.
        """
        at = len(self.banner) + 2 if self.banner else 0
        chunks = _chunks(self._index)
        second, following = 0.0, next(chunks, None)
        while (end := self._bytes.find(b"\r\n\r\n", at)) >= 0:
            if end - at > MAX_MESSAGE:
                raise StoryUnreadable("a message has no end", f"{self.path} at byte {at}")
            while following is not None and following[1] <= end + 3:
                second, following = following[0], next(chunks, None)
            if second > self.seconds:
                return
            yield Told(second, bytes(self._bytes[at : end + 4]))
            at = end + 4


def load(path: Path) -> Story:
    """Open the story at `path`, a `.toml` or a capture's `.ami`.

    Raises:
        StoryUnreadable: it is not there, is empty, or the `.toml` is wrong.
    """
    if path.suffix != ".toml":
        return Story(path)
    sheet = _sheet(path)
    capture = (path.parent / sheet.capture).resolve()
    return Story(capture, sheet.until, sheet.speed, sheet.silence, sheet.interlude, sheet.variable, sheet.queues)


def title_of(path: Path) -> str:
    """The line for people in the story's `.toml`, "" for a capture.

    Raises:
        StoryUnreadable: the `.toml` is not there or is wrong.
    """
    return _sheet(path).title if path.suffix == ".toml" else ""


def hints_of(path: Path) -> tuple[Hint, ...]:
    """What a coach says in the story, nothing in a capture.

    Raises:
        StoryUnreadable: the `.toml` is not there or is wrong.
    """
    return _sheet(path).hint if path.suffix == ".toml" else ()


def _sheet(path: Path) -> Sheet:
    try:
        sheet = msgspec.convert(tomli.loads(path.read_text("utf-8")), Sheet)
    except OSError as error:
        raise StoryUnreadable(f"the story cannot be read ({error.strerror})", str(path)) from error
    except (tomli.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise StoryUnreadable(str(error), str(path)) from error
    if not 0 < sheet.speed <= 100 or not math.isfinite(sheet.until) or sheet.until < 0 or not 0 <= sheet.silence < 3600:
        raise StoryUnreadable("speed, until or silence is out of range", str(path), "speed is above 0 and at most 100")
    if wrong := [one for one in sheet.interlude if not is_in_order(one)]:
        raise StoryUnreadable(f"an interlude ends before it begins: {wrong[0]}", str(path))
    return sheet


def _chunks(index: Path) -> Iterator[tuple[float, int]]:
    """The index, line by line: second, and the offset at which the chunk starts."""
    with index.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            if line.endswith(b"\n"):  # a recorder that was killed leaves half a line behind
                yield _parsed(line, index, number)


def _last_second(index: Path) -> float:
    with index.open("rb") as lines:
        size = lines.seek(0, 2)
        lines.seek(max(0, size - 200))
        whole = [line for line in lines.read().splitlines(keepends=True) if line.endswith(b"\n")]
    if not whole:
        raise StoryUnreadable("the index is empty", str(index))
    return _parsed(whole[-1], index, 0)[0]


def _parsed(line: bytes, index: Path, number: int) -> tuple[float, int]:
    second, _, offset = line.partition(b" ")
    try:
        parsed = float(second), int(offset)
    except ValueError:
        parsed = math.nan, 0
    if not math.isfinite(parsed[0]) or parsed[0] < 0:
        where = f"{index} line {number}" if number else f"{index}, last line"
        raise StoryUnreadable("not a line of an index", where, "each is: seconds, a blank, a byte offset")
    return parsed
