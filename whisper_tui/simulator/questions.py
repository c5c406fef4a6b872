"""Actions that only ask: settings, lists, variables, the dialplan."""

from __future__ import annotations

import time

from whisper_tui.simulator.dialplan import CONTEXTS, leads_to, listed
from whisper_tui.simulator.known import FREE, Known, Reply, channel_of
from whisper_tui.simulator.lists import Lists
from whisper_tui.simulator.orders import Refusal
from whisper_tui.simulator.pbx import SimulatedPbx
from whisper_tui.simulator.rtcp import rtcp_of
from whisper_tui.simulator.wire import Headers, Request, bridge_snapshot, listing, response

_REPORTING = "system,reporting,all"


class Questions:
    """Of one PBX."""

    def __init__(self, pbx: SimulatedPbx, lists: Lists) -> None:
        self._pbx = pbx
        self._lists = lists

    def known(self) -> tuple[Known, ...]:
        """What is answered here."""
        call = "call,reporting,all"
        return (
            Known("BridgeInfo", "Get information about a bridge.", FREE, self.bridge_info),
            Known("BridgeList", "Get a list of bridges in the system.", FREE, self.bridge_list),
            Known("CoreSettings", "Show PBX core settings (version etc).", _REPORTING, self.core_settings),
            Known("CoreShowChannels", "List currently active channels.", _REPORTING, self.core_show_channels),
            Known("CoreStatus", "Show PBX core status variables.", _REPORTING, self.core_status),
            Known("DeviceStateList", "List the current known device states.", call, self.device_state_list),
            Known("Getvar", "Gets a channel variable or function value.", call, self.getvar),
            Known("Ping", "Keepalive command.", FREE, self.ping),
            Known("PresenceStateList", "List the current known presence states.", call, self.presence_state_list),
            Known("QueueStatus", "Show queue status.", FREE, self.queue_status),
            Known("QueueSummary", "Show queue summary.", FREE, self.queue_summary),
            Known("ShowDialPlan", "Show dialplan contexts and extensions", "config,reporting,all", self.show_dialplan),
            Known("Status", "List channel status.", "system,call,reporting,all", self.status),
        )

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
        wanted = (
            [channel_of(self._pbx, request.get("Channel"))]
            if request.get("Channel")
            else list(self._pbx.floor.channels.values())
        )
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
        channel = channel_of(self._pbx, request.get("Channel"))
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
