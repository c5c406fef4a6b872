"""A question that is answered by typing what it names and Enter: too late, or any other text, and nothing is started. Pure."""

from __future__ import annotations

from typing import NamedTuple

from whisper_tui.supervision.intents import HandBack, TakeOver
from whisper_tui.ui.editing import edited
from whisper_tui.ui.presses import Press

SECONDS = 20.0
"""How long such a question stands."""

LONGEST = 80
"""Signs that can be typed."""


class Typed(NamedTuple):
    """What can be typed, and of whom it is: when any of it changes the question is another one.

    Args:
        answers: a text and what it asks for; the first one is of the agent.
        device: the agent's phone.
        parties: how many are in the call.
    """

    answers: tuple[tuple[str, TakeOver | HandBack], ...]
    agent: str
    device: str
    queue: str
    caller: str
    parties: int = 2

    def means(self, text: str) -> TakeOver | HandBack | None:
        """Return what `text` asks for, None where it is not one of the answers to the letter."""
        return dict(self.answers).get(text.strip())


def number_of(device: str) -> str:
    """Return the extension in the name of a phone, by which its person is known: `1142` of PJSIP/1142."""
    technology, slash, rest = device.partition("/")
    return rest.partition("@")[0] if slash else technology


def typed_on(text: str, press: Press) -> str | None:
    """Return what stands in the line after `press`, None where it is no key that types."""
    after = edited(text, press)
    return None if after is None else after[:LONGEST]
