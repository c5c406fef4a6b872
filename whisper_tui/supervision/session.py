"""A supervised call, as a table.

If a move is not in MOVES it cannot happen, and `step` says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from whisper_tui.errors import WhisperError
from whisper_tui.terms import CallKey, LegId, Microphone, Mode, SessionId, Uniqueid


class State(Enum):
    """Where the leg is, as far as the PBX has confirmed it."""

    DIALLING = "dialling"
    RINGING = "ringing"
    PROVING = "proving"
    IDLE = "idle"
    AIMING = "aiming"
    SILENT = "silent"
    WHISPER = "whisper"
    BARGE = "barge"
    RELEASING = "releasing"
    LEAVING = "leaving"
    UNKNOWN = "unknown"
    GONE = "gone"


class Input(Enum):
    """What can happen to it."""

    RANG = "rang"
    ANSWERED = "answered"
    LOCKED = "locked"
    NOT_LOCKED = "not locked"
    AIM = "aim"
    HEARS = "hears"
    TO_SILENT = "to silent"
    TO_WHISPER = "to whisper"
    TO_BARGE = "to barge"
    RELEASE = "release"
    RELEASED = "released"
    TARGET_GONE = "target gone"
    UNCONFIRMED = "unconfirmed"
    LEAVE = "leave"
    ENDED = "ended"


_END = {Input.LEAVE: State.LEAVING, Input.UNCONFIRMED: State.UNKNOWN, Input.ENDED: State.GONE}
_HEARING = {
    Input.TO_SILENT: State.SILENT,
    Input.TO_WHISPER: State.WHISPER,
    Input.TO_BARGE: State.BARGE,
    Input.AIM: State.AIMING,
    Input.RELEASE: State.RELEASING,
    Input.TARGET_GONE: State.IDLE,
    **_END,
}

MOVES: dict[State, dict[Input, State]] = {
    State.DIALLING: {Input.RANG: State.RINGING, Input.ANSWERED: State.PROVING, **_END},
    State.RINGING: {Input.ANSWERED: State.PROVING, **_END},
    # NOT_LOCKED will lead to legs of the kinds `open` and `fixed`; until they are built such a leg is hung up.
    State.PROVING: {Input.LOCKED: State.IDLE, Input.NOT_LOCKED: State.LEAVING, **_END},
    State.IDLE: {Input.AIM: State.AIMING, **_END},
    State.AIMING: {Input.HEARS: State.SILENT, Input.TARGET_GONE: State.IDLE, **_END},
    State.SILENT: _HEARING,
    State.WHISPER: _HEARING,
    State.BARGE: _HEARING,
    State.RELEASING: {Input.RELEASED: State.IDLE, Input.TARGET_GONE: State.IDLE, **_END},
    State.LEAVING: {Input.ENDED: State.GONE, Input.LEAVE: State.LEAVING, Input.UNCONFIRMED: State.UNKNOWN},
    State.UNKNOWN: {Input.ENDED: State.GONE, Input.LEAVE: State.UNKNOWN, Input.UNCONFIRMED: State.UNKNOWN},
    State.GONE: {},
}

HEARING = {State.SILENT: Mode.SILENT, State.WHISPER: Mode.WHISPER, State.BARGE: Mode.BARGE}
"""The states in which somebody is heard, and the confirmed mode."""

TO = {Mode.SILENT: Input.TO_SILENT, Mode.WHISPER: Input.TO_WHISPER, Mode.BARGE: Input.TO_BARGE}


class ImpossibleMove(WhisperError):
    """A fault of this program: the table has no such move."""


def step(state: State, happened: Input) -> State:
    """Return the state after `happened`.

    Raises:
        ImpossibleMove: `happened` is not in MOVES for `state`.
    """
    try:
        return MOVES[state][happened]
    except KeyError:
        raise ImpossibleMove(f"'{happened.value}' cannot happen to a leg that is {state.value}") from None


@dataclass(slots=True)
class Session:
    """One aim at one agent's call: what its records say of it. Moments are seconds of the monotonic clock.

    Args:
        heard_from: when ChanSpyStart confirmed it, None before.
        seconds: by confirmed mode, up to the last change.
        audible: seconds in which the customer could hear the supervisor (barge with the microphone not surely closed).
    """

    ident: SessionId
    leg: LegId
    call: CallKey
    target: Uniqueid
    agent: str
    member: str
    queue: str
    caller: str
    linkedid: str = ""
    reason: str = ""
    follows: SessionId | None = None
    asked_at: float = 0.0
    heard_from: float | None = None
    seconds: dict[Mode, float] = field(default_factory=dict)
    audible: float = 0.0
    _since: float | None = None
    _mode: Mode | None = None
    _microphone: Microphone = Microphone.OPEN

    def mark(self, mode: Mode | None, microphone: Microphone, now: float) -> None:
        """From `now` on it is in `mode` (None: heard no more) with this microphone."""
        if self._since is not None and self._mode is not None:
            spent = max(0.0, now - self._since)
            self.seconds[self._mode] = self.seconds.get(self._mode, 0.0) + spent
            if self._mode is Mode.BARGE and self._microphone is not Microphone.MUTED:
                self.audible += spent
        if mode is not None and self.heard_from is None:
            self.heard_from = now
        self._mode, self._microphone, self._since = mode, microphone, now
