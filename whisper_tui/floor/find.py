"""Looking things up on a floor: pure, and in no order but the floor's own."""

from __future__ import annotations

from whisper_tui.floor.model import Call, Floor, Spy, Waiting
from whisper_tui.floor.trace import is_leg
from whisper_tui.terms import Mode, Recording, Uniqueid


def call_of(floor: Floor, channel: Uniqueid) -> Call | None:
    """The call that this channel is the customer or agent of, or rings for."""
    found = floor.channels.get(channel)
    return None if found is None or found.call is None else floor.calls[found.call]


def place_of(floor: Floor, call: Call) -> Waiting | None:
    """The caller's place in the queue, if they wait in one."""
    queue = floor.queues.get(call.queue)
    return None if queue is None else queue.waiting.get(call.key)


def variables_of(floor: Floor, call: Call) -> tuple[tuple[str, str], ...]:
    """Names and values of the watched variables of its customer's channel and its agent's; where they differ, both."""
    if not floor.watched:
        return ()
    of_customer = floor.channels[call.key].variables
    of_agent = floor.channels[call.agent_channel].variables if call.agent_channel is not None else ()
    return tuple(sorted({*of_customer, *of_agent})) if of_agent else of_customer


def recordings(floor: Floor, call: Call) -> tuple[Recording, Recording]:
    """Of the customer's channel and of the agent's; UNKNOWN for an agent's channel that there is not, or cannot be told.

    Which of them it is decides who else is recorded: after a takeover the customer's recording holds the supervisor and the
    agent's has ended; a third party is in either; a whisper or barge by ChanSpy is in none (AUDIO.md F4).
    """
    agent = floor.channels[call.agent_channel].recording if call.agent_channel is not None else Recording.UNKNOWN
    return floor.channels[call.key].recording, agent


def recording_file(floor: Floor, call: Call) -> str:
    """The file in which the call is or was recorded, "" where none is known."""
    agent = floor.channels[call.agent_channel].recording_file if call.agent_channel is not None else ""
    return floor.channels[call.key].recording_file or agent


def parties_of(floor: Floor, call: Call) -> list[Spy]:
    """Supervision legs that are in the bridge of the call itself: everybody in it hears them."""
    bridges = {call.bridge}
    agent = floor.channels.get(call.agent_channel) if call.agent_channel is not None else None
    if agent is not None:
        bridges.add(agent.bridge)
    there = [floor.channels[each] for ident in bridges - {""} for each in floor.bridges[ident].channels]
    return [
        Spy(leg.uniqueid, leg.name, leg.device, call.agent_channel or call.key, leg.bridged_since, mode=Mode.THIRD)
        for leg in there
        if is_leg(leg.uniqueid)
    ]


def spies_on(floor: Floor, call: Call) -> list[Spy]:
    """Whoever hears the call: its customer's channel, or its agent's."""
    if not floor.spies:
        return []
    heard = {call.key, call.agent_channel}
    return [spy for spy in floor.spies.values() if spy.spyee and spy.spyee in heard]
