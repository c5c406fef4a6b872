"""Rows into cells: durations, words and signs of state. Pure; a pane puts the cells where they fit."""

from __future__ import annotations

import time
from enum import Enum
from typing import NamedTuple

from whisper_tui.engine.backend import Hears
from whisper_tui.engine.rows import AgentState, CallRow, Limits, LinkRow, ListenerBadge, QueueRow, SpyRow, Whose
from whisper_tui.terms import CallState, LinkState, Microphone, Mode, Recording
from whisper_tui.ui import hands
from whisper_tui.ui.inks import Ink, Span, Tint
from whisper_tui.ui.words import _, fill, later

NOTHING = "—"

IN_TIME = 80.0
"""Percent of calls answered within a queue's service level from which on it is as it should be (80/20, the trade's usual one)."""

STATES: dict[CallState, tuple[str, str, Ink]] = {
    CallState.TALKING: ("●", later("talk"), Ink.TALKING),
    CallState.HELD: ("‖", later("hold"), Ink.HELD),
    CallState.RINGING: ("◐", later("ring"), Ink.RINGING),
    CallState.WAITING: ("…", later("wait"), Ink.WAITING),
    CallState.ELSEWHERE: ("·", later("away"), Ink.MUTED),
}
"""Sign, word and ink of a call's state: shape and word stand where there is no colour."""

AGENT_STATES: dict[AgentState, tuple[str, str, Ink]] = {
    AgentState.TALKING: ("●", later("talk"), Ink.TALKING),
    AgentState.HELD: ("‖", later("hold"), Ink.HELD),
    AgentState.RINGING: ("◐", later("ring"), Ink.RINGING),
    AgentState.BUSY: ("·", later("busy"), Ink.TEXT),
    AgentState.PAUSED: ("×", later("paused"), Ink.PAUSED),
    AgentState.FREE: ("○", later("free"), Ink.GOOD),
    AgentState.AWAY: ("—", later("away"), Ink.MUTED),
}
"""Sign, word and ink of what an agent does."""

LINKS: dict[LinkState, tuple[str, str, Ink]] = {
    LinkState.CONNECTING: ("◌", later("connecting"), Ink.WAITING),
    LinkState.HANDSHAKING: ("◌", later("connecting"), Ink.WAITING),
    LinkState.AUTHENTICATING: ("◌", later("logging in"), Ink.WAITING),
    LinkState.SEEDING: ("◐", later("reading the floor"), Ink.WAITING),
    LinkState.LIVE: ("●", later("live"), Ink.GOOD),
    LinkState.LOST: ("○", later("lost"), Ink.ALARM),
    LinkState.REFUSED: ("✕", later("refused"), Ink.ALARM),
}

MODES: dict[Mode, tuple[str, Ink, Ink]] = {
    Mode.SILENT: (later("SILENT"), Ink.SILENT, Ink.SILENT_BLOCK),
    Mode.WHISPER: (later("WHISPER"), Ink.WHISPER, Ink.WHISPER_BLOCK),
    Mode.BARGE: (later("BARGE"), Ink.BARGE, Ink.BARGE_BLOCK),
    Mode.THIRD: (later("THIRD PARTY"), Ink.THIRD, Ink.THIRD_BLOCK),
    Mode.TAKEOVER: (later("YOUR CALL"), Ink.TAKEOVER, Ink.TAKEOVER_BLOCK),
}

WHOSE: dict[Whose, tuple[str, str, Ink]] = {
    Whose.MINE: (later("you"), later("you"), Ink.SILENT),
    Whose.OURS: (later("other desk"), later("at another desk"), Ink.TEXT),
    Whose.CONSOLE: (later("other console"), later("of another console"), Ink.TEXT),
    Whose.CUE: (later("cue"), later("a cue card that is spoken"), Ink.WHISPER),
    Whose.FOREIGN: (later("FOREIGN"), later("started outside this console"), Ink.ALARM),
}
"""Whose a spy is: in a word, in words, and its ink."""

HEARS: dict[Hears, str] = {Hears.YES: later("YES"), Hears.NO: later("NO"), Hears.UNKNOWN: later("UNKNOWN")}

MICROPHONES: dict[Microphone, tuple[str, Ink]] = {
    Microphone.OPEN: (later("mic OPEN"), Ink.WHISPER),
    Microphone.MUTED: (later("mic muted"), Ink.MUTED),
    Microphone.UNKNOWN: (later("mic UNKNOWN"), Ink.ALARM),
}

