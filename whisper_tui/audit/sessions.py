"""What rows of the session log tell of sessions, attempts that were denied, others who listened, raised hands and deeds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Certainty, Kind, Record, Score

STARTED, STOPPED = "started", "stopped"
"""The deeds of a foreign spy's rows."""
FAILED = "failed"
"""The grade of a score in which a critical item has no points."""


class Session(msgspec.Struct, frozen=True, rename={"ident": "session"}):
    """A session in one line.

    Args:
        began: seconds since 1970 UTC.
        caller: the caller's number, as much of it as the rows had; "" if there was none or it was erased.
        seconds: by mode; empty while it goes on.
        audible: seconds in which the customer could hear the supervisor.
        ended: why, a stable code; "" while it goes on, or if nothing ever closed it.
        notes: how many stand beside it.
        score: percent, as it was given last; None: none was. grade: the word for it, `failed` where a critical item was.
    """

    ident: str
    began: float
    user: str
    agent: str
    member: str
    queue: str
    caller: str
    seconds: dict[str, float]
    audible: float
    ended: str
    certainty: Certainty | None = None
    notes: int = 0
    score: int | None = None
    grade: str = ""


class Attempt(msgspec.Struct, frozen=True):
    """Something that was denied. `times`: how often; `call`: the Uniqueid of the customer's channel, with its PBX."""

    seq: int
    at: float
    user: str
    deed: str
    rule: str
    times: int
    pbx: str
    call: str
    detail: str


class Spying(msgspec.Struct, frozen=True):
    """Somebody who listened with ChanSpy and was none of ours. `ended` None: they still do, or nobody saw them stop."""

    channel: str
    began: float
    ended: float | None
    phone: str
    mode: str
    agent: str
    member: str
    queue: str
    caller: str
    detail: str
    certainty: Certainty | None = None


class Raised(msgspec.Struct, frozen=True):
    """A hand that an agent raised.

    Args:
        seq: of the row that tells it: the one in which it came down, or in which it went up where none says that it did.
        at: when it went up, seconds since 1970 UTC.
        lasted: seconds until it came down; None: it is up, or nobody saw it come down.
        answered_by: who took it, "" if nobody did.
        ended: why it came down though nobody took it, a stable code.
    """

    seq: int
    at: float
    pbx: str
    agent: str
    member: str
    queue: str
    lasted: float | None = None
    answered_by: str = ""
    ended: str = ""


class Acted(msgspec.Struct, frozen=True):
    """Something that was done to the floor: to an agent in a queue, to who waits, to a call.

    Args:
        at: when it was about to be done, or found not to be; seconds since 1970 UTC.
        call: the Uniqueid of the customer's channel, "" where it was about an agent alone.
        reason: of a pause. detail: what else was said of it, "from sales".
        ended: why it was not done, a stable code; "" where nothing came of it but that.
    """

    seq: int
    at: float
    user: str
    deed: str
    pbx: str
    call: str
    agent: str
    member: str
    queue: str
    caller: str
    reason: str
    detail: str
    ended: str


class Access(msgspec.Struct, frozen=True):
    """Somebody read, exported, erased or verified something, or was not allowed to. `asked`: the words of the command, and how
    many rows or what was found."""

    seq: int
    at: float
    user: str
    kind: str
    deed: str
    rule: str
    asked: str


def session_of(rows: Sequence[Row]) -> Session:
    """What the rows of one session, oldest first, tell of it. There must be one that opens it."""
    records = [row.record for row in rows]
    first = next(record for record in records if record.kind in (Kind.REQUESTED, Kind.AIMED))
    over = next((record for record in records if record.kind is Kind.LEFT), None)
    given = scores_of(rows)
    last = given[-1].record.score if given else None
    return Session(
        first.session,
        first.at,
        first.who.user if first.who else "",
        *_whom(first),
        next((record.call.caller for record in records if record.call and record.call.caller), ""),
        (over.seconds or {}) if over else {},
        (over.audible or 0.0) if over else 0.0,
        over.cause if over else "",
        over.end_certainty if over else None,
        sum(record.kind is Kind.NOTE for record in records),
        last.percent if last is not None else None,
        grade_of(last) if last is not None else "",
    )


def scores_of(rows: Iterable[Row]) -> list[Row]:
    """The rows in which somebody gave a score, as they come; of a session the last one is the one that holds."""
    return [row for row in rows if row.record.kind is Kind.SCORE and row.record.score is not None]


def grade_of(score: Score) -> str:
    """The word for a result."""
    return FAILED if score.failed else score.grade


def modes_of(rows: Iterable[Row]) -> frozenset[str]:
    """The modes that were used in a session: those confirmed, and those that seconds were counted in."""
    modes: set[str] = set()
    for row in rows:
        if row.record.kind in (Kind.AIMED, Kind.MODE):
            modes.add(row.record.mode)
        modes |= {mode for mode, spent in (row.record.seconds or {}).items() if spent > 0}
    return frozenset(modes)


def lasted(session: Session | Spying, now: float) -> float:
    """Seconds that the session, or the spy, was heard; without an end, those from its beginning until `now` (UTC seconds)."""
    if isinstance(session, Spying):
        return max(0.0, (session.ended or now) - session.began)
    return sum(session.seconds.values()) if session.ended else max(0.0, now - session.began)


def attempt_of(row: Row) -> Attempt:
    """A denied row in one line."""
    record = row.record
    return Attempt(
        row.seq,
        record.at,
        record.who.user if record.who else "",
        record.deed,
        record.rule,
        record.times,
        record.call.pbx if record.call else "",
        record.call.customer if record.call else "",
        record.detail,
    )


def spying_of(rows: Sequence[Row]) -> Spying:
    """A foreign spy: the row in which it started, and the next that names its channel, if there is one."""
    record = rows[0].record
    end = next((row.record for row in rows[1:] if row.record.deed == STOPPED), None)
    return Spying(
        record.leg,
        record.at,
        end.at if end else None,
        record.phone,
        (end.mode if end else "") or record.mode,
        *_whom(record),
        record.call.caller if record.call else "",
        record.detail,
        end.end_certainty if end else None,
    )


def raised_of(row: Row) -> Raised:
    """A hand, as one of its rows tells it."""
    record, lasted = row.record, row.record.lasted
    is_down = record.kind is not Kind.HAND_RAISED
    by = record.who.user if record.kind is Kind.HAND_ANSWERED and record.who is not None else ""
    pbx = record.call.pbx if record.call is not None else ""
    began = record.at - (lasted or 0.0)
    return Raised(row.seq, began, pbx, *_whom(record), lasted if is_down else None, by, record.cause)


def acted_of(row: Row) -> Acted:
    """One deed: the row in which it was not done, or the one before it was."""
    record, call = row.record, row.record.call
    return Acted(
        row.seq,
        record.at,
        record.who.user if record.who else "",
        record.deed,
        call.pbx if call else "",
        call.customer if call else "",
        *_whom(record),
        call.caller if call else "",
        record.reason,
        record.detail,
        record.cause,
    )


def access_of(row: Row) -> Access:
    """A row of the log of who read, in one line."""
    record = row.record
    user = record.who.user if record.who else ""
    return Access(row.seq, record.at, user, record.kind.value, record.deed, record.rule, record.detail)


def _whom(record: Record) -> tuple[str, str, str]:
    whom = record.whom
    return (whom.agent, whom.member, whom.queue) if whom else ("", "", "")
