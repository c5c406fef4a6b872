"""How simulated phones behave, how far that Asterisk's keypad lock holds, and what the account there may do."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from msgspec import Struct, field

from whisper_tui.simulator.wire import READS, WRITES


class Phone(Enum):
    """What a phone does when it is rung."""

    ANSWERS = "answers"
    DECLINES = "declines"
    """It rings, then its owner refuses (486 while ringing)."""
    NEVER_ANSWERS = "never answers"
    BUSY = "busy"
    """486 at once, without ringing."""
    UNKNOWN = "unknown"
    """No such endpoint, or none registered: nothing rings."""


class Lock(Enum):
    """What `FRAME_DROP(RX)=DTMF_END` does (AUDIO.md F10)."""

    HOLDS = "holds"
    """From 20.16, 21.11, 22.6 and 23.0 on."""
    OLD = "old"
    """Success, and every key passes; VOICE alone works."""
    ABSENT = "absent"
    """The module is not loaded: a Setvar says so, a Variable of an Originate is ignored in silence."""


PHONES: Mapping[str, Phone] = MappingProxyType(
    {
        "PJSIP/2001": Phone.ANSWERS,
        "PJSIP/2002": Phone.DECLINES,
        "PJSIP/2003": Phone.NEVER_ANSWERS,
        "PJSIP/2004": Phone.BUSY,
        "PJSIP/2999": Phone.UNKNOWN,
    }
)


class PhoneBehaviour(Struct, frozen=True):
    """Phones and times, seconds.

    Args:
        phones: device to what it does; a device that is not named answers.
        rings: how long a phone rings before it is answered or declined.
        look: how often a ChanSpy without a target looks for one (app_chanspy.c, ast_waitfordigit(chan, 100)).
        talks: how long a customer who was sent on talks with the next agent, of which the recording knows nothing.
        patience: how long such a customer waits in a queue.
        reads, writes: classes of the account. Without `dtmf` keys work and no client is told of them; with `all` in `writes`
            everything may be asked for.
        frame: what a running ChanSpy takes to act on a key: its next audio frame (measured 6 to 17 ms).
    """

    phones: Mapping[str, Phone] = field(default_factory=lambda: PHONES)
    rings: float = 1.5
    look: float = 0.1
    frame: float = 0.01
    talks: float = 30.0
    patience: float = 120.0
    lock: Lock = Lock.HOLDS
    reads: frozenset[str] = READS
    writes: frozenset[str] = WRITES

    def of(self, device: str) -> Phone:
        return self.phones.get(device, Phone.ANSWERS)
