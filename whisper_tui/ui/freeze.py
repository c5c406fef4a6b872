"""The lists standing still: what they show is old on purpose, and what has changed since is kept back. Pure.

What may be seen no longer goes at once, and so does a number that may be seen no longer as it was, with all that is shown to
those alone who see it whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeVar

from msgspec.structs import replace

from whisper_tui.engine.backend import ViewChanges
from whisper_tui.engine.rows import AgentKey, AgentRow, CallRow, HandRow, QueueRow, SpyKey, SpyRow
from whisper_tui.terms import CallKey, Notice, Pbx
from whisper_tui.ui import present
from whisper_tui.ui.lines import waits
from whisper_tui.ui.moment import Moment

Key = TypeVar("Key")
Row = TypeVar("Row", AgentRow, SpyRow, QueueRow)


class Rows(Mapping[CallKey, CallRow]):
    """The calls as they are now: those that a list shows, with what was kept back."""

    def __init__(self, shown: Mapping[CallKey, CallRow], kept: Mapping[CallKey, CallRow | None]) -> None:
        self._shown = shown
        self._kept = kept

    def __getitem__(self, key: CallKey) -> CallRow:
        row = self._kept[key] if key in self._kept else self._shown[key]
        if row is None:
            raise KeyError(key)
        return row

    def __iter__(self) -> Iterator[CallKey]:
        yield from (key for key in self._shown if key not in self._kept)
        yield from (key for key, row in self._kept.items() if row is not None)

    def __len__(self) -> int:
        change = sum((row is not None) - (key in self._shown) for key, row in self._kept.items())
        return len(self._shown) + change


class Picture:
    """The lists as they stood when somebody froze them.

    Args:
        calls, agents, spies, queues: the rows that the lists go on showing.
        now: the moment for which they show durations.
    """

    def __init__(
        self,
        calls: Mapping[CallKey, CallRow],
        agents: Mapping[AgentKey, AgentRow],
        spies: Mapping[SpyKey, SpyRow],
        queues: Mapping[tuple[Pbx, str], QueueRow],
        now: float,
    ) -> None:
        self.now = now
        self._shown = calls
        self._agents_shown, self._spies_shown, self._queues_shown = agents, spies, queues
        self._calls: dict[CallKey, CallRow | None] = {}
        self._agents: dict[AgentKey, AgentRow | None] = {}
        self._spies: dict[SpyKey, SpyRow | None] = {}
        self._queues: dict[tuple[Pbx, str], QueueRow | None] = {}
        self.calls = Rows(calls, self._calls)

    def keep(self, changes: ViewChanges) -> ViewChanges:
        """Keep `changes` back; return what the lists have to show of it all the same."""
        at_once: dict[CallKey, CallRow | None] = {}
        for key, row in changes.calls.items():
            shown = self._shown.get(key)
            if key in changes.hidden:
                self._calls.pop(key, None)
                at_once[key] = None
            elif row == shown or (row is None and shown is None):
                self._calls.pop(key, None)
            else:
                self._calls[key] = row
                if row is not None and shown is not None and (veiled := _call_as(shown, row)) != shown:
                    at_once[key] = veiled
        return ViewChanges(
            calls=at_once,
            hidden=changes.hidden,
            agents=_keep(self._agents, self._agents_shown, changes.agents, _agent_as),
            spies=_keep(self._spies, self._spies_shown, changes.spies, _spy_as),
            queues=_keep(self._queues, self._queues_shown, changes.queues, lambda shown, _now: shown),
        )

    def kept(self) -> ViewChanges:
        """Return all that was kept back."""
        return ViewChanges(calls=self._calls, agents=self._agents, spies=self._spies, queues=self._queues)

    def agent(self, row: AgentRow) -> AgentRow:
        """Return an agent that is shown as they are now; who is gone is not shown any more."""
        return self._agents.get((row.pbx, row.device)) or row

    def spy(self, row: SpyRow) -> SpyRow:
        """As `agent`."""
        return self._spies.get((row.pbx, row.spyer)) or row

    def moment(self, moment: Moment) -> Moment:
        """Return the moment that the lists show durations for, where it is `moment` now."""
        silent = {pbx: min(since, self.now) for pbx, since in moment.silent_since.items()}
        return Moment(self.now, silent)

    @property
    def changed(self) -> int:
        """How many calls are not as they are shown."""
        return len(self._calls)

    @property
    def waiting_changed(self) -> int:
        """Of these the ones that wait, or that are shown as if they did."""
        return sum(1 for key, row in self._calls.items() if waits(row) or waits(self._shown.get(key)))

    @property
    def agents_changed(self) -> int:
        return len(self._agents)

    @property
    def spies_changed(self) -> int:
        return len(self._spies)

    @property
    def queues_changed(self) -> int:
        return len(self._queues)


def moved(shown: CallRow, now: CallRow) -> Notice | None:
    """Return why a key that is meant for the call as `shown` must not reach it as it is `now`, None where it may."""
    if (shown.agent_device, shown.queue) == (now.agent_device, now.queue):
        return None
    return Notice("freeze.moved", {"shown": present.head(shown), "now": present.head(now)})


def _call_as(shown: CallRow, now: CallRow) -> CallRow:
    """Return a call as it was shown, as far as the profile lets that be seen `now`."""
    told = {fact.name for fact in now.facts}
    return replace(
        shown,
        caller=now.caller,
        caller_name=now.caller_name,
        facts=tuple(fact for fact in shown.facts if fact.name in told),
        hand=_hand_as(shown.hand, now.hand),
    )


def _agent_as(shown: AgentRow, now: AgentRow) -> AgentRow:
    return replace(shown, hand=_hand_as(shown.hand, now.hand))


def _spy_as(shown: SpyRow, now: SpyRow) -> SpyRow:
    """Of another call than the one that is shown nobody knows how its number may be seen now."""
    return replace(shown, caller=now.caller if shown.call == now.call else "")


def _hand_as(shown: HandRow | None, now: HandRow | None) -> HandRow | None:
    """What an agent said with a hand may hold a number: it is shown as it may be now, and of a hand that is down not at all."""
    if shown is None:
        return None
    return replace(shown, text=now.text if now is not None and now.since == shown.since else "")


def _keep(
    kept: dict[Key, Row | None],
    shown: Mapping[Key, Row],
    changes: Mapping[Key, Row | None],
    veiled: Callable[[Row, Row], Row],
) -> dict[Key, Row | None]:
    """Keep changed rows back; return those that are gone, or may be seen no longer, or not as they are shown."""
    at_once: dict[Key, Row | None] = {}
    for key, row in changes.items():
        was = shown.get(key)
        if row is None or row == was:
            kept.pop(key, None)
        else:
            kept[key] = row
        if row is None:
            at_once[key] = None
        elif was is not None and (seen := veiled(was, row)) != was:
            at_once[key] = seen
    return at_once
