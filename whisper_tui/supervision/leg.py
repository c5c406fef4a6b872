"""The supervision leg: what the PBX has said of it, and what one step of moving it is."""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TypeVar

from msgspec import Struct, field

from whisper_tui.ami.actions import Action, Reply
from whisper_tui.ami.events import (
    BridgeEntered,
    BridgeLeft,
    ChannelGone,
    ChannelNew,
    ChannelStateChanged,
    DigitEnded,
    Fact,
    OriginateAnswered,
    SpyStarted,
    SpyStopped,
)
from whisper_tui.errors import WhisperError
from whisper_tui.terms import MODE_KEYS, LegId, LegKind, Microphone, Mode, Uniqueid

CONFIRM = 2.0
"""Seconds that a confirming event may take; measured 0.5 to 6 ms, and up to 102 ms for ChanSpyStart (AUDIO.md F11)."""

Result = TypeVar("Result")
Steps = Generator["Step", Reply, Result]


class Unconfirmed(WhisperError):
    """A step without its confirmation: mode and target are unknown. `what` names the step."""


class NotDialled(WhisperError):
    """Asterisk refused the Originate itself; nothing rang."""


class TargetGone(WhisperError):
    """The agent's channel ended before it was aimed at."""


class LegGone(WhisperError):
    """The leg ended while a step was waiting."""


class Step(Struct, frozen=True):
    """Send `action` (if any), then wait for `until`, both within `limit` seconds.

    Args:
        name: a word for the screen and the log.
        optional: a FAILED reply is sent back to the steps; otherwise it counts as unconfirmed, as UNKNOWN does.
        silent: where `until` has not come true in time an UNKNOWN reply is sent back to the steps: that too is an answer.
        after: seconds to let pass first, where Asterisk needs time and no event tells when it has had it.
    """

    name: str
    action: Action | None
    until: Callable[[], bool] | None = None
    limit: float = CONFIRM
    optional: bool = False
    silent: bool = False
    after: float = 0.0


class Leg(Struct):
    """One ringing of the supervisor's phone. Everything but the first four fields was said by the PBX.

    Args:
        fixed: the one mode that it is in for good, None where keys switch it.
        deaf: no key of ours is seen to be read, so that none is waited for (no read class `dtmf`).
        kind: how far its keypad is held, None before that was found out.
        spyee: whom it hears (ChanSpyStart seen, no ChanSpyStop since), "" for nobody.
        mode: ChanSpy's own state; it is kept from one target to the next (AMI.md Q2.7).
        bridge: the bridge that it is in: it hears and speaks there, and ChanSpy says nothing of it (AMI.md Q2.4, Q3).
        wanted: the customer with whom it is to be bridged, or is; `company`: the bridge that the customer is in since.
        pressed: keys that the phone, not we, made ChanSpy read; the engine takes them from here.
    """

    ident: LegId
    phone: str
    fixed: Mode | None = None
    deaf: bool = False
    born: bool = False
    ringing: bool = False
    answered: bool = False
    refused: int | None = None
    gone: ChannelGone | None = None
    spyee: Uniqueid | None = None
    mode: Mode = Mode.SILENT
    microphone: Microphone = Microphone.OPEN
    kind: LegKind | None = None
    leash: Uniqueid | None = None
    bridge: str = ""
    wanted: Uniqueid | None = None
    company: str = ""
    read: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.fixed not in (None, Mode.SILENT):
            self.mode, self.microphone = self.fixed, Microphone.UNKNOWN

    @property
    def uniqueid(self) -> Uniqueid:
        """The ChannelId of Originate becomes the channel's Uniqueid (AMI.md Q1)."""
        return Uniqueid(self.ident)

    @property
    def over(self) -> bool:
        """It has ended, or never began."""
        return self.gone is not None or (self.refused is not None and not self.born)

    @property
    def taken_over(self) -> bool:
        """It talks with the customer in the agent's place."""
        return self.wanted is not None and self.bridge != "" and self.bridge == self.company

    @property
    def hushed(self) -> bool:
        """As silent as it can be: no key of it reaches silence, and its voice is dropped."""
        return self.fixed is not None and self.microphone is Microphone.MUTED

    def observe(self, fact: Fact) -> bool:
        """Take note of what the PBX said; return whether it was about this leg."""
        match fact:
            case ChannelNew(uniqueid=self.ident):
                self.born = True
            case ChannelStateChanged(uniqueid=self.ident):
                self.born = True
                self.ringing = fact.state == 5  # AST_STATE_RINGING
            case OriginateAnswered(uniqueid=self.ident):
                self.answered = fact.succeeded
                self.refused = None if fact.succeeded else fact.reason
            case ChannelGone(uniqueid=self.ident):
                self.gone = fact
                self.spyee = None
            case ChannelGone(uniqueid=self.leash):
                self.leash = None
            case SpyStarted(spyer=self.ident):
                self.spyee = fact.spyee
            case SpyStopped(spyer=self.ident):
                self.spyee = None
            case BridgeEntered(uniqueid=self.ident):
                self.bridge, self.spyee = fact.bridge, None
            case BridgeLeft(uniqueid=self.ident, bridge=self.bridge):
                self.bridge = ""
            case BridgeLeft(uniqueid=self.wanted, bridge=self.company):
                self.company = ""
            case BridgeEntered(uniqueid=self.wanted):
                self.company = fact.bridge
            case DigitEnded(uniqueid=self.ident):
                self._digit(fact.digit)
            case _:
                return False
        return True

    def _digit(self, digit: str) -> None:
        """Frames are read in order: a key of ours confirms itself, those sent before it were dropped by the lock."""
        self.read.append(digit)
        if digit in self.sent:
            del self.sent[: self.sent.index(digit) + 1]
        else:
            self.pressed.append(digit)
        if digit in MODE_KEYS and self.fixed is None and self.spyee is not None:
            self.mode = MODE_KEYS[digit]
