"""What a supervisor can do to the floor itself, without a leg: to agents in their queues, to callers, to calls."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from whisper_tui.terms import CallKey, Pbx


class Pause(Struct, frozen=True):
    """No queue rings this agent, in any queue in which this person may say so. `reason`: one of the site's codes."""

    pbx: Pbx
    agent: str
    """The agent's phone."""
    reason: str = ""


class Unpause(Struct, frozen=True):
    """They ring again."""

    pbx: Pbx
    agent: str


class LogOut(Struct, frozen=True):
    """This agent is no member of `queue` any more. The console has had it confirmed."""

    pbx: Pbx
    agent: str
    queue: str


class MoveAgent(Struct, frozen=True):
    """This agent is a member of `to`, and then no more of `queue`. The console has had `to` typed."""

    pbx: Pbx
    agent: str
    queue: str
    to: str


class SetPenalty(Struct, frozen=True):
    """`queue` rings this agent after all who have a smaller penalty; None: nobody has said yet which."""

    pbx: Pbx
    agent: str
    queue: str
    penalty: int | None = None


class MoveCaller(Struct, frozen=True):
    """Who waits is sent to where the dialplan takes callers of the queue `to`. The console has had `to` typed."""

    call: CallKey
    to: str


class Raise(Struct, frozen=True):
    """Who waits has this queue priority, a higher one than now; None: nobody has said yet which."""

    call: CallKey
    priority: int | None = None


class Withdraw(Struct, frozen=True):
    """Who waits is taken out of the queue and goes on in the dialplan. The console has had it confirmed."""

    call: CallKey


class HangUp(Struct, frozen=True):
    """This call ends for everybody in it. The console has had it typed."""

    call: CallKey


StaffAct: TypeAlias = Pause | Unpause | LogOut | MoveAgent | SetPenalty
"""What is done to agents."""
CallerAct: TypeAlias = MoveCaller | Raise | Withdraw | HangUp
"""What is done to callers."""
Act: TypeAlias = StaffAct | CallerAct
"""What is done to the floor."""
