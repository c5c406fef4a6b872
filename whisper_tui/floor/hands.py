"""Raised hands: agents who ask for help, by an event of the dialplan or by the reason of a pause.

An event is anybody's: it raises or lowers the hand of an agent whom the floor knows, and does nothing else.
"""

from __future__ import annotations

from whisper_tui.ami.events import UserSaid
from whisper_tui.floor.model import Agent, Changes, Floor, Hand
from whisper_tui.floor.trace import answers_to, device_of, is_half

SETTLES = 1.0
"""Seconds after which an event can turn the same agent's hand again: a code that is sent twice raises it once."""

TECHNOLOGIES = ("PJSIP", "SIP", "IAX2")
"""Of the phone of an agent who is named by a number alone."""


def see_event(floor: Floor, fact: UserSaid, now: float, changes: Changes) -> None:
    """Raise the hand, or lower it: as `State` says, on or off; without it the other way round."""
    said = dict(fact.said)
    agent = _agent(floor, said.get("agent", ""), fact)
    if agent is None or now - agent.hand_turned < SETTLES:
        return
    hand = floor.hands.get(agent.device)
    is_up = hand is not None and not hand.answered_by
    goes_up = {"on": True, "off": False}.get(said.get("state", "").lower(), not is_up)
    if goes_up is is_up:
        return
    agent.hand_turned = now
    if goes_up:
        _raise(floor, Hand(agent.device, now, said.get("text", "")), changes)
    else:
        lower(floor, agent.device, changes)


def see_pause(floor: Floor, device: str, now: float, changes: Changes) -> None:
    """A member of a queue has changed: whether the agent's pause asks for help now, or does no longer."""
    agent = floor.agents.get(device)
    if agent is None or not floor.heeds.hand_reason:
        return
    asks = _asks(floor, agent)
    if asks and not agent.asks_by_pause:
        hand = floor.hands.get(device)
        if hand is None or hand.answered_by:
            _raise(floor, Hand(device, now, by_pause=True), changes)
    elif not asks:
        _pause_over(floor, agent, changes)
    agent.asks_by_pause = asks


def see_left(floor: Floor, agent: Agent, changes: Changes) -> None:
    """The agent is in one queue less."""
    if agent.asks_by_pause and not _asks(floor, agent):
        agent.asks_by_pause = False
        _pause_over(floor, agent, changes)


def see_phone(floor: Floor, former: Agent, agent: Agent, changes: Changes) -> None:
    """`former` is known by the phone of `agent` from now on: a hand that is up stays up as it is."""
    agent.asks_by_pause, former.asks_by_pause = agent.asks_by_pause or former.asks_by_pause, False
    agent.hand_turned = max(agent.hand_turned, former.hand_turned)
    hand, other = floor.hands.get(former.device), floor.hands.get(agent.device)
    if hand is not None and (other is None or other.answered_by):
        lower(floor, former.device, changes)
        hand.device = agent.device
        _raise(floor, hand, changes)


def lower(floor: Floor, device: str, changes: Changes) -> None:
    """The hand of this phone's agent is down, if it was up."""
    if floor.hands.pop(device, None) is not None:
        _tell(floor, device, changes)


def answer(floor: Floor, device: str, by: str, changes: Changes) -> None:
    """Somebody has taken it; it stays in sight until it is lowered."""
    floor.hands[device].answered_by = by
    _tell(floor, device, changes)


def _raise(floor: Floor, hand: Hand, changes: Changes) -> None:
    floor.hands[hand.device] = hand
    _tell(floor, hand.device, changes)


def _pause_over(floor: Floor, agent: Agent, changes: Changes) -> None:
    hand = floor.hands.get(agent.device)
    if hand is not None and hand.by_pause:
        lower(floor, agent.device, changes)


def _tell(floor: Floor, device: str, changes: Changes) -> None:
    changes.hands.add(device)
    changes.agents.add(device)
    if (agent := floor.agents.get(device)) is not None:
        changes.calls.update(agent.calls)


def _asks(floor: Floor, agent: Agent) -> bool:
    members = (floor.queues[queue].members[interface] for queue, interface in agent.queues.items())
    return any(each.paused and each.reason == floor.heeds.hand_reason for each in members)


def _agent(floor: Floor, named: str, fact: UserSaid) -> Agent | None:
    """Whom an event names: by phone, member or number; where it does not, the one whose phone's channel it is of.

    The phone of a member `Local/...` is not known before it has rung behind it once: until then the number tells.
    """
    if named:
        devices = (named, floor.phones.get(named, ""), *(f"{each}/{named}" for each in TECHNOLOGIES))
    else:
        channel = floor.channels.get(fact.uniqueid)
        devices = (channel.device if channel is not None else device_of(fact.channel),)
    known = next((floor.agents[each] for each in devices if each in floor.agents), None)
    if known is not None:
        return known
    fronts = (agent for agent in floor.agents.values() if is_half(agent.device))
    return next((each for each in fronts if any(answers_to(each.device, phone) for phone in devices)), None)
