"""Who hears whom: the rows of the sessions' view, their order, and the cursor, which holds on to a listener, not to a line."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.rows import SpyKey, SpyRow, Whose

_RANKS = {Whose.FOREIGN: 0, Whose.MINE: 1, Whose.OURS: 2, Whose.CONSOLE: 3}
"""Spies that no console started stand first."""


class Roll:
    """Rows by key. They are few: a floor has more calls than people who listen."""

    def __init__(self) -> None:
        self.rows: dict[SpyKey, SpyRow] = {}
        self.cursor: SpyKey | None = None
        """None where the listener under it left: nobody else takes the place by itself."""
        self.top = 0
        """The first line shown."""
        self.height = 1
        """Lines that can be shown."""
        self._was_at = 0
        self._order: list[SpyKey] = []

    def __len__(self) -> int:
        return len(self._order)

    @property
    def current(self) -> SpyRow | None:
        return self.rows.get(self.cursor) if self.cursor is not None else None

    @property
    def foreign(self) -> int:
        """How many were started outside any console."""
        return sum(row.whose is Whose.FOREIGN for row in self.rows.values())

    def apply(self, changes: Mapping[SpyKey, SpyRow | None]) -> None:
        """Take changed rows in; None: that listener hears nobody any more."""
        if not changes:
            return
        empty = not self.rows
        if self.cursor is not None and changes.get(self.cursor, self.rows.get(self.cursor)) is None:
            self._was_at, self.cursor = self._order.index(self.cursor), None
        self.rows = {key: row for key, row in {**self.rows, **changes}.items() if row is not None}
        self._order = sorted(self.rows, key=lambda key: (_RANKS[self.rows[key].whose], self.rows[key].since, key))
        if empty and self._order:
            self.cursor = self._order[0]
        self._show()

    def replace(self, rows: Mapping[SpyKey, SpyRow]) -> None:
        """Take a whole new floor in."""
        gone: dict[SpyKey, SpyRow | None] = dict.fromkeys(self.rows.keys() - rows.keys())
        self.apply({**gone, **rows})

    def window(self) -> list[SpyRow]:
        """Return the rows that are on the screen."""
        return [self.rows[key] for key in self._order[self.top : self.top + self.height]]

    def resize(self, height: int) -> None:
        """Show `height` lines."""
        self.height = max(1, height)
        self._show()

    def move(self, by: int) -> None:
        """Move the cursor `by` rows; from a listener who left, to the one who now stands there."""
        at = self._order.index(self.cursor) if self.cursor is not None else self._was_at - (1 if by > 0 else 0)
        self._go(at + by)

    def first(self) -> None:
        self._go(0)

    def last(self) -> None:
        self._go(len(self._order) - 1)

    def _go(self, at: int) -> None:
        if self._order:
            self.cursor = self._order[max(0, min(at, len(self._order) - 1))]
            self._show()

    def _show(self) -> None:
        if self.cursor is not None:
            at = self._order.index(self.cursor)
            self.top = max(at - self.height + 1, min(self.top, at))
        self.top = max(0, min(self.top, len(self._order) - self.height))
