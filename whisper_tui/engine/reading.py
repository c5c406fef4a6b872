"""What of the session log somebody may read, and what they look for in it: the same for a command and for the console.

A row of somebody else's is seen where the profile grants `log.view` for its queue and agent, as for a call; one's own sessions
everybody may see. Without a policy it is advice, as everywhere: the owner of the log sees all, with masked numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from typing import TypeAlias

import msgspec
from msgspec import Struct, structs
from msgspec.structs import replace

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.search import OPENS, SLACK, Finds, Wanted
from whisper_tui.audit.sessions import (
    STARTED,
    Acted,
    Attempt,
    Raised,
    Session,
    Spying,
    acted_of,
    attempt_of,
    lasted,
    modes_of,
    raised_of,
    session_of,
    spying_of,
)
from whisper_tui.permissions.decide import Grants
from whisper_tui.permissions.masks import mask
from whisper_tui.permissions.policy import Allowed, CallFacts, Denied, Numbers
from whisper_tui.terms import Mode, Notice, Right, Subject

LONGEST = 200
"""Characters of what is looked for that are kept in the row about it."""


class Filter(msgspec.Struct, frozen=True):
    """What somebody looks for. `day`: when it begins and when the next one does, seconds since 1970 UTC."""

    user: str = ""
    agent: str = ""
    queue: str = ""
    mode: Mode | None = None
    day: tuple[float, float] | None = None
    since: float | None = None
    until: float | None = None
    denied: bool = False
    foreign: bool = False
    hands: bool = False
    acts: bool = False
    longer: float | None = None
    limit: int | None = None

    @property
    def wanted(self) -> Wanted:
        since, until = self.day or (self.since, self.until)
        return Wanted(self.user, self.agent, self.queue, since, until)

    @property
    def is_of_time_alone(self) -> bool:
        """Whether it asks for nobody and nothing but a time."""
        named = (self.user, self.agent, self.queue, self.mode, self.longer)
        return not any(named) and not self.lists

    @property
    def lists(self) -> list[str]:
        """Which lists are asked for, by name, other than that of sessions; they exclude each other."""
        return [name for name in LISTS if getattr(self, name)]

    @property
    def is_of_moments(self) -> bool:
        """Whether what is listed has no length."""
        return self.denied or self.acts


Entry: TypeAlias = Session | Attempt | Spying | Raised | Acted

LISTED: Mapping[str, tuple[type[Entry], Callable[[Sequence[Row]], Entry]]] = {
    "denied": (Attempt, lambda group: attempt_of(group[0])),
    "foreign": (Spying, spying_of),
    "hands": (Raised, lambda group: raised_of(group[0])),
    "acts": (Acted, lambda group: acted_of(group[0])),
}
"""What is listed in the place of sessions, by what a filter asks for: what that is, and how it is made of rows found together."""

LISTS = tuple(LISTED)


class LogPage(Struct, frozen=True):
    """What was found, newest first.

    Args:
        more: there may be older ones.
        narrowed: why these are the person's own alone, None: they are not.
        damaged: rows that cannot be read, and are left out.
    """

    entries: tuple[Entry, ...]
    more: bool = False
    narrowed: Notice | None = None
    damaged: int = 0


class LogEntry(Struct, frozen=True):
    """One session in full: its rows and those of its leg, oldest first, numbers as the profile lets them be seen."""

    session: Session
    rows: tuple[Row, ...]

    @property
    def named(self) -> list[Row]:
        """The rows that name the session."""
        return [row for row in self.rows if row.record.session]


def said(chosen: Filter) -> str:
    """A filter in words, for the row about who has read."""
    fields = msgspec.to_builtins(chosen).items()
    return " ".join(f"{name}={_said(value)}" for name, value in fields if value not in ("", None, False))


def _said(value: object) -> str:
    match value:
        case [float() as since, float()]:
            return date.fromtimestamp(since).isoformat()
        case float() as at if at > 1e8:
            return datetime.fromtimestamp(at).isoformat()
    return str(value)[:LONGEST]


class LogSight:
    """What one person sees of a log.

    Args:
        grants: what the policy gives them, None without a policy.
        now: when they look.
        is_owner: the log is theirs, so that without a policy it is advice and they see all; else they see their own.
    """

    def __init__(self, person: Subject, grants: Grants | None, now: datetime, *, is_owner: bool) -> None:
        self.person = person
        self.is_owner = is_owner
        self.numbers = grants.numbers if grants is not None else Numbers.LAST4
        self._grants = grants
        self._now = now
        self._known: dict[tuple[Right, str | None, str | None], bool] = {}

    def lacks(self, right: Right) -> Denied | None:
        """Why this person may not use `right`, whatever it is on; None: they may."""
        if self._grants is None:
            return None if self.is_owner else Denied("no-policy")
        answer = self._grants.decide(right, None, self._now)
        return answer if isinstance(answer, Denied) else None

    def sees(self, record: Record, right: Right = Right.LOG_VIEW) -> bool:
        """Whether this person may see a row with `right`; rows about no call need it in general."""
        if right is Right.LOG_VIEW and self.is_own(record):
            return True
        if self._grants is None:
            return self.is_owner
        if record.whom is None and record.call is None:
            return self.lacks(right) is None
        queue, agent = (record.whom.queue or None, record.whom.agent or None) if record.whom else (None, None)
        if (right, queue, agent) not in self._known:
            facts = CallFacts("", queue, agent)
            self._known[right, queue, agent] = isinstance(self._grants.reaches(right, facts, self._now), Allowed)
        return self._known[right, queue, agent]

    def why_not(self, record: Record, right: Right) -> Denied | None:
        """Why this person may not use `right` on what `record` is about; None: they may."""
        if self._grants is None:
            return None if self.is_owner else Denied("no-policy")
        queue, agent = (record.whom.queue or None, record.whom.agent or None) if record.whom else (None, None)
        answer = self._grants.reaches(right, CallFacts("", queue, agent), self._now)
        return answer if isinstance(answer, Denied) else None

    def is_own(self, record: Record) -> bool:
        """Whether it is about what this person did, by name and number: names are given to others in time."""
        return record.who is not None and (record.who.user, record.who.uid) == (self.person.user, self.person.uid)

    def masked(self, row: Row) -> Row:
        """`row` with as much of the caller's number as this person may see."""
        call = row.record.call
        if call is None or not call.caller:
            return row
        call = structs.replace(call, caller=mask(call.caller, self.numbers))
        return replace(row, record=structs.replace(row.record, call=call))

    def all_masked(self, rows: Iterable[Row]) -> list[Row]:
        return [self.masked(row) for row in rows]


