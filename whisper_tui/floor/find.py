"""Looking things up on a floor: pure, and in no order but the floor's own."""

from __future__ import annotations

from whisper_tui.floor.model import Call, Floor, Spy, Waiting
from whisper_tui.terms import Uniqueid


def call_of(floor: Floor, channel: Uniqueid) -> Call | None:
    """The call that this channel is the customer or agent of, or rings for."""
    found = floor.channels.get(channel)
    return None if found is None or found.call is None else floor.calls[found.call]


def place_of(floor: Floor, call: Call) -> Waiting | None:
    """The caller's place in the queue, if they wait in one."""
    queue = floor.queues.get(call.queue)
    return None if queue is None else queue.waiting.get(call.key)


def spies_on(floor: Floor, call: Call) -> list[Spy]:
    """Whoever hears the call: its customer's channel, or its agent's."""
    if not floor.spies:
        return []
    heard = {call.key, call.agent_channel}
    return [spy for spy in floor.spies.values() if spy.spyee and spy.spyee in heard]
