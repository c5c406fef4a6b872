"""Every originated channel: whom it hears, who hears it, and how it ends. How it rings is in `ringing.py`.

Order, words and times of everything said are those measured on Asterisk 22.10.1 (AMI.md Q1, Q2, Q8; AUDIO.md F3, F10, F11).
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterator

from whisper_tui.ami.events import BridgeEntered, BridgeLeft, Fact
from whisper_tui.floor.model import Channel
from whisper_tui.simulator import mouths, scenes, takeover
from whisper_tui.simulator.leg import CLEARED, UP, Ending, Order, SimulatedLeg
from whisper_tui.simulator.orders import length
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.phones import Lock, Phone, PhoneBehaviour
from whisper_tui.simulator.ringing import answer, request_hangup, ring
from whisper_tui.simulator.speech import speak
from whisper_tui.simulator.wire import snapshot
from whisper_tui.terms import MODE_KEYS, Mode, Uniqueid


class Legs:
    """Every leg that is up or rings."""

    def __init__(self, pbx: SimulatedPbx, behaviour: PhoneBehaviour) -> None:
        self.behaviour = behaviour
        self.heard: set[tuple[Uniqueid, Uniqueid]] = set()
        """(leg, channel) of everybody who could ever hear a leg."""
        self._hearing_now: set[tuple[Uniqueid, Uniqueid]] = set()
        self.on_voice: Callable[[Uniqueid, Uniqueid], None] = _unheeded
        """Takes (leg, channel) as soon as somebody can hear a leg who could not before."""
        self._pbx = pbx
        self._legs: dict[Uniqueid, SimulatedLeg] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        pbx.watch(self._before_gone, self._after)

    def __iter__(self) -> Iterator[SimulatedLeg]:
        return iter(list(self._legs.values()))

    def find(self, channel: str) -> SimulatedLeg | None:
        """The leg of that Uniqueid or name (AMI takes either)."""
        leg = self._legs.get(Uniqueid(channel))
        return leg or next((one for one in self._legs.values() if one.channel.name == channel), None)

    def ears(self) -> dict[Uniqueid, frozenset[Uniqueid]]:
        """Who hears each leg now."""
        return {leg.uniqueid: frozenset(self._hearing(leg)) for leg in self}

    async def close(self) -> None:
        """End every leg, saying nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._legs.clear()

    # --- what an action asks for

    def originate(self, order: Order) -> None:
        """Ring the phone. Success was answered before: what is wrong from here on is said by OriginateResponse."""
        used = order.uniqueid in self._pbx.floor.channels or order.uniqueid in self._legs
        if used or (self.behaviour.of(order.device) is Phone.UNKNOWN and not mouths.is_mouth(order.device)):
            answer(self._pbx, order, order.device, 0)
            return
        number = order.device.rpartition("/")[2]
        channel = Channel(
            order.uniqueid,
            order.uniqueid,
            f"{order.device}-{self._pbx.numbers.fresh():08x}",
            order.device,
            number=number,
            caller_name=f"Supervisor {number}",
            context="internal",
            exten="s",
        )
        whispers = "w" in order.options or "W" in order.options
        mode = Mode.BARGE if "B" in order.options else Mode.WHISPER if whispers else Mode.SILENT
        leg = self._legs[order.uniqueid] = SimulatedLeg(order, channel, mode)
        for name, value in order.variables:
            self.set_variable(leg, name, value)
        self._begin(self._live(leg))

    def set_variable(self, leg: SimulatedLeg, name: str, value: str) -> bool:
        """Set a variable or a function of a leg; return whether Asterisk would answer Success."""
        match name:
            case "FRAME_DROP(RX)":
                kinds = frozenset(kind for kind in value.split(",") if kind)
                if self.behaviour.lock is Lock.ABSENT:
                    return False
                holds = self.behaviour.lock is Lock.HOLDS or kinds == {"VOICE"}
                leg.dropped = leg.stuck | (kinds if holds else frozenset())
                leg.hooked = leg.answered and bool(leg.dropped)
            case "MUTEAUDIO(in)":
                leg.mic_off = value == "on"
            case "TALK_DETECT(set)":
                silence = length(value.partition(",")[0]) or 2500.0
                self._begin(speak(self._pbx, leg, silence / 1000))
            case "TIMEOUT(absolute)":
                limit = length(value)
                if limit is None:
                    return False
                self.set_lease(leg, limit)
            case _:
                self._pbx.variables.setdefault(leg.uniqueid, {})[name] = value
        self._note_hearing()
        return True

    def set_lease(self, leg: SimulatedLeg, seconds: float) -> None:
        """Hang the leg up in `seconds`; 0 lifts the lease."""
        leg.lease = self._pbx.clock.monotonic() + seconds if seconds else None
        leg.woken.set()

    def press(self, leg: SimulatedLeg, digit: str) -> None:
        """The leg receives a key, from its phone or by PlayDTMF with Receive: the lock drops both alike."""
        if "DTMF_END" in leg.dropped:
            return
        said = [*snapshot(leg.channel), ("Digit", digit), ("DurationMs", "0"), ("Direction", "Received")]
        self._pbx.event("DTMFEnd", said, "dtmf")
        if leg.spyee is None:
            return  # nobody to switch for: read, and ignored (measured)
        if digit == "*":
            leg.passing = True
            leg.woken.set()
        elif digit in MODE_KEYS and "d" in leg.order.options:
            leg.mode = MODE_KEYS[digit]
            self._note_hearing()

    def leash_moved(self) -> None:
        """Some channel's SPYGROUP was set: legs without a target look again."""
        for leg in self:
            leg.woken.set()

    def _begin(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- a leg's life

    async def _live(self, leg: SimulatedLeg) -> None:
        if mouths.is_mouth(leg.order.device):
            await self._speak(leg)
        elif await ring(self._pbx, self.behaviour, leg):
            answered = self._pbx.clock.monotonic()
            if leg.order.application == "BridgeAdd":
                takeover.join(self._pbx, leg)
            elif leg.order.application != "ChanSpy":
                leg.end(Ending())  # no other application is simulated
            answer(self._pbx, leg.order, leg.channel.name)
            await self._run(leg, answered)
        if leg.uniqueid in self._legs:
            self._hang_up(leg)

    async def _speak(self, leg: SimulatedLeg) -> None:
        """A leg whose sound is made elsewhere, until that ends."""
        connection = await mouths.connect(leg)
        if connection is None:
            self._legs.pop(leg.uniqueid, None)  # there was no channel, so nothing is said of its end
            answer(self._pbx, leg.order, leg.order.device, mouths.UNREACHABLE)
            return
        reader, writer = connection
        try:
            mouths.answered(self._pbx, leg)
            answer(self._pbx, leg.order, leg.channel.name)
            self._begin(mouths.listen(leg, reader))
            await self._run(leg, self._pbx.clock.monotonic())
        finally:
            writer.close()

    async def _run(self, leg: SimulatedLeg, since: float) -> None:
        """ChanSpy, or a bridge, until the leg ends."""
        target: Channel | None = None
        while leg.spying:
            target = target or await self._look(leg, since)
            if target is not None:
                target = await self._hear(leg, target)
        while leg.ending is None:
            await leg.until(self._pbx.clock, None)

    async def _look(self, leg: SimulatedLeg, since: float) -> Channel | None:
        """Wait until there is a channel to hear. ChanSpy looks round every `look` seconds, counted from `since`."""
        every = self.behaviour.look
        while leg.spying:
            rounds = math.floor((self._pbx.clock.monotonic() - since) / every) + 1
            look = since + rounds * every
            while leg.spying and self._pbx.clock.monotonic() < look:
                await leg.until(self._pbx.clock, look)
            if leg.spying and (target := self._choose(leg)) is not None:
                return target
            if leg.spying and leg.order.group:
                await leg.until(self._pbx.clock, None)  # nothing to be heard before some SPYGROUP is set
        return None

    async def _hear(self, leg: SimulatedLeg, target: Channel) -> Channel | None:
        """Spy on `target` until it ends, or `*` passes on; return where it passes on to at once, if anywhere."""
        pbx = self._pbx
        leg.passing, leg.spyee, leg.barged = False, target.uniqueid, None
        pbx.event("ChanSpyStart", [*snapshot(leg.channel, "Spyer"), *snapshot(target, "Spyee")])
        self._note_hearing()
        while leg.spying and leg.spyee and not leg.passing:
            await leg.until(self._pbx.clock, None)
        if leg.spying and leg.passing:
            acts = pbx.clock.monotonic() + self.behaviour.frame
            while leg.spying and pbx.clock.monotonic() < acts:
                await leg.until(self._pbx.clock, acts)
        if not leg.spying:
            return None
        if leg.passing and "E" not in leg.order.options:
            self._stop(leg)
            return self._choose(leg, but=target.uniqueid)
        if leg.order.spec or "E" in leg.order.options:
            leg.end(Ending())  # bound to one call: it goes with it (AMI.md Q1)
        return None

    def _choose(self, leg: SimulatedLeg, but: Uniqueid | None = None) -> Channel | None:
        """A channel that ChanSpy would hear: in our group, not itself spying. An empty group means any channel at all."""
        order = leg.order
        for channel in self._pbx.floor.channels.values():
            if channel.uniqueid in self._legs or channel.uniqueid == but:
                continue
            groups = self._pbx.variables.get(channel.uniqueid, {}).get("SPYGROUP", "").split(":")
            if order.group and order.group not in groups:
                continue
            if order.spec in ("", channel.name, channel.uniqueid):
                return channel
        return None

    def _stop(self, leg: SimulatedLeg) -> None:
        """ChanSpyStop, if it hears anybody."""
        spyee = self._pbx.floor.channels.get(leg.spyee) if leg.spyee else None
        leg.spyee, leg.barged, leg.passing = None, None, False
        if spyee is not None:
            self._pbx.event("ChanSpyStop", [*snapshot(leg.channel, "Spyer"), *snapshot(spyee, "Spyee")])

    def _hang_up(self, leg: SimulatedLeg) -> None:
        ending = leg.ending or Ending()
        if ending.requested and leg.channel.state == UP:
            request_hangup(self._pbx, leg, ending)
        self._stop(leg)
        self._legs.pop(leg.uniqueid, None)
        on_floor = self._pbx.floor.channels.get(leg.uniqueid)
        if on_floor is not None and on_floor.bridge:
            takeover.walk_out(self._pbx, leg)
            ending = CLEARED
        said = [*snapshot(leg.channel), ("Cause", str(ending.cause)), ("Cause-txt", ending.words)]
        if ending.tech_cause is not None:
            said.append(("TechCause", str(ending.tech_cause)))
        self._pbx.event("Hangup", said)
        if not mouths.is_mouth(leg.order.device):
            self._pbx.device(leg.order.device, "NOT_INUSE")

    # --- who hears whom

    def _hearing(self, leg: SimulatedLeg) -> Iterator[Uniqueid]:
        floor = self._pbx.floor
        if leg.muted or leg.ending is not None:
            return
        here = floor.channels.get(leg.uniqueid)
        if here is not None and here.bridge:
            yield from (one for one in floor.bridges[here.bridge].channels if one != leg.uniqueid)
        elif leg.spyee is not None and leg.mode is not Mode.SILENT:
            yield leg.spyee
            if leg.mode is Mode.BARGE and leg.barged in floor.channels:
                yield leg.barged

    def _note_hearing(self) -> None:
        for leg in self:
            if leg.mode is Mode.BARGE and leg.spyee is not None and leg.barged is None:
                leg.barged = self._peer(leg.spyee)
        before = self._hearing_now
        self._hearing_now = {(leg.uniqueid, ear) for leg in self for ear in self._hearing(leg)}
        self.heard |= self._hearing_now
        for pair in self._hearing_now - before:
            self.on_voice(*pair)

    def _peer(self, uniqueid: Uniqueid) -> Uniqueid | None:
        """The other end of a call of two (ast_channel_bridge_peer); in a bridge of three there is none (AUDIO.md F3)."""
        floor = self._pbx.floor
        channel = floor.channels.get(uniqueid)
        bridge = floor.bridges.get(channel.bridge) if channel is not None else None
        others = [one for one in bridge.channels if one != uniqueid] if bridge is not None else []
        return others[0] if len(others) == 1 else None

    def _before_gone(self, uniqueid: Uniqueid) -> None:
        for leg in self:
            if leg.spyee == uniqueid:
                self._stop(leg)
                leg.woken.set()

    def _after(self, fact: Fact) -> None:
        if not self._legs or not isinstance(fact, BridgeEntered | BridgeLeft):
            return
        if isinstance(fact, BridgeLeft):
            self._see_alone(fact.bridge)
        self._note_hearing()

    def _see_alone(self, bridge: str) -> None:
        """A leg with which nobody is left is hung up."""
        channel = takeover.only(self._pbx, bridge)
        leg = self._legs.get(channel.uniqueid) if channel is not None else None
        if channel is not None and leg is not None:
            scenes.leave_bridge(self._pbx, channel)
            self._pbx.event("SoftHangupRequest", [*snapshot(leg.channel), ("Cause", str(CLEARED.cause))])
            leg.end(CLEARED)


def _unheeded(leg: Uniqueid, channel: Uniqueid) -> None:
    """A replay is what was recorded, whoever speaks."""
