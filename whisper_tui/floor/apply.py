"""The floor as a state machine: one fact in, what changed out.

What is not in MOVES changes nothing here. Total: any facts in any order leave the floor consistent, and a set of lists
afterwards (`seed.py`) makes it true again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias, TypeVar, cast

from whisper_tui.ami import events as facts
from whisper_tui.ami.events import Fact
from whisper_tui.floor import bridges, calls, channels, members, queues, said, seed, spies, tags, talk
from whisper_tui.floor.model import Changes, Floor

F = TypeVar("F", bound=Fact)
Move: TypeAlias = Callable[[Floor, Fact, float, Changes], None]


def apply(floor: Floor, fact: Fact, now: float, changes: Changes) -> None:
    """Take `fact` over into `floor` and note in `changes` what is different.

    Args:
        now: seconds of the monotonic clock at which the fact arrived.
    """
    move = MOVES.get(type(fact))
    if move is not None:
        move(floor, fact, now, changes)


def _reread(floor: Floor, fact: facts.Reloaded | facts.Malformed, now: float, changes: Changes) -> None:
    changes.reread = True


def _move(kind: type[F], how: Callable[[Floor, F, float, Changes], None]) -> tuple[type[Fact], Move]:
    return kind, cast(Move, how)


MOVES: dict[type[Fact], Move] = dict(
    (
        _move(facts.ChannelNew, channels.on_new),
        _move(facts.ChannelStateChanged, channels.on_state),
        _move(facts.ChannelCaller, channels.on_caller),
        _move(facts.ChannelGone, channels.on_gone),
        _move(facts.BridgeEntered, bridges.on_entered),
        _move(facts.BridgeLeft, bridges.on_left),
        _move(facts.BridgeGone, bridges.on_bridge_gone),
        _move(facts.DialBegun, channels.on_dial),
        _move(facts.DialEnded, channels.on_dial_end),
        _move(facts.Held, bridges.on_held),
        _move(facts.Unheld, bridges.on_unheld),
        _move(facts.RecordingStarted, channels.on_recording),
        _move(facts.RecordingStopped, channels.on_recording_stopped),
        _move(facts.RecordingMuted, channels.on_recording_muted),
        _move(facts.SpyStarted, spies.on_spy),
        _move(facts.SpyStopped, spies.on_spy_stopped),
        _move(facts.DigitEnded, spies.on_digit),
        _move(facts.Tagged, tags.on_tagged),
        _move(facts.TalkBegun, talk.on_talk),
        _move(facts.TalkEnded, talk.on_talk),
        _move(facts.UserSaid, said.on_said),
        _move(facts.QueueJoined, queues.on_joined),
        _move(facts.QueueLeft, queues.on_left),
        _move(facts.QueueAbandoned, queues.on_abandoned),
        _move(facts.AgentCalled, queues.on_called),
        _move(facts.AgentConnected, queues.on_connected),
        _move(facts.AgentCompleted, queues.on_completed),
        _move(facts.AgentRangOut, queues.on_rang_out),
        _move(facts.BlindTransferred, queues.on_transferred),
        _move(facts.AgentKeyPressed, calls.on_declined),
        _move(facts.MemberChanged, members.on_member),
        _move(facts.MemberRemoved, members.on_member_removed),
        _move(facts.DeviceChanged, members.on_device),
        _move(facts.Listed, seed.on_listed),
        _move(facts.Reloaded, _reread),
        _move(facts.Malformed, _reread),
    )
)
"""Fact -> what it does to the floor. Who talks with whom after a transfer, leaving and entering bridges tells (AMI.md Q4)."""
