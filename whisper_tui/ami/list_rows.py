"""What Asterisk answers when it is asked for a list, row by row; a whole list is an `events.Listed`.

Field facts: AMI.md Q6, measured on Asterisk 22.10.1 and 16.28.
"""

from __future__ import annotations

from whisper_tui.ami.events import Fact
from whisper_tui.terms import Uniqueid


class QueueRow(Fact, frozen=True, gc=False):
    """QueueParams. `service_level` in seconds, `performance` in percent."""

    queue: str
    strategy: str
    calls: int
    hold_time: int
    talk_time: int
    completed: int
    abandoned: int
    service_level: int
    performance: float
    weight: int


class WaitingRow(Fact, frozen=True, gc=False):
    """QueueEntry; `wait` in seconds, `priority` the caller's true queue priority."""

    queue: str
    uniqueid: Uniqueid
    channel: str
    position: int
    number: str
    name: str
    wait: int
    priority: int


class ChannelRow(Fact, frozen=True, gc=False):
    """CoreShowChannel; `duration` in seconds is the channel's age, not talk time."""

    uniqueid: Uniqueid
    linkedid: Uniqueid
    channel: str
    state: int
    number: str
    name: str
    connected_number: str
    connected_name: str
    context: str
    exten: str
    application: str
    application_data: str
    duration: int
    bridge: str


class StatusRow(Fact, frozen=True, gc=False):
    """Status of one channel; `variables` as asked for, `(null)` is ""; `seconds` since it was answered."""

    uniqueid: Uniqueid
    linkedid: Uniqueid
    channel: str
    state: int
    bridge: str
    application: str
    application_data: str
    seconds: int
    variables: tuple[tuple[str, str], ...]


class BridgeMemberRow(Fact, frozen=True, gc=False):
    """BridgeInfoChannel."""

    uniqueid: Uniqueid
    linkedid: Uniqueid
    channel: str
