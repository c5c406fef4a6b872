"""Whether a floor is consistent: no reference dangles, both ends of each agree, counts are what they count."""

from __future__ import annotations

from whisper_tui.floor.calls import MOST_STEPS
from whisper_tui.floor.model import Floor
from whisper_tui.floor.variables import LONGEST
from whisper_tui.terms import CallState, Mode

CONNECTED = (CallState.TALKING, CallState.HELD)


def check_consistent(floor: Floor) -> None:
    """Raise AssertionError for the first thing that does not hold."""
    _channels(floor)
    _bridges(floor)
    _queues(floor)
    _agents(floor)
    for device, hand in floor.hands.items():
        assert hand.device == device
        assert device in floor.agents, "a hand of nobody"
    for key, call in floor.calls.items():
        assert call.key == key
        assert not call.steps or call.steps[-1].state is call.state, "how it went does not end where it is"
        assert len(call.steps) <= MOST_STEPS
        _call(floor, key)


def _channels(floor: Floor) -> None:
    for uniqueid, channel in floor.channels.items():
        assert channel.uniqueid == uniqueid
        assert uniqueid
        if channel.bridge:
            assert uniqueid in floor.bridges[channel.bridge].channels
        if channel.call is not None:
            call = floor.calls[channel.call]
            assert uniqueid in (call.key, call.agent_channel) or uniqueid in call.ringing
            assert not channel.leg, "a leg is in a call"
        assert {name for name, _ in channel.variables} <= floor.watched
        for facts in (channel.facts_said, channel.facts_held):
            assert facts == tuple(sorted(dict(facts).items()))
            assert all(value for _, value in facts)
        assert channel.variables == tuple(sorted(dict(channel.variables).items()))
        assert all(0 < len(value) <= 2 * LONGEST for _, value in channel.variables)
    for name, uniqueid in floor.halves.items():
        assert floor.channels[uniqueid].name == name
    for spyer, spy in floor.spies.items():
        assert spy.spyer == spyer
        assert (spy.audible_since is not None) == (spy.mode in (Mode.WHISPER, Mode.BARGE))
        if spyer in floor.channels:
            assert floor.channels[spyer].leg


def _bridges(floor: Floor) -> None:
    for ident, bridge in floor.bridges.items():
        assert bridge.ident == ident
        assert bridge.channels, "an empty bridge"
        for uniqueid in bridge.channels:
            assert floor.channels[uniqueid].bridge == ident


def _queues(floor: Floor) -> None:
    for name, queue in floor.queues.items():
        assert queue.name == name
        talking = [call for call in floor.calls.values() if call.queue == name and call.state in CONNECTED]
        assert queue.talking == len(talking)
        positions = [place.position for place in queue.waiting.values()]
        assert positions == sorted(set(positions)), f"positions {positions}"
        assert all(position >= 1 for position in positions)
        for uniqueid, place in queue.waiting.items():
            assert (place.uniqueid, place.queue) == (uniqueid, name)
            assert floor.calls[uniqueid].queue == name
            assert floor.calls[uniqueid].state in (CallState.WAITING, CallState.RINGING)
        for interface, member in queue.members.items():
            assert (member.queue, member.interface) == (name, interface)
            assert floor.agents[member.device].queues[name] in queue.members


def _agents(floor: Floor) -> None:
    for device, agent in floor.agents.items():
        assert agent.device == device
        assert agent.queues or agent.calls, f"{device} is nobody"
        for queue, interface in agent.queues.items():
            assert floor.queues[queue].members[interface].device == device
        for key in agent.calls:
            assert device in (floor.calls[key].agent, floor.calls[key].peer)


def _call(floor: Floor, key: str) -> None:
    call = floor.calls[key]  # type: ignore[index]
    customer = floor.channels[call.key]
    assert customer.call == call.key
    assert call.bridge == customer.bridge
    assert not call.queue or call.queue in floor.queues
    for device in filter(None, (call.agent, call.peer)):
        assert call.key in floor.agents[device].calls
    if call.agent_channel is not None:
        agent = floor.channels[call.agent_channel]
        assert call.agent, "a channel without an agent"
        assert agent.call == call.key
        assert call.agent_channel != call.key, "the customer is the agent"
        assert not agent.name.startswith("Local/"), "half of a Local pair is no phone"
        assert agent.device == call.agent
    for uniqueid in call.ringing:
        assert floor.channels[uniqueid].call == call.key
    waiting = call.queue in floor.queues and call.key in floor.queues[call.queue].waiting
    agents = floor.channels[call.agent_channel].tags if call.agent_channel is not None else frozenset()
    assert call.tags == customer.tags | agents
    assert (call.talking_since is not None) == (call.state in CONNECTED)
    assert (call.held_since is not None) == (call.state is CallState.HELD)
    match call.state:
        case CallState.WAITING:
            assert waiting
            assert not call.ringing
            assert not call.agent
        case CallState.RINGING:
            assert call.ringing
        case CallState.TALKING | CallState.HELD:
            assert not waiting
            assert customer.bridge or call.agent or call.queue == ""
        case CallState.ELSEWHERE:
            assert not waiting
            assert not call.ringing
