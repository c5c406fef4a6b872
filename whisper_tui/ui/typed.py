"""Questions that are answered by typing what they name and Enter: too late, or any other text, and nothing is started. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from whisper_tui.supervision.acts import Pause
from whisper_tui.supervision.intents import Draw, HandBack, Loud, TakeOver
from whisper_tui.terms import Notice
from whisper_tui.ui.editing import edited
from whisper_tui.ui.presses import Press

SECONDS = 20.0
"""How long such a question stands."""

SHORT = 80
"""Signs that can be typed as an answer."""

NUMBERED = 9
"""So many reasons have a number to be typed in place of the word."""


class About(NamedTuple):
    """Whose call it is. `device`: the agent's phone."""

    agent: str
    device: str
    queue: str
    caller: str


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


class Why(NamedTuple):
    """Why somebody does `intent`, and of whom it is: when any of it changes the question is another one.

    Args:
        codes: the reasons there are; empty: any words are one.
        about: None: chance has yet to say.
        told: those who are told that glass is broken for it; None: it is not.
    """

    intent: Loud | Draw
    codes: tuple[str, ...]
    about: About | None
    told: str | None = None

    def reason(self, text: str) -> str | Notice:
        """Return the reason that `text` stands for, or what is wrong."""
        return meant_of(text, self.codes)


class Resting(NamedTuple):
    """Why an agent is paused; `queues`: where, as far as this person may; `codes`: what for."""

    intent: Pause
    name: str
    queues: str
    codes: tuple[str, ...]

    def paused(self, text: str) -> Pause | Notice:
        """Return the pause that `text` stands for, or what is wrong."""
        reason = meant_of(text, self.codes)
        return reason if isinstance(reason, Notice) else replace(self.intent, reason=reason)


def meant_of(text: str, codes: Sequence[str]) -> str | Notice:
    """Return the code that `text` stands for, by its number, in full or as far as it is no other's; or what is wrong.

    Args:
        codes: empty: any words are one.
    """
    typed = " ".join(text.split())
    if not typed:
        return Notice("reason.none")
    if not codes or typed in codes:
        return typed
    if typed.isdecimal() and 1 <= int(typed) <= min(NUMBERED, len(codes)):
        return codes[int(typed) - 1]
    begun = [code for code in codes if code.casefold().startswith(typed.casefold())]
    if len(begun) == 1:
        return begun[0]
    if begun:
        return Notice("reason.several", {"typed": typed, "codes": ", ".join(begun)})
    return Notice("reason.unknown", {"typed": typed})


def number_of(device: str) -> str:
    """Return the extension in the name of a phone, by which its person is known: `1142` of PJSIP/1142."""
    technology, slash, rest = device.partition("/")
    return rest.partition("@")[0] if slash else technology


def typed_on(text: str, press: Press, longest: int = SHORT) -> str | None:
    """Return what stands in the line of `longest` signs after `press`, None where it is no key that types."""
    after = edited(text, press)
    return None if after is None else after[:longest]
