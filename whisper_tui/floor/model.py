"""The floor of one PBX: what Asterisk said, kept consistent. Moved by `apply`, read by `views` and `find`.

Times are seconds of the caller's monotonic clock (`now`, given to `apply`). Everything is keyed by Uniqueid, never by a
channel's name, which a restarted Asterisk uses again.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from msgspec import Struct, field

from whisper_tui.terms import CallState, Mode, Pbx, Recording, Step, Uniqueid


class Heeds(NamedTuple):
    """What of the site's own events and words the floor takes note of.

    Args:
        hand_event: the UserEvent by which an agent asks for help, in small letters; "": none.
        hand_reason: the reason of a pause that means the same; "": none.
        repeat_within: seconds in which a caller who calls once more calls again, 0: that is not looked at.
        fact_events: UserEvent, in small letters -> its headers, in small letters too, and the names of the facts that they tell.
        fact_variables: channel variable -> the name of the fact that it holds.
    """

    hand_event: str = ""
    hand_reason: str = ""
    repeat_within: float = 0.0
    fact_events: Mapping[str, tuple[tuple[str, str], ...]] = MappingProxyType({})
    fact_variables: Mapping[str, str] = MappingProxyType({})


HEEDS_NOTHING = Heeds()


class Standing(NamedTuple):
    """Where a call stood when the variables of one of its channels were read. `agent`: the channel of one who talks."""

    call: Uniqueid
    queue: str
    agent: Uniqueid | None


class Channel(Struct):
    """One channel. `device` is its name without the `-0000002f` behind it: `PJSIP/1001`."""

    uniqueid: Uniqueid
    linkedid: Uniqueid
    name: str
    device: str
    state: int = 0
    number: str = ""
    caller_name: str = ""
    connected_number: str = ""
    connected_name: str = ""
    context: str = ""
    exten: str = ""
    application: str = ""
    application_data: str = ""
    bridge: str = ""
    bridged_since: float = 0.0
    """When it came into `bridge`, as far as was seen."""
    born: float = 0.0
    holding: bool = False
    """It put its peer on hold."""
    recording: Recording = Recording.UNKNOWN
    recording_ended: bool = False
    """A recording was seen to stop; the channel's variable still names its file (measured on 22.10.1)."""
    recording_file: str = ""
    """Of the last recording that a list told of; no event names it (AMI.md Q5)."""
    tags_said: frozenset[str] = frozenset()
    """Tags that events gave it."""
    tags_held: frozenset[str] = frozenset()
    """Tags in its variable, as a list last told it."""
    variables: tuple[tuple[str, str], ...] = ()
    """Of the watched variables those that hold something, by name, as a list last told them."""
    facts_said: tuple[tuple[str, str], ...] = ()
    """What other systems have told of its call by events, by name."""
    facts_held: tuple[tuple[str, str], ...] = ()
    """The same as its variables held it when a list last told them."""
    read_in: Standing | None = None
    """Where its call stood when a list last told all its variables that rules look at, None: of no call, or none has."""
    leg: bool = False
    """A supervision leg (`wt-...`), or it was seen in ChanSpy: never a customer or an agent, nor after a takeover."""
    dialled_by: str = ""
    """Uniqueid of the channel that rang this one, "" if none did; that one may be long gone."""
    call: Uniqueid | None = None
    """The call (its key) that this channel is the customer or agent of, or rings for."""
    talks: bool | None = None
    """Somebody speaks here, as talk detection tells; None: it has told nothing."""
    quiet_since: float = 0.0

    @property
    def tags(self) -> frozenset[str]:
        """What must be kept in mind of whoever talks here (`pci`), from either source."""
        return self.tags_said | self.tags_held


class Bridge(Struct):
    ident: str
    channels: dict[Uniqueid, None] = field(default_factory=dict)
    """In the order in which they entered."""


