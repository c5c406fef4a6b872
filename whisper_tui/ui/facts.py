"""What a filter can ask of the rows of each list: the fields by name, measures and flags. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from whisper_tui.engine.rows import AgentRow, CallRow, HandRow, QueueRow, SpyRow, Whose
from whisper_tui.terms import Mode
from whisper_tui.ui import hands, present
from whisper_tui.ui.filter import Facts
from whisper_tui.ui.typed import number_of
from whisper_tui.ui.words import _


def calls(paused: Callable[[CallRow], bool]) -> Facts[CallRow]:
    """Of the calls. `paused`: whether a call's agent is, in any of the queues that are seen."""
    return Facts(
        {
            "queue": lambda row: (present.queue_name(row),),
            "agent": lambda row: _phone(row.agent, row.agent_device),
            "caller": lambda row: (row.caller, row.caller_name),
            "state": lambda row: (_(present.STATES[row.state][1]), row.state.value, *_hand(row.hand)),
        },
        {
            "talk": lambda row, now: None if row.talking_since is None else now - row.talking_since,
            "wait": present.waited,
            "held": lambda row, now: row.held + (0.0 if row.held_since is None else now - row.held_since),
            "holds": lambda row, _now: row.holds,
            "priority": lambda row, _now: row.priority,
            "listeners": lambda row, _now: len(row.listeners),
        },
        {
            "paused": paused,
            "help": lambda row: hands.is_up(row.hand),
            "foreign": lambda row: any(each.whose is Whose.FOREIGN for each in row.listeners),
            "outbound": lambda row: row.outbound,
        },
    )


def with_told(known: Facts[CallRow], names: Iterable[str]) -> Facts[CallRow]:
    """The same, and what other systems tell of calls, by its name: as it is written, and as a number."""
    texts = {name: partial(_told, name) for name in names}
    return known._replace(
        texts={**known.texts, **texts},
        measures={**known.measures, **{name: partial(_number_told, name) for name in texts}},
    )


AGENTS: Facts[AgentRow] = Facts(
    {
        "agent": lambda row: _phone(row.name, row.device),
        "queue": lambda row: tuple(member.queue for member in row.members),
        "state": lambda row: (_(present.AGENT_STATES[row.state][1]), row.state.value),
        "why": lambda row: (*(member.reason for member in row.members), *_hand(row.hand)),
    },
    {
        "talk": lambda row, now: None if row.since is None else now - row.since,
        "taken": lambda row, _now: row.taken,
    },
    {"paused": lambda row: row.paused > 0, "help": lambda row: hands.is_up(row.hand)},
)


def listeners(mine: Callable[[], Mode | None]) -> Facts[SpyRow]:
    """Of who hears whom. `mine`: the confirmed mode of the person's own session."""
    return Facts(
        {
            "who": lambda row: (*map(_, present.WHOSE[row.whose][:2]), *_phone(row.whose.value, row.device)),
            "agent": lambda row: (row.agent,),
            "queue": lambda row: (row.queue,),
            "caller": lambda row: (row.caller,),
            "mode": lambda row: _mode(present.known(row, mine())),
        },
        {"since": lambda row, now: now - row.since},
        {"foreign": lambda row: row.whose is Whose.FOREIGN, "mine": lambda row: row.whose is Whose.MINE},
    )


CALLERS: Facts[CallRow] = Facts(
    {
        "queue": lambda row: (row.queue,),
        "caller": lambda row: (row.caller, row.caller_name),
        "state": lambda row: (_(present.STATES[row.state][1]), row.state.value),
        "agent": lambda row: _phone(row.agent, row.agent_device),
    },
    {
        "wait": present.waited,
        "place": lambda row, _now: row.position,
        "priority": lambda row, _now: row.priority,
    },
    {},
)

QUEUES: Facts[QueueRow] = Facts(
    {"queue": lambda row: (row.queue,), "pbx": lambda row: (row.pbx,)},
    {
        "waiting": lambda row, _now: row.waiting,
        "longest": lambda row, now: None if row.longest_since is None else now - row.longest_since,
        "talk": lambda row, _now: row.talking,
        "free": lambda row, _now: row.free,
        "paused": lambda row, _now: row.paused,
        "level": lambda row, _now: row.performance,
    },
    {},
)


def _told(name: str, row: CallRow) -> tuple[str, ...]:
    return tuple(fact.text for fact in row.facts if fact.name == name)


def _number_told(name: str, row: CallRow, _now: float) -> float | None:
    return next((fact.number for fact in row.facts if fact.name == name), None)


def _mode(mode: Mode | None) -> tuple[str, str]:
    return (_("UNKNOWN"), "unknown") if mode is None else (_(present.MODES[mode][0]), mode.value)


def _hand(hand: HandRow | None) -> tuple[str, ...]:
    return () if hand is None else (hands.word(hand), hand.text)


def _phone(name: str, device: str) -> tuple[str, ...]:
    """A person's name, their phone, and its number."""
    return (name, device, number_of(device)) if device else (name,)
