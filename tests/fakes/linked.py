"""A real `Link` on a `FakeAmi` and a wound clock, with everything it told."""

from __future__ import annotations

import asyncio
import random
from contextlib import AbstractAsyncContextManager
from types import TracebackType

from msgspec.structs import replace

from tests.fakes.ami_server import PATIENCE, FakeAmi
from tests.fakes.clock import WoundClock
from whisper_tui.ami.events import Fact
from whisper_tui.ami.link import Link
from whisper_tui.ami.settings import LinkSettings, TlsSettings
from whisper_tui.terms import LinkState, Notice, Pbx


class Canary:
    """A secret that says nothing of itself."""

    def __init__(self, held: str) -> None:
        self._held = held

    def reveal(self) -> str:
        return self._held

    def __repr__(self) -> str:
        return "Canary(...)"


def settings_for(pbx: FakeAmi, tls: TlsSettings | None = None) -> LinkSettings:
    return LinkSettings(Pbx("lab"), "127.0.0.1", pbx.port, pbx.user, Canary(pbx.secret), tls)


class Linked(AbstractAsyncContextManager["Linked"]):
    """Runs a link for as long as the `async with` lasts.

    Args:
        pbx: what it connects to.
        changed: settings other than the PBX's own.
    """

    def __init__(self, pbx: FakeAmi, **changed: object) -> None:
        self.clock = WoundClock()
        self.facts: list[Fact] = []
        self.states: list[tuple[LinkState, Notice | None]] = []
        settings = replace(settings_for(pbx), **changed)  # type: ignore[arg-type]
        self.link = Link(settings, self.clock, self.told, self._moved, random.Random(1))
        self._happened = asyncio.Condition()
        self._tellers: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Linked:
        self.running = asyncio.create_task(self.link.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.link.close()
        await self.running

    def told(self, fact: Fact) -> None:
        self.facts.append(fact)
        self._notify()

    def _moved(self, state: LinkState, notice: Notice | None) -> None:
        self.states.append((state, notice))
        self._notify()

    def _notify(self) -> None:
        async def tell() -> None:
            async with self._happened:
                self._happened.notify_all()

        teller = asyncio.create_task(tell())
        self._tellers.add(teller)
        teller.add_done_callback(self._tellers.discard)

    async def reached(self, state: LinkState, times: int = 1) -> Notice | None:
        """Return the notice of the `times`-th move to `state`, when it has come."""

        def moves() -> list[Notice | None]:
            return [notice for moved, notice in self.states if moved is state]

        async with asyncio.timeout(PATIENCE), self._happened:
            await self._happened.wait_for(lambda: len(moves()) >= times)
        return moves()[times - 1]

    async def heard(self, kind: type[Fact], times: int = 1) -> Fact:
        """Return the `times`-th fact of this kind, when it has come."""

        def those() -> list[Fact]:
            return [fact for fact in self.facts if type(fact) is kind]

        async with asyncio.timeout(PATIENCE), self._happened:
            await self._happened.wait_for(lambda: len(those()) >= times)
        return those()[times - 1]

    async def live(self) -> Link:
        """Return the link when it is LIVE."""
        await self.reached(LinkState.SEEDING)
        self.link.seeded()
        return self.link
