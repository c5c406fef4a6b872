"""What the engine needs of a link to a PBX: `ami.link.Link` is one, a scripted PBX in the tests is another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from whisper_tui.ami.actions import Action, Reply
from whisper_tui.ami.events import Event
from whisper_tui.terms import LinkState, Notice, Uniqueid

OnEvent = Callable[[Event], None]
OnState = Callable[[LinkState, Notice | None], None]


class Wire(Protocol):
    """One connection to one PBX. Nothing is ever sent again by itself."""

    @property
    def asterisk(self) -> str:
        """The version, "22.10.1"; "" before it is known."""

    @property
    def allowed(self) -> frozenset[str] | None:
        """Names of the actions that the account may run, None before that is known."""

    async def send(self, action: Action) -> Reply:
        """Send `action` and return what became of it within `action.limit` seconds; never raises for the network."""

    def seeded(self) -> None:
        """Every list was taken: SEEDING becomes LIVE."""

    def watch_key(self, uniqueid: Uniqueid, key: str) -> None:
        """Tell with AgentKeyPressed when `key` is pressed on this channel's phone, and of no other key that is."""

    def unwatch_key(self, uniqueid: Uniqueid) -> None: ...

    async def run(self) -> None:
        """Connect, and again whenever the link is lost, until `close`."""

    async def close(self) -> None: ...


Plug = Callable[[OnEvent, OnState], Wire]
"""Makes the wire of one PBX, given where its news go."""
