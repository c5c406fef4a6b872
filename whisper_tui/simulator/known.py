"""An action that the simulated PBX knows, and what every part that answers some needs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from msgspec import Struct

from whisper_tui.floor.model import Channel
from whisper_tui.simulator.orders import Refusal
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import Headers, Request, response

Reply: TypeAlias = Callable[[bytes], None]

FREE = "<none>"
"""Any login may."""


class Known(Struct, frozen=True):
    """An action that is answered, as ListCommands names it. `acts`: it changes something."""

    name: str
    summary: str
    classes: str
    do: Callable[[Request, Reply], None]
    acts: bool = False


def succeed(request: Request, reply: Reply, words: str) -> None:
    """Response: Success."""
    said: Headers = [("Message", words)]
    reply(response(request.action_id, "Success", said))


def error(action_id: str, words: str) -> bytes:
    """Response: Error."""
    return response(action_id, "Error", [("Message", words)])


def channel_of(pbx: SimulatedPbx, channel: str) -> Channel:
    """Raises:
    Refusal: there is none.
    """
    found = pbx.find(channel)
    if found is None:
        raise Refusal("No such channel")
    return found
