"""How a leg is moved. DESIGN section 2, in the order given there; for a leg whose keypad cannot be locked, as far as that goes.

Steps are generators: they yield one `Step` after another and are sent the Reply once the step is confirmed. Whoever drives them
(the engine, or a test with a list of replies) sends the action, waits for `until`, and raises `Unconfirmed` when the limit
passes. So every step waits for its event, and nothing here knows a socket or a clock.
"""

from __future__ import annotations

from enum import Enum

from msgspec.structs import replace

from whisper_tui.ami.actions import Getvar, Hangup, Originate, Outcome, PlayDtmf, Setvar
from whisper_tui.supervision.leg import CONFIRM, Leg, NotDialled, Step, Steps, TargetGone, Unconfirmed
from whisper_tui.terms import LegKind, Microphone, Mode, Uniqueid

KEY_GAP = 0.06
"""Seconds: a key within 45 ms of the last one that was read is put off (AST_MIN_DTMF_GAP, channel.c) and comes out from behind
a lock that has been opened since. Measured on 22.10.1: a proof within 20 ms of another missed the lock 600 of 600 times, after
50 ms 0 of 600."""

TRY = 0.3
"""Seconds in which a key that is read at all would have been (measured: 0.5 to 6 ms)."""

FRAME_DROP = "FRAME_DROP(RX)"
LOCK = "DTMF_END"
"""What FRAME_DROP(RX) drops of the leg's frames: the phone's keys (func_frame_drop.c)."""

VOICE = "VOICE"
MUTEAUDIO = "MUTEAUDIO(in)"


class Proof(Enum):
    """What pressing two keys shows of a leg."""

    LOCKED = "locked"
    UNLOCKED = "unlocked"
    DEAF = "deaf"
    """No key came back: it cannot be known what a key does."""


def dial(leg: Leg, call: Originate, ring_seconds: float) -> Steps[None]:
    """Ring the phone until it is answered, refused or gone; the outcome stands in `leg`.

    Raises:
        NotDialled: Asterisk would not even try.
    """
    queued = yield Step("dial", call, optional=True)
    if queued.outcome is not Outcome.DONE:
        raise NotDialled(queued.message, leg.phone)
    yield Step("ring", None, lambda: leg.answered or leg.over, limit=ring_seconds + CONFIRM)


def prove(leg: Leg) -> Steps[Proof]:
    """Find out whether the keypad's lock holds: a 4 sent while locked must not be read before a 7 sent while unlocked.

    The first try is quick, and one in thirty misses a lock that holds: the unlock overtakes a 4 that nobody has read yet. The
    second gives every key its time.

    UNLOCKED where both tries read the 4 (Asterisk before 20.16 / 21.11 / 22.6 / 23.0, AUDIO.md F10), or where there is no
    FRAME_DROP at all; DEAF where no key comes back (the account does not read class `dtmf`; no PlayDTMF Receive).
    """
    for after in (0.0, KEY_GAP):
        leg.read.clear()
        leg.sent.clear()
        yield replace(_key(leg, "prove", Mode.SILENT.digit, waits=False), after=after)
        unlocked = yield replace(_filter(leg, "prove", locked=False), after=after, optional=True)
        if unlocked.outcome is not Outcome.DONE:
            first = yield Step("prove", None, lambda: Mode.SILENT.digit in leg.read, silent=True)
            return Proof.UNLOCKED if first.outcome is Outcome.DONE else Proof.DEAF
        second = yield replace(_key(leg, "prove", "7"), silent=True)
        if second.outcome is not Outcome.DONE:
            return Proof.DEAF
        held = leg.read == ["7"]  # any other key, the phone's too, proves nothing
        yield from _lock(leg)
        if held:
            return Proof.LOCKED
    return Proof.UNLOCKED


def try_key(leg: Leg) -> Steps[Proof]:
    """Press one key on a leg of one mode, where no key was ever seen to be read: DEAF still, or UNLOCKED, for it was seen now."""
    leg.read.clear()
    yield replace(_filter(leg, "prove", locked=False), optional=True)
    tried = yield replace(_key(leg, "prove", "7"), limit=TRY, silent=True)
    leg.deaf = tried.outcome is not Outcome.DONE
    return Proof.DEAF if leg.deaf else Proof.UNLOCKED


def aim(leg: Leg, target: Uniqueid) -> Steps[None]:
    """Let the leg hear `target` and nothing else, heard by nobody.

    ChanSpy keeps its mode when its target hangs up, and reads no mode key while it has none, so a leg left in whisper or barge
    is muted first and silenced before the microphone is opened again (measured by ear on 22.10.1).

    Raises:
        TargetGone: the channel ended first; the leg hears nothing.
    """
    reopen = None
    if leg.mode is not Mode.SILENT:
        reopen = leg.microphone if leg.fixed is None else None
        yield from mute(leg)
    yield from _leash(leg, target)
    yield from _attached(leg, target)
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
    yield from _press(leg, "aim", "*")
    yield from _attached(leg, target)
    yield from _hush(leg)


