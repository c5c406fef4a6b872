"""What the keys for speaking and hearing mean now: an Intent, a question first, or the reason why nothing. Pure.

You speak to the call that you hear. Where the cursor stands on another one, `l` goes there, and only then can you speak
there: a whisper must not reach the wrong agent because the cursor had moved on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import NamedTuple, Protocol, TypeAlias, TypeVar

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.rows import AgentRow, CallRow, PetitionRow
from whisper_tui.supervision.intents import (
    QUIET,
    Acknowledge,
    AnswerHand,
    Approve,
    Barge,
    Follow,
    HandBack,
    Intent,
    Join,
    Leave,
    Listen,
    Mute,
    Reject,
    Release,
    Reveal,
    TakeOver,
    Unfollow,
    Unmute,
    Whisper,
    Whom,
)
from whisper_tui.terms import CallKey, Microphone, Mode, Notice, Pbx
from whisper_tui.ui import present
from whisper_tui.ui.petitions import Allow, News
from whisper_tui.ui.typed import About, Typed, number_of
from whisper_tui.ui.words import _

UP = frozenset(Phase) - {Phase.NONE}
"""Phases in which there is a leg to look after."""

_JOINED = frozenset({Phase.AIMING, Phase.ON, Phase.UNKNOWN})

CROWD = 2
"""More than so many in a call, and ChanSpy's barge reaches the agent alone (AUDIO.md F3)."""


class Confirm(NamedTuple):
    """Somebody would hear, or lose, the supervisor: Enter within `SECONDS`, or not at all."""

    intent: Barge | Join | Leave
    agent: str
    queue: str
    caller: str


SECONDS = 5.0
"""How long a question stands that Enter answers."""

Meant: TypeAlias = Intent | Confirm | Typed | Allow | Notice
Changed = TypeVar("Changed", bound=Intent)


class Change(Protocol):
    """Makes one Intent of another."""

    def __call__(self, intent: Changed, /) -> Changed: ...


class Sight(NamedTuple):
    """What the person sees as they press.

    Args:
        row: the call under the cursor; `gone`: the one that ended under it.
        heard: the call that is heard, as it was when it last had an agent.
        queues: those that are shown.
        news: what others ask for, and what this person waits for.
        hand: the agent who has asked for help longest.
        moved: why the call under the cursor is another than the person sees.
    """

    strip: StripView
    row: CallRow | None
    gone: CallRow | None
    rows: Mapping[CallKey, CallRow]
    heard: CallRow | None = None
    queues: Collection[tuple[Pbx, str]] = ()
    news: News = News()
    hand: AgentRow | None = None
    moved: Notice | None = None


Means: TypeAlias = Callable[[Sight], Meant]
"""What a key means, once it is known what the person sees."""


def first(meant: Intent | Confirm | Typed | Allow) -> Intent:
    """Return what is started, or the first of what may be."""
    return intents(meant)[0]


def intents(meant: Intent | Confirm | Typed | Allow) -> tuple[Intent, ...]:
    """Return all that may be started."""
    match meant:
        case Confirm(intent=intent) | Allow(intent=intent):
            return (intent,)
        case Typed(answers=answers):
            return tuple(intent for _text, intent in answers)
        case _:
            return (meant,)


def each(meant: Meant, change: Change) -> Meant:
    """Return `meant` with `change` made to all that it may start."""
    match meant:
        case Notice() | Allow():
            return meant
        case Confirm(intent=intent):
            return meant._replace(intent=change(intent))
        case Typed(answers=answers):
            return meant._replace(answers=tuple((text, change(intent)) for text, intent in answers))
        case _:
            return change(meant)


def about(call: CallKey, sight: Sight) -> About:
    """Return whose call it is."""
    row, strip = sight.rows.get(call), sight.strip
    if row is None:
        return About(strip.agent, "", strip.queue, strip.caller)
    return About(present.person(row), row.agent_device, present.queue_name(row), present.caller(row))


