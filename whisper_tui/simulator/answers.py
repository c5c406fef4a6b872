"""What Asterisk would reply to an action, and what it would then do.

Words of responses and errors as measured on Asterisk 22.10.1 under an account with write=call,originate,reporting,agent.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from whisper_tui.floor.model import Channel
from whisper_tui.simulator import takeover
from whisper_tui.simulator.dialplan import CONTEXTS, leads_to, listed
from whisper_tui.simulator.leg import CLEARED, Ending
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.lists import Lists
from whisper_tui.simulator.orders import Refusal, lease, ordered
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.phones import Phone
from whisper_tui.simulator.rtcp import rtcp_of
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.simulator.wire import Headers, Request, bridge_snapshot, listing, response

Reply: TypeAlias = Callable[[bytes], None]

DIGITS = frozenset("0123456789*#ABCDabcd")


@dataclass(frozen=True, slots=True)
class Originated:
    """An Originate that was accepted: what tests count."""

    action_id: str
    channel_id: str
    device: str


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a phone was sent (SIP MESSAGE): what tests read. `phone` is the device."""

    phone: str
    sender: str
    body: str


class Answers:
    """The actions of one PBX. Sessions share it.

    Args:
        acts: False in a replay: whatever would change a recording is refused as for an account without the class.
    """

    def __init__(self, pbx: SimulatedPbx, legs: Legs, transfers: Transfers, *, acts: bool) -> None:
        self.originated: list[Originated] = []
        self.texts: list[Text] = []
        self._pbx = pbx
        self._legs = legs
        self._transfers = transfers
        self._lists = Lists(pbx, legs)
        self._acts = acts

    def answer(self, request: Request, reply: Reply) -> None:
        """Reply to `request`, an action of a client that is logged in; events follow the reply."""
        action_id = request.action_id
        if request.fault or not request.action:
            reply(error(action_id, request.fault or "Missing action in request"))
            return
        known = ACTIONS.get(request.action.lower())
        if known is None:
            words = "Invalid/unknown command: %s. Use Action: ListCommands to show available commands."
            reply(error(action_id, words % request.action))
        elif not self._may(known):
            reply(error(action_id, "Permission denied"))
        else:
            try:
                known.do(self, request, reply)
            except Refusal as refusal:
                reply(error(action_id, str(refusal)))

    # --- questions

    def ping(self, request: Request, reply: Reply) -> None:
        stamp = f"{self._pbx.clock.wall():.6f}"
        reply(response(request.action_id, "Success", [("Ping", "Pong"), ("Timestamp", stamp)]))

    def core_settings(self, request: Request, reply: Reply) -> None:
        said: Headers = [
            ("AMIversion", self._pbx.banner.decode("ascii", "replace").rpartition("/")[2]),
            ("AsteriskVersion", self._pbx.version),
            ("SystemName", self._pbx.system_name),
            ("CoreMaxCalls", "0"),
            ("CoreMaxLoadAvg", "0.000000"),
            ("CoreRunUser", ""),
            ("CoreRunGroup", ""),
            ("CoreMaxFilehandles", "0"),
            ("CoreRealTimeEnabled", "No"),
            ("CoreCDRenabled", "Yes"),
            ("CoreHTTPenabled", "No"),
            ("SoundsSearchCustomDir", "No"),
        ]
        reply(response(request.action_id, "Success", said))

    def core_status(self, request: Request, reply: Reply) -> None:
        day, _, second = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(self._pbx.started)).partition(" ")
        said: Headers = [
            ("CoreStartupDate", day),
            ("CoreStartupTime", second),
            ("CoreReloadDate", day),
            ("CoreReloadTime", second),
            ("CoreCurrentCalls", str(len(self._pbx.floor.calls))),
            ("CoreProcessedCalls", "0"),
        ]
        reply(response(request.action_id, "Success", said))

    def list_commands(self, request: Request, reply: Reply) -> None:
        said = [(one.name, f"{one.summary}  (Priv: {one.classes})") for one in ACTIONS.values() if self._may(one)]
        reply(response(request.action_id, "Success", said))

    def queue_status(self, request: Request, reply: Reply) -> None:
        rows = self._lists.queue_status(request.action_id, request.get("Queue"), request.get("Member"))
        reply(listing(request.action_id, "Queue status will follow", "QueueStatusComplete", rows))

    def queue_summary(self, request: Request, reply: Reply) -> None:
        rows = self._lists.queue_summary(request.action_id, request.get("Queue"))
        reply(listing(request.action_id, "Queue summary will follow", "QueueSummaryComplete", rows))

    def core_show_channels(self, request: Request, reply: Reply) -> None:
        rows = self._lists.channels(request.action_id)
        reply(listing(request.action_id, "Channels will follow", "CoreShowChannelsComplete", rows))

    def device_state_list(self, request: Request, reply: Reply) -> None:
        rows = self._lists.devices(request.action_id)
        reply(listing(request.action_id, "Device State Changes will follow", "DeviceStateListComplete", rows))

    def presence_state_list(self, request: Request, reply: Reply) -> None:
        reply(listing(request.action_id, "Presence State Changes will follow", "PresenceStateListComplete", []))

    def status(self, request: Request, reply: Reply) -> None:
        wanted = [self._channel(request.get("Channel"))] if request.get("Channel") else list(self._channels())
        variables = [name for name in request.get("Variables").split(",") if name]
        rows = self._lists.status(request.action_id, wanted, variables)
        closing = [("Items", str(len(rows)))]
        reply(listing(request.action_id, "Channel status will follow", "StatusComplete", rows, closing))

    def bridge_list(self, request: Request, reply: Reply) -> None:
        rows = self._lists.bridges(request.action_id)
        reply(listing(request.action_id, "Bridge listing will follow", "BridgeListComplete", rows))

    def bridge_info(self, request: Request, reply: Reply) -> None:
        ident = request.get("BridgeUniqueid")
        if not ident:
            raise Refusal("BridgeUniqueid must be provided")
        if ident not in self._pbx.floor.bridges:
            raise Refusal("Specified BridgeUniqueid not found")
        rows = self._lists.bridge(request.action_id, ident)
        closing = bridge_snapshot(ident, len(rows))
        reply(listing(request.action_id, "Bridge channel listing will follow", "BridgeInfoComplete", rows, closing))

    def getvar(self, request: Request, reply: Reply) -> None:
        variable = request.get("Variable")
        if not variable:
            raise Refusal("No variable specified")
        channel = self._channel(request.get("Channel"))
        if variable == "CHANNEL(rtcp,all)":
            held = rtcp_of(channel, self._pbx.clock.monotonic())
        else:
            held = self._pbx.variable(channel, variable) or ""  # functions read as nothing (measured)
        reply(response(request.action_id, "Success", [("Variable", variable), ("Value", held)]))

    def show_dialplan(self, request: Request, reply: Reply) -> None:
        """Of one extension, which is all that a transfer has to ask; words as measured on 22.10.1."""
        context, exten = request.get("Context"), request.get("Extension")
        if context not in CONTEXTS:
            raise Refusal(f"Did not find context {context}")
        place = leads_to(self._pbx.floor, context, exten)
        if place is None:
            raise Refusal(f"Did not find extension {exten}@{context}")
        head = [("Event", "ListDialplan"), ("ActionID", request.action_id)]
        row = [*head, *listed(place, context, exten)]
        counts = [(f"List{what}", "1") for what in ("Extensions", "Priorities", "Contexts")]
        opening, closing = "DialPlan list will follow", "ShowDialPlanComplete"
        reply(listing(request.action_id, opening, closing, [row], counts))

    # --- deeds

    def setvar(self, request: Request, reply: Reply) -> None:
        variable, value = request.get("Variable"), request.get("Value")
        if not variable:
            raise Refusal("No variable specified")
        channel = self._channel(request.get("Channel"))
        leg = self._legs.find(channel.uniqueid)
        if leg is not None:
            if not self._legs.set_variable(leg, variable, value):
                raise Refusal("Variable not set")
        else:
            self._pbx.variables.setdefault(channel.uniqueid, {})[variable] = value
        reply(response(request.action_id, "Success", [("Message", "Variable Set")]))
        if variable == "SPYGROUP":
            self._legs.leash_moved()

    def play_dtmf(self, request: Request, reply: Reply) -> None:
        channel = self._pbx.find(request.get("Channel"))
        if channel is None:
            raise Refusal("Channel not found")
        digit = request.get("Digit")
        if not digit:
            raise Refusal("No digit specified")
        if digit not in DIGITS:
            raise Refusal("Invalid digit")
        reply(response(request.action_id, "Success", [("Message", "DTMF successfully queued")]))
        leg = self._legs.find(channel.uniqueid)
        if leg is not None and request.get("Receive").lower() in ("true", "yes", "1", "on", "y", "t"):
            self._legs.press(leg, digit)

    def absolute_timeout(self, request: Request, reply: Reply) -> None:
        """Set a lease; only `Setvar TIMEOUT(absolute)=0` lifts it (0 is refused here, measured on 22.10.1)."""
        name = request.get("Channel")
        if not name:
            raise Refusal("No channel specified")
        limit = lease(request.get("Timeout"))
        if not limit:
            raise Refusal("No timeout specified")
        leg = self._legs.find(self._channel(name).uniqueid)
        if leg is not None:
            self._legs.set_lease(leg, limit)
        reply(response(request.action_id, "Success", [("Message", "Timeout Set")]))

    def hangup(self, request: Request, reply: Reply) -> None:
        name = request.get("Channel")
        if not name:
            raise Refusal("No channel specified")
        channel = self._channel(name)
        leg = self._legs.find(channel.uniqueid)
        reply(response(request.action_id, "Success", [("Message", "Channel Hungup")]))
        if leg is not None:
            leg.end(Ending())
        else:
            takeover.hang_up(self._pbx, channel)

    def bridge(self, request: Request, reply: Reply) -> None:
        first, second = request.get("Channel1"), request.get("Channel2")
        if not first or not second:
            raise Refusal("Missing channel parameter in request")
        supervisor, customer = self._pbx.beginning(first), self._pbx.beginning(second)
        if supervisor is None:
            raise Refusal(f"Channel1 does not exist: {first}")
        if customer is None:
            raise Refusal(f"Channel2 does not exist: {second}")
        leg = self._legs.find(supervisor.uniqueid)
        if leg is None or not leg.answered:
            raise Refusal(
                f"Unable to add Channel1 to bridge: {supervisor.name}"
            )  # only a leg can take a call over here
        if leg.taken == customer.uniqueid:
            leg.end(CLEARED)  # the call is lost by that (measured on 22.10.1)
        if leg.taken == customer.uniqueid or self._legs.find(customer.uniqueid) is not None:
            raise Refusal(f"Unable to add Channel2 to bridge: {customer.name}")
        reply(response(request.action_id, "Success", [("Message", "Channels have been bridged")]))
        takeover.take_over(self._pbx, leg, customer)

    def blind_transfer(self, request: Request, reply: Reply) -> None:
        """Whether there is such an extension nobody asks (measured on 22.10.1)."""
        name, exten = request.get("Channel"), request.get("Exten")
        if not name:
            raise Refusal("No channel specified")
        if not exten:
            raise Refusal("No extension specified")
        channel = self._pbx.find(name)
        if channel is None:
            raise Refusal("Channel specified does not exist")
        context = request.get("Context") or channel.context
        if not channel.bridge:
            self._transfers.refuse(channel, context, exten)
            raise Refusal("Transfer invalid")
        call = self._transfers.customer_of(channel)
        if call is None:
            raise Refusal("Transfer failed")  # of a customer, or in a bridge of three: not simulated
        reply(response(request.action_id, "Success", [("Message", "Transfer succeeded")]))
        self._transfers.blind(channel, self._legs.find(channel.uniqueid), call, context, exten)

    def originate(self, request: Request, reply: Reply) -> None:
        order = ordered(request)
        self.originated.append(Originated(request.action_id, request.get("ChannelId"), order.device))
        reply(response(request.action_id, "Success", [("Message", "Originate successfully queued")]))
        self._legs.originate(order)

    def queue_pause(self, request: Request, reply: Reply) -> None:
        """Of one member in one queue, or in all; words as app_queue.c has them."""
        queue, interface = request.get("Queue"), request.get("Interface")
        queues = [each for each in self._pbx.floor.queues.values() if queue in ("", each.name)]
        members = [each.members[interface] for each in queues if interface in each.members]
        if not members:
            raise Refusal("Interface not found")
        paused = request.get("Paused").lower() in ("true", "yes", "1", "on")
        said = "Interface paused successfully" if paused else "Interface unpaused successfully"
        reply(response(request.action_id, "Success", [("Message", said)]))
        for member in members:
            member.paused, member.reason = paused, request.get("Reason") if paused else ""
            member.last_pause = int(self._pbx.clock.wall()) if paused else member.last_pause
            self._pbx.member(member, "Pause")

    def message_send(self, request: Request, reply: Reply) -> None:
        """Words as measured on 22.10.1."""
        to = request.get("Destination") or request.get("To")
        if not to:
            raise Refusal("No 'To' address specified.")
        technology, _, endpoint = to.partition(":")
        if technology != "pjsip":
            raise Refusal("Message technology not found.")
        phone = f"PJSIP/{endpoint}"
        if not self._is_registered(phone):
            raise Refusal("Message failed to send.")
        self.texts.append(Text(phone, request.get("From"), request.get("Body")))
        reply(response(request.action_id, "Success", [("Message", "Message successfully sent")]))

    def _is_registered(self, phone: str) -> bool:
        """An agent's, or a supervisor's who has ever been rung or could be."""
        behaviour, floor = self._legs.behaviour, self._pbx.floor
        known = phone in floor.agents or phone in floor.devices or phone in behaviour.phones
        return known and behaviour.of(phone) is not Phone.UNKNOWN

    def _may(self, known: Known) -> bool:
        """Whether the account has a class of it, and a replay is not to be changed."""
        free = known.classes == _NONE or not self._legs.behaviour.writes.isdisjoint(known.classes.split(","))
        return free and (self._acts or not known.acts)

    def _channel(self, channel: str) -> Channel:
        found = self._pbx.find(channel)
        if found is None:
            raise Refusal("No such channel")
        return found

    def _channels(self) -> list[Channel]:
        return list(self._pbx.floor.channels.values())


