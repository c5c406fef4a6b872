"""Whether people in a call speak, where the dialplan has talk detection on: ChannelTalkingStart, ChannelTalkingStop.

A stop comes after 2.5 s of silence (AMI.md, measured on 22.10.1), so that a call changes here now and then and not with every word.
"""

from __future__ import annotations

from whisper_tui.ami.events import TalkBegun, TalkEnded
from whisper_tui.floor.model import Call, Changes, Floor


def on_talk(floor: Floor, fact: TalkBegun | TalkEnded, now: float, changes: Changes) -> None:
    channel = floor.channels.get(fact.uniqueid)
    if channel is None:
        return
    channel.talks, channel.quiet_since = isinstance(fact, TalkBegun), now
    call = floor.calls.get(channel.call) if channel.call is not None else None
    if call is not None and channel.uniqueid in (call.key, call.agent_channel):
        see_silence(floor, call, changes)


def see_silence(floor: Floor, call: Call, changes: Changes) -> None:
    """A call is silent while neither its customer nor its agent speaks."""
    silent: float | None = None
    if call.agent_channel is not None:
        parties = floor.channels[call.key], floor.channels[call.agent_channel]
        if all(each.talks is False for each in parties):
            silent = max(each.quiet_since for each in parties)
    if silent != call.silent_since:
        call.silent_since = silent
        changes.calls.add(call.key)
