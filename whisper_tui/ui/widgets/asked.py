"""What a question says before it is answered: what will be heard, what will happen, and the answers."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from whisper_tui.engine.backend import StripView
from whisper_tui.engine.rows import PetitionRow
from whisper_tui.supervision.acts import HangUp, LogOut, MoveAgent, MoveCaller, Raise, SetPenalty, Withdraw
from whisper_tui.supervision.intents import (
    AskLeave,
    Barge,
    Draw,
    HandBack,
    Join,
    Leave,
    Listen,
    Loud,
    TakeOver,
    Whisper,
)
from whisper_tui.ui.asking import Confirm, own_call
from whisper_tui.ui.exporting import Naming
from whisper_tui.ui.inks import Ink, Span, fit, folded, taken, width_of, wrap
from whisper_tui.ui.leave import AskOthers
from whisper_tui.ui.marks import Crowd
from whisper_tui.ui.notes import Jot
from whisper_tui.ui.orders import Choice, Figure, Sure
from whisper_tui.ui.petitions import Allow
from whisper_tui.ui.questions import Asked, Question, first
from whisper_tui.ui.scoring import Saving
from whisper_tui.ui.typed import NUMBERED, About, Resting, Typed, Why
from whisper_tui.ui.widgets import news
from whisper_tui.ui.words import _, fill, later

Sides: TypeAlias = tuple[tuple[Span, ...], tuple[Span, ...]]
"""What stands at the left and at the right of a line."""

_TITLES: dict[type, tuple[str, Ink, Ink]] = {
    Barge: (later("CUSTOMER WILL HEAR YOU"), Ink.BARGE, Ink.BARGE_BLOCK),
    Join: (later("EVERYBODY WILL HEAR YOU"), Ink.THIRD, Ink.THIRD_BLOCK),
    Leave: (later("HANG UP ON THE CUSTOMER?"), Ink.TAKEOVER, Ink.TAKEOVER_BLOCK),
    TakeOver: (later("TAKE THE CUSTOMER OVER?"), Ink.TAKEOVER, Ink.TAKEOVER_BLOCK),
    HandBack: (later("HAND THE CUSTOMER BACK?"), Ink.TAKEOVER, Ink.TAKEOVER_BLOCK),
}

_REASONS: dict[type, tuple[str, Ink, Ink]] = {
    Listen: (later("WHY LISTEN?"), Ink.SILENT, Ink.SILENT_BLOCK),
    Draw: (later("WHY LISTEN?"), Ink.SILENT, Ink.SILENT_BLOCK),
    Whisper: (later("WHY WHISPER?"), Ink.WHISPER, Ink.WHISPER_BLOCK),
    Barge: (later("WHY BARGE?"), Ink.BARGE, Ink.BARGE_BLOCK),
    Join: (later("WHY JOIN?"), Ink.THIRD, Ink.THIRD_BLOCK),
    TakeOver: (later("WHY TAKE OVER?"), Ink.TAKEOVER, Ink.TAKEOVER_BLOCK),
}

_ORDERS: dict[type, tuple[str, str]] = {
    LogOut: (later("LOG OUT OF A QUEUE?"), later("logs out")),
    MoveAgent: (later("MOVE TO ANOTHER QUEUE?"), later("moves")),
    SetPenalty: (later("WHICH PENALTY?"), later("sets it")),
    MoveCaller: (later("MOVE THE CALLER?"), later("moves")),
    Raise: (later("RAISE THE CALLER?"), later("raises")),
    Withdraw: (later("TAKE THE CALLER OUT OF THE QUEUE?"), later("takes them out")),
    HangUp: (later("HANG UP THE CALL?"), later("hangs up")),
}
"""What is asked, and what Enter does."""

_DEEDS: dict[type, str] = {
    Listen: later("listen"),
    Whisper: later("whisper"),
    Barge: later("barge"),
    Join: later("join"),
    TakeOver: later("take over"),
    Leave: later("hang up"),
}

_TAKEOVER = (
    later("{agent} ({device}) is hung up, and may get the next call at once"),
    later("the customer hears you after a gap of a few hundredths of a second"),
    later("where the customer is recorded, your voice is in the recording"),
    later(
        "when you hang up, the customer goes on in the dialplan behind the queue: voicemail, a goodbye or a hang-up - "
        "ask your administrator"
    ),
    later("the queue's statistics go on counting your minutes for {agent}"),
)
"""AMI.md Q3, AUDIO.md F4 to F6."""


_NAMES = 120
"""Cells that the names of those who may allow something take at most."""

_NOTED = 2
"""Lines of a note that are shown: its end."""

_TYPED = 18
"""Cells that what is typed has at least beside the answers."""


def title(question: Question, strip: StripView) -> tuple[str, Ink, Ink]:
    """Return what is asked, with the inks of the frame and of the words."""
    if question.asked is None:
        return _("QUIT?") if own_call(strip) else _("LEAVE AND QUIT?"), Ink.ALARM, Ink.ALARM_BLOCK
    match question.asked:
        case Jot():
            words, ink, block = later("NOTE"), Ink.STRONG, Ink.MUTED_BLOCK
        case Saving():
            words, ink, block = later("SAVE THE SCORE?"), Ink.STRONG, Ink.MUTED_BLOCK
        case Crowd(codes=codes):
            words = later("PAUSE THE MARKED AGENTS?") if codes else later("END THE PAUSES OF THE MARKED AGENTS?")
            ink, block = Ink.PAUSED, Ink.MUTED_BLOCK
        case Naming():
            words, ink, block = later("EXPORT THE VIEW"), Ink.STRONG, Ink.MUTED_BLOCK
        case Resting():
            words, ink, block = later("PAUSE?"), Ink.PAUSED, Ink.MUTED_BLOCK
        case Sure() | Choice() | Figure() if _kind(question.asked) is HangUp:
            words, ink, block = _ORDERS[HangUp][0], Ink.ALARM, Ink.ALARM_BLOCK
        case Sure() | Choice() | Figure():
            words, ink, block = _ORDERS[_kind(question.asked)][0], Ink.PAUSED, Ink.MUTED_BLOCK
        case Why(told=str()):
            words, ink, block = later("BREAK GLASS?"), Ink.ALARM, Ink.ALARM_BLOCK
        case Why():
            words, ink, block = _REASONS[_kind(question.asked)]
        case AskOthers(intent=AskLeave(intent=intent)):
            words, (_words, ink, block) = later("ANOTHER PERSON MUST ALLOW IT"), _REASONS[type(intent)]
        case Allow():
            words, ink, block = later("ALLOW IT?"), Ink.ALARM, Ink.ALARM_BLOCK
        case Confirm() | Typed():
            words, ink, block = _TITLES[_kind(question.asked)]
    return _(words), ink, block


def content(question: Question, strip: StripView, seconds_left: int, room: int, keys: Mapping[str, str]) -> list[Sides]:
    """Return the lines: what there is to know, and at last how to answer. `keys`: of the deeds, by their names."""
    match question.asked:
        case None:
            return _quit(strip, room)
        case Jot() as jot:
            return _jot(jot, question, strip, room)
        case Crowd() as crowd:
            return _crowd(crowd, question, seconds_left, room)
        case Naming() as naming:
            return _naming(naming, question, seconds_left, room)
        case Saving() as saving:
            return _saving(saving, seconds_left, room)
        case Confirm() as confirm:
            return _confirm(confirm, seconds_left, room)
        case Resting() as resting:
            values = {"agent": resting.name, "queues": resting.queues}
            about = fill(_("{agent} is rung no more until somebody ends the pause, in: {queues}"), values)
            prompt = _("number or word, and Enter:")
            resting_who: list[Sides] = [(((line, Ink.STRONG),), ()) for line in wrap(about.split(), room)]
            return [*resting_who, *_codes(resting.codes, room), *_line(prompt, question, seconds_left, room)]
        case Sure(facts=known):
            return [*_facts(known, room), ((), _enter(_(_ORDERS[_kind(question.asked)][1]), Ink.STRONG, seconds_left))]
        case Choice(facts=known, prompt=prompt) | Figure(facts=known, prompt=prompt):
            return [*_facts(known, room), *_line(prompt, question, seconds_left, room)]
        case Why() as why:
            prompt = _("number or word, and Enter:") if why.codes else _("say why, and Enter:")
            whose = _whose(why.intent, why.about, room)
            told = _told(why, room)
            return [*whose, *told, *_codes(why.codes, room), *_line(prompt, question, seconds_left, room)]
        case AskOthers() as others:
            return _others(others, seconds_left, room, keys)
        case Allow(row=row):
            return _allow(row, seconds_left, room)
        case Typed() as typed if _kind(typed) is TakeOver:
            values = {"agent": typed.agent, "device": typed.device}
            facts = [line for words in _TAKEOVER for line in _fact(fill(_(words), values), room)]
            number = typed.answers[0][0]
            prompt = fill(_("type {number} and Enter:"), {"number": number})
            return [*facts, *_line(prompt, question, seconds_left, room)]
        case Typed() as typed:
            facts = [line for words in _handback(typed, room) for line in _fact(words, room)]
            return [*facts, *_line(_("type it and Enter:"), question, seconds_left, room)]


def in_short(question: Question, strip: StripView) -> Span:
    """Return the answers in few words, for a terminal in which nothing else has room."""
    _title, _ink, block = title(question, strip)
    match question.asked:
        case None:
            return f"Enter: {_('quit')}", block
        case Confirm(intent=intent):
            return f"Enter: {_(_DEEDS[type(intent)])}", block
        case Sure():
            return f"Enter: {_(_ORDERS[_kind(question.asked)][1])}", block
        case (
            Typed()
            | Why()
            | AskOthers()
            | Allow()
            | Jot()
            | Resting()
            | Choice()
            | Figure()
            | Saving()
            | Naming()
            | Crowd()
        ):
            return f"Esc: {_('no')}", block


def _kind(asked: Asked) -> type:
    return type(first(asked))


def _jot(jot: Jot, question: Question, strip: StripView, room: int) -> list[Sides]:
    """Whose session it is, and the end of what is typed so far."""
    about = fill(_("on {agent} · queue {queue}"), {"agent": jot.agent, "queue": jot.queue or "-"})
    when = _("with the time in the call") if jot.session == strip.session else _("after the call")
    keys = (("Enter ", Ink.STRONG), (_("saves it for good"), Ink.TEXT), ("   Esc ", Ink.STRONG), (_("no"), Ink.TEXT))
    whose = ((f"{about}, {when}", Ink.STRONG),)
    lines = folded(f"{question.typed}_", max(10, room))[-_NOTED:]
    written: list[Sides] = [(((line, Ink.WAITING),), ()) for line in lines]
    written += [((("", Ink.TEXT),), ())] * (_NOTED - len(written))
    if taken(whose) + taken(keys) + 1 <= room:
        return [(whose, keys), *written]
    return [(whose, ()), *written, ((), keys)]


def _crowd(crowd: Crowd, question: Question, seconds_left: int, room: int) -> list[Sides]:
    """All whom it is about, by name."""
    values = {"count": str(len(crowd.names)), "names": ", ".join(crowd.names)}
    said: list[Sides] = [
        (((line, Ink.STRONG),), ()) for line in wrap(fill(_("agents, {count}: {names}"), values).split(), room)
    ]
    if crowd.left_out:
        others = fill(_("not possible for: {names}"), {"names": ", ".join(crowd.left_out)})
        said += [(((line, Ink.LATE),), ()) for line in wrap(others.split(), room)]
    if not crowd.codes:
        return [*said, ((), _enter(_("ends their pauses"), Ink.STRONG, seconds_left))]
    prompt = _("number or word, and Enter:")
    return [*said, *_codes(crowd.codes, room), *_line(prompt, question, seconds_left, room)]


def _naming(naming: Naming, question: Question, seconds_left: int, room: int) -> list[Sides]:
    """What is exported, and where to where nothing is typed."""
    values = {"count": str(naming.intent.rows), "default": naming.default, "folder": naming.folder}
    words = _("rows as they are shown: {count}; to {default} in {folder} unless you type a name; it is logged")
    said: list[Sides] = [(((line, Ink.TEXT),), ()) for line in wrap(fill(words, values).split(), room)]
    return [*said, *_line(_("name of the file, and Enter:"), question, seconds_left, room)]


def _saving(saving: Saving, seconds_left: int, room: int) -> list[Sides]:
    """The result, of whom, and in place of what: all of it, for it is not undone."""
    values = {"result": saving.result, "agent": saving.about.agent, "queue": saving.about.queue or "-"}
    said = fill(_("{result}: {agent} · queue {queue}"), values)
    if saving.before:
        said += " - " + fill(_("corrects {score}; that one stays in the log"), {"score": saving.before})
    lines: list[Sides] = [(((line, Ink.STRONG),), ()) for line in wrap(said.split(), room)]
    return [*lines, ((), _enter(_("saves it for good"), Ink.STRONG, seconds_left))]


def _quit(strip: StripView, room: int) -> list[Sides]:
    if own_call(strip):
        said, deed = _("your call goes on without this console; the log closes it at the next start"), _("quit")
    else:
        said = _("your leg ends, the call goes on") if strip.call is not None else _("your leg ends")
        deed = _("leave and quit")
    answers = (("Enter ", Ink.STRONG), (deed, Ink.TEXT), ("   Esc ", Ink.STRONG), (_("stay"), Ink.TEXT))
    return _beside_or_below((said, Ink.TEXT), answers, room)


def _confirm(confirm: Confirm, seconds_left: int, room: int) -> list[Sides]:
    values = {"agent": confirm.agent, "queue": confirm.queue, "caller": confirm.caller}
    match confirm.intent:
        case Barge():
            said = fill(_("barge: {agent} · queue {queue} · {caller}"), values)
        case Join():
            said = _("and the recording too; your phone rings anew")
        case Leave():
            said = _("the customer goes on in the dialplan")
    _title, ink, _block = _TITLES[type(confirm.intent)]
    answers = _enter(_(_DEEDS[type(confirm.intent)]), ink, seconds_left)
    return _beside_or_below((said, Ink.STRONG), answers, room)


def _beside_or_below(said: Span, answers: tuple[Span, ...], room: int) -> list[Sides]:
    """The answers behind what is asked, or in a line of their own: neither is cut for the other's sake."""
    if taken((said,)) + taken(answers) + 1 <= room:
        return [((said,), answers)]
    return [((said,), ()), ((), answers)]


