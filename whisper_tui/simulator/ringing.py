"""How an originated channel rings: from Newchannel to its answer, or to the failure that OriginateResponse tells.

Order and words as measured on Asterisk 22.10.1.
"""

from __future__ import annotations

import math

from whisper_tui.simulator.leg import (
    ANSWERED,
    BUSY,
    EXPIRED,
    NO_ANSWER,
    RINGING,
    UP,
    Ending,
    Order,
    SimulatedLeg,
)
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.phones import Phone, PhoneBehaviour
from whisper_tui.simulator.wire import Headers, known, snapshot


async def ring(pbx: SimulatedPbx, behaviour: PhoneBehaviour, leg: SimulatedLeg) -> bool:
    """Ring until the phone is answered: OriginateResponse is still to be said. False: it ended first, only Hangup is to be said."""
    order, channel = leg.order, leg.channel
    phone = behaviour.of(order.device)
    _announce(pbx, leg)
    if phone is Phone.BUSY:
        leg.end(BUSY)
        _fail(pbx, leg, BUSY, "BUSY", 0)
        return False
    channel.state = RINGING
    pbx.event("Newstate", snapshot(channel))
    pbx.event("DialState", [*snapshot(channel, "Dest"), ("DialStatus", "RINGING")])
    pbx.device(order.device, "RINGING")
    now = pbx.clock.monotonic()
    gives_up = now + order.ring
    acts = math.inf if phone is Phone.NEVER_ANSWERS else now + behaviour.rings
    while leg.ending is None and pbx.clock.monotonic() < min(gives_up, acts):
        await leg.until(pbx.clock, min(gives_up, acts))
    if leg.ending is None and gives_up < acts:
        leg.end(EXPIRED)
    if leg.ending is None and phone is Phone.DECLINES:
        leg.end(BUSY)
    if leg.ending is EXPIRED:
        leg.ending = NO_ANSWER
        _fail(pbx, leg, NO_ANSWER, "", 3)
    elif leg.ending is not None:
        _fail(pbx, leg, leg.ending, "BUSY" if leg.ending is BUSY else "NOANSWER", 0)
    else:
        channel.state = UP
        pbx.event("Newstate", snapshot(channel))
        pbx.event("DialEnd", [*snapshot(channel, "Dest"), ("DialStatus", "ANSWER")])
        pbx.device(order.device, "INUSE")
        return True
    return False


def answer(pbx: SimulatedPbx, order: Order, channel: str, reason: int = ANSWERED) -> None:
    """OriginateResponse. `channel` is the channel's name, or where there is none the device's."""
    said: Headers = [
        ("ActionID", order.action_id),
        ("Response", "Success" if reason == ANSWERED else "Failure"),
        ("Channel", channel),
        ("Application", order.application),
        ("Data", order.data),
        ("Reason", str(reason)),
        ("Uniqueid", order.uniqueid),
        ("CallerIDNum", known(order.number)),
        ("CallerIDName", known(order.name)),
    ]
    pbx.event("OriginateResponse", said if order.action_id else said[1:])


def request_hangup(pbx: SimulatedPbx, leg: SimulatedLeg, ending: Ending) -> None:
    """HangupRequest: the phone asks for it."""
    causes: Headers = []
    if ending.tech_cause is not None:
        causes = [("Cause", str(ending.cause)), ("TechCause", str(ending.tech_cause))]
    pbx.event("HangupRequest", [*snapshot(leg.channel), *causes])


def _announce(pbx: SimulatedPbx, leg: SimulatedLeg) -> None:
    order, channel = leg.order, leg.channel
    pbx.event("Newchannel", snapshot(channel))
    channel.number = order.number or channel.number
    channel.caller_name = order.name or channel.caller_name
    presentation = ("CID-CallingPres", "0 (Presentation Allowed, Not Screened)")
    pbx.event("NewCallerid", [*snapshot(channel), presentation])
    channel.connected_number, channel.connected_name = order.number, order.name
    pbx.event("NewConnectedLine", snapshot(channel))
    pbx.event("DialBegin", [*snapshot(channel, "Dest"), ("DialString", order.device.partition("/")[2])])


def _fail(pbx: SimulatedPbx, leg: SimulatedLeg, ending: Ending, dialled: str, reason: int) -> None:
    if ending.requested:
        request_hangup(pbx, leg, ending)
    if dialled:
        pbx.event("DialEnd", [*snapshot(leg.channel, "Dest"), ("DialStatus", dialled)])
    answer(pbx, leg.order, leg.order.device, reason)
