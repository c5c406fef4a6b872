"""What the person reads in the session log: asked for by a key and never by itself, for each look is noted."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from whisper_tui.audit.recordings import has_gap
from whisper_tui.audit.sessions import Acted, Raised, Session, Spying
from whisper_tui.clock import Clock
from whisper_tui.engine.backend import Backend, ViewChanges
from whisper_tui.supervision.intents import Refused
from whisper_tui.terms import CallKey, Notice, Pbx, SessionId, Uniqueid
from whisper_tui.ui import logquery
from whisper_tui.ui.filterline import FilterLine
from whisper_tui.ui.logquery import Query
from whisper_tui.ui.shell import Shell
from whisper_tui.ui.story import recording_file, recording_link
from whisper_tui.ui.told import Told
from whisper_tui.ui.views import View
from whisper_tui.ui.words import keyed


class LogReader(Told):
    """One console's look into the log."""

    def __init__(self, backend: Backend, clock: Clock, shell: Shell) -> None:
        super().__init__(backend, clock, shell)
        self.log_line = FilterLine(lambda _text: None, self.look_for)
        self._asked: set[asyncio.Task[None]] = set()
        self._looks = self._opens = 0

    @property
    def line(self) -> FilterLine:
        return self.log_line if self.view is View.LOG else super().line

    def show(self, view: View) -> None:
        super().show(view)
        if view is View.LOG:
            self.log.close()
            self._look(self.log.query)

    def take(self, changes: ViewChanges) -> None:
        super().take(changes)
        if changes.anew:
            self._looks += 1  # what is on its way was decided before
            self._opens += 1
            self.log.reading = False
            self.log.forget(keyed(Notice("log.anew"), self.keys))

    def look_for(self, text: str) -> None:
        """Look for what was typed."""
        query = logquery.parse(text)
        if query.wrong is not None:
            self.say(query.wrong)
            self.log_line.open(text)
        else:
            self.log.close()
            self._look(query)

    def type_filter(self) -> None:
        if self.view is View.LOG:
            self.uncover()
            self.log_line.open(self.log.query.text)
        else:
            super().type_filter()

    def open(self) -> None:
        if self.keys_top is not None or self.view is not View.LOG:
            super().open()
        elif self.log.open is not None:
            self._go_to_call()
        elif (session := self.log.session) is not None:
            self._run(self._open_entry(SessionId(session.ident)))

    def agents_day(self) -> None:
        """Look for everything of the agent under the cursor on that day."""
        match self.log.session or self.log.current:
            case Session(agent=agent, began=at) | Spying(agent=agent, began=at) if agent:
                self.look_for(logquery.of_agent(agent, at))
            case Raised(agent=agent, at=at) | Acted(agent=agent, at=at) if agent:
                self.look_for(logquery.of_agent(agent, at))
            case _:
                self.say(Notice("log.no_agent"))

    def copy_id(self) -> None:
        """Bring the id of what is under the cursor into the terminal's clipboard."""
        self.copy(self._ident() or Notice("copy.nothing"))

    def copy_recording(self) -> None:
        """Bring the name of the recording's file there, of the session that is open."""
        self.copy(self._recording())

    def copy_recording_link(self) -> None:
        """The same with the address at which it can be heard."""
        file = self._recording()
        if isinstance(file, str):
            self.copy(recording_link(self.log.recordings, file) or Notice("copy.no_address"))
        else:
            self.copy(file)

    def copy(self, text: str | Notice) -> None:
        """Bring `text` into the terminal's clipboard, or say why there is none."""
        if isinstance(text, Notice):
            self.say(text)
        else:
            self.shell.copy(text)
            self.say(Notice("copy.done", {"text": text}))

    def _recording(self) -> str | Notice:
        """The recording's file of the session that is open, or why it cannot be copied."""
        if self.log.open is None:
            return Notice("copy.open_first")
        file = recording_file(self.log.open.named)
        if not file:
            return Notice("copy.no_recording")
        return Notice("copy.hidden") if has_gap(file) else file

    def _ident(self) -> str:
        match self.view:
            case View.CALLS:
                row, gone = self.under_cursor
                call = row or gone
                return call.key.uniqueid if call is not None else ""
            case View.AGENTS | View.SESSIONS | View.QUEUES:
                cursor = self.listings[self.view].cursor
                return str(cursor[1]) if cursor is not None else ""
            case View.WAITING:
                return self.waiting.cursor.uniqueid if self.waiting.cursor is not None else ""
            case View.LOG:
                return self.log.session.ident if self.log.session is not None else ""

    def _look(self, query: Query) -> None:
        self.log.reading = True
        self._looks += 1
        self._opens += 1
        self._run(self._find(query, self._looks))

    async def _find(self, query: Query, look: int) -> None:
        found = await self.backend.log(query.chosen)
        if look != self._looks:
            return  # something else is looked for by now
        self.log.reading = False
        if isinstance(found, Refused):
            self.log.forget(found.why)
            self.say(found.why)
        else:
            self.log.take(query, found)
        self.shell.paint_console()

    async def _open_entry(self, ident: SessionId) -> None:
        self._opens += 1
        opening = self._opens
        found = await self.backend.log_entry(ident)
        if opening != self._opens:
            return  # something else is looked for, or opened, by now
        if isinstance(found, Refused):
            self.say(found.why)
        elif self.view is View.LOG:
            self.log.open, self.log.top_of_open = found, 0
        self.shell.paint_console()

    def _go_to_call(self) -> None:
        """From a session to its call, where that still goes on and is shown."""
        entry = self.log.open
        calls = [row.record.call for row in entry.rows if row.record.call is not None] if entry is not None else []
        key = CallKey(Pbx(calls[0].pbx), Uniqueid(calls[0].customer)) if calls else None
        if key is None or key not in self.calls:
            self.say(Notice("log.call_over"))
            return
        self.go_to_call(key)

    def _run(self, deed: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(deed)
        self._asked.add(task)  # the loop itself holds tasks but weakly
        task.add_done_callback(self._asked.discard)
