"""The closed sets and ids that several rooms name. Values only.

Values are msgspec structs in every room: to make as many dataclasses took 75 ms of each start, these take 2.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import Enum
from typing import NamedTuple, NewType

from msgspec import Struct, field

Pbx = NewType("Pbx", str)
"""A PBX by the name that the configuration gives it."""

Uniqueid = NewType("Uniqueid", str)
"""A channel's Uniqueid: names of channels are used again after a restart, Uniqueids are not."""

LegId = NewType("LegId", str)
"""`wt-<installation, 8 hex>-<random, 16 hex>`: the ChannelId, and so the Uniqueid, of a supervision leg."""

SessionId = NewType("SessionId", str)
"""One aim of a leg at one agent's call."""


DIGITS = 7
"""So many, one after the other or with what people write between them, may be somebody's number."""
NUMBER = re.compile(rf"\d(?:[\s()./+-]*\d){{{DIGITS - 1}}}")
"""Words that have it are kept nowhere where they could not be erased. A shorter number may be: what is refused tells no number."""

SPAN = re.compile(r"([0-9]{1,9})([smh])")
"""A length of time as people write it: `30s`, `5m`, `1h`."""


def seconds_of(span: str) -> float:
    """The seconds of a SPAN; 0.0 of what is none."""
    read = SPAN.fullmatch(span)
    return 0.0 if read is None else float(read[1]) * {"s": 1, "m": 60, "h": 3600}[read[2]]


class CallKey(NamedTuple):
    """A call: the PBX and the Uniqueid of the customer's channel, outside queues too (of the caller's between two agents)."""

    pbx: Pbx
    uniqueid: Uniqueid


class Mode(Enum):
    """Who hears the supervisor: nobody, the agent, agent and customer; after a takeover the customer, as a third party all."""

    SILENT = "silent"
    WHISPER = "whisper"
    BARGE = "barge"
    THIRD = "third"
    """In the bridge itself, as a party of the call."""
    TAKEOVER = "takeover"
    """The agent is gone: the supervisor's own call."""

    @property
    def digit(self) -> str:
        """The key of ChanSpy's option `d` that selects the mode (app_chanspy.c, measured on 16.28 and 22.10.1).

        Raises:
            KeyError: no key does: it is a bridge.
        """
        return {mode: digit for digit, mode in MODE_KEYS.items()}[self]


MODE_KEYS = {"4": Mode.SILENT, "5": Mode.WHISPER, "6": Mode.BARGE}
"""What the keys of ChanSpy's option `d` switch to."""


class Microphone(Enum):
    OPEN = "open"
    MUTED = "muted"
    UNKNOWN = "unknown"


class LegKind(Enum):
    """How far the keypad of the supervisor's phone is held (DESIGN: three kinds of leg)."""

    LOCKED = "locked"
    OPEN = "open"
    FIXED = "fixed"


class CallState(Enum):
    WAITING = "waiting"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"
    ELSEWHERE = "elsewhere"
    """In the dialplan: a menu, voicemail, parking, or between two steps of a transfer. Nobody to hear the supervisor."""


class Step(NamedTuple):
    """From `at` on (monotonic seconds) a call was in this state."""

    at: float
    state: CallState
    handed: bool = False
    """To another agent than the one who talked before."""


class Recording(Enum):
    OFF = "off"
    ON = "on"
    PAUSED = "paused"
    UNKNOWN = "unknown"
    """Nothing was seen and nothing was read yet."""


class LinkState(Enum):
    CONNECTING = "connecting"
    HANDSHAKING = "handshaking"
    AUTHENTICATING = "authenticating"
    SEEDING = "seeding"
    LIVE = "live"
    LOST = "lost"
    REFUSED = "refused"
    """Wrong secret, account or certificate: waits for a person, never tries again by itself."""


class Right(Enum):
    """What a role can grant (policy.toml `can`)."""

    FLOOR_VIEW = "floor.view"
    LISTEN = "call.listen"
    WHISPER = "call.whisper"
    BARGE = "call.barge"
    TAKEOVER = "call.takeover"
    JOIN = "call.join"
    """Speak in a call of three or more as a true third party, who is also recorded."""
    AGENT_PAUSE = "agent.pause"
    AGENT_QUEUE = "agent.queue"
    """Log an agent out of a queue, move them to another (it takes the right in both), weigh them in one."""
    CALLER_MOVE = "caller.move"
    """Move who waits to another queue (it takes the right in both), raise them in theirs, take them out of it."""
    HANGUP = "call.hangup"
    """End a call."""
    CUE_SEND = "cue.send"
    HAND_ANSWER = "hand.answer"
    """Take the raised hand of an agent, so that nobody else goes there."""
    SCORE_GIVE = "score.give"
    FLOOR_EXPORT = "floor.export"
    """Write what a view shows to a file."""
    NUMBER_FULL = "number.full"
    AMI_TRACE = "ami.trace"
    """See what the program sends to the PBXs and what they answer."""
    REPORT_OWN = "report.own"
    LOG_VIEW = "log.view"
    LOG_EXPORT = "log.export"
    LOG_ERASE = "log.erase"

    @staticmethod
    def of(mode: Mode) -> Right:
        return {
            Mode.SILENT: Right.LISTEN,
            Mode.WHISPER: Right.WHISPER,
            Mode.BARGE: Right.BARGE,
            Mode.THIRD: Right.JOIN,
            Mode.TAKEOVER: Right.TAKEOVER,
        }[mode]


class Subject(Struct, frozen=True):
    """A person, as the kernel names them."""

    user: str
    uid: int
    groups: frozenset[str] = frozenset()
    login_uid: int | None = None


class Notice(Struct, frozen=True):
    """Something to tell a person: a stable code and what goes into its words.

    The words stand in the screen's catalogue (`ui/words.py`); rooms below it name the code alone.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict)
