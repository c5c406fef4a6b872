"""What a view shows as a table for a file: every row that passes its filter, masked as it is seen. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from whisper_tui.engine.rows import AgentRow, CallRow, QueueRow, SpyRow
from whisper_tui.supervision.intents import Export
from whisper_tui.terms import Mode, Notice
from whisper_tui.ui import present
from whisper_tui.ui.moment import Moment

SECONDS = 60.0
"""How long the question for a name stands."""


class Table(NamedTuple):
    """Titles are stable words, times are seconds."""

    titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Naming(NamedTuple):
    """A name for the file is asked for; `folder` holds a name that is no path, `default` is taken where nothing is typed."""

    intent: Export
    folder: str
    default: str

    def named(self, text: str) -> Export | Notice:
        """Return what is asked for once `text` was typed, or what is wrong with it."""
        typed = text.strip() or self.default
        try:
            path = Path(typed).expanduser() if "/" in typed else Path(self.folder, typed)
        except RuntimeError:  # ~somebody, whom nobody knows
            path = Path()
        if not path.is_absolute() or typed.endswith("/") or path.name in ("", ".", ".."):
            return Notice("export.path", {"typed": typed})
        return replace(self.intent, path=str(path))


def of_calls(rows: Iterable[CallRow], moment: Moment) -> Table:
    """Return the calls as they are at `moment`, or were when their PBX was heard last."""
    titles = (
        "pbx", "id", "state", "queue", "agent", "phone", "caller", "caller_name", "talk_seconds", "talk_known", "wait_seconds",
        "place", "priority", "holds", "hold_seconds", "recording", "parties", "outbound", "listeners",
    )  # fmt: skip
    return Table(titles, tuple(_call(row, moment.known(row.key.pbx)) for row in rows))


def _call(row: CallRow, now: float) -> tuple[str, ...]:
    held = row.held + (0.0 if row.held_since is None else now - row.held_since)
    return (
        str(row.key.pbx), str(row.key.uniqueid), row.state.value, row.queue, row.agent, row.agent_device, row.caller,
        row.caller_name,
        _since(row.talking_since, now), _yes(row.talk_known), _whole(present.waited(row, now)), _number(row.position),
        _number(row.priority), str(row.holds), _whole(held), row.recording.value, str(row.parties), _yes(row.outbound),
        " ".join(badge.device for badge in row.listeners),
    )  # fmt: skip


def of_agents(rows: Iterable[AgentRow], moment: Moment, wall: float) -> Table:
    """Return the agents. `wall`: the time of day at `moment.now`, seconds since 1970 UTC."""
    titles = ("pbx", "phone", "agent", "state", "for_seconds", "taken", "queues", "paused_in", "reason")
    return Table(titles, tuple(_agent(row, moment, wall) for row in rows))


def _agent(row: AgentRow, moment: Moment, wall: float) -> tuple[str, ...]:
    known = moment.known(row.pbx)
    at = wall - (moment.now - known)
    lasts = known - row.since if row.since is not None else at - row.at if row.at is not None else None
    paused = " ".join(member.queue for member in row.members if member.paused)
    queues = " ".join(member.queue for member in row.members)
    who = str(row.pbx), row.device, row.name, row.state.value
    return (*who, _whole(lasts), str(row.taken), queues, paused, row.reason)


def of_queues(rows: Iterable[QueueRow], moment: Moment) -> Table:
    """Return the queues."""
    titles = (
        "pbx", "queue", "waiting", "longest_seconds", "in_time_percent", "talking", "free", "paused", "members", "completed",
        "abandoned",
    )  # fmt: skip
    return Table(titles, tuple(_queue(row, moment.known(row.pbx)) for row in rows))


def _queue(row: QueueRow, now: float) -> tuple[str, ...]:
    level = "" if row.performance is None else f"{row.performance:.1f}"
    counts = (row.talking, row.free, row.paused, row.members, row.completed, row.abandoned)
    return (str(row.pbx), row.queue, str(row.waiting), _since(row.longest_since, now), level, *map(str, counts))


def of_spies(rows: Iterable[SpyRow], mine: Mode | None, moment: Moment) -> Table:
    """Return who hears whom. `mine`: the confirmed mode of the person's own session."""
    titles = ("pbx", "phone", "whose", "mode", "agent", "queue", "caller", "for_seconds")
    return Table(titles, tuple(_spy(row, mine, moment.known(row.pbx)) for row in rows))


def _spy(row: SpyRow, mine: Mode | None, now: float) -> tuple[str, ...]:
    mode = present.known(row, mine)
    known = str(row.pbx), row.device, row.whose.value, "unknown" if mode is None else mode.value
    return (*known, row.agent, row.queue, row.caller, _since(row.since, now))


def _since(moment: float | None, now: float) -> str:
    return "" if moment is None else _whole(now - moment)


def _whole(seconds: float | None) -> str:
    return "" if seconds is None else str(max(0, int(seconds)))


def _number(value: int | None) -> str:
    return "" if value is None else str(value)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
