"""What one supervisor is shown: the rows that their profile lets them see, and what of it has changed since the last look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct, field

from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.line import Line
from whisper_tui.engine.rows import AgentKey, AgentRow, CallRow, QueueRow, SpyKey, SpyRow
from whisper_tui.engine.views import Sight
from whisper_tui.floor.model import Changes
from whisper_tui.terms import CallKey, Pbx, Uniqueid

Key = TypeVar("Key")
Row = TypeVar("Row")


class Shown(Struct):
    """The rows as they were told last; `mine` is the leg of this person, None without one."""

    sight: Sight
    calls: dict[CallKey, CallRow] = field(default_factory=dict)
    queues: dict[tuple[Pbx, str], QueueRow] = field(default_factory=dict)
    spies: dict[SpyKey, SpyRow] = field(default_factory=dict)
    agents: dict[AgentKey, AgentRow] = field(default_factory=dict)

    def changed(
        self, line: Line, changes: Changes, touched: Iterable[Uniqueid], mine: Uniqueid | None
    ) -> ViewChanges | None:
        """Return what is different on `line`, looking again at what changed (`touched`: calls to draw anew); None: nothing is."""
        calls: dict[CallKey, CallRow | None] = {}
        devices = set(changes.agents)
        for uniqueid in touched:
            call = line.floor.calls.get(uniqueid)
            if call is not None and call.agent:
                devices.add(call.agent)
            row = self.sight.call(line, call, mine) if call is not None else None
            _note(self.calls, calls, CallKey(line.pbx, uniqueid), row)
        queues: dict[tuple[Pbx, str], QueueRow | None] = {}
        for name in changes.queues:
            _note(self.queues, queues, (line.pbx, name), self.sight.queue(line, name))
        spies: dict[SpyKey, SpyRow | None] = {}
        for spyer in self._moved(line, changes, calls):
            spy = line.floor.spies.get(spyer)
            row_of_spy = self.sight.spy(line, spy, mine) if spy is not None else None
            _note(self.spies, spies, (line.pbx, spyer), row_of_spy)
        agents: dict[AgentKey, AgentRow | None] = {}
        for device in devices:
            _note(self.agents, agents, (line.pbx, device), self.sight.agent(line, device))
        _merge(self.calls, calls)
        _merge(self.queues, queues)
        _merge(self.spies, spies)
        _merge(self.agents, agents)
        if not (calls or queues or spies or agents):
            return None
        hidden = frozenset(
            key
            for key, row in calls.items()
            # What was shown with its whole number for a while must not stay on the screen as the call that ended.
            if row is None and (key.uniqueid in line.floor.calls or key in self.sight.revealed)
        )
        return ViewChanges(calls=calls, hidden=hidden, queues=queues, spies=spies, agents=agents)

    def everything(self, line: Line, mine: Uniqueid | None) -> ViewChanges | None:
        """The same, looking again at all of `line`: another profile, or another hour."""
        calls = line.floor.calls.keys() | {key.uniqueid for key in self.calls if key.pbx == line.pbx}
        changes = Changes(
            queues=line.floor.queues.keys() | {name for pbx, name in self.queues if pbx == line.pbx},
            spies=line.floor.spies.keys() | {spyer for pbx, spyer in self.spies if pbx == line.pbx},
            agents=line.floor.agents.keys() | {device for pbx, device in self.agents if pbx == line.pbx},
        )
        return self.changed(line, changes, calls, mine)

    def _moved(self, line: Line, changes: Changes, calls: Mapping[CallKey, CallRow | None]) -> set[Uniqueid]:
        """The spies that changed, and those on calls that came into sight, changed or went."""
        moved = set(changes.spies)
        if line.floor.spies or self.spies:
            moved.update(spyer for pbx, spyer in self.spies if pbx == line.pbx and self.spies[pbx, spyer].call in calls)
            moved.update(line.floor.spies if calls else ())
        return moved


def differences(before: Mapping[Key, Row], now: Mapping[Key, Row]) -> dict[Key, Row | None]:
    """What is to be told of rows that were all looked up anew."""
    gone: dict[Key, Row | None] = dict.fromkeys(before.keys() - now.keys())
    return gone | {key: row for key, row in now.items() if row != before.get(key)}


def _note(rows: Mapping[Key, Row], changes: dict[Key, Row | None], key: Key, row: Row | None) -> None:
    if row != rows.get(key):
        changes[key] = row


def _merge(rows: dict[Key, Row], changes: Mapping[Key, Row | None]) -> None:
    for key, row in changes.items():
        if row is None:
            rows.pop(key, None)
        else:
            rows[key] = row
