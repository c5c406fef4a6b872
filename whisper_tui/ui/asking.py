"""What the keys for speaking and hearing mean now: an Intent, a question first, or the reason why nothing. Pure.

You speak to the call that you hear. Where the cursor stands on another one, `l` goes there, and only then can you speak
there: a whisper must not reach the wrong agent because the cursor had moved on.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, TypeAlias

from whisper_tui.engine.backend import CallRow, Phase, StripView
from whisper_tui.supervision.intents import Barge, Intent, Leave, Listen, Mute, Unmute, Whisper
from whisper_tui.terms import CallKey, Microphone, Mode, Notice
from whisper_tui.ui import present
from whisper_tui.ui.words import _

UP = frozenset(Phase) - {Phase.NONE}
"""Phases in which there is a leg to look after."""

_JOINED = frozenset({Phase.AIMING, Phase.ON, Phase.UNKNOWN})


class Confirm(NamedTuple):
    """The customer would hear: Enter within `SECONDS`, or not at all."""

    intent: Barge
    agent: str
    queue: str
    caller: str
    parties: int


SECONDS = 5.0
"""How long the question of a barge stands."""

Meant: TypeAlias = Intent | Confirm | Notice


class Sight(NamedTuple):
    """What the person sees as they press: the strip, the row under the cursor, or the call that ended under it."""

    strip: StripView
    row: CallRow | None
    gone: CallRow | None
    rows: Mapping[CallKey, CallRow]


def audible(strip: StripView) -> bool:
    """Tell whether somebody hears the supervisor, is about to, or might: silence is one key away then."""
    if strip.phase is Phase.UNKNOWN:
        return True
    return strip.phase in _JOINED and (_speaks(strip.mode) or _speaks(strip.asked))


def is_quiet(intent: Intent, strip: StripView) -> bool:
    """Tell whether `intent` only makes things quieter: it is then never held back."""
    if isinstance(intent, Listen):
        return intent.call == strip.call and strip.phase in _JOINED
    return not isinstance(intent, Whisper | Barge | Unmute)


def listen(sight: Sight) -> Meant:
    """`l`: from whisper or barge back to silence wherever the cursor stands; else hear the call under the cursor."""
    strip = sight.strip
    if audible(strip) and strip.call is not None:
        return Listen(strip.call)
    target = _under_cursor(sight)
    if isinstance(target, Notice):
        return target
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
    """`b`: as `whisper`, and asked first."""
    target = _to_speak_in(sight)
    if isinstance(target, Notice):
        return target
    if _already(sight.strip, target, Mode.BARGE):
        return _is_so(Mode.BARGE)
    row = sight.rows.get(target)
    if row is None:
        return Confirm(Barge(target), sight.strip.agent, sight.strip.queue, sight.strip.caller, 2)
    return Confirm(Barge(target), present.person(row), present.queue_name(row), present.caller(row), row.parties)


def microphone(sight: Sight) -> Meant:
    """`m`: close it unless it is known to be closed."""
    if sight.strip.phase not in UP:
        return Notice("session.none")
    return Unmute() if sight.strip.microphone is Microphone.MUTED else Mute()


def leave(sight: Sight) -> Meant:
    """`x`: end my leg; the call goes on."""
    return Leave() if sight.strip.phase in UP else Notice("session.none")


def _speaks(mode: Mode | None) -> bool:
    return mode in (Mode.WHISPER, Mode.BARGE)


def _already(strip: StripView, call: CallKey, mode: Mode) -> bool:
    return strip.phase is Phase.ON and strip.call == call and strip.mode is mode and strip.asked in (None, mode)


def _is_so(mode: Mode) -> Notice:
    return Notice("session.already", {"mode": _(present.MODES[mode][0])})


def _under_cursor(sight: Sight) -> CallRow | Notice:
    if sight.row is not None:
        return sight.row
    if sight.gone is not None:
        return Notice("cursor.gone", {"agent": present.head(sight.gone)})
    return Notice("cursor.none")


def _to_speak_in(sight: Sight) -> CallKey | Notice:
    strip = sight.strip
    if strip.phase in _JOINED and strip.call is not None:
        if sight.row is not None and sight.row.key != strip.call:
            return Notice("session.elsewhere", {"agent": strip.agent})
        return strip.call
    target = _under_cursor(sight)
    return target if isinstance(target, Notice) else target.key
