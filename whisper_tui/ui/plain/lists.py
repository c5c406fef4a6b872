"""Lists that are said: rows with numbers, a page at a time, and the one row that the person has chosen."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from whisper_tui.engine.rows import AgentRow, CallRow, QueueRow, SpyRow
from whisper_tui.ui.deeds import Deed, Kind
from whisper_tui.ui.desk import Desk
from whisper_tui.ui.logview import LogView
from whisper_tui.ui.plain import rows
from whisper_tui.ui.presses import Press
from whisper_tui.ui.views import View
from whisper_tui.ui.words import _, fill

PAGE = 20
"""Rows that are said at a time."""

FURTHEST = 1_000_000
"""More rows than a list has."""


class Lists:
    """One desk's lists.

    Args:
        say: says a line.
    """

    def __init__(self, desk: Desk, say: Callable[[str], None]) -> None:
        self._desk = desk
        self._say = say
        self._listed: tuple[View, list[Hashable]] = View.CALLS, []
        """The view and the keys of the rows that were said last."""
        self._more_from = 0
        self._chosen: Hashable | None = None
        """The row that the person chose."""

    def list_rows(self) -> None:
        """Say the list of the view, from its first row on."""
        desk = self._desk
        desk.list.resize(FURTHEST)
        self._listed = desk.view, [_key(row) for row in desk.list.window()]
        self._more_from = 0
        words = {
            View.CALLS: _("calls: {count}"),
            View.WAITING: _("waiting: {count}"),
            View.QUEUES: _("queues: {count}"),
            View.AGENTS: _("agents: {count}"),
            View.SESSIONS: _("listeners: {count}"),
        }
        self._say(fill(words.get(desk.view, "{count}"), {"count": str(len(self._listed[1]))}))
        self.page()

    def page(self) -> None:
        """Say the next rows of the list."""
        view, keys = self._listed
        begin = self._more_from
        self._more_from = min(len(keys), begin + PAGE)
        for number, key in enumerate(keys[begin : self._more_from], begin + 1):
            self._say(f"{number}. {self._row(view, key)}")
        if self._more_from < len(keys):
            self._say(fill(_("{count} more: type more"), {"count": str(len(keys) - self._more_from)}))
        elif begin >= len(keys):
            self._say(_("no more rows"))

    def say_chosen(self) -> None:
        """Say the row that is chosen."""
        desk = self._desk
        cursor = self._cursor
        if cursor is None or cursor != self._chosen:
            self._say(_("no row is chosen: go 1 chooses the first of the list"))
        else:
            self._say(fill(_("chosen: {row}"), {"row": self._row(desk.view, cursor)}))

    def _row(self, view: View, key: Hashable) -> str:
        desk = self._desk
        found: Sequence[object] = [
            each.rows[key]  # type: ignore[index]
            for each in ([desk.sheet] if view is View.CALLS else [desk.listings[view]] if view in desk.listings else [])
            if key in each.rows
        ]
        if not found:
            return _("gone")
        row = found[0]
        now = desk.moment.known(row.key.pbx if isinstance(row, CallRow) else row.pbx)  # type: ignore[attr-defined]
        match row:
            case CallRow():
                return rows.call(row, now, desk.limits_of(row))
            case QueueRow():
                return rows.queue(row, now, several=len(desk.links) > 1)
            case AgentRow():
                return rows.agent(row, now, desk.clock.wall())
            case SpyRow():
                return rows.session(row, desk.strip.mode, now)
        return ""

    def choose(self) -> None:
        """The person moved the desk's cursor by themselves: say where it stands now."""
        self._chosen = self._cursor
        self.say_chosen()

    def go(self, number: str) -> None:
        """Choose a row by its number; say which one is chosen where there is none."""
        desk, (view, keys) = self._desk, self._listed
        if not number:
            self.say_chosen()
        elif not number.isdecimal() or not 1 <= int(number) <= len(keys):
            self._say(fill(_("no row {number}: say a list first, such as calls"), {"number": number}))
        else:
            if desk.view is not view:
                desk.show(view)
            desk.list.go_to(keys[int(number) - 1])  # type: ignore[arg-type, union-attr]
            if self._cursor != keys[int(number) - 1]:
                self._say(fill(_("row {number} is gone"), {"number": number}))
                return
            self._chosen = self._cursor
            self.say_chosen()

    def filter(self, text: str) -> None:
        """Show what passes `text` alone."""
        desk = self._desk
        desk.type_filter()
        desk.line.open("")
        desk.line.paste(text)
        desk.line.press(Press("enter", None, desk.clock.monotonic()))
        self.list_rows()

    @property
    def _cursor(self) -> Hashable | None:
        """The key of the row under the desk's cursor, which nobody sees here."""
        shown = self._desk.list
        return None if isinstance(shown, LogView) else shown.cursor

    def wants_row(self, deed: Deed) -> bool:
        """Tell whether a deed would be done to a row that nobody has chosen: no cursor is seen here."""
        if deed.kind is not Kind.SPEAK or not deed.of_row:
            return False
        desk = self._desk
        row = desk.under_cursor[0]
        heard = desk.strip.call is not None and (row is None or row.key == desk.strip.call)
        return not heard and self._cursor is not None and self._cursor != self._chosen


def _key(row: object) -> Hashable:
    """The key of a row, as its list has it."""
    match row:
        case CallRow(key=key):
            return key
        case QueueRow(pbx=pbx, queue=queue):
            return pbx, queue
        case AgentRow(pbx=pbx, device=device):
            return pbx, device
        case SpyRow(pbx=pbx, spyer=spyer):
            return pbx, spyer
    return row
