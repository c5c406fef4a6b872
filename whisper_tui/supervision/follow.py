"""Following: where the call, or the agent, that was heard has gone. It proposes; whether the profile allows it, the engine asks.

AMI.md Q4: through every kind of transfer the customer keeps the channel, and the new agent is the other one in its bridge.
"""

from __future__ import annotations

from msgspec import Struct

from whisper_tui.floor.model import Call, Floor
from whisper_tui.supervision.intents import Whom
from whisper_tui.supervision.session import Session
from whisper_tui.terms import CallState, Pbx, Uniqueid

CONNECTED = frozenset({CallState.TALKING, CallState.HELD})


class Following(Struct, frozen=True):
    """What is followed on one PBX.

    Args:
        call: the customer's channel.
        agent: the agent's phone.
        heard: the agent's channel that was heard last: the same again is no hop.
    """

    whom: Whom
    pbx: Pbx
    call: Uniqueid
    agent: str
    heard: Uniqueid


def begin(whom: Whom, session: Session) -> Following:
    return Following(whom, session.call.pbx, session.call.uniqueid, session.agent, session.target)


def over(following: Following, floor: Floor) -> bool:
    """Whether there is nothing to follow any more: the customer hung up, or nobody knows the agent."""
    if following.whom is Whom.CALL:
        return following.call not in floor.calls
    return following.agent not in floor.agents


def hop(following: Following, floor: Floor) -> Call | None:
    """The call that should be heard now instead of the one that was heard last, or None where nothing has changed.

    A call counts once its agent is connected and the phone's own channel is known.
    """
    if following.whom is Whom.CALL:
        call = floor.calls.get(following.call)
        return call if call is not None and _elsewhere(call, following) else None
    agent = floor.agents.get(following.agent)
    for key in agent.calls if agent is not None else ():
        call = floor.calls[key]
        if call.agent == following.agent and _elsewhere(call, following):
            return call
    return None


def _elsewhere(call: Call, following: Following) -> bool:
    return (
        call.state in CONNECTED
        and call.agent_channel is not None
        and (call.agent_channel, call.key) != (following.heard, following.call)
    )