class Member(Struct):
    """One agent in one queue; key is (queue, interface)."""

    queue: str
    interface: str
    device: str
    """The phone: `interface`, or for `Local/...` the state interface (FreePBX), or what was seen ringing behind it."""
    name: str
    state_interface: str = ""
    dynamic: bool = False
    penalty: int = 0
    calls_taken: int = 0
    last_call: int = 0
    last_pause: int = 0
    login_time: int = 0
    in_call: bool = False
    status: int = 0
    paused: bool = False
    reason: str = ""
    wrapup: int = 0
    """Seconds after a call in which the queue does not ring them; 0: the queue's own time, which nothing tells."""


class Agent(Struct):
    """One person across queues, known by the phone."""

    device: str
    name: str
    queues: dict[str, str] = field(default_factory=dict)
    """queue -> interface, the keys of its Members."""
    state: str = ""
    """Device state as DeviceStateChange words it; "" before it was seen."""
    calls: dict[Uniqueid, None] = field(default_factory=dict)
    """Calls that this phone is the agent of, or the other end of (`Call.peer`)."""
    asks_by_pause: bool = False
    """They are paused for the reason that asks for help."""
    hand_turned: float = float("-inf")
    """When an event last raised or lowered their hand."""


class Hand(Struct):
    """An agent asks for help."""

    device: str
    since: float
    text: str = ""
    """What they said with it."""
    by_pause: bool = False
    """Their pause says so, and it is over with that."""
    answered_by: str = ""
    """Who has taken it; such a one is down, and stands here for a while so that everybody sees who did."""


class Waiting(Struct):
    """A caller in a queue; the call of the same Uniqueid has the rest. `priority` is None until QueueEntry has told it."""

    uniqueid: Uniqueid
    queue: str
    position: int
    since: float
    priority: int | None = None


class Queue(Struct):
    name: str
    strategy: str = ""
    hold_time: int = 0
    talk_time: int = 0
    completed: int = 0
    abandoned: int = 0
    service_level: int = 0
    performance: float = 0.0
    weight: int = 0
    members: dict[str, Member] = field(default_factory=dict)
    waiting: dict[Uniqueid, Waiting] = field(default_factory=dict)
    """In the order of their positions."""
    talking: int = 0
    """Calls of this queue that are connected now."""


class Call(Struct):
    """A customer and, from ringing on, an agent.

    Outside queues `queue` is "" and the agent is a known member's phone. Where two agents talk to each other (a
    consultation), the one who called stands in the customer's place and `peer` names that phone.
    """

    key: Uniqueid
    """The customer's channel."""
    queue: str
    state: CallState
    number: str
    name: str
    began: float
    agent: str = ""
    """The agent's phone (key of `Floor.agents`), "" while waiting."""
    agent_channel: Uniqueid | None = None
    """The phone's own channel: never the customer's, never a `Local/...` half; None where it cannot be told."""
    interface: str = ""
    """The member's interface, as the queue that rang the agent names it; "" outside queues."""
    peer: str = ""
    """The phone in the customer's place, where that is an agent's too (key of `Floor.agents`)."""
    answered_by: str = ""
    """Uniqueid of the channel that the queue connected: the phone's, or half of a `Local/...` in front of it. May be gone."""
    ringing: dict[Uniqueid, str] = field(default_factory=dict)
    """Channels that ring for this call -> the member's interface, or outside queues the phone."""
    outbound: bool = False
    waiting_since: float | None = None
    waited: float | None = None
    """Seconds in the queue, once it is over; None outside queues."""
    talking_since: float | None = None
    """When the customer was last connected to somebody; an attended transfer does not begin it anew. None until then."""
    talk_known: bool = True
    """False: the call was up before we looked, `talking_since` is when we did: talk time shown is "at least"."""
    held_since: float | None = None
    holds: int = 0
    held: float = 0.0
    """Seconds on hold so far, the running hold not counted."""
    recording: Recording = Recording.UNKNOWN
    tags: frozenset[str] = frozenset()
    """Of the customer's channel and the agent's; the customer's stay with the call through transfers."""
    bridge: str = ""
    silent_since: float | None = None
    """Neither customer nor agent has spoken since; None: somebody speaks, or talk detection is not on at both."""
    before: int = 0
    """Calls of the same number that were seen within `Heeds.repeat_within` before."""
    steps: tuple[Step, ...] = ()
    """How it went, as far as it was seen, the newest of them; the last one is of the state that it is in."""
    talked_with: str = ""
    """The agent who talked last."""
    declined_by: str = ""
    """The agent who pressed the key that ends coaching for this call."""
    parties: int = 0
    """Channels in the bridge, the customer's or the agent's, whichever holds more; three or more: a barge would not reach
    the customer (AUDIO.md F3)."""

    @property
    def declined(self) -> bool:
        """Its agent has declined coaching; one who gets it by a transfer has not."""
        return self.declined_by != "" and self.declined_by == self.agent


