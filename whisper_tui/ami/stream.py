"""The whole way up without a socket: bytes in, facts out in the order of the stream, answers of actions beside them.

A list is atomic in the stream (AMI.md Q6): its rows come out as one `Listed`, at the place where the list ends.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping

from msgspec import Struct, field

from whisper_tui.ami.decode import LIVE
from whisper_tui.ami.events import Fact, Listed, Malformed
from whisper_tui.ami.framing import END, EOL, NO_KEYS, Framer, PeerAtFault
from whisper_tui.ami.message import Malformation, headers_of, only
from whisper_tui.ami.rows import ROWS

REMEMBERED = 256
"""Actions that were given up: their answers may still come, and are no sign of anything."""

_EVENT = b"Event: "
_RESPONSE = b"Response: "
_PRIVILEGE = b"Privilege: "
_ACTION_ID = b"\r\nActionID: "
_COMPLETE = b"Complete"
_BOTH = LIVE.keys() & ROWS.keys()
"""DeviceStateChange: an event, and a row of DeviceStateList."""
_ONCE = (b"Response", b"ActionID", b"Message", b"EventList", b"Value", b"Challenge")


class _Awaited(Struct):
    """An action in flight. `listed` is its name if it answers with a list, else ""."""

    listed: str
    response: bytes = b""
    """The response that began the list."""
    rows: list[Fact] = field(default_factory=list)


class Answer(Struct, frozen=True):
    """A whole response to an action of ours: `response` as received, and of a list its last message and its rows."""

    action_id: str
    response: bytes
    end: bytes = b""
    rows: tuple[Fact, ...] = ()


class Stream:
    """What one connection says.

    Args:
        on_fact: is called for every fact, in order. What it raises goes to `on_trouble` and costs nothing else.
        on_answer: is called when an action that was `expect`ed is answered; for a list after its `Listed`.
        on_trouble: is told what `on_fact` raised.
        tap: is given the bytes of every message that may be kept (no typed digits), as they are read. Whole messages; once it
            raises, no more.
        keys: the agreed key of each agent's channel that has one, see `Framer`.
    """

    def __init__(
        self,
        on_fact: Callable[[Fact], None],
        on_answer: Callable[[Answer], None],
        on_trouble: Callable[[Exception], None],
        tap: Callable[[bytes], None] | None = None,
        keys: Mapping[bytes, bytes] = NO_KEYS,
    ) -> None:
        self.tap = tap
        self.malformed = 0
        """How many messages were dropped because no Asterisk writes them."""
        self._framer = Framer(keys)
        self.on_fact = on_fact
        self._on_answer = on_answer
        self._on_trouble = on_trouble
        self._awaited: dict[bytes, _Awaited] = {}
        self._given_up: OrderedDict[bytes, None] = OrderedDict()
        self._banner_tapped = False

    @property
    def banner(self) -> str:
        return self._framer.banner

    @property
    def fault(self) -> PeerAtFault | None:
        """Why nothing more will come out, if the peer broke the protocol."""
        return self._framer.fault

    def expect(self, action_id: str, listed: str = "") -> None:
        """An action is being sent. `listed` is its name if it answers with a list."""
        self._awaited[action_id.encode()] = _Awaited(listed)

    def give_up(self, action_id: str) -> None:
        """Nobody waits for this action any more."""
        key = action_id.encode()
        awaited = self._awaited.pop(key, None)
        if awaited is not None:
            self._given_up[key] = None
            if len(self._given_up) > REMEMBERED:
                self._given_up.popitem(last=False)

    def feed(self, data: bytes) -> None:
        """Take what was read."""
        messages = self._framer.feed(data)
        if self.tap is not None:
            try:
                self._tap(self.tap, messages)
            except Exception as trouble:  # noqa: BLE001  a recording must not be able to stop the line
                self.tap = None
                self._on_trouble(trouble)
        tell = self._tell
        for message in messages:
            head = message.partition(EOL)[0]
            read = LIVE.get(head)
            if read is None or (head in _BOTH and not _has_privilege(head, message)):
                self._other(head, message)
                continue
            fact = read(message)
            if fact is not None:
                tell(fact)

    def _tell(self, fact: Fact) -> None:
        if type(fact) is Malformed:
            self.malformed += 1
        try:
            self.on_fact(fact)
        except Exception as trouble:  # noqa: BLE001  whoever listens must not be able to stop the line
            self._on_trouble(trouble)

    def _tap(self, tap: Callable[[bytes], None], messages: list[bytes]) -> None:
        if self.banner and not self._banner_tapped:
            self._banner_tapped = True
            tap(self.banner.encode() + EOL)
        # What begins with neither may be the second half of somebody's DTMFEnd, cut in two by a forged number; or it was made
        # by framing, of an agent's key.
        kept = [message + END for message in messages if message.startswith((_EVENT, _RESPONSE))]
        if kept:
            tap(b"".join(kept))

    # --- what is not a live event that somebody reads

    def _other(self, head: bytes, message: bytes) -> None:
        if head.startswith(_RESPONSE):
            self._response(message)
        elif not head.startswith(_EVENT):
            self._tell(Malformed("neither Event nor Response"))
        elif head in ROWS or not _has_privilege(head, message):
            self._of_list(head, message)

    def _response(self, message: bytes) -> None:
        headers = headers_of(message)
        try:
            once = {name: only(headers, name) for name in _ONCE}
        except Malformation as wrong:
            self._tell(Malformed(str(wrong)))
            return
        key = once[b"ActionID"]
        awaited = self._awaited.get(key) or self._unasked(key)
        if awaited is None:
            if key not in self._given_up:
                self._tell(Malformed("an answer that nobody asked for"))
        elif awaited.response:
            self._tell(Malformed("a second answer"))
        elif awaited.listed and once[b"EventList"].lower() == b"start":
            awaited.response = message
            self._awaited[key] = awaited
        else:
            self._awaited.pop(key, None)
            self._on_answer(Answer(key.decode("ascii", "replace"), message))

    def _unasked(self, key: bytes) -> _Awaited | None:
        """What to make of an answer to no action of ours: nothing. A recording answers somebody else's (`Recorded`)."""
        return None

    def _of_list(self, head: bytes, message: bytes) -> None:
        key = _action_id(message)
        awaited = self._awaited.get(key)
        if awaited is None or not awaited.response:
            if key not in self._given_up:
                self._tell(Malformed("a row of a list that nobody asked for" if key else "no Privilege after Event"))
        elif head.endswith(_COMPLETE):
            self._end_of_list(key, awaited, head, message)
        elif (read := ROWS.get(head)) is not None:
            row = read(message)
            if isinstance(row, Malformed):
                self._tell(row)
            elif row is not None:
                awaited.rows.append(row)

    def _end_of_list(self, key: bytes, awaited: _Awaited, head: bytes, message: bytes) -> None:
        headers = headers_of(message)
        try:
            only(headers, b"ActionID")
            cancelled = only(headers, b"EventList").lower() == b"cancelled"
        except Malformation as wrong:
            self._tell(Malformed(str(wrong)))
            return
        del self._awaited[key]
        action_id = key.decode("ascii", "replace")
        rows = tuple(awaited.rows)
        if not cancelled:
            self._tell(Listed(self._name_of_list(awaited, head), action_id, rows))
        self._on_answer(Answer(action_id, awaited.response, message, rows))

    def _name_of_list(self, awaited: _Awaited, head: bytes) -> str:
        return awaited.listed


class Recorded(Stream):
    """A recording: its lists answered somebody else's actions, and are taken all the same."""

    def _unasked(self, key: bytes) -> _Awaited | None:
        return _Awaited("named by its end")

    def _name_of_list(self, awaited: _Awaited, head: bytes) -> str:
        # QueueStatusComplete ends QueueStatus, DeviceStateListComplete ends DeviceStateList (manager.c).
        return head[len(_EVENT) : -len(_COMPLETE)].decode("ascii", "replace")


def facts_of(data: bytes) -> list[Fact]:
    """Every fact that a recording's bytes hold, lists included."""
    facts: list[Fact] = []
    stream = Recorded(facts.append, _nothing, _nothing)
    stream.feed(data)
    return facts


def _nothing(_: object) -> None:
    """Nobody waits in a recording."""


def _has_privilege(head: bytes, message: bytes) -> bool:
    return message.startswith(_PRIVILEGE, len(head) + len(EOL))


def _action_id(message: bytes) -> bytes:
    start = message.find(_ACTION_ID)
    if start < 0:
        return b""
    start += len(_ACTION_ID)
    end = message.find(EOL, start)
    return message[start : end if end >= 0 else None]
