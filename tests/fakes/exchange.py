"""A telephone exchange by hand: its verbs are what people do, and each tells the floor what Asterisk would say of it.

The order of the events is the one of the recordings (`fixtures/captures`).
"""

from __future__ import annotations

from itertools import count

from tests.fakes.consistency import check_consistent
from whisper_tui.ami import events as e
from whisper_tui.ami.events import Fact
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Call, Changes, Floor
from whisper_tui.terms import Pbx, Uniqueid

PHONES = {"1001": "Ana Lima", "1002": "Bruno Costa", "1003": "Carla Dias"}


class Exchange:
    """`now` is moved by hand; after every fact the floor is checked to be consistent."""

    def __init__(self, *, seeded: bool = True) -> None:
        self.floor = Floor(Pbx("lab"))
        self.changes = Changes()
        self.now = 1000.0
        self._numbers = count(1)
        self._names: dict[Uniqueid, str] = {}
        self._bridges = count(1)
        if seeded:
            for action in ("QueueStatus", "CoreShowChannels", "DeviceStateList"):
                self.tell(e.Listed(action, "1", ()))

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            apply(self.floor, fact, self.now, self.changes)
            check_consistent(self.floor)

    def call(self, customer: Uniqueid) -> Call:
        return self.floor.calls[customer]

    # --- who is there

    def member(
        self,
        phone: str,
        *queues: str,
        interface: str = "",
        state_interface: str = "",
        name: str = "",
        paused: bool = False,
        status: int = 1,
    ) -> None:
        device = f"PJSIP/{phone}"
        for queue in queues:
            self.tell(
                e.MemberChanged(
                    queue=queue,
                    interface=interface or device,
                    state_interface=state_interface or device,
                    name=name or PHONES.get(phone, ""),
                    dynamic=True,
                    penalty=0,
                    calls_taken=0,
                    last_call=0,
                    last_pause=0,
                    login_time=0,
                    in_call=False,
                    status=status,
                    paused=paused,
                    reason="",
                )
            )

    def channel(
        self, device: str, number: str = "", name: str = "", linkedid: str = "", uniqueid: str = ""
    ) -> Uniqueid:
        """A new channel, `PJSIP/trunk`; of a `Local/...;1` give the whole name but the number."""
        which = next(self._numbers)
        uid = Uniqueid(uniqueid or f"lab-1.{which}")
        device, half, which_half = device.partition(";")
        self._names[uid] = f"{device}-{which:08x}" if not half else f"{device}-0000000f;{which_half}"
        self.tell(
            e.ChannelNew(uid, Uniqueid(linkedid or uid), self._names[uid], 4, number, name, "from-trunk", "5550100")
        )
        return uid

    # --- queues

    def join(self, customer: Uniqueid, queue: str, position: int = 1, count_: int | None = None) -> None:
        channel = self.floor.channels[customer]
        line = self.floor.queues[queue].waiting if queue in self.floor.queues else {}
        self.tell(
            e.QueueJoined(
                queue=queue,
                uniqueid=customer,
                linkedid=channel.linkedid,
                channel=channel.name,
                number=channel.number,
                name=channel.caller_name,
                position=position,
                count=len(line) + 1 if count_ is None else count_,
            )
        )

    def caller(
        self, queue: str, number: str = "5550150", name: str = "Marta Alves", position: int | None = None
    ) -> Uniqueid:
        """Somebody calls a queue."""
        customer = self.channel("PJSIP/trunk", number, name)
        line = self.floor.queues[queue].waiting if queue in self.floor.queues else {}
        self.join(customer, queue, len(line) + 1 if position is None else position)
        return customer

    def queue_rings(self, customer: Uniqueid, phone: str, interface: str = "") -> Uniqueid:
        device = f"PJSIP/{phone}"
        dest = self.channel(device, phone, PHONES.get(phone, ""), linkedid=customer)
        queue = self.call(customer).queue
        self.tell(
            e.AgentCalled(queue, interface or device, PHONES.get(phone, ""), customer, dest, self._names[dest]),
            e.DialBegun(customer, dest, self._names[dest]),
            e.ChannelStateChanged(dest, 5, phone, "", "", ""),
        )
        return dest

    def leaves_line(self, customer: Uniqueid) -> None:
        call = self.call(customer)
        place = self.floor.queues[call.queue].waiting[customer]
        left = len(self.floor.queues[call.queue].waiting) - 1
        self.tell(e.QueueLeft(call.queue, customer, place.position, left))

    def queue_connects(self, customer: Uniqueid, dest: Uniqueid, interface: str = "", member: str = "") -> str:
        """The agent answers; return the bridge."""
        queue = self.call(customer).queue
        self.tell(e.ChannelStateChanged(dest, 6, "", "", "", ""), e.DialEnded(customer, dest, "ANSWER"))
        self.leaves_line(customer)
        interface = interface or self.floor.channels[dest].device
        waited = int(self.call(customer).waited or 0)
        self.tell(e.AgentConnected(queue, interface, member, customer, dest, self._names[dest], waited, 1))
        return self.bridge(dest, customer)

    def queue_call(self, queue: str, phone: str, number: str = "5550150") -> tuple[Uniqueid, Uniqueid, str]:
        """A caller, an agent who answered at once, their bridge."""
        customer = self.caller(queue, number)
        dest = self.queue_rings(customer, phone)
        return customer, dest, self.queue_connects(customer, dest)

    # --- bridges and phones

    def bridge(self, *channels: Uniqueid, name: str = "") -> str:
        ident = name or f"bridge-{next(self._bridges)}"
        for channel in channels:
            self.enters(channel, ident)
        return ident

    def enters(self, channel: Uniqueid, bridge: str, swap: str = "", linkedid: str = "") -> None:
        link = linkedid or self.floor.channels[channel].linkedid
        self.tell(e.BridgeEntered(bridge, channel, Uniqueid(link), Uniqueid(swap)))

    def leaves(self, *channels: Uniqueid) -> None:
        for channel in channels:
            self.tell(e.BridgeLeft(self.floor.channels[channel].bridge, channel))

    def dials(self, caller: Uniqueid, device: str, number: str = "") -> Uniqueid:
        dest = self.channel(device, number, linkedid=self.floor.channels[caller].linkedid)
        self.tell(e.DialBegun(caller, dest, self._names[dest]), e.ChannelStateChanged(dest, 5, number, "", "", ""))
        return dest

    def answers(self, caller: Uniqueid, dest: Uniqueid) -> str:
        """Outside queues: `dest` answers `caller`; return the bridge."""
        self.tell(e.ChannelStateChanged(dest, 6, self.floor.channels[dest].number, "", "", ""))
        self.tell(e.DialEnded(caller, dest, "ANSWER"))
        return self.bridge(dest, caller)

    def hangs_up(self, *channels: Uniqueid) -> None:
        for channel in channels:
            if self.floor.channels[channel].bridge:
                self.leaves(channel)
            self.tell(e.ChannelGone(channel, self._names[channel], 16, "Normal Clearing", 0))

    def holds(self, channel: Uniqueid) -> None:
        self.tell(e.Held(channel))

    def resumes(self, channel: Uniqueid) -> None:
        self.tell(e.Unheld(channel))
