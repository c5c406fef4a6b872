"""panoramisk's connection, with our own reading of what comes and none of its faults (SECURITY section 2).

panoramisk connects, writes actions and settles them by their responses; events never reach it. One `Connection` is one TCP
connection and no more: connecting again is the link's decision.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
from collections.abc import Callable, Mapping

from msgspec import Struct
from panoramisk import Manager
from panoramisk.actions import Action as Request
from panoramisk.ami_protocol import AMIProtocol
from panoramisk.message import Message

from whisper_tui.ami.actions import Action, Headers, Outcome, Reply, encode
from whisper_tui.ami.events import Fact
from whisper_tui.ami.framing import EOL
from whisper_tui.ami.message import headers_of
from whisper_tui.ami.names import UnsafeAction
from whisper_tui.ami.stream import Answer, Stream
from whisper_tui.ami.text import clean
from whisper_tui.errors import OutOfReach

log = logging.getLogger("whisper_tui.ami")

MESSAGE_CELLS = 200
"""Cells of a response's Message that are kept; Asterisk's longest are about 120."""


class ConnectionLost(OutOfReach):
    """The connection ended; what was in flight may or may not have happened."""


class Sent(Struct, frozen=True):
    """An action on its way."""

    action_id: str
    headers: Headers
    reply: asyncio.Future[Reply]


class Connection(AMIProtocol):  # type: ignore[misc]  # panoramisk has no types
    """The AMI protocol on one connection, made by panoramisk through its `protocol_factory`.

    Args:
        on_fact: is told every fact once `listen` was called; before that there is nobody to tell.
        tap: is given the bytes that may be kept, as they are read.
        keys: the agreed key of each agent's channel that has one.
    """

    def __init__(
        self,
        on_fact: Callable[[Fact], None],
        tap: Callable[[bytes], None] | None,
        keys: Mapping[bytes, bytes],
    ) -> None:
        self.encoding = "utf-8"
        self.lost: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the connection has ended, with the reason in words, "" if the peer just closed it."""
        self.greeted: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        """Done when the banner is there."""
        self.bytes_read = 0
        self._on_fact = on_fact
        self._why = ""
        self._in_flight: dict[str, tuple[Request, asyncio.Future[Reply]]] = {}
        self.stream = Stream(_too_early, self._answered, _report, tap, keys)

    def listen(self) -> None:
        """From here on facts are told: before the login is through nobody knows what to do with them."""
        self.stream.on_fact = self._on_fact

    # --- what asyncio calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Read, decode and tell. Whatever comes, this does not raise: asyncio would drop the connection."""
        self.bytes_read += len(data)
        self.stream.feed(data)
        if not self.greeted.done() and self.stream.banner:
            self.greeted.set_result(self.stream.banner)
        if self.stream.fault is not None:
            self.abort(self.stream.fault.what)

    def eof_received(self) -> None:
        """Asterisk does not half-close: its end is the end."""

    def connection_lost(self, exc: Exception | None) -> None:
        # Not panoramisk's: that one queues what was in flight to be sent again, and connects again by a timer of its own.
        self.closed = True
        self.responses.clear()
        for _, reply in self._in_flight.values():
            if not reply.done():
                reply.set_exception(ConnectionLost("the link was lost before it was answered"))
                reply.exception()  # whoever gave up waiting need not fetch it
        self._in_flight.clear()
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionLost(self._why or "it closed the connection before it said who it is"))
            self.greeted.exception()
        if not self.lost.done():
            self.lost.set_result(self._why or (str(exc) if exc is not None else ""))

    # --- what the link calls

    def abort(self, why: str) -> None:
        """End the connection at once, unsent bytes and all (`close` would wait for a dead peer to take them)."""
        self._why = self._why or why
        self.closed = True
        self.transport.abort()

    def start(self, action: Action) -> Sent:
        """Write `action` under a random ActionID.

        Raises:
            UnsafeAction: a value must not reach the PBX. Nothing was written.
            ConnectionLost: the connection is gone. Nothing was written.
        """
        headers = encode(action)
        if self.closed or self.transport.is_closing():
            raise ConnectionLost("not connected")
        action_id = secrets.token_hex(12)
        fields: dict[str, str | list[str]] = {"ActionID": action_id}
        for name, value in headers:
            before = fields.get(name)
            if before is None:
                fields[name] = value
            else:
                fields[name] = [*([before] if isinstance(before, str) else before), value]
        request = Request(fields)
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._in_flight[action_id] = (request, reply)
        self.stream.expect(action_id, action.name if action.is_list else "")
        # as_list always said: left out, panoramisk guesses from the words of the response, wrongly for PlayDTMF.
        self.send(request, as_list=action.is_list)
        return Sent(action_id, headers, reply)

    def forget(self, sent: Sent) -> None:
        """Nobody waits for `sent` any more; its answer, if it comes, is dropped in silence."""
        if self._in_flight.pop(sent.action_id, None) is not None:
            self.responses.pop(sent.action_id, None)
            self.stream.give_up(sent.action_id)

    # --- what the stream calls

    def _answered(self, answer: Answer) -> None:
        in_flight = self._in_flight.pop(answer.action_id, None)
        if in_flight is None:
            return
        request, reply = in_flight
        if not answer.end:
            request.as_list = (
                False  # a list that is refused has one message; panoramisk would wait for its end for ever
            )
        self._settle(answer.response)
        if answer.end:
            self._settle(answer.end)
        settled = request.future.result() if request.future.done() else None
        if not reply.done():
            reply.set_result(_reply(settled, answer))

    def _settle(self, message: bytes) -> None:
        parsed = Message.from_line(message.decode("utf-8", "replace"))
        if parsed is not None:
            self.handle_message(parsed)


