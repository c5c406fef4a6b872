"""One kind of message, read: where its headers stand is judged once for each layout, then they are taken from known places.

A layout is the order of a message's header names. Asterisk writes few layouts for an event, a caller who forges one makes a new
one (numbers reach AMI unescaped, AMI.md Q7), so judging layouts judges every message, and it costs a look-up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import getitem, itemgetter
from typing import Generic, TypeAlias, TypeVar

from whisper_tui.ami.events import Fact, Malformed
from whisper_tui.ami.framing import EOL

T = TypeVar("T")
_Pick: TypeAlias = Callable[[list[bytes]], tuple[bytes, ...]]
"""Takes the wanted lines out of a message's."""

KEPT_LINES = 8192
"""Lines remembered with what they say; a busy floor repeats nearly all of its lines."""

LONG_LINE = 200
"""Bytes; longer lines are not remembered."""

KEPT_LAYOUTS = 64
LONG_LAYOUT = 300
"""Headers; longer layouts are judged each time."""

_SEPARATOR = b": "
_NOWHERE = 0
"""The place of a header that is absent: line 0 is `Event: ...`, for which every field gives its default."""


class Malformation(ValueError):
    """No Asterisk writes such a message; what is wrong with it."""


class _Names(dict[bytes, bytes]):
    """Header names by line."""

    def __init__(self) -> None:
        super().__init__()
        self._one_of_each: dict[bytes, bytes] = {}

    def __missing__(self, line: bytes) -> bytes:
        name, colon, _ = line.partition(_SEPARATOR)
        if not colon:
            return b""  # not `Name: value`, so it is no header at all
        if len(line) > LONG_LINE:
            return name
        if len(self) >= KEPT_LINES:
            self.clear()
            self._one_of_each.clear()
        name = self._one_of_each.setdefault(name, name)  # one object for a name, so that its hash is computed once
        self[line] = name
        return name


_name_of = _Names().__getitem__


class Values(dict[bytes, T], Generic[T]):
    """What lines say, by line.

    Args:
        convert: makes the value of a line's bytes after the colon; takes any bytes and raises nothing.
        absent: the value where the header is not there.
    """

    def __init__(self, convert: Callable[[bytes], T], absent: T) -> None:
        super().__init__()
        self._convert = convert
        self._absent = absent

    def __missing__(self, line: bytes) -> T:
        if line.startswith(b"Event: "):
            return self._absent
        value = self._convert(line.partition(_SEPARATOR)[2])
        if len(line) <= LONG_LINE:
            if len(self) >= KEPT_LINES:
                self.clear()
            self[line] = value
        return value


class Reading:
    """Reads one kind of live event into one kind of fact.

    Args:
        fact: what it becomes.
        must: headers without which it is malformed.
        fields: for each field of `fact`, the header and how it is read.
    """

    second = b"Privilege"
    """The header that a live event has right after `Event` (manager.c, `__ast_manager_event_multichan`)."""

    def __init__(
        self, fact: type[Fact], must: tuple[str, ...] = (), **fields: tuple[str, Mapping[bytes, object]]
    ) -> None:
        if tuple(fields) != fact.__struct_fields__:
            raise TypeError(f"{fact.__name__} has the fields {fact.__struct_fields__}")
        self._fact = fact
        self._must = tuple(name.encode() for name in must)
        self._wanted = tuple(header.encode() for header, _ in fields.values())
        self._values = tuple(values for _, values in fields.values())
        self._layouts: dict[tuple[bytes, ...], _Pick] = {}

    def read(self, message: bytes) -> Fact | None:
        """The fact that `message` reports; Malformed if no Asterisk wrote it."""
        lines = message.split(EOL)
        names = tuple(map(_name_of, lines))
        pick = self._layouts.get(names)
        if pick is None:
            try:
                pick = self._learn(names)
            except Malformation as wrong:
                return Malformed(str(wrong))
        return self._fact(*map(getitem, self._values, pick(lines)))

    def _learn(self, names: tuple[bytes, ...]) -> _Pick:
        self._judge(names)
        places = [_place(names, header) for header in self._wanted]
        # Two more, because an itemgetter of one place gives no tuple; `map` stops at the shorter side.
        pick: _Pick = itemgetter(*places, _NOWHERE, _NOWHERE)
        if len(names) <= LONG_LAYOUT:
            if len(self._layouts) >= KEPT_LAYOUTS:
                self._layouts.clear()
            self._layouts[names] = pick
        return pick

    def _judge(self, names: tuple[bytes, ...]) -> None:
        if names.count(b"Event") != 1:
            raise Malformation("Event stands twice")
        if self.second not in names[1:2]:
            raise Malformation("no Privilege after Event")
        for header in self._must:
            if header not in names:
                raise Malformation(f"no {header.decode()}")


class RowReading(Reading):
    """Reads one kind of list row, which names the action it answers instead of a privilege."""

    def _judge(self, names: tuple[bytes, ...]) -> None:
        if names.count(b"Event") != 1:
            raise Malformation("Event stands twice")
        if names.count(b"ActionID") != 1:
            raise Malformation("ActionID stands twice")
        for header in self._must:
            if header not in names:
                raise Malformation(f"no {header.decode()}")


def _place(names: tuple[bytes, ...], header: bytes) -> int:
    match names.count(header):
        case 0:
            return _NOWHERE
        case 1:
            return names.index(header)
        case _:
            raise Malformation(f"{header.decode()} stands twice")


def headers_of(message: bytes) -> list[tuple[bytes, bytes]]:
    """Every header of a message that is not read often enough to have a `Reading`."""
    pairs = []
    for line in message.split(EOL):
        name, colon, value = line.partition(_SEPARATOR)
        if colon:
            pairs.append((name, value))
    return pairs


def only(headers: list[tuple[bytes, bytes]], name: bytes) -> bytes:
    """The value of the header `name`, b"" if it is absent.

    Raises:
        Malformation: it stands twice.
    """
    found = [value for header, value in headers if header == name]
    if len(found) > 1:
        raise Malformation(f"{name.decode()} stands twice")
    return found[0] if found else b""
