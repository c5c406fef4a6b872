"""What other systems know of a call: told by UserEvents of the site's, and held in channel variables.

It goes with the customer's channel, so that it stays with the call through transfers. An event is anybody's: what it tells is shown
and weighed, and nothing else comes of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.ami.events import UserSaid
from whisper_tui.ami.text import clean
from whisper_tui.floor.model import Call, Changes, Channel, Floor
from whisper_tui.floor.tags import whose

Facts = tuple[tuple[str, str], ...]


def see_event(floor: Floor, fact: UserSaid, changes: Changes) -> None:
    """Take what an event tells of a channel, which it names by its Uniqueid, or by the Linkedid of its call."""
    wanted = floor.heeds.fact_events.get(fact.event)
    channel = floor.channels.get(fact.uniqueid) or floor.channels.get(fact.linkedid) if wanted is not None else None
    if wanted is None or channel is None:
        return
    channel = whose(floor, channel)
    if channel.call is not None:
        channel = floor.channels[channel.call]
    said = dict(fact.said)
    now = _merged(channel.facts_said, {name: said[header] for header, name in wanted if header in said})
    if now != channel.facts_said:
        channel.facts_said = now
        _tell(channel, changes)


def hold_facts(floor: Floor, channel: Channel, told: Mapping[str, str], changes: Changes) -> None:
    """A list told what variables of `channel` hold now, "" for nothing."""
    variables = floor.heeds.fact_variables
    if variables.keys().isdisjoint(told):
        return
    now = _merged(channel.facts_held, {variables[name]: clean(told[name]) for name in variables if name in told})
    if now != channel.facts_held:
        channel.facts_held = now
        _tell(channel, changes)


def facts_of(floor: Floor, call: Call) -> dict[str, str]:
    """What is known of a call, by name: an event goes before a variable, the customer's channel before the agent's."""
    customer = floor.channels[call.key]
    held = floor.channels[call.agent_channel].facts_held if call.agent_channel is not None else ()
    return dict((*held, *customer.facts_held, *customer.facts_said))


def _merged(before: Facts, told: Mapping[str, str]) -> Facts:
    return tuple(sorted(pair for pair in {**dict(before), **told}.items() if pair[1]))


def _tell(channel: Channel, changes: Changes) -> None:
    if channel.call is not None:
        changes.calls.add(channel.call)
