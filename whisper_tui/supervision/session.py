"""A supervised call, as a table.

If a move is not in MOVES it cannot happen, and `step` says so.
"""

from __future__ import annotations

from enum import Enum

from msgspec import Struct, field

from whisper_tui.errors import WhisperError
from whisper_tui.supervision.talk import Talk
from whisper_tui.terms import CallKey, LegId, Microphone, Mode, Recording, Right, SessionId, Uniqueid


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
    THIRD = "third"
    TAKING = "taking"
    """The customer was asked for: either the agent still has them, or the supervisor has."""
    TAKEOVER = "takeover"
    RELEASING = "releasing"
    LEAVING = "leaving"
    UNKNOWN = "unknown"
    GONE = "gone"


class Input(Enum):
    """What can happen to it."""

    RANG = "rang"
    ANSWERED = "answered"
    LOCKED = "locked"
    OPEN = "open"
    """The keypad cannot be locked, and may stay so."""
    FIXED = "fixed"
    """No key switches it: it is in one mode for good."""
    NOT_FIT = "not fit"
    """The keypad cannot be locked, and must be: another leg is needed."""
    JOINED = "joined"
    """In the bridge of the call itself."""
    AIM = "aim"
    HEARS = "hears"
    TAKE = "take"
    TAKEN = "taken"
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
    Input.TAKE: State.TAKING,
    Input.RELEASE: State.RELEASING,
    Input.TARGET_GONE: State.IDLE,
    **_END,
}

MOVES: dict[State, dict[Input, State]] = {
    State.DIALLING: {Input.RANG: State.RINGING, Input.ANSWERED: State.PROVING, Input.JOINED: State.THIRD, **_END},
    State.RINGING: {Input.ANSWERED: State.PROVING, Input.JOINED: State.THIRD, **_END},
    State.PROVING: {
        Input.LOCKED: State.IDLE,
        Input.OPEN: State.IDLE,
        Input.FIXED: State.IDLE,
        Input.NOT_FIT: State.LEAVING,
        **_END,
    },
    State.IDLE: {Input.AIM: State.AIMING, **_END},
    # A leg of one mode is in it at once; its microphone is closed then.
    State.AIMING: {
        Input.HEARS: State.SILENT,
        Input.TO_WHISPER: State.WHISPER,
        Input.TO_BARGE: State.BARGE,
        Input.TARGET_GONE: State.IDLE,
        **_END,
    },
    State.SILENT: _HEARING,
    State.WHISPER: _HEARING,
    State.BARGE: _HEARING,
    State.THIRD: _END,
    State.TAKING: {
        Input.TAKEN: State.TAKEOVER,
        Input.TO_BARGE: State.BARGE,
        Input.TO_SILENT: State.SILENT,
        Input.TO_WHISPER: State.WHISPER,
        Input.TARGET_GONE: State.IDLE,
        **_END,
    },
    # An ordinary call: no step of ours has to be confirmed for it to go on.
    State.TAKEOVER: {Input.LEAVE: State.LEAVING, Input.ENDED: State.GONE, Input.UNCONFIRMED: State.UNKNOWN},
    State.RELEASING: {Input.RELEASED: State.IDLE, Input.TARGET_GONE: State.IDLE, **_END},
    State.LEAVING: {Input.ENDED: State.GONE, Input.LEAVE: State.LEAVING, Input.UNCONFIRMED: State.UNKNOWN},
    # TAKEN: the link was lost with the customer on the way, and at the reconnect they are seen to talk.
    State.UNKNOWN: {
        Input.ENDED: State.GONE,
        Input.LEAVE: State.UNKNOWN,
        Input.UNCONFIRMED: State.UNKNOWN,
        Input.TAKEN: State.TAKEOVER,
    },
    State.GONE: {},
}

SPYING = {State.SILENT: Mode.SILENT, State.WHISPER: Mode.WHISPER, State.BARGE: Mode.BARGE}
"""The states in which ChanSpy hears somebody, and the confirmed mode."""

HEARING = {**SPYING, State.THIRD: Mode.THIRD, State.TAKEOVER: Mode.TAKEOVER}
"""The states in which somebody is heard, and the confirmed mode."""

COACHING = frozenset({Mode.WHISPER, Mode.BARGE})
"""The modes in which a supervisor coaches an agent by voice."""

AUDIBLE = frozenset({Mode.BARGE, Mode.THIRD, Mode.TAKEOVER})
"""The modes in which the customer hears the supervisor."""

TO = {Mode.SILENT: Input.TO_SILENT, Mode.WHISPER: Input.TO_WHISPER, Mode.BARGE: Input.TO_BARGE}


