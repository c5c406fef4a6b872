"""What a console talks to. The embedded engine, the daemon's client and the tests' fake all are one; nobody can tell which.

Everything here is a value that has passed the profile: rows out of scope are absent, numbers are masked. Moments are seconds of
the monotonic clock that the backend shares with the console (`now`), so that durations tick without anybody sending them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from msgspec import Struct, field

from whisper_tui.engine.reading import Filter, LogEntry, LogPage
from whisper_tui.engine.rows import (
    AgentKey,
    AgentRow,
    CallRow,
    GlassRow,
    LinkRow,
    PetitionRow,
    QueueRow,
    SpyKey,
    SpyRow,
    TraceRow,
)
from whisper_tui.scorecard import Scorecard
from whisper_tui.supervision.intents import Answer, Intent, PetitionId, Refused, Whom
from whisper_tui.supervision.quality import NOT_TOLD, Quality
from whisper_tui.supervision.talk import Talk
from whisper_tui.terms import (
    CallKey,
    LegId,
    LegKind,
    Microphone,
    Mode,
    Notice,
    Pbx,
    Recording,
    SessionId,
)


class Hears(Enum):
    """Whether somebody can hear the supervisor, as far as the PBX has confirmed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Phase(Enum):
    """Where the supervisor's leg is. Nothing is shown here that the PBX has not confirmed."""

    NONE = "none"
    RINGING = "ringing"
    PROVING = "proving"
    IDLE = "idle"
    """Up, proved, hears nothing."""
    AIMING = "aiming"
    ON = "on"
    """`mode` is confirmed."""
    TAKING = "taking"
    """The customer was asked for: the agent still has them, or the supervisor does."""
    LEAVING = "leaving"
    RELEASING = "releasing"
    """On the way to IDLE: the phone stays up."""
    UNKNOWN = "unknown"
    """A confirmation did not come: it is being muted and hung up."""


class StripView(Struct, frozen=True):
    """The session strip: always what was confirmed."""

    phase: Phase
    phone: str = ""
    leg: LegId | None = None
    kind: LegKind | None = None
    session: SessionId | None = None
    call: CallKey | None = None
    agent: str = ""
    queue: str = ""
    caller: str = ""
    mode: Mode | None = None
    asked: Mode | None = None
    """A switch that is not confirmed yet: "asking"."""
    microphone: Microphone = Microphone.UNKNOWN
    agent_hears: Hears = Hears.NO
    customer_hears: Hears = Hears.NO
    since: float = 0.0
    """When this phase, or this mode, was confirmed."""
    session_since: float = 0.0
    seconds: Mapping[Mode, float] = field(default_factory=dict)
    """By mode, up to `since`."""
    recording: Recording = Recording.UNKNOWN
    recorded: bool | None = None
    """Whether the supervisor's own voice is in a recording of the call; None: it cannot be told."""
    talk: Talk | None = None
    """How much the supervisor has said to the agent in this session, None: it is not measured."""
    measured: bool | None = None
    """Whether talk detection is on, on this leg; None: not known yet."""
    agent_line: Quality = NOT_TOLD
    own_line: Quality = NOT_TOLD
    """How good the lines of the agent's phone and of the supervisor's own are."""
    following: Whom | None = None
    limit: float | None = None
    """When the leg (idle limit), the session or its mode ends by a rule, or None."""
    ended: Notice | None = None
    """With phase NONE: how the last leg ended, until the next one starts."""


class Banner(Struct, frozen=True):
    """A line across the screen: direct mode, a log that cannot be written, no policy, an alarm."""

    notice: Notice
    alarm: bool = False


class FloorView(Struct, frozen=True):
    """Everything this profile may see, at one moment."""

    calls: Mapping[CallKey, CallRow]
    queues: Mapping[tuple[Pbx, str], QueueRow]
    links: Mapping[Pbx, LinkRow]
    strip: StripView
    banners: tuple[Banner, ...] = ()
    spies: Mapping[SpyKey, SpyRow] = field(default_factory=dict)
    petitions: Mapping[PetitionId, PetitionRow] = field(default_factory=dict)
    glass: Mapping[str, GlassRow] = field(default_factory=dict)
    agents: Mapping[AgentKey, AgentRow] = field(default_factory=dict)


