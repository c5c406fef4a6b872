"""Steps that make the supervisor a party of the call: in the agent's place, or beside the others; and out of it again.

AMI.md Q3, AUDIO.md F5, F6: ChanSpy ends without a word when its channel is bridged, the agent of a call that is taken over is
hung up, and when the supervisor hangs up the customer goes on in the dialplan behind Queue() or Dial().
"""

from __future__ import annotations

from whisper_tui.ami.actions import BlindTransfer, Bridge, Originate, Outcome, Setvar, ShowDialPlan
from whisper_tui.supervision.leg import CONFIRM, Leg, NotDialled, Step, Steps
from whisper_tui.supervision.steps import FRAME_DROP, LOCK, unmute
from whisper_tui.terms import LegKind, Microphone, Uniqueid

LEASE = "TIMEOUT(absolute)"
"""AbsoluteTimeout refuses to lift a timeout ("No timeout specified" for 0); the function does. Bridge has lifted it by itself
(measured on 16.28 and 22.10.1); that it is off must not rest on that."""


def join(leg: Leg, call: Originate, ring_seconds: float, bridge: str) -> Steps[None]:
    """Ring the phone into `bridge`; the outcome stands in `leg`: in the bridge, or over.

    Raises:
        NotDialled: Asterisk would not even try.
    """
    queued = yield Step("dial", call, optional=True)
    if queued.outcome is not Outcome.DONE:
        raise NotDialled(queued.message, leg.phone)
    yield Step("ring", None, lambda: leg.answered or leg.over, limit=ring_seconds + CONFIRM)
    yield Step("join", None, lambda: leg.bridge == bridge)


def take_over(leg: Leg, customer: Uniqueid, channel: str) -> Steps[bool]:
    """Bridge the leg with the customer: the supervisor first, or the customer may be dropped (AMI.md Q3).

    Args:
        channel: the customer's channel by its whole name.

    Returns:
        Whether both are in one bridge; False: Asterisk refused, and nothing changed.
    """
    if leg.microphone is not Microphone.OPEN:
        yield from unmute(leg)
    # Now and not after: what is dropped when the leg is bridged stays dropped for good, whatever Setvar says (measured on 22.10.1).
    yield Step("keypad", Setvar(leg.uniqueid, FRAME_DROP, ""), optional=True)  # no FRAME_DROP, no lock
    leg.wanted, leg.company = customer, ""
    bridged = yield Step("takeover", Bridge(leg.ident, channel), lambda: leg.taken_over, optional=True)
    if bridged.outcome is Outcome.DONE:
        return True
    leg.wanted = None
    if leg.kind is LegKind.LOCKED:
        yield Step("lock", Setvar(leg.uniqueid, FRAME_DROP, LOCK))
    return False


def settle(leg: Leg) -> Steps[None]:
    """From now on it is an ordinary call: no lease ends it."""
    yield Step("lease", Setvar(leg.uniqueid, LEASE, "0"))


def is_there(leg: Leg, context: str, exten: str) -> Steps[bool]:
    """Whether the dialplan has such an extension: a transfer to nowhere is said to have succeeded, and loses the customer
    (measured on 16.28 and 22.10.1)."""
    there = yield Step("hand back", ShowDialPlan(context, exten), optional=True)
    return there.outcome is Outcome.DONE


def hand_back(leg: Leg, context: str, exten: str) -> Steps[bool]:
    """Send the customer on to `exten`, which there is; whether Asterisk did (it then hangs the leg up)."""
    sent = yield Step("hand back", BlindTransfer(leg.uniqueid, context, exten), optional=True)
    return sent.outcome is Outcome.DONE
