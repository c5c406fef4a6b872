"""Floors to compare: what two of them must have in common."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from whisper_tui.ami.events import Fact
from whisper_tui.ami.stream import Recorded
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Call, Changes, Floor
from whisper_tui.simulator.renaming import Numbers, Renaming
from whisper_tui.simulator.stories import Story
from whisper_tui.terms import CallState, Pbx

_UP = (CallState.TALKING, CallState.HELD)


class Listener:
    """Facts to a floor, as a console takes them."""

    def __init__(self, now: float = 0.0) -> None:
        self.floor = Floor(Pbx("listened"))
        self.facts: list[Fact] = []
        self._now = now
        self._stream = Recorded(self._take, lambda answer: None, self._fail)

    def feed(self, raw: bytes) -> None:
        self._stream.feed(raw)

    def _take(self, fact: Fact) -> None:
        self.facts.append(fact)
        apply(self.floor, fact, self._now, Changes())

    def _fail(self, trouble: Exception) -> None:
        raise trouble


def floor_at(capture: Path, second: float, numbers: Numbers) -> Floor:
    """The floor of a recording at that second, under names of its own."""
    listener = Listener()
    rename = Renaming(numbers, 0, lambda: 1.0)
    with Story(capture, until=second) as story:
        for told in story.messages():
            if b"DTMF" not in told.raw:
                listener.feed(rename(told.raw))
    return listener.floor


def shape(floor: Floor) -> dict[str, Any]:
    """Everything about a floor but its times."""
    return {
        **calls_of(floor, [(one, one.state) for one in floor.calls.values()]),
        "channels": {
            (one.uniqueid, one.name, one.state, one.bridge, one.number, one.caller_name)
            for one in floor.channels.values()
        },
        "members": {
            (
                q.name,
                m.interface,
                m.name,
                m.status,
                m.in_call,
                m.paused,
                m.reason,
                m.penalty,
                m.calls_taken,
                m.last_call,
            )
            for q in floor.queues.values()
            for m in q.members.values()
        },
        "counts": {(q.name, q.completed, q.abandoned, q.talking) for q in floor.queues.values()},
        "spies": {(one.spyer, one.spyee) for one in floor.spies.values()},
        "devices": floor.devices,
    }


def seen_late(floor: Floor) -> dict[str, Any]:
    """The same, as far as lists can tell it: who was put on hold by a customer they do not."""
    said = shape(floor)
    talking = [(one, CallState.TALKING if one.state in _UP else one.state) for one in floor.calls.values()]
    return {**said, **calls_of(floor, talking)}


def calls_of(floor: Floor, calls: list[tuple[Call, CallState]]) -> dict[str, Any]:
    """Calls, lines and bridges."""
    return {
        "calls": {
            (one.key, one.queue, state, one.agent, one.agent_channel, frozenset(one.ringing), one.parties)
            for one, state in calls
        },
        "bridges": {ident: set(bridge.channels) for ident, bridge in floor.bridges.items()},
        "waiting": {name: [(w.uniqueid, w.position) for w in q.waiting.values()] for name, q in floor.queues.items()},
    }


def sketch(floor: Floor) -> Counter[tuple[str, str, CallState, str]]:
    """Who talks with whom and who waits where, without ids."""
    return Counter((one.number, one.queue, one.state, one.agent) for one in floor.calls.values())
