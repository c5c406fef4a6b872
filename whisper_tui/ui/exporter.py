"""A view written to a file: the name is asked for, the profile and the log come first, and no file is ever written over."""

from __future__ import annotations

import asyncio
import time
from os.path import lexists

from msgspec.structs import replace

from whisper_tui.config import paths
from whisper_tui.errors import WhisperError
from whisper_tui.supervision.intents import Export, Intent, Refused
from whisper_tui.terms import Notice
from whisper_tui.ui import exporting, spreadsheet
from whisper_tui.ui.exporting import Naming, Table
from whisper_tui.ui.scorer import Scorer
from whisper_tui.ui.views import View


class Exporter(Scorer):
    """One console's files."""

    def export(self) -> None:
        """Ask for the name of the file."""
        self._expects_typing()
        if self._keeps_back():
            return
        if self.scoring is not None or self.view is View.LOG:
            self.say(Notice("score.open" if self.scoring is not None else "export.log"))
            return
        intent, _table = self._shown_now("")
        if (why := self._refusal(intent)) is not None:
            self._refuse(intent, why)
            return
        try:
            folder = str(paths.state_dir())
        except WhisperError as trouble:
            self.say(Notice("export.failed", {"path": trouble.where, "why": trouble.what}))
            return
        name = f"{self.view.value}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(self.wall))}.csv"
        asked = Naming(intent, folder, name)
        self._open(asked, lambda _sight: asked)

    def why_not_export(self) -> Notice | None:
        """Why nothing here may be exported, whatever the rows."""
        if self.view is View.LOG:
            return Notice("export.log")
        return self._refusal(Export(self.view.value, "", 0))

    async def _tell(self, intent: Intent) -> None:
        if not isinstance(intent, Export):
            await super()._tell(intent)
            return
        intent, table = self._shown_now(intent.path)
        if await asyncio.to_thread(lexists, intent.path):
            self.say(Notice("export.exists", {"path": intent.path}))
        elif isinstance(answer := await self.backend.ask(intent), Refused):
            self._say_refused(intent, answer.why)
        else:
            self.say(await asyncio.to_thread(_written, intent.path, table))
        self.shell.paint_console()

    def _shown_now(self, path: str) -> tuple[Export, Table]:
        """What would be exported, of which rows, and as what."""
        moment = self.moment_shown
        intent = Export(self.view.value, path, 0)
        match self.view:
            case View.AGENTS:
                agents = self.crew.in_order()
                table = exporting.of_agents(agents, moment, self.wall - (self.now - moment.now))
                intent = replace(intent, agents=tuple((row.pbx, row.device) for row in agents))
            case View.QUEUES:
                queues = self.queue_rows.in_order()
                table = exporting.of_queues(queues, moment)
                intent = replace(intent, queues=tuple((row.pbx, row.queue) for row in queues))
            case View.SESSIONS:
                spies = self.roll.in_order()
                table = exporting.of_spies(spies, self.mine, moment)
                intent = replace(intent, calls=tuple(row.call for row in spies if row.call is not None))
            case View.WAITING | View.CALLS | View.LOG:
                calls = self.waiting.in_order() if self.view is View.WAITING else self.sheet.in_order()
                table = exporting.of_calls(calls, moment)
                intent = replace(intent, calls=tuple(row.key for row in calls))
        return replace(intent, rows=len(table.rows)), table


def _written(path: str, table: Table) -> Notice:
    """Write it, and say what came of it."""
    try:
        spreadsheet.write(path, table.titles, table.rows)
    except FileExistsError:
        return Notice("export.exists", {"path": path})
    except OSError as error:
        return Notice("export.failed", {"path": path, "why": error.strerror or str(error)})
    return Notice("export.done", {"path": path, "count": str(len(table.rows))})
