"""The AMI actions as they stand on the screen: the newest are followed, unless somebody has scrolled. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from whisper_tui.engine.rows import TraceRow
from whisper_tui.terms import Notice


class TracePane:
    """One console's.

    Attributes:
        rows: what is shown of.
        trouble: why nothing may be.
        height: lines that can be shown.
    """

    def __init__(self) -> None:
        self.rows: tuple[TraceRow, ...] = ()
        self.trouble: Notice | None = None
        self.height = 1
        self.newer = 0
        """Actions that came since it stands still."""
        self._top: int | None = None
        """The first row shown, None: the newest ones are."""

    @property
    def still(self) -> bool:
        """Whether somebody has scrolled back."""
        return self._top is not None

    def take(self, told: Sequence[TraceRow] | Notice) -> None:
        """Take in what there is now."""
        if isinstance(told, Notice):
            self.rows, self.trouble, self._top, self.newer = (), told, None, 0
            return
        self.trouble = None
        if self._top is None:
            self.rows, self.newer = tuple(told), 0
            return
        last = self.rows[-1].number if self.rows else 0
        self.newer = sum(row.number > last for row in told)
        if not told:  # what may be seen was decided anew
            self.rows, self._top, self.newer = (), None, 0

    def window(self) -> tuple[TraceRow, ...]:
        """Return the rows that are on the screen."""
        top = self._end() if self._top is None else min(self._top, self._end())
        return self.rows[top : top + self.height]

    def move(self, by: int) -> None:
        """Scroll; at the end the newest are followed again."""
        top = max(0, (self._end() if self._top is None else self._top) + by)
        self._top = None if top >= self._end() else top

    def first(self) -> None:
        self._top = 0 if self._end() else None

    def last(self) -> None:
        self._top = None

    def _end(self) -> int:
        return max(0, len(self.rows) - self.height)
