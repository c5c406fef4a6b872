"""What became of a call of a queue, as values; `visits.py` finds it out."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from whisper_tui.terms import Pbx, Uniqueid


class Ending(Enum):
    """How a visit ended. Values are stable codes, never re-used."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    """The caller hung up while waiting."""
    TIMED_OUT = "timed-out"
    """The queue gave up, for it took too long or nobody was there; counted by Asterisk as abandoned."""
    LEFT = "left"
    """By a key, or taken out by somebody: the call went on elsewhere."""
    UNKNOWN = "unknown"
    """The link was lost, or nobody looked any more: how far it had come until then stands in the other fields."""


class Outcome(Struct, frozen=True):
    """Moments are seconds of the clock given to `observe`.

    Args:
        uniqueid: of the customer's channel; one may visit several queues, or one queue several times.
        agent: the phone of who answered, "" for none.
        number: the caller's, "" where it is not told.
        waited: seconds in line; None: it is not known.
        answered: None: never, or nobody saw it.
        talked: seconds with whoever answered, holds included, at least so many of a call that was up before anybody looked
            and of an UNKNOWN; None: nobody answered.
        held, holds: seconds on hold and how often, of these.
        transfers: how often whoever answered passed the caller on.
    """

    pbx: Pbx
    uniqueid: Uniqueid
    queue: str
    agent: str
    number: str
    joined: float
    waited: float | None
    answered: float | None
    talked: float | None
    held: float
    holds: int
    transfers: int
    ending: Ending
    ended: float
