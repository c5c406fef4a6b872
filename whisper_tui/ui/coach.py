"""The coach of a story: says what to try next, and goes on once it is done. It never keeps a key from doing anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from whisper_tui.engine.backend import Phase, StripView
from whisper_tui.engine.lesson import Hint, When
from whisper_tui.engine.rows import CallRow
from whisper_tui.supervision.intents import Whom
from whisper_tui.terms import CallKey, CallState, Mode, Notice
from whisper_tui.ui.keymap import Keymap

LONG_HOLD = 20.0
"""Seconds on hold from which on a call is going wrong."""

_SAID = {"cue.sent": When.CUED, "note.saved": When.NOTED, "score.saved": When.SCORED}
"""What a Notice tells of that has come about."""

_OF_A_CALL = frozenset({When.LISTENING, When.FOLLOWING, When.WHISPERING, When.MOVED})
"""What makes a hint say what can be done while a call is heard: it may be over before."""

ALONE = "hint.alone"

_IN_TURN = frozenset({When.START, When.LEFT, When.HELD})
"""What comes about without the person having learned what stands before it: such a hint waits for its turn."""


class Sight(NamedTuple):
    """What the coach looks at.

    Args:
        heard: the call that was heard at the last look, and its agent.
        now: monotonic seconds.
    """

    strip: StripView
    calls: Iterable[CallRow]
    filtered: bool
    heard: tuple[CallKey, str] | None
    now: float


def heard(strip: StripView) -> tuple[CallKey, str] | None:
    """Return the call that is heard, and its agent; None while that is not confirmed."""
    return (strip.call, strip.agent) if strip.phase is Phase.ON and strip.call is not None else None


def holds(when: When, sight: Sight) -> bool:
    """Tell whether `when` is so now; what a Notice tells is no state."""
    strip = sight.strip
    match when:
        case When.START:
            return True
        case When.FILTERED:
            return sight.filtered
        case When.HELD:
            return any(_is_forgotten(row, sight.now) for row in sight.calls)
        case When.LISTENING:
            return strip.phase is Phase.ON
        case When.FOLLOWING:
            return strip.following is Whom.CALL
        case When.WHISPERING:
            return strip.phase is Phase.ON and strip.mode is Mode.WHISPER
        case When.MOVED:
            here = heard(strip)
            return here is not None and sight.heard is not None and here[0] == sight.heard[0] and here != sight.heard
        case When.LEFT:
            return strip.phase is Phase.NONE
        case When.CUED | When.NOTED | When.SCORED:
            return False


def step(hints: Sequence[Hint], at: int, sight: Sight) -> int:
    """Return the hint that is said now, after the one at `at`: whoever is further already is not held up."""
    deeds = (n for n, hint in enumerate(hints) if n > at and hint.when not in _IN_TURN and holds(hint.when, sight))
    at = max(deeds, default=at)
    while at + 1 < len(hints) and holds(hints[at + 1].when, sight):
        at += 1
    return at


def _is_forgotten(row: CallRow, now: float) -> bool:
    return row.state is CallState.HELD and row.held_since is not None and now - row.held_since >= LONG_HOLD


class Coach:
    """How far somebody is in a story.

    Args:
        hints: what is said, in order.
    """

    def __init__(self, hints: Sequence[Hint] = ()) -> None:
        self._hints = tuple(hints)
        self._at = 0
        self._speaks = True
        self._alone = False
        self._heard: tuple[CallKey, str] | None = None
        self._keys: dict[str, str] = {}

    def __len__(self) -> int:
        """How much there is to say."""
        return len(self._hints)

    def turn(self) -> None:
        """Say nothing more, or speak again."""
        self._speaks = not self._speaks

    def look(self, strip: StripView, calls: Iterable[CallRow], *, filtered: bool, now: float) -> None:
        """See how things stand."""
        if self._hints:
            self._at = step(self._hints, self._at, Sight(strip, calls, filtered, self._heard, now))
            self._heard = heard(strip) or self._heard
            nobody = strip.phase in (Phase.NONE, Phase.IDLE) and strip.following is None
            self._alone = nobody and self._hints[self._at].when in _OF_A_CALL

    def told(self, code: str) -> None:
        """See what the person was told."""
        when = _SAID.get(code)
        self._at = max(
            (n for n, hint in enumerate(self._hints) if hint.when is when and n > self._at), default=self._at
        )

    def says(self, keymap: Keymap) -> Notice | None:
        """Return what to try next, its keys filled in as this person has them; None: nothing, or not wanted."""
        if not self._hints or not self._speaks:
            return None
        self._keys = self._keys or {deed.name: keymap.key_of(deed.name) for deed in keymap.deeds}
        say = ALONE if self._alone else self._hints[self._at].say
        return Notice(say, {**self._keys, "n": str(self._at + 1), "all": str(len(self._hints))})
