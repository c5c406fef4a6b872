"""Looking things up on a floor: pure, and in no order but the floor's own unless said."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from whisper_tui.floor.measure import longest_waiting
from whisper_tui.floor.model import Call, Floor, Member, Spy, Waiting
from whisper_tui.terms import Uniqueid


def call_of(floor: Floor, channel: Uniqueid) -> Call | None:
    """The call that this channel is the customer or agent of, or rings for."""
    found = floor.channels.get(channel)
    return None if found is None or found.call is None else floor.calls[found.call]


def calls_where(floor: Floor, test: Callable[[Call], bool]) -> Iterator[Call]:
    return (call for call in floor.calls.values() if test(call))


def calls_of_agent(floor: Floor, device: str) -> list[Call]:
    """Calls that this phone is in, as the agent or at the customer's end."""
    agent = floor.agents.get(device)
    return [] if agent is None else [floor.calls[key] for key in agent.calls]


def place_of(floor: Floor, call: Call) -> Waiting | None:
    """The caller's place in the queue, if they wait in one."""
    queue = floor.queues.get(call.queue)
    return None if queue is None else queue.waiting.get(call.key)


def longest_waiting_caller(floor: Floor) -> Waiting | None:
    """Who has waited longest in all the queues."""
    longest = [place for queue in floor.queues.values() if (place := longest_waiting(queue)) is not None]
    return min(longest, key=lambda place: place.since, default=None)


def members_of(floor: Floor, device: str) -> list[Member]:
    """The memberships of the agent at that phone, one a queue."""
    agent = floor.agents.get(device)
    if agent is None:
        return []
    return [floor.queues[queue].members[interface] for queue, interface in agent.queues.items()]


def spies_on(floor: Floor, call: Call) -> list[Spy]:
    """Whoever hears the call: its customer's channel, or its agent's."""
    heard = {call.key, call.agent_channel}
    return [spy for spy in floor.spies.values() if spy.spyee and spy.spyee in heard]
