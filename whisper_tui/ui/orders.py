"""What is asked before something is done to the floor: Enter alone, a text out of a few, or a figure. Pure.

`facts` are what there is to know first, each a whole sentence.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple, TypeAlias

from whisper_tui.supervision.acts import Act, SetPenalty
from whisper_tui.terms import Notice

SECONDS = 20.0
"""How long such a question stands."""


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
    """A figure is typed, where there are several queues behind the name of one."""

    intents: tuple[SetPenalty, ...]
    facts: tuple[str, ...]
    prompt: str

    def means(self, text: str) -> Act | Notice:
        """Return what `text` asks for, or what is wrong with it."""
        *name, figure = text.split() or [""]
        if not figure.isascii() or not figure.isdecimal() or len(figure) > LONGEST:
            return Notice("figure.none", {"typed": text.strip() or "-"})
        wanted = self.intents if len(self.intents) == 1 and not name else [i for i in self.intents if [i.queue] == name]
        if not wanted:
            return Notice("figure.queue", {"queues": ", ".join(each.queue for each in self.intents)})
        return replace(wanted[0], penalty=int(figure))


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
