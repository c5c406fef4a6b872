"""The agents: the rows of their view, their order, and the cursor, which holds on to an agent, not to a line."""

from __future__ import annotations

from collections.abc import Mapping

from whisper_tui.engine.rows import AgentKey, AgentRow, AgentState

_RANKS = {state: rank for rank, state in enumerate(AgentState)}
"""Who talks stands first, who is away last."""


class Crew:
    """Rows by key."""

    def __init__(self) -> None:
        self.rows: dict[AgentKey, AgentRow] = {}
        self.cursor: AgentKey | None = None
        """None where the agent under it logged out: nobody else takes the place by itself."""
        self.top = 0
        self.height = 1
        self.text = ""
        """What is looked for in names, phones, queues and states; "" for everybody."""
        self._was_at = 0
        self._order: list[AgentKey] = []

    def __len__(self) -> int:
        return len(self._order)

    @property
    def current(self) -> AgentRow | None:
        return self.rows.get(self.cursor) if self.cursor is not None else None

    def apply(self, changes: Mapping[AgentKey, AgentRow | None]) -> None:
        """Take changed rows in; None: that agent is gone, or may be seen no longer."""
        if changes:
            self.rows = {key: row for key, row in {**self.rows, **changes}.items() if row is not None}
            self._sort()

    def replace(self, rows: Mapping[AgentKey, AgentRow]) -> None:
        """Take a whole new floor in."""
        self.rows = dict(rows)
        self._sort()

    def set_filter(self, text: str) -> None:
        """Show those who have all the words of `text`; `!` before a word: not that one."""
        self.text = text
        self._sort()

    def go_to(self, key: AgentKey) -> None:
        """Put the cursor on an agent who is shown."""
        if key in self._order:
            self.cursor = key
            self._show()

    def window(self) -> list[AgentRow]:
        """Return the rows that are on the screen."""
        return [self.rows[key] for key in self._order[self.top : self.top + self.height]]

    def resize(self, height: int) -> None:
        """Show `height` lines."""
        self.height = max(1, height)
        self._show()

    def move(self, by: int) -> None:
        """Move the cursor `by` rows; from an agent who is gone, to the one who now stands there."""
        at = self._order.index(self.cursor) if self.cursor is not None else self._was_at - (1 if by > 0 else 0)
        self._go(at + by)

    def first(self) -> None:
        self._go(0)

    def last(self) -> None:
        self._go(len(self._order) - 1)

    def _sort(self) -> None:
        empty = not self._order
        if self.cursor is not None and self.cursor in self._order:
            self._was_at = self._order.index(self.cursor)
        shown = (key for key, row in self.rows.items() if self._passes(row))
        self._order = sorted(shown, key=lambda key: (_RANKS[self.rows[key].state], self.rows[key].name.casefold(), key))
        if self.cursor not in self._order:
            self.cursor = self._order[0] if empty and self._order else None
        self._show()

    def _passes(self, row: AgentRow) -> bool:
        queues = " ".join(member.queue for member in row.members)
        said = f"{row.name} {row.device} {row.state.value} {row.reason} {queues}".casefold()
        words = self.text.casefold().split()
        return all((word.lstrip("!") in said) is not word.startswith("!") for word in words if word.strip("!"))

    def _go(self, at: int) -> None:
        if self._order:
            self.cursor = self._order[max(0, min(at, len(self._order) - 1))]
            self._show()

    def _show(self) -> None:
        if self.cursor is not None:
            at = self._order.index(self.cursor)
            self.top = max(at - self.height + 1, min(self.top, at))
        self.top = max(0, min(self.top, len(self._order) - self.height))
