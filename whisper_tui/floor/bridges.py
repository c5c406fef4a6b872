"""Who talks with whom: bridges, and what they make of the calls in them.

The agent of a call is whoever of the known phones shares a bridge with the customer, so nothing here asks how a transfer was
made: blind, attended and by AMI all end in somebody leaving and somebody entering (AMI.md Q4).
"""

from __future__ import annotations

from collections.abc import Iterable

from whisper_tui.ami.events import BridgeEntered, BridgeGone, BridgeLeft, Held, Unheld
from whisper_tui.floor.calls import (
    CONNECTED,
    become,
    leave_line,
    let_ring_out,
    open_call,
    rest,
    set_agent,
    show_ringing,
)
from whisper_tui.floor.model import Bridge, Call, Changes, Channel, Floor
from whisper_tui.floor.trace import is_half, reachable
from whisper_tui.terms import CallState, Uniqueid

CROWD = 32
"""Channels in one bridge above which it is a conference, and only calls known before are looked for in it."""


def on_entered(floor: Floor, fact: BridgeEntered, now: float, changes: Changes) -> None:
    channel = floor.channels.get(fact.uniqueid)
    if channel is None:
        changes.reread |= floor.seeded
        return
    if not fact.bridge:
        return
    swapped = floor.channels.get(fact.swap) if fact.swap else None
    if swapped is not None and swapped.bridge == fact.bridge:
        leave(floor, swapped, now, changes)
    enter(floor, channel, fact.bridge, now, changes)
    together = floor.bridges[fact.bridge].channels
    if fact.linkedid:
        # Whoever shares a bridge shares a Linkedid, and only the one who enters is told of (measured: attended transfers).
        for uniqueid in together if len(together) <= CROWD else (channel.uniqueid,):
            floor.channels[uniqueid].linkedid = fact.linkedid


def on_left(floor: Floor, fact: BridgeLeft, now: float, changes: Changes) -> None:
    channel = floor.channels.get(fact.uniqueid)
    if channel is not None and channel.bridge and channel.bridge == fact.bridge:
        leave(floor, channel, now, changes)


def on_bridge_gone(floor: Floor, fact: BridgeGone, now: float, changes: Changes) -> None:
    bridge = floor.bridges.get(fact.bridge)
    if bridge is not None:
        for uniqueid in list(bridge.channels):
            leave(floor, floor.channels[uniqueid], now, changes)


def enter(floor: Floor, channel: Channel, ident: str, now: float, changes: Changes) -> None:
    """`channel` is in the bridge `ident` from now on, and in no other. Whoever is bridged listens to nobody (AMI.md Q1)."""
    if channel.bridge == ident:
        return
    if channel.bridge:
        leave(floor, channel, now, changes)
    bridge = floor.bridges.get(ident)
    if bridge is None:
        bridge = floor.bridges[ident] = Bridge(ident)
    bridge.channels[channel.uniqueid] = None
    channel.bridge, channel.bridged_since = ident, now
    if floor.spies and floor.spies.pop(channel.uniqueid, None) is not None:
        changes.spies.add(channel.uniqueid)
    _regather(floor, bridge, channel, now, changes)


def leave(floor: Floor, channel: Channel, now: float, changes: Changes) -> None:
    """`channel` is out of its bridge; a call's customer is adrift then."""
    bridge = floor.bridges[channel.bridge]
    del bridge.channels[channel.uniqueid]
    channel.bridge = ""
    channel.holding = False
    if not bridge.channels:
        del floor.bridges[bridge.ident]
    if channel.call == channel.uniqueid:
        call = floor.calls[channel.call]
        call.bridge, call.parties = "", 0
        set_agent(floor, call, "", None, now, changes)
        rest(floor, call, now, changes)
    _regather(floor, bridge, channel, now, changes)


def on_held(floor: Floor, fact: Held, now: float, changes: Changes) -> None:
    _hold(floor, fact.uniqueid, True, now, changes)


def on_unheld(floor: Floor, fact: Unheld, now: float, changes: Changes) -> None:
    _hold(floor, fact.uniqueid, False, now, changes)


def _hold(floor: Floor, uniqueid: Uniqueid, holding: bool, now: float, changes: Changes) -> None:
    channel = floor.channels.get(uniqueid)
    if channel is None or (channel.holding is holding and (holding or channel.call is None)):
        return
    channel.holding = holding
    call = floor.calls.get(channel.call) if channel.call is not None else None
    if not holding and call is not None and not call.talk_known:
        floor.channels[call.key].holding = False  # a hold that began before we looked: whose it was, was a guess
    see_holds(floor, channel, now, changes)