class Spy(Struct):
    """Somebody in ChanSpy. `spyee` is "" when the leg hears nobody, or nothing tells whom it hears."""

    spyer: Uniqueid
    channel: str
    device: str
    spyee: Uniqueid
    since: float
    options: str = ""
    """ApplicationData, where a list has told it."""
    mode: Mode | None = None
    """Kept from one target to the next; None where it cannot be told: keys that nobody saw may have switched it."""
    audible_since: float | None = None
    """When it came to whisper or barge, whoever it heard then; None while it is silent or not known."""
    told: bool = False
    """An event said whom it hears, or that it hears nobody, since the link came up: newer than what a list says of it."""
    keyed: bool = False
    """A key has switched it since it began, so the options no longer tell."""


class Changes(Struct):
    """What one or more events changed; the engine takes and clears it."""

    calls: set[Uniqueid] = field(default_factory=set)
    """New, changed or gone: look in `Floor.calls`."""
    queues: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    spies: set[Uniqueid] = field(default_factory=set)
    """Uniqueids of the spyers."""
    hands: set[str] = field(default_factory=set)
    """Phones of the agents whose hands went up or down."""
    reread: bool = False
    """A list should be asked for now: a reload, a malformed message, a position that nobody announced."""

    def __bool__(self) -> bool:
        return bool(self.calls or self.queues or self.agents or self.spies or self.hands or self.reread)


class Floor(Struct):
    """Everything known of one PBX."""

    pbx: Pbx
    channels: dict[Uniqueid, Channel] = field(default_factory=dict)
    bridges: dict[str, Bridge] = field(default_factory=dict)
    queues: dict[str, Queue] = field(default_factory=dict)
    agents: dict[str, Agent] = field(default_factory=dict)
    calls: dict[Uniqueid, Call] = field(default_factory=dict)
    spies: dict[Uniqueid, Spy] = field(default_factory=dict)
    hands: dict[str, Hand] = field(default_factory=dict)
    """Phone -> the hand that its agent has raised."""
    repairs: int = 0
    """Rows that lists had to put right since the link came up (the first of each kind seeds, and repairs nothing)."""
    seeded: bool = False
    """QueueStatus, CoreShowChannels and DeviceStateList were each taken once since the link came up."""
    to_seed: set[str] = field(default_factory=lambda: {"QueueStatus", "CoreShowChannels", "DeviceStateList"})
    """Lists that were not taken yet."""
    devices: dict[str, str] = field(default_factory=dict)
    """Device -> state, of every device but the queues' own."""
    phones: dict[str, str] = field(default_factory=dict)
    """A member's interface `Local/...` -> the phone that was seen ringing behind it."""
    halves: dict[str, Uniqueid] = field(default_factory=dict)
    """Names of the `Local/...;1` and `;2` channels that are up, to find the other half of one."""
    callers: dict[str, list[tuple[Uniqueid, float]]] = field(default_factory=dict)
    """Number -> its last calls and when they began; whose is oldest stands first."""
    tags_variable: str = ""
    """The channel variable that holds tags, "" for none."""
    watched: frozenset[str] = frozenset()
    """Channel variables whose values are kept, for rules look at them."""
    heeds: Heeds = HEEDS_NOTHING

    @property
    def variables_read(self) -> frozenset[str]:
        """Every variable that is read of channels because something hangs on it."""
        tags = {self.tags_variable} if self.tags_variable else set()
        return self.watched | tags | self.heeds.fact_variables.keys()