class ViewChanges(Struct, frozen=True):
    """What changed since the last one; a row that is None is gone (or no longer to be seen)."""

    calls: Mapping[CallKey, CallRow | None] = field(default_factory=dict)
    hidden: frozenset[CallKey] = frozenset()
    """Of the calls that are None here those of which nothing may be seen any longer: they go on, or their number was revealed."""
    queues: Mapping[tuple[Pbx, str], QueueRow | None] = field(default_factory=dict)
    links: Mapping[Pbx, LinkRow] = field(default_factory=dict)
    spies: Mapping[SpyKey, SpyRow | None] = field(default_factory=dict)
    petitions: Mapping[PetitionId, PetitionRow | None] = field(default_factory=dict)
    glass: Mapping[str, GlassRow | None] = field(default_factory=dict)
    agents: Mapping[AgentKey, AgentRow | None] = field(default_factory=dict)
    strip: StripView | None = None
    banners: tuple[Banner, ...] | None = None
    anew: bool = False
    """What this person may see was decided anew: what they read in the log before, they may see no longer."""
    notices: tuple[Notice, ...] = ()
    """Things to say once: "the agent hung up", "your phone declined"."""


class Person(Struct, frozen=True):
    """Who the console is for, as its first line says it."""

    user: str
    profile: str
    phone: str
    enforced: bool
    """False: direct mode, the profile is advice."""
    cues: tuple[str, ...] = ()
    """The site's cue cards, the first is number 1."""
    scorecard: Scorecard | None = None
    """What points are given for; None: the site has none."""
    facts: tuple[str, ...] = ()
    """Names of what other systems tell of calls."""


class Backend(Protocol):
    """One supervisor's connection to an engine."""

    @property
    def person(self) -> Person: ...

    def view(self) -> FloorView:
        """The whole floor, as of now."""

    def subscribe(self, listener: Callable[[ViewChanges], None]) -> Callable[[], None]:
        """Have `listener` called, in the event loop, after every batch of changes; the result unsubscribes."""

    def why_not(self, intent: Intent) -> Notice | None:
        """Why `intent` would be refused now, or None: dims a key, starts nothing, logs nothing.

        `draw.chosen`: the profile leaves the choice to the person, so that nothing is drawn. `denied.reason`: say why first, as
        one of `codes`, any words where that is empty. `denied.four-eyes`: AskLeave asks the others. A value `glass`: the
        intent with `glass` and a reason goes past it, and these people are told.
        """

    async def ask(self, intent: Intent) -> Answer:
        """Do it; returns when it is confirmed or refused. Never raises for what the PBX or the log does."""

    async def log(self, chosen: Filter) -> LogPage | Refused:
        """Look into the session log, as far as the profile goes; that it was read is noted first. Newest first."""

    async def log_entry(self, session: SessionId) -> LogEntry | Refused:
        """One session of it in full."""

    def trace(self) -> Sequence[TraceRow] | Notice:
        """The last actions that were sent to the PBXs, the newest last, as far as the profile goes; or why nothing is shown."""

    def beat(self) -> None:
        """Somebody's console lives: called once a second. Where it is not, the lease of a leg is not renewed."""

    def note_dim(self, intent: Intent, why: Notice) -> None:
        """A dim key was pressed anyway: the attempt goes to the log (rate-limited)."""


class Playback(Protocol):
    """Beside a Backend whose PBX is a recording: the demo and `replay`."""

    @property
    def speed(self) -> float:
        """1.0 as recorded; 0.0 paused."""

    @property
    def position(self) -> tuple[float, float]:
        """(second reached, seconds in all)."""

    def set_speed(self, speed: float) -> None: ...

    async def seek(self, second: float) -> None: ...
