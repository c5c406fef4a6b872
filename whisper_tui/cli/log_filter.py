"""Which rows of the session log a command is about: the options that `list` and `export` share."""

from __future__ import annotations

import shlex
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import TypeVar

import click
import msgspec

from whisper_tui.audit import moments
from whisper_tui.audit.history import Row
from whisper_tui.audit.search import Finds
from whisper_tui.cli.log_reader import Reader, say_aside
from whisper_tui.engine import reading
from whisper_tui.engine.reading import LISTS, Filter
from whisper_tui.errors import UsageError
from whisper_tui.permissions.explain import explain
from whisper_tui.permissions.policy import Denied
from whisper_tui.terms import Mode, Right
from whisper_tui.ui.words import said

T = TypeVar("T")
Command = TypeVar("Command", bound=Callable[..., object])

UNSAID = frozenset({"subject"})
"""Options whose value is never written down: whoever is forgotten is not remembered by that."""
LONGEST = 200
"""Characters of an option's value that are kept in the row about a command."""


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
        click.option("--hands", is_flag=True, help="Hands that agents raised, and who took them, instead."),
        click.option("--acts", is_flag=True, help="What was done to agents, waiting callers and calls, instead."),
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
    if len(chosen.lists) > 1:
        asked = ", ".join(f"--{name}" for name in LISTS)
        raise UsageError("are lists of their own", asked, "ask for one after the other")
    if chosen.is_of_moments and chosen.longer is not None:
        what = "an attempt that was denied" if chosen.denied else "what was done to the floor"
        raise UsageError(f"{what} has no length", "--longer", "leave it out")
    if (chosen.acts or chosen.hands) and chosen.mode is not None:
        what = "a hand" if chosen.hands else "what was done to the floor"
        raise UsageError(f"{what} has no mode", "--mode", "leave it out")
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


def groups(found: Finds, reads: Reader, chosen: Filter, right: Right = Right.LOG_VIEW) -> Iterator[list[Row]]:
    """Yield the rows of each session, or whatever else is listed, that is wanted and may be seen with `right`; newest first.

    Raises:
        NotAllowed: without the right whoever asks for others than themselves.
    """
    if right is Right.LOG_VIEW:
        chosen = own_alone(reads, chosen)
    return reading.groups(found, reads, chosen, time.time(), right)


def own_alone(reads: Reader, chosen: Filter) -> Filter:
    """`chosen`, of the reader's own alone where they may see no more.

    Raises:
        NotAllowed: they ask for somebody else's.
    """
    narrowed = reading.narrowed(reads, chosen)
    if isinstance(narrowed, Denied):
        reads.refuse(Right.LOG_VIEW, narrowed)
    denied = reads.lacks(Right.LOG_VIEW)
    if denied is not None and not chosen.user:
        say_aside(f"only your own: {said(explain(denied))}")
    return narrowed


def _day(_ctx: click.Context, _param: click.Parameter, written: str | None) -> tuple[float, float] | None:
    return _read(moments.day, written)


def _moment(_ctx: click.Context, _param: click.Parameter, written: str | None) -> float | None:
    return _read(moments.moment, written)


def _span(_ctx: click.Context, _param: click.Parameter, written: str | None) -> float | None:
    return _read(moments.span, written)


def _read(read: Callable[[str], T], written: str | None) -> T | None:
    try:
        return None if written is None else read(written)
    except moments.NoTime as error:
        raise click.BadParameter(str(error)) from None


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
