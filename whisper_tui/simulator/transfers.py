"""Customers of whom the recording knows nothing any more, until they hang up.

They were sent on to another extension, or the phone that answers them in the recording serves somebody who was. Order and words
as measured on Asterisk 22.10.1 (`c-transfers.ami`, and a leg that hands back a customer whom it took over).
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine

from msgspec import Struct
from msgspec.structs import replace

from whisper_tui.floor.model import Call, Channel, Member
from whisper_tui.simulator import scenes
from whisper_tui.simulator.dialplan import Phone, Place, leads_to
from whisper_tui.simulator.leg import CLEARED, SimulatedLeg
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.phones import Phone as Behaves
from whisper_tui.simulator.phones import PhoneBehaviour
from whisper_tui.simulator.scenes import BUSY, IN_USE, UP
from whisper_tui.simulator.takeover import connect
from whisper_tui.simulator.wire import Headers, bridge_snapshot, snapshot
from whisper_tui.terms import Uniqueid

BUSY_TONE = 10.0
"""Seconds that a caller hears it before Asterisk hangs up (pbx.c; measured: 10 to 11)."""
DIALS = 20.0
"""Seconds that a phone is dialled, as the recorded site's dialplan has it."""
LOOKS = 1.0
"""Seconds until a caller in a queue is offered again."""


class Journey(Struct, frozen=True, eq=False):
    """A customer on the way; another journey of the same customer ends this one."""

    customer: Channel


