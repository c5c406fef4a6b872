"""The views of the console: which list stands where the calls stand at the start. `v` and a letter choose one."""

from __future__ import annotations

from enum import Enum


class View(Enum):
    CALLS = "calls"
    WAITING = "waiting"
    """Callers whom nobody has answered."""
    QUEUES = "queues"
    AGENTS = "agents"
    """Who takes the calls, what they do, and for how long."""
    SESSIONS = "sessions"
    """Who hears whom: mine, other desks', other consoles', and spies that no console started."""
    LOG = "log"
    """What was done: sessions that were, attempts that were denied, spies from elsewhere."""


ROUND = tuple(view for view in View if view is not View.LOG)
"""The views that one key after another goes through; not the log, for each look at it is written down."""