WEIGHT = {Recording.OFF: 0, Recording.UNKNOWN: 1, Recording.PAUSED: 2, Recording.ON: 3}


def holds_coach(mode: Mode | None, recorded: tuple[Recording, Recording]) -> bool | None:
    """Whether a recording of the customer's or the agent's channel holds the supervisor's voice; None: it cannot be told.

    ChanSpy's whisper and barge are in none; a party of the bridge is in the recording of whoever is left in it (measured with
    MixMonitor on 22.10.1, AUDIO.md F4).
    """
    if mode not in (Mode.TAKEOVER, Mode.THIRD):
        return False
    counts = recorded if mode is Mode.THIRD else recorded[:1]
    if Recording.ON in counts:
        return True
    return None if Recording.UNKNOWN in counts else False


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


class Belongs(Struct, frozen=True):
    """What a call belonged to when it was asked for, by the policy of then; "" where to none."""

    campaign: str = ""
    department: str = ""
    team: str = ""
    location: str = ""


class Session(Struct):
    """One aim at one agent's call: what its records say of it. Moments are seconds of the monotonic clock.

    Args:
        heard_from: when ChanSpyStart confirmed it, None before.
        seconds: by confirmed mode, up to the last change.
        audible: seconds in which the customer could hear the supervisor (the microphone not surely closed).
        recorded: the customer's channel, and the agent's; recording_file: the last that was known.
        declined: the agent's refusal to be coached is written down.
        suspended: the privacy curtain fell on it.
        told: the agent was sent the text that the profile asks for.
        picked: chance chose the call.
        glass: the rules that the person went past in an emergency, for which right; all of them on disk.
        talk: what the supervisor has said to the agent, None: it is not measured.
        ever_held: whether a recording has held the supervisor's voice at any time; None: it cannot be told.
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
    recorded: tuple[Recording, Recording] = (Recording.UNKNOWN, Recording.UNKNOWN)
    recording_file: str = ""
    ever_held: bool | None = False
    talk: Talk | None = None
    declined: bool = False
    told: bool = False
    suspended: bool = False
    picked: bool = False
    glass: dict[Right, frozenset[str]] = field(default_factory=dict)
    belongs: Belongs = field(default_factory=Belongs)
    _since: float | None = None
    _mode: Mode | None = None
    _microphone: Microphone = Microphone.OPEN

    @property
    def recording(self) -> Recording:
        """Of the call: a call is recorded if either channel is."""
        return max(self.recorded, key=WEIGHT.__getitem__)

    @property
    def mode(self) -> Mode | None:
        """The one that was marked last."""
        return self._mode

    @property
    def holds_coach(self) -> bool | None:
        """Whether a recording holds the supervisor's voice now (AUDIO.md F4)."""
        return holds_coach(self._mode, self.recorded)

    def spent(self, now: float) -> dict[Mode, float]:
        """Seconds by confirmed mode, up to `now`."""
        spent = dict(self.seconds)
        if self._mode is not None:
            spent[self._mode] = spent.get(self._mode, 0.0) + self._lasted(now)
        return spent

    def record(self, customer: Recording, agent: Recording, file: str) -> None:
        """What is known of the recordings of its call from now on."""
        self.recorded = (customer, agent)
        self.recording_file = file or self.recording_file
        self._remember()

    def mark(self, mode: Mode | None, microphone: Microphone, now: float) -> None:
        """From `now` on it is in `mode` (None: heard no more) with this microphone."""
        if self._mode in AUDIBLE and self._microphone is not Microphone.MUTED:
            self.audible += self._lasted(now)
        self.seconds = self.spent(now)
        if mode is not None and self.heard_from is None:
            self.heard_from = now
        self._mode, self._microphone, self._since = mode, microphone, now
        if self.talk is not None:
            self.talk = self.talk.heard(now) if self._coaches else self.talk.hushed(now)
        self._remember()

    def measure(self, speaks: float | None, now: float) -> None:
        """What is said is measured from `now` on; `speaks`: since when somebody does, None: nobody."""
        talk = Talk(now, speaks=speaks)
        self.talk = talk.heard(now) if self._coaches else talk

    @property
    def _coaches(self) -> bool:
        return self._mode in COACHING and self._microphone is Microphone.OPEN

    def _lasted(self, now: float) -> float:
        """Seconds since the last mark."""
        return max(0.0, now - self._since) if self._since is not None else 0.0

    def _remember(self) -> None:
        if self.ever_held is not True and self.holds_coach is not False:
            self.ever_held = self.holds_coach
