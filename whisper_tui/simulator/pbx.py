"""The simulated PBX: its floor, its variables, and the one way in which anything is said about it."""

from __future__ import annotations

from collections.abc import Callable

from whisper_tui.ami.decode import LIVE
from whisper_tui.ami.events import ChannelGone, Fact
from whisper_tui.ami.framing import END, EOL
from whisper_tui.clock import Clock
from whisper_tui.floor.apply import apply
from whisper_tui.floor.model import Changes, Channel, Floor, Member
from whisper_tui.simulator import wire
from whisper_tui.simulator.astray import Astray
from whisper_tui.simulator.renaming import Numbers
from whisper_tui.simulator.variables import Variable
from whisper_tui.terms import Pbx, Uniqueid

VERSION = "22.10.1"
BANNER = b"Asterisk Call Manager/11.0.0"

Outlet = Callable[[bytes], None]
"""Takes one event, as bytes on the wire."""


class SimulatedPbx:
    """What every part of the simulator shares.

    Args:
        clock: real time; a recording's is stretched before it comes here.
        reads: classes of the events that clients are told.

    Attributes:
        started: seconds since 1970.
        floor: what was said so far, kept by the same code as the console's. Channels of supervision legs are in it too.
        variables: by channel, as Setvar left them.
        said_variables: what the story says that channels hold where nobody set anything else.
        astray: where it has gone another way than the recording.
        priorities: a caller's queue priority, which only lists tell.
    """

    def __init__(self, clock: Clock, reads: frozenset[str] = wire.READS) -> None:
        self.clock = clock
        self.reads = reads
        self.started = clock.wall()
        self.numbers = Numbers()
        self.banner = BANNER
        self.version = VERSION
        self.system_name = ""
        self.floor = Floor(Pbx("simulated"))
        self.variables: dict[Uniqueid, dict[str, str]] = {}
        self.said_variables: tuple[Variable, ...] = ()
        self.astray = Astray()
        self.priorities: dict[Uniqueid, int] = {}
        self._outlets: list[Outlet] = []
        self._before_gone: list[Callable[[Uniqueid], None]] = []
        self._after: list[Callable[[Fact], None]] = []

    def reset(self) -> None:
        """An empty floor; nobody is told."""
        self.floor = Floor(self.floor.pbx)
        self.variables.clear()
        self.astray.reset()
        self.priorities.clear()

    def variable(self, channel: Channel, name: str) -> str | None:
        """What a channel holds in a variable; None: it is not set there."""
        held = self.variables.get(channel.uniqueid, {}).get(name)
        if held is not None:
            return held
        said = (one.value for one in self.said_variables if one.name == name and one.is_of(channel, self.floor))
        return next(said, None)

    def find(self, channel: str) -> Channel | None:
        """By Uniqueid or by name: ast_channel_get_by_name takes either (measured)."""
        named = self.floor.channels.get(Uniqueid(channel))
        return named or next((one for one in self.floor.channels.values() if one.name == channel), None)

    def beginning(self, name: str) -> Channel | None:
        """The first whose name, or else whose Uniqueid, begins so: Bridge and BridgeAdd are content with that (features.c)."""
        if not name:
            return None
        channels = self.floor.channels.values()
        named = next((one for one in channels if one.name.lower().startswith(name.lower())), None)
        return named or next((one for one in channels if one.uniqueid.startswith(name)), None)

    def connect(self, outlet: Outlet) -> Callable[[], None]:
        """Hand every event said from now on to `outlet`; the result disconnects it."""
        self._outlets.append(outlet)
        return lambda: self._outlets.remove(outlet)

    def watch(self, before_gone: Callable[[Uniqueid], None], after: Callable[[Fact], None]) -> None:
        """Call `before_gone` with a channel whose Hangup is about to be said, and `after` with every fact once it is so."""
        self._before_gone.append(before_gone)
        self._after.append(after)

    def event(self, name: str, headers: wire.Headers, privilege: str = "call") -> None:
        """Say an event of our own making."""
        self.say(wire.event(name, self.system_name, headers, privilege))

    def device(self, device: str, state: str) -> None:
        """Say a device's state, and what its queues make of it; nothing if it is so already."""
        if self.floor.devices.get(device) == state:
            return
        self.event("DeviceStateChange", [("Device", device), ("State", state)])

    def member(self, member: Member, change: str = "Status") -> None:
        """Say QueueMemberStatus, or another of that family."""
        self.event(f"QueueMember{change}", wire.member_snapshot(member), "agent")

    def say(self, raw: bytes) -> None:
        """Let `raw`, one event with its end, happen: on the floor first, then at every client."""
        read = LIVE.get(raw.partition(EOL)[0])
        fact = read(raw.removesuffix(END)) if read is not None else None
        if isinstance(fact, ChannelGone):
            for tell in self._before_gone:
                tell(fact.uniqueid)
        if fact is not None:
            self.take(fact)
        if wire.is_for(raw, self.reads):
            for outlet in list(self._outlets):
                outlet(raw)
        if fact is not None:
            for look in self._after:
                look(fact)

    def take(self, fact: Fact, age: float = 0.0) -> None:
        """Let `fact` happen on the floor alone, `age` seconds ago."""
        apply(self.floor, fact, self.clock.monotonic() - age, Changes())
        if isinstance(fact, ChannelGone):
            self.variables.pop(fact.uniqueid, None)
            self.priorities.pop(fact.uniqueid, None)
