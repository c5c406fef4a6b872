"""What a supervisor can ask for, and what is answered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from whisper_tui.terms import CallKey, Notice


@dataclass(frozen=True, slots=True)
class Listen:
    """Hear this call, heard by nobody. On the call already heard: fall back to silence (quiet, never asked)."""

    call: CallKey
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Whisper:
    """Speak to the agent alone. From idle it starts with the microphone muted."""

    call: CallKey
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Barge:
    """Speak to agent and customer. The console has had it confirmed."""

    call: CallKey
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mute:
    """Close the microphone."""


@dataclass(frozen=True, slots=True)
class Unmute:
    """Open the microphone."""


@dataclass(frozen=True, slots=True)
class Release:
    """Hear nothing more, keep the leg."""


@dataclass(frozen=True, slots=True)
class Leave:
    """End my leg; the call goes on. While the phone rings: cancel."""


@dataclass(frozen=True, slots=True)
class Panic:
    """Mute and end every leg of mine, without a question."""


Intent: TypeAlias = Listen | Whisper | Barge | Mute | Unmute | Release | Leave | Panic
QUIET = (Mute, Release, Leave, Panic)
"""Always allowed, on the wire first, logged after. `Listen` on the call already heard is quiet too."""


@dataclass(frozen=True, slots=True)
class Done:
    """It is so, confirmed."""


@dataclass(frozen=True, slots=True)
class Refused:
    """It was not done: a rule, the floor, the log or the PBX is in the way. `why.code` is stable."""

    why: Notice
    denied: bool = False
    """True: by the profile."""


Answer: TypeAlias = Done | Refused
