"""The supervision leg: what is known of it, and the steps that move it. DESIGN section 2, in the order given there.

Steps are generators: they yield one `Step` after another and are sent the Reply once the step is confirmed. Whoever drives them
(the engine, or a test with a list of replies) sends the action, waits for `until`, and throws `Unconfirmed` into them when the
limit passes. So every step waits for its event, and nothing here knows a socket or a clock.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from typing import TypeVar

from whisper_tui.ami.actions import Action, Getvar, Hangup, OriginateSpy, Outcome, PlayDtmf, Reply, Setvar
from whisper_tui.ami.events import (
    BridgeEntered,
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
from whisper_tui.terms import LegId, LegKind, Microphone, Mode, Uniqueid

CONFIRM = 2.0
"""Seconds that a confirming event may take; measured 0.5 to 6 ms, and up to 102 ms for ChanSpyStart (AUDIO.md F11)."""

KEY_GAP = 0.06
"""Seconds: a key within 45 ms of the last one that was read is put off (AST_MIN_DTMF_GAP, channel.c) and comes out from behind
a lock that has been opened since. Measured on 22.10.1: a proof within 20 ms of another missed the lock 600 of 600 times, after
50 ms 0 of 600."""

LOCK = "DTMF_END"
"""What FRAME_DROP(RX) drops of the leg's frames: the phone's keys (func_frame_drop.c)."""

VOICE = "VOICE"

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


@dataclass(frozen=True, slots=True)
class Step:
    """Send `action` (if any), then wait for `until`, both within `limit` seconds.

    Args:
        name: a word for the screen and the log.
        optional: a FAILED reply is sent back to the steps; otherwise it counts as unconfirmed, as UNKNOWN always does.
        after: seconds to let pass first, where Asterisk needs time and no event tells when it has had it.
    """

    name: str
    action: Action | None
    until: Callable[[], bool] | None = None
    limit: float = CONFIRM
    optional: bool = False
    after: float = 0.0


@dataclass(slots=True)
class Leg:
    """One ringing of the supervisor's phone. Everything but the first two fields was said by the PBX.

    Args:
        spyee: whom it hears (ChanSpyStart seen, no ChanSpyStop since), "" for nobody.
        mode: ChanSpy's own state; it is kept from one target to the next (AMI.md Q2.7).
        proved: the kind found by `prove`, None before.
        bridged: somebody else took it into a bridge: it hears and speaks there, and ChanSpy says nothing of it (AMI.md Q2.4, Q3).
        pressed: keys that the phone, not we, made ChanSpy read; the engine takes them from here.
    """

    ident: LegId
    phone: str
    born: bool = False
    ringing: bool = False
    answered: bool = False
    refused: int | None = None
    gone: ChannelGone | None = None
    spyee: Uniqueid | None = None
    mode: Mode = Mode.SILENT
    microphone: Microphone = Microphone.OPEN
    proved: LegKind | None = None
    leash: Uniqueid | None = None
    bridged: bool = False
    read: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)
    pressed: list[str] = field(default_factory=list)

    @property
    def uniqueid(self) -> Uniqueid:
        """The ChannelId of Originate becomes the channel's Uniqueid (AMI.md Q1)."""
        return Uniqueid(self.ident)

    @property
    def over(self) -> bool:
        """It has ended, or never began."""
        return self.gone is not None or (self.refused is not None and not self.born)

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
            case SpyStarted(spyer=self.ident):
                self.spyee = fact.spyee
            case SpyStopped(spyer=self.ident):
                self.spyee = None
            case BridgeEntered(uniqueid=self.ident):
                self.bridged = True
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
        for mode in Mode:
            if digit == mode.digit and self.spyee is not None:
                self.mode = mode


def dial(leg: Leg, call: OriginateSpy, ring_seconds: float) -> Steps[None]:
    """Ring the phone until it is answered, refused or gone; the outcome stands in `leg`.

    Raises:
        NotDialled: Asterisk would not even try.
    """
    queued = yield Step("dial", call, optional=True)
    if queued.outcome is not Outcome.DONE:
        raise NotDialled(queued.message, leg.phone)
    yield Step("ring", None, lambda: leg.answered or leg.over, limit=ring_seconds + CONFIRM)


def prove(leg: Leg) -> Steps[LegKind | None]:
    """Find out whether the keypad's lock holds: a 4 sent while locked must not be read before a 7 sent while unlocked.

    The first try is quick, and one in thirty misses a lock that holds: the unlock overtakes a 4 that nobody has read yet. The
    second gives every key its time.

    Returns LOCKED, or None where both tries read the 4 (Asterisk before 20.16 / 21.11 / 22.6 / 23.0, AUDIO.md F10).
    """
    for after in (0.0, KEY_GAP):
        leg.read.clear()
        leg.sent.clear()
        yield replace(_key(leg, "prove", Mode.SILENT.digit, waits=False), after=after)
        yield replace(_filter(leg, "prove", locked=False), after=after)
        yield _key(leg, "prove", "7")
        held = leg.read == ["7"]  # any other key, the phone's too, proves nothing
        yield from _lock(leg)
        if held:
            leg.proved = LegKind.LOCKED
            return leg.proved
    return None


