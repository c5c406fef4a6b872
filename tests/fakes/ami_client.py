"""A bare AMI client: it sends what a test writes, and keeps every message that comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeAlias

PATIENCE = 5.0
"""Seconds that a test waits for something that should be there in milliseconds."""

Message: TypeAlias = dict[str, str]
"""Headers of one message, in order; of a header that repeats, the values stand on lines of their own."""


class AmiClient:
    """One connection. `messages` holds everything received, `raw` its bytes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.messages: list[Message] = []
        self.raw = bytearray()
        self.closed = False
        """By the other side."""
        self._reader = reader
        self._writer = writer
        self._unread = bytearray()
        self._count = 0

    @classmethod
    async def connect(cls, host: str, port: int) -> AmiClient:
        client = cls(*await asyncio.open_connection(host, port))
        await client._reader.readuntil(b"\r\n")
        return client

    @classmethod
    async def log_in(cls, host: str, port: int, user: str, secret: str) -> AmiClient:
        client = await cls.connect(host, port)
        reply = await client.ask("Login", Username=user, Secret=secret)
        assert reply["Response"] == "Success", reply
        return client

    async def close(self) -> None:
        self._writer.close()

    async def __aenter__(self) -> AmiClient:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def write(self, data: bytes) -> None:
        self._writer.write(data)

    def send(self, action: str, *more: tuple[str, str], **headers: str) -> str:
        """Send an action, and return its ActionID."""
        self._count += 1
        action_id = f"t{self._count}"
        lines = [("Action", action), ("ActionID", action_id), *headers.items(), *more]
        self.write("".join(f"{name}: {value}\r\n" for name, value in lines).encode() + b"\r\n")
        return action_id

    async def ask(self, action: str, *more: tuple[str, str], **headers: str) -> Message:
        """Send an action, and return its response."""
        action_id = self.send(action, *more, **headers)
        return await self.wait(
            lambda one: one.get("ActionID") == action_id and "Response" in one and "Event" not in one
        )

    async def listed(self, action: str, **headers: str) -> list[Message]:
        """Send an action that answers with a list, and return its rows."""
        begun = len(self.messages)
        reply = await self.ask(action, **headers)
        assert reply.get("EventList") == "start", reply
        mine = reply["ActionID"]
        await self.wait(lambda one: one.get("ActionID") == mine and one.get("EventList") == "Complete", since=begun)
        return [one for one in self.messages[begun:] if one.get("ActionID") == mine and "EventList" not in one]

    async def event(self, name: str, since: int = 0, **headers: str) -> Message:
        """The first event of that name with these headers, from the message number `since` on."""
        wanted = {"Event": name, **headers}
        return await self.wait(lambda one: wanted.items() <= one.items(), since=since)

    def events(self, name: str, since: int = 0, **headers: str) -> list[Message]:
        """Those that have come so far."""
        wanted = {"Event": name, **headers}
        return [one for one in self.messages[since:] if wanted.items() <= one.items()]

    async def wait(self, fits: Callable[[Message], bool], since: int = 0) -> Message:
        """The first message that fits, read or still to come."""
        place = since
        async with asyncio.timeout(PATIENCE):
            while True:
                for message in self.messages[place:]:
                    if fits(message):
                        return message
                place = len(self.messages)
                if not await self.read():
                    raise AssertionError(f"closed; the last was {self.messages[-1:]}")

    async def until_closed(self) -> None:
        async with asyncio.timeout(PATIENCE):
            while await self.read():
                pass

    async def read(self) -> bool:
        """Take what comes next; False once the other side has closed."""
        data = await self._reader.read(1 << 16)
        if not data:
            self.closed = True
            return False
        self.raw += data
        self._unread += data
        *whole, rest = bytes(self._unread).split(b"\r\n\r\n")
        self._unread = bytearray(rest)
        self.messages.extend(parsed(one) for one in whole)
        return True


def parsed(raw: bytes) -> Message:
    """The headers of one message."""
    message: Message = {}
    for line in raw.decode().split("\r\n"):
        name, _, value = line.partition(": ")
        message[name] = f"{message[name]}\n{value}" if name in message else value
    return message