class Transfers:
    """Everybody who was sent on and has not hung up."""

    def __init__(self, pbx: SimulatedPbx, behaviour: PhoneBehaviour) -> None:
        self._pbx = pbx
        self._behaviour = behaviour
        self._journeys: dict[Uniqueid, Journey] = {}
        self._phones: dict[Uniqueid, str] = {}
        """Channels of agents' phones that ring for such customers, or talk with them: the phone of each."""
        self._tasks: set[asyncio.Task[None]] = set()
        pbx.watch(self._before_gone, lambda fact: None)
        pbx.astray.displaced = self._displaced

    async def close(self) -> None:
        """Forget everybody, saying nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._journeys.clear()
        self._phones.clear()
        self._pbx.astray.held.clear()

    def customer_of(self, transferer: Channel) -> Call | None:
        """Who would be sent on: the customer, if there are just the two of them."""
        floor = self._pbx.floor
        bridge = floor.bridges.get(transferer.bridge)
        others = [one for one in bridge.channels if one != transferer.uniqueid] if bridge is not None else []
        return floor.calls.get(others[0]) if len(others) == 1 else None

    def refuse(self, transferer: Channel, context: str, exten: str) -> None:
        """BlindTransfer of a channel that talks with nobody."""
        self._pbx.event("BlindTransfer", _transfer("Invalid", transferer, [], context, exten))

    def blind(self, transferer: Channel, leg: SimulatedLeg | None, call: Call, context: str, exten: str) -> None:
        """Send the customer of `call` on, and hang the transferer up: `leg`, or else the agent.

        Where there is no such extension the customer is hung up as well, and the answer was Success (measured on 22.10.1).
        """
        pbx = self._pbx
        customer = pbx.floor.channels[call.key]
        place = leads_to(pbx.floor, context, exten)
        past = replace(call, interface=scenes.interface_of(pbx.floor, call))
        pbx.event("Unhold", snapshot(transferer))
        other = [*snapshot(customer, "Transferee"), *bridge_snapshot(transferer.bridge, 2)]
        pbx.event("BlindTransfer", _transfer("Success", transferer, other, context, exten))
        customer.context, customer.exten = context, exten
        customer.application = customer.application_data = ""  # what it runs follows from the call again
        pbx.astray.customers[call.key] = None
        if leg is None and past.queue:
            scenes.completed(pbx, past, customer, transferer, "transfer")
        scenes.leave_bridge(pbx, transferer)
        scenes.leave_bridge(pbx, customer)
        if leg is not None:
            pbx.event("SoftHangupRequest", [*snapshot(leg.channel), ("Cause", str(CLEARED.cause))])
            leg.end(CLEARED)
            if past.queue and past.interface:
                pbx.astray.owed.setdefault(call.key, []).append(past)
        else:
            pbx.astray.phones[transferer.uniqueid] = transferer.device
            scenes.hang_up(pbx, transferer)
            scenes.free(pbx, transferer.device, past.queue)
        pbx.astray.completed.discard(call.key)
        self._arrive(call, place)

    def redirect(self, call: Call, context: str, exten: str) -> None:
        """Send who waits on; to an extension that there is not, the answer was Success and they are hung up (measured)."""
        customer = self._take_out(call)
        customer.context, customer.exten = context, exten
        customer.application = customer.application_data = ""
        self._arrive(call, leads_to(self._pbx.floor, context, exten))

    def withdraw(self, call: Call) -> None:
        """Take who waits out of the queue; nothing stands behind it in the recorded site's dialplan."""
        self._take_out(call)
        scenes.drop(self._pbx, call)

    def _take_out(self, call: Call) -> Channel:
        """Whatever the recording has in store for this caller, it does not happen any more."""
        pbx = self._pbx
        rung = [pbx.floor.channels[one] for one in call.ringing if one in pbx.floor.channels]
        pbx.astray.phones.update((one.uniqueid, one.device) for one in rung)
        pbx.astray.customers[call.key] = None
        scenes.give_up(pbx, call)
        return pbx.floor.channels[call.key]

    def _arrive(self, call: Call, place: Place | None) -> None:
        customer = self._pbx.floor.channels[call.key]
        if place is None:
            scenes.drop(self._pbx, call)
            return
        journey = self._journeys[call.key] = Journey(customer)
        if isinstance(place, Phone):
            self._go_on(self._dial(journey, place.device))
        else:
            scenes.join(self._pbx, customer, place.queue)
            self._go_on(self._wait(journey, place.queue))

    def _displaced(self, uniqueid: Uniqueid, phone: str) -> None:
        """That phone cannot answer this caller yet: who is in a queue waits for it, anybody else hears that it is busy.

        For any other phone it would be sooner, and then the recording's next caller would be displaced from that one.
        """
        floor = self._pbx.floor
        channel, call = floor.channels.get(uniqueid), floor.calls.get(uniqueid)
        if channel is None:
            return
        journey = self._journeys[uniqueid] = Journey(channel)
        queue = floor.queues.get(call.queue) if call is not None else None
        waits = queue is not None and uniqueid in queue.waiting
        self._go_on(self._wait(journey, queue.name, phone) if queue is not None and waits else self._busy(journey))

    def _go_on(self, journey: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(journey)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- Dial

    async def _dial(self, journey: Journey, device: str) -> None:
        pbx, customer = self._pbx, journey.customer
        phone = self._phone(customer, device)
        behaves = self._behaviour.of(device)
        if not self.is_free(device) or behaves in (Behaves.BUSY, Behaves.DECLINES, Behaves.UNKNOWN):
            self._decline(customer, phone)
            await self._busy(journey)
            return
        self._hold(journey, phone)
        scenes.ring(pbx, customer, phone, "", "")
        connect(pbx, phone, customer)
        answers = behaves is Behaves.ANSWERS
        if not await self._stays(journey, self._behaviour.rings if answers else DIALS):
            return
        if answers:
            scenes.connect(pbx, customer, phone, "", "", 0)
            await self._talk(journey, phone, "")
            return
        pbx.event("DialEnd", [*snapshot(customer), *snapshot(phone, "Dest"), ("DialStatus", "NOANSWER")])
        scenes.hang_up(pbx, phone)
        scenes.free(pbx, device, "")
        scenes.drop(pbx, pbx.floor.calls[customer.uniqueid])

    def _decline(self, customer: Channel, phone: Channel) -> None:
        """The phone is in use."""
        pbx = self._pbx
        pbx.event("Newchannel", snapshot(phone))
        dest = [*snapshot(customer), *snapshot(phone, "Dest")]
        pbx.event("DialBegin", [*dest, ("DialString", phone.number)])
        pbx.event("HangupRequest", [*snapshot(phone), ("Cause", str(BUSY[0]))])
        pbx.event("DialEnd", [*dest, ("DialStatus", "BUSY")])
        scenes.hang_up(pbx, phone, BUSY)

    async def _busy(self, journey: Journey) -> None:
        """The customer hears the tone, and is hung up."""
        if not await self._stays(journey, BUSY_TONE):
            return
        call = self._pbx.floor.calls.get(journey.customer.uniqueid)
        if call is not None:
            scenes.drop(self._pbx, call, BUSY)
        else:
            scenes.hang_up(self._pbx, journey.customer, BUSY)

    # --- Queue

    async def _wait(self, journey: Journey, queue: str, phone: str = "") -> None:
        """Wait in line for a member who is free, or give up; `phone`: for no other than that."""
        pbx, customer = self._pbx, journey.customer
        begun = pbx.clock.monotonic()
        since = pbx.floor.queues[queue].waiting[customer.uniqueid].since
        while (member := self._free_member(queue, phone)) is None or not self._is_first(queue, customer.uniqueid):
            if pbx.clock.monotonic() - begun >= self._behaviour.patience:
                scenes.end(pbx, pbx.floor.calls[customer.uniqueid])
                return
            if not await self._stays(journey, LOOKS):
                return
        rung = self._phone(customer, member.device)
        self._hold(journey, rung)
        scenes.ring(pbx, customer, rung, queue, member.interface)
        connect(pbx, rung, customer)
        if await self._stays(journey, self._behaviour.rings):
            waited = int(pbx.clock.monotonic() - since)
            scenes.connect(pbx, customer, rung, queue, member.interface, waited)
            await self._talk(journey, rung, queue)

    def _is_first(self, queue: str, uniqueid: Uniqueid) -> bool:
        """Whether everybody who stands before this caller is being rung for already (is_our_turn() of app_queue.c)."""
        floor = self._pbx.floor
        unserved = (one for one in floor.queues[queue].waiting if not floor.calls[one].ringing)
        return next(unserved, None) == uniqueid

    def _free_member(self, queue: str, phone: str) -> Member | None:
        """Whose turn it is: the least penalty, then the longest without a call. Only `phone`, where one is named."""
        members = sorted(self._pbx.floor.queues[queue].members.values(), key=lambda one: (one.penalty, one.last_call))
        fit = (one for one in members if not one.paused and self._behaviour.of(one.device) is Behaves.ANSWERS)
        return next((one for one in fit if phone in ("", one.device) and self.is_free(one.device)), None)

    # --- both

    async def _talk(self, journey: Journey, phone: Channel, queue: str) -> None:
        """They talk until the customer hangs up."""
        pbx = self._pbx
        phone.state = UP
        scenes.show(pbx, phone.device, IN_USE, queue)
        scenes.bridge(pbx, phone, journey.customer)
        if await self._stays(journey, self._behaviour.talks):
            scenes.end(pbx, pbx.floor.calls[journey.customer.uniqueid])

    async def _stays(self, journey: Journey, seconds: float) -> bool:
        """Let that time pass; return whether it is still so that nobody else has taken the customer."""
        pbx, uniqueid = self._pbx, journey.customer.uniqueid
        await pbx.clock.until(pbx.clock.monotonic() + seconds)
        mine = self._journeys.get(uniqueid) is journey and not pbx.astray.customers.get(uniqueid)
        return mine and uniqueid in pbx.floor.channels

    def is_free(self, device: str) -> bool:
        """Whether a phone could be rung for such a customer."""
        floor = self._pbx.floor
        agent = floor.agents.get(device)
        idle = floor.devices.get(device) == "NOT_INUSE" and (agent is None or not agent.calls)
        return idle and device not in self._pbx.astray.held

    def _phone(self, customer: Channel, device: str) -> Channel:
        """A new channel of an agent's phone."""
        pbx, number = self._pbx, device.partition("/")[2]
        agent = pbx.floor.agents.get(device)
        epoch = f"{int(pbx.clock.wall())}.{pbx.numbers.fresh()}"
        return Channel(
            Uniqueid(f"{pbx.system_name}-{epoch}" if pbx.system_name else epoch),
            customer.linkedid,
            f"{device}-{pbx.numbers.fresh():08x}",
            device,
            number=number,
            caller_name=agent.name if agent is not None else "",
            context="internal",
            exten=customer.exten,
        )

    def _hold(self, journey: Journey, phone: Channel) -> None:
        """Keep the recording from ringing that phone as long as this channel is there."""
        self._phones[phone.uniqueid] = phone.device
        self._pbx.astray.held[phone.device] = journey.customer.uniqueid

    def _before_gone(self, uniqueid: Uniqueid) -> None:
        self._journeys.pop(uniqueid, None)
        device = self._phones.pop(uniqueid, None)
        if device is not None:
            self._pbx.astray.held.pop(device, None)


def _transfer(result: str, transferer: Channel, other: Headers, context: str, exten: str) -> Headers:
    """What BlindTransfer says; `other`: the transferee and the bridge, where there are any."""
    where = [("IsExternal", "Yes"), ("Context", context), ("Extension", exten)]
    return [("Result", result), *snapshot(transferer, "Transferer"), *other, *where]