def narrowed(sight: LogSight, chosen: Filter) -> Filter | Denied:
    """`chosen`, of their own alone where they may see no more; why not, where they ask for somebody else's."""
    denied = sight.lacks(Right.LOG_VIEW)
    if denied is None:
        return chosen
    if chosen.foreign or chosen.user not in ("", sight.person.user):
        return denied
    return structs.replace(chosen, user=sight.person.user)


def groups(
    found: Finds, sight: LogSight, chosen: Filter, now: float, right: Right = Right.LOG_VIEW
) -> Iterator[list[Row]]:
    """Yield the rows of each session, attempt, spy, raised hand or deed that is wanted and may be seen with `right`; newest first.

    Args:
        now: seconds since 1970 UTC, for what goes on.
    """
    match chosen.lists:
        case ["denied"]:
            each = _denied(found, chosen)
        case ["hands"]:
            each = _hands(found, chosen)
        case ["acts"]:
            each = _acts(found, chosen)
        case ["foreign"]:
            each = _foreign(found, chosen, now)
        case _:
            each = _sessions(found, chosen, now)
    seen = (rows for rows in each if sight.sees(_about(rows), right))
    return (sight.all_masked(rows) for rows in islice(seen, chosen.limit))


def entry_of(group: Sequence[Row], chosen: Filter) -> Entry:
    """What the rows that `groups` has found together are, in one line."""
    made = next((LISTED[name][1] for name in chosen.lists), session_of)
    return made(group)


