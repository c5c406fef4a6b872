"""Which rows of the session log a command is about: the options that `list` and `export` share."""

from __future__ import annotations

import calendar
import re
import shlex
import time as clock
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TypeVar

import click
import msgspec

from whisper_tui.audit.history import Row
from whisper_tui.audit.records import Kind, Record
from whisper_tui.audit.search import OPENS, Finder, Wanted
from whisper_tui.audit.sessions import STARTED, lasted, modes_of, session_of, spying_of
from whisper_tui.cli.log_reader import Reader, say_aside
from whisper_tui.errors import UsageError
from whisper_tui.permissions import spans
from whisper_tui.permissions.explain import explain
from whisper_tui.terms import Mode, Right
from whisper_tui.ui.words import said

Command = TypeVar("Command", bound=Callable[..., object])

UNSAID = frozenset({"subject"})
"""Options whose value is never written down: whoever is forgotten is not remembered by that."""
LONGEST = 200
"""Characters of an option's value that are kept in the row about a command."""
_OTHERS = ("%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d")
"""How days are written elsewhere, for a hint."""


class Filter(msgspec.Struct, frozen=True):
    """What the options ask for. `day`: when it begins and when the next one does, seconds since 1970 UTC."""

    user: str = ""
    agent: str = ""
    queue: str = ""
    mode: Mode | None = None
    day: tuple[float, float] | None = None
    since: float | None = None
    until: float | None = None
    denied: bool = False
    foreign: bool = False
    longer: float | None = None
    limit: int | None = None

    @property
    def wanted(self) -> Wanted:
        since, until = self.day or (self.since, self.until)
        return Wanted(self.user, self.agent, self.queue, since, until)

    @property
    def is_of_time_alone(self) -> bool:
        """Whether it asks for nobody and nothing but a time."""
        named = (self.user, self.agent, self.queue, self.mode, self.denied, self.foreign, self.longer)
        return not any(named)


def options(*, limit: int | None) -> Callable[[Command], Command]:
    """The options of a filter; `limit`: how many are shown unless it is said, None: all."""
    each = (
        click.option("--user", default="", help="Of this supervisor, or of those whose names fit a pattern."),
        click.option("--agent", default="", help="With this agent's phone, such as PJSIP/1001, or a pattern."),
        click.option("--queue", default="", help="Of this queue, or a pattern."),
        click.option("--mode", type=click.Choice([mode.value for mode in Mode]), help="In which this was used."),
        click.option("--day", metavar="DAY", callback=_day, help="2026-11-26, today or yesterday."),
        click.option("--since", metavar="MOMENT", callback=_moment, help="From this moment on: 2026-11-26T09:00."),
        click.option("--until", metavar="MOMENT", callback=_moment, help="Before this moment."),
        click.option("--denied", is_flag=True, help="Attempts that were denied, instead of sessions."),
        click.option("--foreign", is_flag=True, help="Spies that no console of this installation started, instead."),
        click.option("--longer", metavar="SPAN", callback=_span, help="That lasted longer: 30s, 5m, 1h."),
        click.option(
            "--limit",
            type=click.IntRange(1, 1_000_000),
            default=limit,
            show_default=limit is not None,
            help="How many, newest first.",
        ),
    )

    def add(command: Command) -> Command:
        for option in reversed(each):
            command = option(command)
        return command

    return add


def filter_of(values: dict[str, object]) -> Filter:
    """What the options ask for.

    Raises:
        UsageError: they do not go together.
    """
    chosen = msgspec.convert(values, Filter)
    if chosen.day is not None and (chosen.since is not None or chosen.until is not None):
        raise UsageError("is a time already", "--day", "either --day, or --since and --until")
    if chosen.denied and chosen.foreign:
        raise UsageError("are two lists", "--denied, --foreign", "ask for one after the other")
    if chosen.denied and chosen.longer is not None:
        raise UsageError("an attempt that was denied has no length", "--longer", "leave it out")
    return chosen


def words_of(ctx: click.Context) -> list[str]:
    """The command and its options as they were given, for the row about it; without what may not be written down."""
    words = [ctx.command.name or ""]
    for option in ctx.command.params:
        name, value = option.name or "", ctx.params.get(option.name or "")
        if ctx.get_parameter_source(name) is not click.core.ParameterSource.COMMANDLINE or name in UNSAID:
            continue
        if value is not True and name in ("day", "since", "until", "longer"):
            value = _written(value)
        words += [max(option.opts, key=len)] if isinstance(option, click.Option) else []
        words += [shlex.quote(str(value)[:LONGEST])] if value is not True else []
    return words


