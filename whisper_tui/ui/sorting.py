"""By which column a list is sorted, and which way round."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import total_ordering
from typing import Any, Generic, Protocol, TypeVar


class Ordered(Protocol):
    """What can be sorted."""

    def __lt__(self, other: Any, /) -> bool: ...


Row = TypeVar("Row")


@total_ordering
class Down:
    """The other way round."""

    __slots__ = ("rank",)

    def __init__(self, rank: Ordered) -> None:
        self.rank = rank

    def __lt__(self, other: Down) -> bool:
        return other.rank < self.rank

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Down) and self.rank == other.rank

    __hash__ = None  # type: ignore[assignment]


class Sorting(Generic[Row]):
    """How a person wants one list; as it comes until they say so.

    Args:
        own: where a row stands as the list comes, the least first.
        columns: the same by the name of a column, from left to right; None: nothing stands there, and the row stands last whichever
            way round. Nothing in a rank may change by time passing: rows move only when they change.
    """

    def __init__(self, own: Callable[[Row], Ordered], columns: Mapping[str, Callable[[Row], Ordered | None]]) -> None:
        self._ranks: dict[str, Callable[[Row], Ordered | None]] = {"": own, **columns}
        self.by = ""
        """The column, "" as the list comes."""
        self.turned = False
        """The other way round."""
        self.shown: Collection[str] = frozenset(columns)
        """The columns for which there is room."""

    def step(self, by: int) -> None:
        """Sort by another column that is shown, `by` to the right; round the end, where the list is as it comes."""
        names = [name for name in self._ranks if name in ("", self.by) or name in self.shown]
        self.by, self.turned = names[(names.index(self.by) + by) % len(names)], False

    def to(self, name: str) -> None:
        """Sort by the column of this name, one of `shown`."""
        self.by, self.turned = name, False

    def turn(self) -> None:
        self.turned = not self.turned

    def rank(self, row: Row) -> Ordered:
        """Where a row stands, the least first."""
        rank = self._ranks[self.by](row)
        return rank is None, Down(rank) if self.turned and rank is not None else rank


def most(number: float) -> float:
    """The highest first."""
    return -number


def named(name: str) -> str | None:
    """By the alphabet."""
    return name.casefold() or None
