"""One originated channel: what ordered it, what Asterisk holds of it, and why it ends."""

from __future__ import annotations

import asyncio
import contextlib

from msgspec import Struct, field

from whisper_tui.clock import Clock
from whisper_tui.floor.model import Channel
from whisper_tui.terms import Mode, Uniqueid

RINGING, UP = 5, 6
"""ChannelState (channelstate.h)."""
ANSWERED = 4
"""Reason in OriginateResponse."""


class Ending(Struct, frozen=True, eq=False):
    """Why a leg ends, as its Hangup says it."""

    cause: int = 0
    words: str = "Unknown"
    tech_cause: int | None = None
    requested: bool = False
    """By the phone: a HangupRequest comes first."""


BUSY = Ending(17, "User busy", 486, requested=True)
EXPIRED = Ending()
"""Its lease ran out; while it rings, or after `ring` seconds, NO_ANSWER is said instead (measured)."""
NO_ANSWER = Ending(19, "User alerting, no answer", 480)
CLEARED = Ending(16, "Normal Clearing")


class Order(Struct, frozen=True):
    """A valid Originate.

    Args:
        spec: ChanSpy's first argument: a channel's name or Uniqueid, "" for any in the group.
        group: what stands in `g(...)`, None without that option.
        options: ChanSpy's other options, letter by letter.
        ring: seconds.
        variables: `Variable` headers, in order.
    """

    action_id: str
    device: str
    application: str
    data: str
    spec: str
    group: str | None
    options: str
    ring: float
    uniqueid: Uniqueid
    number: str
    name: str
    variables: tuple[tuple[str, str], ...] = ()


class SimulatedLeg(Struct, eq=False):
    """One originated channel. Fields that are not its order's are what Asterisk holds of it."""

    order: Order
    channel: Channel
    mode: Mode
    dropped: frozenset[str] = frozenset()
    """Kinds of frames that FRAME_DROP(RX) drops."""
    stuck: frozenset[str] = frozenset()
    """Of these, the ones that no Setvar takes off any more."""
    hooked: bool = False
    """FRAME_DROP(RX) was set to something since the phone was answered."""
    mic_off: bool = False
    """MUTEAUDIO(in)."""
    lease: float | None = None
    """When TIMEOUT(absolute) hangs it up."""
    spyee: Uniqueid | None = None
    barged: Uniqueid | None = None
    """To whom a barge goes besides the spyee: the peer of the first barge frame, and no other (AUDIO.md F3)."""
    passing: bool = False
    """`*` was read: on to the next channel."""
    taken: Uniqueid | None = None
    """The customer that it took over."""
    sounds: int = 0
    """Frames with something in them that it was given, where its sound is made elsewhere."""
    ending: Ending | None = None
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def uniqueid(self) -> Uniqueid:
        return self.channel.uniqueid

    @property
    def muted(self) -> bool:
        return self.mic_off or "VOICE" in self.dropped

    @property
    def answered(self) -> bool:
        return self.channel.state == UP

    @property
    def spying(self) -> bool:
        """It is in ChanSpy: neither hung up nor bridged."""
        return self.ending is None and self.taken is None and self.order.application == "ChanSpy"

    def take(self, customer: Uniqueid) -> None:
        """A takeover: it leaves ChanSpy for a bridge, and ChanSpy ends without a word (AMI.md Q3).

        Its lease is off then. What a Setvar has made FRAME_DROP(RX) drop is dropped for good: a later one says Success and
        takes nothing off, while what the Originate dropped can still be changed (measured on 22.10.1, by key and by ear). Of a
        third party, who is in a bridge already, nothing is lost.
        """
        if self.spying:
            self.lease = None
            self.stuck = self.dropped if self.hooked else frozenset()
        self.spyee, self.barged, self.passing, self.taken = None, None, False, customer
        self.woken.set()

    def end(self, ending: Ending) -> None:
        """Hang it up; the first reason counts."""
        self.ending = self.ending or ending
        self.woken.set()

    async def until(self, clock: Clock, moment: float | None) -> None:
        """Return at `moment`, or as soon as anything concerns the leg; a lease that has run out ends it."""
        if moment is not None and moment <= clock.monotonic():
            return
        ends = [one for one in (moment, self.lease) if one is not None]
        self.woken.clear()
        if not ends:
            await self.woken.wait()
        else:
            with contextlib.suppress(TimeoutError):
                async with clock.timeout(max(0.0, min(ends) - clock.monotonic())):
                    await self.woken.wait()
        if self.lease is not None and self.lease <= clock.monotonic():
            self.end(EXPIRED)
