"""The rows that a console is shown: values that have passed the profile. Moments are as in `backend.py`."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

from msgspec import Struct

from whisper_tui.supervision.intents import PetitionId
from whisper_tui.terms import CallKey, CallState, LinkState, Mode, Notice, Pbx, Recording, Right, Step, Uniqueid

SpyKey: TypeAlias = tuple[Pbx, Uniqueid]
"""The PBX, and the spying channel."""


class Whose(Enum):
    """Whose a spy is."""

    MINE = "mine"
    OURS = "ours"
    """Of this installation, at another desk."""
    CONSOLE = "console"
    """A console of another installation."""
    CUE = "cue"
    """No person at all: a cue card that is spoken to the agent."""
    FOREIGN = "foreign"
    """Started outside any console: by a feature code, by another program."""


class ListenerBadge(Struct, frozen=True):
    """Somebody who hears a call; `mode` as far as AMI shows it, None: unknown."""

    device: str
    whose: Whose
    mode: Mode | None
    since: float


class SpyRow(Struct, frozen=True):
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


class HandRow(Struct, frozen=True):
    """An agent asks for help, or did just now. `answered_by`: who has taken it, "" as long as nobody has."""

    since: float
    text: str = ""
    answered_by: str = ""


class FactRow(Struct, frozen=True):
    """Something that another system knows of a call.

    Args:
        name: what the settings call it; words: what people do.
        number: its value, where it is one.
        link: where there is more of it, "" for nowhere.
    """

    name: str
    words: str
    text: str
    number: float | None = None
    alarm: bool = False
    link: str = ""


class CallRow(Struct, frozen=True):
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
    steps: tuple[Step, ...] = ()
    """How it went, as far as it was seen; of long calls the newest of it."""
    hand: HandRow | None = None
    """Of its agent."""
    silent_since: float | None = None
    """Neither side has spoken since, where talk detection tells so."""
    before: int = 0
    """How often the same number has called before, lately."""
    facts: tuple[FactRow, ...] = ()
    """In the order of the settings, as far as the profile lets them be seen."""


class AgentState(Enum):
    """What an agent is doing, in the order in which a list has them."""

    TALKING = "talking"
    HELD = "held"
    """Their customer is on hold."""
    RINGING = "ringing"
    BUSY = "busy"
    """On the phone, and not in a call that this profile sees."""
    FREE = "free"
    """Would be rung by a queue that is seen, or is in a wrap-up: that is in no event or list (AMI.md Q6), see `wraps_until`."""
    PAUSED = "paused"
    """In every queue that is seen."""
    AWAY = "away"
    """No phone is registered."""


class MemberRow(Struct, frozen=True):
    """An agent in one queue."""

    queue: str
    paused: bool
    reason: str
    taken: int
    """Calls answered, as of the last list."""
    penalty: int = 0
    dynamic: bool = False
    """Can be taken out: it does not stand in the PBX's configuration."""
    last_call: int = 0
    """When the last call ended, seconds since 1970 UTC by the PBX's clock; 0: there was none."""


AgentKey: TypeAlias = tuple[Pbx, str]
"""The PBX, and the agent's phone."""


class AgentRow(Struct, frozen=True):
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
    hand: HandRow | None = None
    wraps_until: float | None = None
    """When the wrap-up of a member who has one of their own should be over: an estimate, from the end of the last call."""

    @property
    def taken(self) -> int:
        """Calls answered. Where `shared_lastcall` is on, each queue counts those of all of them, and ends them in the same second
        (update_queue() of app_queue.c; l-day of the recordings)."""
        counted = [member for member in self.members if member.last_call]
        if len(counted) > 1 and len({member.last_call for member in counted}) == 1:
            return max(member.taken for member in counted)
        return sum(member.taken for member in self.members)

    @property
    def paused(self) -> int:
        """In how many of the queues."""
        return sum(member.paused for member in self.members)

    @property
    def reason(self) -> str:
        """Why they are paused, the first that was given."""
        return next((member.reason for member in self.members if member.paused and member.reason), "")


class Limits(Struct, frozen=True):
    """How long a caller may wait, in seconds; 0.0: nothing is said of that."""

    warn: float = 0.0
    """From then on somebody should look; only before `late`."""
    late: float = 0.0
    """From then on it is too long."""
    bell: bool = False
    """The terminal rings when somebody becomes late."""


class QueueRow(Struct, frozen=True):
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
    limits: Limits = Limits()


class LinkRow(Struct, frozen=True):
    pbx: Pbx
    state: LinkState
    asterisk: str
    since: float
    notice: Notice | None = None
    """Why it is lost or refused."""
    repairs: int = 0
    replay: bool = False
    """A recording or the demo: nothing here is a live PBX."""


class TraceRow(Struct, frozen=True):
    """An action that was sent to a PBX."""

    number: int
    """Counts up."""
    at: float
    """When it was sent, seconds since 1970 UTC."""
    pbx: Pbx
    action: str
    """Its name, or a sign that it may not be seen."""
    fields: tuple[tuple[str, str], ...]
    """Its headers, as far as this profile lets them be seen."""
    outcome: str = ""
    """`ami.actions.Outcome`, "" before there is any."""
    answer: str = ""
    """What the PBX said; behind it, in brackets, how many rows a list had."""
    seconds: float | None = None
    """How long that took."""


class PetitionRow(Struct, frozen=True):
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


class GlassRow(Struct, frozen=True):
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
