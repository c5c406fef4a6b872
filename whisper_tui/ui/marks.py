"""Rows that somebody has marked, and what is done to all marked agents at once, asked for once. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeVar

from msgspec.structs import replace

from whisper_tui.supervision.acts import Pause, Unpause
from whisper_tui.terms import Notice
from whisper_tui.ui.filter import Facts
from whisper_tui.ui.typed import meant_of

Row = TypeVar("Row")

WORD = "marked"
"""The flag of a filter."""


def with_marks(facts: Facts[Row], is_marked: Callable[[Row], bool]) -> Facts[Row]:
    """Return `facts`, of which a filter can ask for what is marked, too."""
    return facts._replace(flags={**facts.flags, WORD: is_marked})


class Crowd(NamedTuple):
    """Several agents would be paused, or their pauses ended.

    Args:
        acts: what would be done, each for one agent.
        names: of these agents.
        left_out: those who are marked, and whom it is refused for now.
        codes: what agents can be paused for; empty: Enter alone answers.
    """

    acts: tuple[Pause | Unpause, ...]
    names: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()

    def first(self, text: str) -> Pause | Unpause | Notice:
        """Return the first act that `text` stands for, or what is wrong."""
        act = self.acts[0]
        if isinstance(act, Unpause):
            return act
        reason = meant_of(text, self.codes)
        return reason if isinstance(reason, Notice) else replace(act, reason=reason)

    def each(self, first: Pause | Unpause) -> Iterator[tuple[str, Pause | Unpause]]:
        """Yield every act as `first` is meant, with the agent's name."""
        for name, act in zip(self.names, self.acts, strict=True):
            yield (
                name,
                replace(act, reason=first.reason) if isinstance(first, Pause) and isinstance(act, Pause) else act,
            )
