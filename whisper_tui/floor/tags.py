"""Tags of channels (`pci`): set and cleared by events as the call goes on, and read from a variable now and then.

Neither source clears what the other says: where they differ, the call is tagged.
"""

from __future__ import annotations

import re

from whisper_tui.ami.events import Tagged
from whisper_tui.ami.text import clean_tag
from whisper_tui.floor.calls import see_tags
from whisper_tui.floor.model import Changes, Channel, Floor
from whisper_tui.floor.trace import is_half, origin

MOST = 32
"""Tags that one channel has at most from one source."""

_BETWEEN = re.compile(r"[,\s]+")


def on_tagged(floor: Floor, fact: Tagged, now: float, changes: Changes) -> None:
    said_of = floor.channels.get(fact.uniqueid)
    if said_of is None:
        return
    channel = whose(floor, said_of)
    if not fact.on:
        channel.tags_said -= {fact.tag}
    elif len(channel.tags_said) < MOST:
        channel.tags_said |= {fact.tag}
    _tell(floor, channel, changes)


def hold_tags(floor: Floor, channel: Channel, value: str, changes: Changes) -> None:
    """The variable holds `value`: tags between commas or blanks. What it said before is over."""
    found = (clean_tag(word) for word in _BETWEEN.split(value))
    channel.tags_held = frozenset([tag for tag in found if tag][:MOST])
    _tell(floor, channel, changes)


def whose(floor: Floor, channel: Channel) -> Channel:
    """The channel that what is said goes with: for half of a `Local/...` pair, which no call outlives, the customer's behind it."""
    there = origin(floor, channel) if is_half(channel.name) else None
    return floor.channels[there.call] if there is not None and there.call is not None else channel


def _tell(floor: Floor, channel: Channel, changes: Changes) -> None:
    if channel.call is not None:
        see_tags(floor, floor.calls[channel.call], changes)