def see_holds(floor: Floor, channel: Channel, now: float, changes: Changes) -> None:
    """Look again whether the calls in this channel's bridge are held."""
    keys = {channel.call}
    if channel.bridge:
        keys.update(floor.channels[uniqueid].call for uniqueid in floor.bridges[channel.bridge].channels)
    for key in keys:
        if key is not None and floor.calls[key].state in CONNECTED:
            _see_hold(floor, floor.calls[key], now, changes)


def regroup(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """Find the agent among those whom the customer shares a bridge with."""
    customer = floor.channels[call.key]
    if not customer.bridge:
        return
    leave_line(floor, call, now, changes)
    bridge = floor.bridges[customer.bridge]
    company = [channel for channel in reachable(floor, bridge.ident) if channel is not customer]
    found = _pick(floor, call, company)
    if found is not None:
        let_ring_out(floor, call)
        set_agent(floor, call, found.device, found, now, changes)
    elif call.agent and call.agent_channel is None and call.answered_by in bridge.channels:
        let_ring_out(floor, call)  # the queue's member is at the other end, on a phone that cannot be told
    elif company or any(floor.channels[uniqueid].leg for uniqueid in bridge.channels):
        let_ring_out(floor, call)
        set_agent(floor, call, "", None, now, changes)
    elif call.ringing:
        show_ringing(floor, call, now, changes)
    elif call.agent_channel is not None and _elsewhere(floor, floor.channels[call.agent_channel]):
        set_agent(floor, call, "", None, now, changes)
    # else: the agent has just left, or is not in yet; an attended transfer puts the next one into the place at once
    parties = len(bridge.channels)
    if call.agent_channel is not None:
        beyond = floor.channels[call.agent_channel].bridge
        if beyond and beyond != bridge.ident:
            parties = max(parties, len(floor.bridges[beyond].channels))
    if parties != call.parties or call.bridge != bridge.ident:
        call.bridge, call.parties = bridge.ident, parties
        changes.calls.add(call.key)
    if not call.ringing:
        _see_hold(floor, call, now, changes)


def _regather(floor: Floor, bridge: Bridge, mover: Channel, now: float, changes: Changes) -> None:
    """`mover` came or left: see who talks with whom now, and whether that is a call which no ringing announced."""
    if len(bridge.channels) > CROWD:
        keys = {mover.call} if mover.bridge else set()
    else:
        keys = {floor.channels[uniqueid].call for uniqueid in bridge.channels}
        if keys == {None} and len(bridge.channels) > 1:
            talkers = reachable(floor, bridge.ident)
            keys = {channel.call for channel in talkers}
            if keys == {None}:
                adopt(floor, talkers, now, changes)
                return
    for key in keys:
        if key is not None and key in floor.calls:
            regroup(floor, floor.calls[key], now, changes)


def adopt(floor: Floor, talkers: list[Channel], now: float, changes: Changes) -> None:
    """Make a call of those who talk in a bridge and belong to none, if a known agent is among them.

    The customer is whoever is no agent; between two agents, the one who called.
    """
    agents = [channel for channel in talkers if channel.device in floor.agents]
    if not agents or len(talkers) < 2:
        return
    outsiders = [channel for channel in talkers if channel.device not in floor.agents]
    callers = [channel for channel in agents if not channel.dialled_by and not channel.application.startswith("App")]
    customer = (outsiders or callers or agents)[0]
    call = open_call(floor, customer, "", changes)
    call.outbound = bool(outsiders) and (
        customer.application.startswith("AppDial") or any(customer.dialled_by == agent.uniqueid for agent in agents)
    )
    regroup(floor, call, now, changes)


def _pick(floor: Floor, call: Call, company: Iterable[Channel]) -> Channel | None:
    found = None
    for channel in company:
        if channel.device in floor.agents:
            if channel.uniqueid == call.agent_channel:
                return channel
            if found is None:
                found = channel
    return found


def _elsewhere(floor: Floor, agent: Channel) -> bool:
    """In another bridge, and not one that a `Local/...` pair is about to join to the customer's."""
    return bool(agent.bridge) and not any(
        is_half(floor.channels[uniqueid].name) for uniqueid in floor.bridges[agent.bridge].channels
    )


def _see_hold(floor: Floor, call: Call, now: float, changes: Changes) -> None:
    """TALKING or HELD, by whether anybody in the bridge keeps the others on hold."""
    customer = floor.channels[call.key]
    if not customer.bridge:
        return
    held = any(floor.channels[uniqueid].holding for uniqueid in floor.bridges[customer.bridge].channels) or (
        call.agent_channel is not None and floor.channels[call.agent_channel].holding
    )
    become(floor, call, CallState.HELD if held else CallState.TALKING, now, changes)
