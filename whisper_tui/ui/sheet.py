"""The calls on the sheet: all rows, their order, the filter, and the cursor, which holds on to a call, not to a line."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from whisper_tui.engine.rows import CallRow
from whisper_tui.terms import CallKey, CallState
from whisper_tui.ui import facts
from whisper_tui.ui import filter as filters
from whisper_tui.ui.marks import with_marks
from whisper_tui.ui.sorting import Ordered, Sorting, most, named

Place: TypeAlias = tuple[Ordered, CallKey]
"""Where a row stands."""

_GROUPS = {CallState.TALKING: 0, CallState.HELD: 0, CallState.RINGING: 1, CallState.WAITING: 2, CallState.ELSEWHERE: 3}


def by_life(row: CallRow) -> tuple[int, float]:
    """Calls that can be heard first, the longest first; then ringing, then waiting, the longest first, then those elsewhere.

    A call only ever moves up as others end: it waits at the foot, rings, is answered at the foot of the talking. Hold does
    not move it.
    """
    began = row.talking_since if _GROUPS[row.state] == 0 else row.waiting_since
    return _GROUPS[row.state], row.began if began is None else began


def _by_wait(row: CallRow) -> tuple[int, float] | None:
    """Who still waits first, the longest first; then those who were answered, after the longest wait."""
    if row.waited is not None:
        return 1, most(row.waited)
    return None if row.waiting_since is None else (0, row.waiting_since)


AFTER = 3.0
"""Seconds that a customer is on the line once the agent has hung up, for the end still to be that of their talk."""

RESTS = 2.0
"""Seconds that a cursor stays with a call that has ended, though nobody had put it there: a key may be on its way."""

MANY = 200
"""Rows that are sorted anew together rather than put in one by one."""


class Sheet:
    """Rows by key, and those that pass the filter in their order.

    Args:
        paused: whether the agent of a call is.
    """

    def __init__(self, paused: Callable[[CallRow], bool] = lambda _row: False) -> None:
        self.marked: set[CallKey] = set()
        self._facts = with_marks(facts.calls(paused), lambda row: row.key in self.marked)
        self.sorting: Sorting[CallRow] = Sorting(
            by_life,
            {
                "queue": lambda row: (row.queue.casefold(), by_life(row)) if row.queue else None,
                "agent": lambda row: named(row.agent or row.agent_device),
                "caller": lambda row: named(row.caller),
                "talk": lambda row: row.talking_since,
                "wait": _by_wait,
            },
        )
        self.rows: dict[CallKey, CallRow] = {}
        self.filter = filters.parse("", self._facts)
        self.cursor: CallKey | None = None
        self.gone: CallRow | None = None
        """The call that the cursor stood on when it ended. Nobody else takes its place by itself: a key that was
        meant for it must not reach another call."""
        self.gone_at = 0.0
        """When it ended."""
        self._lost = False
        """The call under the cursor ended, or may be seen no longer, and nobody has chosen another yet."""
        self.top = 0
        """The first line shown."""
        self.height = 1
        """Lines that can be shown."""
        self.touched: set[CallKey] | frozenset[CallKey] | None = frozenset()
        """Rows that came, went or changed since somebody took note of it; None: all may have. Nobody does while it is frozen."""
        self._places: dict[CallKey, Place] = {}
        self._shown: list[Place] = []
        self._was_at = 0
        self._talked: tuple[CallRow, float] | None = None
        """The call under the cursor while an agent was in it, and when the agent had left."""
        self._put_by_person = False
        self._chosen: CallKey | None = None
        """Where a person put the cursor."""

    def __len__(self) -> int:
        """How many rows pass the filter."""
        return len(self._shown)

    @property
    def current(self) -> CallRow | None:
        """The row under the cursor, None where the filter hides it: what cannot be seen cannot be listened to."""
        return None if self.cursor is None or self.cursor not in self._places else self.rows[self.cursor]

    def apply(self, changes: Mapping[CallKey, CallRow | None], now: float) -> None:
        """Take changed rows in; None: the row is gone."""
        line = self._line()
        if len(changes) > MANY:
            self._apply_many(changes, now)
            self._settle(line)
            return
        if isinstance(self.touched, set):
            self.touched.update(changes)
        for key, row in changes.items():
            before = self.rows.get(key)
            if row is None:
                if before is not None:
                    if key == self.cursor:
                        self._lose(before, now)
                    self._take_out(key)
                    self.marked.discard(key)
                    del self.rows[key]
            else:
                if (
                    key == self.cursor
                    and row.state is CallState.ELSEWHERE
                    and before is not None
                    and before.agent_device
                ):
                    self._talked = before, now
                self.rows[key] = row
                self._put(key, row, now)
        self._settle(line)

    def forget(self, hidden: Collection[CallKey]) -> None:
        """Calls that went are not over, they may be seen no longer: what was known of one under the cursor goes too."""
        if self.gone is not None and self.gone.key in hidden:
            self.gone = None

    def _apply_many(self, changes: Mapping[CallKey, CallRow | None], now: float) -> None:
        """As `apply`, sorted once: a floor that was just read."""
        cursor = self.cursor
        if cursor is not None and cursor in self.rows and changes.get(cursor, self.rows[cursor]) is None:
            self._lose(self.rows[cursor], now)
        for key, row in changes.items():
            if row is not None:
                self.rows[key] = row
            else:
                self.rows.pop(key, None)
                self.marked.discard(key)
        self._sift(now)

    def replace(self, rows: Mapping[CallKey, CallRow], now: float) -> None:
        """Take a whole new floor in."""
        gone: dict[CallKey, CallRow | None] = dict.fromkeys(self.rows.keys() - rows.keys())
        self.apply({**gone, **rows}, now)

    def know(self, names: Iterable[str]) -> None:
        """Let the filter look for what other systems tell under these names."""
        self._facts = facts.with_told(self._facts, names)

    def set_filter(self, text: str, now: float) -> None:
        """Show what passes `text` alone."""
        line = self._line()
        self.filter = filters.parse(text, self._facts)
        self._sift(now)
        if self._shown:
            # The person typed, so the cursor may go with what they look for, and come back.
            self.gone, self._lost = None, False
            self.cursor = self._chosen if self._chosen in self._places else self._shown[0][1]
        self._settle(line)

    def sort(self, by: int, now: float) -> None:
        """Sort by the column `by` to the right."""
        self.sorting.step(by)
        self._sift(now)
        self._settle(None)

    def sort_by(self, column: str, now: float) -> None:
        """Sort by the column of this name, one that is shown."""
        self.sorting.to(column)
        self._sift(now)
        self._settle(None)

    def turn(self, now: float) -> None:
        """Sort the other way round."""
        self.sorting.turn()
        self._sift(now)
        self._settle(None)

    def tick(self, now: float) -> None:
        """Time has passed: what a filter such as `talk>5m` shows may have changed, and a cursor that nobody has put anywhere
        goes back to the top once its call is over."""
        if self._lost and not self._put_by_person and now - self.gone_at >= RESTS:
            self.gone, self._lost = None, False
            self._settle(None)
        if self.filter.timed:
            line = self._line()
            self._sift(now)
            self._settle(line)

    def window(self) -> list[CallRow]:
        """Return the rows that are on the screen."""
        return [self.rows[place[1]] for place in self._shown[self.top : self.top + self.height]]

    def resize(self, height: int) -> None:
        """Show `height` lines."""
        line = self._line()
        self.height = max(1, height)
        self._settle(line)

    def move(self, by: int) -> None:
        """Move the cursor `by` rows; from a call that has ended, to the row that now stands where it stood."""
        if not self._shown:
            return
        at = self._index()
        if at is None:
            at = self._was_at - (1 if by > 0 else 0)
        self._go(at + by)

    def go_to(self, key: CallKey) -> None:
        """Move to a call, if it is shown."""
        if (place := self._places.get(key)) is not None:
            self._go(bisect_left(self._shown, place))

    def go_to_named(self, text: str) -> bool:
        """Move to the call that says `text`; False: none does."""
        key = filters.most_like(text, ((key, self.rows[key]) for _rank, key in self._shown), self._facts)
        if key is not None:
            self.go_to(key)
        return key is not None

    def shows(self, key: CallKey) -> bool:
        """Tell whether a call passes the filter."""
        return key in self._places

    def mark(self, key: CallKey, now: float) -> None:
        """Mark a row, or no more."""
        self.marked ^= {key}
        if isinstance(self.touched, set):
            self.touched.add(key)
        line = self._line()
        self._put(key, self.rows[key], now)
        self._settle(line)

    def clear_marks(self, now: float) -> None:
        """Mark no row any more; at `now` (monotonic), for a filter such as `marked`."""
        self.marked.clear()
        self._sift(now)
        self._settle(None)

    def in_order(self) -> list[CallRow]:
        """Return all rows that pass the filter, in their order."""
        return [self.rows[place[1]] for place in self._shown]

    def places(self) -> list[Place]:
        """Return where each row stands that passes the filter, in their order."""
        return self._shown

    def place_of(self, key: CallKey) -> Place | None:
        """Return where a row stands, None where it is gone or does not pass the filter."""
        return self._places.get(key)

    def round_from(self, key: CallKey | None) -> Iterator[CallRow]:
        """Yield the rows that pass the filter in their order, from the one behind `key` round to it; None: from the cursor on."""
        place = None if key is None else self._places.get(key)
        begin = self._was_at if place is None else bisect_left(self._shown, place) + 1
        for at in range(begin, begin + len(self._shown)):
            yield self.rows[self._shown[at % len(self._shown)][1]]

    def choose(self, line: int) -> None:
        """Move to the row on `line` of those that are shown, if there is one."""
        if 0 <= line < self.height and self.top + line < len(self):
            self._go(self.top + line)

    def first(self) -> None:
        self._go(0)

    def last(self) -> None:
        self._go(len(self._shown) - 1)

    def next_match(self, by: int) -> bool:
        """Move to the next row that passes the filter, round the end; False where none does."""
        if not self._shown:
            return False
        at = self._index()
        self._go(0 if at is None else (at + by) % len(self._shown))
        return True

    def _go(self, at: int) -> None:
        if self._shown:
            at = max(0, min(at, len(self._shown) - 1))
            self.cursor, self.gone, self._lost, self._was_at = self._shown[at][1], None, False, at
            self._chosen, self._put_by_person = self.cursor, True
            self._show(at)

    def _put(self, key: CallKey, row: CallRow, now: float) -> None:
        place = (self.sorting.rank(row), key) if self.filter.passes(row, now) else None
        if self._places.get(key) == place:
            return
        self._take_out(key)
        if place is not None:
            insort(self._shown, place)
            self._places[key] = place

    def _take_out(self, key: CallKey) -> None:
        if (place := self._places.pop(key, None)) is not None:
            del self._shown[bisect_left(self._shown, place)]

    def _sift(self, now: float) -> None:
        rank, passes = self.sorting.rank, self.filter.passes
        self._places = {key: (rank(row), key) for key, row in self.rows.items() if passes(row, now)}
        self._shown = sorted(self._places.values())
        if isinstance(self.touched, set):
            self.touched = None

    def _lose(self, row: CallRow, now: float) -> None:
        self._was_at = self._index() or 0
        self.cursor, self._lost = None, True
        if self._talked is not None and self._talked[0].key == row.key and now - self._talked[1] <= AFTER:
            row = replace(self._talked[0], steps=row.steps)
        self.gone, self.gone_at = replace(row, listeners=()), now  # nobody hears what is over

    def _index(self) -> int | None:
        place = None if self.cursor is None else self._places.get(self.cursor)
        return None if place is None else bisect_left(self._shown, place)

    def _line(self) -> int | None:
        """The line of the screen on which the cursor stands."""
        at = self._index()
        return None if at is None else at - self.top

    def _settle(self, line: int | None) -> None:
        """Keep the cursor on its line where the sheet is scrolled, and the sheet still where it is not."""
        if self.cursor is None and not self._lost and self._shown:
            self.cursor = self._chosen = self._shown[0][1]
        at = self._index()
        if at is not None:
            self._was_at = at
        if self.top and at is not None and line is not None and 0 <= line < self.height:
            self.top = at - line
        self._show(at)

    def _show(self, at: int | None) -> None:
        if at is not None:
            self.top = max(at - self.height + 1, min(self.top, at))
        self.top = max(0, min(self.top, len(self._shown) - self.height))
