"""In which order the deeds of one supervisor are done: one loud deed at a time, and a quiet one at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine

from whisper_tui.engine.handset import Handset
from whisper_tui.errors import WhisperError
from whisper_tui.supervision.intents import Answer, Refused
from whisper_tui.supervision.session import State
from whisper_tui.terms import Notice


class Order:
    """Of one handset.

    Args:
        done: called after every deed.
    """

    def __init__(self, handset: Handset, done: Callable[[], None]) -> None:
        self._handset = handset
        self._done = done
        self._loud: asyncio.Task[Answer] | None = None
        self._quiet = asyncio.Lock()

    @property
    def rings(self) -> bool:
        """Something loud is on its way, and nobody is heard yet."""
        return self._loud is not None and self._handset.mode is None

    async def loudly(self, deed: Coroutine[object, object, Answer]) -> Answer:
        """Do it, unless another deed is on its way."""
        if self._loud is not None or self._quiet.locked():
            deed.close()
            return Refused(Notice("busy.asking"))
        self._loud = task = asyncio.get_running_loop().create_task(deed)
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            self._loud = None
            self._done()
        if not task.cancelled():
            return task.result()
        ended = self._handset.ended or Notice("leg.cancelled")
        return Refused(Notice("deed.given_up") if self._handset.mode else ended)

    async def quietly(self, deed: Callable[[], Awaitable[None]]) -> None:
        """At once; a louder deed on its way is given up, an aim (heard by nobody) is waited for."""
        if self._handset.mode is not None or self._handset.state is State.TAKING:
            await self.stop_loud()
        elif self._loud is not None and self._handset.state is State.AIMING:
            await asyncio.wait({self._loud})
        async with self._quiet:
            await deed()
        self._done()

    async def stop_loud(self) -> None:
        """Give up what is loud and on its way, and wait for that."""
        if self._loud is not None:
            if self._handset.state is not State.TAKING:  # on the way to the customer there is no way back
                self._loud.cancel()
            await asyncio.wait({self._loud})

    def broke(self, deed: str, broken: WhisperError) -> Refused:
        """A fault in the middle of a deed: whatever leg there is, it ends."""
        self._handset.abort(broken.what)
        return Refused(Notice("leg.failed", {"step": deed, "error": broken.what}))