def aim(leg: Leg, target: Uniqueid) -> Steps[None]:
    """Let the leg hear `target` and nothing else, heard by nobody.

    ChanSpy keeps its mode when its target hangs up, and reads no mode key while it has none, so a leg left in whisper or barge
    is muted first and silenced before the microphone is opened again (measured by ear on 22.10.1).

    Raises:
        TargetGone: the channel ended first; the leg hears nothing.
    """
    reopen = None
    if leg.mode is not Mode.SILENT:
        reopen = leg.microphone
        yield from mute(leg)
    yield from _leash(leg, target)
    yield Step("aim", None, lambda: leg.spyee == target)
    yield from _hush(leg)
    if reopen is Microphone.OPEN:
        yield from unmute(leg)


def reaim(leg: Leg, target: Uniqueid) -> Steps[None]:
    """From one agent to another: silent first, then the leash, then `*`.

    Raises:
        TargetGone: the new channel ended first; the leg hears nothing.
    """
    if leg.mode is not Mode.SILENT:
        yield from switch(leg, Mode.SILENT)
    old = leg.spyee
    if old is None:  # the old one ended meanwhile, perhaps before it was silenced
        yield from aim(leg, target)
        return
    try:
        yield from _leash(leg, target)
    except TargetGone:
        yield from release(leg)
        raise
    yield from unleash(leg, old)
    yield _filter(leg, "aim", locked=False)
    yield _key(leg, "aim", "*")
    yield from _lock(leg)
    yield Step("aim", None, lambda: leg.spyee == target)
    yield from _hush(leg)


def _hush(leg: Leg) -> Steps[None]:
    """A leg that has just been aimed is silent, whatever the phone's keys did on the way, or it is not used."""
    if leg.mode is not Mode.SILENT:
        yield from switch(leg, Mode.SILENT)
    if leg.mode is not Mode.SILENT:
        raise Unconfirmed("silent")


def switch(leg: Leg, mode: Mode) -> Steps[None]:
    """Unlock, press the mode's key, wait until ChanSpy has read it, lock."""
    yield _filter(leg, mode.value, locked=False)
    yield _key(leg, mode.value, mode.digit)
    yield from _lock(leg)


def mute(leg: Leg) -> Steps[None]:
    """Drop the leg's voice at the PBX. No event tells: Success is all there is (DESIGN section 2)."""
    leg.microphone = Microphone.UNKNOWN
    yield _filter(leg, "mute", locked=True, muted=True)
    leg.microphone = Microphone.MUTED


def unmute(leg: Leg) -> Steps[None]:
    leg.microphone = Microphone.UNKNOWN
    yield _filter(leg, "unmute", locked=True, muted=False)
    leg.microphone = Microphone.OPEN


def release(leg: Leg) -> Steps[None]:
    """Hear nothing more: 4, our id out of the leash, `*`. Clearing the group alone ends nothing (AUDIO.md F10)."""
    target = leg.spyee
    if target is None:
        return
    if leg.mode is not Mode.SILENT:
        yield from switch(leg, Mode.SILENT)
    yield from unleash(leg, target)
    yield _filter(leg, "release", locked=False)
    yield _key(leg, "release", "*")
    yield Step("release", None, lambda: leg.spyee is None)
    yield from _lock(leg)


def hang_up(leg: Leg) -> Steps[None]:
    """End the leg; a phone that has not begun to ring is waited for, so that it does not ring afterwards."""
    if not leg.born:
        yield Step("leave", None, lambda: leg.born or leg.over)
    if not leg.over:
        yield Step("leave", Hangup(leg.uniqueid), lambda: leg.over)


def unleash(leg: Leg, target: Uniqueid) -> Steps[None]:
    """Take our id, and only ours, out of the target's SPYGROUP; a target that is gone needs nothing."""
    groups = yield Step("leash", Getvar(target, "SPYGROUP"), optional=True)
    if groups.outcome is Outcome.DONE and leg.ident in groups.value.split(":"):
        others = ":".join(group for group in groups.value.split(":") if group != leg.ident)
        yield Step("leash", Setvar(target, "SPYGROUP", others), optional=True)
    if leg.leash == target:
        leg.leash = None


def frame_drop(*, locked: bool, muted: bool) -> str:
    """The value of FRAME_DROP(RX) for a lock and a microphone."""
    return ",".join(part for part, wanted in ((LOCK, locked), (VOICE, muted)) if wanted)


def _leash(leg: Leg, target: Uniqueid) -> Steps[None]:
    groups = yield Step("leash", Getvar(target, "SPYGROUP"), optional=True)
    if groups.outcome is not Outcome.DONE:
        raise TargetGone("the channel ended before it was aimed at", target)
    others = [group for group in groups.value.split(":") if group and group != leg.ident]
    put = yield Step("leash", Setvar(target, "SPYGROUP", ":".join([*others, leg.ident])), optional=True)
    if put.outcome is not Outcome.DONE:
        raise TargetGone("the channel ended before it was aimed at", target)
    leg.leash = target


def _filter(leg: Leg, name: str, *, locked: bool, muted: bool | None = None) -> Step:
    if muted is None:
        muted = leg.microphone is not Microphone.OPEN
    return Step(name, Setvar(leg.uniqueid, "FRAME_DROP(RX)", frame_drop(locked=locked, muted=muted)))


def _lock(leg: Leg) -> Steps[None]:
    yield _filter(leg, "lock", locked=True)
    leg.sent.clear()  # whatever was not read by now has been dropped


def _key(leg: Leg, name: str, digit: str, *, waits: bool = True) -> Step:
    """Press `digit`; confirmed by the first one that is read from now on, for a key that was given up may never be."""
    leg.sent.append(digit)
    if not waits:
        return Step(name, PlayDtmf(leg.uniqueid, digit))
    before = len(leg.read)
    return Step(name, PlayDtmf(leg.uniqueid, digit), lambda: digit in leg.read[before:])
