"""Chance in the place of the supervisor: which call is heard where a profile leaves that to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec.structs import replace

from whisper_tui.permissions.decide import Grants
from whisper_tui.permissions.policy import Allowed, CallFacts
from whisper_tui.permissions.state import State
from whisper_tui.terms import Right


def draw(
    grants: Grants, calls: Iterable[tuple[CallFacts, State]], now: datetime, phone: str, lot: float
) -> CallFacts | None:
    """Return one of `calls` that may be listened to, None if none may.

    Every agent has the same chance, however many calls they are in; an agent whose quota is used up has none.

    Args:
        calls: each with what the person has done on it.
        lot: 0 to 1, drawn by chance.
    """
    by_agent: dict[str, list[CallFacts]] = {}
    for call, state in calls:
        if isinstance(grants.decide(Right.LISTEN, call, now, phone, replace(state, picked=True)), Allowed):
            by_agent.setdefault(call.agent or "", []).append(call)
    if not by_agent:
        return None
    at = min(max(lot, 0.0), 1.0) * len(by_agent)
    agent = min(int(at), len(by_agent) - 1)
    theirs = by_agent[sorted(by_agent)[agent]]
    return theirs[min(int((at - agent) * len(theirs)), len(theirs) - 1)]
