"""An AMI server on loopback that says what a test tells it to, and nothing of itself but login, Ping and empty lists."""

from __future__ import annotations

import asyncio
import hashlib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType

BANNER = b"Asterisk Call Manager/11.0.0\r\n"
PATIENCE = 5.0
"""Seconds that a test waits for something that should be there in milliseconds."""


@dataclass(frozen=True)
class Request:
    """An action as it came: its headers in order, and the number of the connection (from 0) that it came on."""

    headers: list[tuple[str, str]]
    connection: int

    @property
    def name(self) -> str:
        return self["Action"]

    @property
    def action_id(self) -> str:
        return self["ActionID"]

    def __getitem__(self, header: str) -> str:
        return next((value for name, value in self.headers if name == header), "")


Answer = Callable[[Request], bytes]
"""What is written back; b"" is no answer."""


def response(request: Request, **headers: str) -> bytes:
    """`Response: Success` with these headers, and the request's ActionID."""
    return message(("Response", "Success"), ("ActionID", request.action_id), *headers.items())


def error(request: Request, words: str) -> bytes:
    return message(("Response", "Error"), ("ActionID", request.action_id), ("Message", words))


def event(name: str, *headers: tuple[str, str], privilege: str = "call,all") -> bytes:
    """A live event as Asterisk writes it."""
    return message(("Event", name), ("Privilege", privilege), *headers)


def listing(request: Request, *rows: bytes) -> bytes:
    """A whole list: its start, `rows` as `row` makes them, its end."""
    return opening(request) + b"".join(rows) + ending(request, len(rows))


def opening(request: Request) -> bytes:
    return response(request, EventList="start", Message="it will follow")


def ending(request: Request, rows: int) -> bytes:
    return message(
        ("Event", f"{request.name}Complete"),
        ("ActionID", request.action_id),
        ("EventList", "Complete"),
        ("ListItems", str(rows)),
    )


def row(request: Request, name: str, *headers: tuple[str, str]) -> bytes:
    return message(("Event", name), ("ActionID", request.action_id), *headers)


def message(*headers: tuple[str, str]) -> bytes:
    return "".join(f"{name}: {value}\r\n" for name, value in headers).encode() + b"\r\n"


def silence(_: Request) -> bytes:
    """Never answers."""
    return b""


@dataclass
class FakeAmi:
    """Use it as `async with FakeAmi() as pbx`, then connect to `127.0.0.1:pbx.port`.

    Args:
        answers: how actions are answered, by name; what is not there is `Response: Success`, or an empty list.
    """

    user: str = "console"
    secret: str = "canary-7Kq2"
    banner: bytes = BANNER
    tls: ssl.SSLContext | None = None
    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    requests: list[Request] = field(default_factory=list)
    received: bytearray = field(default_factory=bytearray)
    """Every byte that came, over all connections."""

    async def __aenter__(self) -> FakeAmi:
        self._challenge = "184593021"
        self._writers: list[asyncio.StreamWriter] = []
        self._happened = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None
        await self.listen()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop_listening()
        self.drop()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def listen(self) -> None:
        """Take connections (again, on the same port)."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port, ssl=self.tls, limit=1 << 24)
        self.port = self._server.sockets[0].getsockname()[1]

    def stop_listening(self) -> None:
        """Refuse connections; those that stand go on."""
        if self._server is not None:
            self._server.close()
            self._server = None

    @property
    def connections(self) -> int:
        """How many there have been."""
        return len(self._writers)

    def named(self, name: str) -> list[Request]:
        """Every request for this action so far."""
        return [request for request in self.requests if request.name == name]

    async def connected(self, times: int = 1) -> None:
        """Return when there have been that many connections."""
        await self._until(lambda: self.connections >= times)

    async def asked(self, name: str, times: int = 1) -> Request:
        """Return the request for this action that was the `times`-th, when it has come."""
        await self._until(lambda: len(self.named(name)) >= times)
        return self.named(name)[times - 1]

    def say(self, data: bytes) -> None:
        """Write to the newest connection."""
        self._writers[-1].write(data)

    def drop(self) -> None:
        """Reset every connection."""
        for writer in self._writers:
            writer.transport.abort()

    def hang_up(self) -> None:
        """Close the newest connection after what was said."""
        self._writers[-1].close()

    async def _until(self, true: Callable[[], bool]) -> None:
        async with asyncio.timeout(PATIENCE), self._happened:
            await self._happened.wait_for(true)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        number = len(self._writers)
        self._writers.append(writer)
        try:
            writer.write(self.banner)
            await self._tell()
            while True:
                raw = await reader.readuntil(b"\r\n\r\n")
                self.received += raw
                pairs = [line.split(": ", 1) for line in raw.decode().split("\r\n") if ": " in line]
                request = Request([(name, value) for name, value in pairs], number)
                answer = self.answers.get(request.name, self._answer)(request)
                if answer and not writer.is_closing():
                    writer.write(answer)
                self.requests.append(request)
                await self._tell()
                if request.name == "Login" and answer.startswith(b"Response: Error"):
                    writer.close()  # as Asterisk does
                    return
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            writer.transport.abort()
        finally:
            self._tasks.discard(task)

    async def _tell(self) -> None:
        async with self._happened:
            self._happened.notify_all()

    def _answer(self, request: Request) -> bytes:
        match request.name:
            case "Challenge":
                return response(request, Challenge=self._challenge)
            case "Login":
                key = hashlib.md5((self._challenge + self.secret).encode()).hexdigest()
                known = request["Key"] == key or request["Secret"] == self.secret
                if known and request["Username"] == self.user:
                    return response(request, Message="Authentication accepted")
                return error(request, "Authentication failed")
            case "Ping":
                return response(request, Ping="Pong")
            case "CoreSettings":
                return response(request, AsteriskVersion="22.10.1+dfsg+~cs6.17.60671434-1", SystemName="lab")
            case "ListCommands":
                return response(request, Ping="Keepalive command.  (Priv: <none>)")
            case "QueueStatus" | "CoreShowChannels" | "DeviceStateList" | "Status" | "BridgeInfo":
                return listing(request)
            case _:
                return response(request)