class OneConnection(Manager):  # type: ignore[misc]  # panoramisk has no types
    """panoramisk's Manager for a single connection: it neither connects again, nor pings, nor repeats actions."""

    pinger: asyncio.TimerHandle | None

    def connection_made(self, task: asyncio.Task[tuple[asyncio.BaseTransport, Connection]]) -> None:
        if task.cancelled() or task.exception() is not None:
            return  # whoever awaits the task is told
        super().connection_made(task)
        if self.pinger is not None:
            self.pinger.cancel()
            self.pinger = None


class _Everything:
    """A container that holds everything: panoramisk forgets the actions named here instead of sending them again."""

    def __contains__(self, name: object) -> bool:
        return True


async def connect(host: str, port: int, tls: ssl.SSLContext | None, make: Callable[[], Connection]) -> Connection:
    """Connect once.

    Raises:
        OSError: it cannot be reached, or TLS failed (`ssl.SSLError`, a certificate: `ssl.SSLCertVerificationError`).
    """
    manager = OneConnection(
        host=host,
        port=port,
        ssl=tls or False,
        encoding="utf-8",
        protocol_factory=make,
        forgetable_actions=_Everything(),
        loop=asyncio.get_running_loop(),
        log=log,
    )
    connecting: asyncio.Task[tuple[asyncio.BaseTransport, Connection]] = manager.connect()
    try:
        _, connection = await connecting
    except asyncio.CancelledError:
        if connecting.done() and not connecting.cancelled() and connecting.exception() is None:
            connecting.result()[1].abort("given up")  # it was made in the very moment
        raise
    return connection


def _reply(settled: Message | list[Message] | None, answer: Answer) -> Reply:
    response = settled[0] if isinstance(settled, list) else settled
    if response is None:
        return Reply(Outcome.UNKNOWN, "its answer could not be read")
    cancelled = b"EventList: cancelled" in answer.end.split(EOL)
    headers = tuple(
        (name.decode("utf-8", "replace"), value.decode("utf-8", "replace"))
        for name, value in headers_of(answer.response)
    )
    return Reply(
        outcome=Outcome.DONE if response.success and not cancelled else Outcome.FAILED,
        message=clean(str(response.message), MESSAGE_CELLS),
        value=str(response.value),
        rows=answer.rows,
        headers=headers,
    )


def _too_early(_: Fact) -> None:
    """Before the login is through; the lists that are read after it say all of it."""


def _report(trouble: Exception) -> None:
    log.error("what listens to the link failed", exc_info=trouble)


__all__ = ["Connection", "ConnectionLost", "Sent", "UnsafeAction", "connect"]
