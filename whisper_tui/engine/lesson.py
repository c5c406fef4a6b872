"""What a story teaches: what a coach says at its steps, and what has to have come about before the next one is said."""

from __future__ import annotations

from enum import Enum

import msgspec


class When(Enum):
    """What has come about, as far as the console knows it: confirmed by the PBX, or on disk."""

    START = "start"
    """The console is open."""
    FILTERED = "filtered"
    """The calls are filtered."""
    HELD = "held"
    """A caller has been on hold for long: the call is going wrong."""
    LISTENING = "listening"
    FOLLOWING = "following"
    """The leg goes where its call, or its agent, goes."""
    WHISPERING = "whispering"
    CUED = "cued"
    """A cue card came to the agent's phone."""
    NOTED = "noted"
    """A note is in the log."""
    SCORED = "scored"
    """A score is in the log."""
    MOVED = "moved"
    """The call that is heard has come to another agent."""
    LEFT = "left"
    """No leg is up any more."""


class Hint(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """One thing to try.

    Args:
        when: what came about before it is said.
        say: the code of its sentence.
    """

    when: When
    say: str