def audible(strip: StripView) -> bool:
    """Tell whether somebody hears the supervisor, is about to, or might: silence is one key away then."""
    if strip.phase is Phase.UNKNOWN:
        return True
    return strip.phase in _JOINED and (_speaks(strip.mode) or _speaks(strip.asked))


def own_call(strip: StripView) -> bool:
    """Tell whether the supervisor talks with the customer in the agent's place."""
    return strip.phase is Phase.ON and strip.mode is Mode.TAKEOVER


def in_call(strip: StripView) -> bool:
    """Tell whether the supervisor is a party of the call itself, which has no silence but a closed microphone."""
    return strip.phase is Phase.ON and strip.mode in (Mode.THIRD, Mode.TAKEOVER)


def is_quiet(intent: Intent, strip: StripView) -> bool:
    """Tell whether `intent` only makes things quieter: it is then never held back."""
    if isinstance(intent, Listen):
        return intent.call == strip.call and strip.phase in _JOINED and not in_call(strip)
    # A key held down must not take back the following that it began.
    return isinstance(intent, QUIET) and not isinstance(intent, Unfollow)


def listen(sight: Sight) -> Meant:
    """`l`: from whisper or barge back to silence wherever the cursor stands; else hear the call under the cursor."""
    strip = sight.strip
    if in_call(strip) and strip.microphone is not Microphone.MUTED:
        return Mute()
    if audible(strip) and strip.call is not None and not in_call(strip):
        return Listen(strip.call)
    if (why := _standstill(strip)) is not None:
        return why
    target = _under_cursor(sight)
    if isinstance(target, Notice):
        return target
    if in_call(strip) and target.key == strip.call:
        return Notice("party.silent")
    if _already(strip, target.key, Mode.SILENT):
        return _is_so(Mode.SILENT)
    return Listen(target.key)


def whisper(sight: Sight) -> Meant:
    """`w`: speak to the agent of the call that is heard, or of the one under the cursor where none is."""
    target = _to_speak_in(sight)
    if isinstance(target, Notice):
        return target
    return _is_so(Mode.WHISPER) if _already(sight.strip, target, Mode.WHISPER) else Whisper(target)


def barge(sight: Sight) -> Meant:
    """`b`: as `whisper`, and asked first; into a call of three or more as a party of it."""
    target = _to_speak_in(sight)
    if isinstance(target, Notice):
        return target
    row = sight.rows.get(target)
    crowded = row is not None and row.parties > CROWD
    for mode in (Mode.BARGE, Mode.THIRD):
        if _already(sight.strip, target, mode):
            return _is_so(mode)
    intent = Join(target) if crowded else Barge(target)
    if row is None:
        return Confirm(intent, sight.strip.agent, sight.strip.queue, sight.strip.caller)
    return Confirm(intent, present.person(row), present.queue_name(row), present.caller(row))


def take_over(sight: Sight) -> Meant:
    """`T`: talk with the customer in the agent's place; the agent's number is typed first."""
    target = _to_speak_in(sight)
    if isinstance(target, Notice):
        return target
    row = sight.rows.get(target)
    number = number_of(row.agent_device) if row is not None else ""
    if row is None or not number:
        return Notice("call.no_agent_channel")
    return Typed(
        ((number, TakeOver(target)),),
        present.person(row),
        row.agent_device,
        present.queue_name(row),
        present.caller(row),
        row.parties,
    )


def hand_back(sight: Sight) -> Meant:
    """`H`: give the customer of my own call to its agent again, or to a queue; whichever is typed."""
    strip, heard = sight.strip, sight.heard
    if not own_call(strip) or strip.call is None:
        return Notice("handback.no_call")
    device = heard.agent_device if heard is not None else ""
    agent = number_of(device) or strip.agent
    queues = sorted(queue for pbx, queue in sight.queues if pbx == strip.call.pbx and queue != agent)
    answers = [(agent, HandBack())] if agent else []
    answers += [(queue, HandBack(queue)) for queue in queues]
    if not answers:
        return Notice("call.no_agent_channel")
    return Typed(tuple(answers), strip.agent, device, strip.queue, strip.caller)


