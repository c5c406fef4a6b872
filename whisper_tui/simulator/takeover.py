"""What clients do to calls of the recording: a leg comes in beside the others, or in the agent's place, or somebody is hung up."""

from __future__ import annotations

from whisper_tui.floor.model import Call, Channel
from whisper_tui.simulator import scenes
from whisper_tui.simulator.leg import Ending, SimulatedLeg
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import bridge_snapshot, snapshot


def take_over(pbx: SimulatedPbx, leg: SimulatedLeg, customer: Channel) -> None:
    """AMI Bridge, Channel1 a leg, Channel2 a customer: they talk, and whoever is alone then is hung up (AMI.md Q3).

    That is the agent, or a supervisor who had taken the customer over before (measured on 22.10.1).
    """
    call = pbx.floor.calls.get(customer.uniqueid)
    served = call.queue if call is not None else ""
    if call is not None:
        call.interface = scenes.interface_of(pbx.floor, call)  # its queue remembers it up to AgentComplete (AMI.md Q3)
    old, new = customer.bridge, pbx.numbers.bridge()
    leg.take(customer.uniqueid)
    pbx.astray.customers[customer.uniqueid] = leg.uniqueid
    pbx.event("BridgeCreate", bridge_snapshot(new, 0))
    scenes.leave_bridge(pbx, pbx.floor.channels[leg.uniqueid])
    pbx.event("BridgeEnter", [*bridge_snapshot(new, 1), *snapshot(leg.channel)])
    scenes.leave_bridge(pbx, customer)
    pbx.event("BridgeEnter", [*bridge_snapshot(new, 2), *snapshot(customer)])
    leg.channel.linkedid = customer.linkedid
    connect(pbx, leg.channel, customer)
    alone = only(pbx, old)
    if alone is not None:
        scenes.leave_bridge(pbx, alone)
        pbx.astray.phones[alone.uniqueid] = alone.device
        scenes.hang_up(pbx, alone)
        scenes.free(pbx, alone.device, served)


def join(pbx: SimulatedPbx, leg: SimulatedLeg) -> None:
    """Application BridgeAdd: a leg comes into the bridge of the channel that its data names (measured on 22.10.1).

    Without one, or where that is in no bridge, the leg is hung up at once: no event says that there was nothing to join.
    """
    beside = pbx.beginning(leg.order.data)
    if beside is None or not beside.bridge:
        leg.end(Ending())
        return
    leg.channel.linkedid = beside.linkedid
    pbx.astray.joined.add(beside.bridge)
    together = len(pbx.floor.bridges[beside.bridge].channels) + 1
    pbx.event("BridgeEnter", [*bridge_snapshot(beside.bridge, together), *snapshot(leg.channel)])


def connect(pbx: SimulatedPbx, one: Channel, other: Channel) -> None:
    """Each is told whom it talks with."""
    for channel, peer in ((one, other), (other, one)):
        channel.connected_number, channel.connected_name = peer.number, peer.caller_name
        pbx.event("NewConnectedLine", snapshot(channel))


def walk_out(pbx: SimulatedPbx, leg: SimulatedLeg) -> None:
    """A leg leaves its bridge. Whoever is alone there then goes on in the dialplan, and comes to its end (AMI.md Q3)."""
    channel = pbx.floor.channels[leg.uniqueid]
    ident = channel.bridge
    scenes.leave_bridge(pbx, channel)
    alone = only(pbx, ident)
    if alone is None:
        return
    scenes.leave_bridge(pbx, alone)
    call = pbx.floor.calls.get(alone.uniqueid)
    if call is not None:
        pbx.astray.customers[call.key] = None  # in the recording this call may go on for long
        scenes.drop(pbx, call)
    else:
        pbx.astray.phones[alone.uniqueid] = alone.device
        scenes.hang_up(pbx, alone)
        scenes.free(pbx, alone.device, "")


def only(pbx: SimulatedPbx, ident: str) -> Channel | None:
    """Who is alone in that bridge, if anybody is."""
    bridge = pbx.floor.bridges.get(ident)
    if bridge is None or len(bridge.channels) != 1:
        return None
    return pbx.floor.channels[next(iter(bridge.channels))]


def hang_up(pbx: SimulatedPbx, channel: Channel) -> None:
    """AMI Hangup of a channel of the recording: it takes its call with it, unless the agent leaves a supervisor there."""
    call = pbx.floor.calls.get(channel.call) if channel.call is not None else None
    if call is not None and channel.uniqueid == call.agent_channel and channel.bridge in pbx.astray.joined:
        together = pbx.floor.bridges[channel.bridge].channels
        leg = next((one for one in together if pbx.floor.channels[one].leg), None)
        if leg is not None and call.key in together:
            pbx.astray.customers[call.key] = leg
            _walk_off(pbx, call, channel)
            return
    if call is None:
        pbx.astray.phones[channel.uniqueid] = channel.device
        scenes.leave_bridge(pbx, channel)
        scenes.hang_up(pbx, channel)
        return
    phones = [one for one in pbx.floor.channels.values() if one.call == call.key and one.uniqueid != call.key]
    pbx.astray.phones.update((one.uniqueid, one.device) for one in phones)
    pbx.astray.customers[call.key] = None
    scenes.end(pbx, call)


def _walk_off(pbx: SimulatedPbx, call: Call, agent: Channel) -> None:
    """The agent hangs up in a bridge of three: the customer and the supervisor talk on (measured on 22.10.1)."""
    served = call.queue
    pbx.astray.phones[agent.uniqueid] = agent.device
    if served:
        call.interface = scenes.interface_of(pbx.floor, call)
        scenes.completed(pbx, call, pbx.floor.channels[call.key], agent, "agent")
        pbx.astray.completed.add(call.key)
    scenes.leave_bridge(pbx, agent)
    scenes.hang_up(pbx, agent)
    scenes.free(pbx, agent.device, served)