def _attached(leg: Leg, target: Uniqueid) -> Steps[None]:
    """Wait until ChanSpy has found the target: it looks round every 100 ms, and the target may end in between."""
    yield Step("aim", None, lambda: leg.spyee == target or leg.leash != target)
    if leg.spyee != target:
        raise TargetGone("the channel ended as it was aimed at", target)


def _hush(leg: Leg) -> Steps[None]:
    """A leg that has just been aimed is silent, whatever the phone's keys did on the way, or it is not used.

    One of one mode is muted.
    """
    if leg.fixed is not None:
        return
    if leg.mode is not Mode.SILENT:
        yield from switch(leg, Mode.SILENT)
    if leg.mode is not Mode.SILENT:
        raise Unconfirmed("silent")


def switch(leg: Leg, mode: Mode) -> Steps[None]:
    """Unlock, press the mode's key, wait until ChanSpy has read it, lock. A leg of one mode falls silent by its microphone."""
    if leg.fixed is None:
        yield from _press(leg, mode.value, mode.digit)
    elif mode is Mode.SILENT:
        yield from mute(leg)
    elif mode is not leg.fixed:
        raise Unconfirmed(mode.value)


def mute(leg: Leg) -> Steps[None]:
    """Drop the leg's voice at the PBX. No event tells: Success is all there is (DESIGN section 2)."""
    leg.microphone = Microphone.UNKNOWN
    yield from _voice(leg, "mute", dropped=True)
    leg.microphone = Microphone.MUTED


def keep_open(leg: Leg) -> Steps[None]:
    """A leg that is not locked: what the proof has left behind goes, and a microphone that is not open stays so."""
    yield from _voice(leg, "microphone", dropped=leg.microphone is not Microphone.OPEN)


def unmute(leg: Leg) -> Steps[None]:
    leg.microphone = Microphone.UNKNOWN
    yield from _voice(leg, "unmute", dropped=False)
    leg.microphone = Microphone.OPEN


def release(leg: Leg) -> Steps[None]:
    """Hear nothing more: 4, our id out of the leash, `*`. Clearing the group alone ends nothing (AUDIO.md F10)."""
    target = leg.spyee
    if target is None:
        return
    if leg.mode is not Mode.SILENT:
        yield from switch(leg, Mode.SILENT)
    yield from unleash(leg, target)
    yield from _press(leg, "release", "*")
    yield Step("release", None, lambda: leg.spyee is None)


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


def voiceless(leg: Leg) -> tuple[Setvar, ...]:
    """What closes the microphone, sent without waiting: a leg whose lock is not proved is told in both ways that there are."""
    if leg.kind is LegKind.LOCKED and not leg.taken_over:
        return (Setvar(leg.uniqueid, FRAME_DROP, frame_drop(locked=True, muted=True)),)
    return Setvar(leg.uniqueid, FRAME_DROP, VOICE), Setvar(leg.uniqueid, MUTEAUDIO, "on")


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


def _voice(leg: Leg, name: str, *, dropped: bool) -> Steps[None]:
    """Drop the leg's voice, or let it through again.

    A lock that is not proved must not stand beside VOICE: before 20.16 / 21.11 / 22.6 the longer value is cut short and drops
    neither (AUDIO.md F10). Where there is no FRAME_DROP, MUTEAUDIO does it.
    """
    locked = leg.kind is LegKind.LOCKED and not leg.taken_over
    third = leg.kind is None and not leg.taken_over  # its keys would be tones in everybody's ear
    value = frame_drop(locked=locked or (third and not dropped), muted=dropped)
    put = yield Step(name, Setvar(leg.uniqueid, FRAME_DROP, value), optional=not locked)
    if put.outcome is not Outcome.DONE:
        yield Step(name, Setvar(leg.uniqueid, MUTEAUDIO, "on" if dropped else "off"))


def _filter(leg: Leg, name: str, *, locked: bool) -> Step:
    muted = leg.microphone is not Microphone.OPEN
    return Step(name, Setvar(leg.uniqueid, FRAME_DROP, frame_drop(locked=locked, muted=muted)))


def _press(leg: Leg, name: str, digit: str) -> Steps[None]:
    """Press a key through the lock, if there is one."""
    if leg.kind is not LegKind.LOCKED:
        yield _key(leg, name, digit, waits=not leg.deaf)
        return
    yield _filter(leg, name, locked=False)
    yield _key(leg, name, digit)
    yield from _lock(leg)


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
