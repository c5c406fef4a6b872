"""What a site expects of its policy, as a file: who may do what to which call, and who may not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from whisper_tui.config.locate import KeyPath, positions
from whisper_tui.permissions.decide import Decision, grants_of
from whisper_tui.permissions.mistakes import refused
from whisper_tui.permissions.people import NOBODY
from whisper_tui.permissions.policy import RULES, Allowed, CallFacts, Denied, Policy
from whisper_tui.permissions.read import Mistake, did_you_mean, read, tables_at
from whisper_tui.permissions.schema import Span, Table, Texts
from whisper_tui.permissions.spans import Period
from whisper_tui.permissions.state import FIRST, State
from whisper_tui.terms import Right, Subject, seconds_of


class CaseTable(Table, frozen=True):
    """One `[[case]]`. Lengths of time are what the person has done already on this call; `glass`: they break it."""

    name: str = ""
    user: str = ""
    groups: Texts = ()
    may: Texts = ()
    may_not: Texts = ()
    rule: str = ""
    queue: str = ""
    agent: str = ""
    peer: str = ""
    tags: Texts = ()
    variables: dict[str, str] = field(default_factory=dict)
    waiting: bool = False
    phone: str | None = None
    at: datetime | None = None
    heard: Span = "0s"
    session: Span = "0s"
    spent: dict[str, Span] = field(default_factory=dict)
    sessions: int = 0
    coached: Span = "0s"
    listens: int = 0
    picked: bool = False
    reason: str = ""
    glass: bool = False


class CasesFile(Table, frozen=True):
    """The whole file."""

    case: tuple[CaseTable, ...] = ()


class Case(Struct, frozen=True):
    """One expectation. `rule`: for which rule it is denied, "" for any."""

    name: str
    line: int
    subject: Subject
    right: Right
    may: bool
    rule: str
    call: CallFacts
    phone: str | None
    at: datetime | None
    state: State


class Outcome(NamedTuple):
    """A case and the answer; `met`: they agree."""

    case: Case
    answer: Decision

    @property
    def met(self) -> bool:
        match self.answer:
            case Allowed():
                return self.case.may
            case Denied(rule=rule):
                return not self.case.may and self.case.rule in ("", rule)


def read_cases(table: Mapping[str, object], path: str, text: str) -> tuple[Case, ...]:
    """Return the cases that `table` says. `text`: the file, so that they have their lines.

    Raises:
        PolicyRefused: something in it is wrong.
    """
    mistakes: list[Mistake] = []
    file = read(CasesFile, table, (), mistakes) or CasesFile()
    lines = positions(text)
    if not file.case:
        mistakes.append(Mistake((), "has no case", "[[case]] with user, may and may_not"))
    written = table.get("case")
    tables = [
        place for place, each in enumerate(written if isinstance(written, list) else []) if isinstance(each, Mapping)
    ]
    cases = [
        each
        for place, held in zip(tables, file.case, strict=True)
        for each in _cases(held, ("case", place), lines.get(("case", place), 0), mistakes)
    ]
    if mistakes:
        raise refused(mistakes, tables_at(table, "case"), path, lines)
    return tuple(cases)


def outcomes(cases: tuple[Case, ...], policy: Policy, now: datetime) -> Iterator[Outcome]:
    """Yield what `policy` answers in every case; `now`: where a case says no time."""
    for case in cases:
        grants = grants_of(case.subject, policy)
        phone = grants.own_phone if case.phone is None else case.phone
        yield Outcome(case, grants.whole(case.right, case.call, case.at or now, phone, case.state))


def _cases(held: CaseTable, way: KeyPath, line: int, mistakes: list[Mistake]) -> Iterator[Case]:
    words = {right.value: right for right in Right}
    if not held.user and not held.groups:
        mistakes.append(Mistake(way, "is about nobody", 'user = "ana", or groups = ["wt-red"]'))
    if not held.may and not held.may_not:
        mistakes.append(Mistake(way, "expects nothing", 'may = ["call.listen"], or may_not = [...]'))
    if held.rule and held.rule not in RULES:
        mistakes.append(Mistake((*way, "rule"), f"there is no rule {held.rule!r}", did_you_mean(held.rule, RULES)))
    if held.at is not None and held.at.tzinfo is None:
        mistakes.append(Mistake((*way, "at"), "has no time zone", "2026-11-23T10:00:00+01:00"))
    for key, named in (("may", held.may), ("may_not", held.may_not), ("spent", tuple(held.spent))):
        for word in named:
            if word not in words:
                mistakes.append(Mistake((*way, key), f"there is no right {word!r}", did_you_mean(word, words)))
    call = CallFacts(
        "",
        held.queue or None,
        held.agent or None,
        peer=held.peer,
        waiting=held.waiting,
        tags=frozenset(held.tags),
        variables=tuple(held.variables.items()),
    )
    subject = Subject(held.user, NOBODY, frozenset(held.groups))
    for may, named in ((True, held.may), (False, held.may_not)):
        for word in named:
            if word in words:
                rule = "" if may else held.rule
                yield Case(held.name, line, subject, words[word], may, rule, call, held.phone, held.at, _state(held))


def _state(held: CaseTable) -> State:
    words = {right.value: right for right in Right}
    return replace(
        FIRST,
        heard=seconds_of(held.heard),
        session=seconds_of(held.session),
        spent={words[key]: seconds_of(span) for key, span in held.spent.items() if key in words},
        sessions=held.sessions,
        coached=dict.fromkeys(Period, seconds_of(held.coached)),
        listens=dict.fromkeys(Period, held.listens),
        picked=held.picked,
        reason=held.reason,
        breaks=held.glass,
    )