def _handback(typed: Typed, room: int) -> list[str]:
    """Whom the customer can be handed to, and what becomes of the supervisor."""
    said = [_("your phone is hung up; until somebody answers, the customer waits where you send them")]
    queues = [text for text, intent in typed.answers if isinstance(intent, HandBack) and intent.queue]
    agent = next((text for text, intent in typed.answers if isinstance(intent, HandBack) and not intent.queue), "")
    if agent:
        said.append(fill(_("{number}: to {agent} again"), {"number": agent, "agent": typed.agent}))
    if queues:
        said.append(fill(_("to a queue: {queues}"), {"queues": _named(queues, room)}))
    return said


def _named(queues: list[str], room: int) -> str:
    """As many of the names as stand in a line or two; every one can be typed."""
    shown = list(queues)
    while len(shown) > 1 and len(" ".join(shown)) > room:
        shown.pop()
    left = len(queues) - len(shown)
    more = f" {fill(_('+{count} more'), {'count': str(left)})}" if left else ""
    return " ".join(shown) + more


def _whose(intent: Loud | Draw, about: About | None, room: int) -> list[Sides]:
    """What is wanted, and of whom."""
    if about is None:
        said = _("listen to a call that chance chooses")
    else:
        values = {"agent": about.agent, "queue": about.queue, "caller": about.caller}
        said = f"{_(_DEEDS[type(intent)])}: {fill(_('{agent} · queue {queue} · {caller}'), values)}"
    return [(((fit(said, room).rstrip(), Ink.STRONG),), ())]


