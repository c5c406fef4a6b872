"""The tests' own view of the PBX: a small AMI client, so that the program is not judged by its own eyes."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable

from tests.asterisk.lab import SECRET

LIMIT = 10.0
"""Seconds in which Asterisk answers, or a test fails."""


class Message(dict[str, str]):
    """One AMI message; a header that it lacks is "". `at`: seconds since 1970 at which it was read."""

    at = 0.0

    def __missing__(self, key: str) -> str:
        return ""

    @property
    def name(self) -> str:
        return self["Event"]


class Witness:
    """Logged in with every right; keeps every event since login."""

    def __init__(self) -> None:
        self.events: list[Message] = []
        self._ids = itertools.count(1)
        self._waiting: list[tuple[Callable[[Message], bool], asyncio.Future[Message]]] = []

    async def open(self, port: int, user: str = "witness") -> Witness:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", port)
        await self._reader.readline()
        self._reading = asyncio.create_task(self._read())
        said = await self.ask("Login", Username=user, Secret=SECRET)
        assert said["Response"] == "Success", said
        return self

    async def close(self) -> None:
        self._reading.cancel()
        self._writer.close()
        await self._writer.wait_closed()

    async def ask(self, action: str, ident: str = "", **headers: object) -> Message:
        """Send an action and return its response."""
        ident = ident or f"witness-{next(self._ids)}"
        answer = self.expect(lambda m: m["ActionID"] == ident and "Response" in m)
        lines = [f"Action: {action}", f"ActionID: {ident}"]
        for key, value in headers.items():
            lines += [f"{key}: {line}" for line in (value if isinstance(value, list) else [value])]
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        async with asyncio.timeout(LIMIT):
            return await answer

    async def rows(self, action: str, **headers: object) -> list[Message]:
        """Send an action that answers with a list."""
        ident, before = f"list-{next(self._ids)}", len(self.events)
        complete = self.expect(lambda m: m["ActionID"] == ident and m["EventList"] == "Complete")
        await self.ask(action, ident, **headers)
        async with asyncio.timeout(LIMIT):
            await complete
        return [m for m in self.events[before:] if m["ActionID"] == ident and "EventList" not in m]

    def expect(self, test: Callable[[Message], bool]) -> asyncio.Future[Message]:
        """The next message that passes; make it before what brings it about."""
        future: asyncio.Future[Message] = asyncio.get_running_loop().create_future()
        self._waiting.append((test, future))
        return future

    async def sees(self, test: Callable[[Message], bool], limit: float = LIMIT, *, since: int = 0) -> Message:
        """The first event that passes, waited for if need be; `since`: how many events are too old to be it."""
        for message in self.events[since:]:
            if test(message):
                return message
        async with asyncio.timeout(limit):
            return await self.expect(test)

    def seen(self, name: str, **fields: str) -> list[Message]:
        """Events so far with these headers."""
        return [m for m in self.events if m.name == name and all(m[key] == value for key, value in fields.items())]

    async def channels(self) -> list[Message]:
        return await self.rows("CoreShowChannels")

    async def _read(self) -> None:
        while True:
            raw = await self._reader.readuntil(b"\r\n\r\n")
            message = Message()
            message.at = time.time()
            for line in raw.decode("utf-8", "replace").split("\r\n"):
                key, _, value = line.partition(":")
                if key:
                    message[key] = value.lstrip(" ")
            if message.name:
                self.events.append(message)
            for waiting in [w for w in self._waiting if w[1].done() or w[0](message)]:
                self._waiting.remove(waiting)
                if not waiting[1].done():
                    waiting[1].set_result(message)
