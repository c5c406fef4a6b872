"""policy.toml as structs: the whole of it, so that a site's file keeps its shape. `parse.py` says what this version holds.

An unknown key is refused. Spans are written `30s`, `10m`, `2h`; rates `10m/h`, `4/month`.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta, field

Span: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{1,6}[smh]\Z")]
TimeRate: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{1,6}[smh]/(h|day|week|month)\Z")]
CountRate: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9]{1,6}/(h|day|week|month)\Z")]
Hours: TypeAlias = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-4]):[0-5][0-9]-([01][0-9]|2[0-4]):[0-5][0-9]\Z")]
Texts: TypeAlias = tuple[str, ...]


class Table(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Base: frozen, and a key that is not here is an error."""


class General(Table, frozen=True):
    """`[policy]`: what holds for everybody. `exempt_agents`: patterns of agents whom nobody may listen to."""

    exempt_agents: Texts = ()
    tz: str = ""
    max_session: Span | None = None
    require_announced: bool = False


class Reasons(Table, frozen=True):
    codes: Texts = ()


class QueueAttributes(Table, frozen=True):
    """What a call in a queue belongs to. `match`: a pattern of queue names."""

    match: str
    department: str = ""
    campaign: str = ""
    announced: bool | None = None
    tags: Texts = ()


class AgentAttributes(Table, frozen=True):
    """What an agent belongs to. `match`: a pattern of devices."""

    match: str
    team: str = ""
    location: str = ""
    tags: Texts = ()


class Variable(Table, frozen=True):
    """A channel variable whose value tells something. `means`: what."""

    name: str
    means: Literal["campaign", "department", "team", "location", "tags"] = field(name="is")


class Attributes(Table, frozen=True):
    queue: tuple[QueueAttributes, ...] = ()
    agent: tuple[AgentAttributes, ...] = ()
    variable: tuple[Variable, ...] = ()


class Role(Table, frozen=True):
    """`[roles.NAME]`: rights by name, its own and those of the roles it extends."""

    can: Texts = ()
    extends: Texts = ()


class Patterns(Table, frozen=True):
    """`scope` or `deny`: patterns by dimension."""

    queue: Texts | None = None
    agent: Texts | None = None
    team: Texts | None = None
    campaign: Texts | None = None
    department: Texts | None = None
    location: Texts | None = None
    tags: Texts | None = None


class When(Table, frozen=True):
    days: Texts = ()
    hours: Hours | None = None
    tz: str = ""


class Max(Table, frozen=True):
    """The longest that each may last, and how many at once."""

    listen: Span | None = field(name="call.listen", default=None)
    whisper: Span | None = field(name="call.whisper", default=None)
    barge: Span | None = field(name="call.barge", default=None)
    takeover: Span | None = field(name="call.takeover", default=None)
    join: Span | None = field(name="call.join", default=None)
    sessions: int | None = None


class CoachBudget(Table, frozen=True):
    per_agent: TimeRate | None = None
    nudge_talk: Span | None = None


class Quota(Table, frozen=True):
    listens_per_agent: CountRate | None = None
    pick: Literal["chosen", "random"] = "chosen"


class FourEyes(Table, frozen=True):
    approvers: Texts
    within: Span


class BreakGlass(Table, frozen=True):
    enabled: bool = False
    notify: Texts = ()


class ProfileTable(Table, frozen=True):
    """One `[[profile]]`."""

    name: str
    os_users: Texts = ()
    os_groups: Texts = ()
    roles: Texts = ()
    scope: Patterns = Patterns()
    deny: Patterns = Patterns()
    phone: Texts = ()
    numbers: Literal["full", "last4", "none"] | None = None
    when: When = When()
    listen_first: dict[str, Span] = field(default_factory=dict)
    reason_required: Texts = ()
    max: Max = Max()
    coach_budget: CoachBudget = CoachBudget()
    quota: Quota = Quota()
    notify_agent: Literal["off", "after", "live"] = "off"
    agent_may_decline: bool = False
    four_eyes: dict[str, FourEyes] = field(default_factory=dict)
    break_glass: BreakGlass = BreakGlass()


class PolicyFile(Table, frozen=True):
    """The whole file."""

    schema: int = 1
    policy: General = General()
    reasons: Reasons = Reasons()
    attributes: Attributes = Attributes()
    roles: dict[str, Role] = field(default_factory=dict)
    profile: tuple[ProfileTable, ...] = ()