RECORDED: dict[Recording, str] = {
    Recording.ON: later("ON"),
    Recording.OFF: later("OFF"),
    Recording.PAUSED: later("PAUSED"),
    Recording.UNKNOWN: later("UNKNOWN"),
}

RECORDINGS: dict[Recording, str] = {
    Recording.ON: later("recording ON"),
    Recording.OFF: later("not recorded"),
    Recording.PAUSED: later("recording PAUSED"),
    Recording.UNKNOWN: later("recording UNKNOWN"),
}


def known(listener: ListenerBadge | SpyRow, mine: Mode | None) -> Mode | None:
    """Return a listener's mode as far as it is known; `mine` is the confirmed one of the person's own session."""
    return mine if listener.whose is Whose.MINE else listener.mode


def mode_of(mode: Mode | None) -> str:
    """Return a listener's mode in a word; nothing in AMI states it, so it may not be known."""
    return _("mode UNKNOWN") if mode is None else _(MODES[mode][0])


def duration(seconds: float) -> str:
    """Return `06:31`, from an hour on `1:02:03`, from a hundred hours on `104h`."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return f"{whole // 60:02d}:{whole % 60:02d}"
    if whole < 360_000:
        return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
    return f"{whole // 3600}h"


def short_duration(seconds: float) -> str:
    """As `duration`, in five cells: `1h02` from an hour on."""
    whole = max(0, int(seconds))
    if whole < 3600:
        return duration(seconds)
    return f"{whole // 3600}h{whole // 60 % 60:02d}" if whole < 36_000 else f"{whole // 3600}h"


def age(seconds: float) -> str:
    """Return `12 s`, or a duration once it is a minute."""
    return f"{max(0, int(seconds))} s" if seconds < 60 else duration(seconds)


def clock_time(wall: float) -> str:
    """Return the time of day, `10:42:07`, of `wall` (seconds since 1970 UTC) where the console runs."""
    return time.strftime("%H:%M:%S", time.localtime(wall))


def queue_name(row: CallRow) -> str:
    return row.queue or "-"


def caller(row: CallRow) -> str:
    """Number and name, as far as the profile lets them be seen."""
    known = " ".join(part for part in (row.caller, row.caller_name) if part)
    return known or _("unknown")


def person(row: CallRow) -> str:
    """Who is spoken to: the agent, the agent's phone, or nobody yet."""
    return row.agent or row.agent_device or NOTHING


def head(row: CallRow) -> str:
    """Whom a call is called by: the agent, or the caller where there is none yet."""
    return row.agent or row.agent_device or caller(row)


def waited(row: CallRow, now: float) -> float | None:
    """Return the seconds that the caller has waited, or waited before the call was answered."""
    if row.waited is not None:
        return row.waited
    return None if row.waiting_since is None else now - row.waiting_since


class Wait(Enum):
    """How a wait stands to what the queue's callers may be asked to wait."""

    FINE = "fine"
    LONG = "long"
    LATE = "late"


WAITS: dict[Wait, tuple[str, str, Ink]] = {
    Wait.FINE: (" ", "", Ink.WAITING),
    Wait.LONG: ("△", later("warn"), Ink.PAUSED),
    Wait.LATE: ("▲", later("late"), Ink.LATE),
}
"""Sign, word and ink of how a wait stands."""

NO_LIMITS = Limits()


def stands(waited: float, limits: Limits) -> Wait:
    """Return how a wait of so many seconds stands."""
    if 0 < limits.late < waited:
        return Wait.LATE
    return Wait.LONG if 0 < limits.warn < waited else Wait.FINE


def wait_stands(row: CallRow, now: float, limits: Limits) -> Wait:
    """Return how the wait of a caller stands; one whom somebody has answered waits no more."""
    still = row.state in (CallState.WAITING, CallState.RINGING)
    seconds = waited(row, now) if still else None
    return Wait.FINE if seconds is None else stands(seconds, limits)


def longest_stands(row: QueueRow, now: float) -> Wait:
    """Return how the longest wait in a queue stands."""
    return Wait.FINE if row.longest_since is None else stands(now - row.longest_since, row.limits)


class CallCells(NamedTuple):
    """A call's row, column by column."""

    state: Span
    queue: Span
    agent: Span
    caller: Span
    talk: Span
    wait: Span
    flags: tuple[Span, ...]


