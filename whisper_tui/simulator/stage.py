"""Lets a story's interludes happen on the simulated PBX."""

from __future__ import annotations

from typing import assert_never

from whisper_tui.floor.model import Call, Channel
from whisper_tui.simulator.heeding import Heeding
from whisper_tui.simulator.interludes import (
    Console,
    Cue,
    Hand,
    Hold,
    Interlude,
    Listen,
    Part,
    SendOn,
    Tag,
    Tell,
    Transfer,
)
from whisper_tui.simulator.leg import Ending, Order
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.simulator.wire import snapshot
from whisper_tui.terms import MODE_KEYS, CallState, Mode, Uniqueid

USER_EVENT = "WhisperTag"
"""UserEvent by which a dialplan tags a call; `Tag` and `State` (on, off) say what."""
HAND_EVENT = "WhisperHand"
"""UserEvent of an agent's channel by which the agent asks for help."""
_WHISPER = next(key for key, mode in MODE_KEYS.items() if mode is Mode.WHISPER)
_RINGS = 30.0
"""Seconds for which other people's phones are rung."""


class Stage:
    """Everything that interludes have begun and not ended."""

    def __init__(self, pbx: SimulatedPbx, legs: Legs, transfers: Transfers) -> None:
        self._pbx = pbx
        self._legs = legs
        self._transfers = transfers
        self._heeding = Heeding(pbx, transfers)
        legs.on_voice = self._heard
        self._begun: dict[Interlude, Uniqueid] = {}
        """The channel of each: the customer's who is tagged, the agent's who holds or wants help, or the leg of who listens."""

    async def close(self) -> None:
        """Nothing that was begun goes on."""
        self._begun.clear()
        await self._heeding.close()

    def lower_hands(self) -> None:
        """Every hand that is up goes down: the floor is about to jump, and nothing but an event lowers one."""
        for one in [one for one in self._begun if isinstance(one, Hand)]:
            self._end(one, self._begun.pop(one))

    def perform(self, cue: Cue) -> None:
        """Let it happen; nothing does where the floor has gone another way."""
        if cue.part is Part.BEGINS:
            self._begin(cue.interlude)
        elif cue.interlude in self._begun:
            if cue.part is Part.WHISPERS:
                self._whisper(self._begun[cue.interlude])
            else:
                self._end(cue.interlude, self._begun.pop(cue.interlude))

    def _begin(self, one: Interlude) -> None:
        match one:
            case Transfer():
                agent = self._talking(one.agent)
                call = self._transfers.customer_of(agent) if agent is not None else None
                if agent is not None and call is not None:
                    self._transfers.blind(agent, None, call, one.context, one.to)
            case Tag():
                call = self._of_caller(one.caller)
                if call is not None:
                    self._begun[one] = call.key
                    self._tag(one, call.key, "on")
            case Tell():
                call = self._of_caller(one.caller)
                if call is not None:
                    said = [("UserEvent", one.event), ("Uniqueid", call.key), (one.header, one.value)]
                    self._pbx.event("UserEvent", said, "user")
            case Hand():
                agent = self._talking(one.agent)
                if agent is not None:
                    self._begun[one] = agent.uniqueid
                    self._hand(one, agent.uniqueid, "on")
            case Listen():
                agent = self._talking(one.agent)
                if agent is not None:
                    spy = f"{int(self._pbx.clock.wall())}.{self._pbx.numbers.fresh()}"
                    self._ring(one, one.phone, Uniqueid(spy), "Floor", agent.name, None, "q")
            case Console():
                agent = self._talking(one.agent)
                if agent is not None:
                    leg = f"wt-{one.installation}-{self._pbx.numbers.fresh():016x}"
                    held = self._pbx.variables.setdefault(agent.uniqueid, {})
                    held["SPYGROUP"] = ":".join(filter(None, (held.get("SPYGROUP"), leg)))
                    self._ring(one, one.phone, Uniqueid(leg), "Supervision", "", leg, f"qg({leg})d")
            case Hold():
                agent = self._talking(one.agent)
                call = self._transfers.customer_of(agent) if agent is not None else None
                if agent is not None and call is not None:
                    self._begun[one] = agent.uniqueid
                    self._heeding.hold(agent, self._pbx.floor.channels[call.key])
            case SendOn():
                self._heeding.arm(one)
            case _:
                assert_never(one)

    def _heard(self, leg: Uniqueid, ear: Uniqueid) -> None:
        """A leg is heard by somebody: agents heed their supervisor, not those whom the story brings along."""
        if leg not in self._begun.values():
            self._heeding.spoken_to(ear)

    def _end(self, one: Interlude, channel: Uniqueid) -> None:
        match one:
            case Tag():
                if channel in self._pbx.floor.channels:
                    self._tag(one, channel, "off")
            case Hand():
                self._hand(one, channel, "off")
            case Hold():
                self._heeding.resume(channel)
            case Listen() | Console():
                self._hang_up(channel)
            case Transfer() | Tell() | SendOn():
                pass  # over as it begins
            case _:
                assert_never(one)

    def _hang_up(self, channel: Uniqueid) -> None:
        """Whoever listens goes, and takes their own leash along."""
        for held in self._pbx.variables.values():
            if channel in (groups := held.get("SPYGROUP", "").split(":")):
                held["SPYGROUP"] = ":".join(group for group in groups if group != channel)
        leg = self._legs.find(channel)
        if leg is not None:
            leg.end(Ending())

    def _whisper(self, channel: Uniqueid) -> None:
        """The other console unlocks its leg for one key."""
        leg = self._legs.find(channel)
        if leg is not None:
            locked, leg.dropped = leg.dropped, frozenset()
            self._legs.press(leg, _WHISPER)
            leg.dropped = locked

    def _ring(
        self, one: Interlude, phone: str, uniqueid: Uniqueid, name: str, spec: str, group: str | None, options: str
    ) -> None:
        """Somebody else's phone, into a ChanSpy."""
        order = Order(
            action_id=f"other-{self._pbx.numbers.fresh()}",
            device=phone,
            application="ChanSpy",
            data=f"{spec},{options}",
            spec=spec,
            group=group,
            options="qgd" if group else options,
            ring=_RINGS,
            uniqueid=uniqueid,
            number=phone.partition("/")[2],
            name=name,
            variables=(("FRAME_DROP(RX)", "DTMF_END"),) if group else (),
        )
        self._begun[one] = uniqueid
        self._legs.originate(order)

    def _tag(self, one: Tag, customer: Uniqueid, state: str) -> None:
        channel = self._pbx.floor.channels[customer]
        if one.variable:
            self._pbx.variables.setdefault(customer, {})[one.variable] = one.tag if state == "on" else ""
        said = [*snapshot(channel), ("UserEvent", USER_EVENT), ("Tag", one.tag), ("State", state)]
        self._pbx.event("UserEvent", said, "user")

    def _hand(self, one: Hand, agent: Uniqueid, state: str) -> None:
        channel = self._pbx.floor.channels.get(agent)  # a hand outlives the call in which it was raised
        whose = snapshot(channel) if channel is not None else [("Agent", one.agent)]
        said = [*whose, ("UserEvent", HAND_EVENT), ("State", state)]
        self._pbx.event("UserEvent", [*said, *([("Text", one.text)] if one.text else [])], "user")

    def _talking(self, phone: str) -> Channel | None:
        """An agent's channel, while the agent talks with one customer."""
        floor = self._pbx.floor
        for call in floor.calls.values():
            if call.agent == phone and call.agent_channel and call.state is CallState.TALKING and call.parties == 2:
                return floor.channels.get(call.agent_channel)
        return None

    def _of_caller(self, number: str) -> Call | None:
        calls = self._pbx.floor.calls.values()
        return next((one for one in calls if one.number == number and one.talking_since is not None), None)
