"""A question on the screen: what was asked, how long it stands, why it falls, and what its answer starts. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from whisper_tui.supervision.intents import Barge, HandBack, Intent, Join, Leave, TakeOver
from whisper_tui.terms import Notice
from whisper_tui.ui import asking, typed
from whisper_tui.ui.asking import Confirm, Meant, Sight
from whisper_tui.ui.typed import Typed
from whisper_tui.ui.words import _, later

_NOT_DONE: dict[type[Intent], str] = {
    Barge: later("not barged"),
    Join: later("not joined"),
    Leave: later("not hung up"),
    TakeOver: later("not taken over"),
    HandBack: later("not handed back"),
}

Asked: TypeAlias = Confirm | Typed


class Question(NamedTuple):
    """What waits for an answer.

    Args:
        asked: None: whether to quit while a leg is up.
        meant: what its key means; where that is not what was asked any more, the question falls.
        until: when it falls by itself, None: it stands until it is answered.
        typed: what is typed so far.
    """

    asked: Asked | None = None
    meant: Callable[[Sight], Meant] | None = None
    until: float | None = None
    typed: str = ""


QUIT = Question()


def ask(asked: Asked, meant: Callable[[Sight], Meant], now: float) -> Question:
    """Return the question as it begins to stand at `now` (monotonic)."""
    return Question(asked, meant, now + seconds(asked))


def seconds(asked: Asked) -> float:
    """Return how long a question stands."""
    return typed.SECONDS if isinstance(asked, Typed) else asking.SECONDS


def intents(asked: Asked) -> tuple[Intent, ...]:
    """Return what a question may start."""
    return (asked.intent,) if isinstance(asked, Confirm) else tuple(intent for _text, intent in asked.answers)


def answer(question: Question, now: float) -> Intent | Notice:
    """Return what Enter starts at `now`, or why it starts nothing; the question is over either way."""
    assert question.asked is not None, "whether to quit is no Intent"
    if _is_late(question, now):
        return _late(question.asked)
    if isinstance(question.asked, Confirm):
        return question.asked.intent
    meant = question.asked.means(question.typed)
    if meant is not None:
        return meant
    return Notice("question.wrong", {"not_done": not_done(question.asked), "typed": question.typed.strip() or "-"})


def fallen(question: Question, sight: Sight, now: float) -> tuple[Notice, ...] | None:
    """Return why a question stands no longer, in words or without any; None where it does."""
    if question.asked is None or question.meant is None:
        return None if sight.strip.phase in asking.UP else ()
    if _is_late(question, now):
        return (_late(question.asked),)
    if question.meant(sight) != question.asked:
        return (Notice("question.changed", {"not_done": not_done(question.asked)}),)
    return None


def kept(question: Question) -> tuple[Notice, ...]:
    """Return what is said where somebody answers no."""
    return () if question.asked is None else (Notice("question.kept", {"not_done": not_done(question.asked)}),)


def not_done(asked: Asked) -> str:
    """Return `not barged`."""
    return _(_NOT_DONE[type(intents(asked)[0])])


def _is_late(question: Question, now: float) -> bool:
    return question.until is not None and now >= question.until


def _late(asked: Asked) -> Notice:
    return Notice("question.unanswered", {"not_done": not_done(asked), "seconds": f"{seconds(asked):.0f}"})
