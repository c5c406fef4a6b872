"""What clients do to calls of the recording, and what then is left of what the recording says of them."""

from __future__ import annotations

import re

from whisper_tui.floor.model import Channel
from whisper_tui.simulator import scenes
from whisper_tui.simulator.leg import SimulatedLeg
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.wire import bridge_snapshot, snapshot
from whisper_tui.terms import Uniqueid

_OWN = re.compile(rb"\r\nUniqueid: ([^\r\n]+)")
_IDS = re.compile(rb"\r\n\w*(?:Uniqueid|Linkedid): ([^\r\n]+)")
_DEST = re.compile(rb"Dest\w+: [^\r\n]*\r\n")


def take_over(pbx: SimulatedPbx, legs: Legs, leg: SimulatedLeg, customer: Channel) -> None:
    """AMI Bridge, Channel1 a leg, Channel2 a customer: they talk, and the agent is hung up (AMI.md Q3)."""
    old, new = customer.bridge, pbx.numbers.bridge()
    others = [one for one in pbx.floor.bridges[old].channels if one != customer.uniqueid] if old else []
    call = pbx.floor.calls.get(customer.uniqueid)
    served = call.queue if call is not None else ""
    legs.join(leg, customer.uniqueid)
    pbx.taken[customer.uniqueid] = leg.uniqueid
    pbx.event("BridgeCreate", bridge_snapshot(new, 0))
    pbx.event("BridgeEnter", [*bridge_snapshot(new, 1), *snapshot(leg.channel)])
    scenes.leave_bridge(pbx, customer)
    pbx.event("BridgeEnter", [*bridge_snapshot(new, 2), *snapshot(customer)])
    leg.channel.linkedid = customer.linkedid
    pbx.event("NewConnectedLine", snapshot(leg.channel))
    if len(others) == 1 and (agent := pbx.floor.channels.get(others[0])) is not None:
        scenes.leave_bridge(pbx, agent)
        pbx.taken[agent.uniqueid] = None
        scenes.hang_up(pbx, agent)
        scenes.free(pbx, agent.device, served)


def hang_up(pbx: SimulatedPbx, channel: Channel) -> None:
    """AMI Hangup of a channel of the recording: it takes its call with it."""
    call = pbx.floor.calls.get(channel.call) if channel.call is not None else None
    if call is None:
        pbx.taken[channel.uniqueid] = None
        scenes.leave_bridge(pbx, channel)
        scenes.hang_up(pbx, channel)
        return
    pbx.taken.update((one.uniqueid, None) for one in pbx.floor.channels.values() if one.call == call.key)
    scenes.end(pbx, call)


def heard(pbx: SimulatedPbx, raw: bytes) -> bytes | None:
    """What is left of `raw`, an event of the recording, after what clients did; None: it did not happen."""
    if not pbx.taken or not any(Uniqueid(one.decode("utf-8", "replace")) in pbx.taken for one in _IDS.findall(raw)):
        return raw
    own = _OWN.search(raw)
    channel = pbx.floor.channels.get(Uniqueid(own[1].decode("utf-8", "replace"))) if own is not None else None
    if channel is None or not pbx.taken.get(channel.uniqueid):
        return None
    if raw.startswith(b"Event: Hangup\r\n"):
        scenes.leave_bridge(pbx, channel)
        return raw
    if raw.startswith(b"Event: AgentComplete\r\n"):
        return _DEST.sub(b"", raw)
    return raw if raw.startswith(b"Event: HangupRequest\r\n") else None
