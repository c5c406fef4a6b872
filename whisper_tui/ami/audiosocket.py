"""AudioSocket: the sound of one channel over TCP, from Asterisk 18 on (res_audiosocket.c, chan_audiosocket.c).

Asterisk connects, and says the UUID that it was dialled with before anything else; then 20 ms of sound go either way in one message
(measured on 22.10.1: 320 bytes, slin at 8 kHz). Whoever says hangup, or is gone, ends the channel.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import UUID

from whisper_tui.clock import Clock
from whisper_tui.errors import OutOfReach

HANGUP, IDENT, SOUND = 0x00, 0x01, 0x10
"""Kinds of message."""
KINDS = {HANGUP: range(1), IDENT: range(16, 17), 0x03: range(1, 2), SOUND: range(1601), 0xFF: range(2)}
"""What Asterisk may say, and how many bytes of it: also a key that was pressed (0x03) and a fault (0xff)."""

HEAD = 3
LATE = 2.0
"""Seconds in which somebody who connects has to say who they are."""
MOST = 8
"""Connections at a time of which it is not known yet who they are."""
UNREAD = 16_000
"""Bytes that may wait for an Asterisk that does not read: a second."""


class Malformed(OutOfReach):
    """It is not AudioSocket that is spoken here."""


class Messages:
    """Splits what is received into messages. It never holds more than one that is allowed to be."""

    def __init__(self) -> None:
        self._tail = bytearray()

    def feed(self, data: bytes) -> list[tuple[int, bytes]]:
        """Return (kind, payload) of each message that `data` ends.

        Raises:
            Malformed: there is no such message; nothing after it can be read.
        """
        tail, found = self._tail, []
        tail += data
        while len(tail) >= HEAD:
            kind, length = tail[0], int.from_bytes(tail[1:HEAD], "big")
            if kind not in KINDS or length not in KINDS[kind]:
                raise Malformed(f"a message of kind {kind:#04x} with {length} bytes")
            if len(tail) < HEAD + length:
                break
            found.append((kind, bytes(tail[HEAD : HEAD + length])))
            del tail[: HEAD + length]
        return found


def message(kind: int, payload: bytes = b"") -> bytes:
    """The bytes of one."""
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


class Visit:
    """One channel that is waited for. `came`: Asterisk has connected and said its UUID; `gone`: it is no more."""

    def __init__(self, ident: UUID) -> None:
        self.ident = ident
        self.came = asyncio.Event()
        self.gone = asyncio.Event()
        self._writer: asyncio.StreamWriter | None = None

    def say(self, sound: bytes) -> bool:
        """Send 20 ms of sound (slin at 8 kHz); return whether there is somebody who takes it."""
        writer = self._writer
        if writer is None or self.gone.is_set() or writer.transport.get_write_buffer_size() > UNREAD:
            return False
        writer.write(message(SOUND, sound))
        return True

    def hang_up(self) -> None:
        """End the channel, at once: what was not sent yet is not."""
        self.gone.set()
        if self._writer is not None:
            if self._writer.transport.get_write_buffer_size():
                self._writer.transport.abort()
            else:
                self._writer.write(message(HANGUP))
                self._writer.close()


class Door:
    """Where Asterisk finds us: open only while somebody is waited for, and only to them.

    Args:
        host, port: to listen on; port 0: any that is free.
    """

    def __init__(self, host: str, port: int, clock: Clock) -> None:
        self._host = host
        self._port = port
        self._clock = clock
        self._server: asyncio.Server | None = None
        self._expected: dict[UUID, Visit] = {}
        self._strangers = 0
        self._open = asyncio.Lock()

    @asynccontextmanager
    async def visit(self) -> AsyncIterator[tuple[Visit, int]]:
        """Wait for one channel: yield it, and the port. At the end it is hung up, and the door shut if nobody else is waited for.

        Raises:
            OutOfReach: nobody can listen there.
        """
        visit = Visit(UUID(bytes=secrets.token_bytes(16), version=4))
        async with self._open:
            if self._server is None:
                try:
                    self._server = await asyncio.start_server(self._serve, self._host, self._port, limit=4096)
                except OSError as error:
                    raise OutOfReach(error.strerror or "cannot be listened on", f"{self._host}:{self._port}") from error
            self._expected[visit.ident] = visit
        port: int = self._server.sockets[0].getsockname()[1]
        try:
            yield visit, port
        finally:
            self._expected.pop(visit.ident, None)
            visit.hang_up()
            if not self._expected and self._server is not None:
                self._server.close()
                self._server = None

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Whoever connects: nothing is said to them, and nothing kept of them, unless they are waited for."""
        messages, visit = Messages(), None
        if self._strangers >= MOST:
            writer.transport.abort()
            return
        self._strangers += 1
        try:
            try:
                async with self._clock.timeout(LATE):
                    visit = await self._recognised(reader, messages)
            finally:
                self._strangers -= 1
            if visit is None:
                return
            visit._writer = writer
            visit.came.set()
            while (data := await reader.read(4096)) and not any(kind == HANGUP for kind, _ in messages.feed(data)):
                pass  # what the channel hears is nothing: a private whisper
        except (Malformed, TimeoutError, ConnectionError):
            pass  # a stranger, or an Asterisk that is gone: either way there is nobody
        finally:
            if visit is not None:
                visit.gone.set()
            writer.close()

    async def _recognised(self, reader: asyncio.StreamReader, messages: Messages) -> Visit | None:
        """Whom they say they are, if that one is waited for and has not come yet."""
        while data := await reader.read(64):
            if found := messages.feed(data):
                kind, payload = found[0]
                return self._expected.pop(UUID(bytes=payload), None) if kind == IDENT else None
        return None
