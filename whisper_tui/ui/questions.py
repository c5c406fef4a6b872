"""A question on the screen: what was asked, how long it stands, why it falls, and what its answer starts. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from whisper_tui.supervision.acts import HangUp, LogOut, MoveAgent, MoveCaller, Pause, Raise, SetPenalty, Withdraw
from whisper_tui.supervision.intents import (
    Approve,
    AskLeave,
    Barge,
    Draw,
    Export,
    GiveScore,
    HandBack,
    Intent,
    Join,
    Leave,
    Listen,
    Note,
    TakeOver,
    Whisper,
)
from whisper_tui.terms import Notice
from whisper_tui.ui import asking, exporting, notes, orders, petitions, scoring, typed
from whisper_tui.ui.asking import Confirm, Means, Meant, Sight
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.leave import AskOthers
from whisper_tui.ui.marks import Crowd
from whisper_tui.ui.notes import Jot
from whisper_tui.ui.orders import Choice, Figure, Order, Sure
from whisper_tui.ui.petitions import Allow
from whisper_tui.ui.scoring import Saving
from whisper_tui.ui.typed import Resting, Typed, Why
from whisper_tui.ui.words import _, later

_NOT_DONE: dict[type[Intent], str] = {
    Listen: later("not listened"),
    Whisper: later("not whispered"),
    Draw: later("no call drawn"),
    Barge: later("not barged"),
    Join: later("not joined"),
    Leave: later("not hung up"),
    TakeOver: later("not taken over"),
    HandBack: later("not handed back"),
    AskLeave: later("nobody was asked"),
    Approve: later("not allowed"),
    Note: later("not noted"),
    Export: later("not exported"),
    GiveScore: later("not saved"),
    Pause: later("not paused"),
    LogOut: later("not logged out"),
    MoveAgent: later("not moved"),
    SetPenalty: later("the penalty stays"),
    MoveCaller: later("not moved"),
    Raise: later("not raised"),
    Withdraw: later("not taken out"),
    HangUp: later("not hung up"),
}

Asked: TypeAlias = Confirm | Typed | Why | AskOthers | Allow | Jot | Resting | Order | Saving | Naming | Crowd


class Question(NamedTuple):
    """What waits for an answer.

    Args:
        asked: None: whether to quit while a leg is up.
        meant: what would be asked as things stand; where that is not what was asked, the question falls.
        until: when it falls by itself, None: it stands until it is answered.
        typed: what is typed so far.
        by: the name of the deed whose key asked it.
        then: what goes on once a reason is given.
        lasts: seconds that it stands.
    """

    asked: Asked | None = None
    meant: Callable[[Sight], Meant | Asked] | None = None
    until: float | None = None
    typed: str = ""
    by: str = ""
    then: Means | None = None
    lasts: float = 0.0


class Given(NamedTuple):
    """A reason was given, and now it goes on."""

    why: Why
    reason: str
    then: Means


QUIT = Question()


def ask(
    asked: Asked,
    meant: Callable[[Sight], Meant | Asked],
    now: float,
    by: str = "",
    then: Means | None = None,
    patience: float = 1.0,
) -> Question:
    """Return the question as it begins to stand at `now` (monotonic). `patience`: times as long as usual."""
    lasts = seconds(asked) * patience
    return Question(asked, meant, now + lasts, by=by, then=then, lasts=lasts)


def seconds(asked: Asked) -> float:
    """Return how long a question stands."""
    match asked:
        case Jot():
            return notes.SECONDS
        case Saving():
            return scoring.SECONDS
        case Naming():
            return exporting.SECONDS
        case Confirm():
            return asking.SECONDS
        case AskOthers() | Allow():
            return petitions.SECONDS
        case Typed() | Why() | Resting() | Crowd():
            return typed.SECONDS
        case Sure() | Choice() | Figure():
            return orders.SECONDS


def first(asked: Asked) -> Intent:
    """Return what a question may start, or the first of it."""
    if isinstance(asked, Crowd):
        return asked.acts[0]
    if isinstance(asked, Jot):
        return Note(asked.session, "")
    if isinstance(asked, Sure | Choice | Figure):
        return orders.first(asked)
    return asked.intent if isinstance(asked, Why | AskOthers | Resting | Saving | Naming) else asking.first(asked)


def answer(question: Question, now: float) -> Intent | Given | Notice:
    """Return what Enter does at `now`, or why it does nothing; where `stands` does not say otherwise, the question is over."""
    assert question.asked is not None, "whether to quit is no Intent"
    if _is_late(question, now):
        return _late(question)
    match question.asked:
        case Confirm(intent=intent) | AskOthers(intent=intent) | Allow(intent=intent) | Saving(intent=intent):
            return intent
        case Sure(intent=act):
            return act
        case Figure() as figure:
            return figure.means(question.typed)
        case Jot() as jot:
            return jot.noted(question.typed)
        case Crowd() as crowd:
            return crowd.first(question.typed)
        case Naming() as naming:
            return naming.named(question.typed)
        case Resting() as resting:
            return resting.paused(question.typed)
        case Why() as why:
            assert question.then is not None, "a reason is given for something"
            reason = why.reason(question.typed)
            return reason if isinstance(reason, Notice) else Given(why, reason, question.then)
        case Typed() | Choice() as asked:
            meant = asked.means(question.typed)
            if meant is not None:
                return meant
            if not question.typed.strip():
                return Notice("question.nothing", {"not_done": not_done(asked)})
            return Notice("question.wrong", {"not_done": not_done(asked), "typed": question.typed.strip()})


def stands(answered: Intent | Given | Notice) -> bool:
    """Tell whether a question stands though it was answered so: a reason, a note or a figure that is none can be mended."""
    return isinstance(answered, Notice) and answered.code.startswith(("reason.", "note.", "figure.", "export."))


def fallen(question: Question, sight: Sight, now: float) -> tuple[Notice, ...] | None:
    """Return why a question stands no longer, in words or without any; None where it does."""
    if question.asked is None or question.meant is None:
        return None if sight.strip.phase in asking.UP else ()
    if _is_late(question, now):
        return (_late(question),)
    if question.meant(sight) != question.asked:
        if isinstance(question.asked, Allow):
            return (Notice("petition.over"),)
        changed = "question.moved" if isinstance(question.asked, Sure | Choice | Figure) else "question.changed"
        return (Notice(changed, {"not_done": not_done(question.asked)}),)
    return None


def kept(question: Question) -> tuple[Notice, ...]:
    """Return what is said where somebody answers no."""
    return () if question.asked is None else (Notice("question.kept", {"not_done": not_done(question.asked)}),)


def not_done(asked: Asked) -> str:
    """Return `not barged`."""
    return _(_NOT_DONE[type(first(asked))])


def _is_late(question: Question, now: float) -> bool:
    return question.until is not None and now >= question.until


def _late(question: Question) -> Notice:
    assert question.asked is not None, "whether to quit is asked for as long as it takes"
    return Notice("question.unanswered", {"not_done": not_done(question.asked), "seconds": f"{question.lasts:.0f}"})
