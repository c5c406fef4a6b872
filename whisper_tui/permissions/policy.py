"""The policy as data. What `decide` does not hold yet is refused at load.

`parse.py` makes it from a TOML table; nothing here reads a file.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from zoneinfo import ZoneInfo

from msgspec import Struct, field

from whisper_tui.permissions.hours import Hours
from whisper_tui.permissions.limits import Limits
from whisper_tui.terms import CallKey, Right

RINGS = frozenset({Right.LISTEN, Right.WHISPER, Right.BARGE, Right.TAKEOVER, Right.JOIN})
"""Rights whose use has the supervisor's phone rung."""

COACHES = frozenset({Right.WHISPER, Right.BARGE, Right.JOIN})
"""Rights by which an agent is coached; for a call the agent may decline it."""


OF_CALLERS = frozenset({Right.FLOOR_VIEW, Right.FLOOR_EXPORT, Right.CALLER_MOVE, Right.HANGUP})
"""Rights about a call whoever its agent will be: while nobody has been rung, no rule about agents stands against them."""


class Numbers(Enum):
    """How much of a caller's number is shown."""

    FULL = "full"
    LAST4 = "last4"
    NONE = "none"


class Notify(Enum):
    """When an agent is told that somebody listens."""

    OFF = "off"
    AFTER = "after"
    """When the session is over."""
    LIVE = "live"
    """On the phone, before the supervisor becomes audible."""


class Scope(Struct, frozen=True):
    """Patterns by dimension (glob, case-sensitive). A dimension left out, or `("*",)`, does not constrain."""

    queue: tuple[str, ...] = ()
    agent: tuple[str, ...] = ()
    team: tuple[str, ...] = ()
    campaign: tuple[str, ...] = ()
    department: tuple[str, ...] = ()
    location: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Profile(Struct, frozen=True):
    """One `[[profile]]`. `line` is where it stands in the file, for explanations."""

    name: str
    rights: frozenset[Right]
    os_users: frozenset[str] = frozenset()
    os_groups: frozenset[str] = frozenset()
    scope: Scope = field(default_factory=Scope)
    deny: Scope = field(default_factory=Scope)
    phones: frozenset[str] = frozenset()
    """Phones that these people may have rung; empty: any."""
    numbers: Numbers | None = None
    """None: this profile does not say."""
    line: int = 0
    notify: Notify = Notify.OFF
    agent_may_decline: bool = False
    """The agent may end coaching for the call with a key of the phone."""
    hours: Hours | None = None
    """When it grants anything; None: always. What it denies, and its limits, hold at all times."""
    limits: Limits = field(default_factory=Limits)
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where its keys stand in the file, such as `deny.queue`."""
    granted: Mapping[Right, int] = field(default_factory=dict)
    """Where each of its rights stands in the file."""

    def line_of(self, key: str) -> int:
        """Where `key` stands, or the profile."""
        return self.lines.get(key, self.line)


class QueueEntry(Struct, frozen=True):
    """What queues that match a pattern belong to; "" and None say nothing."""

    match: str
    campaign: str = ""
    department: str = ""
    announced: bool | None = None
    tags: frozenset[str] = frozenset()


class AgentEntry(Struct, frozen=True):
    """What agents whose device matches a pattern belong to; "" says nothing."""

    match: str
    team: str = ""
    location: str = ""
    tags: frozenset[str] = frozenset()


class VariableEntry(Struct, frozen=True):
    """A channel variable that is listened to, and the dimension of a scope that its value stands for."""

    name: str
    means: str


class Attributes(Struct, frozen=True):
    """`[attributes]`, in the order of the file."""

    queue: tuple[QueueEntry, ...] = ()
    agent: tuple[AgentEntry, ...] = ()
    variable: tuple[VariableEntry, ...] = ()


class Policy(Struct, frozen=True):
    """A whole file. `digest` names its bytes in the log (SHA-256, hex)."""

    profiles: tuple[Profile, ...]
    digest: str
    path: str = ""
    attributes: Attributes = field(default_factory=Attributes)
    exempt_agents: tuple[str, ...] = ()
    """Patterns of agents whom nobody may listen to, whatever their profile says."""
    require_announced: bool = False
    """Nobody may listen where callers are not told that calls may be monitored."""
    max_session: float | None = None
    """Seconds that a session may last."""
    reasons: tuple[str, ...] = ()
    """The codes of which a reason is one; empty: any words."""
    zone: ZoneInfo | None = None
    """By whose calendar days, weeks and months are counted; None: UTC."""
    lines: Mapping[str, int] = field(default_factory=dict)
    """Where the keys of `[policy]` stand in the file."""


def where(path: str, line: int) -> str:
    """A place in a file as people point at it, "" without one."""
    return f"{path}:{line}" if path and line else path


class CallFacts(Struct, frozen=True):
    """What a decision looks at. None: it could not be told (no queue: a call outside any)."""

    pbx: str
    queue: str | None
    agent: str | None
    parties: int = 2
    peer: str = ""
    """The other agent, where the call is between two: no rule may be passed by standing in the customer's place."""
    waiting: bool = False
    """Nobody has been rung for the caller yet: there is no agent whom a rule could name. Helps only `OF_CALLERS`."""
    tags: frozenset[str] = frozenset()
    """What the call itself was marked with, beside the tags of its queue and its agents."""
    variables: tuple[tuple[str, str], ...] = ()
    """Channel variables that the policy listens to (`Grants.variables`), as they were read."""
    key: CallKey | None = None
    """Which call it is: an approval is for one."""
    declined: bool = False
    """The agent has declined coaching for this call."""


RULES = (
    "no-profile",
    "no-right",
    "out-of-scope",
    "denied-scope",
    "hours",
    "phone",
    "curtain",
    "exempt",
    "declined",
    "not-announced",
    "sessions",
    "quota",
    "pick",
    "listen-first",
    "reason",
    "max",
    "max-session",
    "coach-budget",
    "four-eyes",
    "needs-server",
    "uncounted",
)
"""What a decision can be refused for."""

BREAKABLE = frozenset({"out-of-scope", "hours", "quota", "pick", "listen-first", "coach-budget", "four-eyes"})
"""What glass may be broken for. Never: a right that the person does not hold, what is denied, what keeps everybody out."""


class Allowed(Struct, frozen=True):
    """`until`: UTC seconds at which it ends by itself if it is used from now on without a break, None: not by itself."""

    profile: str
    until: float | None = None
    glass: tuple[str, ...] = ()
    """The rules that are gone past, where glass is broken, or was."""


class Denied(Struct, frozen=True):
    """The true reason, for the log; what the person is told is `explain`'s affair.

    Args:
        rule: a stable code: "no-policy", "no-such-" and what is not there for this person, or one of RULES.
        profile: whose rule it was, "" if none applies.
        detail: the right that would have been needed, or the phone that may not be rung.
        until: UTC seconds at which it would pass by itself, or None.
        where: file and line of the rule, "" if not known.
        hidden: this person may not know that there is such a call, agent or queue.
        more: what goes into its words besides.
        breakable: in an emergency this person may go past it.
    """

    rule: str
    profile: str = ""
    detail: str = ""
    until: float | None = None
    where: str = ""
    hidden: bool = False
    more: Mapping[str, str] = field(default_factory=dict)
    breakable: bool = False
