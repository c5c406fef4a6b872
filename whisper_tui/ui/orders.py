"""What is asked before something is done to the floor: Enter alone, a text out of a few, or a figure. Pure.

`facts` are what there is to know first, each a whole sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from msgspec.structs import replace

from whisper_tui.supervision.acts import Act, Raise, SetPenalty
from whisper_tui.terms import Notice

SECONDS = 20.0
"""How long such a question stands."""


Figured: TypeAlias = SetPenalty | Raise
"""What takes a figure."""


class Sure(NamedTuple):
    """Enter does it."""

    intent: Act
    facts: tuple[str, ...]


class Choice(NamedTuple):
    """Whichever of the texts is typed, to the letter, does what stands behind it."""

    answers: tuple[tuple[str, Act], ...]
    facts: tuple[str, ...]
    prompt: str

    def means(self, text: str) -> Act | None:
        """Return what `text` asks for, None where it is none of the answers."""
        return dict(self.answers).get(" ".join(text.split()))


class Figure(NamedTuple):
    """A figure is typed, where there are several queues behind the name of one. `proposed`: what Enter alone takes."""

    intents: tuple[Figured, ...]
    facts: tuple[str, ...]
    prompt: str
    proposed: int | None = None

    def means(self, text: str) -> Act | Notice:
        """Return what `text` asks for, or what is wrong with it."""
        *queue, figure = text.split() or ["" if self.proposed is None else str(self.proposed)]
        several = [each.queue for each in self.intents if isinstance(each, SetPenalty)]
        if (queue and not several) or not figure.isascii() or not figure.isdecimal() or len(figure) > LONGEST:
            return Notice("figure.none", {"typed": text.strip() or "-"})
        named = self.intents if len(self.intents) == 1 and not queue else _in(self.intents, queue)
        if not named:
            return Notice("figure.queue", {"queues": ", ".join(several)})
        return _with(named[0], int(figure))


def _in(intents: Sequence[Figured], queue: Sequence[str]) -> list[Figured]:
    return [each for each in intents if isinstance(each, SetPenalty) and [each.queue] == list(queue)]


def _with(intent: Figured, figure: int) -> Act:
    return replace(intent, penalty=figure) if isinstance(intent, SetPenalty) else replace(intent, priority=figure)


LONGEST = 6
"""Digits of a figure."""

Order: TypeAlias = Sure | Choice | Figure


def first(order: Order) -> Act:
    """Return what it may start, or the first of it."""
    match order:
        case Sure(intent=intent):
            return intent
        case Choice(answers=answers):
            return answers[0][1]
        case Figure(intents=intents):
            return intents[0]
