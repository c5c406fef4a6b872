"""Actions that do something to channels: legs are rung, switched and leased, calls joined, sent on, hung up."""

from __future__ import annotations

from msgspec import Struct

from whisper_tui.floor import find
from whisper_tui.simulator import takeover
from whisper_tui.simulator.known import Known, Reply, channel_of, succeed
from whisper_tui.simulator.leg import CLEARED, Ending
from whisper_tui.simulator.legs import Legs
from whisper_tui.simulator.orders import Refusal, length, ordered
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.phones import Phone
from whisper_tui.simulator.transfers import Transfers
from whisper_tui.simulator.wire import Request, response

DIGITS = frozenset("0123456789*#ABCDabcd")


class Originated(Struct, frozen=True):
    """An Originate that was accepted: what tests count."""

    action_id: str
    channel_id: str
    device: str


class Text(Struct, frozen=True):
    """A text that a phone was sent (SIP MESSAGE): what tests read. `phone` is the device."""

    phone: str
    sender: str
    body: str


class CallDeeds:
    """Of one PBX."""

    def __init__(self, pbx: SimulatedPbx, legs: Legs, transfers: Transfers) -> None:
        self.originated: list[Originated] = []
        self.texts: list[Text] = []
        self._pbx = pbx
        self._legs = legs
        self._transfers = transfers

    def known(self) -> tuple[Known, ...]:
        """What is answered here."""
        blind, both = "Blind transfer channel(s) to the given destination", "system,call,all"
        text = "Send an out of call message to an endpoint."
        return (
            Known("AbsoluteTimeout", "Set absolute timeout.", both, self.absolute_timeout, acts=True),
            Known("BlindTransfer", blind, "call,all", self.blind_transfer, acts=True),
            Known("Bridge", "Bridge two channels already in the PBX.", "call,all", self.bridge, acts=True),
            Known("Hangup", "Hangup channel.", both, self.hangup, acts=True),
            Known("MessageSend", text, "message,all", self.message_send, acts=True),
            Known("Originate", "Originate a call.", "originate,all", self.originate, acts=True),
            Known("PlayDTMF", "Play DTMF signal on a specific channel.", "call,all", self.play_dtmf, acts=True),
            Known("Redirect", "Redirect (transfer) a call.", "call,all", self.redirect, acts=True),
            Known("Setvar", "Sets a channel variable or function value.", "call,all", self.setvar, acts=True),
        )

    def setvar(self, request: Request, reply: Reply) -> None:
        variable, value = request.get("Variable"), request.get("Value")
        if not variable:
            raise Refusal("No variable specified")
        channel = channel_of(self._pbx, request.get("Channel"))
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
        limit = length(request.get("Timeout"))
        if not limit:
            raise Refusal("No timeout specified")
        leg = self._legs.find(channel_of(self._pbx, name).uniqueid)
        if leg is not None:
            self._legs.set_lease(leg, limit)
        reply(response(request.action_id, "Success", [("Message", "Timeout Set")]))

    def hangup(self, request: Request, reply: Reply) -> None:
        name = request.get("Channel")
        if not name:
            raise Refusal("No channel specified")
        channel = channel_of(self._pbx, name)
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

    def redirect(self, request: Request, reply: Reply) -> None:
        """Of who waits; whether there is such an extension nobody asks (measured on 22.10.1)."""
        name, exten = request.get("Channel"), request.get("Exten")
        if not name:
            raise Refusal("Channel not specified")
        channel = self._pbx.find(name)
        if channel is None:
            raise Refusal(f"Channel does not exist: {name}")
        call = self._pbx.floor.calls.get(channel.uniqueid)
        if call is None or not exten or find.place_of(self._pbx.floor, call) is None:
            raise Refusal("Redirect failed")  # of anybody else: not simulated
        self._transfers.redirect(call, request.get("Context") or channel.context, exten)
        succeed(request, reply, "Redirect successful")

    def originate(self, request: Request, reply: Reply) -> None:
        order = ordered(request)
        self.originated.append(Originated(request.action_id, request.get("ChannelId"), order.device))
        reply(response(request.action_id, "Success", [("Message", "Originate successfully queued")]))
        self._legs.originate(order)

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
