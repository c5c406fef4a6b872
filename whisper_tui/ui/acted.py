"""What is said of a deed on the floor once the PBX has confirmed it. Pure."""

from __future__ import annotations

from typing import assert_never

from whisper_tui.supervision.acts import (
    Act,
    HangUp,
    LogOut,
    MoveAgent,
    MoveCaller,
    Pause,
    Raise,
    SetPenalty,
    Unpause,
    Withdraw,
)
from whisper_tui.terms import Notice


def done(act: Act, whom: str) -> Notice | None:
    """Say that `act` is done; None: the engine has said what came of it. `whom`: who is meant, as the screen names them."""
    values = {"whom": whom}
    match act:
        case Pause(reason=reason):
            return Notice("done.paused", {**values, "reason": reason})
        case Unpause():
            return Notice("done.unpaused", values)
        case LogOut(queue=queue):
            return Notice("done.logged_out", {**values, "queue": queue})
        case MoveAgent(queue=queue, to=to):
            return Notice("done.moved_agent", {**values, "queue": queue, "to": to})
        case SetPenalty(queue=queue, penalty=penalty):
            return Notice("done.penalty", {**values, "queue": queue, "penalty": str(penalty)})
        case MoveCaller(to=to):
            return Notice("done.moved_caller", {**values, "to": to})
        case Raise():
            return None
        case Withdraw():
            return Notice("done.withdrawn", values)
        case HangUp():
            return Notice("done.hung_up", values)
        case _:
            assert_never(act)