def groups(found: Finder, reads: Reader, chosen: Filter, right: Right = Right.LOG_VIEW) -> Iterator[list[Row]]:
    """Yield the rows of each session, attempt or spy that is wanted and may be seen with `right`; newest first.

    Raises:
        NotAllowed: without the right whoever asks for others than themselves.
    """
    if right is Right.LOG_VIEW:
        chosen = own_alone(reads, chosen)
    each = _denied if chosen.denied else _foreign if chosen.foreign else _sessions
    seen = (rows for rows in each(found, chosen) if reads.sees(_about(rows), right))
    yield from (reads.all_masked(rows) for rows in islice(seen, chosen.limit))


def own_alone(reads: Reader, chosen: Filter) -> Filter:
    """`chosen`, of the reader's own alone where they may see no more.

    Raises:
        NotAllowed: they ask for somebody else's.
    """
    denied = reads.lacks(Right.LOG_VIEW)
    if denied is None:
        return chosen
    if chosen.foreign or chosen.user not in ("", reads.person.user):
        reads.refuse(Right.LOG_VIEW, denied)
    if not chosen.user:
        say_aside(f"only your own: {said(explain(denied))}")
    return msgspec.structs.replace(chosen, user=reads.person.user)


def _about(rows: list[Row]) -> Record:
    """The row that says whom it is about."""
    return next((row.record for row in rows if row.record.kind in OPENS), rows[0].record)


def _sessions(found: Finder, chosen: Filter) -> Iterator[list[Row]]:
    for rows in found.sessions(chosen.wanted):
        if chosen.mode is not None and chosen.mode.value not in modes_of(rows):
            continue
        if chosen.longer is None or lasted(session_of(rows), clock.time()) > chosen.longer:
            yield rows


def _denied(found: Finder, chosen: Filter) -> Iterator[list[Row]]:
    deed = Right.of(chosen.mode).value.removeprefix("call.") if chosen.mode is not None else ""
    for row in found.rows(chosen.wanted, (Kind.DENIED,)):
        if not deed or row.record.deed == deed:
            yield [row]


def _foreign(found: Finder, chosen: Filter) -> Iterator[list[Row]]:
    for row in found.rows(chosen.wanted, (Kind.FOREIGN_SPY,)):
        if row.record.deed != STARTED:
            continue
        rows = [row, *[each for each in found.leg(row.record.leg) if each.seq > row.seq][:1]]
        spying = spying_of(rows)
        if chosen.mode is not None and spying.mode != chosen.mode.value:
            continue
        if chosen.longer is None or lasted(spying, clock.time()) > chosen.longer:
            yield rows


def _day(_ctx: click.Context, _param: click.Parameter, written: str | None) -> tuple[float, float] | None:
    """When a day of this machine's calendar begins, and when the next one does: 23 to 25 hours later, by summer time."""
    if written is None:
        return None
    today = date.today()
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    day = named.get(written.strip().lower()) or _calendar_day(written)
    return _midnight(day), _midnight(day + timedelta(days=1))


def _moment(_ctx: click.Context, _param: click.Parameter, written: str | None) -> float | None:
    """A moment on the clock of this machine unless it names a zone; a day alone is its first moment."""
    if written is None:
        return None
    try:
        return datetime.fromisoformat(written).timestamp()
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{written!r} is no moment: 2026-11-26T09:00{_meant(written)}") from None


def _span(_ctx: click.Context, _param: click.Parameter, written: str | None) -> float | None:
    if written is None:
        return None
    if not re.fullmatch(r"[0-9]{1,9}[smh]", written):
        raise click.BadParameter(f"{written!r} is no length of time: 30s, 5m or 1h")
    return spans.seconds(written)


def _calendar_day(written: str) -> date:
    try:
        day = date.fromisoformat(written)
        _midnight(day + timedelta(days=1))
    except (ValueError, OverflowError, OSError):
        raise click.BadParameter(f"{written!r} is no day: 2026-11-26, today or yesterday{_meant(written)}") from None
    return day


def _meant(written: str) -> str:
    """A hint for whoever writes days another way."""
    for form in _OTHERS:
        with suppress(ValueError):
            return f"; did you mean {datetime.strptime(written, form).date().isoformat()}?"
    if found := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", written):
        year, month, day = map(int, found.groups())
        if 1 <= month <= 12 and year >= 1:
            last = calendar.monthrange(year, month)[1]
            if day > last:
                return f"; that month has {last} days"
            if day:
                return f"; did you mean {date(year, month, day).isoformat()}?"
    return ""


def _midnight(day: date) -> float:
    return datetime.combine(day, time.min).timestamp()


def _written(value: object) -> object:
    """A time as it is kept in the row about a command."""
    match value:
        case (float() as since, float()):
            return date.fromtimestamp(since).isoformat()
        case float() as at if at > 1e8:
            return datetime.fromtimestamp(at).isoformat()
        case float() as length:
            return f"{length:.0f}s"
    return value