def follow(whom: Whom) -> Callable[[Sight], Meant]:
    """`f` `F`: go where the call, or the agent, goes; the same key again: stay."""

    def meant(sight: Sight) -> Meant:
        strip = sight.strip
        if own_call(strip):
            return Notice("takeover.own_call")
        if strip.phase in UP and strip.following is whom:
            return Unfollow()
        return Notice("session.none") if strip.phase not in UP or strip.call is None else Follow(whom)

    return meant


def microphone(sight: Sight) -> Meant:
    """`m`: close it unless it is known to be closed."""
    if sight.strip.phase not in UP:
        return Notice("session.none")
    return Unmute() if sight.strip.microphone is Microphone.MUTED else Mute()


def release(sight: Sight) -> Meant:
    """`r`: hear nothing more, and keep the phone off the hook."""
    strip = sight.strip
    if strip.phase not in UP:
        return Notice("session.none")
    if strip.phase is Phase.IDLE:
        return Notice("release.idle")
    if in_call(strip):
        return Notice("takeover.own_call" if own_call(strip) else "release.party")
    return Release() if strip.phase in (Phase.AIMING, Phase.ON) else Notice("busy.asking")


def leave(sight: Sight) -> Meant:
    """`x`: end my leg; the call goes on. A customer of my own is asked about first."""
    strip = sight.strip
    if own_call(strip):
        return Confirm(Leave(), strip.agent, strip.queue, strip.caller)
    return Leave() if strip.phase in UP else Notice("session.none")


def reveal(sight: Sight) -> Meant:
    """`R`: the whole number of the caller under the cursor."""
    target = _under_cursor(sight)
    return target if isinstance(target, Notice) else Reveal(target.key)


def allow(sight: Sight) -> Meant:
    """`A`: allow what somebody waits for, the oldest first; else it was read that glass was broken."""
    first = sight.news.first
    if first is None:
        return Notice("petition.nothing")
    if sight.news.fresh:
        return Notice("petition.fresh")
    return Allow(Approve(first.ident), first) if isinstance(first, PetitionRow) else Acknowledge(first.ident)


def refuse(sight: Sight) -> Meant:
    """`D`: do not allow it."""
    if not sight.news.petitions:
        return Notice("petition.nothing")
    return Notice("petition.fresh") if sight.news.fresh else Reject(sight.news.petitions[0].ident)


def answer_hand(sight: Sight) -> Meant:
    """`h`: take the hand that is up longest."""
    return AnswerHand(sight.hand.pbx, sight.hand.device) if sight.hand is not None else Notice("hand.none")


def _speaks(mode: Mode | None) -> bool:
    return mode not in (None, Mode.SILENT)


def _already(strip: StripView, call: CallKey, mode: Mode) -> bool:
    return strip.phase is Phase.ON and strip.call == call and strip.mode is mode and strip.asked in (None, mode)


def _is_so(mode: Mode) -> Notice:
    return Notice("session.already", {"mode": _(present.MODES[mode][0])})


def _standstill(strip: StripView) -> Notice | None:
    """Why nothing may be started whichever call is meant, or None."""
    if strip.phase is Phase.TAKING:
        return Notice("busy.asking")
    return Notice("takeover.own_call") if own_call(strip) else None


def _under_cursor(sight: Sight) -> CallRow | Notice:
    if sight.moved is not None:
        return sight.moved
    if sight.row is not None:
        return sight.row
    if sight.gone is not None:
        return Notice("cursor.gone", {"agent": present.head(sight.gone)})
    return Notice("cursor.none")


def _to_speak_in(sight: Sight) -> CallKey | Notice:
    strip = sight.strip
    if (why := _standstill(strip)) is not None:
        return why
    if strip.phase in _JOINED and strip.call is not None:
        if sight.row is not None and sight.row.key != strip.call:
            return Notice("session.elsewhere", {"agent": strip.agent})
        return strip.call
    target = _under_cursor(sight)
    return target if isinstance(target, Notice) else target.key