def begun(found: Finds, row: Row) -> Row | None:
    """The row of the same hand in which it went up, or of the same deed in which it was about to be done.

    None: it is `row` itself, or it is not there.
    """
    record = row.record
    if record.kind in (Kind.HAND_ANSWERED, Kind.HAND_LOWERED):
        kind, same = Kind.HAND_RAISED, _whose
    elif record.kind is Kind.ACTED and record.cause:
        kind, same = Kind.ACTED, _deed
    else:
        return None
    began = record.at - (record.lasted or 0.0)
    agent = record.whom.agent if record.whom is not None else ""
    near = Wanted(agent=agent, since=began - SLACK, until=record.at + SLACK)
    before = (each for each in found.rows(near, (kind,)) if each.seq < row.seq and not each.record.cause)
    return next((each for each in before if same(each) == same(row)), None)


def _about(rows: list[Row]) -> Record:
    """The row that says whom it is about."""
    return next((row.record for row in rows if row.record.kind in OPENS), rows[0].record)


def _sessions(found: Finds, chosen: Filter, now: float) -> Iterator[list[Row]]:
    for rows in found.sessions(chosen.wanted):
        if chosen.mode is not None and chosen.mode.value not in modes_of(rows):
            continue
        if chosen.longer is None or lasted(session_of(rows), now) > chosen.longer:
            yield rows


def _denied(found: Finds, chosen: Filter) -> Iterator[list[Row]]:
    deed = Right.of(chosen.mode).value.removeprefix("call.") if chosen.mode is not None else ""
    for row in found.rows(chosen.wanted, (Kind.DENIED,)):
        if not deed or row.record.deed == deed:
            yield [row]


def _hands(found: Finds, chosen: Filter) -> Iterator[list[Row]]:
    """One row of each hand: that in which it came down has all there is to say of it."""
    told: set[tuple[object, ...]] = set()
    late: Counter[tuple[object, ...]] = Counter()
    for row in found.rows(chosen.wanted, (Kind.HAND_RAISED, Kind.HAND_ANSWERED, Kind.HAND_LOWERED)):
        record, whose = row.record, _whose(row)
        if record.kind is Kind.HAND_ANSWERED:
            by = *whose, _person(record)
            if record.cause:  # it was not taken: somebody else was quicker
                late[by] += 1
                continue
            if late[by]:
                late[by] -= 1
                continue
        if record.kind is not Kind.HAND_RAISED:
            told.add(whose)
        elif whose in told:
            told.remove(whose)
            continue
        if chosen.longer is None or (record.lasted or 0.0) > chosen.longer:
            yield [row]


def _acts(found: Finds, chosen: Filter) -> Iterator[list[Row]]:
    """One row of each deed: that which says why it was not done goes for the one before it."""
    undone: Counter[tuple[object, ...]] = Counter()
    for row in found.rows(chosen.wanted, (Kind.ACTED,)):
        deed = _deed(row)
        if row.record.cause:
            undone[deed] += 1
        elif undone[deed]:
            undone[deed] -= 1
            continue
        yield [row]


def _whose(row: Row) -> tuple[object, ...]:
    """Whose hand it is: an agent has one."""
    record = row.record
    return row.stream, record.call.pbx if record.call else "", record.whom.agent if record.whom else ""


def _deed(row: Row) -> tuple[object, ...]:
    """Who did what to whom; by which policy may be another by the time that it is refused."""
    record, call = row.record, row.record.call
    return row.stream, _person(record), record.deed, record.whom, call and (call.pbx, call.customer)


def _person(record: Record) -> object:
    return record.who and (record.who.user, record.who.uid)


def _foreign(found: Finds, chosen: Filter, now: float) -> Iterator[list[Row]]:
    for row in found.rows(chosen.wanted, (Kind.FOREIGN_SPY,)):
        if row.record.deed != STARTED:
            continue
        rows = [row, *found.later(row)[:1]]
        spying = spying_of(rows)
        if chosen.mode is not None and spying.mode != chosen.mode.value:
            continue
        if chosen.longer is None or lasted(spying, now) > chosen.longer:
            yield rows
