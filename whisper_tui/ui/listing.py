"""Rows by key, in an order of their own, with a filter and a cursor that holds on to a row, not to a line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar


class Ordered(Protocol):
    """What can be sorted."""

    def __lt__(self, other: Any, /) -> bool: ...


Key = TypeVar("Key", bound=Ordered)
Row = TypeVar("Row")


class Listing(Generic[Key, Row]):
    """One view's rows. They are few: a view has hundreds, and the calls have a sheet of their own."""

    def __init__(self) -> None:
        self.rows: dict[Key, Row] = {}
        self.cursor: Key | None = None
        """None where the row under it went: no other takes the place by itself."""
        self.top = 0
        """The first line shown."""
        self.height = 1
        """Lines that can be shown."""
        self.text = ""
        """What is looked for, "" for everything."""
        self._was_at = 0
        self._order: list[Key] = []

    def rank(self, key: Key, row: Row) -> tuple[Ordered, ...]:
        """Where a row stands: the least first, those of one rank by their keys."""
        raise NotImplementedError

    def words(self, row: Row) -> str:
        """What the filter looks at."""
        raise NotImplementedError

    def __len__(self) -> int:
        return len(self._order)

    @property
    def current(self) -> Row | None:
        return self.rows.get(self.cursor) if self.cursor is not None else None

    def apply(self, changes: Mapping[Key, Row | None]) -> None:
        """Take changed rows in; None: that one is gone, or may be seen no longer."""
        if changes:
            self.rows = {key: row for key, row in {**self.rows, **changes}.items() if row is not None}
            self._sort()

    def replace(self, rows: Mapping[Key, Row]) -> None:
        """Take all rows in anew."""
        self.rows = dict(rows)
        self._sort()

    def set_filter(self, text: str) -> None:
        """Show what has all the words of `text`; `!` before a word: not that one."""
        self.text = text
        self._sort()

    def go_to(self, key: Key) -> None:
        """Put the cursor on a row that is shown."""
        if key in self._order:
            self.cursor = key
            self._show()

    def window(self) -> list[Row]:
        """Return the rows that are on the screen."""
        return [self.rows[key] for key in self._order[self.top : self.top + self.height]]

    def resize(self, height: int) -> None:
        """Show `height` lines."""
        self.height = max(1, height)
        self._show()

    def move(self, by: int) -> None:
        """Move the cursor `by` rows; from a row that went, to the one that now stands there."""
        at = self._order.index(self.cursor) if self.cursor is not None else self._was_at - (1 if by > 0 else 0)
        self._go(at + by)

    def first(self) -> None:
        self._go(0)

    def last(self) -> None:
        self._go(len(self._order) - 1)

    def _sort(self) -> None:
        empty = not self._order
        if self.cursor is not None:
            self._was_at = self._order.index(self.cursor)
        shown = [key for key, row in self.rows.items() if self._passes(row)]
        self._order = sorted(shown, key=lambda key: (*self.rank(key, self.rows[key]), key))
        if self.cursor not in self._order:
            self.cursor = self._order[0] if empty and self._order else None
        self._show()

    def _passes(self, row: Row) -> bool:
        terms = [term for term in self.text.casefold().split() if term.strip("!")]
        said = self.words(row).casefold() if terms else ""
        return all((term.lstrip("!") in said) is not term.startswith("!") for term in terms)

    def _go(self, at: int) -> None:
        if self._order:
            self.cursor = self._order[max(0, min(at, len(self._order) - 1))]
            self._show()

    def _show(self) -> None:
        if self.cursor is not None:
            at = self._order.index(self.cursor)
            self.top = max(at - self.height + 1, min(self.top, at))
        self.top = max(0, min(self.top, len(self._order) - self.height))
