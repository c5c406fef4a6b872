"""Rows by key, in an order of their own, with a filter and a cursor that holds on to a row, not to a line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Generic, TypeVar

from whisper_tui.ui import filter as filters
from whisper_tui.ui.filter import Facts
from whisper_tui.ui.marks import with_marks
from whisper_tui.ui.sorting import Ordered, Sorting

Key = TypeVar("Key", bound=Ordered)
Row = TypeVar("Row")


class Listing(Generic[Key, Row]):
    """One view's rows. They are few: a view has hundreds, and the calls have a sheet of their own.

    Args:
        key_of: by what a row is known.
        facts: what the filter can ask of a row.
        sorting: the view's own order, and what else it can be sorted by; rows of one rank stand by their keys.
    """

    def __init__(self, key_of: Callable[[Row], Key], facts: Facts[Row], sorting: Sorting[Row]) -> None:
        self.key_of = key_of
        self.sorting = sorting
        self.marked: set[Key] = set()
        self._facts = with_marks(facts, lambda row: key_of(row) in self.marked)
        self._now = 0.0
        self.rows: dict[Key, Row] = {}
        self.top = 0
        """The first line shown."""
        self.height = 1
        """Lines that can be shown."""
        self.filter = filters.parse("", self._facts)
        """What is looked for."""
        self._cursor: Key | None = None
        self._was_at = 0
        self._lost = False
        """The row under the cursor went, and nobody has chosen another yet."""
        self._order: list[Key] = []
        self._moved = False
        """Rows came, went or changed since they were put in order: that is done when somebody looks."""

    def __len__(self) -> int:
        self._settle()
        return len(self._order)

    @property
    def cursor(self) -> Key | None:
        """The key of the row under it; None where that row went: no other takes the place by itself."""
        self._settle()
        return self._cursor

    @property
    def current(self) -> Row | None:
        return self.rows.get(self.cursor) if self.cursor is not None else None

    def apply(self, changes: Mapping[Key, Row | None]) -> None:
        """Take changed rows in; None: that one is gone, or may be seen no longer."""
        if changes:
            for key, row in changes.items():
                if row is not None:
                    self.rows[key] = row
                else:
                    self.rows.pop(key, None)
            self._moved = True

    def replace(self, rows: Mapping[Key, Row]) -> None:
        """Take all rows in anew."""
        self.rows = dict(rows)
        self._moved = True

    def set_filter(self, text: str) -> None:
        """Show what passes `text` alone."""
        self._settle()
        self.filter = filters.parse(text, self._facts)
        self._moved = True
        self._settle()
        if self._cursor is None:
            self._go(0)  # the person typed, so the cursor may go with what they look for

    def tick(self, now: float) -> None:
        """It is `now` (monotonic): what a filter such as `wait>1m` shows may have changed."""
        self._now = now
        self._moved = self._moved or self.filter.timed

    def sort(self, by: int) -> None:
        """Sort by the column `by` to the right."""
        self._settle()
        self.sorting.step(by)
        self._moved = True

    def sort_by(self, column: str) -> None:
        """Sort by the column of this name, one that is shown."""
        self._settle()
        self.sorting.to(column)
        self._moved = True

    def turn(self) -> None:
        """Sort the other way round."""
        self._settle()
        self.sorting.turn()
        self._moved = True

    def go_to(self, key: Key) -> None:
        """Put the cursor on a row that is shown."""
        self._settle()
        if key in self._order:
            self._go(self._order.index(key))

    def shows(self, key: Key) -> bool:
        """Tell whether a row passes the filter."""
        self._settle()
        return key in self._order

    def go_to_named(self, text: str) -> bool:
        """Put the cursor on the row that says `text`; False: none does."""
        self._settle()
        key = filters.most_like(text, ((key, self.rows[key]) for key in self._order), self._facts)
        if key is not None:
            self.go_to(key)
        return key is not None

    def window(self) -> list[Row]:
        """Return the rows that are on the screen."""
        self._settle()
        return [self.rows[key] for key in self._order[self.top : self.top + self.height]]

    def mark(self) -> None:
        """Mark the row under the cursor, or no more."""
        if self.cursor is not None:
            self.marked ^= {self.cursor}
            self._moved = True

    def clear_marks(self) -> None:
        """Mark no row any more."""
        self.marked.clear()
        self._moved = True

    def is_marked(self, row: Row) -> bool:
        """Tell whether a row is marked."""
        return bool(self.marked) and self.key_of(row) in self.marked

    def in_order(self) -> list[Row]:
        """Return all rows that pass the filter, in their order."""
        self._settle()
        return [self.rows[key] for key in self._order]

    def resize(self, height: int) -> None:
        """Show `height` lines."""
        self._settle()
        self.height = max(1, height)
        self._show()

    def move(self, by: int) -> None:
        """Move the cursor `by` rows; from a row that went, to the one that now stands there."""
        self._settle()
        at = self._order.index(self._cursor) if self._cursor is not None else self._was_at - (1 if by > 0 else 0)
        self._go(at + by)

    def choose(self, line: int) -> None:
        """Move to the row on `line` of those that are shown, if there is one."""
        if 0 <= line < self.height and self.top + line < len(self):
            self._go(self.top + line)

    def first(self) -> None:
        """Move to the first row."""
        self._settle()
        self._go(0)

    def last(self) -> None:
        """Move to the last row."""
        self._settle()
        self._go(len(self._order) - 1)

    def _settle(self) -> None:
        """Put the rows in order, if they are not."""
        if not self._moved:
            return
        self._moved = False
        untouched = not self._order and not self._lost
        if self._cursor is not None:
            self._was_at = self._order.index(self._cursor)
        self.marked &= self.rows.keys()
        shown = [key for key, row in self.rows.items() if self.filter.passes(row, self._now)]
        self._order = sorted(shown, key=lambda key: (self.sorting.rank(self.rows[key]), key))
        if self._cursor not in self._order:
            self._lost |= self._cursor is not None
            self._cursor = self._order[0] if untouched and self._order else None
        self._show()

    def _go(self, at: int) -> None:
        if self._order:
            self._cursor, self._lost = self._order[max(0, min(at, len(self._order) - 1))], False
            self._show()

    def _show(self) -> None:
        if self._cursor is not None:
            at = self._order.index(self._cursor)
            self.top = max(at - self.height + 1, min(self.top, at))
        self.top = max(0, min(self.top, len(self._order) - self.height))
