"""What a supervisor can ask for, and what is answered.

Of what is loud: `reason` is why, where the person said it; with `glass` they take in an emergency what their profile does not
give, and answer for it.
"""

from __future__ import annotations

from enum import Enum
from typing import NewType, TypeAlias

from msgspec import Struct

from whisper_tui.supervision.acts import Act
from whisper_tui.terms import CallKey, Notice, Pbx, SessionId

PetitionId = NewType("PetitionId", str)
"""What one person has asked the others to allow."""


class Listen(Struct, frozen=True):
    """Hear this call, heard by nobody. On the call already heard: fall back to silence (quiet, never asked)."""

    call: CallKey
    reason: str = ""
    glass: bool = False


class Whisper(Struct, frozen=True):
    """Speak to the agent alone. From idle it starts with the microphone muted."""

    call: CallKey
    reason: str = ""
    glass: bool = False


class Barge(Struct, frozen=True):
    """Speak to agent and customer. The console has had it confirmed."""

    call: CallKey
    reason: str = ""
    glass: bool = False


class Join(Struct, frozen=True):
    """Speak in a call of three or more as a party of it: everybody hears it, and so does a recording. Rings anew; confirmed."""

    call: CallKey
    reason: str = ""
    glass: bool = False


class TakeOver(Struct, frozen=True):
    """Talk with the customer in the agent's place; the agent is hung up. The console has had the agent's number typed."""

    call: CallKey
    reason: str = ""
    glass: bool = False


class Draw(Struct, frozen=True):
    """Hear a call that chance chooses, heard by nobody."""

    reason: str = ""


class Reveal(Struct, frozen=True):
    """See the caller's whole number for a while; it is written down."""

    call: CallKey


class AskLeave(Struct, frozen=True):
    """Ask the people whom the policy names to allow what `intent` needs, on this call with this agent, for a while."""

    intent: Loud


class Approve(Struct, frozen=True):
    """Allow what somebody else has asked for."""

    petition: PetitionId


class Reject(Struct, frozen=True):
    """Do not."""

    petition: PetitionId


class Acknowledge(Struct, frozen=True):
    """I have read that glass was broken (`GlassRow.ident`)."""

    glass: str


class AnswerHand(Struct, frozen=True):
    """I go to the agent who asks for help, and nobody else has to."""

    pbx: Pbx
    agent: str
    """The agent's phone."""


class Note(Struct, frozen=True):
    """Write `text` beside a session, live or over; it stays for good."""

    session: SessionId
    text: str


class GiveScore(Struct, frozen=True):
    """Write what was given by the site's scorecard beside a session, live or over; it stays for good.

    Args:
        digest: of the card that the points are of.
        points: by item; None: it does not apply.
        corrects: the number of the row in the log that this one is there in place of; None: there was none.
    """

    session: SessionId
    digest: str
    points: tuple[tuple[str, int | None], ...] = ()
    corrects: int | None = None


class Cue(Struct, frozen=True):
    """Send the site's cue card `number`, from 1 on, to the agent whom I hear."""

    number: int


class Say(Struct, frozen=True):
    """Speak the site's cue card `number`, from 1 on, into the ear of the agent whom I hear, and into nobody else's."""

    number: int


class HandBack(Struct, frozen=True):
    """Give the customer of my own call to its agent again, or to `queue`; my leg ends."""

    queue: str = ""


class Whom(Enum):
    """What `Follow` goes after."""

    CALL = "call"
    """The customer, to whichever agent gets the call."""
    AGENT = "agent"
    """The agent, from call to call."""


class Follow(Struct, frozen=True):
    """From now on go where the call, or the agent, that is heard goes; each hop is silent, asked of the profile, and a session."""

    whom: Whom


class Unfollow(Struct, frozen=True):
    """Stay where I am."""


class Mute(Struct, frozen=True):
    """Close the microphone."""


class Unmute(Struct, frozen=True):
    """Open the microphone."""


class Release(Struct, frozen=True):
    """Hear nothing more, keep the leg."""


class Leave(Struct, frozen=True):
    """End my leg; the call goes on. While the phone rings: cancel."""


class Panic(Struct, frozen=True):
    """Mute and end every leg of mine, without a question."""


Loud: TypeAlias = Listen | Whisper | Barge | Join | TakeOver
"""What names a call that somebody will hear, or be heard in."""


class Export(Struct, frozen=True):
    """Write what a view shows to a file of the person's; the console does it, once that is written down.

    Args:
        calls, agents (by their phones), queues: the rows that are in it.
    """

    view: str
    path: str
    rows: int
    calls: tuple[CallKey, ...] = ()
    agents: tuple[tuple[Pbx, str], ...] = ()
    queues: tuple[tuple[Pbx, str], ...] = ()


Aside: TypeAlias = Export | Reveal | AskLeave | Approve | Reject | Acknowledge | AnswerHand | Note | GiveScore
"""What does nothing to the phone."""
Intent: TypeAlias = (
    Loud | Draw | HandBack | Follow | Unfollow | Mute | Unmute | Release | Leave | Panic | Aside | Act | Cue | Say
)
QUIET = (Unfollow, Mute, Release, Leave, Panic)
"""Always allowed, on the wire first, logged after. `Listen` on the call already heard is quiet too."""


class Done(Struct, frozen=True):
    """It is so, confirmed."""


class Underway(Struct, frozen=True):
    """The PBX has done its part, and it is not so yet: `what.code` is stable. It is said as well."""

    what: Notice


class Refused(Struct, frozen=True):
    """It was not done: a rule, the floor, the log or the PBX is in the way. `why.code` is stable."""

    why: Notice
    denied: bool = False
    """True: by the profile."""


Answer: TypeAlias = Done | Underway | Refused
