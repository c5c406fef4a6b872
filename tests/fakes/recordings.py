"""The recordings of `fixtures/captures`, and how a test replays them."""

from __future__ import annotations

import tomllib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whisper_tui.ami.events import Fact
from whisper_tui.ami.stream import Recorded
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Changes, Floor
from whisper_tui.terms import Pbx

CAPTURES = Path(__file__).parents[2] / "fixtures" / "captures"
END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Recording:
    name: str
    data: bytes
    reads: tuple[tuple[float, int], ...]
    """(second, offset at which that read begins)."""
    told: dict[str, Any]

    def chunks(self) -> Iterator[tuple[float, bytes]]:
        """As they were read: second, bytes."""
        ends = [offset for _, offset in self.reads[1:]] + [len(self.data)]
        for (second, start), end in zip(self.reads, ends, strict=True):
            yield second, self.data[start:end]

    def messages(self) -> list[tuple[float, bytes]]:
        """Whole messages with the second in which they ended; the banner goes with the first, an unfinished end is left out."""
        offsets = [offset for _, offset in self.reads]
        found, start = [], 0
        while (end := self.data.find(END, start)) >= 0:
            end += len(END)
            found.append((self.reads[bisect_right(offsets, end - 1) - 1][0], self.data[start:end]))
            start = end
        return found


def names() -> list[str]:
    """`22.10/a-calm`, of every recording that says what it shows."""
    return sorted(path.relative_to(CAPTURES).with_suffix("").as_posix() for path in CAPTURES.glob("*/*.toml"))


def load(name: str) -> Recording:
    path = CAPTURES / name  # names hold no dot
    lines = path.with_suffix(".idx").read_text().splitlines()
    reads = tuple((float(second), int(offset)) for second, offset in (line.split() for line in lines))
    told = tomllib.loads(path.with_suffix(".toml").read_text(encoding="utf-8"))
    return Recording(name, path.with_suffix(".ami").read_bytes(), reads, told)


def new_floor() -> Floor:
    return Floor(Pbx("lab"))


def replay(
    chunks: Iterable[tuple[float, bytes]],
    floor: Floor,
    after: Callable[[float, Fact | None], None] | None = None,
) -> int:
    """Feed `chunks` to `floor` through framing and decoding.

    Args:
        after: called with (second, fact) after each fact, and with (second, None) after each chunk.

    Returns:
        How many messages no Asterisk would have sent.
    """
    changes = Changes()
    now = 0.0

    def take(fact: Fact) -> None:
        apply(floor, fact, now, changes)
        if after is not None:
            after(now, fact)

    def trouble(raised: Exception) -> None:
        raise raised

    stream = Recorded(take, lambda _: None, trouble)
    for now, chunk in chunks:
        stream.feed(chunk)
        if after is not None:
            after(now, None)
    return stream.malformed
