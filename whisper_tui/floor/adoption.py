"""Calls that nothing announced: they were there before we looked, or an event was lost. Lists bring them to light."""

from __future__ import annotations

from whisper_tui.floor.bridges import adopt, regroup, see_holds
from whisper_tui.floor.calls import close_call, open_call, show_ringing
from whisper_tui.floor.channels import dial
from whisper_tui.floor.members import drop_call, take_call
from whisper_tui.floor.model import Call, Changes, Channel, Floor
from whisper_tui.floor.trace import reachable
from whisper_tui.terms import CallState

CALLS = {"AppQueue": "Queue", "AppDial": "Dial"}
"""What a channel runs that is called -> what the one runs that called it."""

ON_HOLD = 8
"""A member's status while the other end keeps every call of the phone on hold (measured on 22.10.1)."""


def find_calls(floor: Floor, now: float, changes: Changes) -> None:
    """Make calls of the channels that belong to none, and look again at those whose parties were not known."""
    for call in list(floor.calls.values()):
        if call.key in floor.calls:
            _look_again(floor, call, now, changes)
    free = [channel for channel in floor.channels.values() if channel.call is None and not channel.leg]
    for channel in free:
        if channel.call is None and channel.bridge and channel.application == "Queue":
            queue = channel.application_data.partition(",")[0]
            regroup(floor, open_call(floor, channel, queue, changes), now, changes)
    callers = {(c.linkedid, c.application): c for c in floor.channels.values() if c.application in CALLS.values()}
    for channel in free:
        if channel.call is None and not channel.bridge and channel.application in CALLS:
            # The first channel of a call gives all the others its id, and may be gone since.
            first = floor.channels.get(channel.linkedid)
            caller = first or callers.get((channel.linkedid, CALLS[channel.application]))
            if caller is not None:
                dial(floor, caller, channel, now, changes)
    for channel in free:
        if channel.call is None and channel.bridge:
            talkers = reachable(floor, channel.bridge)
            if all(talker.call is None for talker in talkers):
                adopt(floor, talkers, now, changes)


def was_up(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """It was connected before we looked: how long is not known, and whether it is held only in part.

    The state of an agent's phone tells that the other end put it on hold; a phone that holds is "in use" (measured on 22.10.1).
    """
    call.talk_known = False
    agent = floor.agents.get(call.agent)
    if agent is None:
        return
    held = agent.state == "ONHOLD" or any(
        floor.queues[queue].members[interface].status == ON_HOLD for queue, interface in agent.queues.items()
    )
    customer = floor.channels[call.key]
    if held and not customer.holding:
        customer.holding = True
        see_holds(floor, customer, now, changes)


def _look_again(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """Whoever was nobody when the call began may be an agent by now."""
    customer = floor.channels[call.key]
    if customer.device in floor.agents:
        if not call.queue and (call.outbound or _wrong_way(floor, call, customer)):
            # Two agents, and the one who called is to stand in the customer's place.
            close_call(floor, call, now, changes)
            return
        if call.peer != customer.device:
            former, call.peer = call.peer, customer.device
            take_call(floor, call.peer, call.key, changes)
            if former and former != call.agent:
                drop_call(floor, former, call.key, changes)
            changes.calls.add(call.key)
    if call.agent_channel is None and call.bridge:
        regroup(floor, call, now, changes)
    elif call.agent_channel is None and call.state is CallState.RINGING:
        show_ringing(floor, call, now, changes)


def _wrong_way(floor: Floor, call: Call, customer: Channel) -> bool:
    agent = floor.channels[call.agent_channel] if call.agent_channel is not None else None
    return agent is not None and agent.application == CALLS.get(customer.application)