def call_cells(row: CallRow, now: float, limits: Limits = NO_LIMITS) -> CallCells:
    """Return the cells of `row` at `now` (monotonic). `limits`: of its queue."""
    sign, word, ink = STATES[row.state]
    said = _(word)
    if row.state is CallState.WAITING and row.position:
        said = f"{said} {row.position}"
    talk = NOTHING
    if row.talking_since is not None:
        talk = ("" if row.talk_known else "≥") + short_duration(now - row.talking_since)
    still = row.state in (CallState.WAITING, CallState.RINGING)
    wait = waited(row, now)
    how = wait_stands(row, now, limits)
    late_sign, _late_word, late_ink = WAITS[how]
    if wait is None:
        wait_cell = (NOTHING, Ink.MUTED)
    else:
        calm = Ink.TEXT if still else Ink.MUTED
        wait_cell = (short_duration(wait) + late_sign, calm if how is Wait.FINE else late_ink)
    return CallCells(
        state=(f"{sign} {said}", ink),
        queue=(queue_name(row), Ink.TEXT),
        agent=(person(row), Ink.STRONG if row.agent else Ink.MUTED),
        caller=(caller(row), Ink.TEXT),
        talk=(talk, Ink.MUTED if talk is NOTHING else Ink.TEXT),
        wait=wait_cell,
        flags=flags(row, now, how),
    )


def flags(row: CallRow, now: float, how: Wait = Wait.FINE) -> tuple[Span, ...]:
    """Return what else is to be known of a call, the most pressing first."""
    found: list[Span] = []
    whose = [badge.whose for badge in row.listeners]
    consoles, foreign = whose.count(Whose.OURS) + whose.count(Whose.CONSOLE), whose.count(Whose.FOREIGN)
    if Whose.MINE in whose:
        found.append((_("you"), Ink.SILENT))
    if row.hand is not None:
        found.append((hands.word(row.hand), Ink.ALARM if hands.is_up(row.hand) else Ink.MUTED))
    found += [(f"▲{fact.words}", Ink.ALARM) for fact in row.facts if fact.alarm]
    if foreign:
        found.append((_("SPY") + (f"×{foreign}" if foreign > 1 else ""), Ink.ALARM))
    if consoles:
        found.append((_("heard") + (f"×{consoles}" if consoles > 1 else ""), Ink.SILENT))
    if row.held_since is not None:
        found.append((f"‖{short_duration(now - row.held_since)}", Ink.HELD))
    if row.recording is Recording.ON:
        found.append((_("rec"), Ink.MUTED))
    elif row.recording is Recording.PAUSED:
        found.append((_("rec‖"), Ink.PAUSED))
    if row.parties > 2:
        found.append((fill(_("{count} in call"), {"count": str(row.parties)}), Ink.WAITING))
    if row.priority:
        found.append((f"{_('prio')} {row.priority}", Ink.MUTED))
    if row.outbound:
        found.append((_("out"), Ink.MUTED))
    if how is not Wait.FINE:
        found.append((_(WAITS[how][1]), WAITS[how][2]))
    spaced: list[Span] = []
    for span in found:
        spaced += [(" ", Ink.TEXT), span] if spaced else [span]
    return tuple(spaced)


class QueueCells(NamedTuple):
    """A queue's row, column by column."""

    queue: Span
    wait: Span
    longest: Span
    level: Span
    talk: Span
    free: Span
    paused: Span


def queue_cells(row: QueueRow, name: str, now: float) -> QueueCells:
    """Return the cells of `row` at `now` (monotonic)."""
    longest = None if row.longest_since is None else now - row.longest_since
    late_sign, _late_word, late_ink = WAITS[longest_stands(row, now)]
    return QueueCells(
        queue=(name, Ink.TEXT),
        wait=(str(row.waiting), Ink.WAITING if row.waiting else Ink.MUTED),
        longest=(NOTHING + " ", Ink.MUTED) if longest is None else (short_duration(longest) + late_sign, late_ink),
        level=(NOTHING if row.performance is None else f"{round(row.performance)}%", Ink.TEXT),
        talk=(str(row.talking), Ink.TALKING if row.talking else Ink.MUTED),
        free=(str(row.free), Ink.TEXT if row.free else Ink.MUTED),
        paused=(str(row.paused), Ink.PAUSED if row.paused else Ink.MUTED),
    )


def link_spans(link: LinkRow, now: float, tint: Tint | None = None) -> tuple[Span, ...]:
    """Return a PBX's light, name and version, and in words what is not as it should be. `tint`: its own colour, of the name."""
    sign, word, ink = LINKS[link.state]
    if link.replay:
        sign = "▶"
    known = [(f" {link.pbx}", Ink.TEXT if tint is None else tint)]
    known += [(f" {link.asterisk}", Ink.TEXT)] if link.asterisk else []
    if link.state is LinkState.LIVE:
        return (sign, ink), *known
    return (sign, ink), *known, (f" {_(word)} {age(now - link.since)}", ink)
