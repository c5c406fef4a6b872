"""Channel variables that rules look at, as lists tell them; no event of ours does (VarSet needs read class dialplan).

Measured on Asterisk 22.10.1 and 16.28: Status tells at most 511 bytes of a value, a global variable of the name stands in for one
that the channel lacks, and names are told apart by case.
"""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.ami.text import clean
from whisper_tui.floor.calls import CONNECTED
from whisper_tui.floor.model import Call, Changes, Channel, Floor, Standing
from whisper_tui.terms import Uniqueid

LONGEST = 512
"""Terminal cells of a value that are kept: all that Status tells, for a tag behind the end of a list would be none."""


def watch(floor: Floor, names: frozenset[str]) -> None:
    """Keep what these variables hold from now on, and forget what others held: no rule looks at them any more."""
    grew = not names <= floor.watched
    floor.watched = names
    for channel in floor.channels.values():
        channel.variables = tuple(pair for pair in channel.variables if pair[0] in names)
        if grew:
            channel.read_in = None


def hold_variables(floor: Floor, channel: Channel, told: Mapping[str, str], changes: Changes) -> None:
    """A list told what variables of `channel` hold now, "" for nothing; one that it did not tell is as it was."""
    if floor.watched.isdisjoint(told):
        return
    held = dict(channel.variables)
    held.update((name, clean(value, LONGEST)) for name, value in told.items() if name in floor.watched)
    now = tuple(sorted(pair for pair in held.items() if pair[1]))
    if now != channel.variables:
        channel.variables = now
        if channel.call is not None:
            changes.calls.add(channel.call)


def note_read(floor: Floor, channel: Channel, changes: Changes) -> None:
    """A list has just told all that is kept of this channel's variables."""
    call = floor.calls.get(channel.call) if channel.call is not None else None
    if call is not None and channel.read_in is None:
        changes.calls.add(call.key)
    channel.read_in = standing(call) if call is not None else None


def is_read(floor: Floor, call: Call) -> bool:
    """Whether a list has told the variables of the customer's channel since it has a call: before, nothing can be said of them."""
    return floor.channels[call.key].read_in is not None


def standing(call: Call) -> Standing:
    """Where the call stands as far as a dialplan may have set other variables since."""
    return Standing(call.key, call.queue, call.agent_channel if call.state in CONNECTED else None)


def unread(floor: Floor, call: Uniqueid) -> list[Uniqueid]:
    """The customer's channel and that of an agent who talks, where no list has told their variables since the call stands so."""
    found = floor.calls.get(call) if floor.variables_read else None
    if found is None:
        return []
    now = standing(found)
    there = [each for each in (now.call, now.agent) if each is not None]
    return [each for each in there if not _is_of(floor.channels[each].read_in, now)]


def _is_of(read: Standing | None, now: Standing) -> bool:
    """Whether what was read is of where the call stands now; that an agent is gone sets no variable."""
    return read is not None and read[:2] == now[:2] and now.agent in (None, read.agent)
