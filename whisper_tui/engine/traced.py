"""The wire with a witness: every action that the engine sends is told, and what became of it."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.ami.actions import Action, Reply
from whisper_tui.clock import Clock
from whisper_tui.engine.wire import Wire
from whisper_tui.terms import Uniqueid

Finish = Callable[[Reply | None, float], None]
"""Takes what became of an action (None: nobody waited for it) and the seconds that it took."""

OnSend = Callable[[Action], Finish]


class Traced:
    """A Wire that tells `on_send` of every action as it is sent; the result takes the answer."""

    def __init__(self, wire: Wire, on_send: OnSend, clock: Clock) -> None:
        self._wire = wire
        self._on_send = on_send
        self._clock = clock

    @property
    def asterisk(self) -> str:
        return self._wire.asterisk

    @property
    def allowed(self) -> frozenset[str] | None:
        return self._wire.allowed

    async def send(self, action: Action) -> Reply:
        finish, began = self._on_send(action), self._clock.monotonic()
        reply: Reply | None = None
        try:
            reply = await self._wire.send(action)
        finally:
            finish(reply, self._clock.monotonic() - began)
        return reply

    def seeded(self) -> None:
        self._wire.seeded()

    def watch_key(self, uniqueid: Uniqueid, key: str) -> None:
        self._wire.watch_key(uniqueid, key)

    def unwatch_key(self, uniqueid: Uniqueid) -> None:
        self._wire.unwatch_key(uniqueid)

    async def run(self) -> None:
        await self._wire.run()

    async def close(self) -> None:
        await self._wire.close()
