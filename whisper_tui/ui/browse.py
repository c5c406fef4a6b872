"""Where the person looks: the view, its cursor, the filter, and what lies on top of it. Nothing here reaches the PBX."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from whisper_tui.clock import Clock
from whisper_tui.engine.rows import AgentRow, CallRow
from whisper_tui.terms import CallKey, Notice
from whisper_tui.ui.crew import Crew
from whisper_tui.ui.filter import exactly
from whisper_tui.ui.filterline import FilterLine
from whisper_tui.ui.freeze import Picture, Rows, moved
from whisper_tui.ui.history import History
from whisper_tui.ui.lines import Queues, Waiting
from whisper_tui.ui.logview import FURTHEST, LogView
from whisper_tui.ui.roll import Roll
from whisper_tui.ui.saying import Saying
from whisper_tui.ui.scoring import ScoreSheet
from whisper_tui.ui.sheet import Sheet
from whisper_tui.ui.trace import TracePane
from whisper_tui.ui.tree import Tree
from whisper_tui.ui.views import ROUND, View

Lists: TypeAlias = Roll | Crew | Waiting | Queues


class Browse:
    """One console's lists."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.keys: Mapping[str, str] = {}
        """What a person presses, or in plain mode types, for each deed, by its name."""
        self.now = clock.monotonic()
        """The moment that the durations on the screen are shown for."""
        self.wall = clock.wall()
        """The time of day at that moment."""
        self.saying = Saying(clock)
        self.view = View.CALLS
        self.sheet = Sheet(self._agent_rests)
        self.roll = Roll()
        self.crew = Crew()
        self.waiting = Waiting()
        self.queue_rows = Queues()
        self.listings: dict[View, Lists] = {
            View.SESSIONS: self.roll,
            View.AGENTS: self.crew,
            View.WAITING: self.waiting,
            View.QUEUES: self.queue_rows,
        }
        """What stands in each view, but for the calls and the log."""
        history = History()
        self._filter_lines = {
            view: FilterLine(each.set_filter, history=history) for view, each in self.listings.items()
        }
        self.log = LogView()
        self.filter_line = FilterLine(lambda text: self.sheet.set_filter(text, self.shown_at), history=history)
        self._tree: Tree | None = None
        self.picture: Picture | None = None
        """The lists while they stand still."""
        self.trace: TracePane | None = None
        """What the PBXs were asked, None while that is closed."""
        self.detail_open = False
        self.keys_top: int | None = None
        """First line of the page of keys, None while it is closed."""
        self.scoring: ScoreSheet | None = None
        """The score sheet that is open, in place of the list."""

    @property
    def covered(self) -> bool:
        """Whether something lies over the list, or stands in its place."""
        return self.keys_top is not None or self.trace is not None or self.scoring is not None

    def uncover(self) -> bool:
        """Close the pages that lie over the list, in place of what a key would do; False: none does."""
        covered = self.keys_top is not None or self.trace is not None
        self.keys_top = self.trace = None
        return covered

    @property
    def calls(self) -> Mapping[CallKey, CallRow] | Rows:
        """The calls as they are now, whatever the list shows."""
        return self.sheet.rows if self.picture is None else self.picture.calls

    @property
    def shown_at(self) -> float:
        """The moment that the lists show."""
        return self.now if self.picture is None else self.picture.now

    @property
    def agent_under_cursor(self) -> AgentRow | None:
        """The agent under the cursor of their view, as they are now; None under a score sheet."""
        row = self.crew.current if self.scoring is None else None
        return row if row is None or self.picture is None else self.picture.agent(row)

    @property
    def under_cursor(self) -> tuple[CallRow | None, CallRow | None]:
        """The call under the cursor, as it is now, and the one that ended under it; none under a score sheet: what a loud key
        would start must be seen."""
        if self.scoring is not None:
            return None, None
        if self.view is View.CALLS:
            tree = self.tree
            row = self.sheet.current if tree is None else tree.call
            if row is None:
                return None, self.sheet.gone if tree is None or tree.cursor is None else None
            now = self.calls.get(row.key)
            return now, row if now is None else None
        call = self._call_under_cursor(self.picture)
        return (self.calls.get(call) if call is not None else None), None

    @property
    def moved(self) -> Notice | None:
        """Why the call under the cursor is another than the list shows while it stands still, or None."""
        if self.picture is None:
            return None
        shown, now = self._call_under_cursor(None), self._call_under_cursor(self.picture)
        if shown != now:
            return Notice("freeze.other")
        row = self.calls.get(now) if now is not None else None
        return moved(self.sheet.rows[row.key], row) if row is not None and row.key in self.sheet.rows else None

    @property
    def tree(self) -> Tree | None:
        """The calls as a tree, where they are shown as one."""
        if self._tree is not None:
            self._tree.settle()
        return self._tree

    def show_tree(self) -> None:
        """Show the calls as a tree, or as a list again."""
        if self._tree is None:
            self._tree = Tree(self.sheet)
        else:
            self._tree.close()
            self._tree = None

    def fold(self) -> None:
        """Hide what stands under the cursor's line of the tree."""
        if (tree := self.tree) is not None:
            tree.shut()

    def unfold(self) -> None:
        """Show it."""
        if (tree := self.tree) is not None:
            tree.open()

    @property
    def in_tree(self) -> bool:
        """Whether the calls are shown as a tree now."""
        return self._tree is not None and self.view is View.CALLS

    def freeze(self) -> None:
        """Let the lists stand still, or go on."""
        if self.picture is not None:
            self.thaw()
        else:
            rows = self.sheet.rows, self.crew.rows, self.roll.rows, self.queue_rows.rows
            self.picture = Picture(*rows, self.now)

    def thaw(self) -> None:
        """Let the lists go on, if they stand still."""
        self.picture = None

    def _call_under_cursor(self, picture: Picture | None) -> CallKey | None:
        """The call of the row under the cursor: as the list shows it, or as it is beside that `picture`."""
        match self.view:
            case View.AGENTS:
                agent = self.crew.current
                agent = agent if agent is None or picture is None else picture.agent(agent)
                return agent.call if agent is not None else None
            case View.SESSIONS:
                spy = self.roll.current
                spy = spy if spy is None or picture is None else picture.spy(spy)
                return spy.call if spy is not None else None
            case View.WAITING:
                return self.waiting.cursor
            case View.CALLS:
                tree = self.tree
                row = self.sheet.current if tree is None else tree.call
                return row.key if row is not None else None
            case View.LOG | View.QUEUES:
                return None

    @property
    def line(self) -> FilterLine:
        """The line that `/` opens here."""
        return self._filter_lines.get(self.view, self.filter_line)

    def say(self, notice: Notice) -> None:
        """Put `notice` into the last line."""
        self.saying.say(notice)

    def show(self, view: View) -> None:
        """Look at another list."""
        self.line.close()
        self.view, self.keys_top, self.trace = view, None, None
        if view in self.listings and self.listings[view].cursor is None:
            self.listings[view].first()

    def show_next(self, by: int) -> None:
        """Look at the view `by` places on, round the end."""
        at = ROUND.index(self.view) if self.view in ROUND else -max(0, by)
        self.show(ROUND[(at + by) % len(ROUND)])

    def move(self, by: int) -> None:
        """Go `by` rows down in what lies on top."""
        if self.keys_top is not None:
            self.keys_top = max(0, self.keys_top + by)
        else:
            self._scrolled.move(by)

    def page(self, by: float) -> None:
        """Move `by` pages."""
        lines = max(1, int(self._scrolled.height * abs(by)))
        self.move(lines if by > 0 else -lines)

    def first(self) -> None:
        """Go to its first row."""
        if self.keys_top is not None:
            self.keys_top = 0
        else:
            self._scrolled.first()

    def last(self) -> None:
        """Go to its last row."""
        if self.keys_top is not None:
            self.keys_top = FURTHEST
        else:
            self._scrolled.last()

    def sort(self, by: int) -> None:
        """Sort by the column `by` to the right."""
        if self.view is View.CALLS:
            self.sheet.sort(by, self.shown_at)
        elif self.view in self.listings:
            self.listings[self.view].sort(by)

    @property
    def columns(self) -> list[str]:
        """The columns that the list of this view can be sorted by."""
        return sorted(self.listings.get(self.view, self.sheet).sorting.shown) if self.view is not View.LOG else []

    def sort_by(self, column: str) -> None:
        """Sort by the column of this name, one of `columns`."""
        rows = self.listings.get(self.view, self.sheet)
        if isinstance(rows, Sheet):
            rows.sort_by(column, self.shown_at)
        else:
            rows.sort_by(column)

    def turn(self) -> None:
        """Sort the other way round."""
        if self.view is View.CALLS:
            self.sheet.turn(self.shown_at)
        elif self.view in self.listings:
            self.listings[self.view].turn()

    def match(self, by: int) -> None:
        """Go to the next row that the filter lets through, of the calls round the end."""
        if self.view is not View.CALLS:
            self.move(by)
        elif not self.sheet.next_match(by):
            self.say(Notice("find.none"))

    def open(self) -> None:
        """Open and close the detail; from a session go to its call."""
        if self.keys_top is not None:
            self.keys_top = None
        elif self.trace is not None:
            self.trace = None
        elif self.view is View.CALLS:
            if self.tree is None or not self.tree.turn():
                self.detail_open = not self.detail_open
        elif self.view is View.QUEUES:
            if (queue := self.queue_rows.current) is not None:
                self.show(View.CALLS)
                self.sheet.set_filter(exactly("queue", queue.queue), self.shown_at)
        elif (row := self.under_cursor[0]) is not None:
            self.go_to_call(row.key)

    def go_to_call(self, key: CallKey) -> None:
        """Go to a call that goes on, as the lists are now; a filter that hides it is cleared."""
        self.thaw()
        if not self.sheet.shows(key):
            self.sheet.set_filter("", self.now)
        self.show(View.CALLS)
        self.sheet.go_to(key)
        if (tree := self.tree) is not None:
            tree.go_to(key)  # it follows the sheet only where the cursor of that has moved

    def go_to_agent(self, row: AgentRow) -> None:
        """Go to the call of an agent, or without one to their row; a filter that hides it is cleared."""
        if row.call is not None and row.call in self.calls:
            self.go_to_call(row.call)
            return
        self.thaw()
        self.show(View.AGENTS)
        if not self.crew.shows((row.pbx, row.device)):
            self.crew.set_filter("")
        self.crew.go_to((row.pbx, row.device))

    def close_one(self) -> bool:
        """Close what lies on top; False at the top."""
        if self.keys_top is not None:
            self.keys_top = None
        elif self.trace is not None:
            self.trace = None
        elif self.picture is not None:
            self.thaw()
        elif self.detail_open and self.view is not View.LOG:
            self.detail_open = False
        elif self._tree is not None and self.view is View.CALLS:
            self.show_tree()
        elif self.view is View.LOG and self.log.close():
            pass
        elif self.view is not View.CALLS:
            self.show(View.CALLS)
        else:
            return False
        return True

    @property
    def filters(self) -> bool:
        """Whether a filter is being typed."""
        return self.line.text is not None

    def type_filter(self) -> None:
        """Begin to type a filter, from the one there is on."""
        self.uncover()
        self.line.open(self.listings[self.view].filter.text if self.view in self.listings else self.sheet.filter.text)

    def filter_by(self, text: str) -> None:
        """Show what passes `text` alone, here."""
        self.uncover()
        self.line.put(text)

    def go_to_named(self, text: str) -> bool:
        """Go to the row that says `text` in one of its fields, or as a part of one; False: none is shown that does."""
        if self.view is View.LOG:
            return False
        return (
            self.listings[self.view].go_to_named(text) if self.view in self.listings else self.sheet.go_to_named(text)
        )

    def clear_filter(self) -> None:
        """Clear the filter of the list, and where there is none the marks."""
        rows = self.listings.get(self.view, self.sheet)
        if self.view is View.LOG or rows.filter.text or self.line.text is not None or not rows.marked:
            if self.view is not View.LOG and rows.filter.text and self.line.text is None:
                self.say(Notice("filter.cleared", {"text": rows.filter.text}))
            self.line.clear()
        elif isinstance(rows, Sheet):
            rows.clear_marks(self.shown_at)
        else:
            rows.clear_marks()

    def mark(self) -> None:
        """Mark the row under the cursor, or no more, and go to the next one."""
        rows = self.listings.get(self.view, self.sheet)
        if not isinstance(rows, Sheet):
            rows.mark()
        elif (row := rows.current if self.tree is None else self.tree.call) is not None:
            rows.mark(row.key, self.shown_at)
        self.list.move(1)

    def show_keys(self) -> None:
        """Open and close the page of keys."""
        self.keys_top = 0 if self.keys_top is None else None

    def _agent_rests(self, row: CallRow) -> bool:
        agent = self.crew.rows.get((row.key.pbx, row.agent_device))
        return agent is not None and agent.paused > 0

    @property
    def _scrolled(self) -> Sheet | Tree | LogView | TracePane | Lists:
        """What the keys that move, move in."""
        return self.list if self.trace is None else self.trace

    @property
    def list(self) -> Sheet | Tree | LogView | Lists:
        """What stands where the calls stand at the start."""
        if self.view is View.LOG:
            return self.log
        if self.view is View.CALLS and (tree := self.tree) is not None:
            return tree
        return self.listings.get(self.view, self.sheet)
