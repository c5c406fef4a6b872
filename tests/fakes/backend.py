"""A Backend that a test feeds: what the floor is, what changes, what is refused; it records what was asked."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from msgspec.structs import replace

from tests.fakes.rows import PBX, floor
from whisper_tui.engine.backend import FloorView, Person, StripView, ViewChanges
from whisper_tui.engine.reading import Filter, LogEntry, LogPage
from whisper_tui.engine.rows import TraceRow
from whisper_tui.supervision.intents import Answer, Done, Draw, Intent, Loud, Refused
from whisper_tui.terms import CallKey, Notice, SessionId


class FakeBackend:
    """Says what it was told to say.

    Args:
        view: the floor at the start.
        person: whose console it is.
    """

    def __init__(self, view: FloorView | None = None, person: Person | None = None) -> None:
        self._view = view or floor()
        self._person = person or Person("ana", "red-leads", "PJSIP/2001", enforced=True)
        self._listeners: list[Callable[[ViewChanges], None]] = []
        self.asked: list[Intent] = []
        self.dim: list[tuple[Intent, Notice]] = []
        self.beats = 0
        self.refusals: dict[type, Notice] = {Draw: Notice("draw.chosen")}
        """Why intents of a type are refused beforehand. Nothing is drawn unless a test lets it."""
        self.forbidden: dict[CallKey, Notice] = {}
        """Why nothing may be done with a call."""
        self.reasons: dict[type, str] = {}
        """Intents of which types need a reason, and the codes of which it is one."""
        self.glass: Notice | None = Notice("denied.reason", {"codes": "complaint, emergency"})
        """Why glass is not broken without a reason."""
        self.page: LogPage | Refused = LogPage(())
        """What is found in the log."""
        self.entries: dict[SessionId, LogEntry] = {}
        self.looked: list[Filter] = []
        self.traced: tuple[TraceRow, ...] | Notice = ()
        self.answer: Answer | asyncio.Future[Answer] = Done()
        """What `ask` returns; a future: not before it is set."""

    @property
    def person(self) -> Person:
        return self._person

    def view(self) -> FloorView:
        return self._view

    def subscribe(self, listener: Callable[[ViewChanges], None]) -> Callable[[], None]:
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def why_not(self, intent: Intent) -> Notice | None:
        if isinstance(intent, Loud) and intent.call in self.forbidden:
            return self.forbidden[intent.call]
        if isinstance(intent, Loud) and intent.glass:
            return None if intent.reason else self.glass
        codes = self.reasons.get(type(intent))
        if codes is not None and isinstance(intent, Loud | Draw) and not intent.reason:
            return Notice("denied.reason", {"codes": codes})
        return self.refusals.get(type(intent))

    async def ask(self, intent: Intent) -> Answer:
        self.asked.append(intent)
        return await self.answer if isinstance(self.answer, asyncio.Future) else self.answer

    async def log(self, chosen: Filter) -> LogPage | Refused:
        self.looked.append(chosen)
        return self.page

    async def log_entry(self, session: SessionId) -> LogEntry | Refused:
        return self.entries.get(session, Refused(Notice("log.no_session")))

    def trace(self) -> Sequence[TraceRow] | Notice:
        return self.traced

    def beat(self) -> None:
        self.beats += 1

    def note_dim(self, intent: Intent, why: Notice) -> None:
        self.dim.append((intent, why))

    def push(self, changes: ViewChanges) -> None:
        """Let `changes` happen."""
        view = self._view
        calls = {**view.calls, **changes.calls}
        queues = {**view.queues, **changes.queues}
        spies = {**view.spies, **changes.spies}
        petitions = {**view.petitions, **changes.petitions}
        glass = {**view.glass, **changes.glass}
        agents = {**view.agents, **changes.agents}
        self._view = FloorView(
            calls={key: row for key, row in calls.items() if row is not None},
            queues={key: row for key, row in queues.items() if row is not None},
            links={**view.links, **changes.links},
            strip=changes.strip or view.strip,
            banners=view.banners if changes.banners is None else changes.banners,
            spies={key: row for key, row in spies.items() if row is not None},
            petitions={key: row for key, row in petitions.items() if row is not None},
            glass={key: row for key, row in glass.items() if row is not None},
            agents={key: row for key, row in agents.items() if row is not None},
        )
        for listener in list(self._listeners):
            listener(changes)

    def push_strip(self, **fields: object) -> None:
        """Let the strip change in `fields`."""
        strip: StripView = replace(self._view.strip, **fields)  # type: ignore[arg-type]
        self.push(ViewChanges(strip=strip))


__all__ = ["PBX", "FakeBackend"]