def _others(others: AskOthers, seconds_left: int, room: int, keys: Mapping[str, str]) -> list[Sides]:
    """Who could allow it; without them it is not done."""
    values = {"approvers": fit(others.approvers, min(_NAMES, width_of(others.approvers)))}
    said = [fill(_("these may allow it: {approvers}"), values)]
    if others.glass:
        said.append(fill(_("in an emergency: {glass}"), keys))
    facts = wrap(" - ".join(said).split(), room)
    answers = _enter(_("asks them"), Ink.STRONG, seconds_left)
    return [
        *_whose(others.intent.intent, others.about, room),
        *((((line, Ink.TEXT),), ()) for line in facts),
        ((), answers),
    ]


def _allow(row: PetitionRow, seconds_left: int, room: int) -> list[Sides]:
    """Who asks, for what, of whom, and why: all of it, for it is not undone."""
    asks = wrap(news.asks(row).split(), room)
    whose = wrap(news.whose(row).split(), room)
    return [
        *((((line, Ink.STRONG),), ()) for line in asks),
        *((((line, Ink.TEXT),), ()) for line in whose),
        ((), _enter(_("allows it"), news.INKS.get(row.right, Ink.STRONG), seconds_left)),
    ]


def _enter(deed: str, ink: Ink, seconds_left: int) -> tuple[Span, ...]:
    return ("Enter ", Ink.STRONG), (deed, ink), ("   Esc ", Ink.STRONG), (f"{_('no')}   {seconds_left} s", Ink.TEXT)