def error(action_id: str, words: str) -> bytes:
    """Response: Error."""
    return response(action_id, "Error", [("Message", words)])


@dataclass(frozen=True, slots=True)
class Known:
    """An action that is answered, as ListCommands names it. `acts`: it changes something."""

    name: str
    summary: str
    classes: str
    do: Callable[[Answers, Request, Reply], None]
    acts: bool = False


_NONE = "<none>"
"""Any login may."""
_REPORTING = "system,reporting,all"
ACTIONS: dict[str, Known] = {
    one.name.lower(): one
    for one in (
        Known("AbsoluteTimeout", "Set absolute timeout.", "system,call,all", Answers.absolute_timeout, acts=True),
        Known(
            "BlindTransfer",
            "Blind transfer channel(s) to the given destination",
            "call,all",
            Answers.blind_transfer,
            acts=True,
        ),
        Known("Bridge", "Bridge two channels already in the PBX.", "call,all", Answers.bridge, acts=True),
        Known("BridgeInfo", "Get information about a bridge.", _NONE, Answers.bridge_info),
        Known("BridgeList", "Get a list of bridges in the system.", _NONE, Answers.bridge_list),
        Known("CoreSettings", "Show PBX core settings (version etc).", _REPORTING, Answers.core_settings),
        Known("CoreShowChannels", "List currently active channels.", _REPORTING, Answers.core_show_channels),
        Known("CoreStatus", "Show PBX core status variables.", _REPORTING, Answers.core_status),
        Known(
            "DeviceStateList", "List the current known device states.", "call,reporting,all", Answers.device_state_list
        ),
        Known("Getvar", "Gets a channel variable or function value.", "call,reporting,all", Answers.getvar),
        Known("Hangup", "Hangup channel.", "system,call,all", Answers.hangup, acts=True),
        Known("ListCommands", "List available manager commands.", _NONE, Answers.list_commands),
        Known(
            "MessageSend", "Send an out of call message to an endpoint.", "message,all", Answers.message_send, acts=True
        ),
        Known("Originate", "Originate a call.", "originate,all", Answers.originate, acts=True),
        Known("Ping", "Keepalive command.", _NONE, Answers.ping),
        Known("PlayDTMF", "Play DTMF signal on a specific channel.", "call,all", Answers.play_dtmf, acts=True),
        Known(
            "PresenceStateList",
            "List the current known presence states.",
            "call,reporting,all",
            Answers.presence_state_list,
        ),
        Known(
            "QueuePause", "Makes a queue member temporarily unavailable.", "agent,all", Answers.queue_pause, acts=True
        ),
        Known("QueueStatus", "Show queue status.", _NONE, Answers.queue_status),
        Known("QueueSummary", "Show queue summary.", _NONE, Answers.queue_summary),
        Known("Setvar", "Sets a channel variable or function value.", "call,all", Answers.setvar, acts=True),
        Known(
            "ShowDialPlan",
            "Show dialplan contexts and extensions",
            "config,reporting,all",
            Answers.show_dialplan,
        ),
        Known("Status", "List channel status.", "system,call,reporting,all", Answers.status),
    )
}
"""By name in small letters: manager.c compares without case."""
