"""A PBX in memory, at the level of facts: enough of ChanSpy, FRAME_DROP and SPYGROUP for an engine to be driven without a socket.

It remembers what was sent and says who hears the supervisor, by its own books and not by the program's.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from msgspec.structs import replace

from whisper_tui.ami import actions as do
from whisper_tui.ami.actions import Action, Outcome, Reply
from whisper_tui.ami.cueleg import OriginateCue
from whisper_tui.ami.events import (
    AgentCalled,
    AgentConnected,
    AgentKeyPressed,
    BlindTransferred,
    BridgeEntered,
    BridgeLeft,
    ChannelGone,
    ChannelNew,
    ChannelStateChanged,
    DigitEnded,
    Fact,
    Listed,
    MemberChanged,
    MemberRemoved,
    OriginateAnswered,
    QueueJoined,
    QueueLeft,
    SpyStarted,
    SpyStopped,
    Tagged,
    TalkBegun,
    TalkEnded,
    UserSaid,
)
from whisper_tui.ami.list_rows import BridgeMemberRow, ChannelRow, QueueRow, StatusRow
from whisper_tui.ami.queue_actions import QueueAdd, QueuePause, QueuePenalty, QueueRemove
from whisper_tui.engine.wire import OnEvent, OnState
from whisper_tui.floor.trace import is_leg
from whisper_tui.terms import LinkState, Notice, Uniqueid

MODES = {"4": "silent", "5": "whisper", "6": "barge"}


@dataclass
class Chan:
    uniqueid: Uniqueid
    name: str
    linkedid: Uniqueid
    bridge: str = ""
    application: str = ""
    data: str = ""
    state: int = 6
    spygroup: str = ""
    frame_drop: str = ""
    muteaudio: str = "off"
    rtcp: str = ""
    """What CHANNEL(rtcp,all) says."""
    detects: bool = False
    """TALK_DETECT was set."""
    mode: str = "silent"
    keys: bool = True
    """Its ChanSpy has option `d`."""
    lease: int | None = None
    runs: tuple[str, str] = ("", "")
    """What our own leg was rung for, as Status tells it."""
    spyee: Uniqueid | None = None
    group: str = ""
    variables: dict[str, str] = field(default_factory=dict)


@dataclass
class FakePbx:
    """One PBX; give `plug` to `Engine.connect`.

    Args:
        phone: what the supervisor's phone does: answer, ring, busy, decline, no-answer, unknown.
        locks: whether FRAME_DROP really drops keys.
        frame_drops: whether there is a FRAME_DROP at all.
        takes_over: whether Bridge is done.
        talk_detection: whether there is a TALK_DETECT.
        mouths: what becomes of channels whose sound is made elsewhere: answer, unreachable, nothing (no event at all).
        deaf: keys are taken and never read (no DTMFEnd comes), as with an account without read class dtmf.
    """

    phone: str = "answer"
    locks: bool = True
    frame_drops: bool = True
    takes_over: bool = True
    talk_detection: bool = True
    mouths: str = "answer"
    deaf: bool = False
    asterisk: str = "22.10.1"
    allowed: frozenset[str] | None = None
    chans: dict[str, Chan] = field(default_factory=dict)
    sent: list[Action] = field(default_factory=list)
    mute_answers: set[str] = field(default_factory=set)
    """Names of actions that are never answered."""
    up: bool = True
    keys: dict[str, str] = field(default_factory=dict)
    """The agreed key of each channel that is watched for one."""
    texts: list[tuple[str, str]] = field(default_factory=list)
    """(phone, text) of every MessageSend."""
    refusals: dict[str, Reply] = field(default_factory=dict)
    """What is answered to actions of a name, in place of doing them."""
    before: Callable[[Action], None] = lambda _action: None
    """Called with each action before anything comes of it."""
    extensions: set[str] = field(default_factory=set)
    """Where a BlindTransfer can go."""
    handed: list[str] = field(default_factory=list)
    """Where customers were sent."""
    members: dict[tuple[str, str], MemberChanged] = field(default_factory=dict)
    """Of which something was said, by queue and interface."""
    _agents: dict[Uniqueid, Uniqueid] = field(default_factory=dict)
    _beside: dict[str, str] = field(default_factory=dict)

    def plug(self, on_event: OnEvent, on_state: OnState) -> FakePbx:
        self._event, self._state = on_event, on_state
        self._closed = asyncio.Event()
        return self

    # --- Wire

    async def run(self) -> None:
        self.connect()
        await self._closed.wait()

    async def close(self) -> None:
        self._closed.set()

    def seeded(self) -> None:
        self._state(LinkState.LIVE, None)

    def watch_key(self, uniqueid: Uniqueid, key: str) -> None:
        self.keys[uniqueid] = key

    def unwatch_key(self, uniqueid: Uniqueid) -> None:
        self.keys.pop(uniqueid, None)

    async def send(self, action: Action) -> Reply:
        do.encode(action)
        if not self.up:
            return Reply(Outcome.FAILED, "not connected")
        self.before(action)
        self.sent.append(action)
        if action.name in self.mute_answers:
            await asyncio.get_running_loop().create_future()
        return self._answer(action)

    # --- what happens at the PBX

    def connect(self) -> None:
        self.up = True
        self._state(LinkState.SEEDING, None)

    def drop(self) -> None:
        self.up = False
        self._state(LinkState.LOST, Notice("link.lost", {"pbx": "lab", "error": "reset"}))

    def call(self, queue: str = "support", agent: str = "1001", number: str = "5550142", n: int = 1) -> Uniqueid:
        """A customer in `queue` is connected to `agent`; returns the customer's Uniqueid."""
        customer = self.join(queue, number, n)
        self.connect_to(customer, agent, n, number)
        return customer

    def join(self, queue: str = "support", number: str = "5550142", n: int = 1, **variables: str) -> Uniqueid:
        """A customer, whose channel has these variables, waits in `queue`; returns their Uniqueid."""
        customer, name = Uniqueid(f"pbx-1.{n}"), f"PJSIP/trunk-{n:08x}"
        self.chans[customer] = Chan(customer, name, customer, "", "Queue", f"{queue},tT", variables=variables)
        self._event(ChannelNew(customer, customer, name, 4, number, "A caller", "from-trunk", "100"))
        self._event(QueueJoined(queue, customer, customer, name, number, "A caller", 1, 1))
        return customer

    def connect_to(
        self, customer: Uniqueid, agent: str = "1001", n: int = 1, number: str = "5550142", **variables: str
    ) -> Uniqueid:
        """A customer who waits is connected to `agent`, whose channel has these variables; returns its Uniqueid."""
        phone, bridge, queue = Uniqueid(f"pbx-2.{n}"), f"bridge-{n}", self.chans[customer].data.partition(",")[0]
        device, dest = f"PJSIP/{agent}", f"PJSIP/{agent}-{n:08x}"
        self.chans[customer].bridge = bridge
        self.chans[phone] = Chan(phone, dest, customer, bridge, "AppQueue", "(Outgoing Line)", variables=variables)
        for fact in (
            ChannelNew(phone, customer, dest, 0, agent, "", "internal", ""),
            AgentCalled(queue, device, f"Agent {agent}", customer, phone, dest),
            ChannelStateChanged(phone, 5, agent, "", number, ""),
            ChannelStateChanged(phone, 6, agent, "", number, ""),
            QueueLeft(queue, customer, 1, 0),
            AgentConnected(queue, device, f"Agent {agent}", customer, phone, dest, 3, 1),
            BridgeEntered(bridge, phone, customer, Uniqueid("")),
            ChannelStateChanged(customer, 6, number, "", agent, ""),
            BridgeEntered(bridge, customer, customer, Uniqueid("")),
        ):
            self._event(fact)
        return phone

    def agent_of(self, customer: Uniqueid) -> Uniqueid:
        """Whoever talks with the customer, or did last."""
        there = self.chans.get(customer)
        with_it = [c for c in self.chans.values() if there and c.bridge == there.bridge != "" and "/10" in c.name]
        self._agents[customer] = with_it[0].uniqueid if with_it else self._agents.get(customer, Uniqueid("pbx-2.0"))
        return self._agents[customer]

    def hang_up_call(self, customer: Uniqueid) -> None:
        """Both hang up, and a leg that is in their bridge falls out of it."""
        bridge = self.chans[customer].bridge
        for uniqueid in (self.agent_of(customer), customer):
            chan = self.chans.pop(uniqueid, None)
            if chan is not None:
                self._event(BridgeLeft(chan.bridge, uniqueid))
                for spy in self._spies_on(uniqueid):
                    spy.spyee = None
                    self._event(SpyStopped(spy.uniqueid, spy.name, uniqueid))
                self._event(ChannelGone(uniqueid, chan.name, 16, "Normal Clearing", 0))
        if self.leg is not None and self.leg.bridge == bridge != "":
            self.hang_up_phone()

    @property
    def leg(self) -> Chan | None:
        own = (chan for name, chan in self.chans.items() if name.startswith("wt-") and not chan.application)
        return next(own, None)

    def answer_phone(self) -> None:
        leg = self._leg()
        leg.state = 6
        self._event(ChannelStateChanged(leg.uniqueid, 6, "", "", "", ""))
        self._event(OriginateAnswered("", leg.uniqueid, True, 4))
        if leg.uniqueid in self._beside:
            other = next(c for c in self.chans.values() if c.name == self._beside[leg.uniqueid])
            leg.bridge = other.bridge
            self._event(BridgeEntered(leg.bridge, leg.uniqueid, other.linkedid, Uniqueid("")))

    def _is_muted(self, leg: Chan) -> bool:
        # Before 20.16 / 21.11 / 22.6 a value longer than nine characters drops neither (AUDIO.md F10).
        drops = "VOICE" in leg.frame_drop and (self.locks or leg.frame_drop == "VOICE")
        return drops or leg.muteaudio == "on"

    def staffs(self, member: MemberChanged) -> None:
        """What a member is from now on."""
        self.members[member.queue, member.interface] = member
        self._event(member)

    def _member(self, queue: str, interface: str, **fields: object) -> Reply:
        name = f"Agent {interface.rpartition('/')[2]}"
        new = MemberChanged(queue, interface, interface, name, False, 0, 0, 0, 0, 0, False, 1, False, "")
        self.staffs(replace(self.members.get((queue, interface), new), **fields))
        return Reply(Outcome.DONE)

    def _bridge(self, leg: Chan, name: str) -> Reply:
        customer = next((c for c in self.chans.values() if c.name == name), None)
        if customer is None or not self.takes_over:
            return Reply(Outcome.FAILED, "Channel2 does not exist")
        agents = [c for c in self.chans.values() if c.bridge == customer.bridge and c is not customer]
        leg.spyee, leg.bridge, old = None, "bridge-own", customer.bridge
        self._event(BridgeEntered("bridge-own", leg.uniqueid, customer.linkedid, Uniqueid("")))
        self._event(BridgeLeft(old, customer.uniqueid))
        customer.bridge = "bridge-own"
        self._event(BridgeEntered("bridge-own", customer.uniqueid, customer.linkedid, Uniqueid("")))
        for agent in agents:
            self._event(BridgeLeft(old, agent.uniqueid))
            del self.chans[agent.uniqueid]
            self._event(ChannelGone(agent.uniqueid, agent.name, 16, "Normal Clearing", 0))
        return Reply(Outcome.DONE)

    def _transfer(self, leg: Chan, exten: str) -> Reply:
        for chan in [c for c in self.chans.values() if c.bridge == leg.bridge and c is not leg]:
            self._event(BridgeLeft(chan.bridge, chan.uniqueid))
            chan.bridge = ""
        self.handed.append(exten)
        self.hang_up_phone()
        return Reply(Outcome.DONE)

    def move(self, customer: Uniqueid, agent: str, n: int) -> Uniqueid:
        """The customer goes to another agent, on a new channel; the old one hangs up. Returns the new agent's channel."""
        old, new = self.agent_of(customer), Uniqueid(f"pbx-2.{n}")
        self._event(BlindTransferred(old, customer, agent, True))
        chan, bridge = self.chans[customer], f"bridge-{n}"
        gone = self.chans.pop(old, None)
        for uniqueid, left in ((old, gone), (customer, chan)):
            if left is not None:
                self._event(BridgeLeft(left.bridge, uniqueid))
        for leg in self._spies_on(old):
            leg.spyee = None
            self._event(SpyStopped(leg.uniqueid, leg.name, old))
        if gone is not None:
            self._event(ChannelGone(old, gone.name, 16, "Normal Clearing", 0))
        self.chans[new] = Chan(new, f"PJSIP/{agent}-{n:08x}", customer, bridge)
        chan.bridge, chan.application, chan.data = bridge, "Dial", f"PJSIP/{agent}"
        self._event(ChannelNew(new, customer, self.chans[new].name, 6, agent, "", "internal", ""))
        self._event(BridgeEntered(bridge, new, customer, Uniqueid("")))
        self._event(BridgeEntered(bridge, customer, customer, Uniqueid("")))
        return new

    def another_customer(self, agent: Uniqueid, n: int) -> Uniqueid:
        """The agent's channel lives on and gets customer `n`; the first one hangs up."""
        chan, bridge = self.chans[agent], f"bridge-{n}"
        customer = Uniqueid(f"pbx-1.{n}")
        first = next(c for c in self.chans.values() if c.bridge == chan.bridge and c is not chan)
        self._event(BridgeLeft(chan.bridge, agent))
        self._event(BridgeLeft(first.bridge, first.uniqueid))
        del self.chans[first.uniqueid]
        self._event(ChannelGone(first.uniqueid, first.name, 16, "Normal Clearing", 0))
        self.chans[customer] = Chan(customer, f"PJSIP/trunk-{n:08x}", customer, bridge, "Dial", f"PJSIP/{agent}")
        self._event(ChannelNew(customer, customer, self.chans[customer].name, 6, "5550199", "", "from-trunk", "100"))
        chan.bridge, chan.linkedid = bridge, customer
        self._event(BridgeEntered(bridge, agent, customer, Uniqueid("")))
        self._event(BridgeEntered(bridge, customer, customer, Uniqueid("")))
        return customer

    def hang_up_phone(self, cause: int = 16) -> None:
        leg = self._leg()
        self.chans.pop(leg.uniqueid)
        if leg.spyee is not None:
            self._event(SpyStopped(leg.uniqueid, leg.name, leg.spyee))
        self._event(ChannelGone(leg.uniqueid, leg.name, cause, "", 0))

    def speaks(self) -> None:
        """Somebody begins to speak into the supervisor's phone; nothing is detected of what FRAME_DROP drops."""
        leg = self._leg()
        if leg.detects and "VOICE" not in leg.frame_drop:
            self._event(TalkBegun(leg.uniqueid))

    def falls_silent(self, spoken: float) -> None:
        """Nobody has spoken into it for as long as that takes to be told; `spoken`: seconds before that."""
        leg = self._leg()
        if leg.detects and "VOICE" not in leg.frame_drop:
            self._event(TalkEnded(leg.uniqueid, int(spoken * 1000)))

    def press(self, digit: str) -> None:
        """A key on the supervisor's phone itself."""
        self._key(self._leg(), digit)

    def spies(self, spyer: str, on: Uniqueid, data: str = "", device: str = "PJSIP/2009") -> Uniqueid:
        """Somebody else's ChanSpy, run with `data`, hears `on` from now on; returns the spyer."""
        uid = Uniqueid(spyer)
        if uid not in self.chans:
            name = f"{device}-{len(self.chans):08x}"
            self.chans[uid] = Chan(uid, name, uid, application="ChanSpy", data=data or f"{self.chans[on].name},q")
            self._event(ChannelNew(uid, uid, name, 0, "", "", "internal", "s"))
        self.chans[uid].spyee = on
        self._event(SpyStarted(uid, self.chans[uid].name, on, self.chans[on].name))
        return uid

    def stops_spying(self, spyer: Uniqueid) -> None:
        chan = self.chans[spyer]
        stopped, chan.spyee = chan.spyee, None
        self._event(SpyStopped(spyer, chan.name, stopped or Uniqueid("")))

    def hangs_up(self, spyer: Uniqueid) -> None:
        self._event(ChannelGone(spyer, self.chans.pop(spyer).name, 16, "Normal Clearing", 0))

    def press_agent_key(self, customer: Uniqueid) -> None:
        """The agreed key, on the phone of the agent who talks to `customer`; nobody is told where nobody watches."""
        if self.agent_of(customer) in self.keys:
            self._event(AgentKeyPressed(self.agent_of(customer)))

    def tag(self, uniqueid: Uniqueid, tag: str = "pci", *, on: bool = True) -> None:
        """The dialplan says of a channel that it has a tag, or has it no more."""
        self._event(Tagged(uniqueid, tag, on))

    def says(self, event: str, *said: tuple[str, str], uniqueid: str = "") -> None:
        """A UserEvent of the site's own; `event` in small letters."""
        self._event(UserSaid(event, Uniqueid(uniqueid), Uniqueid(""), "", said))

    def hears_supervisor(self) -> dict[str, str]:
        """Whose ear the supervisor's voice reaches, by PJSIP device; empty: nobody's."""
        leg = self.leg
        if leg is None or self._is_muted(leg):
            return {}
        if leg.bridge:
            there = [c for c in self.chans.values() if c.bridge == leg.bridge and c is not leg]
            return {chan.name.rpartition("-")[0]: "party" for chan in there}
        if leg.spyee is None or leg.mode == "silent":
            return {}
        agent = self.chans[leg.spyee]
        peers = [c for c in self.chans.values() if c.bridge == agent.bridge and c is not agent]
        heard = [agent, *(peers if leg.mode == "barge" else [])]
        return {chan.name.rpartition("-")[0]: leg.mode for chan in heard}

    # --- how it answers

    def _answer(self, action: Action) -> Reply:
        done = Reply(Outcome.DONE)
        if (refusal := self.refusals.get(action.name)) is not None:
            return refusal
        match action:
            case do.QueueStatus():
                return self._list(
                    "QueueStatus", (QueueRow("support", "rrmemory", 0, 0, 0, 0, 0, 20, 0.0, 0), *_members())
                )
            case do.CoreShowChannels():
                return self._list("CoreShowChannels", tuple(self._row(chan) for chan in self.chans.values()))
            case do.DeviceStateList():
                return self._list("DeviceStateList", ())
            case do.Status(channel=None):
                rows = tuple(self._status(chan, action) for chan in self.chans.values())
                return self._list("Status", rows)
            case OriginateCue():
                return self._originate_cue(action)
            case do.OriginateSpy() | do.OriginateThird():
                self._originate(action)
                return done
            case do.Bridge():
                return self._bridge(self._leg(), action.second)
            case do.ShowDialPlan():
                there = action.exten in self.extensions
                return done if there else Reply(Outcome.FAILED, f"Did not find extension {action.exten}")
            case do.BlindTransfer():
                return self._transfer(self._leg(), action.exten)
            case do.MessageSend():
                self.texts.append((action.phone, action.body))
                return done
            case QueuePause(queue=queue, interface=interface):
                return self._member(queue, interface, paused=action.paused, reason=action.reason)
            case QueueAdd(queue=queue, interface=interface):
                said = {"name": action.member_name, "penalty": action.penalty, "paused": action.paused}
                return self._member(queue, interface, dynamic=True, state_interface=action.state, **said)
            case QueuePenalty(queue=queue, interface=interface):
                return self._member(queue, interface, penalty=action.penalty)
            case QueueRemove(queue=queue, interface=interface):
                self.members.pop((queue, interface), None)
                self._event(MemberRemoved(queue, interface))
                return Reply(Outcome.DONE)
            case do.BridgeInfo():
                there = [
                    BridgeMemberRow(c.uniqueid, c.linkedid, c.name)
                    for c in self.chans.values()
                    if c.bridge == action.bridge
                ]
                return Reply(Outcome.DONE, rows=tuple(there))
            case do.Status() | do.Getvar() | do.Setvar() | do.PlayDtmf() | do.AbsoluteTimeout() | do.Hangup():
                chan = self.chans.get(action.channel or "")
                if chan is None:
                    said = "Channel not found" if isinstance(action, do.PlayDtmf) else "No such channel"
                    return Reply(Outcome.FAILED, said)
                return self._on(chan, action)
            case _:
                return done

    def _on(self, chan: Chan, action: Action) -> Reply:
        match action:
            case do.Status():
                return self._list("Status", (self._status(chan, action),))
            case do.Getvar(variable="CHANNEL(rtcp,all)"):
                return Reply(Outcome.DONE, value=chan.rtcp)
            case do.Getvar():
                return Reply(Outcome.DONE, value=chan.spygroup)
            case do.Setvar(variable="SPYGROUP"):
                chan.spygroup = action.value
                self._attach()
            case do.Setvar(variable="TIMEOUT(absolute)"):
                chan.lease = int(action.value)
            case do.Setvar(variable="TALK_DETECT(set)"):
                if not self.talk_detection:
                    return Reply(Outcome.FAILED, "Variable not set")
                chan.detects = True
            case do.Setvar(variable="MUTEAUDIO(in)"):
                chan.muteaudio = action.value
            case do.Setvar():
                if not self.frame_drops:
                    return Reply(Outcome.FAILED, "Variable not set")
                chan.frame_drop = action.value
            case do.AbsoluteTimeout():
                if not action.seconds:
                    return Reply(Outcome.FAILED, "No timeout specified")
                chan.lease = action.seconds
            case do.PlayDtmf():
                if not self.deaf:
                    self._key(chan, action.digit)
            case do.Hangup() if "-cue-" in chan.uniqueid:
                self.hangs_up(chan.uniqueid)
            case do.Hangup():
                self.hang_up_phone()
            case _:
                pass
        return Reply(Outcome.DONE)

    def _originate(self, action: do.OriginateSpy | do.OriginateThird) -> None:
        if self.phone == "unknown":
            self._event(OriginateAnswered("", Uniqueid(action.leg), False, 0))
            return
        leg = Chan(Uniqueid(action.leg), f"{action.phone}-000000ff", Uniqueid(action.leg), state=5, group=action.leg)
        leg.frame_drop = action.dropped() if self.frame_drops else ""
        leg.lease = action.lease_seconds
        leg.runs = action.application()
        if isinstance(action, do.OriginateThird):
            self._beside[leg.uniqueid] = action.beside
        elif action.fixed is not None:
            leg.keys, leg.mode = False, action.fixed.value
        self.chans[leg.uniqueid] = leg
        self._event(ChannelNew(leg.uniqueid, leg.uniqueid, leg.name, 0, "", "", "internal", "s"))
        if self.phone in ("busy", "decline"):
            self._event(OriginateAnswered("", leg.uniqueid, False, 0))
            self.hang_up_phone(17 if self.phone == "busy" else 21)
            return
        self._event(ChannelStateChanged(leg.uniqueid, 5, "", "", "", ""))
        if self.phone == "no-answer":
            self._event(OriginateAnswered("", leg.uniqueid, False, 3))
            self.hang_up_phone(19)
        elif self.phone == "answer":
            self.answer_phone()

    def _originate_cue(self, action: OriginateCue) -> Reply:
        """The leg of a cue is up and whispers at once; where nobody can be reached OriginateResponse alone says so."""
        ident = Uniqueid(action.leg)
        if self.mouths != "answer":
            if self.mouths == "unreachable":
                self._event(OriginateAnswered("", ident, False, 8))
            return Reply(Outcome.DONE)
        name, agent = action.mouth.rpartition("/")[0], self.chans[action.agent]
        self.chans[ident] = Chan(
            ident, name, ident, application="ChanSpy", data=f"{action.agent},quW", spyee=action.agent
        )
        self._event(ChannelNew(ident, ident, name, 0, "", "", "", ""))
        self._event(OriginateAnswered("", ident, True, 4))
        self._event(SpyStarted(ident, name, action.agent, agent.name))
        return Reply(Outcome.DONE)

    @property
    def cue_legs(self) -> list[str]:
        """The legs of cues that are up."""
        return [name for name in self.chans if "-cue-" in name]

    def _key(self, leg: Chan, digit: str) -> None:
        if self.locks and "DTMF_END" in leg.frame_drop:
            return
        if is_leg(leg.uniqueid):
            self._event(DigitEnded(leg.uniqueid, digit))
        if digit in MODES and leg.spyee is not None and leg.keys:
            leg.mode = MODES[digit]
        if digit == "*" and leg.spyee is not None:
            stopped, leg.spyee = leg.spyee, None
            self._event(SpyStopped(leg.uniqueid, leg.name, stopped))
            self._attach()

    def _attach(self) -> None:
        leg = self.leg
        if leg is None or leg.spyee is not None:
            return
        for chan in self.chans.values():
            if leg.group in chan.spygroup.split(":"):
                leg.spyee = chan.uniqueid
                self._event(SpyStarted(leg.uniqueid, leg.name, chan.uniqueid, chan.name))
                return

    def _spies_on(self, uniqueid: str) -> list[Chan]:
        return [chan for chan in self.chans.values() if chan.spyee == uniqueid]

    def _leg(self) -> Chan:
        assert self.leg is not None
        return self.leg

    def _list(self, name: str, rows: tuple[Fact, ...]) -> Reply:
        self._event(Listed(name, "x", rows))
        return Reply(Outcome.DONE, rows=rows)

    @staticmethod
    def _status(c: Chan, asked: do.Status) -> StatusRow:
        held = {"SPYGROUP": c.spygroup, **c.variables}
        variables = tuple((name, held.get(name, "")) for name in asked.variables)
        application, data = c.runs if c.runs[0] and not c.bridge else (c.application, c.data)
        return StatusRow(c.uniqueid, c.linkedid, c.name, c.state, c.bridge, application, data, 10, variables)

    @staticmethod
    def _row(c: Chan) -> ChannelRow:
        return ChannelRow(
            c.uniqueid,
            c.linkedid,
            c.name,
            c.state,
            "",
            "",
            "",
            "",
            "internal",
            "s",
            c.application,
            c.data,
            10,
            c.bridge,
        )


def _members() -> tuple[MemberChanged, ...]:
    return tuple(
        MemberChanged("support", f"PJSIP/{n}", f"PJSIP/{n}", f"Agent {n}", False, 0, 0, 0, 0, 0, False, 1, False, "")
        for n in ("1001", "1002", "1003")
    )