def _told(why: Why, room: int) -> list[Sides]:
    """What comes of it when glass is broken."""
    if why.told is None:
        return []
    told = fit(why.told, min(_NAMES, width_of(why.told)))
    said = fill(_("{people} are told, it is logged: why?"), {"people": told}) if told else _("it is logged: why?")
    return [(((line, Ink.ALARM),), ()) for line in wrap(said.split(), room)]


def _codes(codes: Sequence[str], room: int) -> list[Sides]:
    """The reasons there are, with their numbers."""
    numbered = [f"{at} {code}" if at <= NUMBERED else code for at, code in enumerate(codes, 1)]
    return [(((line, Ink.TEXT),), ()) for line in wrap(numbered, room, "   ")]


def _facts(facts: Sequence[str], room: int) -> list[Sides]:
    """The first says of whom it is, the others are what there is to know."""
    whom = [(((line, Ink.STRONG),), ()) for line in wrap(facts[0].split(), room)]
    return [*whom, *(line for words in facts[1:] for line in _fact(words, room))]


def _fact(words: str, room: int) -> list[Sides]:
    return [
        (((f"{'·' if at == 0 else ' '} {part}", Ink.TEXT),), ())
        for at, part in enumerate(textwrap.wrap(words, max(10, room - 2)))
    ]


def _line(prompt: str, question: Question, seconds_left: int, room: int) -> list[Sides]:
    """What is typed so far, and how long there is still time: in a line of its own where there is little room."""
    answer: tuple[Span, ...] = (("Esc ", Ink.STRONG), (f"{_('no')}   {seconds_left:2d} s", Ink.TEXT))
    beside = width_of(prompt) + taken(answer) + _TYPED <= room
    left = max(4, room - width_of(prompt) - (taken(answer) + 4 if beside else 2))
    shown = question.typed
    if width_of(shown) > left:
        shown = "…" + _end_of(shown, left - 1)
    said = ((f"{prompt} ", Ink.STRONG), (f"{shown}_", Ink.WAITING))
    return [(said, answer)] if beside else [(said, ()), ((), answer)]


def _end_of(text: str, width: int) -> str:
    """As much of the end of `text` as `width` cells hold."""
    while width_of(text) > width:
        text = text[1:]
    return text
