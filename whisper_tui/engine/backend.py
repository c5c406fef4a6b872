"""What a console talks to. The embedded engine, the daemon's client and the tests' fake all are one; nobody can tell which.

Everything here is a value that has passed the profile: rows out of scope are absent, numbers are masked. Moments are seconds of
the monotonic clock that the backend shares with the console (`now`), so that durations tick without anybody sending them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Protocol, TypeAlias

from whisper_tui.engine.reading import Filter, LogEntry, LogPage
from whisper_tui.supervision.intents import Answer, Intent, PetitionId, Refused, Whom
from whisper_tui.terms import (
    CallKey,
    CallState,
    LegId,
    LegKind,
    LinkState,
    Microphone,
    Mode,
    Notice,
    Pbx,
    Recording,
    Right,
    SessionId,
    Uniqueid,
)

SpyKey: TypeAlias = tuple[Pbx, Uniqueid]
"""The PBX, and the spying channel."""


class Hears(Enum):
    """Whether somebody can hear the supervisor, as far as the PBX has confirmed."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Whose(Enum):
    """Whose a spy is."""

    MINE = "mine"
    OURS = "ours"
    """Of this installation, at another desk."""
    CONSOLE = "console"
    """A console of another installation."""
    FOREIGN = "foreign"
    """Started outside any console: by a feature code, by another program."""


@dataclass(frozen=True, slots=True)
class ListenerBadge:
    """Somebody who hears a call; `mode` as far as AMI shows it, None: unknown."""

    device: str
    whose: Whose
    mode: Mode | None
    since: float


@dataclass(frozen=True, slots=True)
class SpyRow:
    """Somebody in ChanSpy on what this profile sees, for the view of sessions."""

    pbx: Pbx
    spyer: Uniqueid
    device: str
    whose: Whose
    mode: Mode | None
    call: CallKey | None
    """None: whom it hears belongs to no call, or is not told."""
    agent: str
    queue: str
    caller: str
    since: float


@dataclass(frozen=True, slots=True)
class CallRow:
    key: CallKey
    state: CallState
    queue: str
    """"" outside queues."""
    agent: str
    """The agent's name, "" while waiting."""
    agent_device: str
    caller: str
    """The number as the profile lets it be seen."""
    caller_name: str
    began: float
    waiting_since: float | None
    waited: float | None
    talking_since: float | None
    talk_known: bool
    held_since: float | None
    holds: int
    held: float
    position: int | None
    priority: int | None
    recording: Recording
    parties: int
    outbound: bool
    can_be_heard: bool
    """An agent's own channel is known: False while waiting, or behind a `Local/...` that cannot be resolved."""
    listeners: tuple[ListenerBadge, ...] = ()


class AgentState(Enum):
    """What an agent is doing, in the order in which a list has them."""

    TALKING = "talking"
    HELD = "held"
    """Their customer is on hold."""
    RINGING = "ringing"
    BUSY = "busy"
    """On the phone, and not in a call that this profile sees."""
    FREE = "free"
    """Would be rung by a queue that is seen. (Wrap-up is in no event or list, AMI.md Q6.)"""
    PAUSED = "paused"
    """In every queue that is seen."""
    AWAY = "away"
    """No phone is registered."""


@dataclass(frozen=True, slots=True)
class MemberRow:
    """An agent in one queue."""

    queue: str
    paused: bool
    reason: str
    penalty: int
    taken: int
    """Calls answered, as of the last list."""


AgentKey: TypeAlias = tuple[Pbx, str]
"""The PBX, and the agent's phone."""


@dataclass(frozen=True, slots=True)
class AgentRow:
    """An agent, with the queues that this profile sees them in."""

    pbx: Pbx
    device: str
    name: str
    state: AgentState
    members: tuple[MemberRow, ...]
    call: CallKey | None
    """The one that they talk or ring in, where it is seen."""
    since: float | None = None
    """When the talk or the hold began."""
    at: float | None = None
    """When the pause began, or the last call ended, seconds since 1970 UTC by the PBX's clock; None: it does not tell."""

    @property
    def taken(self) -> int:
        return sum(member.taken for member in self.members)

    @property
    def paused(self) -> int:
        """In how many of the queues."""
        return sum(member.paused for member in self.members)

    @property
    def reason(self) -> str:
        """Why they are paused, the first that was given."""
        return next((member.reason for member in self.members if member.paused and member.reason), "")


@dataclass(frozen=True, slots=True)
class QueueRow:
    pbx: Pbx
    queue: str
    waiting: int
    longest_since: float | None
    """When the longest waiting caller joined."""
    service_level: int
    """Seconds within which a call should be answered."""
    performance: float | None
    """Percent answered within it; None before the first call."""
    talking: int
    free: int
    paused: int
    members: int
    completed: int
    abandoned: int


@dataclass(frozen=True, slots=True)
class LinkRow:
    pbx: Pbx
    state: LinkState
    asterisk: str
    since: float
    notice: Notice | None = None
    """Why it is lost or refused."""
    repairs: int = 0
    replay: bool = False
    """A recording or the demo: nothing here is a live PBX."""


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


@dataclass(frozen=True, slots=True)
class StripView:
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
    following: Whom | None = None
    limit: float | None = None
    """When the leg (idle limit), the session or its mode ends by a rule, or None."""
    ended: Notice | None = None
    """With phase NONE: how the last leg ended, until the next one starts."""


@dataclass(frozen=True, slots=True)
class Banner:
    """A line across the screen: direct mode, a log that cannot be written, no policy, an alarm."""

    notice: Notice
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class PetitionRow:
    """What somebody asked others to allow: mine, or one that I may answer."""

    ident: PetitionId
    mine: bool
    by: str
    """Who asks."""
    right: Right
    call: CallKey
    agent: str
    queue: str
    caller: str
    """The number as the profile lets it be seen."""
    reason: str
    until: float
    """When it falls by itself."""
    approved: str = ""
    """Who allowed it, "" as long as nobody has; `until` is then how long it may be used."""


@dataclass(frozen=True, slots=True)
class GlassRow:
    """Somebody took in an emergency what their profile does not give, and I am one who is told."""

    ident: str
    by: str
    right: Right
    rule: str
    """What they went past, a stable code."""
    reason: str
    at: float
    """Seconds since 1970 UTC."""
    agent: str = ""
    """"" where this profile may not see the call."""
    queue: str = ""


@dataclass(frozen=True, slots=True)
class FloorView:
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


@dataclass(frozen=True, slots=True)
class ViewChanges:
    """What changed since the last one; a row that is None is gone (or no longer to be seen)."""

    calls: Mapping[CallKey, CallRow | None] = field(default_factory=dict)
    hidden: frozenset[CallKey] = frozenset()
    """Of the calls that are None here those that go on: this profile may see them no longer."""
    queues: Mapping[tuple[Pbx, str], QueueRow | None] = field(default_factory=dict)
    links: Mapping[Pbx, LinkRow] = field(default_factory=dict)
    spies: Mapping[SpyKey, SpyRow | None] = field(default_factory=dict)
    petitions: Mapping[PetitionId, PetitionRow | None] = field(default_factory=dict)
    glass: Mapping[str, GlassRow | None] = field(default_factory=dict)
    agents: Mapping[AgentKey, AgentRow | None] = field(default_factory=dict)
    strip: StripView | None = None
    banners: tuple[Banner, ...] | None = None
    notices: tuple[Notice, ...] = ()
    """Things to say once: "the agent hung up", "your phone declined"."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who the console is for, as its first line says it."""

    user: str
    profile: str
    phone: str
    enforced: bool
    """False: direct mode, the profile is advice."""


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
